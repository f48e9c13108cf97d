"""How the program shows itself at a terminal: progress, tables, one-line errors. All on stderr but results."""

import sys
import time
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from meu_data.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_SECONDS_BETWEEN_LINES = 5.0


class BarProgress:
    """A bar with rate and time left, for a terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: RichProgress | None = None

    def start(self, what: str, total: int | None) -> None:
        """Draws a new bar below those of earlier stages."""
        # Here, because most commands draw none.
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            TextColumn("{task.description:8}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=self._console,
            expand=True,
        )
        self._bar.add_task(what, total=total, rate="", note="")
        self._bar.start()

    def advance(self, done: int = 1) -> None:
        """Moves the bar."""
        if self._bar is None:
            return
        (task,) = self._bar.tasks
        self._bar.advance(task.id, done)
        if task.total is not None and task.completed > task.total:
            # More may have come since it was counted.
            self._bar.update(task.id, total=task.completed)
        self._bar.update(task.id, rate=f"{task.speed:.1f}/s" if task.speed else "")

    def note(self, text: str) -> None:
        """Shows a line behind the bar."""
        if self._bar is not None:
            self._bar.update(self._bar.tasks[0].id, note=text)

    def finish(self) -> None:
        """Leaves the finished bar on the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


class LineProgress:
    """A plain line every few seconds, for a log file or a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what, self._done = "", 0
        self._total: int | None = None
        self._started = self._last_line = 0.0
        self._note = ""

    def start(self, what: str, total: int | None) -> None:
        """Remembers what is going on; a quick stage prints nothing."""
        self._what, self._total, self._done, self._note = what, total, 0, ""
        self._started = self._last_line = time.monotonic()

    def advance(self, done: int = 1) -> None:
        """Prints when it is time."""
        self._done += done
        now = time.monotonic()
        if now - self._last_line < _SECONDS_BETWEEN_LINES:
            return
        self._last_line = now
        rate = self._done / (now - self._started)
        if self._total is not None:
            self._total = max(self._total, self._done)
        # A batch is waited for with nothing done yet, and nobody knows then how long it takes.
        left = f", {(self._total - self._done) / rate:.0f} s left" if self._total and rate else ""
        of = f" of {self._total}{left}" if self._total else ""
        print(f"{self._what}: {self._done}{of} ({rate:.1f}/s){self._note}", file=self._stream, flush=True)

    def note(self, text: str) -> None:
        """Goes with the next line."""
        self._note = f"; {text}"

    def finish(self) -> None:
        """Nothing to tidy up."""


def terminal_progress() -> Progress:
    """A bar where a person watches, lines elsewhere; both on stderr."""
    console = Console(stderr=True)
    return BarProgress(console) if console.is_terminal else LineProgress(sys.stderr)


def table(rows: Iterable[Sequence[object]], head: Sequence[str] = (), *, left: Collection[int] = (0,)) -> Table:
    """A table without lines around its cells.

    Args:
        rows: The cells, as they are to be read.
        head: The columns' titles; none for a table that needs none.
        left: The columns of words; in the others figures stand under figures.
    """
    cells = [[Text(str(cell)) for cell in row] for row in rows]
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=bool(head), header_style="bold")
    for number in range(len(head) or max(map(len, cells), default=0)):
        title = head[number] if head else ""
        words = number in left
        made.add_column(title, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for row in cells:
        made.add_row(*row)
    return made


def table_text(made: Table | Text) -> str:
    """A table or text as stdout takes it: within the terminal, or 80 columns where there is none; words are folded."""
    console = Console()
    with console.capture() as captured:
        console.print(made)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())
