"""Training recipes beside an export: MELLM's fine-tuning and DPO for three trainers, GRPO with our rewards for TRL.

MELLM (arXiv 2505.07007): Qwen2.5-VL-7B, LoRA with r = alpha = 64 on the vision encoder and the language model,
AdamW at 1e-4 with a cosine schedule, 1,200 steps. DPO with beta 0.1 at 5e-6 for three epochs, as in LLaMA-Factory's
own example (examples/train_lora/qwen2_5vl_lora_dpo.yaml). GRPO as in UniFER (github.com/zfkarl/UniFER): 8
generations, beta 0.04. Batch sizes are ours: one row at a time, eight gathered.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from meu_data.errors import MeuError
from meu_data.export.styles.row import Style

_RANK, _ALPHA = 64, 64
_SFT = {"learning_rate": 1e-4, "lr_scheduler_type": "cosine", "max_steps": 1200}
_DPO = {"learning_rate": 5e-6, "lr_scheduler_type": "cosine", "num_train_epochs": 3}
_GRPO = {"learning_rate": 1e-5, "lr_scheduler_type": "cosine", "max_steps": 1200}
_PREFERENCE_BETA = 0.1
_MELLM = "MELLM's fine-tuning (arXiv 2505.07007)"
_PAIRS = "DPO: the person's answer before the machine's, best with a model that was fine-tuned on answers first"


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

    @property
    def pairs(self) -> bool:
        """Whether the rows are pairs of answers."""
        return self.style.trains == "preference"

    @property
    def longest(self) -> int:
        """More tokens than any row has: a conversation with tools shows up to a dozen pictures."""
        return 8192 if self.style.trains == "trajectory" else 4096


def check_recipe(style: Style, dialect: str, path: Path) -> None:
    """Refuses a recipe there is none of, and a name by which the trainer would not know it.

    Args:
        style: What the rows say.
        dialect: Who reads them.
        path: The recipe's file.

    Raises:
        MeuError: With what to do instead.
    """
    if dialect not in _RECIPES:
        known = ", ".join(_RECIPES)
        raise MeuError(f"there is no training recipe --for {dialect}; --recipe-out goes with: {known}")
    if style.trains == "reward" and dialect != "trl":
        raise MeuError(f"there is no recipe that trains by reward --for {dialect}; take --for trl")
    if dialect in _YAML and path.suffix not in (".yaml", ".yml"):
        raise MeuError(f"--recipe-out {path}: {dialect} reads settings from .yaml files only; name it {path.stem}.yaml")


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
    """Keys as in examples/train_lora/qwen2_5vl_lora_sft.yaml and …_dpo.yaml of LLaMA-Factory."""
    vision = {"freeze_vision_tower": False} if exported.style.pictured else {}
    pairs = {"pref_beta": _PREFERENCE_BETA, "pref_loss": "sigmoid"} if exported.pairs else {}
    settings = {
        "model_name_or_path": exported.model,
        "stage": "dpo" if exported.pairs else "sft",
        **pairs,
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": _RANK,
        "lora_alpha": _ALPHA,
        "lora_target": "all",
        **vision,
        "dataset_dir": str(exported.out),
        "dataset": ",".join(f"meu_{split}" for split in exported.training),
        "template": "qwen2_vl" if exported.style.pictured else "qwen",
        "cutoff_len": exported.longest,
        **_common(exported, "saves/meu"),
    }
    return _yaml(exported, "llamafactory-cli train THIS_FILE", settings)


def _ms_swift(exported: Exported) -> str:
    """Keys as in examples/yaml/sft.yaml and examples/train/rlhf/dpo of ms-swift; LoRA is its default tuner."""
    vision = {"freeze_vit": False} if exported.style.pictured else {}
    pairs = {"rlhf_type": "dpo", "beta": _PREFERENCE_BETA} if exported.pairs else {}
    wanted = tuple(f"data/{split}-" for split in exported.training)
    settings = {
        **pairs,
        "model": exported.model,
        "dataset": [str(exported.out / name) for name in exported.files if name.startswith(wanted)],
        "split_dataset_ratio": 0.0,
        "torch_dtype": "bfloat16",
        "lora_rank": _RANK,
        "lora_alpha": _ALPHA,
        "target_modules": "all-linear",
        **vision,
        **_common(exported, "output/meu"),
    }
    command = "rlhf" if exported.pairs else "sft"
    return _yaml(exported, f"swift {command} THIS_FILE", settings)


def _common(exported: Exported, output: str) -> dict[str, object]:
    return {
        "output_dir": output,
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": 8,
        **(_DPO if exported.pairs else _SFT),
        "bf16": True,
        "logging_steps": 10,
        "save_steps": 200,
    }


def _yaml(exported: Exported, command: str, settings: dict[str, object]) -> str:
    # A JSON value is a YAML value.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    return f"# {_PAIRS if exported.pairs else _MELLM}; run: {command}\n" + "".join(lines)


class _Program(NamedTuple):
    """A program for one of TRL's trainers; `settings` are its own, beside those that all share."""

    about: str
    trainer: str
    output: str
    settings: dict[str, object]
    rewards: Sequence[str] = ()


