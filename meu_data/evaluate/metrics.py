"""The metrics, by scikit-learn: all classes of the set count, absent ones with 0 (`labels=` and `zero_division=0`)."""

from collections.abc import Collection, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MissingExtraError
from meu_data.evaluate.resampling import intervals_of_units
from meu_data.evaluate.result import AuScores, ClassScore, GroupScore, MeanScore

Codes = NDArray[np.int64]


def sklearn_metrics() -> ModuleType:
    """scikit-learn's metrics.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        from sklearn import metrics
    except ImportError as error:
        raise MissingExtraError("evaluate needs scikit-learn: pip install 'meu-data[evaluation]'") from error
    found: ModuleType = metrics
    return found


def group_score(name: str, gold: Codes, said: Codes, classes: Sequence[int]) -> GroupScore:
    """ACC, UF1 and UAR of some samples.

    Args:
        name: Of the group.
        gold: Places of the classes, (N,).
        said: The same for what was said, (N,); places behind the classes are wrong whatever the gold.
        classes: The places over which UF1 and UAR are means.
    """
    metrics = sklearn_metrics()
    mean: dict[str, Any] = {"labels": list(classes), "average": "macro", "zero_division": 0}
    return GroupScore(
        name=name,
        samples=len(gold),
        acc=float(metrics.accuracy_score(gold, said)),
        uf1=float(metrics.f1_score(gold, said, **mean)),
        uar=float(metrics.recall_score(gold, said, **mean)),
    )


def class_scores(gold: Codes, said: Codes, names: Sequence[str]) -> tuple[ClassScore, ...]:
    """Precision, recall, F1 and support of every class."""
    found = sklearn_metrics().precision_recall_fscore_support(gold, said, labels=range(len(names)), zero_division=0)
    return tuple(_class_score(name, *values) for name, *values in zip(names, *found, strict=True))


def _class_score(name: str, precision: float, recall: float, f1: float, support: float) -> ClassScore:
    return ClassScore(name=name, precision=float(precision), recall=float(recall), f1=float(f1), support=int(support))


def confusion(gold: Codes, said: Codes, count: int) -> tuple[tuple[int, ...], ...]:
    """The confusion matrix: a row for each of `count` classes, two columns more for what is none of them."""
    matrix = sklearn_metrics().confusion_matrix(gold, said, labels=range(count + 2))
    return tuple(tuple(int(number) for number in row) for row in matrix[:count])


def au_scores(gold: Sequence[Collection[int]], said: Sequence[Collection[int]], subjects: Sequence[str]) -> AuScores:
    """Action units: each that is labelled anywhere, and their mean; all that are labelled or said count in `micro`.

    Args:
        gold: The numbers of each sample.
        said: The same.
        subjects: Whose sample it is, for the interval.
    """
    metrics = sklearn_metrics()
    numbers = sorted(set[int]().union(*gold, *said))
    if not numbers:
        nothing = MeanScore(precision=0.0, recall=0.0, f1=0.0)
        return AuScores(samples=len(gold), per_au=(), macro=nothing, micro=nothing, samplewise=1.0)
    places = {number: place for place, number in enumerate(numbers)}
    truth, claim = _indicator(gold, places), _indicator(said, places)
    per = [values[:-1] for values in metrics.precision_recall_fscore_support(truth, claim, zero_division=0)]
    labelled = [place for place in range(len(numbers)) if truth[:, place].any()]
    macro = [float(np.mean(values[labelled])) if labelled else 0.0 for values in per[:3]]
    micro = metrics.precision_recall_fscore_support(truth, claim, average="micro", zero_division=0)
    scored = [_class_score(f"AU{number}", *values) for number, *values in zip(numbers, *per, strict=True)]
    return AuScores(
        samples=len(gold),
        per_au=tuple(scored[place] for place in labelled),
        unlabelled={
            scored[place].name: int(claim[:, place].sum()) for place in range(len(numbers)) if place not in labelled
        },
        macro=MeanScore(precision=macro[0], recall=macro[1], f1=macro[2]),
        micro=MeanScore(precision=float(micro[0]), recall=float(micro[1]), f1=float(micro[2])),
        samplewise=float(metrics.f1_score(truth, claim, average="samples", zero_division=1)),
        macro_interval=intervals_of_units(truth[:, labelled], claim[:, labelled], subjects),
    )


def _indicator(units: Sequence[Collection[int]], places: dict[int, int]) -> NDArray[np.uint8]:
    # One column more, of a unit that nobody has: a table of a single column is no table of labels to scikit-learn.
    table = np.zeros((len(units), len(places) + 1), np.uint8)
    for row, numbers in enumerate(units):
        for number in numbers:
            table[row, places[number]] = 1
    return table
