"""The loopback services of the tests of drafting."""

from tests.drafting.online.conftest import alone, gemini, openai, workspace_of

__all__ = ["alone", "gemini", "openai", "workspace_of"]
