"""Style `mellm`: MELLM's first version on its own maps, by which its released weights can be trained on and evaluated.

In our words it is the style `meu`. In the authors' it has their Chinese prompt, and an answer in the three steps that
the prompt names; the training texts of theirs are not public, so what stands under each step is the annotation's.
"""

import re
from collections.abc import Iterator

from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles import meu
from meu_data.export.styles.authors_text import MELLM_STEPS, mellm_question
from meu_data.export.styles.row import ExportRow

# Its answers write all codes with two digits.
_ONE_DIGIT = re.compile(r"\bAU ?(\d)(?!\d)", re.ASCII)


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row in the authors' words: their question, and a line for each of their steps."""
    annotation = truth.texts
    stages = (annotation.motion_analysis, annotation.expression_inference, annotation.conclusion)
    steps = (f"{name}：{stage.strip()}" for name, stage in zip(MELLM_STEPS, stages, strict=True))
    yield meu.row(truth, "meu", mellm_question(), _ONE_DIGIT.sub(r"AU0\1", "\n".join(steps)))


STYLE = meu.MEU._replace(
    name="mellm",
    recipe="mellm",
    about=f"{meu.MEU.about} The map is drawn as MELLM draws it.",
)
AUTHORS = STYLE._replace(
    rows=rows,
    words="authors",
    lang="zh",
    about="Each row is one micro-expression as MELLM's first version is asked about it, word for word: its map, its "
    "Chinese question, and an answer in the three steps that the question names.",
)
