"""What a model is asked, and what makes two requests the same."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meu_data.drafting.online.pacing import quota_message
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.answers import read_answer, response_schema
from meu_data.drafting.requests.prompts import build_spec
from meu_data.drafting.requests.spec import RequestTurn, request_settings
from meu_data.errors import MeuError
from meu_data.face.regions import COLOUR_OF, OCTANTS, REGIONS
from meu_data.grounding.ground import ground
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


@pytest.mark.parametrize(("lang", "words"), [("en", " | trust 0.41"), ("zh", " | 可信 0.41")])
def test_a_region_in_doubt_has_its_trust_beside_it(lang, words):
    motion = make_motion(ONE)
    doubted = [
        one.model_copy(update={"trust": 0.412 if one.region.startswith("left") else 1}) for one in motion.regions
    ]
    text = spec(motion=motion.model_copy(update={"regions": tuple(doubted)}), lang=lang).text
    rows = [line for line in text.splitlines() if " | " in line]
    assert [row.endswith(words) for row in rows[1:]] == [True, False]


@LANGUAGES
def test_a_still_face_and_no_labels_read_well(lang):
    text = spec(make_sample(ONE, ""), make_motion(ONE, {}), lang=lang).text
    assert ("none scored" if lang == "en" else "未标注") in text
    assert ("no region moves" if lang == "en" else "没有区域") in text
    assert "\n\n\n" not in text
    unlabelled = make_sample(ONE, "").model_copy(update={"aus": None, "emotion": None})
    text = spec(unlabelled, make_motion(ONE, {}), lang=lang).text
    assert ("not labelled in this corpus; name none" if lang == "en" else "不要写出任何 AU") in text
    assert ("infer none" if lang == "en" else "不作推断") in text


def test_the_recipe_says_what_brightness_is_measured_against():
    assert "relative to the strongest motion of this map" in spec(recipe="mellm").system
    assert "the same for every map" in spec(recipe="robust").system


CHANGES = {
    "model": "gemini-2.5-pro",
    "lang": "zh",
    "recipe": "robust",
    "images": "map+pair",
    "facts": "labels",
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
    return read_answer(spec(), Reply(text=text, finish_reason=finish, usage=Usage(), raw="{}"))


def test_a_repaired_answer_says_so():
    assert verdict(good_answer(ONE)).repaired is False
    assert verdict(f"```json\n{good_answer(ONE)}\n```").repaired is True
    assert verdict(good_answer(ONE).replace('"}', '",}')).state == "done"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (good_answer(ONE, emotion=""), "the emotion is happiness"),
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


@LANGUAGES
@pytest.mark.parametrize("images", ["map", "map+pair", "pair", "video"])
def test_less_is_told_where_less_is_asked_for(lang, images):
    told = {facts: spec(facts=facts, lang=lang, images=images) for facts in ("measured+labels", "labels", "none")}
    measured = {"en": "Measured motion", "zh": "各区域测得的运动"}[lang]
    usual = {"en": "usually move", "zh": "通常引起的运动"}[lang]
    for facts, request in told.items():
        assert (measured in request.text, usual in request.text) == ((facts == "measured+labels",) * 2)
        assert ("AU12" in request.text, "happiness" in request.text) == ((facts != "none",) * 2)
        schema = request.response_schema["properties"]
        assert (schema["emotion"]["enum"] == ["happiness"]) == (facts != "none")
        assert (schema["aus"]["items"].get("enum") == ["AU12"]) == (facts != "none")
        assert "\n\n\n" not in request.system + request.text
        assert request.author == {"measured+labels": request.model}.get(facts, f"{request.model}+{facts}")
    assert len({request.system for request in told.values()}) == 3
    assert len({request.key for request in told.values()}) == 3


@pytest.mark.parametrize(("images", "files"), [("map", 1), ("map+pair", 3), ("pair", 2)])
def test_a_request_shows_the_pictures_asked_for(images, files):
    pictures = spec(images=images).pictures
    assert len(pictures) == files
    assert all(picture.clip is None for picture in pictures)
    assert (pictures[0].root == "workspace") == (images != "pair")


@pytest.mark.parametrize(("provider", "files", "mime"), [("gemini", 1, "video/mp4"), ("openai", 5, "image/jpeg")])
def test_a_clip_is_a_video_where_the_service_takes_one(provider, files, mime):
    """The sample's five frames; another onset or apex is another question."""

    def asked(motion):
        settings = request_settings(provider, model="m", lang="en", recipe="mellm", images="video")
        return build_spec(make_sample(ONE), motion, settings)

    request, motion = asked(make_motion(ONE)), make_motion(ONE)
    assert [picture.mime for picture in request.pictures] == [mime] * files
    assert len({picture.sha256 for picture in request.pictures}) == files
    assert ("slowed down" in request.system) == (provider == "gemini")
    elsewhere = [(x, y + 1) for x, y in motion.landmarks]
    for changed in ({"onset_sha256": "0" * 64}, {"apex_sha256": "0" * 64}, {"landmarks": elsewhere}):
        assert asked(motion.model_copy(update=changed)).key != request.key


@LANGUAGES
def test_the_examples_answer_as_asked_and_are_sound(lang):
    """Judged by the reader and the grounding, on motion that is built from what the example says its map shows."""
    examples = json.loads(Path(f"annotation_guides/prompts/fgmu_examples.{lang}.json").read_text(encoding="utf-8"))
    assert len(examples) == 2
    for example in examples:
        rows = [row.split(" | ") for row in example["moving"]]
        assert all(COLOUR_OF[direction] == colour for _, direction, colour, _ in rows)
        sample = make_sample(example["id"], "+".join(example["aus"]).replace("AU", ""), example["emotion"])
        motion = make_motion(example["id"], {region: (way, strength) for region, way, _, strength in rows})
        text = json.dumps(example["answer"], ensure_ascii=False)
        found = read_answer(
            spec(sample, motion, lang=lang), Reply(text=text, finish_reason="STOP", usage=Usage(), raw="{}")
        )
        assert (found.state, found.reason) == ("done", "")
        grounding = ground(sample, motion, found.annotation, lang)
        assert [flag for flag in grounding.flags if flag.severity == "serious"] == []
        assert text in spec(lang=lang).system
