"""What a model is asked, and what makes two requests the same."""

from datetime import UTC, datetime

import pytest

from meu_data.drafting.online.pacing import quota_message
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import read_answer, response_schema
from meu_data.drafting.requests.prompts import build_spec
from meu_data.drafting.requests.spec import RequestTurn, request_settings
from meu_data.errors import MeuError
from meu_data.face.regions import COLOUR_OF, OCTANTS, REGIONS
from tests.drafting.online.samples import good_answer, identifier, make_motion, make_sample

ONE = identifier(1)
LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def spec(sample=None, motion=None, **chosen):
    settings = request_settings("gemini", **({"lang": "en", "recipe": "mellm"} | chosen))
    return build_spec(sample or make_sample(ONE), motion or make_motion(ONE), settings)


@LANGUAGES
def test_the_legend_comes_before_the_steps_and_names_every_direction_and_region(lang):
    system = spec(lang=lang).system
    parts = {"en": ("PART 1", "PART 2", "RULES"), "zh": ("第一部分", "第二部分", "规则")}[lang]
    places = [system.index(part) for part in parts]
    assert places == sorted(places)
    between = "：" if lang == "zh" else ": "
    lines = [line for line in system[places[0] : places[1]].splitlines() if line.startswith("- ")]
    said = dict(line[2:].split(between, 1) for line in lines)
    bare = {name.split("（")[0]: text.split("（")[0] for name, text in said.items()}
    assert {COLOUR_OF[octant]: octant for octant in OCTANTS}.items() <= bare.items()
    assert set(REGIONS) <= set(bare)


@LANGUAGES
def test_the_labels_and_the_measured_regions_are_given(lang):
    text = spec(make_sample(ONE, "L12+4+55", "contempt"), lang=lang).text
    assert "contempt" in text
    assert {word for word in ("AU4", "LAU12", "AU55") if word in text} == {"AU4", "LAU12", "AU55"}
    assert "AU6" not in text
    # The person's left is the picture's right.
    assert "right_mouth_corner up-right" in text
    rows = [line for line in text.splitlines() if " | " in line][1:]
    assert rows == [
        "left_mouth_corner | up-left | blue | strong | 100",
        "right_mouth_corner | up-right | magenta | strong | 100",
    ]


@pytest.mark.parametrize(("coherence", "mixed"), [(0.5, False), (0.4999, True)])
def test_mixed_directions_are_said(coherence, mixed):
    motion = make_motion(ONE)
    regions = tuple(region.model_copy(update={"coherence": coherence}) for region in motion.regions)
    text = spec(motion=motion.model_copy(update={"regions": regions})).text
    rows = [line for line in text.splitlines() if " | " in line]
    assert [row.endswith("mixed directions") for row in rows[1:]] == [mixed, mixed]


@LANGUAGES
def test_a_still_face_and_no_labels_read_well(lang):
    text = spec(make_sample(ONE, ""), make_motion(ONE, {}), lang=lang).text
    assert ("none scored" if lang == "en" else "未标注") in text
    assert ("no region moves" if lang == "en" else "没有区域") in text
    assert "\n\n\n" not in text


def test_the_recipe_says_what_brightness_is_measured_against():
    assert "relative to the strongest motion of this map" in spec(recipe="mellm").system
    assert "the same for every map" in spec(recipe="robust").system


CHANGES = {
    "model": "gemini-2.5-pro",
    "lang": "zh",
    "recipe": "robust",
    "images": "map+pair",
    "media_resolution": "high",
    "thinking": "high",
    "temperature": 0.1,
    "seed": 8,
    "max_output_tokens": 999,
}


@pytest.mark.parametrize(("name", "value"), CHANGES.items(), ids=list(CHANGES))
def test_everything_that_shapes_the_answer_is_in_the_key(name, value):
    assert spec(**{name: value}).key != spec().key


@pytest.mark.parametrize(
    "other",
    [
        spec(sample=make_sample(ONE, "12+6")),
        spec(sample=make_sample(ONE, "12", "surprise")),
        spec(sample=make_sample(identifier(2))),
        spec(motion=make_motion(ONE, {"chin": ("up", "strong")})),
        spec(motion=make_motion(ONE, picture=b"another")),
        spec().model_copy(update={"turns": (RequestTurn(role="user", text="again"),)}),
        spec().model_copy(update={"response_schema": {}}),
    ],
    ids=["labels", "emotion", "sample", "motion", "picture", "turns", "schema"],
)
def test_the_subject_is_in_the_key(other):
    assert other.key != spec().key


def test_price_and_place_are_not_in_the_key():
    moved = make_motion(ONE).model_copy(update={"map_file": "elsewhere/x.png"})
    assert spec(motion=moved, tier="flex").key == spec().key
    assert spec(sample=make_sample(ONE, row=9)).key == spec().key


def test_a_label_without_a_name_is_refused():
    with pytest.raises(MeuError, match="'joy'"):
        spec(make_sample(ONE, emotion="joy"))


def test_the_schema_has_no_references_and_requires_all():
    def objects(node):
        if isinstance(node, dict):
            assert "$ref" not in node
            if node.get("type") == "object":
                yield node
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from objects(child)

    found = list(objects(response_schema()))
    assert len(found) == 3
    for node in found:
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
    assert next(iter(found[0]["properties"])) == "sample_id"


def verdict(text, finish="STOP"):
    return read_answer(ONE, Reply(text=text, finish_reason=finish, usage=Usage(), raw="{}"))


def test_a_repaired_answer_says_so():
    assert verdict(good_answer(ONE)).repaired is False
    assert verdict(f"```json\n{good_answer(ONE)}\n```").repaired is True
    assert verdict(good_answer(ONE).replace('"}', '",}')).state == "done"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (good_answer(ONE, emotion=""), "done"),
        (good_answer(ONE, conclusion=""), "conclusion"),
        (good_answer(ONE, claims=[{"region": "left_ear"}]), "claims.0"),
        (good_answer(ONE, mood="calm"), "mood"),
        (good_answer("dfme/x"), "dfme/x"),
        ("[" * 5000, "no JSON object"),
        ("null", "no JSON object"),
        ("\x00", "no JSON object"),
    ],
    ids=["odd label", "empty text", "half a claim", "extra field", "another sample", "deep nesting", "null", "NUL"],
)
def test_an_answer_is_judged(text, reason):
    found = verdict(text)
    assert (found.state == "done") == (reason == "done")
    assert reason in found.reason or found.state == "done"


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        (datetime(2026, 11, 20, 20, tzinfo=UTC), "2026-11-21 08:00 UTC"),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), "2026-07-01 07:00 UTC"),
        (datetime(2026, 3, 8, 9, tzinfo=UTC), "2026-03-09 07:00 UTC"),
    ],
    ids=["winter", "summer, just before", "the day the clocks change"],
)
def test_a_daily_quota_is_full_again_at_midnight_in_california(now, midnight):
    assert midnight in quota_message("said so", now)
