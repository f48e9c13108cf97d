"""Style `megc-vqa`: the questions of the Micro-Expression Grand Challenge's visual question answering, word for word.

The six templates and the shape of their answers are those of the challenge's own files (for example
github.com/Humphrey-0125/MEGC2025, dataset/casme.jsonl, and github.com/2308623956/MEGC2025, data/7b): lower-case
names of FACS, in English whatever the language of the drafts. A clip of a training split is asked all that its
labels can answer; a clip of any other split the five questions of the challenge's test.

In the challenge's own words, of 2025 or 2026, units have its names and stand in the order of the sheet, one side at
most is asked, that of the first one-sided unit, and "no" is asked of the units that its files name. Since 2026 the
sixth question of a training clip and the fifth of a test clip ask for a free analysis instead.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from meu_data.choices import Words
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.authors_text import MEGC_ANALYSES, MEGC_NAMES, MEGC_POOL
from meu_data.export.styles.columns import LABELS, labels, motion_map
from meu_data.export.styles.row import ExportRow, Style
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import COARSE_OF, EVIDENCE
from meu_data.records import ActionUnit, Sample

COARSE = "What is the coarse expression class?"
FINE = "What is the fine-grained expression class?"
UNITS = ("What is the action unit?", "What are the action units?")
SIDE = "Is the action unit {name} located on the left or right face?"
SHOWN = "Is the action unit {name} shown on the face?"
ALL = (
    "What is the action unit present, and based on it, "
    "what is the fine-grained expression and the coarse expression class?",
    "What are the action units present, and based on them, "
    "what is the fine-grained expression and the coarse expression class?",
)
_PRESENT = ("The action unit present is", "The action units present are")

# What is asked for in vain is a unit that could well be there: one that speaks for some emotion.
_LIKELY = sorted(set().union(*EVIDENCE.values()))


# A class that says no more than the coarse question asks.
_COARSE_ONLY = frozenset({"positive", "negative"})


class Question(NamedTuple):
    """One question about a clip; `kind` names its template."""

    kind: str
    question: str
    answer: str


class _Wording(NamedTuple):
    """How questions and answers are worded: names of units, those asked for in vain, the coder's order or by number."""

    names: Mapping[int, str]
    pool: Sequence[int]
    sorted: bool
    sides: int | None
    analyses: tuple[str, ...] = ()


_FACS = {number: names["en"] for number, names in AU_NAMES.items()}
_OURS = _Wording(_FACS, _LIKELY, sorted=True, sides=None)
# What the challenge's files call each unit.
CHALLENGE_NAMES = _FACS | MEGC_NAMES
_OF_2025 = _Wording(CHALLENGE_NAMES, MEGC_POOL, sorted=False, sides=1)
_WORDINGS: dict[Words, _Wording] = {
    "ours": _OURS,
    "authors-2025": _OF_2025,
    "authors-2026": _OF_2025._replace(analyses=MEGC_ANALYSES),
}
# In 278 of 278 training clips of 2026 it is this question that asks for an analysis.
_ANALYSIS = 6


