"""Falsehoods in the prose alone, and in the claims alone, of offline drafts: what each kind is caught at."""

from collections import defaultdict

import pytest

from benchmarks._planted import SCENES, drafts, in_claims, in_prose
from benchmarks.grounding import Rates

KINDS = {
    *("direction", "in_out", "left_right", "colour", "side", "person_side", "strength", "still_moves"),
    *("moving_denied", "invented_region", "hidden_negation", "hidden_hedge", "hidden_comparison", "contradiction"),
    *("au_misnamed", "au_extra", "au_omitted", "wrong_evidence", "wrong_emotion", "wrong_language"),
}
# What can be false of a claim, a unit or an emotion by itself.
OF_CLAIMS = KINDS - {
    *("hidden_negation", "hidden_hedge", "hidden_comparison", "contradiction", "au_misnamed", "wrong_language"),
}
TEXTS = ("motion_analysis", "expression_inference", "conclusion")


@pytest.fixture(scope="module")
def rates():
    counted = Rates()
    for draft in drafts(phrasings=1):
        counted.add(draft)
    return counted


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_is_planted_where_it_is_meant_to_be(lang):
    kinds = defaultdict(set)
    for draft in drafts((lang,), phrasings=2):
        for plant in in_prose(draft):
            kinds["prose"].add(plant.kind)
            changed = [stage for stage in TEXTS if getattr(plant.false, stage) != getattr(draft.true, stage)]
            assert len(changed) == 1
            assert draft.true.model_copy(update={changed[0]: getattr(plant.false, changed[0])}) == plant.false
        for plant in in_claims(draft):
            kinds["claims"].add(plant.kind)
            assert plant.false != draft.true
            assert all(getattr(plant.false, stage) == getattr(draft.true, stage) for stage in TEXTS)
    assert kinds == {"prose": KINDS, "claims": OF_CLAIMS}


def test_what_is_misplaced_moves():
    assert all(scene.misplaced is None or scene.misplaced[0] in scene.moves for scene in SCENES)


# Not there yet: a neighbour's motion passes as evidence, and so does motion whose direction is not said.
LEAST = {"wrong_evidence": 0.5}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("place", "kinds", "least"), [("prose", KINDS, 0.95), ("claims", OF_CLAIMS, 0.99)])
def test_what_is_planted_is_found_serious(rates, place, kinds, least, lang):
    for kind in kinds:
        hits = rates.planted[kind, place, lang]
        assert sum(serious for _, serious in hits) >= LEAST.get(kind, least) * len(hits) > 0, kind


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_true_is_neither_flagged_nor_unread(lang):
    rates = Rates()
    for draft in drafts((lang,)):
        rates.add_true(draft)
    true = rates.true["offline", lang]
    flagged, unread = (sum(column) for column in zip(*true, strict=True))
    assert flagged <= 0.01 * len(true)
    assert unread <= 0.05 * len(true)
