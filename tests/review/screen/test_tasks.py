"""What a task holds and a prediction says: all of it readable, the worst first, nothing that a browser would run."""

import json
import xml.etree.ElementTree as ET

import pytest

from meu_data.choices import Language
from meu_data.face.regions import COLOUR_OF, OCTANTS, PAIRED_PARTS, REGIONS, Direction
from meu_data.grounding.doubts import MAP_DOUBTS
from meu_data.grounding.ground import ground
from meu_data.records import AnnotationStage, Draft, FindingKind, Grounding, Motion, QualityFlag, StatementFinding
from meu_data.resources import resource
from meu_data.review.screen.fields import PICTURES, STAGES, Answers
from meu_data.review.screen.html import (
    ARROWS,
    SIGNS,
    WHEEL,
    checked_html,
    findings_html,
    regions_html,
    statements_html,
    wheel_text,
)
from meu_data.review.screen.overlay import ShownPart
from meu_data.review.screen.tasks import draft_sha256, labels_text, prediction, task_data
from meu_data.review.screen.validation import prediction_faults
from tests.review.builders import make_annotation, make_draft
from tests.review.shown import ANSWERS, FLAGS, Moves, a_draft, a_grounding, a_motion, a_sample

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])
URLS = {name: f"/data/{name}.png" for name in PICTURES}
SHOWN = ShownPart(0, 0, 448, 448)
SMILE: Moves = {
    "left_mouth_corner": ("up-left", "moderate"),
    "right_mouth_corner": ("up-right", "strong"),
    "chin": ("up", "slight"),
}


def data(lang: Language = "en", *, draft: Draft | None = None, grounding: Grounding | None = None) -> dict:
    return task_data(a_sample(), a_motion(SMILE), draft or a_draft(), grounding or a_grounding(), URLS, SHOWN, lang)


def parsed(html: str) -> ET.Element:
    """A browser is kinder than this."""
    return ET.fromstring(f"<div>{html}</div>")


def words(html: str) -> list[str]:
    return [text.strip() for text in parsed(html).itertext() if text.strip()]


