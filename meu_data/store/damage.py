"""What somebody else has written into a ledger: set aside row by row, so that one bad record stops no stage.

A sound ledger costs nothing: only when a stage has failed is every row looked at. What is damaged goes, as it is,
into the table `damaged`; a problem names it; and the stage begins again, which finds the rest of its work done.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, get_args

from meu_data.choices import Language, Recipe
from meu_data.errors import DamagedError, MeuError, printable
from meu_data.records import Draft, Grounding, Motion, Problem, Record, Review, Sample, Source, Spot, Stage
from meu_data.store.ledger import Ledger
from meu_data.store.stored import stored
from meu_data.store.workspace import Workspace

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Held = TypeVar("_Held", Workspace, Ledger)

_RECORDS: Mapping[str, type[Record]] = {
    "sources": Source,
    "samples": Sample,
    "spots": Spot,
    "motion": Motion,
    "drafts": Draft,
    "grounding": Grounding,
    "second_grounding": Grounding,
    "reviews": Review,
    "problems": Problem,
}
# Which stage makes the rows of a table anew, and so clears the problem.
_STAGES: Mapping[str, Stage] = {
    "sources": "extract",
    "samples": "extract",
    "spots": "spot",
    "motion": "render",
    "drafts": "draft",
    "requests": "draft",
    "attempts": "draft",
    "answers": "draft",
    "batch_jobs": "draft",
    "batch_lines": "draft",
    "reviews": "pull",
}
# Worked out again by whatever stage comes next; so they are told of once, and are nobody's problem.
_REMADE = ("grounding", "second_grounding", "problems", "review_tasks")
_KINDS = {"TEXT": {b"text"}, "INTEGER": {b"integer"}, "REAL": {b"real", b"integer"}}
_VALUES = {"lang": get_args(Language), "recipe": get_args(Recipe)}
_ROOM = "CREATE TABLE IF NOT EXISTS damaged (place TEXT, item TEXT, reason TEXT, found TEXT)"


class _Column(NamedTuple):
    name: str
    kind: str
    needed: bool
    in_key: bool


class _Damage(NamedTuple):
    """`key` is the row's as bytes, `item` what messages call it, `found` all that the row held."""

    table: str
    key: tuple[bytes | None, ...]
    item: str
    reason: str
    found: str


def on_a_sound_ledger(stage: Callable[Concatenate[_Held, _P], _R]) -> Callable[Concatenate[_Held, _P], _R]:
    """A stage that sets aside what is damaged in the ledger, and goes on with the rest.

    What is no damage is raised as it was.
    """

    @wraps(stage)
    def run(held: _Held, /, *args: _P.args, **options: _P.kwargs) -> _R:
        try:
            return stage(held, *args, **options)
        except Exception as error:
            # An error that is meant for the user is right as it is; any other may come from what a row holds.
            if isinstance(error, MeuError) and not isinstance(error, DamagedError):
                raise
            if not set_aside_damaged(held if isinstance(held, Ledger) else held.ledger):
                raise
        return stage(held, *args, **options)

    return run


def set_aside_damaged(ledger: Ledger) -> int:
    """Moves every damaged row into the table `damaged`, in one transaction, and returns how many there were.

    Of a ledger that is only read, a copy in memory is changed.

    Raises:
        LedgerError: The ledger cannot be written.
    """
    found = [damage for table in _tables(ledger) for damage in _damaged(ledger, *table)]
    if not found:
        return 0
    with ledger.db.changed_in_memory(), ledger.transaction():
        ledger.db.execute(_ROOM)
        for damage in found:
            ledger.db.execute("INSERT INTO damaged VALUES (?, ?, ?, ?)", (damage.table, *damage[2:]))
            columns = [column for column in dict(_tables(ledger))[damage.table] if column.in_key]
            where = " AND ".join(f"CAST({column.name} AS BLOB) IS ?" for column in columns)
            ledger.db.execute(f"DELETE FROM {damage.table} WHERE {where}", damage.key)
            _complain(ledger, damage)
    return len(found)


def _tables(ledger: Ledger) -> list[tuple[str, tuple[_Column, ...]]]:
    """The tables whose rows are looked at, with their columns."""
    found: list[tuple[str, tuple[_Column, ...]]] = []
    for table in (*_STAGES, *_REMADE):
        # cid, name, type, notnull, default, place in the key
        rows = ledger.db.rows(f"PRAGMA table_info({table})")
        columns = tuple(_Column(name, kind, bool(needed or key), bool(key)) for _, name, kind, needed, _, key in rows)
        found.append((table, columns))
    return found


def _damaged(ledger: Ledger, table: str, columns: tuple[_Column, ...]) -> Iterator[_Damage]:
    told = ", ".join(f"typeof({column.name}), CAST({column.name} AS BLOB)" for column in columns)
    for row in ledger.db.bytes_of(f"SELECT {told} FROM {table}"):
        kinds, values = row[::2], row[1::2]
        reason = _why(table, columns, kinds, values)
        if reason is not None:
            key = tuple(value for column, value in zip(columns, values, strict=True) if column.in_key)
            texts = [(value or b"").decode(errors="replace") for value in values]
            item = texts[next((at for at, column in enumerate(columns) if column.name in ("sample_id", "id")), 0)]
            yield _Damage(table, key, item, reason, "\n".join(texts))


def _why(
    table: str, columns: tuple[_Column, ...], kinds: tuple[bytes, ...], values: tuple[bytes | None, ...]
) -> str | None:
    """What is wrong with a row; None when nothing is."""
    wrong = next(filter(None, map(_why_column, columns, kinds, values)), None)
    if wrong is not None or table not in _RECORDS:
        return wrong
    texts = {column.name: value.decode() for column, value in zip(columns, values, strict=True) if value is not None}
    try:
        record: Any = stored(_RECORDS[table], texts["record"])
    except DamagedError as error:
        return str(error)
    named = "id" if table == "samples" else "sample_id"
    inside = getattr(record, named, None)
    return None if inside in (None, texts.get(named, inside)) else f"its record is of {printable(inside)}"


def _why_column(column: _Column, kind: bytes, value: bytes | None) -> str | None:
    if value is None:
        return f"{column.name} is missing" if column.needed else None
    if kind not in _KINDS[column.kind]:
        return f"{column.name} is of the type {kind.decode()}, not {column.kind.lower()}"
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return f"{column.name} is no UTF-8"
    endless = column.kind == "REAL" and not math.isfinite(float(text))
    unknown = text not in _VALUES.get(column.name, (text,))
    return f"{column.name} is {printable(text)!r}" if endless or unknown else None


def _complain(ledger: Ledger, damage: _Damage) -> None:
    whose = printable(damage.item)
    reason = f"a row of {damage.table} for {whose} was damaged and is set aside ({printable(damage.reason, 300)})"
    ledger.set_aside.append(reason)
    if damage.table in _REMADE:
        return
    stage = _STAGES[damage.table]
    rows = ledger.db.rows("SELECT corpus, split FROM samples WHERE id = ?", (damage.item,))
    corpus, split = rows[0] if rows else ("", "")
    if damage.table == "samples":
        _, corpus, split = [*damage.found.split("\n")[:3], "", ""][:3]
    if damage.table == "sources":
        corpus, split = [*damage.found.split("\n")[:2], ""][:2]
    ledger.set_problem(
        Problem(
            stage=stage,
            corpus=corpus,
            split=split,
            file="meu.db",
            sample_id=damage.item,
            reason=f"{reason}; `meu-data {stage}` makes it anew",
        )
    )
