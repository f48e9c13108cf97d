"""Where the keys of the services come from, and how they are kept out of everything that is written or shown."""

import os

from meu_data.choices import Provider

# In the order in which the SDKs look; google-genai lets GOOGLE_API_KEY win.
_VARIABLES: dict[Provider, tuple[str, ...]] = {
    "gemini": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "openai": ("OPENAI_API_KEY",),
}
SERVICE = "meu-data"
# Shorter strings are no keys, and blotting them out would make messages unreadable.
_SHORTEST = 6

_handed_out: set[str] = set()


def api_key(provider: Provider) -> str | None:
    """The key of a service: from its SDK's environment variables, else from the keyring (service `meu-data`).

    Args:
        provider: Whose key; also the user name under which the keyring holds it.

    Returns:
        The key; None when there is none. Set it with `keyring set meu-data gemini`.
    """
    key = next((os.environ[name] for name in _VARIABLES[provider] if os.environ.get(name)), None) or from_keyring(
        provider
    )
    if key:
        _handed_out.add(key)
    return key


def without_keys(text: str) -> str:
    """A text with every known key blotted out: services and proxies may echo what they were sent."""
    known = {os.environ.get(name, "") for names in _VARIABLES.values() for name in names} | _handed_out
    for key in sorted(known, key=len, reverse=True):
        if len(key) >= _SHORTEST:
            text = text.replace(key, "[key]")
    return text


def key_hint(provider: Provider) -> str:
    """How to give a key, for a message."""
    names = " or ".join(_VARIABLES[provider])
    return f"set {names}, or store it with `keyring set {SERVICE} {provider}`"


def from_keyring(user: str) -> str | None:
    """What the keyring holds for one user of the service `meu-data`; None when there is nothing or no keyring.

    Args:
        user: Such as `gemini` or `label-studio`.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password(SERVICE, user)
    except (KeyringError, RuntimeError):
        # A machine without a desktop session has no keyring to ask.
        return None
