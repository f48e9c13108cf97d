"""Requests and attempts for the tests of money."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meu_data.drafting.requests.spec import Picture, RequestSpec
from meu_data.store.ledger import Ledger


@pytest.fixture
def spec_of() -> Callable[..., RequestSpec]:
    def build(**changes) -> RequestSpec:
        fields = {
            "sample_id": "dfme/s1/a/1-5",
            "provider": "gemini",
            "model": "gemini-3.8-flash",
            "lang": "en",
            "system": "",
            "text": "",
            "pictures": (),
            "response_schema": {},
            "temperature": 0.0,
            "seed": 7,
            "thinking": "low",
            "media_resolution": "medium",
            "max_output_tokens": 8192,
        }
        return RequestSpec.model_validate(fields | changes)

    return build


@pytest.fixture
def picture() -> Picture:
    return Picture(file="maps/a.png", root="workspace", sha256="0" * 64, mime="image/png")


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
