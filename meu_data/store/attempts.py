"""What was paid and what came back: an attempt is one call for a request.

Its row is written before the call, so that a killed run cannot forget what it may have to pay for. No function here
begins a transaction: the caller decides what belongs together.
"""

import time
from typing import Literal, NamedTuple

from meu_data.choices import Mode
from meu_data.records import Record
from meu_data.store.ledger import Ledger

AttemptKind = Literal["first", "larger", "reask"]
AttemptState = Literal["open", "answered", "refused", "unknown", "unreadable"]
"""`answered`: billed as the service counted. `refused`: not billed. `unknown`: maybe billed, counted as estimated.
`unreadable`: something came back that is no answer; counted as `unknown` is."""

# Means of fewer answers than this say little.
ENOUGH_ANSWERS = 5
# An attempt that may have been billed counts at what such calls usually cost, or else at its estimate.
_SPENT = (
    "CASE WHEN state IN ('unknown', 'unreadable') THEN coalesce(usd, estimate_usd)"
    " WHEN state = 'open' THEN 0 ELSE coalesce(usd, 0) END"
)


class PastAttempt(NamedTuple):
    """A closed attempt of a request, with its raw answer if there was one."""

    kind: AttemptKind
    state: AttemptState
    raw: str | None


class AnswerRecord(NamedTuple):
    """What is kept of an answer; the raw text for ever, so that it can be read again without a call.

    `usd` by the price `priced_as_of`; tokens as the service counted them.
    """

    raw: str
    usd: float | None
    priced_as_of: str | None
    input_tokens: int
    output_tokens: int
    thinking_tokens: int
    cached_tokens: int
    finish_reason: str
    response_id: str | None
    model_version: str | None


_NO_ANSWER = (None, 0, 0, 0, 0, None, None, None)


class ModelSpending(Record):
    """The calls to one model."""

    model: str
    calls: int
    answered: int
    unknown: int
    unreadable: int
    in_flight: int
    input_tokens: int
    output_tokens: int
    thinking_tokens: int
    cached_tokens: int
    usd: float
    unknown_usd: float
    in_flight_usd: float
    priced_as_of: str | None


def open_attempt(
    ledger: Ledger, key: str, *, kind: AttemptKind = "first", mode: Mode, model: str, estimate_usd: float
) -> int:
    """Writes an attempt that is about to be made, and returns its id; commit before the call."""
    attempt = ledger.db.value(
        "INSERT INTO attempts (key, kind, mode, model, state, opened, estimate_usd)"
        " VALUES (?, ?, ?, ?, 'open', ?, ?) RETURNING id",
        (key, kind, mode, model, time.time(), estimate_usd),
    )
    return int(attempt)


def close_attempt(
    ledger: Ledger,
    attempt: int,
    *,
    state: AttemptState,
    answer: AnswerRecord | None = None,
    raw: str | None = None,
    usd: float | None = None,
    error: str | None = None,
    latency_s: float | None = None,
) -> None:
    """Writes what became of an attempt; call inside a transaction.

    `usd` is what an attempt without an answer counts at; its estimate when None.
    """
    ledger.db.execute(
        "UPDATE attempts SET state = ?, latency_s = ?, usd = ?, priced_as_of = ?, input = ?, output = ?, thinking = ?,"
        " cached = ?, finish_reason = ?, response_id = ?, model_version = ?, error = ? WHERE id = ?",
        (state, latency_s, *(answer[1:] if answer else (usd, *_NO_ANSWER)), error, attempt),
    )
    kept = answer.raw if answer else raw
    if kept is not None:
        ledger.db.execute("REPLACE INTO answers VALUES (?, ?)", (attempt, kept))


def recover(ledger: Ledger) -> int:
    """Takes the attempts that a killed run left open for maybe billed, and holds their requests; returns how many.

    Each counts at the mean of what its model's answers have cost in its mode, at its estimate while there are few.
    Those of a batch stay open: they live with their job. Begin a transaction, and hold `drafting_lock`.
    """
    ledger.db.execute(
        "UPDATE requests SET state = 'held', reason = 'the program ended during the call' WHERE state = 'todo'"
        " AND key IN (SELECT key FROM attempts WHERE state = 'open' AND mode <> 'batch')"
    )
    recovered = 0
    for model, mode in ledger.db.rows("SELECT DISTINCT model, mode FROM attempts WHERE state = 'open'"):
        if mode == "batch":
            continue
        usd, answers = usd_so_far(ledger, model, mode)
        mean = usd / answers if answers >= ENOUGH_ANSWERS else None
        recovered += ledger.db.execute(
            "UPDATE attempts SET state = 'unknown', error = 'the program ended during the call',"
            " usd = min(estimate_usd, ?) WHERE state = 'open' AND model = ? AND mode = ?",
            (mean, model, mode),
        )
    return recovered


def past_attempts(ledger: Ledger, key: str) -> list[PastAttempt]:
    """The closed attempts of a request, oldest first."""
    rows = ledger.db.rows(
        "SELECT a.kind, a.state, r.raw FROM attempts a LEFT JOIN answers r ON r.attempt = a.id"
        " WHERE a.key = ? AND a.state <> 'open' ORDER BY a.id",
        (key,),
    )
    return [PastAttempt(*row) for row in rows]


