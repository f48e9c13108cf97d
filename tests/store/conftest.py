"""A ledger of its own for every test, and attempts in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meu_data.store.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "meu.db")
    yield opened
    opened.close()


@pytest.fixture
def attempt(ledger: Ledger) -> Callable[..., None]:
    """Writes one attempt as the ledger holds it."""

    def write(state: str, *, model: str = "gemini-3.8-flash", estimate: float = 0.01, usd: float | None = None, **more):
        row = {"key": "k", "kind": "first", "mode": "online", "model": model, "state": state, "opened": 0.0}
        row |= {"estimate_usd": estimate, "usd": usd} | more
        query = f"INSERT INTO attempts ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        with ledger.transaction():
            ledger.db.execute(query, tuple(row.values()))

    return write
