"""The inspection as TRL has it: called by method, with pictures as parts of a message."""

import inspect
import io
import json

import pytest
from PIL import Image

from meu_data.environments.trl import FaceInspection, WithoutZoom
from meu_data.errors import MeuError
from tests.environments.test_inspection import FACE, MOUTH, SIGHT


def row(**changes):
    """The columns of a row, as `datasets` hands them over."""
    decoded = Image.open(io.BytesIO(SIGHT.map_png))
    return {"id": "x", "prompt": [], "images": [], "map": decoded, "inspection": SIGHT.column()} | changes


def tools(environment):
    """What TRL takes for tools: public methods of the class but `reset`."""
    members = inspect.getmembers(type(environment), predicate=inspect.isfunction)
    return {name for name, _ in members if not name.startswith("_")} - {"reset", "get_reward"}


def test_only_the_tools_are_public():
    assert tools(FaceInspection()) == {"detect_face", "align_face", "zoom"}
    assert tools(WithoutZoom()) == {"detect_face", "align_face"}


def test_answers_are_texts_or_a_picture_before_its_text():
    environment = FaceInspection()
    assert environment.reset(**row()) is None
    assert json.loads(environment.detect_face(image=1))["bbox"] == list(FACE)
    picture, text = environment.align_face(bbox=list(FACE))
    assert (picture["type"], text["type"]) == ("image", "text")
    assert picture["image"].size == (128, 96)
    crop, text = environment.zoom(region="left_mouth_corner")
    assert crop["image"].size == (224, 224)
    assert json.loads(text["text"])["bbox"] == list(MOUTH)


@pytest.mark.parametrize("arguments", [{}, {"zone": 1}, {"region": "chin", "bbox": [0, 0, 9, 9], "more": 2}])
def test_arguments_that_python_would_refuse_are_answered(arguments):
    environment = FaceInspection()
    environment.reset(**row())
    assert "error" in json.loads(environment.zoom(**arguments))
    assert "error" in json.loads(environment.detect_face(**arguments))


def test_a_reset_forgets_what_was_aligned():
    environment = FaceInspection()
    environment.reset(**row())
    environment.align_face(bbox=list(FACE))
    environment.reset(**row())
    assert "align_face" in json.loads(environment.zoom(region="left_mouth_corner"))["error"]


def test_a_map_that_is_not_decoded_is_the_same():
    answers = []
    for given in (row()["map"], {"bytes": SIGHT.map_png, "path": "x.png"}):
        environment = FaceInspection()
        environment.reset(**row(map=given))
        environment.align_face(bbox=list(FACE))
        answers.append(environment.zoom(region="left_mouth_corner")[0]["image"].tobytes())
    assert answers[0] == answers[1]


@pytest.mark.parametrize("lost", ["map", "inspection"])
def test_a_row_without_what_the_tools_need_is_refused(lost):
    with pytest.raises(MeuError, match="--style actfer-rl"):
        FaceInspection().reset(**row(**{lost: None}))
    with pytest.raises(MeuError, match="no pixels"):
        FaceInspection().reset(**row(map={"bytes": None, "path": "x.png"}))
