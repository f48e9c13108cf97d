"""Whether a screen or a guide on a server is still as meu-data wrote it: the text carries its own hash. Pure."""

import hashlib
import re

_SIGN = "meu-made-"
_SIGNED = re.compile(rf"{_SIGN}([0-9a-f]{{12}})")


def signed(text: str, after: str) -> str:
    """A text with a class name that holds its hash.

    Args:
        text: The text.
        after: The class name in it behind whose first place the other is written.
    """
    place = text.index(after) + len(after)
    return f"{text[:place]} {_SIGN}{_digest(text)}{text[place:]}"


def is_as_written(text: str) -> bool:
    """Whether nobody has changed a signed text; a text without a signature is somebody else's."""
    found = _SIGNED.search(text)
    return found is not None and _digest(text.replace(f" {found[0]}", "", 1)) == found[1]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
