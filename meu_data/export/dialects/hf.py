"""Dialect `hf`: the rows as they are, with the footer that tells Hugging Face `datasets` what each column is."""

import json
from typing import Any

import pyarrow as pa

from meu_data.export.styles.columns import IMAGE


def schema(style: pa.Schema) -> pa.Schema:
    """The style's schema with the `huggingface` footer.

    `Dataset.to_parquet` would write lists as `{"_type": "List"}`, which datasets 3.6 cannot read; the JSON-list
    form is read by 3.6 and 5.2 alike, so we write the footer ourselves.
    """
    features = {field.name: _feature(field.type) for field in style}
    footer = json.dumps({"info": {"features": features}}, ensure_ascii=False)
    return style.with_metadata({"huggingface": footer})


def row(columns: dict[str, Any]) -> dict[str, Any]:
    """The row as the style wrote it."""
    return columns


def _feature(kind: pa.DataType) -> Any:  # noqa: ANN401
    if kind == IMAGE:
        return {"_type": "Image"}
    if pa.types.is_list(kind):
        return [_feature(kind.value_type)]
    if pa.types.is_struct(kind):
        return {field.name: _feature(field.type) for field in kind}
    # Arrow calls a 64-bit float "double"; `datasets` uses the names of numpy.
    return {"dtype": "float64" if pa.types.is_float64(kind) else str(kind), "_type": "Value"}
