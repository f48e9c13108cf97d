"""Splits: which sample goes where, that nobody is on two sides, and that `datasets` finds the folds."""

import sys
from collections import Counter
from fnmatch import fnmatchcase

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError, MissingExtraError
from meu_data.export import export
from meu_data.export.samples.splits import Splits, plan_splits
from meu_data.records import Source
from meu_data.store.workspace import Workspace

EMOTIONS = ("anger", "disgust", "fear", "happiness", "surprise")


@pytest.fixture
def people(corpus):
    """Fills the ledger with subjects of one corpus, each with so many clips of the emotions in turn."""

    def fill(clips_of, name="dfme", start=0):
        samples = []
        for subject, clips in enumerate(clips_of):
            for clip in range(clips):
                found = corpus._sample(name, "train", clip)
                changes = {
                    "id": f"{name}/p{subject:03d}/c{clip:03d}/3-9",
                    "subject": f"p{subject:03d}",
                    "emotion": EMOTIONS[(subject + clip + start) % 5],
                }
                samples.append(found.model_copy(update=changes))
        source = Source(corpus=name, split="train", sheet="/s.xlsx", frames="/frames")
        corpus.workspace.ledger.replace_source(source, samples)
        return samples

    return fill


def placed(ledger, spec, seed=0):
    """The split of every sample, by id."""
    plan = plan_splits(spec, ledger, seed=seed)
    return {sample.id: plan.of(sample) for sample in ledger.samples()}


def test_the_splits_of_the_corpus_are_kept(corpus):
    corpus.fill({"train": 3, "testA": 2})
    found = placed(corpus.workspace.ledger, "corpus")
    assert found == {sample.id: sample.split for sample in corpus.samples}


SHARES = {
    "two": ("subjects:0.8,0.2", {"train": 0.8, "test": 0.2}),
    "three": ("subjects:0.8,0.1,0.1", {"train": 0.8, "validation": 0.1, "test": 0.1}),
    "a third each": (
        "subjects:0.333333,0.333333,0.333334",
        {"train": 0.333333, "validation": 0.333333, "test": 0.333334},
    ),
    "no round number": ("subjects:0.67,0.33", {"train": 0.67, "test": 0.33}),
}


@pytest.mark.parametrize(("spec", "shares"), SHARES.values(), ids=SHARES)
@pytest.mark.parametrize("seed", [0, 7])
def test_nobody_is_in_two_splits_and_shares_and_emotions_are_about_met(corpus, people, spec, shares, seed):
    samples = people([6 + index % 9 for index in range(60)])
    found = placed(corpus.workspace.ledger, spec, seed)
    assert set(found.values()) == set(shares)
    subjects = {}
    for sample in samples:
        subjects.setdefault(sample.subject, set()).add(found[sample.id])
    assert {len(splits) for splits in subjects.values()} == {1}
    total = Counter(sample.emotion for sample in samples)
    for split, share in shares.items():
        inside = Counter(sample.emotion for sample in samples if found[sample.id] == split)
        assert abs(inside.total() / len(samples) - share) < 0.04
        for emotion in EMOTIONS:
            assert abs(inside[emotion] / inside.total() - total[emotion] / total.total()) < 0.06


def test_every_corpus_is_spread_alike(corpus, people):
    samples = people([5] * 40) + people([5] * 20, name="casme2", start=2)
    found = placed(corpus.workspace.ledger, "subjects:0.8,0.2")
    inside = Counter(sample.corpus for sample in samples if found[sample.id] == "test")
    assert 0.14 < inside["dfme"] / 200 < 0.26
    assert 0.1 < inside["casme2"] / 100 < 0.3


def test_the_seed_decides_and_nothing_else(corpus, people):
    people([5] * 40)
    first = placed(corpus.workspace.ledger, "subjects:0.8,0.2", 3)
    assert placed(corpus.workspace.ledger, "subjects:0.8,0.2", 3) == first
    assert placed(corpus.workspace.ledger, "subjects:0.8,0.2", 4) != first


def test_what_is_left_out_changes_nobodys_side(corpus, tmp_path):
    corpus.fill({"train": 9, "testA": 9}, langs=("en", "zh"))
    for sample in corpus.samples[::2]:
        corpus.review(sample)
    sides = {}
    for name, options in {"all": {"source": "drafts"}, "zh": {"source": "drafts", "lang": "zh"}, "few": {}}.items():
        export(corpus.workspace, tmp_path / name, splits="subjects:0.5,0.5", **options)
        for path in (tmp_path / name / "data").iterdir():
            for row in pq.read_table(path, columns=["subject", "split"]).to_pylist():
                sides.setdefault(row["subject"], set()).add(row["split"])
                assert path.name.startswith(row["split"])
    assert len(sides) == 6
    assert {len(found) for found in sides.values()} == {1}