def questions(
    sample: Sample, emotion: str | None, aus: Sequence[ActionUnit] | None, words: Words = "ours"
) -> list[Question]:
    """What a clip is asked, in the order of the challenge's files.

    Without any action unit the questions that presuppose one are left out, and what is not labelled is not asked: of
    SMIC the challenge asks the coarse class alone.

    Args:
        sample: The clip; its split decides what is asked.
        emotion: What it shows; None where that is not labelled.
        aus: Its units; the side of a one-sided one is the person's, as FACS codes it and the challenge asks it. None
            where they are not labelled.
        words: Ours, or the challenge's of a year.
    """
    wording = _WORDINGS[words]
    coarse = COARSE_OF[emotion] if emotion else None
    fine = emotion if emotion not in _COARSE_ONLY else None
    numbers = list(dict.fromkeys(unit.number for unit in aus or ()))
    numbers = sorted(numbers) if wording.sorted else numbers
    names = [wording.names[number] for number in numbers]
    many = len(names) > 1
    asked = [Question("coarse", COARSE, coarse)] if coarse else []
    asked += [Question("fine", FINE, fine)] if fine else []
    if names:
        asked.append(Question("units", UNITS[many], ", ".join(names)))
    training = sample.split.lower().startswith("train")
    if aus is None:
        return asked
    if training:
        sides = _sides(aus)
        one_sided = [number for number in numbers if sides[number] in ("left", "right")]
        for number in one_sided[: wording.sides]:
            asked.append(Question("side", SIDE.format(name=wording.names[number]), sides[number]))
    asked += _shown(sample.id, numbers, wording, both=training)
    if names and fine:
        conclusion = f"the fine-grained expression class is {fine}, and the coarse expression class is {coarse}"
        answer = f"{_PRESENT[many]}: {', '.join(names)}. Therefore, {conclusion}."
        asked.append(Question("all", ALL[many], answer))
        if wording.analyses:
            place = min(_ANALYSIS, len(asked)) - 1
            asked[place] = Question("analysis", wording.analyses[_draw(sample.id) % len(wording.analyses)], answer)
    return asked


def _worded(words: Words) -> Callable[[SampleTruth], Iterator[ExportRow]]:
    """The rows of a style in these words: one for each question, with the map as the picture."""

    def rows(truth: SampleTruth) -> Iterator[ExportRow]:
        sample, pictures = truth.sample, (motion_map(truth),)
        # The questions have one language only, and nothing of the draft is in them.
        shared = labels(truth, pictures) | {"lang": "en"}
        asked = questions(sample, truth.told_emotion, truth.told_aus, words)
        for number, (kind, question, answer) in enumerate(asked, start=1):
            yield ExportRow(
                id=f"{sample.id}/q{number:02d}",
                pictures=pictures,
                user=question,
                assistant=answer,
                answer=answer,
                fields={"question": question, "answer": answer},
                labels={"clip": sample.clip, "number": number, "kind": kind} | shared,
            )

    return rows


def _sides(units: Sequence[ActionUnit]) -> dict[int, str]:
    """The person's side of each unit: `left`, `right`, or `both` where it is coded on neither or on each."""
    found: dict[int, set[str]] = {}
    for unit in units:
        found.setdefault(unit.number, set()).add(unit.side or "LR")
    words = {frozenset("L"): "left", frozenset("R"): "right"}
    return {number: words.get(frozenset(sides), "both") for number, sides in found.items()}


def _shown(identifier: str, present: Sequence[int], wording: _Wording, *, both: bool) -> list[Question]:
    """A unit that is there and one that is not, or just one of the two; a hash of the clip's id chooses."""
    draw = _draw(identifier)
    absent = [number for number in wording.pool if number not in present]
    no = Question("shown", SHOWN.format(name=wording.names[absent[draw % len(absent)]]), "no")
    if not present:
        return [no]
    yes = Question("shown", SHOWN.format(name=wording.names[present[draw % len(present)]]), "yes")
    if both:
        return [yes, no]
    return [yes if draw >> 63 else no]


def _draw(identifier: str) -> int:
    """A number of 64 bits that a sample always has."""
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big")


STYLE = Style(
    name="megc-vqa",
    fields=(pa.field("question", pa.string()), pa.field("answer", pa.string())),
    labels=(
        pa.field("clip", pa.string()),
        pa.field("number", pa.int64()),
        pa.field("kind", pa.string()),
        *LABELS,
    ),
    rows=_worded("ours"),
    trains="answer",
    pictured=True,
    about="Each row is one question of the Micro-Expression Grand Challenge about a micro-expression, with its answer; "
    "the picture is a motion map. `kind` names the template: coarse, fine, units, side (the person's own left or "
    "right), shown, all. Clips outside the training split are asked the five questions of the challenge's test.",
    drafted=False,
    needs=(),
)
AUTHORS = tuple(
    STYLE._replace(
        rows=_worded(words),
        words=words,
        about=f"{STYLE.about} Names, order and choice of units are those of the challenge's files of {words[-4:]}.",
    )
    for words in _WORDINGS
    if words != "ours"
)
