"""Format `ms-swift`: messages with `<image>` tags; for GRPO the user's turn alone, and `solution`.

Given TRL's list `prompt`, ms-swift would make the list itself the text of the question (its ResponsePreprocessor,
swift/dataset/preprocessor/core.py), so GRPO has `messages` too. Further columns reach its reward functions by name.
Pairs are `messages` with the chosen answer and `rejected_response` (`_compat_rejected_response`,
swift/template/template_inputs.py). Tools are a JSON list in `tools`; a thought, a call and its answer are the roles
`assistant`, `tool_call` and `tool_response`, and `<image>` may stand in any of them (docs, Agent-support.md).
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from meu_data.export.formats.format import MESSAGES_READER, Format, in_parquet
from meu_data.export.formats.recipe import (
    ALPHA,
    PREFERENCE_BETA,
    RANK,
    YAML_ENDINGS,
    RecipeWriter,
    TrainingSet,
    common_settings,
    yaml_recipe,
)
from meu_data.export.formats.schema import MESSAGES, conversation_schema, images_of, message, tagged, with_tags
from meu_data.export.styles.row import ExportRow, RowTurn, Style

_FURTHER = {"reward": ["solution"], "preference": ["rejected_response"], "trajectory": ["tools"], "answer": []}


def schema(style: Style) -> pa.Schema:
    """`messages`and what the style's kind of training needs."""
    return conversation_schema(
        style, [("messages", MESSAGES), *((name, pa.string()) for name in _FURTHER[style.trains])]
    )


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """One row."""
    return {"id": row.id, **_trained(row), **images_of(row), **row.labels}


def _trained(row: ExportRow) -> dict[str, Any]:
    if row.turns:
        return {"messages": [part for turn in row.turns for part in _spelled(turn)], "tools": row.tools}
    asked = message("user", tagged(row))
    if row.assistant is None:
        return {"messages": [asked], "solution": row.fields["solution"]}
    answered = {"messages": [asked, message("assistant", row.assistant)]}
    return answered if row.rejected is None else answered | {"rejected_response": row.rejected}


def _spelled(turn: RowTurn) -> Iterator[dict[str, str]]:
    role = "tool_response" if turn.role == "tool" else turn.role
    # ms-swift joins a thought and its call as they are; Qwen's template has a line break there.
    yield message(role, with_tags(turn.pictures, turn.written) + ("\n" if turn.call else ""))
    if turn.call:
        yield message("tool_call", json.dumps(turn.call._asdict(), ensure_ascii=False))


def _recipe(training_set: TrainingSet) -> str:
    """Keys as in examples/yaml/sft.yaml and examples/train/rlhf/dpo of ms-swift; LoRA is its default tuner."""
    vision = {"freeze_vit": False} if training_set.style.pictured else {}
    pairs = {"rlhf_type": "dpo", "beta": PREFERENCE_BETA} if training_set.pairs else {}
    wanted = tuple(f"data/{split}-" for split in training_set.training)
    settings = {
        **pairs,
        "model": training_set.model,
        "dataset": [str(training_set.out / name) for name in training_set.files if name.startswith(wanted)],
        "split_dataset_ratio": 0.0,
        "torch_dtype": "bfloat16",
        "lora_rank": RANK,
        "lora_alpha": ALPHA,
        "target_modules": "all-linear",
        **vision,
        **common_settings(training_set, "output/meu"),
    }
    command = "rlhf" if training_set.pairs else "sft"
    return yaml_recipe(training_set, f"swift {command} THIS_FILE", settings)


FORMAT = Format("ms-swift", in_parquet(schema, write), (MESSAGES_READER,), recipe=RecipeWriter(_recipe, YAML_ENDINGS))
