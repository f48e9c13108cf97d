"""What the programs here share: how they say what a trainer read."""

import json
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# What every trainer puts in the place of a token that is not learned.
IGNORED = -100


def tell(out: Path, recipes: Sequence[Path], read: Callable[[Path, Path], dict[str, Any]]) -> None:
    """Writes `told.json`: for the name of each recipe what reading it gave, or the traceback as `failed`.

    Args:
        out: The folder to write to.
        recipes: What to read.
        read: Reads a recipe; it may write below the folder that it is given first.
    """
    told = {}
    for recipe in recipes:
        try:
            told[recipe.name] = read(out / recipe.stem, recipe)
        except Exception:
            told[recipe.name] = {"failed": traceback.format_exc()}
    (out / "told.json").write_text(json.dumps(told), encoding="utf-8")


def command_of(recipe: Path) -> list[str]:
    """The words of the command that a recipe's first line tells to run, with the recipe in its place."""
    first = recipe.read_text(encoding="utf-8").splitlines()[0]
    return [str(recipe) if word == "THIS_FILE" else word for word in first.rpartition("run: ")[2].split()]


def told_row(tokenizer: Any, tokens: Sequence[int], answers: Sequence[Sequence[int]], grid: Any) -> dict[str, Any]:
    """One row.

    Args:
        tokenizer: Of the model.
        tokens: What the model reads; of a pair the chosen side.
        answers: The labels of the row, or of both sides of a pair.
        grid: `image_grid_thw` of the row's batch: patches in time, height and width for each picture; None without.
    """
    return {
        "text": tokenizer.decode(tokens),
        "learned": [_learned(tokenizer, labels) for labels in answers],
        "patches": [] if grid is None else grid.prod(dim=1).tolist(),
    }


def _learned(tokenizer: Any, labels: Sequence[int]) -> list[str]:
    """The stretches of text that the loss is about."""
    stretches: list[list[int]] = [[]]
    for label in labels:
        if label != IGNORED:
            stretches[-1].append(label)
        elif stretches[-1]:
            stretches.append([])
    return [tokenizer.decode(stretch) for stretch in stretches if stretch]
