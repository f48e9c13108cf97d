"""Pictures of one split in another: copies are told, however they were changed; other people are not."""

import cv2
import numpy as np
import pytest

from meu_data.checking import check
from meu_data.face.landmark_model import find_landmark_model
from meu_data.synth.portrait import DETAIL, SubjectMaker
from tests.checking.conftest import data_file, read_rows, write_rows

# What someone may do to a picture before it gets into the other split.
CHANGES = {
    "the same file": lambda picture: picture,
    "mirrored": lambda picture: picture[:, ::-1],
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 2),
    "blurred much": lambda picture: cv2.GaussianBlur(picture, (0, 0), 5),
    "mirrored and blurred": lambda picture: cv2.GaussianBlur(picture[:, ::-1], (0, 0), 3),
    "smaller": lambda picture: cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "compressed": lambda picture: cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 1),
    "brighter": lambda picture: cv2.convertScaleAbs(picture, alpha=1.1, beta=5),
}


@pytest.fixture(scope="module")
def people():
    """Six faces with something coloured on them."""
    maker = SubjectMaker(find_landmark_model(None))
    pictures = [np.rint(maker.make(7, number, (240, 240)).picture[::DETAIL, ::DETAIL]) for number in range(6)]
    coloured = [picture.astype(np.uint8) for picture in pictures]
    for picture in coloured:
        picture[100:104, 60:70, 2] = 255
    return coloured


def show(path, pictures):
    """Puts pictures into the rows of a file."""
    rows = read_rows(path)
    for row, picture in zip(rows, pictures, strict=True):
        row["images"][0]["bytes"] = cv2.imencode(".png", np.ascontiguousarray(picture))[1].tobytes()
        row["image_sha256"] = None
    write_rows(path, rows)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_copy_in_the_other_split_is_told(spoilt, people, change):
    out = spoilt("unifer-cot")
    show(data_file(out), people[:4])
    show(data_file(out, "testA"), [people[4], change(people[2])])
    summary = check(out)
    # Files are read in the order of their names, testA before train.
    assert [(one.rule, one.file, one.row) for one in summary.findings] == [
        ("alike", data_file(out).relative_to(out).as_posix(), 3)
    ]
    assert "row 2" in summary.findings[0].wrong
    assert "in the split testA" in summary.findings[0].wrong


def test_other_people_and_the_same_person_within_a_split_are_no_copies(spoilt, people):
    out = spoilt("unifer-cot")
    show(data_file(out), [people[0], people[0], people[0][:, ::-1], people[1]])
    show(data_file(out, "testA"), people[2:4])
    summary = check(out)
    assert summary.findings == ()
    assert summary.verified["alike"] == 5


def test_a_single_file_has_no_other_split(exports):
    summary = check(data_file(exports("unifer-cot")))
    assert "alike: there are no pictures here of two splits" in summary.not_checked


GREY = "it is grey all over, though the question is about the colours of a motion map"


@pytest.mark.parametrize(
    ("style", "lang", "options"),
    [
        ("unifer-cot", "en", {}),
        ("meu", "zh", {}),
        ("mellm", "zh", {"words": "authors"}),
    ],
)
def test_a_map_without_colours_is_told(spoilt, people, style, lang, options):
    out = spoilt(style, "hf", lang, **options)
    path = data_file(out)
    grey = [cv2.cvtColor(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR) for one in people[:2]]
    show(path, [people[2], *grey, people[3]])
    rows = read_rows(path)
    # The map of a face that keeps still is grey.
    for claim in rows[1]["claims"]:
        claim |= {"direction": "none", "colour": "none", "intensity": "none"}
    write_rows(path, rows)
    found = [(one.rule, one.row) for one in check(out, rules=["picture"]).findings]
    assert found == [("picture", 3)]
    assert GREY in check(out, rules=["picture"]).findings[0].wrong
