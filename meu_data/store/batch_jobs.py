"""The ledger of batch jobs: a job's name is written before the job is made, so that it can always be found again."""

import secrets
import time
from collections.abc import Sequence
from typing import Literal, NamedTuple

from meu_data.store.attempts import AttemptKind, open_attempt
from meu_data.store.ledger import Ledger
from meu_data.store.requests import RequestKind, put_request, set_state

JobState = Literal["intended", "creating", "submitted", "cancelling", "collected", "dropped"]
"""`intended`: nothing is asked for yet. `creating`: the service was asked for it and may or may not have made it.
`submitted`: it exists. `cancelling`: it waited too long and was called off. `collected`: over, and its results are in.
`dropped`: over without any."""

NEVER_MADE = "the batch job was never made"
OPEN: tuple[JobState, ...] = ("intended", "creating", "submitted", "cancelling")


class Line(NamedTuple):
    """One request of a job that is about to be made; `author` is the name that its draft will carry.

    `asked_for`: what its answer becomes. `kind`: which attempt at that it is.
    """

    key: str
    sample_id: str
    author: str
    lang: str
    inputs: str
    asked_for: RequestKind
    kind: AttemptKind
    estimate_usd: float


class BatchJob(NamedTuple):
    """One job; `name` is its displayName, `job` the service's name for it; times in seconds since 1970.

    `submitted` is when the service was asked for it, `file` its request file while that lies with the service.
    """

    name: str
    model: str
    state: JobState
    job: str | None
    file: str | None
    tokens: int
    intended: float
    submitted: float | None
    ended: float | None
    note: str | None


class OpenLine(NamedTuple):
    """One request of a job whose result is not in yet."""

    key: str
    sample_id: str
    asked_for: RequestKind
    attempt: int
    estimate_usd: float


def new_name() -> str:
    """A displayName no other job has; also good as the name of a file (letters, digits, dashes; at most 40)."""
    return f"meu-{secrets.token_hex(12)}"


def intend(ledger: Ledger, name: str, model: str, tokens: int, lines: Sequence[Line]) -> None:
    """Notes a job, its requests and their attempts; begin a transaction."""
    for line in lines:
        put_request(ledger, line.key, line.sample_id, line.author, line.lang, line.inputs, line.asked_for)
        set_state(ledger, line.key, "submitted", f"with the batch job {name}")
        attempt = open_attempt(
            ledger, line.key, kind=line.kind, mode="batch", model=model, estimate_usd=line.estimate_usd
        )
        ledger.db.execute("INSERT INTO batch_lines VALUES (?, ?, ?, ?)", (name, line.key, line.sample_id, attempt))
    ledger.db.execute(
        "INSERT INTO batch_jobs (name, model, state, file, tokens, intended) VALUES (?, ?, 'intended', ?, ?, ?)",
        (name, model, f"files/{name}", tokens, time.time()),
    )


def set_job(ledger: Ledger, name: str, state: JobState, *, job: str | None = None, note: str | None = None) -> None:
    """Moves a job on, and commits; the times are noted."""
    now = time.time()
    with ledger.transaction():
        ledger.db.execute(
            "UPDATE batch_jobs SET state = ?, job = coalesce(?, job), note = coalesce(?, note),"
            " submitted = CASE WHEN ? = 'creating' THEN ? ELSE submitted END,"
            " ended = CASE WHEN ? IN ('collected', 'dropped') THEN ? ELSE ended END WHERE name = ?",
            (state, job, note, state, now, state, now, name),
        )


def forget_file(ledger: Ledger, name: str) -> None:
    """Notes that a job's request file is gone from the service, and commits."""
    with ledger.transaction():
        ledger.db.execute("UPDATE batch_jobs SET file = NULL WHERE name = ?", (name,))


def jobs(ledger: Ledger, *states: JobState) -> list[BatchJob]:
    """The jobs in these states (in any, when none is named), oldest first."""
    marks = ", ".join("?" * len(states)) or "state"
    query = f"SELECT * FROM batch_jobs WHERE state IN ({marks}) ORDER BY intended, name"
    return [BatchJob(*row) for row in ledger.db.rows(query, states)]


def job(ledger: Ledger, name: str) -> BatchJob:
    """The job of this displayName."""
    (row,) = ledger.db.rows("SELECT * FROM batch_jobs WHERE name = ?", (name,))
    return BatchJob(*row)


def uncleaned(ledger: Ledger) -> list[BatchJob]:
    """Jobs that are over while their request file still lies with the service."""
    query = "SELECT * FROM batch_jobs WHERE state IN ('collected', 'dropped') AND file IS NOT NULL ORDER BY intended"
    return [BatchJob(*row) for row in ledger.db.rows(query)]


def enqueued_tokens(ledger: Ledger, model: str) -> int:
    """Input tokens of a model's jobs that are not over."""
    query = "SELECT coalesce(sum(tokens), 0) FROM batch_jobs WHERE model = ? AND state NOT IN ('collected', 'dropped')"
    return int(ledger.db.value(query, (model,)))


def open_line(ledger: Ledger, name: str, key: str) -> OpenLine | None:
    """One request of a job; None when the job has no such request or its result is in already."""
    found = _open_lines(ledger, "l.name = ? AND l.key = ?", (name, key))
    return found[0] if found else None


def open_lines(ledger: Ledger, name: str) -> list[OpenLine]:
    """The requests of a job whose results are not in."""
    return _open_lines(ledger, "l.name = ?", (name,))


def batch_attempts(ledger: Ledger, key: str) -> int:
    """How often a request went into a job that really existed."""
    query = "SELECT count(*) FROM attempts WHERE key = ? AND mode = 'batch' AND coalesce(error, '') <> ?"
    return int(ledger.db.value(query, (key, NEVER_MADE)))


def _open_lines(ledger: Ledger, where: str, bound: tuple[str, ...]) -> list[OpenLine]:
    query = (
        "SELECT l.key, l.sample_id, r.kind, l.attempt, a.estimate_usd FROM batch_lines l"
        " JOIN attempts a ON a.id = l.attempt JOIN requests r ON r.key = l.key"
        f" WHERE {where} AND a.state = 'open' ORDER BY l.key"
    )
    return [OpenLine(*row) for row in ledger.db.rows(query, bound)]
