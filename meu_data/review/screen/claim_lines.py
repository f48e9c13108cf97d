"""Claims as lines that a person reads and corrects: `left mouth corner: up-left, strong, AU12`. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, get_args

from meu_data.choices import Language
from meu_data.errors import MeuError, NotationError
from meu_data.face.au_notation import parse_code
from meu_data.face.regions import (
    CLAIMABLE,
    COLOUR_NAMES,
    COLOUR_OF,
    DIRECTION_NAMES,
    Colour,
    Direction,
    Intensity,
    region_name,
)
from meu_data.grounding.claims import INTENSITY_NAMES
from meu_data.records import Claim

EXAMPLES: dict[Language, str] = {
    "en": "left mouth corner: up-left, strong, AU12",
    "zh": "画面左侧嘴角：左上，强烈，AU12",
}
NO_CLAIMS: dict[Language, str] = {"en": "none", "zh": "无"}
"""What stands alone where there is to be no claim at all; an empty field leaves the claims to the text."""

STILL: dict[Language, str] = {"en": "still", "zh": "静止"}
_NO_DIRECTION: dict[Language, str] = {"en": "no direction", "zh": "无方向"}
_COLON = re.compile(r"[:：]")
_COMMA = re.compile(r"[,，、;；]")


class _Parts(NamedTuple):
    """What the words behind the colon may be."""

    directions: Mapping[str, Direction]
    intensities: Mapping[str, Intensity]
    colours: Mapping[str, Colour]


def claim_line(claim: Claim, lang: Language) -> str:
    """A claim as a line; the colour stands there only where it is not the direction's in the legend.

    Args:
        claim: Its side and direction are the picture's.
        lang: The annotators' language.
    """
    if claim.direction == "none" and claim.intensity == "none":
        said = [STILL[lang]]
    else:
        said = [_direction(claim.direction, lang), INTENSITY_NAMES[claim.intensity][lang]]
    if claim.colour != COLOUR_OF[claim.direction]:
        said.append(COLOUR_NAMES[claim.colour][lang])
    said += [claim.au] if claim.au else []
    name = _name(claim.region, lang)
    return f"{name}: {', '.join(said)}" if lang == "en" else f"{name}：{'，'.join(said)}"


def claims_text(claims: Iterable[Claim], lang: Language) -> str:
    """Claims as the screen shows them, one a line; empty when there are none."""
    return "\n".join(dict.fromkeys(claim_line(claim, lang) for claim in claims))


def corrected_claims(
    written: str, shown: Sequence[Claim], derived: Sequence[Claim], lang: Language
) -> tuple[Claim, ...]:
    """The claims of a proof: what a person has corrected by hand, and of all other regions what the text says.

    Args:
        written: The lines as they came back.
        shown: The claims that the person was shown.
        derived: Those of the corrected text, see `derive_claims`.
        lang: The language that they were shown in; lines in any language are read.

    Raises:
        MeuError: A line cannot be read; the message quotes it.
    """
    before = {claim_line(claim, lang): claim for claim in shown}
    lines = [line for line in (" ".join(line.split()) for line in written.splitlines()) if line]
    if [_plain(line) for line in lines] in ([_plain(word)] for word in NO_CLAIMS.values()):
        return ()
    now = {line: before.get(line) or read_line(line) for line in lines}
    touched = {claim.region for line, claim in before.items() if line not in now}
    touched |= {claim.region for line, claim in now.items() if line not in before}
    kept = [claim for claim in derived if claim.region not in touched]
    return tuple(dict.fromkeys([*kept, *(claim for claim in now.values() if claim.region in touched)]))


def read_line(line: str) -> Claim:
    """Reads one line: a region, a colon, direction and strength (or that it is still), and an AU if there is one.

    Raises:
        MeuError: It is no such line; the message quotes it.
    """
    name, *rest = _COLON.split(line, maxsplit=1)
    region = _regions().get(_plain(name))
    if region is None or not rest:
        raise MeuError(f"the claim “{line}” begins with no region of the face; {_how()}")
    found = {"region": region, **_read_parts(line, [part for part in _COMMA.split(rest[0]) if part.strip()])}
    if "direction" not in found or "intensity" not in found:
        raise MeuError(f"the claim “{line}” does not say direction and strength; {_how()}")
    return Claim.model_validate({"colour": COLOUR_OF[found["direction"]], **found})  # type: ignore[index]


def _read_parts(line: str, parts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        for key, value in _meaning(part):
            if key in found:
                raise MeuError(f"the claim “{line}” says two things of its {key}; {_how()}")
            found[key] = value
            continue
        if not any(_meaning(part)):
            raise MeuError(f"the claim “{line}” has “{part.strip()}”, which cannot be read; {_how()}")
    return found


def _meaning(part: str) -> Iterator[tuple[str, str]]:
    word, known = _plain(part), _parts()
    if word in map(_plain, STILL.values()):
        yield from (("direction", "none"), ("intensity", "none"))
    elif word in known.directions:
        yield "direction", known.directions[word]
    elif word in known.intensities:
        yield "intensity", known.intensities[word]
    elif word in known.colours:
        yield "colour", known.colours[word]
    else:
        try:
            yield "au", parse_code(word.upper()).code
        except NotationError:
            return


def _how() -> str:
    return f"write it as: {EXAMPLES['en']}, or {EXAMPLES['zh']}"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").split())


def _name(region: str, lang: Language) -> str:
    return region_name(region, lang) if lang == "zh" and region in CLAIMABLE else region.replace("_", " ")


def _direction(direction: Direction, lang: Language) -> str:
    if direction == "none":
        return _NO_DIRECTION[lang]
    return direction if lang == "en" else DIRECTION_NAMES[direction]["zh"].removeprefix("向")


@cache
def _regions() -> dict[str, str]:
    """Regions by all that they may be called."""
    names: dict[str, str] = {}
    for region in CLAIMABLE:
        chinese = region_name(region, "zh")
        for name in (region, region_name(region, "en"), chinese, chinese.removeprefix("画面")):
            names[_plain(name)] = region
    return names


@cache
def _parts() -> _Parts:
    directions: dict[str, Direction] = {}
    for direction in get_args(Direction):
        for lang in get_args(Language):
            said = _direction(direction, lang)
            directions |= dict.fromkeys(map(_plain, (said, DIRECTION_NAMES[direction][lang])), direction)
    intensities: dict[str, Intensity] = {_plain(n): i for i, names in INTENSITY_NAMES.items() for n in names.values()}
    colours: dict[str, Colour] = {_plain(n): c for c, names in COLOUR_NAMES.items() for n in names.values()}
    return _Parts(directions, intensities, colours)
