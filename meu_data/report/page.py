"""The page itself: templates filled as they are written, so that no more than one card is held."""

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

import jinja2

from meu_data import __version__
from meu_data.choices import Language
from meu_data.report.cards import FINDING_SIGNS, Card, finding_names
from meu_data.report.tables import Section, speaker
from meu_data.review.screen.html import CELLS
from meu_data.store.files import explained, whole_file


def write_page(
    output: Path,
    sections: Sequence[Section],
    outline: Sequence[str],
    cards: Iterable[Card],
    lang: Language,
    count: int,
) -> int:
    """Writes the page and returns its size in bytes.

    Args:
        output: The file; it appears when it is whole.
        sections: In order; the cards come last.
        outline: The lines of the schematic face.
        cards: Read one at a time.
        lang: Language of the page.
        count: How many cards there are.

    Raises:
        MeuError: The file cannot be written.
    """
    say = speaker(lang)
    pieces = (
        _templates()
        .get_template("page.html.jinja")
        .generate(
            lang=lang,
            say=say,
            version=__version__,
            sections=sections,
            outline=outline,
            cards=cards,
            count=count,
            findings=[(name.replace(" ", "-"), FINDING_SIGNS[name], said) for name, said in finding_names(say).items()],
            cells=CELLS,
        )
    )
    size = 0
    with explained(output), whole_file(output) as stream:
        for piece in pieces:
            # A lone surrogate, which no file can hold, may come with a sheet or an answer.
            size += stream.write(piece.encode("utf-8", "replace"))
    return size


@functools.cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    )
