"""Region and grounded: tables, an independent definition, and what they make of drafts that are right or spoilt."""

import random
import re

import pytest

from meu_data import rewards
from meu_data.drafting.offline.writer import annotate
from meu_data.face.regions import OCTANTS, REGIONS
from meu_data.language.reader import read
from meu_data.language.words import WAYS
from tests.builders import make_motion, make_sample
from tests.rewards.conftest import ALL, claim, drafts, one, think

RIGHT_CORNER = [claim("right_mouth_corner", "up-right")]
PAIR = [claim("left_mouth_corner", "up-left"), claim("right_mouth_corner", "up-right")]


SILENT = -0.5


def score(right: float, wrong: float, found: int, wanted: int) -> float:
    """The published rule, for counts made by hand."""
    precision, recall = right / (right + wrong), found / wanted if wanted else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return -0.5 + 1.5 * f1 - 0.5 * wrong / (right + wrong)


@pytest.mark.parametrize(
    ("thoughts", "claims", "region", "grounded"),
    [
        ("The right mouth corner moves up and outward.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves up.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves down.", RIGHT_CORNER, 1, -1),
        ("The right mouth corner rises, in yellow-green.", RIGHT_CORNER, 1, -1),
        ("The left mouth corner moves up.", RIGHT_CORNER, -1, -1),
        ("Both mouth corners move up.", RIGHT_CORNER, score(1, 1, 1, 1), score(1, 1, 1, 1)),
        # Nothing is said of how many corners there are.
        ("The mouth corners move up.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves up.", PAIR, score(1, 0, 1, 2), score(1, 0, 1, 2)),
        ("The mouth corners move up.", PAIR, 1, 1),
        ("Both mouth corners move to the right.", PAIR, 1, score(1, 1, 1, 2)),
        (
            "The eyebrows move up.",
            [claim("left_inner_brow", "up"), claim("left_outer_brow", "up")],
            *[score(1, 0, 1, 2)] * 2,
        ),
        ("Nothing can be said.", PAIR, SILENT, SILENT),
        ("", PAIR, SILENT, SILENT),
        ("No region moves.", [], 1, 1),
        ("", [], SILENT, SILENT),
        ("The chin moves up.", [], -1, -1),
        ("The chin moves up.", [claim("chin", "none", "none")], -1, -1),
        ("The chin moves up.", None, 0, 0),
        # Strength: one bin off is tolerated, two are not.
        ("The chin rises strongly.", [claim("chin", "up", "moderate")], 1, 1),
        ("The chin rises strongly.", [claim("chin", "up", "slight")], 1, -1),
        # Denial: of what moves it is an error, of what rests it earns nothing.
        ("The chin does not move.", [claim("chin", "up")], SILENT, -1),
        ("The chin rises. The glabella does not move.", [claim("chin", "up")], 1, 1),
        (
            "The chin rises. The mouth corners do not move.",
            [claim("chin", "up"), *PAIR],
            *[score(1, 0, 1, 3), score(1, 2, 1, 3)],
        ),
        # One place cannot go two ways, and saying it once more changes nothing.
        ("The chin rises. The chin sinks.", [claim("chin", "up")], 1, -1),
        ("The chin rises. The chin rises. The chin rises.", [claim("chin", "up"), *PAIR], *[score(1, 0, 1, 3)] * 2),
        # The link of a unit to its region.
        ("The chin rises, which shows AU17.", [claim("chin", "up")], 1, 1),
        ("The chin rises, which shows AU4.", [claim("chin", "up")], 1, score(1, 1, 1, 1)),
        ("The chin rises. AU4 (cheek raiser) is active.", [claim("chin", "up")], 1, score(1, 1, 1, 1)),
    ],
)
def test_motion_table(thoughts, claims, region, grounded):
    text = think(text=thoughts)
    assert one(rewards.region, text, claims=claims) == pytest.approx(region)
    assert one(rewards.grounded, text, claims=claims) == pytest.approx(grounded)


