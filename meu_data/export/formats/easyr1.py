"""Dialect `easyr1`: `problem`, `answer`, `images`, and nothing that is no text.

EasyR1 splits the problem on `<image>` and puts a picture at each place (verl/utils/dataset.py). Its collate makes one
array of each further column: lists of one length would become a matrix and batches no longer fit, so the
evidence here is text only.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.schema import images_of, tagged, with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import Row, Style

_JOINED = ("aus", "image_sha256")
_LABELS = ("corpus", "subject", "emotion", "facs", "split", "lang", "source")


def schema(style: Style) -> pa.Schema:
    """`id`, `problem`, `answer`, `images`, and the labels that are text; `aus` and hashes joined by blanks."""
    texts = ("id", "problem", "answer")
    images = pa.field("images", pa.list_(IMAGE))
    return with_footer(
        [*(pa.field(name, pa.string()) for name in texts), images]
        + [pa.field(name, pa.string()) for name in (*_JOINED, *_LABELS)]
    )


def row(said: Row, number: int) -> dict[str, Any]:
    """One row."""
    labels = {name: " ".join(said.labels[name]) for name in _JOINED} | {name: said.labels[name] for name in _LABELS}
    return {"id": said.id, "problem": tagged(said), "answer": said.answer, **images_of(said), **labels}
