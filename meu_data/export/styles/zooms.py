"""Which regions of a map are looked at more closely: those that moved, those in doubt, at times one that is still."""

import hashlib
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from meu_data.errors import MeuError, NotationError
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.au_notation import parse_code
from meu_data.records import ActionUnit, Claim, RegionMotion

# Every further look is a picture more in the model's context.
_MOST = 4
# A region that is believed less is in doubt; as for maps, where `--min-trust` has the same bound.
_LEAST_TRUST = 0.5


class ZoomMix(NamedTuple):
    """How many trajectories do other than confirm; each share is of the samples whose measurement allows it.

    Attributes:
        none: Of those whose every telling region moves plainly: they conclude without a zoom.
        still: Of those with a region that was measured as still: they look at it as well, and see nothing.
    """

    none: float
    still: float


# Half of the plain ones need no look; one look in vain among four keeps most looks worth their place.
DEFAULT_ZOOM_MIX = ZoomMix(0.5, 0.25)


def read_zoom_mix(text: str) -> ZoomMix:
    """The shares as `--zoom-mix` has them: `0.5,0.25`.

    Raises:
        MeuError: It is not two numbers from 0 to 1.
    """
    try:
        none, still = (float(part) for part in text.split(","))
    except ValueError:
        none = still = -1.0
    if not (0 <= none <= 1 and 0 <= still <= 1):
        raise MeuError(
            f"--zoom-mix {text}: give two shares from 0 to 1, those without a zoom and those with a zoom on a still "
            "region, such as 0.5,0.25"
        )
    return ZoomMix(none, still)


class Look(NamedTuple):
    """One region to zoom into.

    Attributes:
        region: Its name.
        claim: What is told of it; None where nothing is.
        unit: The unit that it speaks for, if any.
        doubtful: The map cannot be believed there.
    """

    region: str
    claim: Claim | None = None
    unit: ActionUnit | None = None
    doubtful: bool = False


def looks(truth: SampleTruth, places: Container[str], mix: ZoomMix) -> list[Look]:
    """The regions to look at: for each action unit the one that moved most for it, then the others that moved.

    At most four of those, or as many as there are units. Where the map says all of them plainly, a share of samples
    looks at none. One region that cannot be measured is looked at, too, and for a share of samples one that is still.

    Args:
        truth: A sample with an annotation.
        places: The regions that lie on its map; others are passed over.
        mix: The shares.

    Returns:
        Strongest measured motion first, ties by the region's name; then those without a claim.
    """
    motion = {region.region: region for region in truth.motion.regions}
    told = _told(truth, motion, places)
    if told and all(_plain(motion.get(look.region)) for look in told) and _draw(truth, "none") < mix.none:
        return []
    claimed = {claim.region for claim in _moving(truth)}
    others = [region for region in truth.motion.regions if region.region in places and region.region not in claimed]
    blind = [Look(region.region, doubtful=True) for region in others if not region.measurable]
    still = [Look(region.region) for region in others if region.still and region.trust >= _LEAST_TRUST]
    in_vain = still if _draw(truth, "still") < mix.still else []
    return [*told, *blind[:1], *_one_of(in_vain, truth)]


def told_regions(truth: SampleTruth) -> list[str]:
    """The regions that are told to move, each once, in the order of the annotation."""
    return [claim.region for claim in _once(_moving(truth))]


def _moving(truth: SampleTruth) -> list[Claim]:
    return [claim for claim in truth.texts.claims if "none" not in (claim.direction, claim.intensity)]


def _told(truth: SampleTruth, motion: dict[str, RegionMotion], places: Container[str]) -> list[Look]:
    """What moved and is told of."""
    strength = {name: region.mean for name, region in motion.items()}
    numbers = {unit.number for unit in truth.aus}
    moving = [claim for claim in _moving(truth) if claim.region in places]
    moving.sort(key=lambda claim: (-strength.get(claim.region, 0.0), claim.region))
    found = [
        Look(claim.region, claim, _unit(claim, numbers), _in_doubt(motion.get(claim.region))) for claim in _once(moving)
    ]
    telling = {look.unit.number: look for look in reversed(found) if look.unit}.values()
    spare = max(_MOST - len(telling), 0)
    kept = {look.region for look in [*telling, *[look for look in found if look not in telling][:spare]]}
    return [look for look in found if look.region in kept]


def _plain(region: RegionMotion | None) -> bool:
    return region is not None and region.clear and not _in_doubt(region)


def _in_doubt(region: RegionMotion | None) -> bool:
    return region is not None and (region.trust < _LEAST_TRUST or not region.measurable)


def _draw(truth: SampleTruth, what: str) -> float:
    """A number from 0 to 1 that only depends on the sample, so that rows do not depend on each other."""
    digest = hashlib.sha256(f"{what} {truth.sample.id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _one_of(found: Sequence[Look], truth: SampleTruth) -> Sequence[Look]:
    return [found[int(_draw(truth, "which") * len(found))]] if found else []


def _once(claims: Sequence[Claim]) -> Iterator[Claim]:
    """The first claim of each region."""
    seen: set[str] = set()
    for claim in claims:
        if claim.region not in seen:
            seen.add(claim.region)
            yield claim


def _unit(claim: Claim, numbers: set[int]) -> ActionUnit | None:
    """The unit a claim speaks for, if it is one of the row's."""
    try:
        unit = parse_code(claim.au or "")
    except NotationError:
        return None
    return unit if unit.number in numbers else None
