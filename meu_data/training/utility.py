"""What a closer look is worth: contrastive utility, its moving mean by emotion, and its credit to tokens.

The idea is ActFER's (arXiv 2604.08990, abstract); the formulas are ours. docs/ucgrpo.md says which is which. Plain
numpy, so that it can be used, and tested, without a trainer.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from meu_data.environments.tools import ZOOM

Numbers = NDArray[np.float64]

_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
# As TRL has it (trl/trainer/grpo_trainer.py): answers that are all alike must not be divided by 0.
_LEAST_STD = 1e-4


class Settings(NamedTuple):
    """The numbers of UC-GRPO; see docs/ucgrpo.md.

    Attributes:
        price: What one zoom costs, in units of the reward.
        decay: How much of an emotion's mean stays when a batch comes, 0 to 1.
        own: How much of the calibrated utility is the query's own, 0 to 1; the rest is its emotion's.
        credit: What a utility of 1 adds to the advantage of a zoom's tokens.
    """

    price: float = 0.02
    decay: float = 0.9
    own: float = 0.5
    credit: float = 0.5


DEFAULT_SETTINGS = Settings()


class EmotionMean:
    """The moving mean of the utility by emotion: E ← β·E + (1 - β)·Ū; the first Ū starts it."""

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self.by_emotion: dict[str, float] = {}

    def add(self, emotions: Sequence[str], utilities: Sequence[float]) -> None:
        """Takes one batch of queries: emotion and utility of each."""
        found: dict[str, list[float]] = defaultdict(list)
        for emotion, utility in zip(emotions, utilities, strict=True):
            found[emotion].append(utility)
        for emotion, values in found.items():
            mean, before = sum(values) / len(values), self.by_emotion.get(emotion)
            after = mean if before is None else self._decay * before + (1 - self._decay) * mean
            self.by_emotion[emotion] = after


def contrastive_utility(rewards: Numbers, zooms: Numbers, allowed: NDArray[np.bool_], price: float) -> float:
    """How much better the answers to one query are where zoom is allowed than where it is withheld.

    Args:
        rewards: (G,), of the answers to one query.
        zooms: (G,), how often each zoomed.
        allowed: (G,), whether it could.
        price: Of one zoom.

    Returns:
        The difference of the means; 0 where one half has no answer.
    """
    if allowed.all() or not allowed.any():
        return 0.0
    return float((rewards - price * zooms)[allowed].mean() - rewards[~allowed].mean())


def advantages_by_half(rewards: Numbers, allowed: NDArray[np.bool_], size: int) -> Numbers:
    """GRPO's advantages, each answer compared with those to the same query in the same half.

    Args:
        rewards: (N,), queries one after the other, `size` answers each; nan where no reward applies.
        allowed: (N,), whether the answer could zoom.
        size: Answers to a query.

    Returns:
        (N,); 0 where no reward applies.
    """
    found = np.zeros_like(rewards)
    for start in range(0, len(rewards), size):
        group = slice(start, start + size)
        for half in (allowed[group], ~allowed[group]):
            values = rewards[group][half]
            known = values[~np.isnan(values)]
            if len(known) > 1:
                found[group][half] = (values - known.mean()) / (known.std(ddof=1) + _LEAST_STD)
    return np.nan_to_num(found)


def answered_zooms(completion: object) -> list[bool]:
    """Whether each zoom of a conversation, in its order, was answered with a picture.

    Args:
        completion: TRL's list of messages.
    """
    messages = [one for one in completion if isinstance(one, Mapping)] if isinstance(completion, list) else []
    answers = [one.get("content") for one in messages if one.get("role") == "tool" and one.get("name") == ZOOM]
    return [isinstance(content, list) for content in answers]


def zoom_spans(pieces: Sequence[str], written: Sequence[int], answered: Iterable[bool]) -> list[tuple[int, int]]:
    """Which tokens of an answer are calls of `zoom` that were answered with a picture.

    Args:
        pieces: (T,), the text of each token.
        written: (T,), 1 where the model wrote the token, 0 where a tool did or there is none.
        answered: As `answered_zooms` has it.

    Returns:
        First token and the one behind the last, of each, tags and all.
    """
    # A tool's answer must not be taken for a call.
    own = [piece if mine else "\0" * len(piece) for piece, mine in zip(pieces, written, strict=True)]
    ends = np.cumsum([len(piece) for piece in own])
    spans = [found.span() for found in _CALL.finditer("".join(own)) if _names_zoom(found[1])]
    # Which token a letter belongs to: the first that ends behind it.
    tokens = [np.searchsorted(ends, (start, end - 1), side="right").tolist() for start, end in spans]
    return [(first, last + 1) for (first, last), seen in zip(tokens, answered, strict=False) if seen]


def _names_zoom(text: str) -> bool:
    try:
        call: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(call, dict) and call.get("name") == ZOOM


def credit(spans: Sequence[Sequence[tuple[int, int]]], values: Sequence[float], width: int) -> Numbers:
    """What is added to the advantage of each token.

    Args:
        spans: Of each answer, as `zoom_spans` has them.
        values: Of each answer: what its zooms' tokens get.
        width: Tokens of the longest answer.

    Returns:
        (B, T); exactly 0 outside the spans.
    """
    found = np.zeros((len(spans), width))
    for row, (places, value) in enumerate(zip(spans, values, strict=True)):
        for first, behind in places:
            found[row, first:behind] = value
    return found
