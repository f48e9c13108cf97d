"""An annotator in a real browser: sees the worst draft with its pictures and findings, corrects it, and it comes back.

Screenshots go to `build/screens`; `python -m tests.review.write_screens` makes the pictures of the docs from them.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, StorageState, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from meu_data.choices import Language
from meu_data.corpora.extract import extract
from meu_data.drafting import draft_offline
from meu_data.grounding.verify import verify
from meu_data.motion.render import render
from meu_data.records import Annotation, Claim, Draft, Review, file_stem
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.review.server.client import Server
from meu_data.review.studio import Annotator
from meu_data.store.reviews import current_reviews, reviews_by_sample
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus
from tests import ROOT
from tests.review.lab import Person

# One server and one set of projects do for all of it.
pytestmark = pytest.mark.xdist_group("browser")

SCREENS = ROOT / "build" / "screens"
# Its label is LAU12+LAU14 and contempt, so the motion is at the right of the picture.
ONE_SIDED = "dfme/sub0001/sub0001_03/5"
NEARLY_RIGHT = "dfme/sub0001/sub0001_04/4"
SIZES = [(1366, 768), (1920, 1080), (1280, 720)]
ZOOMED = [(width * 4 // 5, height * 4 // 5) for width, height in SIZES]
"""What a page has of these screens at 125 %, px of its own."""
LANGUAGES: tuple[Language, ...] = ("en", "zh")
# The server keeps what somebody has begun to change, so the one who corrects the draft is not the one who looks.
CORRECTS, LOOKS = 0, 1


# Not for the session: Playwright leaves an event loop running, in which no other test could start one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: that of the machine, else the one that Playwright has installed."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except BrowserError as error:
            if os.environ.get("MEU_REQUIRE_BROWSER") == "1":
                raise
            pytest.skip(f"there is no Chromium: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@dataclass
class Studio:
    """A project in each language with drafts of a synthetic corpus, one of which is bad."""

    workspace: Workspace
    server: Server
    projects: dict[Language, tuple[str, int]]
    login: str
    url: str
    annotators: tuple[Annotator, ...]

    def draft(self, lang: Language) -> Draft:
        return next(draft for draft in self.workspace.ledger.drafts(ONE_SIDED) if draft.lang == lang)

    def clear_drafts(self, lang: Language) -> None:
        """As if nobody had begun on a project's tasks."""
        tasks = self.server.read("api/tasks/", {"project": self.projects[lang][1], "fields": "all"}, what="listing")
        for task in tasks["tasks"]:
            for draft in task["drafts"]:
                number = draft["id"]
                self.server.write("DELETE", f"api/drafts/{number}/", body=b"", what="tidying up")

    def pulled(self, lang: Language) -> list[Review]:
        pull(self.workspace, self.server, title=self.projects[lang][0])
        return [
            review for review in current_reviews(self.workspace.ledger, ONE_SIDED) if review.draft == self.draft(lang)
        ]


@pytest.fixture(scope="module")
def studio(browser: Browser, label_studio) -> Iterator[Studio]:
    # The server serves pictures from below its maps only.
    root = label_studio.maps / f"browser-{uuid.uuid4().hex[:8]}"
    corpus = make_corpus(root / "corpus", subjects=1, clips=4, workers=1)
    server = Server(label_studio.url, label_studio.token, "the fixture")
    projects: dict[Language, tuple[str, int]] = {}
    with Workspace.open(root / "work", create=True) as workspace:
        extract(workspace, corpus="dfme", annotations=Path(corpus.sheet), frames=Path(corpus.frames_dir))
        render(workspace, workers=1)
        for lang in LANGUAGES:
            draft_offline(workspace, lang=lang)
            spoil(workspace, lang)
        verify(workspace)
        for lang in LANGUAGES:
            title = f"screen {lang} {uuid.uuid4().hex[:8]}"
            # Only one of the projects has clips.
            pushed = push(workspace, server, title=title, lang=lang, images="local", clips=lang == "en", assign=["ann"])
            projects[lang] = title, int(pushed.url.rsplit("/", 1)[1])
        yield Studio(workspace, server, projects, pushed.login, label_studio.url, label_studio.annotators)
    # The projects stay until the server goes: Label Studio loses its own signals where two are deleted at once.
    shutil.rmtree(root)


