"""Format `unifer-json`: UniFER's own file, one JSON list with its three fields, and the picture files.

`unifer-cot` gives `image_path`, `question` and `response` (train_unifer/src/r1-v/src/open_r1/sft_fer.py of
github.com/zfkarl/UniFER), `unifer-rlvr` gives `image_path`, `problem` and `solution` (grpo.py). Paths are below
the export's folder, and have a prefix where one is asked for: UniFER opens `"/dataset" + image_path`.
"""

from collections.abc import Iterator
from typing import Any

from meu_data.export.formats.format import Columns, Format, in_lines, only_for, reader
from meu_data.export.formats.hf import STYLE_READERS
from meu_data.export.formats.row_view import ColumnError, RowView, TurnView, text_of, view_of
from meu_data.export.styles.row import ExportRow


def write(row: ExportRow, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """One item of the split's list."""
    names = ("question", "response") if row.assistant is not None else ("problem", "solution")
    texts = {name: row.fields[name] for name in names}
    yield row.split, {"image_path": f"{row.prefix}images/{row.pictures[0].name}", **texts}


def _read_ferbench(row: Columns) -> RowView:
    """UniFER's own evaluation files, which `meu-data fer-vqa` writes."""
    asked, candidates = (TurnView("user", text_of(row, "prompt")),), row.get("candidate_labels")
    if isinstance(candidates, str):
        candidates = [label.strip() for label in candidates.split(",")]
    if not isinstance(candidates, list) or not candidates or not all(isinstance(label, str) for label in candidates):
        raise ColumnError("candidate_labels is no list of labels")
    solution = text_of(row, "true_label")
    return view_of(row, "prompt", asked, solution=solution, candidates=tuple(candidates), tags="none")


FORMAT = Format(
    "unifer-json",
    in_lines(write, "json"),
    (*STYLE_READERS, reader("ferbench", "prompt true_label candidate_labels", _read_ferbench)),
    only_for(
        ("unifer-cot", "unifer-rlvr"), "UniFER's file has no other fields; take --style unifer-cot or unifer-rlvr"
    ),
)