def test_the_measurement_decides_what_moves_and_the_claims_what_is_wanted():
    motion = [
        region.model_dump()
        for region in make_motion({"chin": ("up", "strong"), "glabella": ("down", "slight")}).regions
    ]
    both = think(text="The chin rises and the glabella sinks.")
    assert one(rewards.grounded, both, motion=motion, claims=[claim("chin", "up")]) == 1
    assert one(rewards.grounded, both, motion=motion, claims=[claim("chin", "up"), claim("nose_tip", "up")]) == 1
    assert one(rewards.grounded, both, motion=motion) == 1
    assert one(rewards.grounded, think(text="The chin rises."), motion=motion) == 1
    # What moves a little need not be told, and may be.
    assert one(rewards.grounded, think(text="The glabella sinks."), motion=motion) == SILENT
    renamed = [{"region": row["region"], "direction": row["octant"], "intensity": row["intensity"]} for row in motion]
    assert one(rewards.grounded, both, motion=renamed) == 1


CLOSING = {
    "all are listed": ("So AU12 and AU17: happiness.", 1),
    "one is dropped": ("So AU12 alone: happiness.", score(2, 0.5, 2, 2)),
    "one is dropped, in Chinese": ("综上，AU12，高兴。", score(2, 0.5, 2, 2)),
    "an emotion without units": ("So this is happiness.", 1),
    "the emotion is concluded after the units": ("AU12 is what tells happiness. All in all: happiness.", 1),
    "what the emotion would need": ("In contempt AU12 would be one-sided. This is happiness.", 1),
    "a unit of another row": ("So AU12 and AU9: happiness.", score(2, 1.5, 2, 2)),
}


@pytest.mark.parametrize(("closing", "grounded"), CLOSING.values(), ids=CLOSING)
def test_a_unit_that_the_conclusion_drops_costs_half_an_error(closing, grounded):
    seen = "The right mouth corner rises, which shows AU12. The chin rises, which shows AU17. "
    row = {"aus": ["AU12", "AU17"], "claims": [*RIGHT_CORNER, claim("chin", "up")], "solution": "happiness"}
    assert one(rewards.grounded, think(text=seen + closing), **row) == pytest.approx(grounded)


SWAPS = {
    "sides": {"en": (("left", "right"),), "zh": (("左", "右"),)},
    "directions": {
        "en": (
            *(("up", "down"), ("rise", "drop"), ("rises", "drops"), ("lift", "sink"), ("lifts", "sinks")),
            *(("red", "cyan"), ("orange-yellow", "blue"), ("yellow-green", "purple"), ("green", "magenta")),
            *(("outward", "inward"), ("to the left", "to the right")),
        ),
        "zh": (
            *(("向上", "向下"), ("上移", "下移"), ("上提", "下压"), ("外上方", "内下方"), ("外下方", "内上方")),
            *(("红色", "青色"), ("橙黄色", "蓝色"), ("黄绿色", "紫色"), ("绿色", "品红色")),
        ),
    },
}