def spoil(workspace: Workspace, lang: Language) -> None:
    """Mixes up the sides of a draft, leaves one AU out, adds another and names the wrong emotion.

    Of another draft, one AU too many and the emotion alone are wrong.
    """
    (draft,) = [draft for draft in workspace.ledger.drafts(NEARLY_RIGHT) if draft.lang == lang]
    aus = ("AU4", *draft.annotation.aus)
    _store(workspace, draft, draft.annotation.model_copy(update={"aus": aus, "emotion": "anger"}))
    (draft,) = [draft for draft in workspace.ledger.drafts(ONE_SIDED) if draft.lang == lang]
    mixed_up = Claim(region="left_mouth_corner", colour="magenta", direction="up-right", intensity="strong", au="LAU12")
    annotation = draft.annotation.model_copy(
        update={
            "aus": ("AU4", "LAU12"),
            "emotion": "happiness",
            "claims": (mixed_up, *draft.annotation.claims[1:3]),
        }
    )
    _store(workspace, draft, annotation)


def _store(workspace: Workspace, draft: Draft, annotation: Annotation) -> None:
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(draft.model_copy(update={"annotation": annotation}), draft.prompt_sha256)


@pytest.fixture(scope="module")
def logins(browser: Browser, studio: Studio) -> list[StorageState]:
    """What a browser keeps of each annotator's login."""
    states = []
    for annotator in studio.annotators:
        page = browser.new_page()
        page.goto(studio.login)
        page.fill("input[name=email]", annotator.username)
        page.fill("input[name=password]", annotator.password)
        page.press("input[name=password]", "Enter")
        # The link that `push` gives leads on to the project.
        page.wait_for_url(f"**/projects/{studio.projects['zh'][1]}/data**")
        states.append(page.context.storage_state())
        page.close()
    return states


class Pages:
    """The pages of annotators: one each for those who look, which all tests share, and others of a test's own."""

    def __init__(self, browser: Browser, studio: Studio, logins: list[StorageState]) -> None:
        self._browser, self._studio, self._logins = browser, studio, logins
        self._looking: dict[Language, Page] = {}

    def open(self, who: int, size: tuple[int, int] = SIZES[0]) -> Page:
        width, height = size
        page = self._browser.new_page(viewport={"width": width, "height": height}, storage_state=self._logins[who])
        page.set_default_timeout(60_000)
        return page

    def looking(self, lang: Language) -> Page:
        """A page with the worst draft, of somebody who corrects nothing."""
        if lang not in self._looking:
            self._looking[lang] = self.open(LOOKS)
            open_stream(self._looking[lang], self._studio, lang)
        page = self._looking[lang]
        resize(page, SIZES[0])
        return page


@pytest.fixture(scope="module")
def pages(browser: Browser, studio: Studio, logins: list[StorageState]) -> Pages:
    return Pages(browser, studio, logins)


def resize(page: Page, size: tuple[int, int]) -> None:
    """Gives a page another size.

    Layout follows, and a picture that shrinks; one that grows is drawn larger with the next task only (1.23.2).
    """
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_timeout(1000)


def open_worst(page: Page, studio: Studio, lang: Language) -> Locator:
    """Opens the first task of the list of the worst; the editor, when the draft and the pictures are there."""
    number = studio.projects[lang][1]
    views = studio.server.read("api/dm/views/", {"project": number}, what="reading the views")
    (view,) = [view["id"] for view in views if "total_annotations" in str(view["data"].get("filters"))]
    page.goto(f"{studio.url}/projects/{number}/data?tab={view}")
    page.locator(".lsf-table__row-wrapper").first.click()
    return ready(page)


def open_stream(page: Page, studio: Studio, lang: Language, number: int | None = None) -> Locator:
    """What "Label all tasks" opens after the instructions: one task after the other, without the list."""
    page.goto(f"{studio.url}/projects/{number or studio.projects[lang][1]}/data?labeling=1")
    page.locator(".meu-guide h1").wait_for()
    page.keyboard.press("Escape")
    page.locator(".meu-guide h1").wait_for(state="hidden")
    return ready(page)


