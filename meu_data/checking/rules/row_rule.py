"""A rule that looks at every row by itself."""

from collections.abc import Callable
from dataclasses import dataclass

from meu_data.export.formats.row_view import RowView
from meu_data.plugins import load_all


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule of rows; its name is the one it is registered by.

    Attributes:
        look: What is wrong with a row, a sentence each, values of the file through `errors.printable`; None where the
            row has nothing to look at. It meets whatever a file may hold, and must not raise.
        nothing: What is told when no row had anything to look at; empty tells nothing.
    """

    look: Callable[[RowView], list[str] | None]
    nothing: str = ""


def row_rules() -> dict[str, CheckRule]:
    """All of them by name, built in and plugged in.

    Raises:
        MeuError: A package that offers one is broken, or two offer the same name.
    """
    return load_all("check_rules", CheckRule)
