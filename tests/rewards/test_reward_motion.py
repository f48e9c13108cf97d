"""Region and grounded: tables, an independent definition, and what they make of drafts that are right or spoilt."""

import random
import re

import pytest

from meu_data import rewards
from meu_data.drafting.offline.writer import annotate
from meu_data.face.regions import OCTANTS, REGIONS
from meu_data.rewards.places import places_told
from tests.builders import make_motion, make_sample
from tests.rewards.conftest import ALL, claim, drafts, one, think

RIGHT_CORNER = [claim("right_mouth_corner", "up-right")]
PAIR = [claim("left_mouth_corner", "up-left"), claim("right_mouth_corner", "up-right")]


@pytest.mark.parametrize(
    ("thoughts", "claims", "region", "grounded"),
    [
        ("The right mouth corner moves up and outward.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves up.", RIGHT_CORNER, 1, 1),
        ("The right mouth corner moves down.", RIGHT_CORNER, 1, -1),
        ("The right mouth corner rises, in yellow-green.", RIGHT_CORNER, 1, -1),
        ("The left mouth corner moves up.", RIGHT_CORNER, -1, -1),
        ("The mouth corners move up.", RIGHT_CORNER, 1 / 3, 1 / 3),
        ("The right mouth corner moves up.", PAIR, 1 / 3, 1 / 3),
        ("The mouth corners move up.", PAIR, 1, 1),
        ("The mouth corners move to the right.", PAIR, 1, 0),
        ("The eyebrows move up.", [claim("left_inner_brow", "up"), claim("left_outer_brow", "up")], 0, 0),
        ("Nothing can be said.", PAIR, -1, -1),
        ("", PAIR, -1, -1),
        ("No region moves.", [], 1, 1),
        ("", [], -1, -1),
        ("The chin moves up.", [], -1, -1),
        ("The chin moves up.", [claim("chin", "none", "none")], -1, -1),
        ("The chin moves up.", None, 0, 0),
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
    assert one(rewards.grounded, think(text="The glabella sinks."), motion=motion) == -1
    renamed = [{"region": row["region"], "direction": row["octant"], "intensity": row["intensity"]} for row in motion]
    assert one(rewards.grounded, both, motion=renamed) == 1


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
                expected = 0.0 if reward is rewards.au_f1 and not row["aus"] else 1.0
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


# An independent definition of both, from sets, for rows of any kind.


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


def plain_score(text: str, row: dict, grounded: bool) -> float:
    truth, thoughts = plain_truth(row), text.partition("<think>")[2].partition("</think>")[0]
    if truth is None:
        return 0.0
    moving, wanted = truth
    places = places_told(thoughts)
    if not places:
        return 1.0 if thoughts.strip() and not wanted else -1.0
    right, found = 0, set()
    for place in places:
        fitting = [
            name
            for name, said in place
            if name in moving
            and (
                not grounded
                or (moving[name] in OCTANTS and said <= {turned(moving[name], step) for step in (-1, 0, 1)})
            )
        ]
        right += bool(fitting)
        found |= set([name for name in fitting if name in wanted and name not in found][:1])
    precision, recall = right / len(places), len(found) / len(wanted) if wanted else 1.0
    return 4 * precision * recall / (precision + recall) - 1 if precision + recall else -1.0


def turned(way: str, octants: int) -> str:
    return OCTANTS[(OCTANTS.index(way) + octants) % 8]


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
def test_region_and_grounded_are_those_of_the_plain_definition(lang):
    chance = random.Random(lang)
    told = list(drafts(60, lang))
    for text, row in told:
        columns = {name: spoilt(row[name], chance) for name in ("motion", "claims") if chance.random() < 0.7}
        for words in (text, chance.choice(told)[0], swapped(text, SWAPS["directions"][lang], lang)):
            assert one(rewards.region, words, **columns) == pytest.approx(plain_score(words, columns, False))
            assert one(rewards.grounded, words, **columns) == pytest.approx(plain_score(words, columns, True))
