"""Style `megc-vqa`: the questions of the Micro-Expression Grand Challenge's visual question answering, word for word.

The six templates and the shape of their answers are those of the challenge's own files (for example
github.com/Humphrey-0125/MEGC2025, dataset/casme.jsonl, and github.com/2308623956/MEGC2025, data/7b): lower-case
names of FACS, in English whatever the language of the drafts. A clip of a training split is asked all that its
labels can answer; a clip of any other split the five questions of the challenge's test.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa

from meu_data.export.samples.truth import SampleTruth
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


def questions(sample: Sample, emotion: str | None, aus: Sequence[ActionUnit] | None) -> list[Question]:
    """What a clip is asked, in the order of the challenge's files.

    Without any action unit the questions that presuppose one are left out, and what is not labelled is not asked: of
    SMIC the challenge asks the coarse class alone.

    Args:
        sample: The clip; its split decides what is asked.
        emotion: What it shows; None where that is not labelled.
        aus: Its units; the side of a one-sided one is the person's, as FACS codes it and the challenge asks it. None
            where they are not labelled.
    """
    coarse = COARSE_OF[emotion] if emotion else None
    fine = emotion if emotion not in _COARSE_ONLY else None
    numbers = sorted({unit.number for unit in aus or ()})
    names = [AU_NAMES[number]["en"] for number in numbers]
    many = len(names) > 1
    asked = [Question("coarse", COARSE, coarse)] if coarse else []
    asked += [Question("fine", FINE, fine)] if fine else []
    if names:
        asked.append(Question("units", UNITS[many], ", ".join(names)))
    training = sample.split.lower().startswith("train")
    if aus is None:
        return asked
    if training:
        asked += [Question("side", SIDE.format(name=name), side) for name, side in _one_sided(aus)]
    asked += _shown(sample.id, numbers, both=training)
    if names and fine:
        conclusion = f"the fine-grained expression class is {fine}, and the coarse expression class is {coarse}"
        answer = f"{_PRESENT[many]}: {', '.join(names)}. Therefore, {conclusion}."
        asked.append(Question("all", ALL[many], answer))
    return asked


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """A row for each question, with the map as the picture."""
    sample, pictures = truth.sample, (motion_map(truth),)
    # The questions have one language only, and nothing of the draft is in them.
    shared = labels(truth, pictures) | {"lang": "en"}
    for number, (kind, question, answer) in enumerate(questions(sample, truth.told_emotion, truth.told_aus), start=1):
        yield ExportRow(
            id=f"{sample.id}/q{number:02d}",
            pictures=pictures,
            user=question,
            assistant=answer,
            answer=answer,
            fields={"question": question, "answer": answer},
            labels={"clip": sample.clip, "number": number, "kind": kind} | shared,
        )


def _one_sided(units: Sequence[ActionUnit]) -> list[tuple[str, str]]:
    sides: dict[int, set[str]] = {}
    for unit in units:
        sides.setdefault(unit.number, set()).add(unit.side or "LR")
    words = {"L": "left", "R": "right"}
    return [
        (AU_NAMES[number]["en"], words[next(iter(found))])
        for number, found in sorted(sides.items())
        if found in ({"L"}, {"R"})
    ]


def _shown(identifier: str, present: Sequence[int], *, both: bool) -> list[Question]:
    """A unit that is there and one that is not, or just one of the two; a hash of the clip's id chooses."""
    draw = int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big")
    absent = [number for number in _LIKELY if number not in present]
    no = Question("shown", SHOWN.format(name=AU_NAMES[absent[draw % len(absent)]]["en"]), "no")
    if not present:
        return [no]
    yes = Question("shown", SHOWN.format(name=AU_NAMES[present[draw % len(present)]]["en"]), "yes")
    if both:
        return [yes, no]
    return [yes if draw >> 63 else no]


STYLE = Style(
    name="megc-vqa",
    fields=(pa.field("question", pa.string()), pa.field("answer", pa.string())),
    labels=(
        pa.field("clip", pa.string()),
        pa.field("number", pa.int64()),
        pa.field("kind", pa.string()),
        *LABELS,
    ),
    rows=rows,
    trains="answer",
    pictured=True,
    about="Each row is one question of the Micro-Expression Grand Challenge about a micro-expression, with its answer; "
    "the picture is a motion map. `kind` names the template: coarse, fine, units, side (the person's own left or "
    "right), shown, all. Clips outside the training split are asked the five questions of the challenge's test.",
    drafted=False,
    needs=(),
)
