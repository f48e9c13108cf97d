"""The footer that tells Hugging Face `datasets` what each column of a Parquet file is.

Its forms are those that datasets 3.6 and 5.2 both read (datasets/features/features.py): a list is `[feature]`, a struct
`{name: feature}`, a value `{"dtype": …, "_type": "Value"}`, a picture `{"_type": "Image"}`.
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from meu_data.errors import printable

_KEY = b"huggingface"
_NAMES = {"double": "float64", "float": "float32", "halffloat": "float16", "large_string": "string"}
_PICTURE_FIELDS = {"bytes", "path"}


def check_footer(schema: pa.Schema, *, bare: bool = False) -> Iterator[str]:
    """What is wrong with the footer of a Parquet file's schema. Never raises.

    Args:
        schema: With the footer in its metadata.
        bare: The export has no pixels: its pictures may be told as structs, as `datasets` cannot load any.
    """
    pictures = [field.name for field in schema if _pictured(field.type)]
    text = (schema.metadata or {}).get(_KEY)
    if text is None:
        if pictures:
            yield f"there is none, so `datasets` takes {pictures[0]} for bytes and not for pictures; TRL stops at that"
        return
    try:
        features = json.loads(text)["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        yield "the footer for `datasets` is no JSON with info and features in it"
        return
    if not isinstance(features, dict):
        yield "the features in the footer are no columns"
        return
    # Columns that the footer leaves out are read by their Arrow types; pictures would not be.
    for name in sorted(features.keys() - set(schema.names)):
        yield f"the footer has the column {printable(name)!r}, the file has not"
    for name in pictures:
        if name not in features:
            yield f"the footer does not say that {name} holds pictures"
    for field in schema:
        if field.name in features:
            try:
                wrong = _why_not(features[field.name], field.type, bare)
            except RecursionError:
                wrong = "it is nested too deeply"
            if wrong:
                yield f"the footer's {printable(field.name)}: {wrong}"


def _pictured(kind: pa.DataType) -> bool:
    while _is_list(kind):
        kind = kind.value_type
    return pa.types.is_struct(kind) and {field.name for field in kind} == _PICTURE_FIELDS


def _why_not(feature: Any, kind: pa.DataType, bare: bool) -> str | None:  # noqa: ANN401
    """Why a feature does not describe a type; None when it does, or is of a sort not known here."""
    if isinstance(feature, list) and len(feature) == 1:
        return _list(feature[0], kind, bare)
    if not isinstance(feature, dict):
        return f"{printable(feature)} is no feature"
    sort = feature.get("_type")
    if not isinstance(sort, str):
        return _struct(feature, kind, bare)
    if sort in ("List", "LargeList"):
        return f'it is told as "_type": "{sort}", which datasets before 4 cannot read; write [feature] instead'
    if sort == "Sequence":
        return _list(feature.get("feature"), kind, bare)
    return _leaf(sort, feature.get("dtype"), kind)


def _list(feature: Any, kind: pa.DataType, bare: bool) -> str | None:  # noqa: ANN401
    return _why_not(feature, kind.value_type, bare) if _is_list(kind) else f"it is told as a list, the column is {kind}"


def _leaf(sort: str, dtype: object, kind: pa.DataType) -> str | None:
    numbers = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    fits = True
    if sort == "Value":
        fits = dtype in (str(kind), _NAMES.get(str(kind)))
        sort = printable(dtype)
    elif sort == "Image":
        fits = not (numbers or _is_list(kind))
    elif sort == "ClassLabel":
        fits = pa.types.is_integer(kind)
    elif _pictured(kind):
        fits = False
    return None if fits else f"it is told as {printable(sort)}, the column is {kind}"


def _struct(features: dict[str, Any], kind: pa.DataType, bare: bool) -> str | None:
    if not pa.types.is_struct(kind):
        return f"a struct, but the column is {kind}"
    if _pictured(kind) and not bare:
        return 'it is told as a struct, so the pictures come as bytes; write {"_type": "Image"}'
    types = {field.name: field.type for field in kind}
    if features.keys() != types.keys():
        return f"it has the fields {_listed(features)}, the column {_listed(types)}"
    found = ((name, _why_not(feature, types[name], bare)) for name, feature in features.items())
    return next((f"{printable(name)}: {wrong}" for name, wrong in found if wrong), None)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _listed(names: Any) -> str:  # noqa: ANN401
    return ", ".join(sorted(map(printable, names)))
