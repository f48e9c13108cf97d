"""The fields of a service's JSON, whatever it put there: reading a paid answer never fails on an odd one."""

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from meu_data.drafting.providers.base import Unreadable, Usage
from meu_data.drafting.providers.transport import LONGEST_ANSWER

# More digits than any field has; Python refuses to read an integer of more than 4,300.
_MOST_DIGITS = 20
_LONGEST_WAIT = 86_400.0
_BOM = "\ufeff"
_KEPT = 64_000
# No model takes, or answers with, as many tokens in one call.
_MOST_TOKENS = 10_000_000
_COUNTS = TypeAdapter(dict[str, Annotated[int, Field(ge=0, le=_MOST_TOKENS)]])


def json_object(raw: str) -> dict[str, Any]:
    """The object that a text is; integers of absurd length come as their digits.

    Raises:
        Unreadable: It is no JSON object; something between here and the service answered for it. Or it is so long that
            it is no answer either; of that, the beginning is kept.
    """
    if len(raw) > LONGEST_ANSWER:
        raise Unreadable(f"the answer is longer than {LONGEST_ANSWER // 1_000_000} MB", raw=raw[:_KEPT])
    try:
        data = json.loads(raw.removeprefix(_BOM), parse_int=_integer)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Unreadable(f"the answer was no JSON object but {raw[:60]!r}", raw=raw)
    return data


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def fields(value: object) -> dict[str, Any]:
    """The fields of an object; none where there is something else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """The items of a list; none where there is something else."""
    return value if isinstance(value, list) else []


def first(value: object) -> dict[str, Any]:
    """The fields of the first item of a list of objects."""
    return next(map(fields, items(value)), {})


def text(value: object) -> str:
    """A text, or a number as text; empty where there is something else."""
    return str(value) if isinstance(value, str | int | float) else ""


def seconds(value: object) -> float | None:
    """How long a service asks to wait, s; None where it does not say, or nothing that a run can wait for."""
    try:
        waited = float(text(value))
    except ValueError:
        return None
    return waited if 0 <= waited <= _LONGEST_WAIT else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """How long the headers of a refusal ask to wait, s: in milliseconds, in seconds, or until a date.

    A date is held against the service's own clock, as its `Date` tells it; without that it says nothing.
    """
    milliseconds = seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    asked = headers.get("retry-after")
    until, now = _moment(asked), _moment(headers.get("date"))
    if until is None or now is None:
        return seconds(asked)
    return min(_LONGEST_WAIT, max(0.0, (until - now).total_seconds()))


def _moment(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def usage_of(answer: str, **counts: object) -> Usage | None:
    """The tokens of a call, by the names of `Usage`; a count that the service left out is nought.

    Args:
        answer: The text that the tokens brought.
        counts: What the service counted, whatever that is.

    Returns:
        None where a count is no number, negative or absurd, or says that the question or the answer took nothing.
    """
    try:
        usage = Usage(**_COUNTS.validate_python({name: count for name, count in counts.items() if count is not None}))
    except ValidationError:
        return None
    written = usage.output_tokens + usage.thinking_tokens
    return usage if usage.input_tokens and (written or not answer) else None
