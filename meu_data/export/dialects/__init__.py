"""The dialects by name: how a consumer wants the rows of a style. One module each."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa

from meu_data.export.dialects import hf


class Dialect(NamedTuple):
    """Pure functions from a style's schema and rows to those of the consumer."""

    schema: Callable[[pa.Schema], pa.Schema]
    row: Callable[[dict[str, Any]], dict[str, Any]]


DIALECTS: dict[str, Dialect] = {"hf": Dialect(hf.schema, hf.row)}
