"""The evaluation of a file of predictions: read, matched with the truth, counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from meu_data.choices import Recipe
from meu_data.errors import MeuError, printable
from meu_data.evaluate.explanations import Explained, explanation_scores
from meu_data.evaluate.gold import Gold, Named, gold_of, is_labelled, labelled
from meu_data.evaluate.labels import Concluded, conclude, emotion_names, read_units
from meu_data.evaluate.metrics import Codes, au_scores, class_scores, confusion, group_score
from meu_data.evaluate.resampling import interval, resampled
from meu_data.evaluate.result import (
    EvaluationResult,
    Groups,
    GroupScore,
    Interval,
    Item,
    Unread,
    write_result,
)
from meu_data.evaluate.rows import Row, names_of, rows_of, said_column, shown_columns
from meu_data.face.class_sets import ClassSet, find_class_set
from meu_data.progress import SILENT, Progress
from meu_data.rewards.completion import completion_text

_BINS = 4
# Shorter texts are labels, whatever tags are around them.
_LABEL_LENGTH = 60
_MISSING = Concluded(None, "missing", frozenset())


class Answered(NamedTuple):
    """One sample that counts, with what was said of it and in which file."""

    gold: Gold
    label: str
    said: Concluded
    text: str
    file: str


def evaluate(
    predictions: Sequence[Path],
    *,
    gold: Path | None = None,
    classes: str | None = None,
    split: str | None = None,
    recipe: Recipe | None = None,
    name: str | None = None,
    out: Path | None = None,
    grounding: bool = True,
    progress: Progress = SILENT,
) -> EvaluationResult:
    """Scores predictions of emotions and action units.

    Each sample that the truth counts is scored once. What no prediction answers, and what cannot be read, is wrong.

    Args:
        predictions: Files of rows; several are parts of one evaluation, such as folds.
        gold: A workspace, an export, or a file of labelled rows; None where the rows have their own labels.
        classes: A protocol by its name; the labels as they are when None.
        split: Only samples of this split count.
        recipe: Whose measurement the explanations are held against; the workspace's when None.
        name: What the result is called; the first file's name when None.
        out: A file for the result.
        grounding: Whether explanations are held against the measured motion, which takes longest.
        progress: Told of every prediction.

    Raises:
        MeuError: A file cannot be read, a prediction belongs to no sample or to one that has another already, or no
            sample counts.
        MissingExtraError: scikit-learn is not installed.
    """
    protocol = find_class_set(classes) if classes is not None else None
    answered, left_out = _answered(predictions, gold, protocol, split, recipe, progress, motion=grounding)
    if not answered:
        reasons = "; ".join(f"{count} {reason}" for reason, count in left_out.items())
        raise MeuError(f"no sample counts{': ' + reasons if reasons else ''}; see --gold, --split and --classes")
    answered.sort(key=lambda one: one.gold.id)
    result = scored(answered, protocol, left_out, grounding=grounding, progress=progress).model_copy(
        update={
            "name": name or predictions[0].name.removesuffix(predictions[0].suffix),
            "predictions": tuple(path.name for path in predictions),
            "gold": "their own labels" if gold is None else gold.resolve().name,
        }
    )
    if out is not None:
        write_result(result, out)
    return result


def _answered(
    files: Sequence[Path],
    gold: Path | None,
    protocol: ClassSet | None,
    split: str | None,
    recipe: Recipe | None,
    progress: Progress,
    *,
    motion: bool,
) -> tuple[list[Answered], Counter[str]]:
    progress.start("evaluate", None)
    try:
        if gold is None:
            return _with_own_labels(files, protocol, progress, motion=motion)
        known = Named(gold_of(gold, protocol, split=split, recipe=recipe, motion=motion))
        whole = Named(gold_of(gold, None, split=None, recipe=recipe, motion=False)) if split is not None else known
        return _matched(files, known, whole, progress)
    finally:
        progress.finish()


def _with_own_labels(
    files: Sequence[Path], protocol: ClassSet | None, progress: Progress, *, motion: bool
) -> tuple[list[Answered], Counter[str]]:
    found, left_out, seen = [], Counter[str](), set[str]()
    for file in files:
        for number, row in enumerate(rows_of(file, motion=motion), start=1):
            progress.advance()
            column = _said_column(row)
            if not is_labelled(row.columns):
                raise MeuError(f"{row.where}: there is no label among {shown_columns(row.columns)}; name --gold")
            one = labelled(row, protocol, but=column)
            identifier = one.id if one.names else f"row {number}"
            identifier = f"{file.name}: {identifier}" if len(files) > 1 else identifier
            if identifier in seen:
                raise MeuError(f"{row.where}: {printable(identifier)} has a prediction already; keep one of them")
            seen.add(identifier)
            if one.label is None:
                left_out[one.why_not] += 1
                continue
            said, text = _said(row, column, own_labels=True)
            subject = one.subject if one.names else identifier
            found.append(Answered(one._replace(id=identifier, subject=subject), one.label, said, text, file.name))
    return found, left_out


def _matched(
    files: Sequence[Path], known: Named, whole: Named, progress: Progress
) -> tuple[list[Answered], Counter[str]]:
    said: dict[int, tuple[Concluded, str, str]] = {}
    places: dict[int, str] = {}
    left_out = Counter[str]()
    for file in files:
        for row in rows_of(file):
            progress.advance()
            column = _said_column(row)
            names = names_of(row.columns)
            place = known.find(names)
            if place is None:
                if whole is not known and whole.find(names) is not None:
                    left_out["belongs to another split"] += 1
                    continue
                called = printable(names[0]) if names else f"nothing names it among {shown_columns(row.columns)}"
                like = f", whose ids are like {printable(known.gold[0].id)}" if known.gold else ""
                raise MeuError(f"{row.where}: no sample of the truth is meant ({called}){like}; correct it, or --gold")
            if place in said:
                raise MeuError(f"{row.where}: {known.gold[place].id} has a prediction in {places[place]} already")
            said[place], places[place] = (*_said(row, column, own_labels=False), file.name), row.where
    answered = []
    for place, one in enumerate(known.gold):
        if one.label is None:
            left_out[one.why_not] += 1
        else:
            answered.append(Answered(one, one.label, *said.get(place, (_MISSING, "", ""))))
    return answered, left_out


def _said_column(row: Row) -> str:
    column = said_column(row.columns)
    if column is None:
        raise MeuError(f"{row.where}: there is no prediction among {shown_columns(row.columns)}; call it `prediction`")
    return column


def _said(row: Row, column: str, *, own_labels: bool) -> tuple[Concluded, str]:
    """What one row says, and its text."""
    columns = row.columns
    value = columns[column]
    if columns.get("error"):
        return Concluded(None, "error", frozenset()), ""
    text = value if isinstance(value, str) else _text(value)
    said = conclude(text)
    listed = columns.get("aus", columns.get("AUs"))
    if not own_labels and not said.aus and listed is not None:
        said = said._replace(aus=read_units(listed))
    explained = columns.get("text")
    return said, explained if column != "text" and isinstance(explained, str) else text


def _text(value: Any) -> str:  # noqa: ANN401 - a cell
    if isinstance(value, Mapping) and "content" not in value:
        import json

        return json.dumps(value, ensure_ascii=False, default=str)
    return completion_text(value)


def scored(
    answered: Sequence[Answered],
    protocol: ClassSet | None,
    left_out: Mapping[str, int],
    *,
    grounding: bool = False,
    progress: Progress = SILENT,
) -> EvaluationResult:
    """The scores of samples that are matched with what was said of them."""
    names = _classes(answered, protocol)
    places = {name: place for place, name in enumerate(names)}
    other, unread = len(names), len(names) + 1
    said = [_class_said(one, protocol) for one in answered]
    truth = np.array([places[one.label] for one in answered])
    claim = np.array([unread if name is None else places.get(name, other) for name in said])
    subjects = [one.gold.subject for one in answered]
    overall = group_score("all", truth, claim, range(len(names)))
    with_units = [one for one in answered if one.gold.aus is not None]
    units = (
        au_scores(
            [one.gold.aus or frozenset() for one in with_units],
            [one.said.aus for one in with_units],
            [one.gold.subject for one in with_units],
        )
        if with_units
        else None
    )
    counts = Counter(one.said.unread for one in answered)
    return EvaluationResult(
        name="",
        predictions=(),
        gold="",
        class_set=protocol.name if protocol else None,
        classes=names,
        samples=len(answered),
        subjects=len(set(subjects)),
        unread={kind: counts[kind] for kind in get_args(Unread) if counts[kind]},
        other_emotion=int((claim == other).sum()),
        left_out=dict(sorted(left_out.items())),
        acc=overall.acc,
        uf1=overall.uf1,
        uar=overall.uar,
        intervals=_intervals(truth, claim, subjects, len(names)),
        per_class=class_scores(truth, claim, names),
        confusion=confusion(truth, claim, len(names)),
        aus=units,
        grounding=explanation_scores(_explained(answered, progress)) if grounding else None,
        ungrounded=sum(one.gold.measured is None and _explains(one) for one in answered) if grounding else 0,
        groups=_groups(answered, truth, claim, names),
        items=tuple(
            Item(id=one.gold.id, subject=one.gold.subject, gold=one.label, said=name, unread=one.said.unread)
            for one, name in zip(answered, said, strict=True)
        ),
    )


def _explains(one: Answered) -> bool:
    """Whether a text says more than a label."""
    return len(one.text) > _LABEL_LENGTH


def _explained(answered: Sequence[Answered], progress: Progress) -> Iterator[Explained]:
    """The explanations, with what was measured."""
    progress.start("ground", len(answered))
    try:
        for one in answered:
            progress.advance()
            if one.gold.measured is not None and _explains(one):
                yield Explained(one.gold.measured, one.text, one.said)
    finally:
        progress.finish()


def _classes(answered: Sequence[Answered], protocol: ClassSet | None) -> tuple[str, ...]:
    if protocol is not None:
        return protocol.classes
    occurring = {one.label for one in answered}.union(*(one.gold.candidates for one in answered))
    known = [name for name in emotion_names() if name in occurring]
    # Micro and macro, of long videos.
    return (*known, *sorted(occurring.difference(known)))


def _class_said(one: Answered, protocol: ClassSet | None) -> str | None:
    """The class that was said; an emotion of another name where it is none."""
    emotion = one.said.emotion
    if emotion is None or protocol is None or emotion in protocol.classes:
        return emotion
    return protocol.corpora.get(one.gold.corpus, protocol.of).get(emotion, emotion)


def _intervals(
    truth: Codes, claim: Codes, subjects: Sequence[str], classes: int
) -> dict[Literal["acc", "uf1", "uar"], Interval]:
    draws = resampled(truth, claim, subjects, classes)
    if draws is None:
        return {}
    return {"acc": interval(draws.acc), "uf1": interval(draws.uf1), "uar": interval(draws.uar)}


def _groups(answered: Sequence[Answered], truth: Codes, claim: Codes, classes: Sequence[str]) -> tuple[Groups, ...]:
    found = []
    for by, keys, present in (
        ("corpus", [one.gold.corpus for one in answered], False),
        ("fold", [one.gold.subject for one in answered], True),
        ("trust", [_bin(one.gold.trust) for one in answered], False),
        ("file", [one.file for one in answered], True),
    ):
        names = sorted(set(keys))
        if len(names) < 2:
            continue
        parts = []
        for name in names:
            inside = np.array([key == name for key in keys])
            of = sorted({int(place) for place in truth[inside]}) if present else range(len(classes))
            part = group_score(name, truth[inside], claim[inside], of)
            if by == "file":
                each = class_scores(truth[inside], claim[inside], classes)
                part = part.model_copy(update={"per_class": tuple(each[place] for place in of)})
            parts.append(part)
        found.append(Groups(by=by, parts=tuple(parts), mean=_mean(parts)))  # type: ignore[arg-type]
    return tuple(found)


def _bin(trust: float | None) -> str:
    if trust is None:
        return "not measured"
    place = min(int(trust * _BINS), _BINS - 1)
    return f"{place / _BINS:.2f} to {(place + 1) / _BINS:.2f}"


def _mean(parts: Sequence[GroupScore]) -> GroupScore:
    acc, uf1, uar = (float(np.mean([getattr(part, name) for part in parts])) for name in ("acc", "uf1", "uar"))
    return GroupScore(name="mean", samples=sum(part.samples for part in parts), acc=acc, uf1=uf1, uar=uar)
