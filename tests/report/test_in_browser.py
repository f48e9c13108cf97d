"""The page in a real browser: no error, every section, filters, flicker, light and dark. Pictures in build/screens."""

import os
import shutil

import numpy as np
import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect, sync_playwright

from meu_data.report.stage import report
from tests import ROOT

SCREENS = ROOT / "build" / "screens"
SIZE = {"width": 1366, "height": 768}
SECTIONS = [
    "first",
    "funnel",
    "labels",
    "aus",
    "trust",
    "grounding",
    "people",
    "money",
    "leaks",
    "scores",
    "problems",
    "cards",
]


@pytest.fixture(scope="module")
def browser():
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


@pytest.fixture(scope="module")
def files(lab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for lang in ("en", "zh"):
        report(lab.workspace, folder / f"{lang}.html", lang=lang)
    return folder


@pytest.fixture
def open_page(browser, files):
    """Opens a page by `file://`, without a network; whatever the console says fails the test."""
    said, contexts = [], []

    def opened(lang="en", scheme="light", **options):
        context = browser.new_context(viewport=SIZE, color_scheme=scheme, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
        page.goto((files / f"{lang}.html").as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("en", "dark"), ("zh", "light")])
def test_every_section_is_there_and_fits(open_page, lang, scheme):
    page = open_page(lang, scheme)
    assert page.locator("main > section").evaluate_all("all => all.map(one => one.id)") == SECTIONS
    assert page.locator("nav a").evaluate_all("all => all.map(one => one.hash.slice(1))") == SECTIONS
    for part in page.locator("main > section").all():
        assert part.locator("h2").inner_text()
        assert part.bounding_box()["width"] <= SIZE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"], "nothing reaches out to the right"
    SCREENS.mkdir(parents=True, exist_ok=True)
    for name in ("first", "aus", "grounding", "people", "cards"):
        page.locator(f"#{name}").evaluate("part => part.scrollIntoView()")
        page.screenshot(path=SCREENS / f"report_{name}_{lang}_{scheme}.png")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    levels = [int(level) for level in ground[4:-1].split(",")]
    assert (np.mean(levels) < 60) == (scheme == "dark")


def test_what_to_fix_first_leads_to_its_card(open_page, lab):
    page = open_page()
    links = page.locator("#first a")
    assert links.all_text_contents() == [lab.bad, lab.doubtful]
    links.nth(1).click()
    expect(page.locator(".card:target h3")).to_have_text(lab.doubtful)
    expect(page.locator(".card:target")).to_be_in_viewport()


def test_filters(open_page, lab):
    page = open_page()
    shown = page.locator(".card:visible h3")
    assert shown.count() == 12
    page.select_option("select[name=emotion]", "anger")
    assert sorted(shown.all_text_contents()) == lab.ids[::4] + lab.ids[2::4]
    page.select_option("select[name=split]", "test")
    assert shown.all_text_contents() == [lab.ids[10]]
    assert page.locator("#count").inner_text() == "1 / 12"
    page.click("button[type=reset]")
    expect(shown).to_have_count(12)
    page.select_option("select[name=finding]", "contradicted")
    assert shown.all_text_contents() == [lab.bad]
    page.click("button[type=reset]")
    expect(shown).to_have_count(12)
    page.fill("input[name=text]", "LEFT CORNER, too")
    assert sorted(shown.all_text_contents()) == [lab.ids[3], lab.ids[7]]


def test_onset_and_apex_take_turns(open_page, lab):
    page = open_page()
    flick = page.locator(".card", has_text=lab.ids[3]).locator(".flick")
    flick.scroll_into_view_if_needed()
    seen: set[bool] = set()
    # The apex is as bright as the onset is dark; a turn takes .7 s.
    for _ in range(20):
        seen.add(brightness(flick) > 125)
        if len(seen) == 2:
            break
        page.wait_for_timeout(100)
    assert seen == {True, False}
    page.uncheck("#flicker")
    page.mouse.move(0, 0)
    assert brightness(flick) < 125, "the onset stays"
    flick.hover()
    assert brightness(flick) > 125, "until somebody looks"


def test_nothing_moves_for_who_wants_no_motion(open_page, lab):
    page = open_page(reduced_motion="reduce")
    flick = page.locator(".card", has_text=lab.ids[3]).locator(".flick")
    flick.scroll_into_view_if_needed()
    assert flick.evaluate("part => part.getAnimations({ subtree: true }).length") == 0
    assert brightness(flick) < 125


def brightness(part):
    import cv2

    picture = cv2.imdecode(np.frombuffer(part.screenshot(animations="allow"), np.uint8), cv2.IMREAD_GRAYSCALE)
    height, width = picture.shape
    return float(picture[height // 3 : height // 2, width // 3 : width // 2].mean())
