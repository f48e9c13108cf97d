"""All levels in one number, and verl's entry to it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from meu_data.rewards.columns import rewards
from meu_data.rewards.scores import Levels, levels

Reward = Callable[..., list[float]]

WEIGHTS: Mapping[str, float] = {"format": 0.1, "au": 0.3, "region": 0.1, "grounded": 0.2, "emotion": 0.3}


def multi_level(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """The mean of layout, AUs, region, grounded and emotion, weighted by `WEIGHTS`, from 0 to 1.

    The idea, verifiable rewards on several levels of one answer, is ActFER's (arXiv 2604.08990); the levels and the
    weights are ours (docs/ucgrpo.md). All read what a text means, as `layout`, `emotion`,
    `units`, `region` and `grounded` do. An AU whose motion the text does not tell of, all where errors outweigh what is
    right, and an emotion that no motion speaks for, count a third. Levels from -1 to 1 are first mapped to 0 to 1. A
    level that the row has no truth for is left out, and the others count for more.

    Args:
        completions: Texts, or lists of messages.
        **columns: Those of `emotion`, `units` and `grounded`, as far as there are any.

    Returns:
        One value from 0 to 1 per completion.
    """
    return _table_means(completions, columns, WEIGHTS)


def weighted(weights: Mapping[str, float]) -> Reward:
    """`multi_level` with other weights, as a function that TRL can name in its log.

    Args:
        weights: Weight by level, none negative; a level that is not named has none. Their sum need not be 1.

    Raises:
        ValueError: A level is unknown, or a weight is negative, or none is above 0.
    """
    unknown = sorted(weights.keys() - WEIGHTS.keys())
    if unknown:
        raise ValueError(f"no such level: {', '.join(unknown)}; choose among {', '.join(WEIGHTS)}")
    if min(weights.values(), default=0) < 0 or not sum(weights.values()):
        raise ValueError("weights of levels must not be negative, and one must be above 0")
    chosen = dict(weights)

    def multi_level(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
        return _table_means(completions, columns, chosen)

    return multi_level


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: Mapping[str, Any] | None = None,
    **_: Any,  # noqa: ANN401
) -> float:
    """The custom reward function of verl: `multi_level` of one answer, from 0 to 1.

    Args:
        data_source: verl's name of the data set; not used.
        solution_str: The model's answer.
        ground_truth: The label, bare or tagged.
        extra_info: The row's `aus`, `claims` and `motion`, as far as there are any.

    Returns:
        The reward. Never raises.
    """
    row = dict(extra_info) if isinstance(extra_info, Mapping) else {}
    return _weigh(levels(solution_str, row | {"solution": ground_truth}), WEIGHTS)


def _weigh(found: Levels, weights: Mapping[str, float]) -> float:
    values = (
        ("format", found.layout),
        ("au", found.units),
        ("region", None if found.region is None else (found.region + 1) / 2),
        ("grounded", None if found.grounded is None else (found.grounded + 1) / 2),
        ("emotion", found.supported),
    )
    known = [(value, weights.get(level, 0.0)) for level, value in values if value is not None]
    total = sum([weight for _, weight in known])
    return sum([value * weight for value, weight in known]) / total if total else 0.0


def _table_means(
    completions: Sequence[object], columns: Mapping[str, Any], weights: Mapping[str, float]
) -> list[float]:
    return rewards(completions, columns, lambda completion, row: _weigh(levels(completion, row), weights))
