"""The baseline without a model: action units that the measured motion shows, and the emotion that they speak for.

1. A unit is shown where the regions that FACS says it moves are seen to move that way; of units that move one part of
   the face, those whose direction fits most exactly.
2. Each emotion is scored by the overlap (Dice) of the shown units with those that speak for it (`face.emotions`). A
   unit that typically speaks for an emotion on one side alone counts half when both sides move.
3. The best score wins, of equals the first in the order of the classes. Without any, `others`, or none.

Nothing is learnt and no label is looked at.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from meu_data.face.aus import AU_NAMES, au_effects
from meu_data.face.emotions import EMOTIONS, EVIDENCE, speaks_for
from meu_data.face.regions import octant_distance, region_part
from meu_data.grounding.evidence import read_map
from meu_data.records import ActionUnit, Motion, RegionMotion

_NOBODY = "others"


class Ruled(NamedTuple):
    """What the rule says; `emotion` is None where no shown unit speaks for any, and `others` is no class."""

    emotion: str | None
    aus: tuple[str, ...]
    explanation: str


class _Shown(NamedTuple):
    """A unit that is seen: the part of the face it moves first, how exactly (0 to 1), and whether on both sides."""

    part: str
    fit: float
    both: bool


def predict_by_rule(motion: Motion, emotions: Sequence[str]) -> Ruled:
    """Predicts from what was measured on one pair.

    Args:
        motion: What was measured; sides and directions are the picture's.
        emotions: Those to choose from, keys of `EMOTIONS`.
    """
    shown = _shown(motion)
    scores = {emotion: _overlap(emotion, shown) for emotion in emotions}
    most = max(scores.values(), default=0.0)
    nobody = _NOBODY if _NOBODY in scores else None
    winner = next(emotion for emotion, score in scores.items() if score == most) if most else nobody
    seen = ", ".join(f"AU{number} ({AU_NAMES[number]['en']})" for number in shown) or "no action unit"
    counted = ", ".join(f"{name} {score:.2f}" for name, score in scores.items() if score) or "none"
    said = f"The measured motion shows {seen}. Overlap with the units of each emotion: {counted}."
    return Ruled(winner, tuple(f"AU{number}" for number in shown), said)


def _shown(motion: Motion) -> Mapping[int, _Shown]:
    regions = {region.region: region for region in motion.regions}
    seen = {
        au.number: _fit(au, regions) for au in _candidates() if read_map((au,), motion.regions).aus[0].finding == "seen"
    }
    best: dict[str, float] = {}
    for one in seen.values():
        best[one.part] = max(one.fit, best.get(one.part, 0.0))
    return {number: one for number, one in seen.items() if one.fit == best[one.part]}


@cache
def _candidates() -> tuple[ActionUnit, ...]:
    return tuple(ActionUnit(number=number) for number in sorted(set[int]().union(*EVIDENCE.values())))


def _fit(au: ActionUnit, regions: Mapping[str, RegionMotion]) -> _Shown:
    effects = [effect for effect in au_effects(au) if effect.kind == "primary"]
    part = region_part(effects[0].region)
    first = [effect for effect in effects if region_part(effect.region) == part]
    fits = []
    for effect in first:
        region = regions.get(effect.region)
        moves = region is not None and region.moving and effect.shows(region.octant)
        exact = 0 if region is None or effect.free else octant_distance(effect.direction, region.octant)
        fits.append((0.5 if effect.free or exact else 1.0) if moves else 0.0)
    return _Shown(part, sum(fits) / len(fits), len(fits) > 1 and all(fits))


def _overlap(emotion: str, shown: Mapping[int, _Shown]) -> float:
    known = EMOTIONS[emotion]
    if not shown or not known.evidence:
        return 0.0
    common = sum(
        0.5 if number in known.one_sided and one.both else 1.0
        for number, one in shown.items()
        if speaks_for(emotion, number, shown)
    )
    return 2 * common / (len(shown) + len(known.evidence))
