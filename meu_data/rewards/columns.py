"""The columns that a trainer hands to a reward, as rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

LABELS = ("solution", "answer", "emotion")


def table_rows(columns: Mapping[str, Any], size: int) -> Sequence[Row]:
    """The columns as rows; a value that is missing is None, a column that is no list is left out."""
    rows: list[dict[str, Any]] = [{} for _ in range(size)]
    for name, values in columns.items():
        if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
            for row, value in zip(rows, values, strict=False):
                row[name] = value
    return rows


def rewards(
    completions: Sequence[object], columns: Mapping[str, Any], score: Callable[[object, Row], float | None]
) -> list[float]:
    """The score of each completion with its row; 0.0 where the row has no truth for it."""
    rows = table_rows(columns, len(completions))
    found = (score(completion, row) for completion, row in zip(completions, rows, strict=True))
    return [0.0 if value is None else value for value in found]


def label(row: Row) -> str | None:
    """The row's label, from the first column that has one, bare or tagged; None without one."""
    for name in LABELS:
        value = row.get(name)
        if isinstance(value, str):
            return value
    return None


def items(column: object) -> list[Any] | None:
    """The entries of a list-like value, which may be an array; None for anything else."""
    if isinstance(column, list):
        return column
    if column is None or isinstance(column, str | bytes | Mapping):
        return None
    try:
        return list(column)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None


def f1(hits: float, claimed: float, found: float, wanted: float) -> float:
    """F1 of hits among the claimed and found among the wanted; with nothing wanted, nothing is missed."""
    precision = hits / claimed if claimed else 0.0
    recall = found / wanted if wanted else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
