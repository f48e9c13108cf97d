"""Training recipes beside an export: MELLM's fine-tuning for three trainers, and GRPO with our rewards for TRL.

MELLM (arXiv 2505.07007): Qwen2.5-VL-7B, LoRA with r = alpha = 64 on the vision encoder and the language model,
AdamW at 1e-4 with a cosine schedule, 1,200 steps. GRPO as in UniFER (github.com/zfkarl/UniFER): 8 generations,
beta 0.04. Batch sizes are ours: one row at a time, eight gathered.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from meu_data.errors import MeuError
from meu_data.export.styles.row import Style

_STEPS, _RANK, _ALPHA, _RATE = 1200, 64, 64, 1e-4


class Exported(NamedTuple):
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
        """The model MELLM starts from; the language model of its family where there is no picture."""
        return "Qwen/Qwen2.5-VL-7B-Instruct" if self.style.pictured else "Qwen/Qwen2.5-7B-Instruct"


def check_recipe(style: Style, dialect: str) -> None:
    """Refuses a recipe there is none of.

    Raises:
        MeuError: With what to do instead.
    """
    if dialect not in _RECIPES:
        known = ", ".join(_RECIPES)
        raise MeuError(f"there is no training recipe --for {dialect}; --recipe-out goes with: {known}")
    if style.trains == "reward" and dialect != "trl":
        raise MeuError(f"there is no recipe that trains by reward --for {dialect}; take --for trl")


def recipe(exported: Exported, dialect: str) -> str:
    """The text of a training recipe.

    Args:
        exported: The export it trains on.
        dialect: A key that `check_recipe` accepts for the style.

    Returns:
        YAML for LLaMA-Factory and ms-swift, a Python program for TRL.
    """
    return _RECIPES[dialect](exported)


def _llamafactory(exported: Exported) -> str:
    """Keys as in examples/train_lora/qwen2_5vl_lora_sft.yaml of LLaMA-Factory."""
    vision = {"freeze_vision_tower": False} if exported.style.pictured else {}
    settings = {
        "model_name_or_path": exported.model,
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": _RANK,
        "lora_alpha": _ALPHA,
        "lora_target": "all",
        **vision,
        "dataset_dir": str(exported.out),
        "dataset": ",".join(f"meu_{split}" for split in exported.training),
        "template": "qwen2_vl" if exported.style.pictured else "qwen",
        "cutoff_len": 4096,
        **_common("saves/meu"),
    }
    return _yaml("llamafactory-cli train THIS_FILE", settings)


def _ms_swift(exported: Exported) -> str:
    """Keys as in examples/yaml/sft.yaml of ms-swift; LoRA is its default tuner."""
    vision = {"freeze_vit": False} if exported.style.pictured else {}
    wanted = tuple(f"data/{split}-" for split in exported.training)
    settings = {
        "model": exported.model,
        "dataset": [str(exported.out / name) for name in exported.files if name.startswith(wanted)],
        "split_dataset_ratio": 0.0,
        "torch_dtype": "bfloat16",
        "lora_rank": _RANK,
        "lora_alpha": _ALPHA,
        "target_modules": "all-linear",
        **vision,
        **_common("output/meu"),
    }
    return _yaml("swift sft --config THIS_FILE", settings)


def _trl(exported: Exported) -> str:
    answers = exported.style.trains == "answer"
    return (_TRL_SFT if answers else _TRL_GRPO).format(
        out=json.dumps(str(exported.out), ensure_ascii=False),
        split=json.dumps("+".join(exported.training)),
        model=json.dumps(exported.model),
        steps=_STEPS,
        rank=_RANK,
        alpha=_ALPHA,
        rate=_RATE,
    )


def _common(output: str) -> dict[str, object]:
    return {
        "output_dir": output,
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 8,
        "learning_rate": _RATE,
        "lr_scheduler_type": "cosine",
        "max_steps": _STEPS,
        "bf16": True,
        "logging_steps": 10,
        "save_steps": 200,
    }


def _yaml(command: str, settings: dict[str, object]) -> str:
    # A JSON value is a YAML value.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    return f"# MELLM's fine-tuning (arXiv 2505.07007); run: {command}\n" + "".join(lines)


_TRL_SFT = """\
\"\"\"MELLM's fine-tuning (arXiv 2505.07007) with TRL; needs trl, peft and a GPU.\"\"\"

from datasets import load_dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer(
    model={model},
    args=SFTConfig(
        output_dir="output/meu",
        max_steps={steps},
        learning_rate={rate},
        lr_scheduler_type="cosine",
        per_device_train_batch_size=1,
        gradient_accumulation_steps=8,
        gradient_checkpointing=True,
        bf16=True,
        max_length=None,  # cutting a text may cut the picture's tokens
        logging_steps=10,
        save_steps=200,
    ),
    train_dataset=load_dataset({out}, split={split}),
    peft_config=LoraConfig(r={rank}, lora_alpha={alpha}, target_modules="all-linear"),
)
trainer.train()
trainer.save_model()
"""

_TRL_GRPO = """\
\"\"\"GRPO with TRL: rewards for the label, the form, the action units and the motion; needs trl, peft and a GPU.\"\"\"

from datasets import load_dataset
from peft import LoraConfig
from trl import GRPOConfig, GRPOTrainer

from meu_data import rewards

trainer = GRPOTrainer(
    model={model},
    reward_funcs=[rewards.accuracy, rewards.format, rewards.au_f1, rewards.grounded],
    args=GRPOConfig(
        output_dir="output/meu-grpo",
        max_steps={steps},
        learning_rate=1e-5,
        lr_scheduler_type="cosine",
        num_generations=8,
        beta=0.04,
        per_device_train_batch_size=1,
        gradient_accumulation_steps=8,
        gradient_checkpointing=True,
        bf16=True,
        max_completion_length=1024,
        logging_steps=10,
        save_steps=200,
    ),
    train_dataset=load_dataset({out}, split={split}),
    peft_config=LoraConfig(r={rank}, lora_alpha={alpha}, target_modules="all-linear"),
)
trainer.train()
trainer.save_model()
"""

_RECIPES: dict[str, Callable[[Exported], str]] = {"trl": _trl, "llamafactory": _llamafactory, "ms-swift": _ms_swift}
