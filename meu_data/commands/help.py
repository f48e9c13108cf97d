"""Help in panels, as wide as the terminal, nothing cut; typer's own loads three times as much to draw the same."""

import io
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, Literal, get_args

from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

Panel = Literal["Start here", "Corpus", "Maps", "Drafts", "Proofreading", "Export", "Evaluation", "Upkeep"]
_WIDEST = 100
# In a help text: what there is of a kind, plug-ins included, looked up when the help is shown.
KNOWN = re.compile(r"\{(\w+)\}")


class Command(TyperCommand):
    """A command that shows its help in panels."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer carries its own click
        """Writes the help."""
        formatter.write(_help(self, ctx, ()))


class CommandGroup(TyperGroup):
    """Some commands, in the panels that they name, in the order of `Panel`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Writes the help."""
        order = [*get_args(Panel), None]
        commands = sorted(self.commands.values(), key=lambda one: order.index(one.rich_help_panel))  # type: ignore[attr-defined]
        panels: dict[str, list[tuple[str, str]]] = {}
        for one in commands:
            title = one.rich_help_panel or "Commands"  # type: ignore[attr-defined]
            panels.setdefault(title, []).append((one.name or "", one.help or ""))
        formatter.write(_help(self, ctx, panels.items()))


def _help(command: Any, ctx: Any, panels: "Iterable[tuple[str, Sequence[tuple[str, str]]]]") -> str:  # noqa: ANN401
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    console = Console(file=out, width=width, force_terminal=sys.stdout.isatty(), legacy_windows=False)
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    console.print(Text(f"\nUsage: {usage}\n\n{' '.join((command.help or '').split())}\n"))
    given = [record for parameter in command.get_params(ctx) if (record := parameter.get_help_record(ctx))]
    arguments = [record for record in given if not record[0].startswith("-")]
    options = [record for record in given if record[0].startswith("-")]
    for title, rows in (*panels, ("Arguments", arguments), ("Options", options)):
        if rows:
            _panel(console, title, rows)
    console.print(Text(f"\n{command.epilog or ''}"))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).lstrip("\n") + "\n"


def _panel(console: "Console", title: str, rows: "Sequence[tuple[str, str]]") -> None:
    from rich import box
    from rich.panel import Panel as Frame
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(max_width=console.width // 2 - 8, overflow="fold", style="bold")
    table.add_column(ratio=1, overflow="fold")
    for name, text in rows:
        shown = Text(KNOWN.sub(known, " ".join(text.split())))
        shown.highlight_regex(r"`[^`]+`", "cyan")
        shown.highlight_regex(r"\[(default|env var|required).*\]", "dim")
        table.add_row(Text(name), shown)
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    console.print(Frame(table, title=title, title_align="left", box=box.ASCII if plain else box.ROUNDED))


def known(match: re.Match[str]) -> str:
    """The names of a kind, of which `KNOWN` has found the mark."""
    from meu_data.plugins import names

    return ", ".join(names(match[1]))
