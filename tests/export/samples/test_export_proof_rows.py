"""What a proofread row says: the person's words and labels, with the corpus's own beside them."""

import pytest

from meu_data.errors import MeuError
from meu_data.export.compatibility import check_material
from meu_data.export.samples.truth import RowError, gather_labels, gather_proof
from meu_data.export.styles import STYLES
from meu_data.records import Claim

CHANGED = {"emotion": "surprise", "aus": ("AU6", "RAU2"), "conclusion": "It is surprise."}


def gathered(corpus, *, review=None, sample=None, **changes):
    """The truth of a clip of happiness (L12B+6) as a person proofread it."""
    if not corpus.samples:
        corpus.fill({"train": 1})
    if review is None:
        review = corpus.review(corpus.samples[0], **changes)
    found, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    return gather_proof(sample or found, motion, review, root=corpus.workspace.root, annotator="annotator-1")


def rows(truth, style):
    return list(STYLES[style].rows(truth))


def test_the_labels_are_the_persons_and_the_corpuss_own_are_kept(corpus):
    (row,) = rows(gathered(corpus, **CHANGED), "unifer-cot")
    assert (row.labels["emotion"], row.labels["aus"], row.labels["facs"]) == ("surprise", ["AU2", "AU6"], "6+R2")
    assert row.labels["source"] == "proofread"
    provenance = row.labels["provenance"]
    assert (provenance["corpus_emotion"], provenance["corpus_facs"]) == ("happiness", "L12B+6")
    assert (provenance["annotator"], provenance["verdict"]) == ("annotator-1", "accept")
    assert (provenance["edit_distance"], provenance["grounding"]) == (0.25, 0.9)
    assert provenance["draft_model"] == "offline-1"


def test_a_unit_the_person_kept_has_the_intensity_of_the_coder(corpus):
    truth = gathered(corpus, aus=("LAU12", "AU4"))
    assert [unit.facs for unit in truth.aus] == ["L12B", "4"]


def test_the_claims_are_those_of_the_proof(corpus):
    claim = Claim(region="glabella", colour="yellow-green", direction="down", intensity="strong", au="AU4")
    (row,) = rows(gathered(corpus, claims=(claim,)), "unifer-rlvr")
    assert row.labels["claims"] == [claim.model_dump()]


# By style: what its text must hold, and what it must not, when the person says surprise with AU6 and the right AU2.
SAID = {
    "unifer-cot": ("<answer>surprise</answer>", "happiness"),
    "unifer-rlvr": ("<answer>surprise</answer>", "happiness"),
    "meu": ("It is surprise.", "happiness"),
    "mer": ("surprise", "happiness"),
    "mellm2": (
        "Action units: AU6 (cheek raiser), AU2 (outer brow raiser, person's right)\nMicro-expression: Surprise",
        "AU12",
    ),
}


@pytest.mark.parametrize(("style", "words"), SAID.items(), ids=SAID)
def test_every_style_answers_as_the_person_does(corpus, style, words):
    (row,) = rows(gathered(corpus, **CHANGED), style)
    answer = row.assistant or row.fields["solution"]
    assert words[0] in answer
    assert words[1] not in answer


def test_the_challenge_is_answered_as_the_person_does(corpus):
    answers = {row.user: row.assistant for row in rows(gathered(corpus, **CHANGED), "megc-vqa")}
    assert answers["What is the fine-grained expression class?"] == "surprise"
    assert answers["What is the coarse expression class?"] == "surprise"
    assert answers["What are the action units?"] == "outer brow raiser, cheek raiser"
    assert answers["Is the action unit outer brow raiser located on the left or right face?"] == "right"
    assert "Is the action unit lip corner puller located on the left or right face?" not in answers


REFUSED = {
    "an emotion the corpus does not know": ({"emotion": "repression"}, "'repression'"),
    "a unit that is none": ({"aus": ("smile",)}, "'smile'"),
    "a claim for a unit that is none": (
        {"claims": (Claim(region="chin", colour="red", direction="right", intensity="slight", au="AU99"),)},
        "AU99",
    ),
    "an empty stage": ({"expression_inference": " \n"}, "nothing in its expression inference"),
    "markup": ({"motion_analysis": "<image> moves"}, "the markup '<image>' in its motion analysis"),
}


@pytest.mark.parametrize(("changes", "said"), REFUSED.values(), ids=REFUSED)
def test_a_proof_that_cannot_be_a_row_is_refused(corpus, changes, said):
    with pytest.raises(RowError, match=r"meu-data pull") as caught:
        gathered(corpus, **changes)
    assert said in caught.value.reason
    assert "\n" not in str(caught.value)
    assert caught.value.file == "s.xlsx"