def swapped(text: str, pairs, lang: str) -> str:
    other = {one: two for pair in pairs for one, two in (pair, pair[::-1])}
    words = "|".join(sorted(map(re.escape, other), key=len, reverse=True))
    pattern = rf"(?<![\w-])(?:{words})(?![\w-])" if lang == "en" else words
    return re.sub(pattern, lambda match: other[match[0]], text)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_offline_drafts_get_the_top_of_every_reward(lang):
    for text, row in drafts(150, lang):
        for columns in (row, {name: row[name] for name in ("solution", "aus", "claims")}):
            for reward in ALL:
                expected = 0.0 if reward in (rewards.au_f1, rewards.units) and not row["aus"] else 1.0
                assert one(reward, text, **columns) == pytest.approx(expected), (reward.__name__, text, row["claims"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_drafts_with_directions_reversed_are_not_grounded(lang):
    told = [(text, row) for text, row in drafts(80, lang) if row["claims"]]
    for text, row in told:
        wrong = swapped(text, SWAPS["directions"][lang], lang)
        assert one(rewards.grounded, wrong, **row) < 0.4, wrong
    values = [one(rewards.grounded, swapped(text, SWAPS["directions"][lang], lang), **row) for text, row in told]
    assert sum(values) / len(values) < -0.8


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_drafts_with_sides_swapped_lose_region_and_grounded(lang):
    moves = {
        "left_mouth_corner": ("up-left", "strong"),
        "left_cheek": ("up-left", "strong"),
        "right_inner_brow": ("down", "moderate"),
    }
    draft = annotate(make_sample("R12+L4"), make_motion(moves), lang)
    row = {"claims": [claim.model_dump() for claim in draft.claims]}
    assert len(row["claims"]) == 3
    right = think(text=draft.motion_analysis)
    wrong = swapped(right, SWAPS["sides"][lang], lang)
    for reward in (rewards.region, rewards.grounded):
        assert one(reward, right, **row) == 1
        assert one(reward, wrong, **row) == -1


# An independent definition of region, from sets, for rows of any kind.


def plain_truth(row: dict) -> tuple[dict[str, str], set[str]] | None:
    """Where the regions move to, and which of them should be told."""

    def entries(name: str) -> dict[str, tuple[str, str]] | None:
        if not isinstance(row.get(name), list):
            return None
        found = {}
        for entry in row[name]:
            if isinstance(entry, dict) and isinstance(entry.get("region"), str) and entry["region"] in REGIONS:
                way = entry["octant"] if "octant" in entry else entry.get("direction")
                intensity = entry.get("intensity")
                intensity = intensity if isinstance(intensity, str) else "slight"
                found[entry["region"]] = (way if way in OCTANTS else "none", intensity)
        return found

    motion, claims = entries("motion"), entries("claims")
    if not motion and claims is None:
        return None
    source = motion or claims or {}
    moving = {name: way for name, (way, intensity) in source.items() if intensity != "none"}
    if claims is not None:
        return moving, {name for name, (_, intensity) in claims.items() if intensity != "none" and name in moving}
    clear = {name for name in moving if source[name][1] in ("moderate", "strong")}
    return moving, clear or set(moving)


def plain_region(text: str, row: dict) -> float:
    truth, thoughts = plain_truth(row), text.partition("<think>")[2].partition("</think>")[0]
    if truth is None:
        return 0.0
    moving, wanted = truth
    # Each place once, with what it may mean and whether a side is said of it.
    places: dict[tuple[str, ...], tuple[tuple[str, ...], bool]] = {}
    corners = ("left_mouth_corner", "right_mouth_corner")
    for said in read(thoughts).motions():
        if said.moves and said.real and not said.described and (said.ways or said.colours or said.towards):
            for place in said.places:
                # Lips are stretched at their corners.
                askew = said.ways in (WAYS["in"], WAYS["out"]) and all(name.endswith("lip") for name in place)
                regions, sided = places.get(place, ((*place, *corners) if askew else place, False))
                places[place] = (regions, sided or said.sided)
    if not places:
        return 1.0 if thoughts.strip() and not wanted else SILENT
    right, still, found = 0, 0, set()
    for place, sided in places.values():
        names = [name for name in place if name in moving]
        right += bool(names)
        other = {"left" + name[5:] if name.startswith("right") else name.replace("left", "right", 1) for name in place}
        # "The corners rise" is no error where one of them does.
        still += not names and (sided or not other & set(moving))
        found |= set([name for name in names if name in wanted and name not in found][:1])
    return score(right, still, len(found), len(wanted)) if right + still else 1.0 if not wanted else SILENT


def spoilt(entries: list[dict], chance: random.Random) -> list:
    """A column with values changed or gone, entries twice, and entries that are none."""
    changed: list = [dict(entry) for entry in entries]
    odd = ("none", "up", "down-left", "strong", "slight", "chin", "nowhere", None, 3)
    for entry in changed:
        for name in list(entry):
            if chance.random() < 0.05:
                entry[name] = chance.choice(odd)
            elif chance.random() < 0.03:
                del entry[name]
    changed += [dict(entry) for entry in changed if chance.random() < 0.1]
    chance.shuffle(changed)
    return [*changed, *chance.choices((None, "chin", 7, {}), k=chance.randrange(2))]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_region_is_that_of_the_plain_definition(lang):
    chance = random.Random(lang)
    told = list(drafts(60, lang))
    for text, row in told:
        columns = {name: spoilt(row[name], chance) for name in ("motion", "claims") if chance.random() < 0.7}
        for words in (text, chance.choice(told)[0], swapped(text, SWAPS["directions"][lang], lang)):
            assert one(rewards.region, words, **columns) == pytest.approx(plain_region(words, columns)), words
