"""The command that tries rewards out."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.commands.options import JsonOption, offered
from meu_data.commands.shared import command, finish


@command("Export", "meu-data rewards completions.jsonl --set unifer")
def rewards(
    completions: Annotated[Path, typer.Argument(help="JSON lines: `completion`, and the columns of its row.")],
    which: Annotated[
        str, typer.Option("--set", metavar="SET", help="Whose rewards: {rewards}.", autocompletion=offered("rewards"))
    ] = "ours",
    as_json: JsonOption = False,
) -> None:
    """Says what rewards a file of completions earns, before a training run depends on them."""
    from meu_data.rewards.of_file import rewards_of_file

    summary = rewards_of_file(completions, which)
    lines = [
        f"{name}: mean {mean:.3f}, from {summary.least[name]:.3f} to {summary.greatest[name]:.3f}"
        for name, mean in summary.mean.items()
    ]
    finish(summary, [f"{summary.completions} completions", *lines], as_json)
