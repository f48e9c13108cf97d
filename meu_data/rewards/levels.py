"""All levels in one number, and verl's entry to it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from meu_data.rewards.completion import completion_text, think
from meu_data.rewards.scores import Row, accuracy_of, au_score, format_of, motion_scores, table_rows

Reward = Callable[..., list[float]]

WEIGHTS: Mapping[str, float] = {"format": 0.1, "au": 0.3, "region": 0.1, "grounded": 0.2, "emotion": 0.3}


def multi_level(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """The mean of format, AU, region, grounded and emotion, weighted by `WEIGHTS`, from 0 to 1.

    The idea, verifiable rewards on several levels of one answer, is ActFER's (arXiv 2604.08990); of it the abstract is
    published and no more, so the levels and the weights are ours. Levels from -1 to 1 are first mapped to 0 to 1. A
    level that the row has no truth for is left out, and the others count for more.

    Args:
        completions: Texts, or lists of messages.
        **columns: Those of `accuracy`, `au_f1` and `region`, as far as there are any.

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
    (score,) = _means([completion_text(solution_str)], [row | {"solution": ground_truth}], WEIGHTS)
    return score


def _means(texts: Sequence[str], rows: Sequence[Row], weights: Mapping[str, float]) -> list[float]:
    thoughts = [think(text) for text in texts]
    motion = motion_scores(thoughts, rows)
    aus = [au_score(thought, row) for thought, row in zip(thoughts, rows, strict=True)]
    forms = [format_of(text, row) for text, row in zip(texts, rows, strict=True)]
    emotions = [accuracy_of(text, row) for text, row in zip(texts, rows, strict=True)]
    levels = zip(forms, aus, motion, emotions, strict=True)
    return [_mean(form, au, region, ground, emotion, weights) for form, au, (region, ground), emotion in levels]


def _mean(
    form: float | None,
    au: float | None,
    region: float | None,
    grounded: float | None,
    emotion: float | None,
    weights: Mapping[str, float],
) -> float:
    values = (
        ("format", form),
        ("au", None if au is None else (au + 1) / 2),
        ("region", None if region is None else (region + 1) / 2),
        ("grounded", None if grounded is None else (grounded + 1) / 2),
        ("emotion", emotion),
    )
    known = [(value, weights.get(level, 0.0)) for level, value in values if value is not None]
    total = sum([weight for _, weight in known])
    return sum([value * weight for value, weight in known]) / total if total else 0.0


def _table_means(
    completions: Sequence[object], columns: Mapping[str, Any], weights: Mapping[str, float]
) -> list[float]:
    texts = [completion_text(completion) for completion in completions]
    return _means(texts, table_rows(columns, len(completions)), weights)