class Attempt(Record):
    """One call about a sample, as the ledger holds it; `raw` is what came back, as it came."""

    sample_id: str
    asked_for: str
    model: str
    lang: str
    kind: AttemptKind
    mode: Mode
    state: AttemptState
    opened: float
    latency_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    thinking_tokens: int | None
    usd: float | None
    estimate_usd: float
    finish_reason: str | None
    error: str | None
    raw: str | None


class Attempts(Record):
    """The calls about one sample, oldest first; what was asked about the wording of its drafts is not among them."""

    attempts: tuple[Attempt, ...]


def attempts_of(ledger: Ledger, sample_id: str) -> Attempts:
    """Every call about a sample, answered or not."""
    rows = ledger.db.rows(
        "SELECT q.sample_id, q.kind, a.model, q.lang, a.kind, a.mode, a.state, a.opened, a.latency_s, a.input,"
        " a.output, a.thinking, a.usd, a.estimate_usd, a.finish_reason, a.error, r.raw FROM attempts a"
        " JOIN requests q ON q.key = a.key LEFT JOIN answers r ON r.attempt = a.id WHERE q.sample_id = ? ORDER BY a.id",
        (sample_id,),
    )
    names = list(Attempt.model_fields)
    found = [Attempt.model_validate(dict(zip(names, row, strict=True))) for row in rows]
    return Attempts(attempts=tuple(found))


def count_open(ledger: Ledger, key: str) -> int:
    """How many attempts of a request are under way."""
    return int(ledger.db.value("SELECT count(*) FROM attempts WHERE key = ? AND state = 'open'", (key,)))


def spending(ledger: Ledger) -> tuple[ModelSpending, ...]:
    """The cost of each model's drafts, by name.

    Returns:
        `usd` holds what was billed and, as `unknown_usd`, what calls count at that may have been billed;
        `in_flight_usd` is what open calls (a batch under way) are estimated at and stands beside it.
        `priced_as_of` is the newest day and table by which a call was priced.
    """
    query = (
        "SELECT model, count(*), sum(state = 'answered'), sum(state = 'unknown'),"
        " sum(state = 'unreadable'), sum(state = 'open'),"
        " total(input), total(output), total(thinking), total(cached),"
        f" total({_SPENT}), total(CASE WHEN state IN ('unknown', 'unreadable') THEN {_SPENT} ELSE 0 END),"
        " total(CASE state WHEN 'open' THEN estimate_usd ELSE 0 END), max(priced_as_of)"
        " FROM attempts GROUP BY model ORDER BY model"
    )
    names = list(ModelSpending.model_fields)
    return tuple(ModelSpending.model_validate(dict(zip(names, row, strict=True))) for row in ledger.db.rows(query))


def spent_usd(ledger: Ledger) -> float:
    """What all calls cost that are over; USD."""
    return float(ledger.db.value(f"SELECT total({_SPENT}) FROM attempts"))


def in_flight_usd(ledger: Ledger) -> float:
    """What the calls under way are estimated at; USD."""
    return float(ledger.db.value("SELECT total(estimate_usd) FROM attempts WHERE state = 'open'"))


def usd_of_model(ledger: Ledger, model: str, lang: str) -> float | None:
    """What a model's drafts cost in a language, USD; calls maybe billed as in `spent_usd`; None: no call."""
    query = (
        "SELECT sum(CASE WHEN a.state IN ('open', 'unknown', 'unreadable') THEN coalesce(a.usd, a.estimate_usd)"
        " ELSE coalesce(a.usd, 0) END)"
        " FROM attempts a JOIN requests r ON r.key = a.key"
        " WHERE r.model = ? AND r.lang = ? AND r.kind IN ('draft', 'repair')"
    )
    usd = ledger.db.value(query, (model, lang))
    return None if usd is None else float(usd)


def usd_so_far(ledger: Ledger, model: str, mode: str) -> tuple[float, int]:
    """What a model's answers with a count of their tokens have cost in a mode, USD, and how many there are."""
    query = (
        "SELECT total(usd), count(*) FROM attempts"
        " WHERE model = ? AND mode = ? AND state = 'answered' AND priced_as_of IS NOT NULL"
    )
    ((usd, count),) = ledger.db.rows(query, (model, mode))
    return usd, count


def latency_of_model(ledger: Ledger, model: str, lang: str) -> float | None:
    """How long the answers took that a model's drafts in a language were made from, mean, s; None: none is known."""
    query = (
        "SELECT avg(a.latency_s) FROM attempts a JOIN requests r ON r.key = a.key"
        " WHERE r.model = ? AND r.lang = ? AND r.kind IN ('draft', 'repair')"
        " AND a.state = 'answered' AND a.mode <> 'batch'"
    )
    latency = ledger.db.value(query, (model, lang))
    return None if latency is None else float(latency)


def output_so_far(ledger: Ledger, model: str) -> tuple[float, int]:
    """Mean output tokens of a model's answers, thinking included, and how many answers there are."""
    query = (
        "SELECT avg(coalesce(output, 0) + coalesce(thinking, 0)), count(*) FROM attempts"
        " WHERE model = ? AND state = 'answered' AND output > 0"
    )
    ((mean, count),) = ledger.db.rows(query, (model,))
    return mean or 0.0, count
