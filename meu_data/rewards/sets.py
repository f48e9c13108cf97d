"""Reward functions by whose they are: what `--set` chooses from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from meu_data.rewards.facial_r1 import au_f1
from meu_data.rewards.levels import multi_level
from meu_data.rewards.scores import emotion, grounded, layout, region, units
from meu_data.rewards.unifer import accuracy, format  # noqa: A004


@dataclass(frozen=True, slots=True)
class RewardSet:
    """Some reward functions by name.

    Attributes:
        functions: Each takes completions and the columns of their rows by name, as TRL has it, and returns one number
            per completion. None raises, whatever a model wrote or a row lacks.
    """

    functions: Mapping[str, Callable[..., list[float]]]


UNIFER = RewardSet({"accuracy": accuracy, "format": format})
FACIAL_R1 = RewardSet({"accuracy": accuracy, "format": format, "au_f1": au_f1})
OURS = RewardSet(
    {
        "layout": layout,
        "emotion": emotion,
        "units": units,
        "region": region,
        "grounded": grounded,
        "multi_level": multi_level,
    }
)
