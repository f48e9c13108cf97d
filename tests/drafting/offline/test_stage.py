"""The stage over a real workspace."""

import pytest

from meu_data.drafting import draft_offline
from meu_data.errors import MeuError
from meu_data.face.au_notation import parse_aus
from meu_data.records import Source
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace

SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
IDS = [f"dfme/sub{n:04d}/clip/1-5" for n in range(4)]


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "w", create=True) as opened:
        yield opened


@pytest.fixture
def filled(workspace, sample_of, motion_of):
    """Four samples, the last one not rendered."""
    put_samples(workspace, [sample_of("12", sample_id=name) for name in IDS])
    put_motion(workspace, [motion_of(SMILE, name) for name in IDS[:3]])
    return workspace


def put_samples(workspace, samples):
    workspace.ledger.replace_source(Source(corpus="dfme", split="train", sheet="s.xlsx", frames="f"), samples)


def put_motion(workspace, motions):
    with workspace.ledger.transaction():
        for motion in motions:
            workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))


def counts(summary):
    return (summary.samples, summary.drafted, summary.fresh, summary.waiting, summary.problems)


def stored(workspace):
    return [draft for name in IDS for draft in workspace.ledger.drafts(name)]


def test_drafts_what_is_rendered(filled):
    assert counts(draft_offline(filled)) == (4, 3, 0, 1, 0)
    drafts = stored(filled)
    assert [(draft.sample_id, draft.model, draft.lang) for draft in drafts] == [(n, "offline-1", "en") for n in IDS[:3]]
    assert drafts[0].annotation.aus == ("AU12",)
    assert drafts[0].annotation.emotion == "happiness"


def test_a_second_run_changes_nothing(filled):
    draft_offline(filled)
    before = stored(filled)
    assert counts(draft_offline(filled)) == (4, 0, 3, 1, 0)
    assert stored(filled) == before


def test_a_changed_label_is_drafted_again(filled, sample_of):
    draft_offline(filled)
    put_samples(
        filled,
        [
            sample_of("12", sample_id=IDS[0]),
            sample_of("4", "anger", IDS[1]),
            *[sample_of("12", sample_id=n) for n in IDS[2:]],
        ],
    )
    assert counts(draft_offline(filled)) == (4, 1, 2, 1, 0)
    assert [draft.annotation.aus for draft in stored(filled)] == [("AU12",), ("AU4",), ("AU12",)]


def test_changed_motion_is_drafted_again(filled, motion_of):
    draft_offline(filled)
    put_motion(filled, [motion_of({}, IDS[2]), motion_of(SMILE, IDS[3])])
    assert counts(draft_offline(filled)) == (4, 2, 2, 0, 0)


def test_languages_are_kept_apart(filled):
    draft_offline(filled, lang="en")
    assert counts(draft_offline(filled, lang="zh")) == (4, 3, 0, 1, 0)
    assert counts(draft_offline(filled, lang="en")) == (4, 0, 3, 1, 0)
    english, chinese = filled.ledger.drafts(IDS[0])
    assert (english.lang, chinese.lang) == ("en", "zh")
    assert "嘴角" in chinese.annotation.motion_analysis
    assert english.annotation.claims == chinese.annotation.claims


@pytest.mark.parametrize(
    ("selection", "expected"),
    [({"only": IDS[1]}, (1, 1, 0, 0, 0)), ({"only": IDS[3]}, (1, 0, 0, 1, 0)), ({"limit": 2}, (2, 2, 0, 0, 0))],
    ids=["one rendered sample", "one sample that waits", "the first two"],
)
def test_selects(filled, selection, expected):
    assert counts(draft_offline(filled, **selection)) == expected


def test_an_unknown_id_is_an_error(filled):
    with pytest.raises(MeuError, match="no sample 'dfme/nobody'"):
        draft_offline(filled, only="dfme/nobody")


def test_an_empty_workspace_is_no_error(workspace):
    assert counts(draft_offline(workspace)) == (0, 0, 0, 0, 0)


def test_a_label_without_a_name_becomes_a_problem_until_it_is_mended(filled, sample_of):
    wrong = sample_of("12", "joy", IDS[0])
    put_samples(filled, [wrong, *[sample_of("12", sample_id=name) for name in IDS[1:]]])
    assert counts(draft_offline(filled)) == (4, 2, 0, 1, 1)
    (problem,) = filled.ledger.problems("draft")
    assert (problem.sample_id, problem.row, problem.file) == (IDS[0], 2, "sheet.xlsx")
    assert "'joy'" in problem.reason
    put_samples(filled, [sample_of("12", sample_id=name) for name in IDS])
    assert counts(draft_offline(filled)) == (4, 1, 2, 1, 0)
    assert list(filled.ledger.problems("draft")) == []


class Killed(BaseException):
    """Ends a run in the middle."""


class DiesAfter:
    """Reports progress until the given sample, then ends the run."""

    def __init__(self, samples):
        self.left = samples

    def start(self, what, total):
        self.total = total

    def advance(self, done=1):
        self.left -= done
        if self.left == 0:
            raise Killed

    def finish(self):
        raise AssertionError("the run was to end before")


def test_a_run_that_dies_is_taken_up_again(workspace, sample_of, motion_of):
    names = [f"dfme/s/c/0-{n:04d}" for n in range(1, 451)]
    put_samples(workspace, [sample_of("12", sample_id=name) for name in names])
    put_motion(workspace, [motion_of(SMILE, name) for name in names])
    with pytest.raises(Killed):
        draft_offline(workspace, progress=DiesAfter(430))
    assert workspace.ledger.counts()["drafts"] == 400
    assert counts(draft_offline(workspace)) == (450, 50, 400, 0, 0)
    assert all(workspace.ledger.drafts(name)[0].annotation.aus == ("AU12",) for name in names)


def test_one_sided_labels_keep_their_side(filled, sample_of):
    aus = parse_aus("L12")
    put_samples(filled, [sample_of("12", sample_id=name).model_copy(update={"aus": aus}) for name in IDS])
    draft_offline(filled, only=IDS[0])
    (draft,) = filled.ledger.drafts(IDS[0])
    told = [(claim.region, claim.au) for claim in draft.annotation.claims]
    assert told == [("right_mouth_corner", "LAU12"), ("left_mouth_corner", None)]
