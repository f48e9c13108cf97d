"""What each style says: its questions, its answers, and how samples are shared out."""

import hashlib
import re

import pyarrow.parquet as pq
import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.styles import STYLES
from meu_data.export.styles.megc_vqa import questions
from meu_data.face.au_notation import parse_aus
from meu_data.face.emotions import COARSE_OF
from meu_data.records import Sample
from tests.export.faces import show_faces


def rows_of(corpus, out, **options):
    """The rows of an export in the canonical consumer, by id."""
    export(corpus.workspace, out, **{"source": "drafts"} | options)
    return {row["id"]: row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()}


OWN = {
    "unifer-cot": ["question", "response"],
    "unifer-rlvr": ["problem", "solution", "answer", "motion"],
    "meu": ["question", "answer", "task"],
    "mer": ["question", "answer", "task"],
    "meu+mer": ["question", "answer", "task"],
    "mellm": ["question", "answer", "task"],
    "mellm2": ["question", "answer", "coarse", "motion"],
    "megc-vqa": ["question", "answer", "clip", "number", "kind"],
    "actfer": ["messages", "tools", "answer"],
    "actfer-rl": ["problem", "solution", "answer", "tools", "map", "inspection", "motion"],
    "preference": ["question", "chosen", "rejected"],
}
SHARED = [
    "corpus",
    "subject",
    "emotion",
    "classes",
    "aus",
    "facs",
    "split",
    "lang",
    "source",
    "image_sha256",
    "claims",
    "provenance",
]


def test_every_style_has_its_columns_here():
    assert set(OWN) == set(STYLES)


@pytest.mark.parametrize("style", OWN)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_style_has_its_own_columns_and_those_of_all(corpus, tmp_path, style, lang):
    corpus.fill({"train": 3}, langs=("en", "zh"))
    show_faces(corpus)
    for sample in corpus.samples:
        corpus.review(sample, lang=lang, conclusion="So it is.")
    source = "proofread" if style == "preference" else "drafts"
    rows = rows_of(corpus, tmp_path / "out", style=style, lang=lang, source=source)
    # A conversation shows several pictures; `image_path` is UniFER's name for the one of a row.
    pictures = {"mellm2": [], "actfer": ["images"], "actfer-rl": ["images"]}.get(style, ["images", "image_path"])
    texts = set(OWN[style]) - {
        "motion",
        "clip",
        "number",
        "kind",
        "task",
        "coarse",
        "messages",
        "tools",
        "map",
        "inspection",
    }
    assert rows
    for row in rows.values():
        assert list(row) == ["id", *pictures, *OWN[style], *SHARED]
        hashes = [hashlib.sha256(cell["bytes"]).hexdigest() for cell in row.get("images", [])]
        assert row["image_sha256"] == hashes
        for name in texts:
            assert row[name] == row[name].strip() != ""
            # Left over from a template, or a placeholder that only a consumer may add.
            assert not re.search(r"[{}]|\n\n\n|<image>", row[name])


def test_the_solution_is_the_label_in_tags_and_the_motion_stands_beside_it(corpus, tmp_path):
    corpus.fill({"train": 3})
    for row in rows_of(corpus, tmp_path / "out", style="unifer-rlvr").values():
        # accuracy_reward of UniFER's grpo.py takes what stands between the tags, case and all.
        assert re.search(r"<answer>(.*?)</answer>", row["solution"])[1] == row["answer"] == row["emotion"]
        assert "response" not in row
        (motion,) = row["motion"]
        assert (motion["region"], motion["direction"], motion["intensity"]) == ("left_mouth_corner", "up", "slight")
        assert (motion["mean"], motion["max"], motion["direction_deg"]) == (0.5, 1.0, 270.0)


