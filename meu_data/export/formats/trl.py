"""Format `trl`: prompt and completion for SFT, pairs for DPO, prompt and reward columns for GRPO, messages with tools.

TRL puts the pictures before the first text of the user itself; a literal `<image>` would stay in the text. It
learns every token of `messages`, the prompt's too, but only the answer of `prompt` and `completion`. Every
column that is not the conversation reaches the reward functions by its name (trl/trainer/grpo_trainer.py).

A conversation with tools has pictures in several turns, so it has to be `messages`, whose parts say where each
stands; train it with `assistant_only_loss=True`. TRL 1.16 hands no tools to the template of a vision model
(trl/trainer/sft_trainer.py, `DataCollatorForVisionLanguageModeling`) and fills no picture into a tool's turn
(trl/data_utils.py, `prepare_multimodal_messages`), so tools, calls and answers are written out in Qwen's tags.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from meu_data.export.formats.format import MESSAGES_READER, Columns, Format, in_parquet, reader
from meu_data.export.formats.recipe import (
    ALPHA,
    DPO,
    MELLM,
    PAIRS,
    PREFERENCE_BETA,
    RANK,
    SFT,
    WHICH_MODEL,
    RecipeWriter,
    TrainingSet,
)
from meu_data.export.formats.row_view import RowView, final_answer, read_preference, text_of, turns_of, view_of
from meu_data.export.formats.schema import MESSAGES, conversation_schema, images_of, message
from meu_data.export.styles.row import ExportRow, Style
from meu_data.export.styles.tool_turns import CONTENT, PlainTurn, content, hermes_turns

_PARTED_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", CONTENT)]))
_OWN: dict[str, list[tuple[str, pa.DataType]]] = {
    "answer": [("prompt", MESSAGES), ("completion", MESSAGES)],
    "reward": [("prompt", MESSAGES), ("solution", pa.string()), ("answer", pa.string())],
    "preference": [("prompt", MESSAGES), ("chosen", MESSAGES), ("rejected", MESSAGES)],
    "trajectory": [("messages", _PARTED_MESSAGES)],
}


def schema(style: Style) -> pa.Schema:
    """The columns of TRL's trainer for what the style trains."""
    return conversation_schema(style, _OWN[style.trains])


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """One row; there is no placeholder in its texts."""
    return {"id": row.id, **_trained(row), **images_of(row), **row.labels}


def _trained(row: ExportRow) -> dict[str, Any]:
    if row.turns:
        return {"messages": [{"role": turn.role, "content": _parts(turn)} for turn in hermes_turns(row)]}
    prompt = {"prompt": [message("user", row.user)]}
    if row.assistant is None:
        return prompt | {"solution": row.fields["solution"], "answer": row.answer}
    answer = [message("assistant", row.assistant)]
    if row.rejected is None:
        return prompt | {"completion": answer}
    return prompt | {"chosen": answer, "rejected": [message("assistant", row.rejected)]}


def _parts(turn: PlainTurn) -> list[dict[str, str | None]]:
    before = content(0, turn.before) if turn.before else []
    return [*before, *content(turn.pictures, turn.after)]


def _read_answer(row: Columns) -> RowView:
    prompt, completion = turns_of(row, "prompt", "user"), turns_of(row, "completion", "assistant")
    target = final_answer(completion, "completion")
    return view_of(row, "prompt", prompt, turns=(*prompt, *completion), target=target, tags="none")


def _read_reward(row: Columns) -> RowView:
    prompt = turns_of(row, "prompt", "user")
    solution = text_of(row, "solution" if "solution" in row else "answer")
    return view_of(row, "prompt", prompt, solution=solution, tags="none")


# As in UniFER (github.com/zfkarl/UniFER): 8 generations, beta 0.04.
_GRPO = {"learning_rate": 1e-5, "lr_scheduler_type": "cosine", "max_steps": 1200}


class _Program(NamedTuple):
    """A program for one of TRL's trainers, or ours; `settings` are its own, beside those that all share."""

    about: str
    trainer: str
    output: str
    settings: dict[str, object]
    rewards: Sequence[str] = ()
    ours: str = ""


