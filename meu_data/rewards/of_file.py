"""The rewards of the completions in a file: what a training run would be told, before it runs."""

import json
from pathlib import Path
from typing import Any

from meu_data.errors import MeuError
from meu_data.given_files import text_lines
from meu_data.plugins import load
from meu_data.records import Record
from meu_data.rewards.sets import RewardSet

COMPLETION = "completion"
_LARGEST = 1024**3


class RewardSummary(Record):
    """Mean, least and greatest value of each function of a set over all completions."""

    rewards: str
    completions: int
    mean: dict[str, float]
    least: dict[str, float]
    greatest: dict[str, float]


def rewards_of_file(path: Path, rewards: str = "ours") -> RewardSummary:
    """Scores the completions of a JSON Lines file.

    Args:
        path: One object a line: `completion`, a text or a list of messages, and the columns of its row.
        rewards: A set of reward functions by name.

    Raises:
        MeuError: The file cannot be read or a line is no such object; there is no such set, or its package is broken.
    """
    functions = load("rewards", rewards, RewardSet).functions
    rows = _rows(path)
    columns = {name: [row.get(name) for row in rows] for name in {name for row in rows for name in row}}
    completions = columns.pop(COMPLETION)
    values = {name: function(completions, **columns) for name, function in functions.items()}
    return RewardSummary(
        rewards=rewards,
        completions=len(rows),
        mean={name: sum(found) / len(found) for name, found in values.items()},
        least={name: min(found) for name, found in values.items()},
        greatest={name: max(found) for name, found in values.items()},
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = [_row(line, f"{path} line {number}") for number, line in text_lines(path, most=_LARGEST)]
    if not rows:
        raise MeuError(f"{path}: there is no line in it; write one JSON object for each completion")
    return rows


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MeuError(f"{where}: is no JSON ({error})") from error
    if not isinstance(row, dict) or COMPLETION not in row:
        raise MeuError(f"{where}: is no object with a {COMPLETION!r}")
    return row
