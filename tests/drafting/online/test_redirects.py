"""The key and the pictures go to the address that the user chose, and nowhere else."""

import pytest

from meu_data.errors import MeuError
from tests.drafting.online.conftest import KEY, attempts
from tests.drafting.redirects import CODES, redirecting


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("provider", ["gemini", "openai"])
def test_a_run_is_not_sent_on(workspace_of, draft, monkeypatch, provider, code):
    workspace = workspace_of(6)
    with redirecting() as servers:
        servers.code = code
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", servers.url)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{servers.url}/v1")
        with pytest.raises(MeuError, match=f"takes no call: {code}.*check the base address"):
            draft(workspace, provider=provider, concurrency=2)
    assert servers.arrived == []
    # Every request would be sent on: the run ends with the first ones, and nothing was billed.
    assert 1 <= len(servers.asked) == len(attempts(workspace)) <= 2
    assert {state for _, state in attempts(workspace)} == {"refused"}
