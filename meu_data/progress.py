"""How a stage reports how far it is, without knowing where that is shown."""

import contextlib
import sys
from typing import Protocol, runtime_checkable


class Progress(Protocol):
    """What a stage reports to; the command line draws it, other callers may leave it out."""

    def start(self, what: str, total: int | None) -> None:
        """A stage begins: what it does, and of how many (None when not known)."""

    def advance(self, done: int = 1) -> None:
        """So many more are done."""

    def finish(self) -> None:
        """The stage is over; nothing more comes until the next `start`."""


class Silent:
    """Reports to nobody."""

    def start(self, what: str, total: int | None) -> None:
        """Ignored."""

    def advance(self, done: int = 1) -> None:
        """Ignored."""

    def finish(self) -> None:
        """Ignored."""


SILENT = Silent()


@runtime_checkable
class Notes(Protocol):
    """A progress that also shows a line about the work itself, such as what it has cost so far."""

    def note(self, text: str) -> None:
        """The line now reads so."""


def note(progress: Progress, text: str) -> None:
    """Shows a line about the work where the progress can show one."""
    if isinstance(progress, Notes):
        progress.note(text)


def say_stopping() -> None:
    """Tells a person who has pressed Ctrl-C, at once, that it was heard and what happens now."""
    # Who has closed the terminal hears nothing, and the run ends in order all the same.
    with contextlib.suppress(OSError):
        sys.stderr.write("\nstopping: what is under way is finished and kept; Ctrl-C again ends at once\n")
        sys.stderr.flush()
