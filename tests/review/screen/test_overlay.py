"""Outlines lie where the parts of the face are, say what was measured there, and fit what is shown of the map."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from meu_data.choices import Language
from meu_data.records import Motion
from meu_data.review.screen.html import CELLS
from meu_data.review.screen.overlay import ShownPart, clip_html, outlines_html
from tests.builders import Moves
from tests.face.test_facs_independent import face
from tests.review.shown import a_motion

SMILE: Moves = {"right_mouth_corner": ("up-right", "strong"), "chin": ("up", "slight")}
WHOLE = ShownPart(0, 0, 448, 448)


def motion(moves: Moves = SMILE, **changes: object) -> Motion:
    points = tuple(map(tuple, face().tolist()))
    return a_motion(moves).model_copy(update={"landmarks": points, "alignment": None, **changes})


def drawn(moved: Motion, shown: ShownPart = WHOLE, lang: Language = "en") -> dict[str, ET.Element]:
    """The ellipses by their words."""
    svg = ET.fromstring(outlines_html(moved, shown, lang))
    return {"".join(ellipse.itertext()): ellipse for ellipse in svg}


def centre(ellipse: ET.Element) -> np.ndarray:
    return np.array([float(ellipse.attrib["cx"]), float(ellipse.attrib["cy"])])


def test_every_region_is_there_once_and_those_that_move_lie_on_top() -> None:
    found = drawn(motion())
    assert len(found) == len(motion().regions)
    assert {words.rpartition(": ")[0] for words in list(found)[-2:]} == {"right corner of the mouth", "chin"}
    assert all(words.endswith(": still") for words in list(found)[:-2])


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "right corner of the mouth: up and to the right, strong"), ("zh", "画面右侧嘴角：向右上，强烈")],
)
def test_words_and_colour_are_those_of_the_motion(lang: Language, words: str) -> None:
    found = drawn(motion(), lang=lang)
    assert found[words].attrib["stroke"] == CELLS["up-right"].ground
    # The left of the picture is where the person's right is; landmarks 48 and 54 are the corners of the mouth.
    right = centre(found[words])
    assert np.abs(right - face()[54]).max() < np.abs(right - face()[48]).max()


def test_a_motion_without_a_clear_direction_has_no_colour() -> None:
    mixed = tuple(region.model_copy(update={"coherence": 0.01}) for region in motion().regions)
    found = drawn(motion(regions=mixed))
    assert found["chin: in no clear direction, slight"].attrib["stroke"] == CELLS["none"].ground


def test_what_cannot_be_measured_says_why() -> None:
    hidden = {"state": "not measurable", "intensity": "none", "reason": "outside"}
    regions = tuple(
        region.model_copy(update=hidden) if region.region == "chin" else region for region in motion().regions
    )
    (found,) = [ellipse for words, ellipse in drawn(motion(regions=regions)).items() if words.startswith("chin: ")]
    assert found.attrib["class"] == "meu-hidden"
    assert not "".join(found.itertext()).endswith("still")


def test_outlines_follow_the_face_into_the_aligned_map() -> None:
    # Half the size, a quarter turn to the right, and shifted.
    turned = ((0.0, -0.5, 300.0), (0.5, 0.0, 20.0))
    before, after = drawn(motion()), drawn(motion(alignment=turned))
    for words, ellipse in before.items():
        x, y = centre(ellipse)
        assert centre(after[words]) == pytest.approx((300 - y / 2, 20 + x / 2), abs=0.1)
        assert float(after[words].attrib["rx"]) == pytest.approx(float(ellipse.attrib["rx"]) / 2, abs=0.1)
        angle = re.match(r"rotate\((\S+) ", after[words].attrib["transform"])
        assert angle
        assert float(angle[1]) == pytest.approx(90, abs=0.1)


def test_the_part_that_is_shown_is_what_is_seen() -> None:
    svg = ET.fromstring(outlines_html(motion(), ShownPart(85, 45, 130, 120), "en"))
    assert svg.attrib["viewBox"] == "85 45 130 120"


@pytest.mark.parametrize(
    "url", ["/data/local-files/?d=faces/a%20b.clip.webp", "s3://bucket/maps/a.clip.webp", "data:image/webp;base64,AA=="]
)
def test_the_clip_is_quoted_as_label_studio_looks_for_storage_urls(url: str) -> None:
    found = re.search(r"([\"'])(?P<uri>(?P<storage>[a-z0-9]+)://[^\1=]*)\1", clip_html(url))
    assert (found["uri"] if found else None) == (url if url.startswith("s3:") else None)
    assert ET.fromstring(clip_html(url)).attrib["style"] == f"background-image: url('{url}')"
