"""What explanations say, statement by statement, held against the measured motion and the labels."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.evaluate.labels import Concluded, emotion_of_label, parts_of
from meu_data.evaluate.measured import Measured
from meu_data.evaluate.result import GroundingScore
from meu_data.grounding.findings import findings
from meu_data.grounding.prose import Prose, check_prose, joined
from meu_data.language.layout import language
from meu_data.language.lexer import plain
from meu_data.language.reader import read
from meu_data.language.reading import ReadStatement
from meu_data.records import Annotation
from meu_data.rewards.completion import final_turn

# A stage of an annotation is never empty; this is no statement.
_NOTHING = "-"


class Explained(NamedTuple):
    """One explanation, what it concludes with, and what was measured."""

    measured: Measured
    text: str
    said: Concluded


def explanation_scores(explained: Iterable[Explained]) -> GroundingScore | None:
    """Counts the statements by what became of them; None where there is no explanation.

    Args:
        explained: Texts of more than a label.
    """
    counts, texts = Counter[str](), 0
    for one in explained:
        texts += 1
        annotation = _annotation(one)
        statements, lang = _read(one, annotation)
        annotation = annotation.model_copy(update={"aus": _codes(one, statements)})
        prose = Prose(one.measured.aus, one.measured.regions, annotation, lang)
        counts.update(found.finding for found in findings(prose, check_prose(prose)))
    if not texts:
        return None
    judged = counts["confirmed"] + counts["contradicted"]
    return GroundingScore(
        texts=texts,
        confirmed=counts["confirmed"],
        contradicted=counts["contradicted"],
        not_measurable=counts["not measurable"],
        not_read=counts["not read"],
        true=counts["confirmed"] / judged if judged else None,
    )


def _annotation(one: Explained) -> Annotation:
    before, conclusion = parts_of(one.text)
    if final_turn(one.text).answer is not None:
        # A bare label sums nothing up, and the figures of the emotions are about it.
        conclusion = ""
    return Annotation(
        claims=(),
        motion_analysis=before.strip() or _NOTHING,
        expression_inference=_NOTHING,
        conclusion=conclusion.strip() or _NOTHING,
        aus=(),
        emotion=one.said.emotion,
    )


def _read(one: Explained, annotation: Annotation) -> tuple[Sequence[ReadStatement], Language]:
    """The statements of the text and the language of most; read with the annotation where that is all of the text."""
    turn, label = final_turn(one.text), ""
    if turn.answer is not None and turn.whole and emotion_of_label(turn.answer) is not None:
        label = turn.answer
    parted = turn.answer is not None or annotation.conclusion != _NOTHING
    statements = read(one.text if parted and not label else joined(annotation)).statements
    langs = Counter(statement.lang for statement in statements)
    langs[language(plain(label))] += 1
    return statements, "zh" if langs["zh"] > langs["en"] else "en"


def _codes(one: Explained, statements: Iterable[ReadStatement]) -> tuple[str, ...]:
    """The units that it concludes with, each on the side that the text says; a text does not contradict itself here."""
    units = (unit for statement in statements for unit in statement.units)
    sides = {unit.number: unit.side for unit in units if unit.polarity == "affirmed"}
    return tuple(f"{sides.get(number) or ''}AU{number}" for number in sorted(one.said.aus))
