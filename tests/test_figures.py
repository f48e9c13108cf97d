"""Every figure that README and the page on maps claim stands in benchmarks/RESULTS.md, where they say."""

import re

import pytest

from tests import ROOT

TEXT = "\n\n".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/maps.md"))
PROSE = re.sub(r"^```.*?^```", "", TEXT, flags=re.DOTALL | re.MULTILINE)
RESULTS = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
FIGURE = re.compile(r"(\d+(?:\.\d+)?) (?:%|times|MB|GB|s|ms|maps?)(?![\w-])")
CLAIMS = [paragraph for paragraph in PROSE.split("\n\n") if FIGURE.search(paragraph)]
PARTS = dict(part.split("\n", 1) for part in RESULTS.split("\n## ")[1:])


def missing(paragraph):
    """The figures of a paragraph that no measured one rounds to."""
    parts = re.findall(r"`python -m benchmarks\.(\w+)`", paragraph)
    measured = re.findall(r"\d+(?:\.\d+)?", " ".join(PARTS[name] for name in parts))
    return [
        figure
        for figure in FIGURE.findall(paragraph)
        if not any(f"{float(number):.{len(figure.partition('.')[2])}f}" == figure for number in measured)
    ]


@pytest.mark.parametrize("paragraph", CLAIMS, ids=lambda paragraph: " ".join(paragraph.split()[:4]))
def test_a_claimed_figure_was_measured_by_the_command_that_is_named(paragraph):
    assert missing(paragraph) == []


def test_the_search_finds_claims():
    assert len(CLAIMS) >= 2
    assert missing("99.9 % (`python -m benchmarks.motion`)") == ["99.9"]
    assert missing("18 times as fast") == ["18"]


@pytest.mark.parametrize("paragraph", [one for one in CLAIMS if " times" in one])
def test_a_speed_names_its_processor(paragraph):
    (processor,) = re.findall(r"^Written by .*?: (.+?), Python", RESULTS, re.MULTILINE)
    assert processor.split(" ")[0] in paragraph
