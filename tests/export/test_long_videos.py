"""Questions about long videos: the challenge's own lines, from sheets as three corpora of long videos have them."""

import json
import re

import pytest

from meu_data.checking import check
from meu_data.errors import MeuError
from meu_data.evaluate.megc import evaluate_megc
from meu_data.export.long_videos import questions, write_long_videos
from meu_data.export.megc_submission import write_submission
from meu_data.records import ActionUnit, Problem, Sample, Source, sample_id
from meu_data.store.workspace import Workspace

# Of github.com/MEGC2026/megc2026.github.io, files/me_lvqa_samm_casme3.jsonl: lines whose answers the labels decide.
PUBLISHED = (
    '{"video_id": "samm_train_6_006_1_1", "video": "6_006_1", '
    '"question": "How many expression events appear in this video?", "answer": 7}',
    '{"video_id": "samm_train_6_006_1_2", "video": "6_006_1", '
    '"question": "How many micro-expression events appear in this video?", "answer": 5}',
    '{"video_id": "samm_train_6_006_1_3", "video": "6_006_1", '
    '"question": "How many macro-expression events appear in this video?", "answer": 2}',
    '{"video_id": "samm_train_6_006_1_4", "video": "6_006_1", '
    '"question": "What distinct action units appear in this video?", '
    '"answer": "brow lowerer, lid tightener, eye closure"}',
)
# Kind and units of each expression; the fourth and fifth are micro in the published lines five and six.
SEVEN = (
    ("micro", (43,)),
    ("macro", (4, 7)),
    ("micro", ()),
    ("micro", (4,)),
    ("micro", (7,)),
    ("macro", (4, 43)),
    ("micro", (4,)),
)
TYPE = re.compile("What is the expression type of the ([1-9][0-9]*)-th expression event in this video[?]")


def event(corpus, split, subject, clip, onset, place, kind, units):
    return Sample(
        id=sample_id(corpus, subject, clip, onset),
        corpus=corpus,
        split=split,
        subject=subject,
        clip=clip,
        kind=kind,
        onset=onset,
        apex=None,
        offset=onset + 20,
        emotion=None,
        aus=None if units is None else tuple(ActionUnit(number=number) for number in units),
        onset_frame=f"{place}/{onset:05}.jpg",
        apex_frame=None,
        width=48,
        height=40,
        sheet="s.xlsx",
        row=onset,
    )


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "work", create=True) as opened:
        yield opened


def fill(workspace, samples):
    for corpus, split in dict.fromkeys((one.corpus, one.split) for one in samples):
        source = Source(corpus=corpus, split=split, sheet="/s.xlsx", frames="/frames")
        chosen = [one for one in samples if (one.corpus, one.split) == (corpus, split)]
        workspace.ledger.replace_source(source, chosen)


def samm(split="train", subject="006", video="006_1", events=SEVEN):
    """Each expression has a clip of its own, and one folder holds the frames of all."""
    return [
        event("sammlv", split, subject, f"{video}_{place}", 100 * place, video, kind, units)
        for place, (kind, units) in enumerate(events, start=1)
    ]


def casme3(split, subject, clip, events):
    """All expressions of a recording have its clip."""
    return [
        event("casme3", split, subject, clip, 100 * place, f"{subject}/{clip}/color", kind, units)
        for place, (kind, units) in enumerate(events, start=1)
    ]


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_the_lines_are_the_challenges(workspace, tmp_path):
    fill(workspace, [*samm(), *samm(video="006_2", events=[("macro", (6,))])])
    done = write_long_videos(workspace, tmp_path / "out")
    assert (done.recordings, done.lines, done.problems) == (2, {"me_lvqa_samm_train.jsonl": 12}, 0)
    found = lines(tmp_path / "out/me_lvqa_samm_train.jsonl")
    assert found[:4] == list(PUBLISHED)
    types = [json.loads(line) for line in found[4:6]]
    places = [int(TYPE.fullmatch(one["question"])[1]) for one in types]
    assert len(set(places)) == 2
    assert [one["answer"] for one in types] == [f"{SEVEN[place - 1][0]}-expression" for place in places]
    # Of one expression the type is asked twice.
    alone = [json.loads(line) for line in found[6:]]
    assert [one["video"] for one in alone] == ["6_006_2"] * 6
    assert (
        alone[4]["question"] == alone[5]["question"] == TYPE.pattern.replace("([1-9][0-9]*)", "1").replace("[?]", "?")
    )