PARTS = {"en": ("1. ", "2. ", "3. "), "zh": ("一、", "二、", "三、")}
LABEL = {"en": ("happiness", "contempt"), "zh": ("高兴", "轻蔑")}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_task_of_mellm_asks_in_two_parts_and_answers_in_three(corpus, tmp_path, lang):
    corpus.fill({"train": 1}, langs=("en", "zh"))
    (row,) = rows_of(corpus, tmp_path / "out", style="meu", lang=lang).values()
    legend, _, steps = row["question"].rpartition("\n\n" + {"en": "Explain", "zh": "请分三个部分"}[lang])
    assert {"en": "purple: up", "zh": "紫色：向上"}[lang] in legend
    for text in (steps, row["answer"]):
        places = [text.index(mark) for mark in PARTS[lang]]
        assert places == sorted(places)
    for label in LABEL[lang]:
        assert label in steps
    first = row["answer"].splitlines()[0]
    assert first.endswith({"en": "The left corner of the mouth moves up.", "zh": "画面左侧嘴角向上移动。"}[lang])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_recognition_answers_with_one_of_the_words_it_offers(corpus, tmp_path, lang):
    corpus.fill({"train": 3}, langs=("en", "zh"))
    names = {"en": ["happiness", "surprise", "anger"], "zh": ["高兴", "惊讶", "愤怒"]}[lang]
    rows = rows_of(corpus, tmp_path / "out", style="mer", lang=lang)
    assert sorted(row["answer"] for row in rows.values()) == sorted(names)
    for row in rows.values():
        assert row["answer"] in re.split("[,、。.：: ]", row["question"].splitlines()[-1])
        assert row["task"] == "mer"


def drawn(identifier):
    """The share at which a sample changes from its label to its explanation."""
    return int(hashlib.sha256(identifier.encode()).hexdigest()[:12], 16) / 16**12


@pytest.mark.parametrize("mix", [None, 0.0, 0.25, 1.0])
def test_the_mixture_is_drawn_from_the_ids(corpus, tmp_path, mix):
    corpus.fill({"train": 24})
    rows = rows_of(corpus, tmp_path / "out", style="meu+mer", mix=mix)
    share = 0.5 if mix is None else mix
    assert len(rows) == 24
    assert {name: row["task"] for name, row in rows.items()} == {
        name: "meu" if drawn(name) < share else "mer" for name in rows
    }
    assert len({row["task"] for row in rows.values()}) == (2 if 0 < share < 1 else 1)
    for row in rows.values():
        assert (row["answer"] == row["emotion"]) == (row["task"] == "mer")


MIXES = {"above one": ("meu+mer", 1.5), "negative": ("meu+mer", -0.1), "no number": ("meu+mer", float("nan"))}
MIXES["style that is no mixture"] = ("meu", 0.5)


@pytest.mark.parametrize(("style", "mix"), MIXES.values(), ids=MIXES)
def test_a_wrong_mixture_is_refused(corpus, tmp_path, style, mix):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match="--mix"):
        export(corpus.workspace, tmp_path / "out", style=style, mix=mix, source="drafts")
    assert not (tmp_path / "out").exists()


def test_questions_about_long_videos_are_known_to_be_another_command(corpus, tmp_path):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match="`meu-data megc-lvqa OUT`"):
        export(corpus.workspace, tmp_path / "out", style="megc-lvqa")


@pytest.mark.parametrize(
    ("lang", "line", "last"),
    [
        ("en", "left corner of the mouth: mean 0.50 px, largest 1.00 px, up (270°)", "Micro-expression: Surprise"),
        ("zh", "画面左侧嘴角：平均 0.50 像素，最大 1.00 像素，向上（270°）", "微表情：惊讶"),
    ],
)
def test_motion_told_in_words_needs_no_picture(corpus, tmp_path, lang, line, last):
    corpus.fill({"train": 2}, langs=("en", "zh"))
    rows = rows_of(corpus, tmp_path / "out", style="mellm2", lang=lang).values()
    row = next(row for row in rows if row["emotion"] == "surprise")
    assert line in row["question"].splitlines()
    assert row["answer"].splitlines()[-1] == last
    assert all(f"AU{number} " in row["answer"].replace("（", " ").replace("(", " ") for number in (1, 2))
    assert row["coarse"] == "surprise"
    offered = {"en": "Negative, Positive, Surprise.", "zh": "消极、积极、惊讶。"}[lang]
    assert row["question"].endswith(offered)


def test_coarse_classes_are_those_of_the_challenge():
    negative = "anger contempt disgust fear sadness repression"
    expected = dict.fromkeys(negative.split(), "negative")
    # Not the challenge's: CASME's tense, and the classes that SMIC and others label themselves.
    expected |= {"tense": "negative", "negative": "negative", "positive": "positive"}
    assert expected | {"happiness": "positive", "surprise": "surprise", "others": "others"} == COARSE_OF


