"""Requests and attempts for the tests of money."""

from collections.abc import Callable

import pytest

from meu_data.drafting.requests.spec import RequestPicture, RequestSpec
from tests.store.conftest import attempt, ledger

__all__ = ["attempt", "ledger"]


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
def picture() -> RequestPicture:
    return RequestPicture(file="maps/a.png", root="workspace", sha256="0" * 64, mime="image/png")
