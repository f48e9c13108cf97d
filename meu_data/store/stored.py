"""Records as they come out of the ledger, which others may have written to."""

import re
from typing import TypeVar

from pydantic import ValidationError

from meu_data.errors import DamagedError, printable
from meu_data.records import Record

_Stored = TypeVar("_Stored", bound=Record)
_WHOSE = re.compile(r'"(?:sample_id|id)": ?"([^"]{1,200})"')
_AGAIN = {
    "Sample": "run `meu-data extract` again",
    "Source": "run `meu-data extract` again",
    "Motion": "run `meu-data render --force`",
    "Grounding": "run `meu-data verify`",
    "Review": "run `meu-data pull --full`",
}


def stored(kind: type[_Stored], record: str) -> _Stored:
    """Reads a record of the ledger.

    Raises:
        DamagedError: It is damaged; the message says whose it is and what makes it anew.
    """
    try:
        return kind.model_validate_json(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the record"
        found = _WHOSE.search(record) if isinstance(record, str) else None
        whose = f" of {printable(found[1])}" if found else ""
        again = _AGAIN.get(kind.__name__, "restore meu.db from a backup")
        raise DamagedError(
            f"the ledger's {kind.__name__.lower()}{whose} is damaged ({printable(place)}: {first['msg']}); {again}"
        ) from error