def ready(page: Page) -> Locator:
    """The editor, with a draft and its pictures in it."""
    editor = page.locator(".lsf-editor")
    editor.locator(".meu-stage textarea").nth(2).wait_for()
    page.wait_for_function(
        "() => { const found = [...document.querySelectorAll('.meu .lsf-image img')];"
        " return found.length === 3 && found.every(image => image.complete && image.naturalWidth > 0); }"
    )
    expect(editor.locator(".meu-stage textarea").nth(2)).to_be_visible()
    page.wait_for_timeout(500)  # what has come is drawn on a canvas, and the texts can be written into
    return editor


def shot(page: Page, name: str) -> None:
    """A screenshot for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def seen(part: Locator) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(part.screenshot(), np.uint8), cv2.IMREAD_COLOR)


def delivered(picture: Locator) -> bytes:
    """The file that the browser draws from."""
    return bytes(picture.evaluate("async image => [...new Uint8Array(await (await fetch(image.src)).arrayBuffer())]"))


def chip(editor: Locator, field: str, shown: str) -> Locator:
    return editor.locator(f'.meu-{field} label:has(input[name="{shown}"])')


def ticked(editor: Locator, field: str) -> list[str]:
    return editor.locator(f".meu-{field} input:checked").evaluate_all("found => found.map(each => each.name)")


def texts(editor: Locator) -> list[str]:
    return [each.input_value() for each in editor.locator(".meu-stage textarea").all()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_in_sight(pages: Pages, lang: Language) -> None:
    page = pages.looking(lang)
    editor = page.locator(".lsf-editor")
    assert editor.locator(".meu-flag").first.inner_text().startswith("✖"), "it begins with the worst"
    for size in SIZES:
        resize(page, size)
        shot(page, f"proofread_{lang}_{size[0]}x{size[1]}")
        places = parts_of(editor)
        floor = page.locator(".lsf-bottombar").bounding_box()
        assert floor
        for name, box in places.items():
            assert box["x"] >= 0, name
            assert box["x"] + box["width"] <= size[0], name
            assert box["y"] + box["height"] <= floor["y"] + 1, f"the {name} ends below the screen of {size}"
        picture = places["map"]
        # At 1366x768 a face is looked at 500 px wide; below, what the window has.
        assert min(picture["width"], picture["height"]) >= min(500, 0.36 * size[0])
        # All three lie in the same place.
        assert (places["onset"], places["apex"]) == (picture, picture)
        assert cut_off(page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_125_percent_the_judgement_is_a_scroll_away(pages: Pages, lang: Language) -> None:
    page = pages.looking(lang)
    for size in ZOOMED:
        resize(page, size)
        check_zoomed(page, size)


def check_zoomed(page: Page, size: tuple[int, int]) -> None:
    places = parts_of(page.locator(".lsf-editor"))
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= size[0] for box in places.values())
    assert min(places["map"]["width"], places["map"]["height"]) >= 0.36 * size[0]
    assert cut_off(page) == []
    # Playwright's own scrolling takes a field behind the bar at the bottom for visible.
    page.locator(".meu-comment").evaluate("each => each.scrollIntoView({block: 'center'})")
    floor, comment = (page.locator(name).bounding_box() for name in (".lsf-bottombar", ".meu-comment"))
    assert floor
    assert comment
    assert comment["y"] + comment["height"] <= floor["y"] + 1
    page.locator(".meu-sample").scroll_into_view_if_needed()


def test_at_125_percent_from_the_start(pages: Pages, studio: Studio) -> None:
    """Where the window is low, Label Studio draws a picture less wide than its place; the outlines are as wide."""
    page = pages.open(LOOKS, ZOOMED[0])
    open_stream(page, studio, "zh")
    check_zoomed(page, ZOOMED[0])
    drawn = page.locator(".meu-map canvas").first.bounding_box()
    look(page, "regions")
    shot(page, f"zoomed_zh_{ZOOMED[0][0]}x{ZOOMED[0][1]}")
    outlines = page.locator(".meu-outlines").bounding_box()
    assert drawn
    assert outlines
    scale = page.locator(".meu-outlines").evaluate("each => each.getScreenCTM().a * each.viewBox.baseVal.width")
    assert (outlines["x"], outlines["y"]) == pytest.approx((drawn["x"], drawn["y"]), abs=1)
    assert min(drawn["width"], drawn["height"]) == pytest.approx(scale, abs=1.5)
    page.close()


def parts_of(editor: Locator) -> dict[str, FloatRect]:
    """Where the parts of the screen are."""
    parts = ("map", "onset", "apex", "legend", "sample", "flags", "aus", "emotion", "verdict", "quality", "comment")
    found = {name: editor.locator(f".meu-{name}") for name in parts}
    found |= {f"text {number + 1}": editor.locator(".meu-stage").nth(number) for number in range(3)}
    boxes = {name: part.bounding_box() for name, part in found.items()}
    assert None not in boxes.values()
    return {name: box for name, box in boxes.items() if box}


def test_long_words_and_signs_of_direction_do_no_harm(pages: Pages) -> None:
    page = pages.looking("en")
    text = page.locator(".meu-stage textarea").nth(1)
    before = text.input_value()
    text.fill(f"{before} {'w' * 400} \u202egnorw si \u2067siht")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert cut_off(page) == []
    text.fill(before)
    page.locator(".meu-sample").click()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys(pages: Pages, lang: Language) -> None:
    page = pages.looking(lang)
    editor = page.locator(".lsf-editor")
    aus, words = ticked(editor, "aus"), texts(editor)
    for key, field, shown in (
        ("1", "emotion", {"en": "anger", "zh": "愤怒"}),
        ("7", "emotion", {"en": "surprise", "zh": "惊讶"}),
        ("a", "verdict", {"en": "accept", "zh": "通过"}),
        ("e", "verdict", {"en": "needs expert", "zh": "需专家"}),
        ("r", "verdict", {"en": "reject", "zh": "弃用"}),
    ):
        page.keyboard.press(key)
        assert ticked(editor, field) == [shown[lang]]
    for key in "bcdghijklmnopstuvwxyz0":
        page.keyboard.press(key)
    assert ticked(editor, "aus") == aus
    assert texts(editor) == words
    if lang == "en":
        # Keys of AUs are the same in every language; each ticks one, and Label Studio's own do nothing more.
        for key, shown in (("6", "6"), ("W", "12"), ("A", "L12"), ("S", "R12"), ("D", "L14"), ("M", "46")):
            before = set(ticked(editor, "aus"))
            page.keyboard.press(f"Shift+{key}")
            assert before ^ set(ticked(editor, "aus")) == {shown}
            page.keyboard.press(f"Shift+{key}")


def look(page: Page, name: str) -> np.ndarray:
    """What is seen in the large place after a choice."""
    page.locator(f".meu-switch label:has(.meu-look-{name})").click()
    page.wait_for_timeout(100)
    return seen(page.locator(".meu-pictures")).astype(int)


def test_onset_and_apex_flicker_in_the_large_place(pages: Pages, studio: Studio) -> None:
    page = pages.looking("en")
    coloured, onset, apex = (look(page, name) for name in ("map", "onset", "apex"))
    assert np.abs(coloured - onset).max() > 100, "the colours are still there"
    assert np.abs(onset - apex).mean() > 0.2, "onset and apex are one picture"
    look(page, "flicker")
    assert set(closest(page, onset, apex)) == {0, 1}
    shot(page, "flicker_en")
    # Looking is no answer, and takes no key away.
    page.keyboard.press("a")
    assert ticked(page.locator(".lsf-editor"), "verdict") == ["accept"]


def closest(page: Page, *pictures: np.ndarray) -> list[int]:
    """Which of these the large place shows, a while long."""
    found = []
    for _ in range(12):
        shown = seen(page.locator(".meu-pictures")).astype(int)
        found.append(int(np.argmin([np.abs(shown - one).mean() for one in pictures])))
        page.wait_for_timeout(170)
    return found


def test_the_clip_plays_where_there_is_one(pages: Pages) -> None:
    page = pages.looking("en")
    onset, apex = look(page, "onset"), look(page, "apex")
    look(page, "clip")
    assert set(closest(page, onset, apex)) == {0, 1}
    shot(page, "clip_en")
    without = pages.looking("zh").locator(".meu-switch label")
    assert without.evaluate_all("all => all.filter(each => each.offsetParent).length") == 5
    assert page.locator(".meu-switch label").evaluate_all("all => all.filter(each => each.offsetParent).length") == 6


def test_regions_are_drawn_where_they_are_on_the_map_as_it_was(pages: Pages) -> None:
    page = pages.looking("en")
    plain = look(page, "map")
    place = page.locator(".meu-map").bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] * 0.7, place["y"] + place["height"] * 0.7)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_timeout(300)
    assert np.abs(seen(page.locator(".meu-pictures")).astype(int) - plain).mean() > 5, "nothing was enlarged"
    outlined = look(page, "regions")
    shot(page, "regions_en")
    # A thin line here and there is all that differs.
    assert 0.005 < float((np.abs(outlined - plain).max(axis=2) > 40).mean()) < 0.12
    # The person's left corner of the mouth moved, which is the right of the picture.
    found = page.locator(".meu-moves").evaluate_all(
        "all => Object.fromEntries(all.map(each => [each.textContent, each.getBoundingClientRect().toJSON()]))"
    )
    corner = found["right corner of the mouth: up and to the right, strong"]
    x, y = (corner[axis] + corner[side] / 2 - place[axis] for axis, side in (("x", "width"), ("y", "height")))
    blue, green, red = plain[round(y), round(x)]
    assert min(blue, red) - green > 60, "there is no magenta on the map"
    look(page, "map")


def test_nothing_typed_is_lost_but_by_escape(pages: Pages, studio: Studio) -> None:
    """What Label Studio's front end decides otherwise is told here (1.23.2: HtxTextBox.jsx, Hotkey.ts, Choice.jsx)."""
    page = pages.looking("en")
    editor = page.locator(".lsf-editor")
    before = texts(editor)
    fields = editor.locator(".meu-stage textarea")
    assert not fields.evaluate_all("found => found.includes(document.activeElement)"), "a key would be a letter"
    fields.nth(0).click()
    assert "Tab keeps" in fields.nth(0).evaluate(
        "field => getComputedStyle(field.closest('.meu-stage').querySelector('h4'), '::after').content"
    )
    page.keyboard.press("Control+End")
    page.keyboard.type(" one")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type(" 二")
    page.keyboard.press("Shift+Tab")
    kept = [f"{before[0]} one", f"{before[1]} 二", before[2]]
    assert texts(editor) == kept
    # Blocked: Escape takes back what was typed since the field was entered; the screen says so beside it.
    page.keyboard.press("Control+End")
    page.keyboard.type(" gone")
    page.keyboard.press("Escape")
    assert texts(editor) == kept
    # Blocked: Ctrl+Enter inside a text submits nothing.
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Tab")
    assert [text.rstrip("\n") for text in texts(editor)] == kept
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # to the head of the claims, where keys are keys
    page.keyboard.press("Shift+5")
    assert "5" in ticked(editor, "aus")
    page.keyboard.press("Shift+5")
    page.keyboard.press("4")
    assert ticked(editor, "emotion") == ["fear"]
    # Blocked: the key of the chosen emotion takes it away. Without one, nothing can be submitted.
    page.keyboard.press("4")
    assert ticked(editor, "emotion") == []
    with page.expect_response(lambda answer: "/drafts" in answer.url and answer.request.method in ("POST", "PATCH")):
        page.keyboard.press("7")
    page.wait_for_timeout(1500)
    page.reload()
    page.locator(".meu-stage textarea").nth(2).wait_for()
    assert [text.rstrip("\n") for text in texts(ready(page))] == kept
    studio.clear_drafts("en")


