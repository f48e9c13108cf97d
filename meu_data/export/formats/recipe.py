"""What training recipes beside an export share: MELLM's fine-tuning and DPO, and what they are told of the export.

MELLM (arXiv 2505.07007): Qwen2.5-VL-7B, LoRA with r = alpha = 64 on the vision encoder and the language model,
AdamW at 1e-4 with a cosine schedule, 1,200 steps. DPO with beta 0.1 at 5e-6 for three epochs, as in LLaMA-Factory's
own example (examples/train_lora/qwen2_5vl_lora_dpo.yaml). Batch sizes are ours: one row at a time, eight gathered.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from meu_data.export.styles.row import Style

RANK, ALPHA = 64, 64
SFT = {"learning_rate": 1e-4, "lr_scheduler_type": "cosine", "max_steps": 1200}
DPO = {"learning_rate": 5e-6, "lr_scheduler_type": "cosine", "num_train_epochs": 3}
PREFERENCE_BETA = 0.1
MELLM = "MELLM's fine-tuning (arXiv 2505.07007)"
PAIRS = "DPO: the person's answer before the machine's, best with a model that was fine-tuned on answers first"


class TrainingSet(NamedTuple):
    """What a recipe has to know: the folder, its splits and its data files (POSIX paths below it)."""

    out: Path
    style: Style
    splits: Sequence[str]
    files: Sequence[str]

    @property
    def training(self) -> list[str]:
        """The splits to train on: those whose names begin with `train`, or all when none does."""
        return [split for split in self.splits if split.lower().startswith("train")] or list(self.splits)

    @property
    def model(self) -> str:
        """The model MELLM starts from; the language model of its family where there is no picture.

        With tools that answer it is ActFER's (arXiv 2604.08990): Qwen3-VL's chat template renders tools, their calls
        and pictures in their answers, and Qwen2.5-VL's drops them without a word.
        """
        if self.style.inspected:
            return "Qwen/Qwen3-VL-4B-Instruct"
        return "Qwen/Qwen2.5-VL-7B-Instruct" if self.style.pictured else "Qwen/Qwen2.5-7B-Instruct"

    @property
    def pairs(self) -> bool:
        """Whether the rows are pairs of answers."""
        return self.style.trains == "preference"

    @property
    def longest(self) -> int:
        """More tokens than any row has: a conversation with tools shows up to a dozen pictures."""
        return 8192 if self.style.trains == "trajectory" else 4096


class RecipeWriter(NamedTuple):
    """Writes the text of a recipe; `endings` are those by which the trainer knows it, `rewards` whether it has any."""

    text: Callable[[TrainingSet], str]
    endings: tuple[str, ...] = ()
    rewards: bool = False


def common_settings(training_set: TrainingSet, output: str) -> dict[str, object]:
    """The settings that LLaMA-Factory and ms-swift call alike."""
    return {
        "output_dir": output,
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 8,
        **(DPO if training_set.pairs else SFT),
        "bf16": True,
        "logging_steps": 10,
        "save_steps": 200,
    }


# Two lines of a comment.
WHICH_MODEL = (
    "Qwen2.5-VL and Qwen3-VL both read these rows, as the tools are spelled out in them. Where --style actfer-rl is to",
    "follow, take Qwen/Qwen3-VL-4B-Instruct here: its chat template renders tools, Qwen2.5-VL's does not.",
)


def yaml_recipe(training_set: TrainingSet, command: str, settings: dict[str, object]) -> str:
    """The text of a file of settings, with the command that reads it as `THIS_FILE`."""
    # A JSON value is a YAML value.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    notes = [f"# {line}\n" for line in WHICH_MODEL] if training_set.style.trains == "trajectory" else []
    return f"# {PAIRS if training_set.pairs else MELLM}; run: {command}\n" + "".join([*notes, *lines])


# By the ending both programs tell a file of settings from an option; with another they train on nothing.
YAML_ENDINGS = (".yaml", ".yml")
