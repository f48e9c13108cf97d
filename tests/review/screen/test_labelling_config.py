"""The screen: what it offers, in which words, that Label Studio's own parser takes it, and that no key has two uses."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from meu_data.choices import Language
from meu_data.corpora.corpus import labels_of
from meu_data.errors import MeuError
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import AU_NAMES, AU_SITES
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.records import Sample, Source
from meu_data.resources import resource
from meu_data.review.screen.fields import FIELDS, KINDS, MAX_RATING, PICTURES, TO_NAME, VERDICTS, Answers
from meu_data.review.screen.labelling_config import AU_KEYS, NO_KEY, answers, labelling_config
from meu_data.review.screen.validation import Screen
from meu_data.store.workspace import Workspace
from tests.review.builders import make_annotation, make_draft
from tests.review.shown import a_sample

LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])
OFFERED = Answers(aus=("AU1", "AU12", "LAU12", "RAU12", "AU43"), emotions=("anger", "contempt", "surprise"))
# The single keys of Label Studio 1.23's editor (`keymap`), but for R and E: drawing tools, which our screen lacks.
TAKEN = frozenset("hovmkwpbu[]")


def screen(lang: Language, offered: Answers = OFFERED) -> ET.Element:
    return ET.fromstring(labelling_config(offered, lang))


def control(lang: Language, name: str, offered: Answers = OFFERED) -> ET.Element:
    (found,) = [element for element in screen(lang, offered).iter() if element.get("name") == name]
    return found


def choices(lang: Language, name: str) -> list[dict[str, str]]:
    return [element.attrib for element in control(lang, name).iter("Choice")]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    with Workspace.open(tmp_path, create=True) as opened:
        yield opened


def hold(workspace: Workspace, *samples: Sample) -> None:
    source = Source(corpus="dfme", split="train", sheet="s.xlsx", frames="frames")
    workspace.ledger.replace_source(source, samples)


class TestAnswers:
    def test_aus_of_map_samples_and_drafts_in_order(self, workspace: Workspace) -> None:
        hold(workspace, a_sample("6+L12"), a_sample("12+R10+61").model_copy(update={"id": "dfme/s1/b/1-5"}))
        draft = make_draft(annotation=make_annotation(aus=("AU21", "LAU6", "AU99", "smile")))
        with workspace.ledger.transaction():
            workspace.ledger.store_draft(draft, "inputs")
        both_sides = {"LAU6", "RAU6", "LAU10", "RAU10", "LAU12", "RAU12"}
        found = answers(workspace.ledger).aus
        assert set(found) == {f"AU{number}" for number in AU_SITES} | both_sides | {"AU61", "AU21"}
        assert found[:9] == ("AU1", "AU2", "AU4", "AU5", "AU6", "LAU6", "RAU6", "AU7", "AU9")

    def test_intensities_make_no_choices_of_their_own(self, workspace: Workspace) -> None:
        hold(workspace, a_sample("12B"))
        assert len(answers(workspace.ledger).aus) == len(AU_SITES)

    def test_emotions_are_those_of_the_corpus(self, workspace: Workspace) -> None:
        hold(workspace, a_sample())
        assert answers(workspace.ledger).emotions == labels_of("dfme")

    def test_a_corpus_without_a_list_has_the_emotions_of_its_samples(self, workspace: Workspace) -> None:
        hold(workspace, a_sample().model_copy(update={"corpus": "lab", "emotion": "others"}))
        assert answers(workspace.ledger).emotions == ("others",)

    def test_nothing_to_offer_without_samples(self, workspace: Workspace) -> None:
        with pytest.raises(MeuError, match="no samples yet: run `meu-data extract`"):
            answers(workspace.ledger)


class TestScreen:
    @LANGUAGES
    def test_label_studio_takes_it(self, lang: Language) -> None:
        assert Screen(labelling_config(OFFERED, lang), OFFERED)

    @LANGUAGES
    def test_every_au_and_emotion_of_the_program_can_be_offered(self, lang: Language) -> None:
        codes = tuple(f"{side}AU{number}" for number in AU_NAMES for side in ("", "L", "R"))
        everything = Answers(aus=codes, emotions=tuple(EMOTION_NAMES))
        assert Screen(labelling_config(everything, lang), everything)

    @LANGUAGES
    def test_same_arguments_same_text(self, lang: Language) -> None:
        assert labelling_config(OFFERED, lang) == labelling_config(OFFERED, lang)

    @LANGUAGES
    def test_fields_are_those_that_come_back(self, lang: Language) -> None:
        found = {element.get("name"): element for element in screen(lang).iter() if element.get("toName")}
        assert tuple(found) == FIELDS
        assert {name: element.tag.lower() for name, element in found.items()} == KINDS
        assert {element.get("toName") for element in found.values()} == {TO_NAME}
        assert found["quality"].get("maxRating") == str(MAX_RATING)

    @LANGUAGES
    def test_data_it_needs(self, lang: Language) -> None:
        needed = {
            element.get("value", "")[1:] for element in screen(lang).iter() if element.get("value", "")[:1] == "$"
        }
        assert needed == {*PICTURES, "labels", "title", "findings", "regions", "overlay"}

    @pytest.mark.parametrize(
        ("lang", "name", "code", "shown", "hint"),
        [
            ("en", "aus", "AU12", "12", "lip corner puller · Shift+W"),
            ("zh", "aus", "AU12", "12", "嘴角上扬 · Shift+W"),
            ("en", "aus", "LAU12", "L12", "lip corner puller, person's left (right of the picture) · Shift+A"),
            ("zh", "aus", "RAU12", "R12", "嘴角上扬，被摄者右侧（画面左侧） · Shift+S"),
            ("en", "emotion", "contempt", "contempt", None),
            ("zh", "emotion", "contempt", "轻蔑", None),
            (
                "en",
                "map",
                "confirmed",
                "map is right",
                "I compared the map with both frames: its colours are the face's own motion",
            ),
            ("en", "verdict", "needs_expert", "needs expert", "I cannot decide; say why in the comment"),
            ("zh", "verdict", "accept", "通过", "无需改动"),
        ],
    )
    def test_words_are_shown_and_codes_are_stored(
        self, lang: Language, name: str, code: str, shown: str, hint: str | None
    ) -> None:
        (choice,) = [choice for choice in choices(lang, name) if choice["alias"] == code]
        assert (choice["value"], choice.get("hint")) == (shown, hint)

    @LANGUAGES
    def test_rows_of_aus_are_upper_face_then_the_rest(self, lang: Language) -> None:
        rows = [[choice.get("alias") for choice in row.iter("Choice")] for row in control(lang, "aus").findall("View")]
        assert rows == [["AU1", "AU43"], ["AU12", "LAU12", "RAU12"]]

    @LANGUAGES
    def test_one_row_where_only_one_part_of_the_face_is_offered(self, lang: Language) -> None:
        offered = OFFERED.model_copy(update={"aus": ("AU12",)})
        assert len(control(lang, "aus", offered).findall("View")) == 1

    @LANGUAGES
    def test_verdicts_and_emotions_are_single_and_aus_are_not(self, lang: Language) -> None:
        assert [control(lang, name).get("choice") for name in ("aus", "map", "emotion", "verdict")] == [
            "multiple",
            "multiple",
            "single-radio",
            "single-radio",
        ]
        assert [choice["alias"] for choice in choices(lang, "verdict")] == list(VERDICTS)

    @LANGUAGES
    def test_keys(self, lang: Language) -> None:
        full = Answers(aus=OFFERED.aus, emotions=tuple(EMOTION_NAMES))
        every = [choice.get("hotkey") for choice in control(lang, "emotion", full).iter("Choice")]
        emotions = [key for key in every if key != NO_KEY]
        assert every == emotions + [NO_KEY] * (len(EMOTION_NAMES) - len(emotions))
        verdicts = [choice["hotkey"] for choice in choices(lang, "verdict")]
        (confirmed,) = choices(lang, "map")
        keys = [*emotions, *verdicts, control(lang, "quality").get("hotkey"), confirmed["hotkey"]]
        assert emotions == [str(number) for number in range(1, 10)]
        assert verdicts == list("afre")
        assert len(set(keys)) == len(keys)
        assert not set(keys) & TAKEN

    @LANGUAGES
    def test_no_letter_alone_ticks_an_au(self, lang: Language) -> None:
        # A choice without a key of its own would get one from Label Studio.
        keys = {choice["alias"]: choice["hotkey"] for choice in choices(lang, "aus")}
        sided = {"LAU12": "shift+a", "RAU12": "shift+s"}
        assert keys == {"AU1": "shift+1", "AU12": "shift+w", "AU43": "shift+d"} | sided
        assert len(set(AU_KEYS.values())) == len(AU_KEYS)
        assert all(choice.get("hotkey") for name in ("emotion", "verdict", "map") for choice in choices(lang, name))

    def test_keys_run_out_for_those_that_are_rarely_one_sided(self) -> None:
        codes = tuple(f"{side}AU{number}" for number in AU_NAMES for side in ("", "L", "R"))
        found = control("en", "aus", OFFERED.model_copy(update={"aus": codes}))
        keys = {choice.get("alias"): choice.get("hotkey") for choice in found.iter("Choice")}
        used = [key for key in keys.values() if key != NO_KEY]
        assert len(used) == len(set(used)) == 17 + 16  # the row of letters and seven digits; the two rows below
        assert NO_KEY not in {keys[f"{side}AU{number}"] for number in (12, 14, 10, 15) for side in "LR"}
        assert keys["LAU38"] == NO_KEY

    @LANGUAGES
    def test_only_what_has_no_key_is_a_stop_of_tab(self, lang: Language) -> None:
        codes = tuple(f"{side}AU{number}" for number in AU_NAMES for side in ("", "L", "R"))
        offered = Answers(aus=codes, emotions=tuple(EMOTION_NAMES))
        (style,) = screen(lang, offered).iter("Style")
        hidden = set(re.findall(r'\.meu-row input\[name="(.*?)"\]', style.text or ""))
        every = [choice for name in ("aus", "emotion") for choice in control(lang, name, offered).iter("Choice")]
        assert hidden == {choice.get("value") for choice in every if choice.get("hotkey") != NO_KEY}
        assert len(hidden) < len(every)

    def test_the_two_languages_differ_in_words_alone(self) -> None:
        def bones(lang: Language) -> list[tuple[str, str | None, str | None]]:
            return [(element.tag, element.get("name"), element.get("alias")) for element in screen(lang).iter()]

        assert bones("en") == bones("zh")
        assert not re.search(r"[\u4e00-\u9fff]", labelling_config(OFFERED, "en"))

    def test_style_holds_no_sign_that_label_studio_escapes(self) -> None:
        (style,) = screen("en").iter("Style")
        assert style.text
        assert not set(style.text) & set("<>&")
        assert resource("annotation_guides", "screen/screen.css").read_text(encoding="utf-8").strip() in style.text

    def test_every_class_of_the_screen_is_styled(self) -> None:
        root = screen("en")
        (style,) = root.iter("Style")
        used = {name for element in root.iter() for name in element.get("className", "").split()}
        used = {name for name in used if not name.startswith("meu-made-")}
        bare = {"meu-emotion", "meu-quality"}  # for tests to find
        assert {name for name in used if not re.search(rf"\.{name}\b", style.text or "")} == bare


def test_every_label_notation_of_a_sheet_has_a_chip(tmp_path: Path) -> None:
    with Workspace.open(tmp_path, create=True) as workspace:
        hold(workspace, a_sample("L1+R1+2+R4A+L10"))
        offered = answers(workspace.ledger)
    assert {au.code for au in parse_aus("L1+R1+2+R4A+L10")} <= set(offered.aus)
