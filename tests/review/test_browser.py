"""An annotator in a real browser: sees the worst draft with its pictures and findings, corrects it, and it comes back.

Screenshots go to `build/screens`; `python -m tests.review.write_screens` makes the pictures of the docs from them.
"""

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from meu_data.choices import Language
from meu_data.corpora.extract import extract
from meu_data.drafting import draft_offline
from meu_data.grounding.verify import verify
from meu_data.motion.render import render
from meu_data.records import Claim, Draft, Review, file_stem
from meu_data.review.pull import pull
from meu_data.review.push import push
from meu_data.review.server.client import Server
from meu_data.review.studio import Annotator
from meu_data.store.reviews import current_reviews
from meu_data.store.workspace import Workspace
from meu_data.synth import make_corpus
from tests import ROOT

# One server and one set of projects do for all of it.
pytestmark = pytest.mark.xdist_group("browser")

SCREENS = ROOT / "build" / "screens"
# Its label is LAU12+LAU14 and contempt, so the motion is at the right of the picture.
ONE_SIDED = "dfme/sub0001/sub0001_03/5"
SIZES = [(1366, 768), (1920, 1080), (1280, 720)]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
# The server keeps what somebody has begun to change, so the one who corrects the draft is not the one who looks.
CORRECTS, LOOKS = 0, 1

OpenPage = Callable[[int, tuple[int, int]], Page]


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
            url = push(workspace, server, title=title, lang=lang, images="local").url
            projects[lang] = title, int(url.rsplit("/", 1)[1])
        yield Studio(workspace, server, projects, label_studio.url, label_studio.annotators)
    for _, number in projects.values():
        server.ask(lambda sdk, number=number: sdk.projects.delete(number), what="tidying up", again=True)
    shutil.rmtree(root)


def spoil(workspace: Workspace, lang: Language) -> None:
    """Mixes up the sides of a draft, leaves one AU out, adds another and names the wrong emotion."""
    (draft,) = [draft for draft in workspace.ledger.drafts(ONE_SIDED) if draft.lang == lang]
    mixed_up = Claim(region="left_mouth_corner", colour="magenta", direction="up-right", intensity="strong", au="LAU12")
    annotation = draft.annotation.model_copy(
        update={
            "aus": ("AU4", "LAU12"),
            "emotion": "happiness",
            "claims": (mixed_up, *draft.annotation.claims[1:3]),
        }
    )
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(draft.model_copy(update={"annotation": annotation}), draft.prompt_sha256)


@pytest.fixture(scope="module")
def logins(browser: Browser, studio: Studio) -> list[StorageState]:
    """What a browser keeps of each annotator's login."""
    states = []
    for annotator in studio.annotators:
        page = browser.new_page()
        page.goto(f"{studio.url}/user/login/")
        page.fill("input[name=email]", annotator.username)
        page.fill("input[name=password]", annotator.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        states.append(page.context.storage_state())
        page.close()
    return states


@pytest.fixture
def open_page(browser: Browser, logins: list[StorageState]) -> Iterator[OpenPage]:
    """Opens a page of an annotator's, so many px wide and high."""
    with contextlib.ExitStack() as stack:

        def opened(who: int, size: tuple[int, int]) -> Page:
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, storage_state=logins[who])
            page.set_default_timeout(60_000)
            stack.callback(page.close)
            return page

        yield opened


def open_worst(page: Page, studio: Studio, lang: Language) -> Locator:
    """Opens the first task of the list of the worst; the editor, when the draft and the pictures are there."""
    number = studio.projects[lang][1]
    views = studio.server.read("api/dm/views/", {"project": number}, what="reading the views")
    (view,) = [view["id"] for view in views if "total_annotations" in str(view["data"].get("filters"))]
    page.goto(f"{studio.url}/projects/{number}/data?tab={view}")
    page.locator(".lsf-table__row-wrapper").first.click()
    return ready(page)


def open_stream(page: Page, studio: Studio, lang: Language) -> Locator:
    """What "Label all tasks" opens after the instructions: one task after the other, without the list."""
    page.goto(f"{studio.url}/projects/{studio.projects[lang][1]}/data?labeling=1")
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


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_in_sight(open_page: OpenPage, studio: Studio, lang: Language, size: tuple[int, int]) -> None:
    page = open_page(LOOKS, size)
    editor = open_stream(page, studio, lang)
    shot(page, f"proofread_{lang}_{size[0]}x{size[1]}")
    assert editor.locator(".meu-flag").first.inner_text().startswith("✖"), "it begins with the worst"
    floor = page.locator(".lsf-bottombar").bounding_box()
    assert floor
    parts = ("map", "onset", "apex", "legend", "sample", "flags", "aus", "emotion", "verdict", "quality", "comment")
    places = {name: editor.locator(f".meu-{name}") for name in parts}
    places |= {f"text {number + 1}": editor.locator(".meu-stage").nth(number) for number in range(3)}
    for name, part in places.items():
        box = part.bounding_box()
        assert box, name
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= size[0], name
        assert box["y"] + box["height"] <= floor["y"] + 1, f"the {name} ends below the screen"
    picture = places["map"].bounding_box()
    assert picture
    # At 1366x768 a face is looked at 500 px wide; below, what the window has.
    assert min(picture["width"], picture["height"]) >= min(500, 0.36 * size[0])
    # All three lie in the same place.
    assert {name: places[name].bounding_box() for name in ("onset", "apex")} == {"onset": picture, "apex": picture}
    assert cut_off(page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys(open_page: OpenPage, studio: Studio, lang: Language) -> None:
    page = open_page(LOOKS, SIZES[0])
    editor = open_stream(page, studio, lang)
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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_onset_and_apex_flicker_in_the_large_place(open_page: OpenPage, studio: Studio, lang: Language) -> None:
    page = open_page(LOOKS, SIZES[0])
    editor = open_stream(page, studio, lang)
    place = editor.locator(".meu-pictures")
    coloured = seen(place)
    looks = editor.locator(".meu-switch label")
    looks.nth(2).click()
    onset = seen(place)
    looks.nth(3).click()
    apex = seen(place)
    assert np.abs(coloured.astype(int) - onset).max() > 100, "the colours are still there"
    assert np.abs(onset.astype(int) - apex).mean() > 0.2, "onset and apex are one picture"
    looks.nth(1).click()
    closest = []
    for _ in range(12):
        shown = seen(place).astype(int)
        closest.append(int(np.argmin([np.abs(shown - one).mean() for one in (onset, apex)])))
        page.wait_for_timeout(170)
    assert set(closest) == {0, 1}
    shot(page, f"flicker_{lang}")
    # Looking is no answer, and takes no key away.
    page.keyboard.press("a")
    assert ticked(editor, "verdict") == [{"en": "accept", "zh": "通过"}[lang]]
    page.keyboard.press("a")
    studio.clear_drafts(lang)


def test_nothing_typed_is_lost_but_by_escape(open_page: OpenPage, studio: Studio) -> None:
    """What Label Studio's front end decides otherwise is told here (1.23.2: HtxTextBox.jsx, Hotkey.ts, Choice.jsx)."""
    page = open_page(LOOKS, SIZES[0])
    editor = open_stream(page, studio, "en")
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
def test_annotator_corrects_the_worst_draft(open_page: OpenPage, studio: Studio, lang: Language) -> None:
    draft = studio.draft(lang)
    before = draft.annotation
    emotions = {"en": ("happiness", "contempt"), "zh": ("高兴", "轻蔑")}[lang]
    page = open_page(CORRECTS, SIZES[0])
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
