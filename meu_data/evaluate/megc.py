"""The scores of MEGC's ME-VQA: the coarse and the fine class, the other questions, and the texts of all answers.

The headline (`acc`, `uf1`, `uar`) is that of the fine-grained question, or where none is asked of the coarse one, or of
long videos (ME-LVQA) of the question for micro or macro. Classes are those that occur in the right answers, as
github.com/null-xy/MEGC2026 has them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from meu_data.errors import MeuError, printable
from meu_data.evaluate.gold import Gold
from meu_data.evaluate.labels import Concluded, conclude, read_units
from meu_data.evaluate.metrics import au_scores, group_score
from meu_data.evaluate.result import AuScores, CountScores, EvaluationResult, QuestionScores, write_result
from meu_data.evaluate.rows import Row, names_of, rows_of, shown_columns
from meu_data.evaluate.stage import Answered, scored
from meu_data.evaluate.texts import text_scores
from meu_data.export.styles.megc_lvqa import EVENTS, MACRO, MICRO, TYPE, UNITS_IN_ALL
from meu_data.export.styles.megc_vqa import ALL, COARSE, FINE, SHOWN, SIDE, UNITS
from meu_data.rewards.completion import completion_text

_NAMES = ("clip_id", "video", "image_id", "video_id")
_SAID = ("pred", "prediction", "response", "model_response", "answer")
_TRUE = ("gt", "answer", "reference", "labels")
# Those that are answered by a class; of the units there are scores of their own.
_SCORED = ("coarse", "fine", "all", "side", "shown", "type")
_HEADS = ("fine", "coarse", "type")
_COUNTED = ("events", "micro", "macro")
_WITH_UNITS = ("units", "units in all")
_CLOSED = {"side": ("left", "right"), "shown": ("yes", "no")}
_TYPE = re.compile(r"\b(micro|macro)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")
_FINE = re.compile(r"fine-grained expression class is (\w+)", re.IGNORECASE)
_COARSE = re.compile(r"coarse expression class is (\w+)", re.IGNORECASE)


class _Asked(NamedTuple):
    """One question about one clip, its right answer and what was said."""

    clip: str
    subject: str
    kind: str
    wanted: str
    said: str


class _Key(NamedTuple):
    """What an answer belongs to; `name` parts questions that are asked twice."""

    clip: str
    question: str
    name: str


def evaluate_megc(
    predictions: Sequence[Path], gold: Path | None, *, name: str | None = None, out: Path | None = None
) -> EvaluationResult:
    """Scores answers to the challenge's questions.

    Args:
        predictions: JSON lines of `video_id`, `video`, `question` and `answer`, as `megc-submission` writes them; those
            of null-xy (`clip_id`, `question`, `pred`, `gt`); or ms-swift's (`messages`, `images`, `response`).
        gold: The same questions with their answers (`image_id`, `question`, `answer`, as our exports have them); None
            where the rows have `gt`. A question without a prediction is answered wrong.
        name: What the result is called; the first file's name when None.
        out: A file for the result.

    Raises:
        MeuError: A file cannot be read, an answer belongs to no question or to one that has another, or no expression
            class is asked for.
        MissingExtraError: A package of the extra `evaluation` is not installed.
    """
    asked = list(_with_own(predictions) if gold is None else _matched(predictions, gold))
    kinds = {kind: [one for one in asked if one.kind == kind] for kind in dict.fromkeys(one.kind for one in asked)}
    head = next((kind for kind in _HEADS if kinds.get(kind)), None)
    if head is None:
        raise MeuError(f"{predictions[0]}: neither {COARSE!r} nor {FINE!r} nor {TYPE!r} is asked in it")
    with_units = [one for kind in _WITH_UNITS for one in kinds.get(kind, [])]
    result = scored([_answered(one) for one in sorted(kinds[head])], None, {}).model_copy(
        update={
            "name": name or predictions[0].name.removesuffix(predictions[0].suffix),
            "predictions": tuple(path.name for path in predictions),
            "gold": "their own labels" if gold is None else gold.name,
            "aus": _unit_scores(with_units) if with_units else None,
            "groups": (),
            "texts": text_scores([one.said for one in asked], [one.wanted for one in asked]),
            "questions": tuple(_question_scores(kind, found) for kind, found in kinds.items() if kind in _SCORED),
            "counts": tuple(_count_scores(kind, found) for kind, found in kinds.items() if kind in _COUNTED),
        }
    )
    if out is not None:
        write_result(result, out)
    return result


def _matched(predictions: Sequence[Path], gold: Path) -> Iterator[_Asked]:
    said: dict[_Key, tuple[str, str]] = {}
    for path in predictions:
        for row in rows_of(path):
            key = _key(row)
            if key in said:
                raise MeuError(f"{row.where}: {said[key][0]} answers this question about {printable(key[0])} already")
            said[key] = row.where, _text(row, _SAID)
    for row in rows_of(gold):
        clip, question, _ = key = _key(row)
        _, answer = said.pop(key, ("", ""))
        subject = str(row.columns.get("subject") or clip)
        yield _Asked(clip, subject, kind_of(question), _text(row, _TRUE), answer)
    if said:
        (clip, question, _), (where, _) = next(iter(said.items()))
        raise MeuError(f"{where}: {gold.name} does not ask {printable(question)} about {printable(clip)}")


def _with_own(predictions: Sequence[Path]) -> Iterator[_Asked]:
    seen: set[_Key] = set()
    for path in predictions:
        for row in rows_of(path):
            clip, question, _ = key = _key(row)
            if key in seen:
                raise MeuError(f"{row.where}: this question about {printable(clip)} has an answer already")
            seen.add(key)
            if not any(name in row.columns for name in ("gt", "reference")):
                raise MeuError(f"{row.where}: there is no right answer in `gt`; name the file that has it with --gold")
            subject = str(row.columns.get("subject") or clip)
            yield _Asked(clip, subject, kind_of(question), _text(row, ("gt", "reference")), _text(row, _SAID))


def _key(row: Row) -> _Key:
    columns = row.columns
    question = columns.get("question", _turn(columns, "user"))
    clip = next((str(columns[name]) for name in _NAMES if columns.get(name)), None) or next(
        iter(names_of({"images": columns.get("images")})), None
    )
    if not isinstance(question, str) or clip is None:
        raise MeuError(f"{row.where}: there is no question about a clip among {shown_columns(columns)}")
    # Of a long video with one expression the same is asked twice.
    name = columns.get("video_id") if kind_of(question) == "type" else None
    return _Key(clip, question, str(name or ""))


def _turn(columns: Mapping[str, Any], role: str) -> str | None:
    turns = columns.get("messages")
    listed = turns if isinstance(turns, list) else []
    found = [one for one in listed if isinstance(one, Mapping) and one.get("role") == role]
    return completion_text([{**found[0], "role": "assistant"}]) if found else None


def _text(row: Row, names: Sequence[str]) -> str:
    value = next((row.columns[name] for name in names if row.columns.get(name) is not None), None)
    if value is None:
        value = _turn(row.columns, "assistant")
    if value is None:
        raise MeuError(f"{row.where}: there is no answer among {shown_columns(row.columns)}")
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) else completion_text(value)


def kind_of(question: str) -> str:
    """Which of the challenge's templates a question is; `other` for one of none."""
    asked = _plain(question)
    for kind, templates in _TEMPLATES.items():
        if any(template.fullmatch(asked) for template in templates):
            return kind
    return "other"


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


