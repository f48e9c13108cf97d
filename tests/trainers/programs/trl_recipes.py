"""Runs recipes of `meu-data export --training-out` for TRL, two steps each on a CPU with a tiny model.

Usage: python trl_recipes.py OUT_FOLDER RECIPE.py...

The recipe's own code runs; only what needs a GPU and hours is made smaller: the steps, the number and length of
completions, the adapter.
"""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

from telling import IGNORED, tell, told_row

SMALLER = {
    r"max_steps=\d+": "max_steps=2",
    r"num_train_epochs=\d+": "max_steps=2",
    r"gradient_accumulation_steps=\d+": "gradient_accumulation_steps=2",
    r"num_generations=\d+": "num_generations=2",
    r"max_completion_length=\d+": "max_completion_length=8",
    r"bf16=True": "bf16=False, use_cpu=True, report_to='none'",
    r"gradient_checkpointing=True": "gradient_checkpointing=False",
    r"logging_steps=\d+": "logging_steps=1",
    r"save_steps=\d+": "save_strategy='no'",
    r"r=\d+, lora_alpha=\d+": "r=4, lora_alpha=4",
}


def read(folder: Path, recipe: Path) -> dict[str, Any]:
    """The trainer's steps and log, and what it learned from: rows, or for GRPO what the right answer would have got."""
    text = recipe.read_text(encoding="utf-8")
    for pattern, smaller in SMALLER.items():
        text = re.sub(pattern, smaller, text)
    text = re.sub(r"output_dir=\"[^\"]+\"", lambda _: f"output_dir={str(folder)!r}", text)
    folder.mkdir()
    program = folder / recipe.name
    program.write_text(text, encoding="utf-8")
    trainer = runpy.run_path(str(program))["trainer"]
    log = trainer.state.log_history
    losses = [entry["loss"] for entry in log if "loss" in entry]
    told = {"steps": trainer.state.global_step, "log": log, "losses": losses}
    if hasattr(trainer, "reward_funcs"):
        return told | {"rows": [{}] * len(trainer.train_dataset), "right": rewards_of_right_answers(trainer)}
    words = getattr(trainer.processing_class, "tokenizer", trainer.processing_class)
    return told | {"rows": [told_example(trainer, words, dict(row)) for row in trainer.train_dataset]}


def told_example(trainer: Any, tokenizer: Any, row: dict[str, Any]) -> dict[str, Any]:
    """What the trainer's collator makes of a row; of a pair the chosen side comes first."""
    batch = trainer.data_collator([row])
    labels = (
        batch["labels"]
        if "labels" in batch
        else batch["input_ids"].masked_fill(~batch["completion_mask"].bool(), IGNORED)
    )
    # The sides of a pair are filled up to one length.
    tokens = batch["input_ids"][0][batch["attention_mask"][0].bool()]
    return told_row(tokenizer, tokens.tolist(), labels.tolist(), batch.get("image_grid_thw"))


def rewards_of_right_answers(trainer: Any) -> dict[str, list[float]]:
    """What each reward gives, by TRL's own hand-over of the columns, for a text with the row's units and label."""
    rows = list(trainer.train_dataset)
    texts = [f"<think>{' '.join(row['aus'])}</think><answer>{row['emotion']}</answer>" for row in rows]
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    prompts = [row["prompt"] for row in rows]
    rewards = trainer._calculate_rewards(rows, prompts, completions, [[0]] * len(rows))
    return dict(zip(trainer.reward_func_names, rewards.T.tolist(), strict=True))


if __name__ == "__main__":
    tell(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]], read)
