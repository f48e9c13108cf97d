"""Gathers claims as a person would say them: both sides together, like with like; and picks among phrasings."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeVar

from meu_data.face.regions import ZONES, Direction, Zone, region_part, region_side, region_zone
from meu_data.grounding.evidence import AuReading
from meu_data.records import ActionUnit, Claim, Statement

Shape = Literal["single", "same", "mirrored", "split"]

_T = TypeVar("_T")

MOST_SENTENCES_ON_AUS = 3

_MIRROR: dict[str, str] = {"left": "right", "right": "left"}


class ClaimGroup(NamedTuple):
    """The claims about one part of the face: one of them, or left then right."""

    part: str
    claims: tuple[Claim, ...]

    @property
    def shape(self) -> Shape:
        """`same`, `mirrored` (outward or inward on both sides), `split` (neither), or `single`."""
        if len(self.claims) == 1:
            return "single"
        left, right = self.claims
        if left.direction == right.direction:
            return "same"
        return "mirrored" if left.direction == mirrored(right.direction) else "split"

    @property
    def way(self) -> str:
        """The motion in words of the face: a direction, or `out`, `up-in`, ... when mirrored."""
        direction = self.claims[0].direction
        if self.shape != "mirrored":
            return direction
        return direction.replace("left", "out").replace("right", "in")


class AuCluster(NamedTuple):
    """What one clause tells: its claims, the AUs they speak for, and the parts told of anew or earlier."""

    aus: list[ActionUnit]
    claims: list[Claim]
    groups: list[ClaimGroup]
    again: list[ClaimGroup]


def mirrored(direction: Direction) -> str:
    """A direction as a mirror shows it: `up-left` → `up-right`."""
    return "-".join(_MIRROR.get(word, word) for word in direction.split("-"))


def grouped(claims: Sequence[Claim]) -> list[ClaimGroup]:
    """Claims by part of the face, in order of first mention, left before right; each region once."""
    parts: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        parts.setdefault(region_part(claim.region), {})[claim.region] = claim
    return [ClaimGroup(part, tuple(pair[name] for name in sorted(pair))) for part, pair in parts.items()]


def bundled(groups: Sequence[ClaimGroup]) -> list[list[ClaimGroup]]:
    """Neighbouring groups that can share one verb: same motion, same colours, same brightness."""
    bundles: list[list[ClaimGroup]] = []
    for group in groups:
        if bundles and group.shape != "split" and _look(bundles[-1][-1]) == _look(group):
            bundles[-1].append(group)
        else:
            bundles.append([group])
    return bundles


def _look(group: ClaimGroup) -> tuple[object, ...]:
    sides = {claim.intensity for claim in group.claims}
    if len(sides) > 1 or group.shape == "split":
        return (group.part,)
    # One-sided regions share a verb only with their own side, or the list of names gets hard to follow.
    side = region_side(group.claims[0].region) if group.shape == "single" else None
    return (group.way, side, *sides)


def units(readings: Sequence[AuReading]) -> list[AuCluster]:
    """The seen AUs, those read from the same regions together, every region told once."""
    result: list[AuCluster] = []
    told: dict[str, int] = {}
    for reading in readings:
        if reading.finding != "seen":
            continue
        homes = {told.get(claim.region) for claim in reading.claims}
        (home, *others) = homes
        if home is not None and not others:
            result[home].aus.append(reading.au)
            result[home].claims.extend(reading.claims)
            continue
        fresh = [claim for claim in reading.claims if claim.region not in told]
        again = [claim for claim in reading.claims if claim.region in told]
        told |= {claim.region: len(result) for claim in fresh}
        result.append(AuCluster([reading.au], list(reading.claims), grouped(fresh), grouped(again)))
    return result


def zones(claims: Sequence[Claim]) -> list[Zone]:
    """The parts of the face the claims lie in, from the brow down."""
    found = {region_zone(claim.region) for claim in claims}
    return [zone for zone in ZONES if zone in found]


def names_sides(claims: Sequence[Claim]) -> bool:
    """Whether telling these claims takes the words left or right."""
    return any(
        group.shape in ("mirrored", "split")
        or group.claims[0].direction not in ("up", "down")
        or (group.shape == "single" and region_side(group.claims[0].region) is not None)
        for group in grouped(claims)
    )


def packed(told: Sequence[_T]) -> list[list[_T]]:
    """Clauses shared out evenly over at most `MOST_SENTENCES_ON_AUS` sentences."""
    size = max(1, math.ceil(len(told) / MOST_SENTENCES_ON_AUS))
    return [list(told[start : start + size]) for start in range(0, len(told), size)]


def linked(text: str, claims: Iterable[Claim]) -> Statement:
    """A sentence with the claims it tells, each once."""
    return Statement(text=text, claims=tuple(dict.fromkeys(claims)))


class Chooser:
    """Picks phrasings by a hash of the sample's id, so that a sample always reads the same."""

    def __init__(self, sample_id: str) -> None:
        """Args: sample_id: The sample the text is about."""
        self._id = sample_id

    def pick(self, slot: str, options: Sequence[_T], turn: int = 0) -> _T:
        """One of the options.

        Args:
            slot: What the phrase is for; different slots are chosen apart.
            options: The phrasings.
            turn: Counts uses of one slot in one text, so that neighbouring sentences differ.
        """
        digest = hashlib.sha256(f"{slot}|{self._id}".encode()).digest()
        return options[(int.from_bytes(digest[:8], "big") + turn) % len(options)]
