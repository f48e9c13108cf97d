"""The tools of an inspection: what they answer, and that nothing a model writes is more than an error answer."""

import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from meu_data.environments.inspection import Inspection, Sight
from meu_data.environments.tools import tools_json
from meu_data.errors import MeuError

FACE = (10, 20, 90, 110)
MOUTH = (40, 60, 72, 92)


def picture():
    """A map of which every pixel differs from its neighbours, as a PNG."""
    rows, columns = np.mgrid[:96, :128]
    stream = io.BytesIO()
    Image.fromarray(np.stack([rows, columns, rows ^ columns], axis=2).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


SIGHT = Sight(
    width=160,
    height=120,
    faces=2,
    onset_box=FACE,
    apex_box=(12, 20, 92, 110),
    regions={"left_mouth_corner": MOUTH},
    map_png=picture(),
)


def said(answer):
    return json.loads(answer.text)


def test_the_three_tools_answer_in_turn():
    inspection = Inspection(SIGHT)
    found = inspection.call("detect_face", {"image": 1})
    assert said(found) == {"faces": 2, "bbox": list(FACE), "width": 160, "height": 120}
    assert said(inspection.call("detect_face", {"image": 2}))["bbox"] == [12, 20, 92, 110]
    aligned = inspection.call("align_face", {"bbox": said(found)["bbox"]})
    assert (said(aligned), aligned.picture) == ({"width": 128, "height": 96}, SIGHT.map_png)
    by_name = inspection.call("zoom", {"region": "left_mouth_corner"})
    by_box = inspection.call("zoom", {"bbox": list(MOUTH)})
    assert by_name == by_box
    assert said(by_name) == {"bbox": list(MOUTH), "width": 224, "height": 224}


def test_a_zoom_is_the_part_of_the_map_that_its_box_names():
    inspection = Inspection(SIGHT, aligned=True)
    whole = np.asarray(Image.open(io.BytesIO(SIGHT.map_png)), dtype=float)
    crop = Image.open(io.BytesIO(inspection.call("zoom", {"bbox": [8, 16, 40, 32]}).picture))
    # Pillow makes it small again: another library than the one that enlarged.
    small = np.asarray(crop.resize((32, 16), Image.Resampling.BOX), dtype=float)
    assert crop.size == (224, 112)
    assert np.abs(small - whole[16:32, 8:40]).mean() < 3


WRONG = {
    "no such tool": ("smile", {}, "no tool smile"),
    "arguments in a list": ("zoom", ["left_mouth_corner"], "no JSON object"),
    "an argument of another tool": ("detect_face", {"image": 1, "region": "chin"}, "no argument region"),
    "a third frame": ("detect_face", {"image": 3}, "1 for the onset frame or 2"),
    "a frame by name": ("detect_face", {"image": "onset"}, "1 for the onset frame or 2"),
    "true is no number": ("detect_face", {"image": True}, "1 for the onset frame or 2"),
    "no box": ("align_face", {}, "four whole numbers"),
    "three sides": ("align_face", {"bbox": [1, 2, 3]}, "four whole numbers"),
    "half a pixel": ("align_face", {"bbox": [1, 2, 30.5, 40]}, "four whole numbers"),
    "beyond the frame": ("align_face", {"bbox": [10, 20, 90, 121]}, "which is 160 x 120"),
    "not the face": ("align_face", {"bbox": [100, 0, 160, 60]}, "no face in this box"),
    "neither region nor box": ("zoom", {}, "one of the two"),
    "both": ("zoom", {"region": "left_mouth_corner", "bbox": list(MOUTH)}, "one of the two"),
    "a region that is none": ("zoom", {"region": "moustache"}, "no region moustache"),
    "a region that is beyond the map": ("zoom", {"region": "chin"}, "no region chin"),
    "beyond the map": ("zoom", {"bbox": [100, 0, 129, 30]}, "which is 128 x 96"),
    "right before left": ("zoom", {"bbox": [40, 0, 20, 30]}, "left before right"),
    "too small": ("zoom", {"bbox": [40, 0, 47, 30]}, "8 pixels wide"),
}


@pytest.mark.parametrize(("tool", "arguments", "reason"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_done_is_answered_with_the_reason(tool, arguments, reason):
    answer = Inspection(SIGHT, aligned=True).call(tool, arguments)
    assert reason in said(answer)["error"]
    assert (answer.wrong, answer.picture) == (True, None)


def test_there_is_no_map_before_the_face_is_aligned():
    inspection = Inspection(SIGHT)
    assert "call align_face first" in said(inspection.call("zoom", {"region": "left_mouth_corner"}))["error"]
    assert inspection.call("align_face", {"bbox": [0, 0, 20, 20]}).wrong
    assert inspection.call("zoom", {"region": "left_mouth_corner"}).wrong
    # A box that is a little off is the face all the same.
    assert not inspection.call("align_face", {"bbox": [14, 16, 96, 104]}).wrong
    assert not inspection.call("zoom", {"region": "left_mouth_corner", "bbox": None}).wrong


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([math.inf, 1e300]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["detect_face", "align_face", "zoom"]) | ANYTHING
ARGUMENTS = st.dictionaries(st.sampled_from(["image", "bbox", "region", "x"]), ANYTHING, max_size=3) | ANYTHING


@given(NAMES, ARGUMENTS)
def test_whatever_a_model_writes_gets_an_answer_in_json(name, arguments):
    answer = Inspection(SIGHT, aligned=True).call(name, arguments)
    assert ("error" in said(answer)) == answer.wrong


def test_a_sight_comes_back_from_its_column():
    assert Sight.of_column(json.loads(json.dumps(SIGHT.column())), SIGHT.map_png) == SIGHT


DAMAGED = {
    "nothing": (lambda seen: None, "does not say"),
    "a list": (lambda seen: [seen], "does not say"),
    "no box": (lambda seen: seen.pop("onset_bbox") and seen, "does not say"),
    "three sides": (lambda seen: seen | {"apex_bbox": [1, 2, 3]}, "does not say"),
    "a box of words": (lambda seen: seen | {"onset_bbox": ["a"] * 4}, "does not say"),
    "no end": (lambda seen: seen | {"width": math.inf}, "does not say"),
    "a face beyond its frame": (lambda seen: seen | {"apex_bbox": [0, 0, 161, 9]}, "a face that is not on its frame"),
    "a region beyond the map": (
        lambda seen: seen | {"regions": [{"region": "chin", "bbox": [0, 0, 129, 9]}]},
        "a region that is not on its map",
    ),
}


@pytest.mark.parametrize(("change", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_a_column_that_is_damaged_is_told_before_anything_is_trained(change, reason):
    with pytest.raises(MeuError, match=reason):
        Sight.of_column(change(SIGHT.column()), SIGHT.map_png)


def test_a_map_that_is_no_picture_is_told_before_anything_is_trained():
    with pytest.raises(MeuError, match="no PNG"):
        Sight.of_column(SIGHT.column(), b"GIF89a")
    with pytest.raises(MeuError, match="cannot be decoded"):
        Inspection(SIGHT._replace(map_png=SIGHT.map_png[:40]))


def test_without_a_map_the_face_is_found_and_nothing_is_shown():
    inspection = Inspection(Sight.of_column(SIGHT.column(), b""), aligned=True)
    assert said(inspection.call("detect_face", {"image": 1}))["bbox"] == list(FACE)
    assert "no motion map" in said(inspection.call("align_face", {"bbox": list(FACE)}))["error"]
    assert "no motion map" in said(inspection.call("zoom", {"region": "left_mouth_corner"}))["error"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tools_that_a_model_is_told_of_are_those_that_answer(lang):
    for tool in json.loads(tools_json(lang)):
        function = tool["function"]
        wrong = Inspection(SIGHT, aligned=True).call(
            function["name"], dict.fromkeys(function["parameters"]["properties"], "x")
        )
        # Every argument is known; only the values are wrong.
        assert "has no argument" not in said(wrong)["error"]
