"""Reads exports as LLaMA-Factory's trainers do, by recipes of `export --training-out`, and says what it learns.

Usage: python llamafactory_recipes.py OUT_FOLDER RECIPE.yaml...

Its own parser, loader, template, collator and model run; only what needs a GPU is made smaller.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from llamafactory.data import (
    PairwiseDataCollatorWithPadding,
    SFTDataCollatorWith4DAttentionMask,
    get_dataset,
    get_template_and_fix_tokenizer,
)
from llamafactory.hparams import get_train_args, read_args
from llamafactory.model import load_model, load_tokenizer
from telling import IGNORED, command_of, tell, told_row


def read(folder: Path, recipe: Path) -> dict[str, Any]:
    """What the trainer of the recipe's stage would learn from, row by row, and the model's loss on it."""
    smaller = [f"output_dir={folder}", "bf16=false", "use_cpu=true", "lora_rank=4", "report_to=none"]
    program, train, *words = command_of(recipe)
    assert (program, train) == ("llamafactory-cli", "train")
    sys.argv = [program, *words, *smaller]
    model_args, data_args, training_args, finetuning_args, _ = get_train_args(read_args())
    tokens = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(tokens["tokenizer"], data_args)
    pairs = finetuning_args.stage == "dpo"
    rows = get_dataset(template, model_args, data_args, training_args, stage="rm" if pairs else "sft", **tokens)
    model = load_model(tokens["tokenizer"], model_args, finetuning_args, is_trainable=True)
    collator = PairwiseDataCollatorWithPadding if pairs else SFTDataCollatorWith4DAttentionMask
    collate = collator(template=template, model=model, pad_to_multiple_of=8, label_pad_token_id=IGNORED, **tokens)
    told, losses = [], []
    for row in rows["train_dataset"]:
        batch = collate([dict(row)])
        side = "chosen_" if pairs else ""
        answers = [row[f"{side}labels"], *([row["rejected_labels"]] if pairs else [])]
        told.append(told_row(tokens["tokenizer"], row[f"{side}input_ids"], answers, batch.get("image_grid_thw")))
        with torch.no_grad():
            losses.append(model(**batch).loss.item())
    return {"rows": told, "losses": losses}


if __name__ == "__main__":
    tell(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]], read)