# Cutting a text may cut the tokens of a picture.
_UNCUT: dict[str, object] = {"max_length": None}
_PROGRAMS = {
    "answer": _Program(f"{MELLM} with TRL", "SFT", "output/meu", SFT | _UNCUT),
    # Of a conversation TRL would learn the questions and the tools' answers, too.
    "trajectory": _Program(
        f"{MELLM} with TRL, on what the assistant says between its tools.\n\n{WHICH_MODEL[0]}\n{WHICH_MODEL[1]}\n"
        "The program",
        "SFT",
        "output/meu-tools",
        SFT | _UNCUT | {"assistant_only_loss": True},
    ),
    "preference": _Program(f"{PAIRS}, with TRL", "DPO", "output/meu-dpo", DPO | _UNCUT | {"beta": PREFERENCE_BETA}),
    "reward": _Program(
        "GRPO with TRL: rewards for the label, the form, the action units and the motion",
        "GRPO",
        "output/meu-grpo",
        _GRPO | {"num_generations": 8, "beta": 0.04, "max_completion_length": 1024},
        ("accuracy", "format", "au_f1", "grounded"),
    ),
    "inspected": _Program(
        "UC-GRPO (docs/ucgrpo.md) with TRL: a face is inspected with tools, and looks that help get credit.\n\n"
        "The model's chat template has to render tools: Qwen3-VL's does, Qwen2.5-VL's does not. Best with a model\n"
        "that was fine-tuned on --style actfer first. The program",
        "GRPO",
        "output/meu-ucgrpo",
        _GRPO | {"num_generations": 8, "beta": 0.04, "max_completion_length": 4096},
        ("multi_level",),
        "UCGRPOTrainer",
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


def _recipe(training_set: TrainingSet) -> str:
    style = training_set.style
    program = _PROGRAMS["inspected" if style.inspected else style.trains]
    settings = {"output_dir": program.output} | program.settings | _SHARED
    rewards = ", ".join(f"rewards.{name}" for name in program.rewards)
    return _PROGRAM_TEXT.format(
        about=program.about,
        trainer=program.ours or f"{program.trainer}Trainer",
        config=f"{program.trainer}Config",
        imported="".join(f"{line}\n" for line in _imports(program)),
        rewards=f"    reward_funcs=[{rewards}],\n" if rewards else "",
        settings="".join(f"        {name}={_literal(value)},\n" for name, value in settings.items()),
        out=_literal(str(training_set.out)),
        split=_literal("+".join(training_set.training)),
        model=_literal(training_set.model),
        rank=RANK,
        alpha=ALPHA,
    )


def _imports(program: _Program) -> Iterator[str]:
    yield f"from trl import {program.trainer}Config" + ("" if program.ours else f", {program.trainer}Trainer")
    if program.rewards:
        yield ""
        yield "from meu_data import rewards"
    if program.ours:
        yield f"from meu_data.training import {program.ours}"


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


_PROGRAM_TEXT = """\
\"\"\"{about}; needs trl, peft and a GPU.\"\"\"

from datasets import load_dataset
from peft import LoraConfig
{imported}
trainer = {trainer}(
    model={model},
{rewards}    args={config}(
{settings}    ),
    train_dataset=load_dataset({out}, split={split}),
    peft_config=LoraConfig(r={rank}, lora_alpha={alpha}, target_modules="all-linear"),
)
trainer.train()
trainer.save_model()
"""


FORMAT = Format(
    "trl",
    in_parquet(schema, write),
    (
        reader("trl", "prompt chosen rejected", lambda row: read_preference(row, "prompt")),
        reader("trl", "prompt completion", _read_answer),
        reader("trl", "prompt solution", _read_reward, unless="reward_model"),
        reader("trl", "prompt answer", _read_reward, unless="reward_model"),
        MESSAGES_READER,
    ),
    recipe=RecipeWriter(_recipe, rewards=True),
    tools=True,
)