_TEMPLATES = {
    kind: [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(_plain(text)))) for text in texts]
    for kind, texts in {
        "coarse": (COARSE,),
        "fine": (FINE,),
        "units": UNITS,
        "side": (SIDE,),
        "shown": (SHOWN,),
        "all": ALL,
        "events": (EVENTS,),
        "micro": (MICRO,),
        "macro": (MACRO,),
        "units in all": (UNITS_IN_ALL,),
        "type": (TYPE,),
    }.items()
}


def _answered(one: _Asked) -> Answered:
    label = _class(one.kind, one.wanted).emotion
    if label is None:
        raise MeuError(f"the right answer {printable(one.wanted)} about {printable(one.clip)} names no class")
    gold = Gold(id=one.clip, names=(one.clip,), subject=one.subject, corpus="", label=label, aus=None)
    return Answered(gold, label, _class(one.kind, one.said), one.said, "")


def _class(kind: str, text: str) -> Concluded:
    """What a text answers to a question for a class; of an answer to the sixth question the part that is meant."""
    if kind == "type":
        told = _closed(kind, text)
        return Concluded(told, None if told else "none" if text.strip() else "empty", frozenset())
    found = (_COARSE if kind == "coarse" else _FINE).search(text)
    return conclude(found.group(1) if found else text)


def _question_scores(kind: str, asked: Sequence[_Asked]) -> QuestionScores:
    wanted = [_closed(kind, one.wanted) for one in asked]
    said = [_closed(kind, one.said) for one in asked]
    classes = sorted({one for one in wanted if one is not None})
    places = {name: place for place, name in enumerate(classes)}
    truth, claim = (np.array([places.get(one or "", len(classes)) for one in texts]) for texts in (wanted, said))
    scores = group_score(kind, truth, claim, range(len(classes)))
    return QuestionScores(
        kind=kind,
        answers=len(asked),
        unread=sum(one is None for one in said),
        classes=tuple(classes),
        acc=scores.acc,
        uf1=scores.uf1,
        uar=scores.uar,
    )


def _closed(kind: str, text: str) -> str | None:
    """The class of an answer: an emotion's, or one of two words, the first in the text."""
    if kind == "type":
        told = _TYPE.search(text)
        return f"{told[1].lower()}-expression" if told else None
    if kind not in _CLOSED:
        return _class(kind, text).emotion
    found = re.search(rf"\b({'|'.join(_CLOSED[kind])})\b", text.lower())
    return found.group(1) if found else None


def _count_scores(kind: str, asked: Sequence[_Asked]) -> CountScores:
    wanted, said = [_NUMBER.search(one.wanted) for one in asked], [_NUMBER.search(one.said) for one in asked]
    truth, claim = (np.array([int(one[0]) if one else 0 for one in found]) for found in (wanted, said))
    off = claim - truth
    return CountScores(
        kind=kind,
        answers=len(asked),
        unread=sum(one is None for one in said),
        acc=float((off == 0).mean()),
        mae=float(np.abs(off).mean()),
        rmse=float(np.sqrt((off.astype(np.float64) ** 2).mean())),
    )


def _unit_scores(asked: Sequence[_Asked]) -> AuScores:
    return au_scores(
        [read_units(one.wanted) for one in asked],
        [read_units(one.said) for one in asked],
        [one.subject for one in asked],
    )
