"""Where the keys of the services come from, and how they are kept out of everything that is written or shown."""

import os
import re
from collections.abc import Sequence

from meu_data.errors import MeuError

SERVICE = "meu-data"
# Shorter strings are no keys, and blotting them out would make messages unreadable.
_SHORTEST = 6
# What a variable that holds a key is called: not all of them are handed out by this module.
_KEY_NAME = "_API_KEY"

# What is found in a key that was copied badly.
_NO_KEY = {"quotes": "[\"'`]", "blanks or line breaks": r"[\s\x00-\x1f\x7f]", "letters beyond ASCII": r"[^\x00-\x7f]"}

_handed_out: set[str] = set()


def api_key(user: str, variables: Sequence[str]) -> str | None:
    """The key of a service: from its SDK's environment variables, else from the keyring (service `meu-data`).

    Args:
        user: The provider's name, under which the keyring holds it.
        variables: Names of environment variables; the first that is set counts.

    Returns:
        The key without blanks around it; None when there is none. Set it with `keyring set meu-data gemini`.

    Raises:
        MeuError: What is there can be no key; the message names its place and not what it is.
    """
    name = next((name for name in variables if os.environ.get(name, "").strip()), None)
    key = (os.environ[name] if name else from_keyring(user) or "").strip()
    if not key:
        return None
    # Its form is looked at before anything is sent: a header cannot hold the one, and no service gives out the other.
    wrong = next((what for what, found in _NO_KEY.items() if re.search(found, key)), None)
    if wrong is not None:
        place = f"the variable {name}" if name else f"what the keyring holds for {SERVICE} {user}"
        raise MeuError(f"{place} is no key: it has {wrong}; copy the key again")
    _handed_out.add(key)
    return key


def without_keys(text: str) -> str:
    """A text with every known key blotted out: services and proxies may echo what they were sent."""
    known = {value for name, value in os.environ.items() if name.endswith(_KEY_NAME)} | _handed_out
    for key in sorted(known, key=len, reverse=True):
        if len(key) >= _SHORTEST:
            text = text.replace(key, "[key]")
    return text


def key_hint(user: str, variables: Sequence[str]) -> str:
    """How to give a key, for a message; arguments as for `api_key`."""
    return f"set {' or '.join(variables)}, or store it with `keyring set {SERVICE} {user}`"


def from_keyring(user: str) -> str | None:
    """What the keyring holds for one user of the service `meu-data`; None when there is nothing or no keyring."""
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
