"""Proofread rows: whose words they are, which reviews count, and what is left out and why."""

import pyarrow.parquet as pq
import pytest

from meu_data.checking import check
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.about.facts import read_facts
from meu_data.review.verdicts.adjudication import NO_EXPERT, SPLIT_ON_EMOTION, UNREVIEWED, UNUSABLE
from meu_data.store.workspace import Workspace


def rows_of(out):
    return {row["id"]: row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()}


def test_a_proofread_row_says_what_the_person_says_under_a_pseudonym(corpus, tmp_path):
    corpus.fill({"train": 2})
    happy, surprised = corpus.samples
    corpus.review(
        happy,
        annotator="zhang.wei@lab.example",
        verdict="fixed",
        emotion="contempt",
        aus=("LAU12", "AU14"),
        conclusion="I think it is contempt.",
    )
    out = tmp_path / "out"
    summary = export(corpus.workspace, out)
    assert (summary.samples, summary.rows) == (1, {"train": 1})
    assert summary.left_out == {UNREVIEWED: 1}
    (row,) = rows_of(out).values()
    assert row["id"] == happy.id
    assert row["response"].endswith("I think it is contempt.</think><answer>contempt</answer>")
    assert (row["emotion"], row["aus"], row["source"]) == ("contempt", ["AU12", "AU14"], "proofread")
    assert row["provenance"]["annotator"] == "annotator-01"
    assert (row["provenance"]["verdict"], row["provenance"]["edit_distance"]) == ("fixed", 0.25)
    assert row["provenance"]["corpus_emotion"] == "happiness"
    # No name leaves the workspace, and the tables count what the rows say.
    for path in out.rglob("*"):
        if path.is_file():
            assert b"zhang" not in path.read_bytes()
    assert "dfme,train,S0,contempt,1" in (out / "tables/emotions.csv").read_text(encoding="utf-8")
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "annotations proofread by people" in card
    assert "1 person did that (annotator-01)" in card
    assert f"- 1: {UNREVIEWED}" in card
    assert surprised.id not in card


