"""Rewards that check an answer against what was measured: for GRPO and its kin, in pure Python.

Each takes completions (texts, or TRL's lists of messages) and the columns of their rows by name, and returns one number
per completion: TRL's signature. None raises, whatever a model wrote or a row lacks. docs/rewards.md has an example.
"""

from meu_data.rewards.levels import WEIGHTS, compute_score, multi_level, weighted
from meu_data.rewards.scores import accuracy, au_f1, format, grounded, region  # noqa: A004

__all__ = ["WEIGHTS", "accuracy", "au_f1", "compute_score", "format", "grounded", "multi_level", "region", "weighted"]
