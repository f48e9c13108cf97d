"""The command that makes a challenge's submission file."""

from pathlib import Path
from typing import Annotated

import typer

from meu_data.commands.shared import JsonOption, app, finish


@app.command("megc-submission", epilog="Example: meu-data megc-submission me_vqa_samm_test_to_answer.jsonl said.jsonl")
def megc_submission(
    blank: Annotated[Path, typer.Argument(help="The blank test file, ours or the challenge's.")],
    answers: Annotated[Path, typer.Argument(help="JSON lines with video_id and answer.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write.", show_default="beside BLANK, as ..._pred.jsonl")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fills a blank test file of MEGC's ME-VQA with a model's answers."""
    from meu_data.export.megc_submission import write_submission

    summary = write_submission(blank, answers, out)
    finish(summary, [f"{summary.answers} answers in {summary.out}"], as_json)
