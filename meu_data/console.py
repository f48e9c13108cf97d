"""How the program shows itself at a terminal: progress, tables, one-line errors. All on stderr but results."""

import sys
import time
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from meu_data.progress import Progress

_SECONDS_BETWEEN_LINES = 5.0


class BarProgress:
    """A bar with rate and time left, for a terminal."""

    def __init__(self, console: Console) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def start(self, what: str, total: int | None) -> None:
        """Draws the bar."""
        self._bars.start()
        self._task = self._bars.add_task(what, total=total, rate="")

    def advance(self, done: int = 1) -> None:
        """Moves the bar."""
        if self._task is None:
            return
        self._bars.advance(self._task, done)
        speed = self._bars.tasks[-1].speed
        self._bars.update(self._task, rate=f"{speed:.1f}/s" if speed else "")

    def finish(self) -> None:
        """Leaves the finished bar on the screen."""
        self._bars.stop()
        self._task = None


class LineProgress:
    """A plain line every few seconds, for a log file or a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what, self._done = "", 0
        self._total: int | None = None
        self._began = self._spoke = 0.0

    def start(self, what: str, total: int | None) -> None:
        """Remembers what is going on; a quick stage prints nothing."""
        self._what, self._total, self._done = what, total, 0
        self._began = self._spoke = time.monotonic()

    def advance(self, done: int = 1) -> None:
        """Prints when it is time."""
        self._done += done
        now = time.monotonic()
        if now - self._spoke < _SECONDS_BETWEEN_LINES:
            return
        self._spoke = now
        rate = self._done / (now - self._began)
        of = f" of {self._total}, {(self._total - self._done) / rate:.0f} s left" if self._total else ""
        print(f"{self._what}: {self._done}{of} ({rate:.1f}/s)", file=self._stream, flush=True)

    def finish(self) -> None:
        """Nothing to tidy up."""


def terminal_progress() -> Progress:
    """A bar where a person watches, lines elsewhere; both on stderr."""
    console = Console(stderr=True)
    return BarProgress(console) if console.is_terminal else LineProgress(sys.stderr)
