"""Who sees which task: how many people annotate it blind, and whose it is. Pure; the same wishes, the same shares."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from meu_data.errors import MeuError
from meu_data.review.verdicts.adjudication import is_named

_WISH = re.compile(r"(?:(?P<all>all):(?P<of_all>\d+)|(?P<people>\d+):(?P<percent>\d+(?:\.\d+)?)%)")
_MOST = 9


class Overlap(NamedTuple):
    """How many people see which share of the tasks; `str` of it is what `parse_overlap` reads."""

    people: int
    share: float

    def __str__(self) -> str:
        return f"all:{self.people}" if self.share == 1 else f"{self.people}:{self.share * 100:g}%"

    def of(self, key: str, sample_id: str) -> int:
        """How many people a sample's task is for; chosen by the project's key, so that every machine chooses alike."""
        return self.people if _draw(key, sample_id) < self.share else 1


def parse_overlap(text: str) -> Overlap:
    """Reads `2:10%` (two people for a tenth of the tasks) or `all:2`.

    Raises:
        MeuError: It is neither, or asks for nobody.
    """
    found = _WISH.fullmatch(text.strip())
    people = int(found["of_all"] or found["people"]) if found else 0
    percent = 100.0 if found and found["all"] else float(found["percent"]) if found else 0.0
    if not 1 <= people <= _MOST or not 0 < percent <= 100:
        raise MeuError(f"{text!r} is no overlap; write 2:10% (two people for a tenth of the tasks) or all:2")
    return Overlap(people, percent / 100)


def chosen_people(names: Sequence[str], users: Iterable[str]) -> tuple[str, ...]:
    """The accounts that are meant by names: in full, or up to the @ of the e-mail.

    Raises:
        MeuError: Nobody goes by a name, or several people do.
    """
    there = sorted(users)
    found: list[str] = []
    for name in names:
        meant = [user for user in there if user == name] or [user for user in there if is_named(user, name)]
        if len(meant) != 1:
            raise MeuError(f"{name!r} is {'several accounts' if meant else 'no account'} there: {', '.join(there)}")
        found += meant
    return tuple(dict.fromkeys(found))


def next_people(key: str, sample_id: str, names: Sequence[str], count: int, load: Mapping[str, int]) -> tuple[str, ...]:
    """Whose turn a task is: those who have the fewest so far, drawn by the project's key among equals."""
    in_turn = sorted(names, key=lambda name: (load.get(name, 0), _draw(key, f"{sample_id} {name}")))
    return tuple(sorted(in_turn[:count]))


def _draw(key: str, text: str) -> float:
    """A number from 0 to 1 that depends on nothing but its arguments."""
    return int.from_bytes(hashlib.sha256(f"{key} {text}".encode()).digest()[:8]) / 2**64