@pytest.mark.parametrize("count", [3, 4, 7])
def test_few_subjects_fill_every_split(corpus, people, count):
    people([4] * count)
    found = placed(corpus.workspace.ledger, "subjects:0.8,0.1,0.1")
    assert set(found.values()) == {"train", "validation", "test"}


def test_leaving_one_out_makes_a_fold_of_every_subject(corpus, people):
    samples = people([2] * 11)
    found = placed(corpus.workspace.ledger, "loso")
    assert {found[sample.id]: sample.subject for sample in samples} == {f"fold{n:02d}": f"p{n:03d}" for n in range(11)}


@given(st.integers(2, 1200), st.data())
def test_the_patterns_of_a_fold_match_every_other_file_once_and_its_own_never(count, data):
    digits = len(str(count - 1))
    every = [f"fold{number:0{digits}d}" for number in range(count)]
    # Folds without a row have no file; a pattern that matches nothing would be an error to `datasets`.
    names = data.draw(st.lists(st.sampled_from(every), min_size=2, max_size=30, unique=True))
    plan = Splits("loso", "", {}, folds=True)
    configs = {config.name: dict(config.files) for config in plan.configs(names, "data/{split}-*.parquet")}
    assert set(configs) == {"default", *names}
    files = [f"data/{name}-00000-of-00001.parquet" for name in names]
    for name in names:
        patterns = configs[name]["train"]
        matched = Counter(file for pattern in patterns for file in files if fnmatchcase(file, pattern))
        assert matched == Counter(file for file in files if name not in file)
        assert all(any(fnmatchcase(file, pattern) for file in files) for pattern in patterns)
        assert configs[name]["test"] == (f"data/{name}-*.parquet",)


WRONG = {
    "unknown": ("random", "choose corpus, loso, or shares"),
    "no shares": ("subjects", "choose corpus, loso, or shares"),
    "no numbers": ("subjects:most,few", "choose corpus, loso, or shares"),
    "one share": ("subjects:1", "two or three shares above 0 that add up to 1"),
    "four shares": ("subjects:0.25,0.25,0.25,0.25", "two or three shares"),
    "too much": ("subjects:0.8,0.3", "add up to 1"),
    "nothing": ("subjects:1,0", "above 0"),
    "not a number": ("subjects:nan,nan", "above 0"),
    "leftover": ("loso:3", "choose corpus, loso, or shares"),
}


@pytest.mark.parametrize(("spec", "said"), WRONG.values(), ids=WRONG)
def test_a_rule_that_makes_no_sense_is_refused(corpus, tmp_path, spec, said):
    corpus.fill({"train": 3})
    with pytest.raises(MeuError, match=said) as caught:
        export(corpus.workspace, tmp_path / "out", source="drafts", splits=spec)
    assert str(caught.value).startswith(f"--splits {spec}: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("spec", "said"), [("loso", "the workspace has 1; it takes two"), ("subjects:0.5,0.5", "needs 2 subjects")]
)
def test_one_person_cannot_be_split(corpus, tmp_path, spec, said):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match=said):
        export(corpus.workspace, tmp_path / "out", source="drafts", splits=spec)


def test_an_empty_workspace_has_no_one_to_split(tmp_path):
    with (
        Workspace.open(tmp_path / "work", create=True) as workspace,
        pytest.raises(MeuError, match="run `meu-data extract` first"),
    ):
        export(workspace, tmp_path / "out", splits="subjects:0.5,0.5")


def test_without_scikit_learn_the_extra_is_named(corpus, tmp_path, monkeypatch):
    corpus.fill({"train": 6})
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'meu-data\[splits\]'"):
        export(corpus.workspace, tmp_path / "out", source="drafts", splits="subjects:0.5,0.5")
    assert export(corpus.workspace, tmp_path / "out", source="drafts", splits="loso").samples == 6


def test_a_split_into_which_no_row_came_is_told(corpus, tmp_path):
    corpus.fill({"train": 9})
    plan = plan_splits("subjects:0.5,0.5", corpus.workspace.ledger)
    for sample in corpus.samples:
        if plan.of(sample) == "train":
            corpus.review(sample)
    summary = export(corpus.workspace, tmp_path / "out", splits="subjects:0.5,0.5")
    assert set(summary.rows) == {"train"}
    assert "no row came into the split test" in summary.warnings


def test_shares_of_people_none_of_whom_shows_the_same(corpus):
    """Nothing can be spread alike where every emotion stands once."""
    corpus.fill({"train": 2})
    plan = plan_splits("subjects:0.5,0.5", corpus.workspace.ledger)
    assert len({plan.of(sample) for sample in corpus.samples}) == 2