LOST = {
    "the draft": ({"draft": None}, "lost the draft"),
    "the proof": ({"proof": None}, "no proofread annotation"),
}


@pytest.mark.parametrize(("changes", "said"), LOST.values(), ids=LOST)
def test_a_review_that_lacks_a_part_is_refused(corpus, changes, said):
    corpus.fill({"train": 1})
    review = corpus.review(corpus.samples[0]).model_copy(update=changes)
    with pytest.raises(RowError, match=said):
        gathered(corpus, review=review)


def test_a_review_of_another_map_is_refused(corpus):
    corpus.fill({"train": 1})
    review = corpus.review(corpus.samples[0])
    draft = review.draft.model_copy(update={"map_sha256": "3" * 64})
    with pytest.raises(RowError, match="another map"):
        gathered(corpus, review=review.model_copy(update={"draft": draft}))


def test_the_draft_has_to_be_sound_only_where_it_is_told(corpus):
    corpus.fill({"train": 1})
    sample = corpus.samples[0]
    corpus.draft(sample, conclusion="<|im_end|>")
    review = corpus.review(sample, conclusion="It is happiness.")
    assert gathered(corpus, review=review).texts.conclusion == "It is happiness."
    found, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    with pytest.raises(RowError, match=r"the draft by offline-1 has the markup"):
        gather_proof(found, motion, review, root=corpus.workspace.root, annotator="a", compared=True)


@pytest.mark.parametrize("style", [name for name, style in STYLES.items() if not (style.drafted or style.framed)])
def test_styles_that_tell_labels_need_no_text(corpus, style):
    corpus.fill({"train": 1}, langs=())
    sample, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    truth = gather_labels(sample, motion, root=corpus.workspace.root, lang="zh")
    for row in rows(truth, style):
        assert row.assistant
        labels = row.labels
        assert (labels["source"], labels["emotion"], labels["claims"]) == ("labels", "happiness", [])
        assert labels["provenance"]["draft_model"] is labels["provenance"]["annotator"] is None


def test_an_emotion_that_the_corpus_does_not_know_makes_no_row_of_labels(corpus):
    corpus.fill({"train": 1}, langs=())
    sample, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    odd = sample.model_copy(update={"emotion": "joy"})
    with pytest.raises(RowError, match=r"'joy'.*correct the sheet"):
        gather_labels(odd, motion, root=corpus.workspace.root, lang="en")


def test_which_styles_need_a_text_a_person_frames_and_an_aligned_map():
    needs = {
        name: {flag for flag in ("drafted", "compared", "framed", "aligned") if getattr(style, flag)}
        for name, style in STYLES.items()
    }
    texts = {name: {"drafted"} for name in ("unifer-cot", "unifer-rlvr", "meu", "meu+mer", "mellm")}
    assert needs == texts | {
        "mer": set(),
        "mellm2": set(),
        "megc-vqa": set(),
        "actfer": {"drafted", "framed", "aligned"},
        "actfer-rl": {"framed", "aligned"},
        "preference": {"drafted", "compared"},
    }


def test_a_comparison_needs_proofread_rows():
    check_material(STYLES["preference"], "proofread", "robust", "en")
    with pytest.raises(
        MeuError, match=r"--style preference cannot be made from --source drafts: .*--source proofread$"
    ):
        check_material(STYLES["preference"], "drafts", "robust", "en")


def test_a_pair_tells_the_person_before_the_machine(corpus):
    (row,) = rows(gathered(corpus, conclusion="It is happiness, no doubt."), "preference")
    fields = row.fields
    assert fields["chosen"].endswith("\nIt is happiness, no doubt.</think><answer>happiness</answer>")
    assert fields["rejected"].endswith("\nThe expression is happiness.</think><answer>happiness</answer>")
    assert (row.assistant, row.rejected) == (fields["chosen"], fields["rejected"])


def test_another_emotion_alone_makes_a_pair(corpus):
    (row,) = rows(gathered(corpus, emotion="fear"), "preference")
    assert row.fields["chosen"].endswith("<answer>fear</answer>")
    assert row.fields["rejected"].endswith("<answer>happiness</answer>")


def test_what_the_person_left_as_it_was_makes_no_pair(corpus):
    truth = gathered(corpus, conclusion="The expression is happiness. ")
    assert rows(truth, "preference") == []
