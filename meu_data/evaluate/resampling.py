"""Confidence intervals and paired tests that resample subjects: clips of one person are no independent draws."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.evaluate.result import Interval

RESAMPLES = 2000
_SEED = 0
_MIDDLE = (2.5, 97.5)
_AT_ONCE = 250

Counts = NDArray[np.float64]


class Scores(NamedTuple):
    """ACC, UF1 and UAR of each resampling, (RESAMPLES,) each."""

    acc: Counts
    uf1: Counts
    uar: Counts


def of_tables(tables: Counts, known: int | None = None) -> Scores:
    """The scores of confusion tables.

    Args:
        tables: (..., C, K): C classes, K >= C columns of which those behind the classes are wrong.
        known: Of draws: how many classes the whole has. Classes that a draw lacks by chance are left out of its means,
            those that the whole lacks count with 0, as they do in its own figures.
    """
    classes = tables.shape[-2]
    hits = np.diagonal(tables[..., :classes], axis1=-2, axis2=-1)
    support, claimed = tables.sum(axis=-1), tables[..., :classes].sum(axis=-2)
    drawn = (support > 0).sum(axis=-1)
    share = (drawn if known is None else known) / classes
    return Scores(
        _ratio(hits.sum(axis=-1), support.sum(axis=-1)),
        _ratio(_ratio(2 * hits, support + claimed).sum(axis=-1), drawn.astype(float)) * share,
        _ratio(_ratio(hits, support).sum(axis=-1), drawn.astype(float)) * share,
    )


def resampled(gold: NDArray[np.int64], said: NDArray[np.int64], subjects: Sequence[str], classes: int) -> Scores | None:
    """The scores of draws of as many subjects as there are, with replacement; the same subjects give the same draws.

    Args:
        gold: Places of the classes, (N,).
        said: The same, up to `classes` + 1 for what is none of them.
        subjects: Whose sample each is.
        classes: How many there are.

    Returns:
        None with fewer than two subjects.
    """
    names = sorted(set(subjects))
    if len(names) < 2:
        return None
    places = {name: place for place, name in enumerate(names)}
    tables = np.zeros((len(names), classes, classes + 2))
    np.add.at(tables, (np.array([places[name] for name in subjects]), gold, said), 1)
    known = int((tables.sum(axis=(0, 2)) > 0).sum())
    parts = [
        of_tables((weights @ tables.reshape(len(names), -1)).reshape(-1, classes, classes + 2), known)
        for weights in _draws(len(names))
    ]
    return Scores(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def interval(values: Counts) -> Interval:
    """The middle 95 % of some resampled values."""
    low, high = np.percentile(values, _MIDDLE)
    return float(low), float(high)


def intervals_of_units(gold: NDArray[np.uint8], said: NDArray[np.uint8], subjects: Sequence[str]) -> Interval | None:
    """The interval of the macro F1 of action units, both (N, K); None with fewer than two subjects.

    Units that a draw lacks by chance are left out of its mean.
    """
    names = sorted(set(subjects))
    if len(names) < 2 or not gold.shape[1]:
        return None
    places = {name: place for place, name in enumerate(names)}
    rows = np.array([places[name] for name in subjects])
    hits, both, support = np.zeros((3, len(names), gold.shape[1]))
    np.add.at(hits, rows, gold & said)
    np.add.at(both, rows, gold.astype(np.int64) + said)
    np.add.at(support, rows, gold)
    means = []
    for weights in _draws(len(names)):
        drawn = weights @ support > 0
        scores = np.where(drawn, _ratio(2 * (weights @ hits), weights @ both), 0)
        means.append(_ratio(scores.sum(axis=-1), drawn.sum(axis=-1).astype(float)))
    return interval(np.concatenate(means))


def _draws(subjects: int) -> list[Counts]:
    """How often each subject is drawn, in portions of (some draws, subjects)."""
    draw = np.random.default_rng(_SEED)
    shares = np.full(subjects, 1 / subjects)
    return [draw.multinomial(subjects, shares, size=_AT_ONCE).astype(float) for _ in range(RESAMPLES // _AT_ONCE)]


def _ratio(part: Counts, whole: Counts) -> Counts:
    found: Counts = np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0)
    return found