def clip(emotion, aus, split="train"):
    number = dict.fromkeys(("onset", "apex", "offset", "width", "height", "row"), 1)
    names = dict.fromkeys(("subject", "clip", "onset_frame", "apex_frame", "sheet"), "x")
    units = parse_aus(aus)
    return Sample(id=f"dfme/{aus}/{split}", corpus="dfme", split=split, emotion=emotion, aus=units, **number, **names)


def asked(sample):
    return questions(sample, sample.emotion, sample.aus)


ONE = (
    "What is the action unit present, and based on it, what is the fine-grained expression and the coarse "
    "expression class?"
)
MANY = (
    "What are the action units present, and based on them, what is the fine-grained expression and the coarse "
    "expression class?"
)
COARSE, FINE = "What is the coarse expression class?", "What is the fine-grained expression class?"
THEREFORE = "Therefore, the fine-grained expression class is {}, and the coarse expression class is {}."

# Questions that a hash chooses are left out here; the next test is about them.
ASKED = {
    "one unit": (
        clip("sadness", "15"),
        [
            (COARSE, "negative"),
            (FINE, "sadness"),
            ("What is the action unit?", "lip corner depressor"),
            (ONE, "The action unit present is: lip corner depressor. " + THEREFORE.format("sadness", "negative")),
        ],
    ),
    "several, one of them one-sided": (
        clip("disgust", "4+7+L10"),
        [
            (COARSE, "negative"),
            (FINE, "disgust"),
            ("What are the action units?", "brow lowerer, lid tightener, upper lip raiser"),
            ("Is the action unit upper lip raiser located on the left or right face?", "left"),
            (
                MANY,
                "The action units present are: brow lowerer, lid tightener, upper lip raiser. "
                + THEREFORE.format("disgust", "negative"),
            ),
        ],
    ),
    "both sides coded apart are no side": (
        clip("surprise", "L1+R1"),
        [
            (COARSE, "surprise"),
            (FINE, "surprise"),
            ("What is the action unit?", "inner brow raiser"),
            (ONE, "The action unit present is: inner brow raiser. " + THEREFORE.format("surprise", "surprise")),
        ],
    ),
    "the side is not asked in a test": (
        clip("happiness", "R12", "testA"),
        [
            (COARSE, "positive"),
            (FINE, "happiness"),
            ("What is the action unit?", "lip corner puller"),
            (ONE, "The action unit present is: lip corner puller. " + THEREFORE.format("happiness", "positive")),
        ],
    ),
    "no unit": (clip("happiness", ""), [(COARSE, "positive"), (FINE, "happiness")]),
}


@pytest.mark.parametrize(("sample", "expected"), ASKED.values(), ids=ASKED)
def test_the_questions_of_the_challenge_word_for_word(sample, expected):
    assert [(one.question, one.answer) for one in asked(sample) if one.kind != "shown"] == expected


SHOWN = re.compile(r"Is the action unit ([a-z ]+) shown on the face\?")


def test_a_unit_that_is_there_and_one_that_is_not_are_asked_for_in_training_and_one_of_them_in_a_test():
    answers = {"train": [], "testB": []}
    for number in (1, 2, 4, 6, 7, 9, 12, 14, 15, 17, 20, 24):
        for split, found in answers.items():
            sample = clip("fear", f"{number}+25", split)
            named = next(one.answer for one in asked(sample) if one.kind == "units").split(", ")
            shown = [one for one in asked(sample) if one.kind == "shown"]
            for one in shown:
                assert (SHOWN.fullmatch(one.question)[1] in named) == (one.answer == "yes")
            found.append([one.answer for one in shown])
    assert answers["train"] == [["yes", "no"]] * 12
    assert {tuple(found) for found in answers["testB"]} == {("yes",), ("no",)}


def test_a_clip_gives_several_rows_whose_ids_tell_their_sample(corpus, tmp_path):
    corpus.fill({"train": 2, "testA": 2}, langs=("zh",))
    out = tmp_path / "out"
    summary = export(corpus.workspace, out, source="drafts", style="megc-vqa", lang="zh")
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    assert summary.samples == 4
    assert summary.rows["testA"] == 10
    for split in ("train", "testA"):
        ids = [row["id"] for row in rows if row["split"] == split]
        assert ids == sorted(set(ids))
    assert {row["id"].rpartition("/q")[0] for row in rows} == {sample.id for sample in corpus.samples}
    assert {row["lang"] for row in rows} == {"en"}
