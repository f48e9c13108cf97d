"""Format `easyr1`: `problem`, `answer`, `images`, and nothing that is no text.

EasyR1 splits the problem on `<image>` and puts a picture at each place (verl/utils/dataset.py). Its collate makes one
array of each further column: lists of one length would become a matrix and batches no longer fit, so the
evidence here is text only.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.format import Format, in_parquet, not_for, reader
from meu_data.export.formats.row_view import read_solution
from meu_data.export.formats.schema import images_of, tagged, with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import ExportRow, Style

_JOINED = ("aus", "image_sha256")
_LABELS = ("corpus", "subject", "emotion", "classes", "facs", "split", "lang", "source")


def schema(style: Style) -> pa.Schema:
    """`id`, `problem`, `answer`, `images`, and the labels that are text; `aus` and hashes joined by blanks."""
    texts = ("id", "problem", "answer")
    images = pa.field("images", pa.list_(IMAGE))
    return with_footer(
        [*(pa.field(name, pa.string()) for name in texts), images]
        + [pa.field(name, pa.string()) for name in (*_JOINED, *_LABELS)]
    )


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """One row."""
    labels = {name: " ".join(row.labels[name] or ()) for name in _JOINED} | {
        name: row.labels[name] or "" for name in _LABELS
    }
    return {"id": row.id, "problem": tagged(row), "answer": row.answer, **images_of(row), **labels}


_NO_LABEL = "EasyR1 trains by reward and needs a label to compare with; take --style unifer-rlvr"

FORMAT = Format(
    "easyr1",
    in_parquet(schema, write),
    (
        reader(
            "easyr1",
            "problem answer",
            lambda row: read_solution(row, "problem", "answer", "each"),
            unless="solution messages conversations",
        ),
    ),
    not_for(dict.fromkeys(("answer", "preference", "trajectory"), _NO_LABEL)),
)