def table(motion: Motion, lang: Language = "en") -> list[list[str]]:
    rows = parsed(regions_html(motion, lang)).findall(".//tbody/tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


class TestTask:
    def test_parts(self) -> None:
        assert data().keys() == {
            "sample_id",
            "title",
            "labels",
            "score",
            "trust",
            "soundness",
            "flag_kinds",
            "flags",
            "findings",
            "regions",
            "overlay",
            "draft",
            "draft_sha256",
            *PICTURES,
        }

    def test_says_which_sample_and_with_which_pictures(self) -> None:
        made = data()
        assert made["sample_id"] == a_sample().id
        assert made["title"] == "s1 · a <b> · 1–5"
        assert {name: made[name] for name in PICTURES} == URLS

    @pytest.mark.parametrize(
        ("lang", "aus", "emotion", "expected"),
        [
            ("en", "6+L12", "happiness", "AU6 (cheek raiser), AU12 (lip corner puller, person's left) · happiness"),
            ("zh", "6+L12", "happiness", "AU6（脸颊上提）、AU12（嘴角上扬，被摄者左侧） · 高兴"),
            ("en", "", "others", "no AUs · others"),
            ("zh", "", "others", "无AU · 其他"),
        ],
    )
    def test_labels(self, lang: Language, aus: str, emotion: str, expected: str) -> None:
        assert labels_text(a_sample(aus, emotion), lang) == expected

    def test_flags_as_text_one_a_line(self) -> None:
        assert data("en")["flags"].split("\n") == [
            "The emotion is <wrong>.",
            "The colour is & wrong.",
            "That colour, too.",
        ]
        assert data("zh")["flags"].split("\n") == ["情绪有误。", "颜色有误。", "那个颜色也是。"]
        assert data()["flag_kinds"] == ["emotion", "colour"]
        assert data()["score"] == a_grounding().score

    def test_the_draft_comes_back_as_it_was(self) -> None:
        made = json.loads(json.dumps(data()))
        assert Draft.model_validate(made["draft"]) == a_draft()
        assert made["draft_sha256"] == draft_sha256(a_draft())

    def test_any_change_of_the_draft_changes_its_hash(self) -> None:
        other = a_draft().model_copy(update={"annotation": make_annotation(conclusion="They are sad.")})
        assert draft_sha256(other) != draft_sha256(a_draft())
        assert draft_sha256(make_draft(model="m2")) != draft_sha256(make_draft(model="m1"))

    def test_a_real_grounding_fits(self) -> None:
        sample, motion, draft = a_sample(), a_motion(SMILE), a_draft(("AU4",), "fear")
        grounding = ground(sample, motion, draft.annotation, "en")
        made = task_data(sample, motion, draft, grounding, URLS, SHOWN, "en")
        divs = [div.get("class", "") for div in parsed(made["findings"]).findall("div[@class]")]
        assert sum(name.startswith("meu-flag ") for name in divs) + divs.count("meu-count") == len(grounding.flags) + 1
        assert len(grounding.flags) > 5
        assert divs[0] == "meu-checked"


class TestFindings:
    def test_worst_first_with_signs_for_their_severity(self) -> None:
        made = findings_html(FLAGS, a_motion(), "en")
        assert words(made) == [
            "✖ The emotion is <wrong>.",
            "▲ The colour is & wrong.",
            "• That colour, too.",
        ]
        assert [row.get("class") for row in parsed(made)] == [
            "meu-flag meu-serious",
            "meu-flag meu-minor",
            "meu-flag meu-note",
        ]
        assert len(set(SIGNS.values())) == len(SIGNS)

    @pytest.mark.parametrize(
        ("lang", "said"), [("en", "✔ The check found nothing suspicious."), ("zh", "✔ 自动核对未发现可疑之处。")]
    )
    def test_nothing_found_is_said(self, lang: Language, said: str) -> None:
        assert words(findings_html((), a_motion(), lang)) == [said]

    @pytest.mark.parametrize(
        ("number", "lang", "first"),
        [(5, "en", "✖ "), (6, "en", "6 findings, scroll ↓"), (12, "zh", "共12条，可滚动 ↓")],
    )
    def test_how_many_is_said_when_they_do_not_fit(self, number: int, lang: Language, first: str) -> None:
        found = words(findings_html(FLAGS[:1] * number, a_motion(), lang))
        assert found[0].startswith(first)

    @LANGUAGES
    @pytest.mark.parametrize("doubt", MAP_DOUBTS)
    def test_doubtful_maps_are_told_last(self, doubt: QualityFlag, lang: Language) -> None:
        found = words(findings_html(FLAGS, a_motion(doubts=(doubt,)), lang))
        assert found[-1] == f"• {MAP_DOUBTS[doubt][lang]}"
        assert len(found) == len(FLAGS) + 2

    def test_every_doubt_has_words(self) -> None:
        from typing import get_args

        assert set(MAP_DOUBTS) == set(get_args(QualityFlag))


def found(stage: AnnotationStage, start: int, end: int, finding: FindingKind) -> StatementFinding:
    return StatementFinding(stage=stage, start=start, end=end, finding=finding)


class TestStatements:
    ANNOTATION = make_annotation(conclusion="Nothing & all.").model_copy(
        update={"motion_analysis": "It rises. <b>It falls.</b> Odd."}
    )
    GROUNDING = Grounding(
        sample_id="s",
        score=0.5,
        flags=FLAGS,
        statements=9,
        checked=7,
        findings=(
            found("motion_analysis", 0, 9, "confirmed"),
            found("motion_analysis", 10, 26, "contradicted"),
            found("motion_analysis", 27, 31, "not read"),
            found("expression_inference", 0, 5, "not measurable"),
            found("conclusion", 0, 13, "not read"),
        ),
    )

    def test_all_are_marked_by_their_findings(self) -> None:
        texts = parsed(statements_html(self.ANNOTATION, self.GROUNDING, "en")).findall("div")
        assert ["".join(text.itertext()) for text in texts] == [
            "1. It rises. <b>It falls.</b> Odd.",
            "2. A raised cheek and corner of the mouth speak for a smile.",
            "3. Nothing & all.",
        ]
        marks = [(mark.get("class"), mark.text) for text in texts for mark in text.findall("span")]
        assert marks == [
            ("meu-confirmed", "It rises."),
            ("meu-contradicted", "<b>It falls.</b>"),
            ("meu-unread", "Odd."),
            ("meu-unmeasured", "A rai"),
            ("meu-unread", "Nothing & all"),
        ]
        assert len({mark.get("title") for text in texts for mark in text.findall("span")}) == 4

    def test_marks_are_styled(self) -> None:
        css = resource("annotation_guides", "screen/screen.css").read_text(encoding="utf-8")
        for name in ("meu-contradicted", "meu-unread", "meu-checked", "meu-text"):
            assert f".{name} {{" in css

    @pytest.mark.parametrize(("lang", "said"), [("en", "7 of 9 statements checked"), ("zh", "共9句，已核对7句")])
    def test_how_many_were_checked_is_said(self, lang: Language, said: str) -> None:
        assert words(checked_html(self.GROUNDING, lang)) == [said]
        assert said in data(lang, grounding=self.GROUNDING)["findings"]

    def test_of_a_grounding_without_statements_nothing_is_said(self) -> None:
        assert checked_html(a_grounding(), "en") == statements_html(self.ANNOTATION, a_grounding(), "en") == ""

    def test_places_beyond_the_text_do_no_harm(self) -> None:
        odd = self.GROUNDING.model_copy(update={"findings": (found("conclusion", 90, 99, "not read"),)})
        assert words(statements_html(self.ANNOTATION, odd, "en")) == ["3. Nothing & all."]


class TestRegions:
    def test_a_row_a_part_the_strongest_first(self) -> None:
        assert table(a_motion(SMILE)) == [
            ["corner of the mouth", "↖moderate", "↗strong"],
            ["chin", "↑slight"],
        ]
        assert table(a_motion(SMILE), "zh") == [["嘴角", "↖明显", "↗强烈"], ["下巴", "↑轻微"]]

    def test_one_side_stays_on_its_side(self) -> None:
        assert table(a_motion({"right_cheek": ("down", "slight")})) == [["lower cheek", "", "↓slight"]]
        assert table(a_motion({"left_cheek": ("down", "slight")})) == [["lower cheek", "↓slight", ""]]

    def test_the_middle_of_the_face_stands_in_the_middle(self) -> None:
        (cell,) = parsed(regions_html(a_motion({"chin": ("up", "slight")}), "en")).findall(".//tbody/tr/td[@colspan]")
        assert cell.get("colspan") == "2"

    @LANGUAGES
    def test_a_still_face(self, lang: Language) -> None:
        assert words(regions_html(a_motion(), lang)) == [
            {"en": "Nothing moved beyond the map's noise.", "zh": "没有超出噪声的运动。"}[lang]
        ]

    def test_mixed_motion_has_no_direction(self) -> None:
        assert table(a_motion({"chin": ("up", "slight")}, coherence=0.4999)) == [["chin", "slight, mixed"]]
        assert table(a_motion({"chin": ("up", "slight")}, coherence=0.5)) == [["chin", "↑slight"]]

    @LANGUAGES
    def test_a_face_on_which_all_moves_fits_the_table(self, lang: Language) -> None:
        rows = table(a_motion(dict.fromkeys(REGIONS, ("up", "strong"))), lang)
        assert len(rows) == len(REGIONS) - len(PAIRED_PARTS)

    @LANGUAGES
    def test_a_region_in_doubt_has_its_trust_beside_it(self, lang: Language) -> None:
        motion = a_motion({"chin": ("up", "slight"), "left_cheek": ("up", "strong")})
        rated = [one.model_copy(update={"trust": 0.517 if one.region == "chin" else 1.0}) for one in motion.regions]
        html = regions_html(motion.model_copy(update={"regions": tuple(rated)}), lang)
        (told,) = parsed(html).iter("small")
        assert told.text == "0.52"
        assert "chin" in html or "下巴" in html

    @pytest.mark.parametrize("octant", OCTANTS)
    def test_arrow_and_colour_are_those_of_the_map(self, octant: Direction) -> None:
        html = regions_html(a_motion({"chin": (octant, "slight")}), "en")
        (mark,) = parsed(html).iter("span")
        assert mark.text == ARROWS[octant]
        assert mark.get("class") == f"meu-o meu-o-{octant}"
        assert mark.get("title", "").endswith(f", {COLOUR_OF[octant]}")


class TestLegend:
    def test_directions_lie_around_the_middle(self) -> None:
        across = {"left": -1, "right": 1}
        down = {"up": -1, "down": 1}
        for place, direction in enumerate(WHEEL):
            said = set(direction.split("-"))
            assert place % 3 - 1 == sum(step for word, step in across.items() if word in said)
            assert place // 3 - 1 == sum(step for word, step in down.items() if word in said)

    @pytest.mark.parametrize(
        ("direction", "lang", "text"),
        [("up", "en", "↑ purple"), ("down-right", "zh", "↘ 橙黄色"), ("none", "en", "dark: still")],
    )
    def test_words(self, direction: Direction, lang: Language, text: str) -> None:
        assert wheel_text(direction, lang) == text


class TestSoundness:
    """The order of the work; the score of the text stays what it is."""

    @pytest.mark.parametrize(
        ("score", "trust", "expected"), [(0.9, 0.4, 0.4), (0.3, 1.0, 0.3), (1.0, 1.0, 1.0), (0.5, 0.0, 0.0)]
    )
    def test_the_worse_of_text_and_map_counts(self, score: float, trust: float, expected: float) -> None:
        motion, grounding = a_motion(), a_grounding(score=score)
        motion = motion.model_copy(update={"quality": motion.quality.model_copy(update={"trust": trust})})
        made = task_data(a_sample(), motion, a_draft(), grounding, URLS, SHOWN, "en")
        assert (made["score"], made["trust"], made["soundness"]) == (score, trust, expected)
        assert prediction(a_draft(), motion, grounding, ANSWERS)["score"] == expected


class TestPrediction:
    def test_every_field_of_the_draft(self) -> None:
        made = prediction(a_draft(), a_motion(), a_grounding(), ANSWERS)
        annotation = a_draft().annotation
        assert {result["from_name"]: result["value"] for result in made["result"]} == {
            "aus": {"choices": ["AU6", "LAU12"]},
            "emotion": {"choices": ["happiness"]},
            **{stage: {"text": [getattr(annotation, stage)]} for stage in STAGES},
            "claims": {"text": ["left mouth corner: up-left, moderate, AU12"]},
        }
        assert (made["model_version"], made["score"]) == ("offline-1", 0.6174)
        assert prediction_faults(made, ANSWERS) == []

    @pytest.mark.parametrize(
        ("aus", "emotion", "missing"),
        [((), "fear", {"aus"}), (("AU99",), "fear", {"aus"}), (("AU6",), "rage", {"emotion"})],
    )
    def test_what_the_screen_does_not_offer_is_left_out(
        self, aus: tuple[str, ...], emotion: str, missing: set[str]
    ) -> None:
        made = prediction(a_draft(aus, emotion), a_motion(), a_grounding(), ANSWERS)
        assert {"aus", "emotion", *STAGES} - {result["from_name"] for result in made["result"]} == missing
        assert prediction_faults(made, ANSWERS) == []

    def test_aus_stand_in_the_order_of_the_screen_and_once(self) -> None:
        offered = Answers(aus=("AU1", "AU6", "AU12"), emotions=("fear",))
        made = prediction(a_draft(("AU12", "AU1", "AU12"), "fear"), a_motion(), a_grounding(), offered)
        assert made["result"][0]["value"] == {"choices": ["AU1", "AU12"]}
