"""The question put to the model, from the templates that travel with the program.

No question holds a picture placeholder: a format adds the one its consumer wants.
"""

from collections.abc import Sequence
from functools import cache

import jinja2

from meu_data.choices import Language, Recipe
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.face.regions import COLOUR_NAMES, COLOUR_OF, DIRECTION_NAMES, OCTANTS
from meu_data.resources import resource


def cot_question(labels: tuple[str, ...], lang: Language, recipe: Recipe) -> str:
    """The question of a chain-of-thought row about one motion map.

    It tells what the picture is, the colour of each direction, what brightness means and the closed list of
    labels, and asks for `<think>…</think><answer>…</answer>`. The labels to answer with are the English ones in
    every language, so that rewards and scores do not depend on it.

    `labels` are those to choose from; `recipe` decides what brightness is measured against.
    """
    return map_question("cot", labels, lang, recipe)


@cache
def map_question(task: str, labels: tuple[str, ...], lang: Language, recipe: Recipe) -> str:
    """The question of one task about one motion map: its legend, then what to do.

    `task`: `cot`, `meu`, `mer` or `actfer`: which template.
    """
    legend = [(COLOUR_NAMES[COLOUR_OF[octant]][lang], DIRECTION_NAMES[octant][lang]) for octant in OCTANTS]
    named = [(label, EMOTION_NAMES[label][lang]) for label in labels]
    return _render(f"{task}_question.{lang}.txt.jinja", legend=legend, labels=named, recipe=recipe)


def motion_question(lines: Sequence[str], classes: Sequence[str], lang: Language) -> str:
    """The question about motion told in words."""
    return _render(f"mellm2_question.{lang}.txt.jinja", lines=lines, classes=classes)


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(values).strip()


@cache
def _environment() -> jinja2.Environment:
    folder = resource("annotation_guides", "prompts/legend_question.en.txt.jinja").parent
    # The result is plain text for a model, so nothing may be escaped as HTML.
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
    )
