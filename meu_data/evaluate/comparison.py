"""Results side by side: pairs tested on the samples they share, beside figures that were published."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from meu_data.errors import MeuError, MissingExtraError
from meu_data.evaluate.resampling import Counts, Scores, interval, resampled
from meu_data.evaluate.result import EvaluationResult, Interval, read_result
from meu_data.records import Record

Figure = Literal["acc", "uf1", "uar"]
FIGURES: tuple[Figure, ...] = ("acc", "uf1", "uar")


class ScoreRow(Record):
    """One line of the comparison: a result of ours, or a published one with its source."""

    name: str
    samples: int | None = None
    acc: float | None = None
    uf1: float | None = None
    uar: float | None = None
    au_f1: float | None = Field(default=None, description="macro F1 of action units")
    intervals: dict[Figure, Interval] = Field(default={})
    source: str | None = Field(default=None, description="null where it was evaluated here")


class Difference(Record):
    """By how much the second is better: the interval and p by drawing subjects, the same for both."""

    value: float
    interval: Interval
    p: float


class Pair(Record):
    """Two results on the same samples.

    `mcnemar_p` is that of ACC, exact: of the samples that just one of the two has right. `why_not` says why there is no
    test.
    """

    first: str
    second: str
    only_first: int = 0
    only_second: int = 0
    mcnemar_p: float | None = None
    uf1: Difference | None = None
    uar: Difference | None = None
    why_not: str | None = None


class Comparison(Record):
    """All of it."""

    rows: tuple[ScoreRow, ...]
    pairs: tuple[Pair, ...]
    published: str | None = Field(default=None, description="what the published figures are of")


def scores(given: Sequence[EvaluationResult | Path], published: str | None = None) -> Comparison:
    """Compares results, with tests on the samples that they share.

    Args:
        given: Results, or files of them, in the order in which they are to be shown.
        published: A table of `published.toml`; that of the results' class set when None, where there is one.

    Raises:
        MeuError: A file holds no result, two results have the same name, or there is no such table.
        MissingExtraError: scipy is not installed.
    """
    results = [read_result(one) if isinstance(one, Path) else one for one in given]
    names = [one.name for one in results]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise MeuError(f"two results are called {twice[0]}; evaluate one of them with another --name")
    table = _table(results, published)
    rows = [
        ScoreRow(
            name=one.name,
            samples=one.samples,
            acc=one.acc,
            uf1=one.uf1,
            uar=one.uar,
            au_f1=one.aus.macro.f1 if one.aus else None,
            intervals=one.intervals,
        )
        for one in results
    ]
    if table is not None:
        rows += [ScoreRow(source=table["source"], **method) for method in table["methods"]]
    return Comparison(
        rows=tuple(rows),
        pairs=tuple(_pair(*two) for two in combinations(results, 2)),
        published=table["what"] if table else None,
    )


@cache
def published_tables() -> dict[str, dict[str, Any]]:
    """The figures of papers, by the name of their set."""
    return tomllib.loads(files("meu_data.evaluate").joinpath("published.toml").read_text("utf-8"))


def _table(results: Sequence[EvaluationResult], wanted: str | None) -> dict[str, Any] | None:
    tables = published_tables()
    if wanted is not None:
        if wanted not in tables:
            raise MeuError(f"there are no published figures {wanted!r}; choose from {', '.join(tables)}")
        return tables[wanted]
    sets = {one.class_set for one in results}
    return next((table for table in tables.values() if sets == {table.get("class_set", "")}), None)


def _pair(first: EvaluationResult, second: EvaluationResult) -> Pair:
    untested = Pair(first=first.name, second=second.name)
    if first.classes != second.classes:
        return untested.model_copy(update={"why_not": "their classes are not the same"})
    if [(one.id, one.gold) for one in first.items] != [(one.id, one.gold) for one in second.items]:
        return untested.model_copy(update={"why_not": "their samples are not the same"})
    right = np.array([[one.gold == one.said for one in result.items] for result in (first, second)])
    only_first, only_second = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    counts = {"only_first": only_first, "only_second": only_second, "mcnemar_p": mcnemar(only_first, only_second)}
    draws = _draws(first), _draws(second)
    if draws[0] is None or draws[1] is None:
        return untested.model_copy(update=counts | {"why_not": "with one subject there is nothing to draw"})
    uf1 = _difference(second.uf1 - first.uf1, draws[1].uf1 - draws[0].uf1)
    uar = _difference(second.uar - first.uar, draws[1].uar - draws[0].uar)
    return untested.model_copy(update=counts | {"uf1": uf1, "uar": uar})


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p of McNemar's test.

    Args:
        only_first: Samples that just the first has right.
        only_second: Samples that just the second has right.

    Raises:
        MissingExtraError: scipy is not installed.
    """
    try:
        from scipy.stats import binomtest
    except ImportError as error:
        raise MissingExtraError("scores needs scipy: pip install 'meu-data[evaluation]'") from error
    apart = only_first + only_second
    return float(binomtest(only_first, apart).pvalue) if apart else 1.0


def _draws(result: EvaluationResult) -> Scores | None:
    places = {name: place for place, name in enumerate(result.classes)}
    count = len(places)
    gold = np.array([places[one.gold] for one in result.items])
    said: NDArray[np.int64] = np.array(
        [count + 1 if one.said is None else places.get(one.said, count) for one in result.items]
    )
    return resampled(gold, said, [one.subject for one in result.items], count)


def _difference(value: float, draws: Counts) -> Difference:
    """The p is the smaller tail of the draws, doubled; one draw counts as if it were on either side."""
    tail = min(int((draws <= 0).sum()), int((draws >= 0).sum()))
    return Difference(value=value, interval=interval(draws), p=min(1.0, 2 * (tail + 1) / (len(draws) + 1)))
