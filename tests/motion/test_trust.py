"""Trust falls with what is wrong, and is never higher for a region than for its map."""

import pytest

from meu_data.face.regions import REGIONS
from meu_data.motion.trust import trust_of, with_trust
from meu_data.records import HeadMotion
from tests.builders import make_motion

STILL_HEAD = HeadMotion(method="nose", dx=0.0, dy=0.0)
EXPORTED = 0.5


def test_a_sound_map_is_believed():
    motion = make_motion({})
    quality, regions = with_trust(motion.quality, motion.regions, STILL_HEAD, 150)
    assert quality.trust == 1
    assert {region.trust for region in regions} == {1.0}


@pytest.mark.parametrize(
    "flag",
    [
        "head_turn",
        "light_change",
        "codec_blocks",
        "other_face",
        "occluded",
        "tilted",
        "averted",
        "unlikely_face",
        "no_human",
        "outside",
    ],
)
def test_one_grave_flag_keeps_a_map_out_of_an_export(flag):
    assert trust_of([flag]) < EXPORTED


def test_a_slight_flag_alone_does_not():
    assert trust_of(["small_face"]) > EXPORTED
    assert trust_of(["small_face", "blurred"]) > EXPORTED
    assert trust_of(["small_face", "blurred", "head_motion"]) < EXPORTED


@pytest.mark.parametrize(("turn_px", "flags"), [(1.19, ()), (1.21, ("head_turn",))])
def test_a_turn_is_flagged_by_its_size(turn_px, flags):
    motion = make_motion({})
    head = HeadMotion(method="turn", dx=0.0, dy=0.0, turn_px=turn_px)
    assert with_trust(motion.quality, motion.regions, head, 150)[0].flags == flags


@pytest.mark.parametrize(
    ("reason", "count", "flags"),
    [
        ("occluded", 1, ()),
        ("occluded", 2, ("occluded",)),
        ("outside", len(REGIONS), ("outside", "unmeasured")),
        ("noisy", len(REGIONS) // 2, ()),
        ("noisy", len(REGIONS) // 2 + 1, ("unmeasured",)),
    ],
)
def test_regions_that_are_missing_are_a_flaw_of_the_map(reason, count, flags):
    """The first of them is the middle of the forehead, which brows speak for."""
    assert REGIONS[:2] == ("middle_forehead", "glabella")
    motion = make_motion({})
    gone = {"state": "not measurable", "reason": reason}
    regions = [region.model_copy(update=gone if place < count else {}) for place, region in enumerate(motion.regions)]
    quality, rated = with_trust(motion.quality, regions, STILL_HEAD, 150)
    assert quality.flags == flags
    assert [region.trust for region in rated[:count]] == [0] * count


FOREHEAD = ("left_forehead", "middle_forehead", "right_forehead")


@pytest.mark.parametrize(
    ("gone", "flags"),
    [
        ((), ()),
        (("left_inner_brow", "right_inner_brow"), ()),
        (("left_inner_brow", "right_inner_brow", "left_outer_brow"), ("outside",)),
        (("chin", "left_chin_side", "right_chin_side"), ("outside",)),
    ],
)
def test_a_crop_at_the_brows_costs_the_forehead_alone(gone, flags):
    motion = make_motion({})
    regions = [
        region.model_copy(update={"state": "not measurable", "reason": "outside"})
        if region.region in FOREHEAD + gone
        else region
        for region in motion.regions
    ]
    quality, rated = with_trust(motion.quality, regions, STILL_HEAD, 150)
    assert quality.flags == flags
    assert {region.trust for region in rated if region.region in FOREHEAD} == {0}


@pytest.mark.parametrize(
    ("gone", "least", "most"), [(0.4, 1, 1), (0.6, EXPORTED, 0.9), (0.8, 0.3, EXPORTED), (1, 0, 0)]
)
def test_the_less_could_be_measured_the_less_a_map_is_believed(gone, least, most):
    motion = make_motion({})
    noisy = {"state": "not measurable", "reason": "noisy"}
    count = round(gone * len(motion.regions))
    regions = [region.model_copy(update=noisy if place < count else {}) for place, region in enumerate(motion.regions)]
    assert least <= with_trust(motion.quality, regions, STILL_HEAD, 150)[0].trust <= most
