"""The question put to the model, from the templates that travel with the program."""

from functools import cache
from pathlib import Path

import jinja2

from meu_data.choices import Language, Recipe
from meu_data.emotions import CLASS_SETS, EMOTION_NAMES
from meu_data.regions import COLOUR_NAMES, COLOUR_OF, DIRECTION_NAMES, OCTANTS
from meu_data.resources import resource


@cache
def cot_question(corpus: str, lang: Language, recipe: Recipe) -> str:
    """The question of a chain-of-thought row about one motion map.

    It tells what the picture is, the colour of each direction, what brightness means and the closed list of
    labels, and asks for `<think>…</think><answer>…</answer>`. It holds no picture placeholder: a dialect adds
    the one its consumer wants. The labels to answer with are the English ones in every language, so that
    rewards and scores do not depend on it.

    Args:
        corpus: Whose labels are the candidates; a key of `emotions.CLASS_SETS`.
        lang: The language to ask in.
        recipe: How the map is drawn: it decides what brightness is measured against.
    """
    template = resource("annotation_guides", f"prompts/cot_question.{lang}.txt.jinja")
    legend = [(COLOUR_NAMES[COLOUR_OF[octant]][lang], DIRECTION_NAMES[octant][lang]) for octant in OCTANTS]
    labels = [(label, EMOTION_NAMES[label][lang]) for label in CLASS_SETS[corpus]]
    return _render(template, legend=legend, labels=labels, recipe=recipe)


def _render(template: Path, **values: object) -> str:
    # The result is plain text for a model, so nothing may be escaped as HTML.
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701
    return environment.from_string(template.read_text(encoding="utf-8")).render(values).strip()
