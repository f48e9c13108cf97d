"""The ledger of requests and attempts: what was asked, what was paid, what came back.

A request is one question about one sample to one model, known by its key. An attempt is one call for it; its row
is written before the call, so that a killed run cannot forget what it may have to pay for. No function here begins
a transaction: the caller decides what belongs together.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from meu_data.choices import Mode
from meu_data.drafting.money.prices import Cost
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import PARSER_VERSION
from meu_data.errors import MeuError
from meu_data.store.ledger import Ledger

RequestKind = Literal["draft", "repair"]
RequestState = Literal["todo", "submitted", "held", "done", "blocked", "failed"]
"""`submitted`: lies with a batch job. `held`: maybe billed, and the user decides whether to send it again."""
AttemptKind = Literal["first", "larger", "reask"]
AttemptState = Literal["open", "answered", "refused", "unknown"]
"""`answered`: billed as the service counted. `refused`: not billed. `unknown`: maybe billed, counted as estimated."""


class PastAttempt(NamedTuple):
    """A closed attempt of a request, with its raw answer if there was one."""

    kind: AttemptKind
    state: AttemptState
    raw: str | None


@contextlib.contextmanager
def run_lock(root: Path) -> Iterator[None]:
    """Lets one process at a time draft in a workspace; ends with the process, however that ends.

    Two runs at once would take each other's open attempts for those of a killed run.

    Args:
        root: The workspace's folder.

    Raises:
        MeuError: Another process is drafting.
    """
    try:
        lock = sqlite3.connect(root / "draft.lock", timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        raise MeuError(f"{root}: another process is drafting here ({error}); wait for it to end") from error
    try:
        yield
    finally:
        lock.close()


def put_request(
    ledger: Ledger, key: str, sample_id: str, model: str, lang: str, inputs: str, kind: RequestKind = "draft"
) -> None:
    """Notes a request that is about to be sent, whatever became of it before."""
    ledger.write(
        "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, 'todo', NULL, ?)"
        " ON CONFLICT (key) DO UPDATE SET inputs = excluded.inputs, state = 'todo', reason = NULL",
        (key, sample_id, model, lang, kind, inputs, PARSER_VERSION),
    )


def set_state(ledger: Ledger, key: str, state: RequestState, reason: str | None = None) -> None:
    """Sets a request's state as judged by this program's reading of the answers."""
    ledger.write(
        "UPDATE requests SET state = ?, reason = ?, parser = ? WHERE key = ?", (state, reason, PARSER_VERSION, key)
    )


def open_attempt(
    ledger: Ledger, key: str, *, kind: AttemptKind = "first", mode: Mode, model: str, estimate_usd: float
) -> int:
    """Writes an attempt that is about to be made; commit before the call.

    Returns:
        Its id.
    """
    ((attempt,),) = ledger.read(
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
    reply: Reply | None = None,
    cost: Cost | None = None,
    raw: str | None = None,
    error: str | None = None,
    latency_s: float | None = None,
) -> None:
    """Writes what became of an attempt; call inside a transaction.

    Args:
        ledger: Where it was opened.
        attempt: Its id.
        state: What became of it.
        reply: The answer, if one came; its raw text is kept for ever, so that it can be read again without a call.
        cost: What the answer cost; its estimate, priced as of no day, when the service gave no count that can be.
        raw: What came instead of an answer.
        error: Why it is no draft.
        latency_s: How long it took.
    """
    used = (reply.usage if reply else None) or Usage()
    ledger.write(
        "UPDATE attempts SET state = ?, latency_s = ?, usd = ?, priced_as_of = ?, input = ?, output = ?, thinking = ?,"
        " cached = ?, finish_reason = ?, response_id = ?, model_version = ?, error = ? WHERE id = ?",
        (
            state,
            latency_s,
            cost.usd if cost else None,
            (cost.as_of or None) if cost else None,
            used.input_tokens,
            used.output_tokens,
            used.thinking_tokens,
            used.cached_tokens,
            reply.finish_reason if reply else None,
            reply.response_id if reply else None,
            reply.model_version if reply else None,
            error,
            attempt,
        ),
    )
    kept = reply.raw if reply else raw
    if kept is not None:
        ledger.write("REPLACE INTO answers VALUES (?, ?)", (attempt, kept))


def recover(ledger: Ledger) -> int:
    """Takes the attempts that a killed run left open for maybe billed, and holds their requests.

    Those of a batch stay open: they live with their job. Begin a transaction, and hold `run_lock`.

    Returns:
        How many there were.
    """
    ledger.write(
        "UPDATE requests SET state = 'held', reason = 'the program ended during the call' WHERE state = 'todo'"
        " AND key IN (SELECT key FROM attempts WHERE state = 'open' AND mode <> 'batch')"
    )
    return ledger.write(
        "UPDATE attempts SET state = 'unknown', error = 'the program ended during the call'"
        " WHERE state = 'open' AND mode <> 'batch'"
    )


def past_attempts(ledger: Ledger, key: str) -> list[PastAttempt]:
    """The closed attempts of a request, oldest first."""
    rows = ledger.read(
        "SELECT a.kind, a.state, r.raw FROM attempts a LEFT JOIN answers r ON r.attempt = a.id"
        " WHERE a.key = ? AND a.state <> 'open' ORDER BY a.id",
        (key,),
    )
    return [PastAttempt(*row) for row in rows]