# Cutting a text may cut the tokens of a picture.
_UNCUT: dict[str, object] = {"max_length": None}
_PROGRAMS = {
    "answer": _Program(f"{_MELLM} with TRL", "SFT", "output/meu", _SFT | _UNCUT),
    # Of a conversation TRL would learn the questions and the tools' answers, too.
    "trajectory": _Program(
        f"{_MELLM} with TRL, on what the assistant says between its tools",
        "SFT",
        "output/meu-tools",
        _SFT | _UNCUT | {"assistant_only_loss": True},
    ),
    "preference": _Program(f"{_PAIRS}, with TRL", "DPO", "output/meu-dpo", _DPO | _UNCUT | {"beta": _PREFERENCE_BETA}),
    "reward": _Program(
        "GRPO with TRL: rewards for the label, the form, the action units and the motion",
        "GRPO",
        "output/meu-grpo",
        _GRPO | {"num_generations": 8, "beta": 0.04, "max_completion_length": 1024},
        ("accuracy", "format", "au_f1", "grounded"),
    ),
}
_SHARED = {
    "per_device_train_batch_size": 1,
    "gradient_accumulation_steps": 8,
    "gradient_checkpointing": True,
    "bf16": True,
    "logging_steps": 10,
    "save_steps": 200,
}


def _trl(exported: Exported) -> str:
    program = _PROGRAMS[exported.style.trains]
    settings = {"output_dir": program.output} | program.settings | _SHARED
    rewards = ", ".join(f"rewards.{name}" for name in program.rewards)
    return _TRL.format(
        about=program.about,
        trainer=program.trainer,
        imported="\nfrom meu_data import rewards\n" if rewards else "",
        rewards=f"    reward_funcs=[{rewards}],\n" if rewards else "",
        settings="".join(f"        {name}={_literal(value)},\n" for name, value in settings.items()),
        out=_literal(str(exported.out)),
        split=_literal("+".join(exported.training)),
        model=_literal(exported.model),
        rank=_RANK,
        alpha=_ALPHA,
    )


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


_TRL = """\
\"\"\"{about}; needs trl, peft and a GPU.\"\"\"

from datasets import load_dataset
from peft import LoraConfig
from trl import {trainer}Config, {trainer}Trainer
{imported}
trainer = {trainer}Trainer(
    model={model},
{rewards}    args={trainer}Config(
{settings}    ),
    train_dataset=load_dataset({out}, split={split}),
    peft_config=LoraConfig(r={rank}, lora_alpha={alpha}, target_modules="all-linear"),
)
trainer.train()
trainer.save_model()
"""

# By the ending both programs tell a file of settings from an option; with another they train on nothing.
_YAML = ("llamafactory", "ms-swift")

_RECIPES: dict[str, Callable[[Exported], str]] = {"trl": _trl, "llamafactory": _llamafactory, "ms-swift": _ms_swift}
