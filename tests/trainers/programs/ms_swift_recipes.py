"""Reads exports as ms-swift's trainers do, by recipes of `meu-data export --training-out`, and says what it learns.

Usage: python ms_swift_recipes.py OUT_FOLDER RECIPE.yaml...

Its own parser, loader, template, collator and model run; only what needs a GPU is made smaller.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from swift.cli.main import parse_yaml_args
from swift.pipelines.train.rlhf import SwiftRLHF
from swift.pipelines.train.sft import SwiftSft
from telling import command_of, tell, told_row

_SMALLER = {
    "torch_dtype": "float32",
    "bf16": "false",
    "use_cpu": "true",
    "lora_rank": "4",
    "max_pixels": "3136",
    "dataset_shuffle": "false",
    "dataset_num_proc": "1",
    "report_to": "none",
}


def read(folder: Path, recipe: Path) -> dict[str, Any]:
    """What the trainer of the recipe would learn from, row by row, and the model's loss on it."""
    program, command, *words = command_of(recipe)
    assert program == "swift"
    parse_yaml_args(words)
    for name, value in (_SMALLER | {"output_dir": str(folder)}).items():
        words += [f"--{name}", value]
    pipeline = {"sft": SwiftSft, "rlhf": SwiftRLHF}[command](words)
    tokenizer = pipeline.tokenizer
    # ms-swift knows this token by its number in the real vocabulary, which is 600 times as large.
    pipeline.template.image_token_id = tokenizer.convert_tokens_to_ids("<|image_pad|>")
    rows = pipeline._prepare_dataset()[0]
    if getattr(pipeline.args, "rlhf_type", None) == "grpo":
        return {"rows": [told_prompt(pipeline, row) for row in rows]}
    told, losses = [], []
    for row in rows:
        pairs = "chosen_labels" in row
        side = "chosen_" if pairs else ""
        batch = pipeline.template.data_collator([row])
        answers = [row[f"{side}labels"], *([row["rejected_labels"]] if pairs else [])]
        told.append(told_row(tokenizer, row[f"{side}input_ids"], answers, batch.get("image_grid_thw")))
        with torch.no_grad():
            losses.append(pipeline.model(**batch).loss.item())
    return {"rows": told, "losses": losses}


def told_prompt(pipeline: Any, row: dict[str, Any]) -> dict[str, Any]:
    """What the trainer would ask the model, and the columns that reach the reward functions."""
    encoded = pipeline.template.encode(row)
    told = told_row(pipeline.tokenizer, encoded["input_ids"], [], encoded["image_grid_thw"])
    return told | {"columns": {name: value for name, value in row.items() if name not in ("messages", "images")}}


if __name__ == "__main__":
    tell(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]], read)
