"""The errors meu-data raises on purpose; each message is written for the person at the terminal."""

import difflib
import reprlib
from collections.abc import Iterable


class MeuError(Exception):
    """The input or the set-up is wrong: names the file, row or sample, what is wrong and what to do."""


class FrameError(MeuError):
    """One picture file cannot be used; the message says why."""


class SheetError(MeuError):
    """An annotation sheet cannot be read as a whole (one bad row is a problem record, not an error)."""


class NotationError(MeuError):
    """A text is no AU notation or no emotion that the corpus knows."""


class NoFaceError(MeuError):
    """No face was found where one is needed."""


class OtherFaceError(MeuError):
    """The apex frame does not show the face of the onset frame."""


class MissingExtraError(MeuError):
    """An optional package is not installed; the message names the extra that brings it."""


class LedgerError(MeuError):
    """The workspace's database cannot be used: damaged, newer than this program, or no room to write."""


class DamagedError(LedgerError):
    """A row of the ledger is not as this program writes it."""


_REPR = reprlib.Repr()


def meant(given: str, known: Iterable[str]) -> str:
    """What a misspelt name may have been, as the end of a message: "; did you mean trl?", or nothing."""
    near = difflib.get_close_matches(given, [*known], 1)
    return f"; did you mean {near[0]}?" if near else ""


def printable(value: object, longest: int = 80) -> str:
    """A value from a file as a message may show it: short, one line, and without what no terminal can print."""
    text = value if isinstance(value, str) else _REPR.repr(value)
    if len(text) > longest:
        text = text[:longest] + "…"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