def cut_off(page: Page) -> list[str]:
    """Words that do not fit into the place they have."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.meu h4, .meu label, .meu td, .meu th, .meu p, .meu-flag')]"
        ".filter(each => each.offsetParent && each.scrollWidth > each.clientWidth + 1)"
        ".map(each => each.textContent)"
    )
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_annotator_corrects_the_worst_draft(pages: Pages, studio: Studio, lang: Language) -> None:
    draft = studio.draft(lang)
    before = draft.annotation
    emotions = {"en": ("happiness", "contempt"), "zh": ("高兴", "轻蔑")}[lang]
    page = pages.open(CORRECTS)
    editor = open_worst(page, studio, lang)
    findings = editor.locator(".meu-flag").all_inner_texts()
    assert len(findings) >= 4
    assert findings[0].startswith("✖")
    assert all(name in findings[0] for name in emotions)
    assert "AU14" in editor.locator(".meu-sample").inner_text()
    assert ticked(editor, "aus") == ["4", "L12"]
    assert ticked(editor, "emotion") == [emotions[0]]
    assert texts(editor) == [before.motion_analysis, before.expression_inference, before.conclusion]
    check_pictures(editor, studio)
    assert len(editor.locator(".meu-regions tbody tr").all()) > 3
    shot(page, f"list_{lang}_{SIZES[0][0]}x{SIZES[0][1]}")

    chip(editor, "aus", "4").click()
    chip(editor, "aus", "L14").click()
    chip(editor, "emotion", emotions[1]).click()
    editor.locator(".meu-stage textarea").nth(2).click()
    # While a text is edited, letters are letters and no keys.
    page.keyboard.press("Control+End")
    page.keyboard.type(" r 1 完。")
    editor.locator(".meu-sample").click()
    # The claim on the wrong side is put right; the field is folded up at first.
    assert not editor.locator(".meu-claims p").first.is_visible()
    editor.locator(".meu-claims .ant-collapse-header").click()
    editor.locator(".meu-claims .lsf-textarea__region").click()
    # The field opens a moment after the click; what is typed before goes nowhere.
    page.wait_for_function("document.activeElement.matches('.meu-claims textarea')")
    page.keyboard.press("Control+A")
    page.keyboard.type(
        {"en": "right mouth corner: up-right, strong, LAU12", "zh": "画面右侧嘴角：右上，强烈，LAU12"}[lang]
    )
    shot(page, f"claims_{lang}_{SIZES[0][0]}x{SIZES[0][1]}")
    editor.locator(".meu-sample").click()
    page.keyboard.press("f")
    page.keyboard.press("q")
    page.keyboard.press("q")
    assert ticked(editor, "emotion") == [emotions[1]]
    with page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST") as sent:
        page.keyboard.press("Control+Enter")
    assert sent.value.status == 201
    (review,) = studio.pulled(lang)
    assert review.proof is not None
    assert review.annotator == studio.annotators[CORRECTS].username
    assert set(review.proof.aus) == {"LAU12", "LAU14"}
    assert review.proof.emotion == "contempt"
    assert review.proof.motion_analysis == before.motion_analysis
    assert review.proof.expression_inference == before.expression_inference
    assert review.proof.conclusion == f"{before.conclusion} r 1 完。"
    right = Claim(region="right_mouth_corner", colour="magenta", direction="up-right", intensity="strong", au="LAU12")
    assert review.proof.claims == (right,)
    assert review.fault is None
    changed = {"aus", "emotion", "conclusion", "claims"}
    assert {field for field, distance in review.edits.items() if distance} == changed
    assert {field for field, origin in review.origins.items() if origin == "prediction-changed"} == changed
    assert (review.verdict, review.verdict_ticked, review.quality) == ("fixed", True, 2)
    assert review.lead_time_s is not None
    assert review.lead_time_s > 0


class Hands:
    """Hands on a keyboard that count what they do."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.actions = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.actions += 1

    def write(self, text: str) -> None:
        self._page.keyboard.insert_text(text)
        self.actions += 1

    def tab_into_the_first_text(self) -> None:
        at_first = "document.activeElement === document.querySelector('.meu-stage textarea')"
        while not self._page.evaluate(at_first):
            assert self.actions < 15, "the first text is far away"
            self.press("Tab")

    def submit(self) -> None:
        """Ends a task; the next one is there after it, if any is left."""
        before = self._page.locator(".meu-sample").inner_text()
        with self._page.expect_response(
            lambda answer: "/annotations" in answer.url and answer.request.method == "POST"
        ) as sent:
            self.press("Control+Enter")
        assert sent.value.status == 201
        self._page.wait_for_function(
            "before => document.querySelector('.meu-sample')?.innerText !== before", arg=before
        )


