"""Rewards that check an answer against what was measured: for GRPO and its kin, in pure Python.

Each takes completions (texts, or TRL's lists of messages) and the columns of their rows by name, and returns one number
per completion: TRL's signature. None raises, whatever a model wrote or a row lacks. docs/rewards.md has an example.
"""

from meu_data.rewards import facial_r1, unifer
from meu_data.rewards.facial_r1 import au_f1
from meu_data.rewards.levels import WEIGHTS, compute_score, multi_level, weighted
from meu_data.rewards.scores import emotion, grounded, layout, region, units
from meu_data.rewards.unifer import accuracy, format  # noqa: A004

__all__ = [
    "WEIGHTS",
    "accuracy",
    "au_f1",
    "compute_score",
    "emotion",
    "facial_r1",
    "format",
    "grounded",
    "layout",
    "multi_level",
    "region",
    "unifer",
    "units",
    "weighted",
]
