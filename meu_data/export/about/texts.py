"""The card and the datasheet of an export, rendered from what is known of it.

The card is what the Hub and `datasets` read, and what a person should know first; its head has `configs`, so that
`datasets.load_dataset(<folder>)` finds the splits. The datasheet has the headings and questions (shortened) of Gebru
et al., "Datasheets for Datasets", Communications of the ACM 64 (12), 2021, arXiv 1803.09010; what only the owner of
the set can know stands as a blank that says so.
"""

import json
from difflib import SequenceMatcher
from functools import cache

import jinja2

from meu_data.export.about.facts import ExportFacts
from meu_data.export.about.licences import PLACEHOLDER, licence_head
from meu_data.export.about.tally import emotion_table, unit_table
from meu_data.export.files.manifest import CARD, DATASHEET, MANIFEST, MARKER, SOURCES
from meu_data.export.samples.leaks import REPORT


def card(facts: ExportFacts) -> str:
    """The text of README.md."""
    return _render("card.md.jinja", facts)


def datasheet(facts: ExportFacts) -> str:
    """The text of DATASHEET.md."""
    return _render("datasheet.md.jinja", facts)


def with_edits(before: str, edited: bytes, after: str) -> bytes:
    """A text rendered anew, with what its owner changed in it kept.

    Args:
        before: As it was rendered from the old facts.
        edited: As it is now, in whatever encoding its owner has.
        after: As it is rendered from the new facts.

    Returns:
        `edited` with every line that differs between `before` and `after` exchanged, unless its owner changed it.
    """
    old, now, new = (text.splitlines(keepends=True) for text in (before.encode(), edited, after.encode()))
    kept = SequenceMatcher(None, old, now, autojunk=False).get_matching_blocks()
    merged, done = list[bytes](), 0
    for kind, first, last, new_first, new_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        block = next((block for block in kept if block.a <= first and last <= block.a + block.size), None)
        if kind != "equal" and block is not None:
            place = first - block.a + block.b
            merged += now[done:place] + new[new_first:new_last]
            done = place + last - first
    return b"".join(merged + now[done:])


def _render(template: str, facts: ExportFacts) -> str:
    return _environment().get_template(template).render(facts=facts)


@cache
def _environment() -> jinja2.Environment:
    # Markdown, which nothing may be escaped in as in HTML.
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("meu_data.export.about"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    # JSON strings are YAML strings; a bare `no` or `1` would not be one.
    environment.filters["json"] = json.dumps
    environment.globals |= {
        "emotion_table": emotion_table,
        "unit_table": unit_table,
        "licence_head": licence_head,
        "placeholder": PLACEHOLDER,
        "marker": MARKER,
        "card": CARD,
        "datasheet": DATASHEET,
        "manifest": MANIFEST,
        "sources": SOURCES,
        "leak_report": REPORT,
    }
    return environment
