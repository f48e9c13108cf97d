"""The model services, one module each; imported by name, on use."""

from meu_data.drafting.providers.base import Provider
from meu_data.plugins import load


def provider(name: str) -> Provider:
    """A model service by name.

    Raises:
        MeuError: There is none, or the package that offers it is broken.
    """
    return load("providers", name, Provider)
