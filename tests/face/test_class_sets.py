"""Class sets against the counts that papers, challenges and released sheets give (docs/corpora.md)."""

from collections import Counter

import pytest

from meu_data.errors import MeuError
from meu_data.face.class_sets import CLASS_SETS, find_class_set
from meu_data.face.emotions import EMOTIONS
from tests import ROOT

# Micro-expressions by emotion, counted in the sheets.
SHEETS = {
    "dfme": "anger 161, contempt 100, disgust 548, fear 265, happiness 206, sadness 278, surprise 298",
    "casme": "tense 71, repression 43, disgust 42, surprise 19, happiness 10, sadness 5, fear 2, contempt 1",
    "casme2": "others 99, disgust 63, happiness 32, repression 27, surprise 25, sadness 7, fear 2",
    "casmesq": "negative 21, others 19, surprise 9, positive 8",
    "casme3": "disgust 250, surprise 187, others 161, fear 86, anger 64, sadness 57, happiness 55",
    "casme3c": "negative 99, surprise 30, others 20, positive 16",
    "samm": "anger 57, others 26, happiness 26, surprise 15, contempt 12, disgust 9, fear 8, sadness 6",
    "smic": "negative 70, positive 51, surprise 43",
    "mmew": "surprise 89, disgust 72, others 66, happiness 36, fear 16, sadness 13, anger 8",
}
# What a protocol makes of them: as published (MEGC 2019, MELLM, CASME II), else summed by hand.
TOTALS = {
    ("dfme7", "dfme"): 1856,
    ("casme8", "casme"): 193,
    ("casme2-7", "casme2"): 255,
    ("casme2-5", "casme2"): 246,
    ("casme2-mellm5", "casme2"): 129,
    ("casmesq4", "casmesq"): 57,
    ("casme3-7", "casme3"): 860,
    ("casme3-6", "casme3"): 699,
    ("casme3-4", "casme3"): 860,
    ("casme3-3", "casme3"): 699,
    ("casme3c4", "casme3c"): 165,
    ("samm8", "samm"): 159,
    ("samm5", "samm"): 136,
    ("smic3", "smic"): 164,
    ("mmew7", "mmew"): 300,
    ("megc3", "samm"): 133,
    ("megc3", "smic"): 164,
    ("megc-coarse", "samm"): 159,
}
CLASSES = {
    ("casme3-4", "casme3"): {"negative": 457, "positive": 55, "surprise": 187, "others": 161},
    ("megc3", "samm"): {"negative": 92, "positive": 26, "surprise": 15},
    ("megc3", "smic"): {"negative": 70, "positive": 51, "surprise": 43},
}


def counted(protocol, corpus):
    counts = Counter()
    for told in SHEETS[corpus].split(", "):
        emotion, count = told.split()
        counts[CLASS_SETS[protocol].class_of(corpus, "s", "c", emotion)] += int(count)
    counts.pop(None, None)
    return counts


@pytest.mark.parametrize(("protocol", "corpus"), TOTALS)
def test_a_protocol_counts_as_published(protocol, corpus):
    counts = counted(protocol, corpus)
    assert counts.total() == TOTALS[protocol, corpus]
    assert counts == CLASSES.get((protocol, corpus), counts)


def test_every_protocol_is_counted_here_and_names_its_source():
    # No sheet of 4DME was seen.
    assert {protocol for protocol, _ in TOTALS} == set(CLASS_SETS) - {"4dme5"}
    for one in CLASS_SETS.values():
        assert one.source
        assert {*one.of, *one.classes} <= set(EMOTIONS)


def test_megc_leaves_five_clips_of_casme2_out_and_has_145():
    """88 + 32 + 25; two of the 90 negative ones have no sound apex, three were no surprise before 2019."""
    megc = CLASS_SETS["megc3"]
    assert counted("megc3", "casme2") == {"negative": 90, "positive": 32, "surprise": 25}
    out = [("04", "EP12_01f"), ("05", "EP12_03f"), ("24", "EP07_01"), ("24", "EP07_04f"), ("24", "EP10_03")]
    assert [megc.class_of("casme2", *clip, "surprise") for clip in out] == [None] * 5
    assert megc.class_of("casme2", "24", "EP07_02", "surprise") == "surprise"
    assert megc.class_of("samm", "24", "EP07_01", "sadness") == "negative"


@pytest.mark.parametrize("name", ["megc3", "MEGC3", " Megc3 "])
def test_a_protocol_is_found_in_any_case(name):
    assert find_class_set(name) is CLASS_SETS["megc3"]


@pytest.mark.parametrize(
    ("name", "said"), [("casme3-5", "did you mean casme3-"), ("", "; --classes takes one of dfme7")]
)
def test_an_unknown_one_is_told_with_those_there_are(name, said):
    with pytest.raises(MeuError, match="--classes takes one of") as caught:
        find_class_set(name)
    assert said in str(caught.value)


def test_the_documentation_lists_them_all():
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    for one in CLASS_SETS.values():
        assert f"| `{one.name}` | {', '.join(one.classes)} | {one.source} |" in text
