"""What the tests of rewards share: rows and drafts to score, and wild texts and columns."""

import random

from hypothesis import strategies as st

from meu_data import rewards
from meu_data.drafting.offline.writer import annotate
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import au_sites
from meu_data.face.regions import OCTANTS, REGIONS
from tests.builders import make_motion, make_sample

EXACT = (rewards.accuracy, rewards.format, rewards.au_f1)
OURS = (rewards.layout, rewards.emotion, rewards.units, rewards.region, rewards.grounded, rewards.multi_level)
ALL = (*EXACT, *OURS)
COLUMNS = ("solution", "answer", "emotion", "aus", "AUs", "claims", "motion")
TAGS = ("<think>", "</think>", "<answer>", "</answer>", "<THINK>", "</Think>")

# Pieces that the rewards know, so that fuzzing reaches their insides.
WORDS = (
    *TAGS,
    *("AU4", "au12", "LAU6", "AU12 (lip corner puller)", " ", "\n", ", ", ". ", " and ", "(", ")", "，", "。", "、"),
    *("perhaps", "nothing moves", "</tool_call>", "which shows ", "[", "chin_side", "left_chin_side", "strong", "none"),
    *("the left", "on the right", "both", "person's", "not", "while", "up", "outward", "inward", "raised", "purple"),
    *(
        "corner of the mouth",
        "inner brows",
        "chin",
        "happiness",
        "instead of",
        "左侧",
        "嘴角",
        "向外上方",
        "不",
        "紫色",
    ),
)
KEYS = ("region", "octant", "direction", "intensity", "coherence", "role", "content", "tool_calls", "reasoning_content")
texts = st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=40).map("".join))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(KEYS), inner),
    ),
    max_leaves=8,
)


def think(*, text: str) -> str:
    return f"<think>{text}</think><answer>happiness</answer>"


def claim(name: str, direction: str, intensity: str = "strong") -> dict[str, str]:
    return {"region": name, "colour": "red", "direction": direction, "intensity": intensity, "au": "AU12"}


def one(reward, text, **row) -> float:
    (value,) = reward([text], **{name: [column] for name, column in row.items()})
    return value


AUS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 24, 25, 26, 45, 54, 61)


def drafts(count: int, lang: str):
    """Random motion and labels, what the offline writer says of them, and the columns of the row."""
    chance = random.Random(f"drafts {lang}")
    for turn in range(count):
        numbers = chance.sample(AUS, chance.randint(0, 4))
        notation = "+".join(chance.choice(("", "", "L", "R")) + str(number) for number in numbers)
        moves = {
            site: (
                OCTANTS[(OCTANTS.index(way) + chance.choice((0, 0, 1, -1))) % 8],
                chance.choice(("slight", "strong")),
            )
            for au in parse_aus(notation)
            for site, way in au_sites(au)
            if chance.random() < 0.7
        }
        for name in chance.sample(REGIONS, chance.randint(0, 5)):
            moves[name] = (chance.choice(OCTANTS), chance.choice(("slight", "moderate", "strong")))
        identifier = f"dfme/sub{turn}/clip/1-2"
        emotion = chance.choice(("happiness", "surprise", "fear", "sadness", "anger", "disgust", "contempt"))
        sample, motion = make_sample(notation, emotion, identifier), make_motion(moves, identifier)
        draft = annotate(sample, motion, lang)
        thoughts = f"{draft.motion_analysis}\n{draft.expression_inference}\n{draft.conclusion}"
        yield (
            f"<think>{thoughts}</think><answer>{emotion}</answer>",
            {
                "solution": f"<answer>{emotion}</answer>",
                "aus": sorted({f"AU{au.number}" for au in sample.aus}),
                "claims": [claim.model_dump() for claim in draft.claims],
                "motion": [region.model_dump() for region in motion.regions],
            },
        )
