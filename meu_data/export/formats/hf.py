"""Dialect `hf`: the canonical one. The style's own columns, with the pictures in front and the labels behind."""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.schema import images_of, with_footer
from meu_data.export.styles.columns import IMAGE
from meu_data.export.styles.row import Row, Style


def schema(style: Style) -> pa.Schema:
    """`id`, `images` and `image_path` where there are pictures, the style's columns, the labels."""
    pictures = [pa.field("images", pa.list_(IMAGE))] if style.pictured else []
    # UniFER's name for the one picture of a row; a conversation shows several.
    pictures += [pa.field("image_path", pa.string())] if style.pictured and style.trains != "trajectory" else []
    return with_footer([pa.field("id", pa.string()), *pictures, *style.fields, *style.labels])


def row(said: Row, number: int) -> dict[str, Any]:
    """The row as the style says it."""
    name = {"image_path": said.pictures[0].name} if said.pictures and not said.turns else {}
    return {"id": said.id, **images_of(said), **name, **said.fields, **said.labels}
