"""A few hundred spoilt inputs at every door; `make hostile` tries ten thousand."""

import pytest

from tests.hostile.campaign import Counters, attempt
from tests.hostile.doors import DOORS, material

# Some seconds for each door.
TRIES = {"ledger": 12, "videos": 15, "words": 25, "exports": 15, "sheets": 25}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return material(tmp_path_factory.mktemp("given"))


@pytest.mark.parametrize("name", DOORS)
def test_what_is_spoilt_is_read_or_refused_in_one_line(given, tmp_path, name):
    counters = Counters()
    for seed in range(TRIES.get(name, 50)):
        attempt(counters, name, seed, given, tmp_path / "room")
    assert counters.findings == []
    assert counters.attempts > counters.refused
