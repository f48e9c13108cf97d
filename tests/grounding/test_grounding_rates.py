"""How much is caught, and how little is accused: planted falsehoods, random drafts, and a rendered corpus."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.grounding import KINDS, Figures
from meu_data.corpora.extract import extract
from meu_data.drafting.offline.writer import annotate
from meu_data.face.au_notation import facs_notation, parse_aus
from meu_data.face.aus import AU_NAMES, au_sites
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import COLOUR_NAMES, DIRECTION_NAMES, INTENSITIES, REGIONS
from meu_data.grounding.ground import ground
from meu_data.motion.render import render
from meu_data.records import ActionUnit, Annotation, Claim
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus
from meu_data.synth.plan import EXPRESSIONS

REQUIRED = [what for what in KINDS if "text" not in what and "conclusion" not in what]


def moves_of(aus, strengths=("strong", "moderate", "slight")):
    """Each AU moves its sites (FACS), the first the most; regions that two AUs move go with the first AU."""
    moves = {}
    for au in aus:
        for at, (region, direction) in enumerate(au_sites(au)):
            moves.setdefault(region, (direction, strengths[min(at // 2, len(strengths) - 1)]))
    return moves


def check_rates(figures):
    assert figures.untouched > 0
    assert figures.accused <= 0.02 * figures.untouched
    for what in REQUIRED:
        hits = [hit for (planted, _), all_hits in figures.planted.items() if planted == what for hit in all_hits]
        assert hits, f"nothing of this kind was planted: {what}"
        assert sum(hits) >= 0.95 * len(hits), what


def test_every_expression_of_the_synthetic_corpus(sample_of, motion_of):
    figures = Figures()
    for emotion, combinations in EXPRESSIONS.items():
        for labels, lang in zip(combinations, ("en", "zh", "en", "zh"), strict=True):
            sample = sample_of(facs_notation(parse_aus(labels)), emotion, f"dfme/s/{emotion}{labels}/0-9")
            figures.add(sample, motion_of(moves_of(sample.aus), sample.id), (lang,))
    check_rates(figures)
    worded = [hit for (_, how), hits in figures.planted.items() if how == "worded" for hit in hits]
    assert sum(worded) >= 0.9 * len(worded)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Five synthetic clips as render measures them."""
    folder = tmp_path_factory.mktemp("grounding")
    corpus = make_corpus(folder / "corpus", subjects=1, clips=5, size=(320, 240), seed=1, workers=1)
    with Workspace.open(folder / "workspace", create=True) as workspace:
        extract(workspace, corpus="dfme", annotations=corpus.sheet, frames=corpus.frames_dir)
        render(workspace, workers=1)
        yield list(workspace.ledger.samples_with_motion(workspace.settings.recipe))


def test_a_rendered_corpus(rendered):
    figures = Figures()
    for sample, motion in rendered:
        figures.add(sample, motion, ("en",))
    check_rates(figures)


units = st.builds(ActionUnit, number=st.sampled_from(sorted(AU_NAMES)), side=st.sampled_from([None, "L", "R"]))
labels = st.lists(units, max_size=6, unique_by=lambda au: (au.number, au.side))
emotions = st.sampled_from(sorted(EMOTION_NAMES))
moves = st.dictionaries(
    st.sampled_from(REGIONS),
    st.tuples(st.sampled_from(list(DIRECTION_NAMES)), st.sampled_from(INTENSITIES), st.floats(0, 1)),
    max_size=len(REGIONS),
)
WORDS = ("AU12", "AU", "AUs 1, 2", "LAU4（皱眉）", "(", "）", ".", "，", "happiness", "高兴", "or", "left", "左侧")
MORE_WORDS = (
    "corner of the mouth",
    "rises",
    "drops",
    "purple",
    "紫色",
    "not",
    "未见",
    "嘴角",
    "上提",
    "nose and mouth",
)
words = st.sampled_from((*WORDS, *MORE_WORDS))
prose = st.one_of(st.text(min_size=1, max_size=200), st.lists(words, min_size=1, max_size=30).map(" ".join))
codes = st.one_of(st.builds(lambda au: au.code, units), st.text(max_size=8))
claims = st.builds(
    Claim,
    region=st.one_of(st.sampled_from(REGIONS), st.text(max_size=12)),
    colour=st.sampled_from(list(COLOUR_NAMES)),
    direction=st.sampled_from(list(DIRECTION_NAMES)),
    intensity=st.sampled_from(INTENSITIES),
    au=st.none() | codes,
)
annotations = st.builds(
    Annotation,
    claims=st.lists(claims, max_size=12).map(tuple),
    motion_analysis=prose,
    expression_inference=prose,
    conclusion=prose,
    aus=st.lists(codes, max_size=6).map(tuple),
    emotion=st.one_of(emotions, st.text(max_size=10)),
)


def of(sample_of, motion_of, region_of, aus, emotion, measured, seed=0):
    sample = sample_of("", emotion, f"dfme/s/c/{seed}-9").model_copy(update={"aus": tuple(aus)})
    regions = tuple(region_of(name, *how) for name, how in measured.items())
    return sample, motion_of({}, sample.id).model_copy(update={"regions": regions})


@given(aus=labels, emotion=emotions, measured=moves, annotation=annotations, lang=st.sampled_from(["en", "zh"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_draft_gets_a_score(sample_of, motion_of, region_of, aus, emotion, measured, annotation, lang):
    sample, motion = of(sample_of, motion_of, region_of, aus, emotion, measured)
    found = ground(sample, motion, annotation, lang)
    assert found == ground(sample, motion, annotation, lang)
    assert 0 <= found.score <= 1
    assert math.isclose(found.score, 1) == (not found.flags)
    assert all(flag.en.strip() and flag.zh.strip() for flag in found.flags)


@given(aus=labels, emotion=emotions, measured=moves, seed=st.integers(0, 10**6), lang=st.sampled_from(["en", "zh"]))
def test_offline_drafts_of_any_motion_are_sound(sample_of, motion_of, region_of, aus, emotion, measured, seed, lang):
    sample, motion = of(sample_of, motion_of, region_of, aus, emotion, measured, seed)
    found = ground(sample, motion, annotate(sample, motion, lang), lang)
    assert found.sound, found.sentences("en")
