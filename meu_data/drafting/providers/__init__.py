"""The model services, one module each; imported by name, on use."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from meu_data.drafting.providers.base import Provider, Reply


def open_provider(name: str, **options: Any) -> Provider:  # noqa: ANN401 - passed on as they are
    """Opens a model service.

    Args:
        name: `gemini` or `openai`, a module of this package.
        options: What its `connect` takes: `timeout_s` and `connections`.

    Raises:
        MissingExtraError: The package it needs is not installed.
        MeuError: There is no key.
    """
    provider: Provider = import_module(f"meu_data.drafting.providers.{name}").connect(**options)
    return provider


def reply_reader(name: str) -> Callable[[str], Reply]:
    """What reads a service's raw answer again, without its SDK."""
    reader: Callable[[str], Reply] = import_module(f"meu_data.drafting.providers.{name}").read_reply
    return reader
