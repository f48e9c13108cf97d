"""What the tests of the managed server share."""

import uuid

import pytest


@pytest.fixture
def unused_name() -> str:
    """A name that nobody on the shared server has, whoever else runs tests on it."""
    return f"n{uuid.uuid4().hex[:12]}"
