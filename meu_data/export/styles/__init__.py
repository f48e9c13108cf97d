"""The styles by name: what a row says. One module each."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa

from meu_data.export.rows import Truth
from meu_data.export.styles import unifer_cot


class Style(NamedTuple):
    """A schema, and the pure function that fills one row of it."""

    schema: pa.Schema
    row: Callable[[Truth], dict[str, Any]]


STYLES: dict[str, Style] = {"unifer-cot": Style(unifer_cot.SCHEMA, unifer_cot.row)}