def test_jobs_from_the_keyboard_alone(pages: Pages, studio: Studio) -> None:
    """By the one who has corrected the worst, on what comes next; keys are the same in both languages."""
    page = pages.open(CORRECTS)
    editor = open_stream(page, studio, "en")
    assert ticked(editor, "emotion") == ["anger"]
    fixing = Hands(page)
    # The AU that is too many, the emotion, the verdict; the texts were right.
    fixing.press("Shift+4", "5", "f")
    fixing.submit()
    assert fixing.actions <= 4

    rewriting = Hands(page)
    before = texts(ready(page))[0]
    rewriting.tab_into_the_first_text()
    rewriting.press("Control+a")
    rewriting.write(f"Seen anew. {before}")
    rewriting.press("Tab", "Tab", "Tab", "f")
    rewriting.submit()
    assert rewriting.actions <= 16

    accepting = Hands(page)
    ready(page)
    accepting.press("a")
    accepting.submit()
    assert accepting.actions <= 2

    # What is left stands at the foot of the tab of one's own.
    views = studio.server.read("api/dm/views/", {"project": studio.projects["en"][1]}, what="reading the views")
    (own,) = [view["id"] for view in views if "data.assigned" in str(view["data"].get("filters"))]
    page.goto(f"{studio.url}/projects/{studio.projects['en'][1]}/data?tab={own}")
    expect(page.get_by_text("Tasks: 0 / 4")).to_be_visible()
    page.close()

    studio.pulled("en")
    every = [review for _, found in reviews_by_sample(studio.workspace.ledger) for review in found]
    reviews = {review.sample_id: review for review in every if review.draft.lang == "en"}
    fixed = reviews[NEARLY_RIGHT]
    assert fixed.proof
    assert ("AU4" in fixed.proof.aus, fixed.proof.emotion, fixed.verdict) == (False, "happiness", "fixed")
    rest = {review.verdict: review for name, review in reviews.items() if name not in (ONE_SIDED, NEARLY_RIGHT)}
    assert rest["fixed"].proof
    assert rest["fixed"].proof.motion_analysis == f"Seen anew. {before}"
    assert not any(rest["accept"].edits.values())
    assert {name for name, review in reviews.items() if review.fault} <= {ONE_SIDED}