def test_outside_training_there_is_a_blank_file_which_is_filled_in_and_scored(workspace, tmp_path):
    fill(
        workspace,
        [*casme3("train", "spNO.8", "f", SEVEN), *casme3("test", "spNO.9", "g", [("micro", ()), ("macro", ())])],
    )
    done = write_long_videos(workspace, tmp_path / "out")
    assert done.lines == dict.fromkeys(
        ["me_lvqa_casme3_test.jsonl", "me_lvqa_casme3_test_to_answer.jsonl", "me_lvqa_casme3_train.jsonl"], 6
    )
    blank = tmp_path / "out/me_lvqa_casme3_test_to_answer.jsonl"
    key = [json.loads(line) for line in lines(tmp_path / "out/me_lvqa_casme3_test.jsonl")]
    assert [json.loads(line) for line in lines(blank)] == [one | {"answer": ""} for one in key]
    assert key[0]["video_id"] == "casme3_test_spNO.9_g_1"
    assert key[3]["answer"] == ""
    given = tmp_path / "said.jsonl"
    given.write_text("".join(json.dumps({"video_id": one["video_id"], "answer": one["answer"]}) + "\n" for one in key))
    filled = tmp_path / "me_lvqa_casme3_test_pred.jsonl"
    assert write_submission(blank, given, filled).answers == 6
    found = evaluate_megc([filled], tmp_path / "out/me_lvqa_casme3_test.jsonl")
    assert (found.acc, [one.acc for one in found.counts]) == (1.0, [1.0] * 3)
    summary = check(tmp_path / "out")
    assert (summary.findings, summary.rows) == ((), {"test": 12, "train": 6})


def test_units_that_are_not_labelled_are_not_asked():
    asked = questions("a", [("micro", (4,)), ("macro", None)])
    assert [answer for _, answer in asked][:3] == [2, 1, 1]
    assert len(asked) == 5
    assert not any("action units" in question for question, _ in asked)


def test_a_corpus_of_cut_clips_is_left_out_and_counted(workspace, tmp_path):
    cut = [event("casme2", "train", "1", "EP01", 5, "sub01/EP01", "micro", (4,))]
    fill(workspace, [*samm(), *cut])
    done = write_long_videos(workspace, tmp_path / "out")
    assert (done.recordings, done.left_out) == (1, {"casme2, no recording with several expressions": 1})
    fill(workspace, [*cut, event("casme2", "train", "1", "EP02", 5, "sub01/EP02", "micro", (4,))])
    with Workspace.open(tmp_path / "other", create=True) as other:
        fill(other, cut)
        with pytest.raises(MeuError, match=r"no recording here holds several expressions, .*extract a corpus of them"):
            write_long_videos(other, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_person_in_two_splits_is_refused_unless_that_is_wanted(workspace, tmp_path):
    fill(workspace, [*samm(), *samm("test", video="006_2"), *samm("test", subject="007", video="007_1")])
    with pytest.raises(MeuError, match=r"1 people are in several, first sammlv/006 \(test, train\); take --splits"):
        write_long_videos(workspace, tmp_path / "out")
    assert write_long_videos(workspace, tmp_path / "out", allow_leaks=True).recordings == 3


def test_a_folder_is_replaced_only_when_told_and_only_if_it_is_ours(workspace, tmp_path, meu):
    fill(workspace, samm())
    out = tmp_path / "out"
    assert write_long_videos(workspace, out) == write_long_videos(workspace, out)
    fill(workspace, samm(events=SEVEN[:3]))
    code, _, err = meu("megc-lvqa", out, "-w", workspace.root)
    assert (code, "replace it with --overwrite" in err) == (2, True)
    code, said, _ = meu("megc-lvqa", out, "-w", workspace.root, "--overwrite")
    assert (code, said.splitlines()[0]) == (0, "1 recordings")
    (out / "notes.txt").write_text("mine")
    with pytest.raises(MeuError, match=r"holds notes\.txt, which is no file of ME-LVQA"):
        write_long_videos(workspace, out, overwrite=True)


def test_rows_without_a_sample_are_told(workspace, tmp_path, meu):
    lost = Problem(stage="extract", corpus="sammlv", split="train", file="s.xlsx", row=9, reason="no frame")
    source = Source(corpus="sammlv", split="train", sheet="/s.xlsx", frames="/frames")
    workspace.ledger.replace_source(source, [*samm(), lost])
    code, said, err = meu("megc-lvqa", tmp_path / "out", "-w", workspace.root)
    assert (code, "are not counted: `meu-data problems` lists them" in said) == (3, True)
    assert "1 problem" in err
