"""Arguments of a call against the JSON Schema by which the row describes its tool.

As much of JSON Schema as tools are described by: types, enumerations, bounds, lists and objects. What else a schema
says is passed over, so nothing is fetched and no foreign pattern is run.
"""

from collections.abc import Mapping
from typing import Any

from meu_data.errors import printable

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (Mapping,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_DEEPEST = 16


def why_not(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> str | None:
    """Why arguments are not as a schema wants them; None when they are, or the schema says nothing of them."""
    return _object(arguments, schema, "", _DEEPEST)


def _value(value: Any, schema: Any, name: str, depth: int) -> str | None:  # noqa: ANN401
    if not isinstance(schema, Mapping) or depth == 0:
        return None
    if wrong := _kind(value, schema.get("type")) or _listed(value, schema.get("enum")) or _bounds(value, schema):
        return f"{name} {printable(value)}, which {wrong}"
    if isinstance(value, list):
        return _array(value, schema, name, depth)
    return _object(value, schema, f"{name}.", depth) if isinstance(value, Mapping) else None


def _kind(value: object, wanted: object) -> str:
    kinds = wanted if isinstance(wanted, list) else [wanted]
    known = [_TYPES[kind] for kind in kinds if isinstance(kind, str) and kind in _TYPES]
    if not known or any(_is(value, kind) for kind in known):
        return ""
    return f"is no {printable(' or '.join(map(str, kinds)))}"


def _listed(value: object, allowed: object) -> str:
    if not isinstance(allowed, list) or value in allowed:
        return ""
    return f"is none of {printable(', '.join(map(str, allowed)), 200)}"


def _bounds(value: object, schema: Mapping[str, Any]) -> str:
    least, most = _number(schema.get("minimum")), _number(schema.get("maximum"))
    number = _number(value)
    if number is None or ((least is None or number >= least) and (most is None or number <= most)):
        return ""
    return f"is not from {least} to {most}"


def _array(value: list[Any], schema: Mapping[str, Any], name: str, depth: int) -> str | None:
    least, most = _number(schema.get("minItems")), _number(schema.get("maxItems"))
    if (least is not None and len(value) < least) or (most is not None and len(value) > most):
        wanted = f"{least}" if least == most else f"{least or 0} to {most if most is not None else 'any'}"
        return f"{name} of {len(value)} items, not of {wanted}"
    items = schema.get("items")
    wrong = (_value(item, items, f"{name}[{place}]", depth - 1) for place, item in enumerate(value))
    return next(filter(None, wrong), None)


def _object(value: Mapping[str, Any], schema: Mapping[str, Any], within: str, depth: int) -> str | None:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return None
    extra = sorted(map(str, value.keys() - properties.keys()))
    if extra and not schema.get("additionalProperties"):
        return f"{printable(within + extra[0])!r}, which is no parameter of it"
    wrong = (_value(value[key], properties[key], printable(f"{within}{key}"), depth - 1) for key in value)
    return next(filter(None, wrong), None)


def _is(value: object, kind: tuple[type, ...]) -> bool:
    return isinstance(value, kind) and (not isinstance(value, bool) or kind == (bool,))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