def check_pictures(editor: Locator, studio: Studio) -> None:
    """All three are those of the sample, and none is blank."""
    sample, motion = next(studio.workspace.ledger.samples_with_motion("robust", only=ONE_SIDED))
    faces = studio.workspace.root / "maps" / "faces" / "robust"
    files = {
        "map": studio.workspace.root / motion.map_file,
        "onset": faces / f"{file_stem(sample.id)}.onset.jpg",
        "apex": faces / f"{file_stem(sample.id)}.apex.jpg",
    }
    for name, path in files.items():
        editor.locator(f".meu-switch label:has(.meu-look-{name})").click()
        picture = editor.locator(f".meu-{name} .lsf-image")
        assert delivered(picture.locator("img")) == path.read_bytes(), f"the {name} is another picture"
        assert seen(picture).std() > 15, f"the {name} is blank"
    editor.locator(".meu-switch label:has(.meu-look-map)").click()
    shown = seen(editor.locator(".meu-map .lsf-image")).astype(int)
    coloured = (shown.max(axis=2) - shown.min(axis=2)) > 100
    # The person's left corner of the mouth moved, which is the right of the picture.
    assert coloured[:, coloured.shape[1] // 2 :].sum() > 20 * max(coloured[:, : coloured.shape[1] // 2].sum(), 1)


def test_experts_read_all_opinions_side_by_side(pages: Pages, studio: Studio) -> None:
    """One has corrected the worst in both languages; the other is in doubt."""
    title, number = studio.projects["en"]
    doubter = studio.annotators[LOOKS]
    other = Person.logs_in(studio.url, doubter.username, doubter.password)
    (task,) = [task for task in other.tasks(number) if task["data"]["sample_id"] == ONE_SIDED]
    why = "The corner is pulled in, but I see no dimple in the clip, nor does the lower lip go along."
    other.submits(task, {"verdict": ["needs_expert"], "comment": [why]})
    studio.pulled("en")
    round_ = push(studio.workspace, studio.server, title=title, lang="en", images="local", experts=["bo"])
    assert round_.created == 1
    page = pages.open(LOOKS)
    editor = open_stream(page, studio, "en", int(round_.url.rsplit("/", 1)[1]))
    shot(page, "experts_en")
    place = editor.locator(".meu-others").bounding_box()
    assert place
    assert len(editor.locator(".meu-opinions thead th").all()) == 1 + 3
    # Who says what and why can be read without scrolling.
    for name in ("verdict", "emotion", "AUs", "comment"):
        box = editor.locator(f".meu-opinions tbody tr:has(th:text-is('{name}'))").bounding_box()
        assert box, name
        assert place["y"] <= box["y"]
        assert box["y"] + box["height"] <= place["y"] + place["height"], name
    assert editor.get_by_text(why).is_visible()
    assert cut_off(page) == []
    page.close()
