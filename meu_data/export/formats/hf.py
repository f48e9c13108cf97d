"""Format `hf`: the canonical one. The style's own columns, with the pictures in front and the labels behind."""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.format import MESSAGES_READER, Format, in_parquet, reader
from meu_data.export.formats.row_view import read_answer, read_preference, read_solution
from meu_data.export.formats.schema import images_of, with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import ExportRow, Style


def schema(style: Style) -> pa.Schema:
    """`id`, `images` and `image_path` where there are pictures, the style's columns, the labels."""
    pictures = [pa.field("images", pa.list_(IMAGE))] if style.pictured else []
    # UniFER's name for the one picture of a row; who is shown the frames has several.
    pictures += [pa.field("image_path", pa.string())] if style.pictured and not style.framed else []
    return with_footer([pa.field("id", pa.string()), *pictures, *style.fields, *style.labels])


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """The row as the style says it."""
    name = {"image_path": row.pictures[0].name} if len(row.pictures) == 1 else {}
    return {"id": row.id, **images_of(row), **name, **row.fields, **row.labels}


# A conversation says more than the columns that repeat its texts.
_UNLESS = "messages conversations"
STYLE_READERS = (
    reader(
        "unifer-rlvr", "problem solution", lambda row: read_solution(row, "problem", "solution", "none"), unless=_UNLESS
    ),
    reader("unifer-cot", "question response", lambda row: read_answer(row, "question", "response"), unless=_UNLESS),
    reader("preference", "question chosen rejected", lambda row: read_preference(row, "question"), unless=_UNLESS),
    reader("question-answer", "question answer", lambda row: read_answer(row, "question", "answer"), unless=_UNLESS),
)
FORMAT = Format("hf", in_parquet(schema, write), (*STYLE_READERS, MESSAGES_READER), tools=True)