def test_a_draft_that_was_left_as_it_was_is_no_pair_and_is_counted(corpus, tmp_path):
    corpus.fill({"train": 3})
    corpus.review(corpus.samples[0])
    corpus.review(corpus.samples[1], verdict="fixed", conclusion="I think it is something else.")
    out = tmp_path / "out"
    summary = export(corpus.workspace, out, style="preference")
    assert (summary.samples, summary.rows) == (1, {"train": 1})
    assert summary.left_out == {"the person left the draft as it was": 1, UNREVIEWED: 1}
    emotions = (out / "tables/emotions.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sum(int(line.rsplit(",", 1)[1]) for line in emotions) == 1
    with pytest.raises(MeuError, match=r"no proofread row passes: .*2 × the person left the draft as it was;"):
        corpus.review(corpus.samples[1])
        export(corpus.workspace, out, style="preference", overwrite=True)


def test_rows_reasons_and_problems_add_up_to_the_samples(corpus, tmp_path):
    corpus.fill({"train": 12}, langs=("en", "zh"))
    samples = corpus.samples
    corpus.review(samples[0])
    corpus.review(samples[1], verdict="fixed")
    corpus.review(samples[2], verdict="reject")
    corpus.review(samples[3], verdict="needs_expert")
    corpus.review(samples[4], verdict=None)
    corpus.review(samples[5], lang="zh")
    corpus.review(samples[6], grounding=0.4)
    corpus.review(samples[7], grounding=None)
    corpus.review(samples[8], conclusion="<answer>")
    with corpus.workspace.ledger.transaction():
        corpus.workspace.ledger.drop_motion(samples[9].id, "robust")
    summary = export(corpus.workspace, tmp_path / "out", min_grounding=0.5)
    assert set(rows_of(tmp_path / "out")) == {samples[0].id, samples[1].id}
    assert summary.left_out == {
        "the verdict is reject": 1,
        "the verdict is needs_expert": 1,
        UNUSABLE: 1,
        "no review of a draft in en with the recipe robust": 1,
        "grounding below 0.5": 1,
        "no grounding score": 1,
        "not rendered with the recipe robust": 1,
        UNREVIEWED: 2,
    }
    assert summary.problems == 1
    assert summary.samples + sum(summary.left_out.values()) + summary.problems == 12
    (problem,) = corpus.workspace.ledger.problems("export")
    assert problem.sample_id == samples[8].id
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert "Of 12 samples in the workspace 2 are here." in card
    assert "- 1: could not become rows" in card
    assert "have a grounding score (text against measured motion) of 0.5 or more" in card


VERDICTS = {
    "those of the default": (None, {"accept", "fixed"}),
    "one": (["fixed"], {"fixed"}),
    "all": (["needs_expert", "accept", "fixed", "reject"], {"accept", "fixed", "reject", "needs_expert"}),
}


@pytest.mark.parametrize(("verdicts", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_verdicts_choose(corpus, tmp_path, verdicts, expected):
    corpus.fill({"train": 4})
    for sample, verdict in zip(corpus.samples, ("accept", "fixed", "reject", "needs_expert"), strict=True):
        corpus.review(sample, verdict=verdict)
    export(corpus.workspace, tmp_path / "out", verdicts=verdicts)
    assert {row["provenance"]["verdict"] for row in rows_of(tmp_path / "out").values()} == expected


@pytest.fixture
def disagreed(corpus):
    """One sample that Ann says is anger twice over and Bo, last, says is fear; another that they agree on."""
    corpus.fill({"train": 2})
    first, second = corpus.samples
    for name, emotion in (("ann@x.org", "anger"), ("cat@x.org", "anger"), ("bo@x.org", "fear")):
        corpus.review(first, annotator=name, verdict="fixed", emotion=emotion, conclusion=f"It is {emotion}.")
    for name, emotion in (("ann@x.org", "fear"), ("bo@x.org", "disgust")):
        corpus.review(second, annotator=name, verdict="fixed", emotion=emotion, conclusion=f"It is {emotion}.")
    return corpus


POLICIES = {
    "the newest": ("latest", ["fear", "disgust"], {}),
    "most": ("majority", ["anger"], {SPLIT_ON_EMOTION: 1}),
    "one person": ("expert:ann", ["anger", "fear"], {}),
    "one person by pseudonym": ("expert:annotator-02", ["anger"], {NO_EXPERT: 1}),
}


@pytest.mark.parametrize(("policy", "emotions", "left_out"), POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("said_in", ["the option", "meu.toml"])
def test_the_policy_chooses_among_people(disagreed, tmp_path, policy, emotions, left_out, said_in):
    root = disagreed.workspace.root
    if said_in == "meu.toml":
        (root / "meu.toml").write_text(f'policy = "{policy}"\n')
    with Workspace.open(root) as workspace:
        option = {"policy": policy} if said_in == "the option" else {}
        summary = export(workspace, tmp_path / "out", **option)
    rows = rows_of(tmp_path / "out")
    found = [rows[sample.id]["emotion"] for sample in disagreed.samples if sample.id in rows]
    assert (found, summary.left_out) == (emotions, left_out)


def test_a_review_that_contradicts_itself_is_no_row_unless_it_is_let_pass(corpus, tmp_path):
    corpus.fill({"train": 2})
    first, second = corpus.samples
    corpus.review(first)
    corpus.review(second, emotion="fear", conclusion="It is disgust.")
    summary = export(corpus.workspace, tmp_path / "out")
    assert list(rows_of(tmp_path / "out")) == [first.id]
    assert summary.problems == 1
    (problem,) = corpus.workspace.ledger.problems("export")
    assert problem.reason == (
        "the review contradicts itself: “It is disgust” says disgust, but the emotion is fear; correct it in Label"
        " Studio and run `meu-data pull`, or let it pass with --allow-contradictions"
    )
    assert read_facts(tmp_path / "out").contradictions_allowed is False

    export(corpus.workspace, tmp_path / "all", allow_contradictions=True)
    assert set(rows_of(tmp_path / "all")) == {first.id, second.id}
    assert read_facts(tmp_path / "all").contradictions_allowed is True
    assert "--allow-contradictions" in (tmp_path / "all" / "README.md").read_text(encoding="utf-8")
    (finding,) = check(tmp_path / "all", rules=["agreement"]).findings
    assert finding.id == second.id
    assert "“It is disgust”" in finding.wrong


def test_only_reviews_of_the_model_count_where_one_is_named(corpus, tmp_path):
    corpus.fill({"train": 2})
    for sample in corpus.samples:
        corpus.draft(sample, model="other-2")
    corpus.review(corpus.samples[0], model="other-2")
    corpus.review(corpus.samples[0], model="offline-1")
    corpus.review(corpus.samples[1], model="offline-1")
    summary = export(corpus.workspace, tmp_path / "out", model="other-2")
    (row,) = rows_of(tmp_path / "out").values()
    assert (row["id"], row["provenance"]["draft_model"]) == (corpus.samples[0].id, "other-2")
    assert summary.left_out == {"no review of a draft in en by other-2 with the recipe robust": 1}


def test_a_label_style_of_drafts_needs_no_draft(corpus, tmp_path):
    corpus.fill({"train": 3}, langs=())
    summary = export(corpus.workspace, tmp_path / "out", style="mer", source="drafts")
    assert summary.rows == {"train": 3}
    assert {row["source"] for row in rows_of(tmp_path / "out").values()} == {"labels"}
    card = (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert "no text of theirs was drafted" in card
    assert "drafted by" not in card


def test_preferences_put_the_proof_before_the_draft(corpus, tmp_path):
    corpus.fill({"train": 2})
    for sample in corpus.samples:
        corpus.review(sample, verdict="fixed", conclusion="A person wrote this.")
    summary = export(corpus.workspace, tmp_path / "out", style="preference", format="trl")
    assert summary.samples == 2
    with pytest.raises(MeuError, match="--source proofread"):
        export(corpus.workspace, tmp_path / "again", style="preference", source="drafts")


NOTHING = {
    "no review of any": (lambda corpus: None, {}, "there are no proofread rows: run `meu-data push`, review, run"),
    "all rejected": (
        lambda corpus: [corpus.review(sample, verdict="reject") for sample in corpus.samples],
        {},
        "no proofread row passes: 2 × the verdict is reject; ask for less, or export .* --source drafts",
    ),
    "badly grounded": (
        lambda corpus: [corpus.review(sample, grounding=0.1) for sample in corpus.samples],
        {"min_grounding": 0.9},
        "no proofread row passes: 2 × grounding below 0.9",
    ),
    "other language": (
        lambda corpus: [corpus.review(sample) for sample in corpus.samples],
        {"lang": "zh"},
        "2 × no review of a draft in zh",
    ),
    "unknown expert": (
        lambda corpus: corpus.review(corpus.samples[0]),
        {"policy": "expert:nobody"},
        "nobody called 'nobody' has reviewed anything",
    ),
    "unknown policy": (lambda corpus: None, {"policy": "vote"}, "'vote' is no policy; choose latest"),
    "unknown verdict": (lambda corpus: None, {"verdicts": ["good"]}, "no verdict 'good'; choose from: accept, fixed"),
    "no verdict": (lambda corpus: None, {"verdicts": []}, "--verdict names none"),
    "score above one": (lambda corpus: None, {"min_grounding": 1.5}, "--min-grounding 1.5: give a score from 0 to 1"),
    "score that is none": (lambda corpus: None, {"min_grounding": float("nan")}, "give a score from 0 to 1"),
    "verdict of drafts": (lambda corpus: None, {"source": "drafts", "verdicts": ["fixed"]}, "--verdict looks at revi"),
    "policy of drafts": (lambda corpus: None, {"source": "drafts", "policy": "latest"}, "--policy looks at reviews"),
    "score of labels": (
        lambda corpus: None,
        {"source": "drafts", "style": "mer", "min_grounding": 0.5},
        "--min-grounding looks at drafts, and the style mer needs none",
    ),
}


@pytest.mark.parametrize(("prepare", "options", "said"), NOTHING.values(), ids=NOTHING)
def test_what_cannot_be_exported_is_one_line_and_leaves_nothing(corpus, tmp_path, prepare, options, said):
    corpus.fill({"train": 2})
    prepare(corpus)
    with pytest.raises(MeuError, match=said) as caught:
        export(corpus.workspace, tmp_path / "out", **options)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["工作 space"]
