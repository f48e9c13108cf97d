"""Schemas with the footer that tells Hugging Face `datasets` what each column is, and the columns formats share."""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import ExportRow, Style

MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
MESSAGES = pa.list_(MESSAGE)


def with_footer(fields: Iterable[pa.Field]) -> pa.Schema:
    """A schema with the `huggingface` footer, in which pictures are decoded.

    `Dataset.to_parquet` would write lists as `{"_type": "List"}`, which datasets 3.6 cannot read; the JSON-list
    form is read by 3.6 and 5.2 alike, so we write the footer ourselves.
    """
    return _described(pa.schema(list(fields)), {"_type": "Image"})


def without_image_features(schema: pa.Schema) -> pa.Schema:
    """The same columns with a footer in which pictures are plain structs, for a file without pixels.

    `datasets` takes a picture without bytes for a path and raises FileNotFoundError on the row. `with_footer` brings
    the pictures back.
    """
    return _described(schema, {field.name: _feature(field.type, None) for field in IMAGE})


def _described(schema: pa.Schema, image: Any) -> pa.Schema:  # noqa: ANN401 - JSON
    """The schema with a footer that says `image` of every picture."""
    features = {field.name: _feature(field.type, image) for field in schema}
    footer = json.dumps({"info": {"features": features}}, ensure_ascii=False)
    return schema.with_metadata({"huggingface": footer})


def conversation_schema(style: Style, own: Iterable[tuple[str, pa.DataType]]) -> pa.Schema:
    """`id`, the consumer's own columns, `images` where the style has pictures, and the labels."""
    images = [pa.field("images", pa.list_(IMAGE))] if style.pictured else []
    return with_footer([pa.field("id", pa.string()), *(pa.field(*column) for column in own), *images, *style.labels])


def images_of(row: ExportRow) -> dict[str, Any]:
    """The column `images`, absent where the style has no picture: TRL takes a column of none for a vision set."""
    if not row.pictures:
        return {}
    return {"images": [picture.cell for picture in row.pictures]}


def message(role: str, content: str) -> dict[str, str]:
    """One turn of a conversation, its content plain text."""
    return {"role": role, "content": content}


def tagged(row: ExportRow) -> str:
    """The question with one `<image>` in front for each picture, for consumers that count them."""
    return with_tags(len(row.pictures), row.user)


def with_tags(pictures: int, text: str) -> str:
    """A text with so many `<image>` in front."""
    return "<image>" * pictures + text


def _feature(kind: pa.DataType, image: Any) -> Any:  # noqa: ANN401
    if kind == IMAGE:
        return image
    if pa.types.is_list(kind):
        return [_feature(kind.value_type, image)]
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type, image) for field in kind}
    # Arrow calls a 64-bit float "double"; `datasets` uses the names of numpy.
    return {"dtype": "float64" if pa.types.is_float64(kind) else str(kind), "_type": "Value"}
