"""A comparison as CSV, Markdown or LaTeX."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from meu_data.evaluate.comparison import FIGURES, Comparison, ScoreRow

_HEAD = ("result", "samples", "ACC", "UF1", "UAR", "AU F1", "source")
_LATEX = {
    "&": r"\&",
    "%": r"\%",
    "_": r"\_",
    "#": r"\#",
    "$": r"\$",
    "^": r"\^{}",
    "~": r"\~{}",
    "{": r"\{",
    "}": r"\}",
}


def figures_of(row: ScoreRow) -> list[str]:
    """The cells of one row; what is not known is empty, for no figure is made up."""
    figures = [getattr(row, name) for name in (*FIGURES, "au_f1")]
    return [
        row.name,
        "" if row.samples is None else str(row.samples),
        *("" if figure is None else f"{figure:.4f}" for figure in figures),
        row.source or "",
    ]


def table_in(found: Comparison, form: Literal["csv", "markdown", "latex"]) -> str:
    """The rows of a comparison as text of a form, with a line end."""
    rows = [figures_of(row) for row in found.rows]
    if form == "csv":
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows([_HEAD, *rows])
        return stream.getvalue()
    return _markdown(rows) if form == "markdown" else _latex(rows)


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [list(_HEAD), ["---", *["---:"] * 5, "---"], *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _latex(rows: Sequence[Sequence[str]]) -> str:
    lines = [" & ".join(_escaped(cell) for cell in row) + r" \\" for row in rows]
    head = " & ".join(_HEAD) + r" \\"
    parts = [r"\begin{tabular}{lrrrrrl}", r"\hline", head, r"\hline", *lines, r"\hline", r"\end{tabular}"]
    return "".join(f"{part}\n" for part in parts)


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text.replace("\\", "/"))
