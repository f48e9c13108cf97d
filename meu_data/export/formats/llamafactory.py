"""Format `llamafactory`: ShareGPT messages with `<image>` tags, and the `dataset_info.json` that names them.

LLaMA-Factory wants `content` as text and as many `<image>` tags as pictures (src/llamafactory/data/converter.py,
mm_plugin.py). A data set may be a folder, so each split has one (loader.py); `dataset_dir` is the export.
Pairs have the question in `messages` and the answers in `chosen` and `rejected` (`ranking`). Tools are a JSON list
in `tools`; a call is the role `function_call`, whose content is JSON behind the thought, and its answer is
`observation` (formatter.py, `FunctionFormatter`).
"""

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from meu_data.export.formats.format import MESSAGES_READER, Format, in_parquet, not_for
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
from meu_data.export.formats.schema import (
    MESSAGE,
    MESSAGES,
    conversation_schema,
    images_of,
    message,
    tagged,
    with_tags,
)
from meu_data.export.styles.row import ExportRow, RowTurn, Style

_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "observation_tag": "observation",
    "function_tag": "function_call",
    "system_tag": "system",
}
_FURTHER: dict[str, list[tuple[str, pa.DataType]]] = {
    "answer": [],
    "preference": [("chosen", MESSAGE), ("rejected", MESSAGE)],
    "trajectory": [("tools", pa.string())],
}


def schema(style: Style) -> pa.Schema:
    """`messages`, what the style's kind of training needs beside it, and `images` where there are pictures."""
    return conversation_schema(style, [("messages", MESSAGES), *_FURTHER[style.trains]])


def write(row: ExportRow, number: int) -> dict[str, Any]:
    """One row: the user's turn and the assistant's, or the whole conversation with tools."""
    return {"id": row.id, **_trained(row), **images_of(row), **row.labels}


def dataset_info(style: Style, splits: Iterable[str]) -> str:
    """The text of `dataset_info.json`: a data set `meu_<split>` for each split."""
    names = ["messages", *(name for name, _ in _FURTHER[style.trains]), *(["images"] if style.pictured else [])]
    columns, ranking = {name: name for name in names}, {"ranking": True} if style.trains == "preference" else {}
    about = {"formatting": "sharegpt", **ranking, "columns": columns, "tags": _TAGS}
    info = {f"meu_{split}": {"file_name": f"data/{split}", **about} for split in sorted(splits)}
    return json.dumps(info, ensure_ascii=False, indent=2) + "\n"


def _trained(row: ExportRow) -> dict[str, Any]:
    if row.turns:
        return {"messages": [_spelled(turn) for turn in row.turns], "tools": row.tools}
    asked, answer = message("user", tagged(row)), message("assistant", row.assistant or "")
    if row.rejected is None:
        return {"messages": [asked, answer]}
    return {"messages": [asked], "chosen": answer, "rejected": message("assistant", row.rejected)}


def _spelled(turn: RowTurn) -> dict[str, str]:
    if turn.call is None:
        return message("observation" if turn.role == "tool" else turn.role, with_tags(turn.pictures, turn.text))
    # With these very line breaks every release takes the thought off before it reads the call as JSON.
    called = json.dumps(turn.call._asdict(), ensure_ascii=False)
    return message("function_call", f"<think>\n{turn.text}\n</think>\n\n{called}")


def _recipe(training_set: TrainingSet) -> str:
    """Keys as in examples/train_lora/qwen2_5vl_lora_sft.yaml and …_dpo.yaml of LLaMA-Factory."""
    vision = {"freeze_vision_tower": False} if training_set.style.pictured else {}
    pairs = {"pref_beta": PREFERENCE_BETA, "pref_loss": "sigmoid"} if training_set.pairs else {}
    settings = {
        "model_name_or_path": training_set.model,
        "stage": "dpo" if training_set.pairs else "sft",
        **pairs,
        "do_train": True,
        "finetuning_type": "lora",
        "lora_rank": RANK,
        "lora_alpha": ALPHA,
        "lora_target": "all",
        **vision,
        "dataset_dir": str(training_set.out),
        "dataset": ",".join(f"meu_{split}" for split in training_set.training),
        "template": "qwen2_vl" if training_set.style.pictured else "qwen",
        "cutoff_len": training_set.longest,
        **common_settings(training_set, "saves/meu"),
    }
    return yaml_recipe(training_set, "llamafactory-cli train THIS_FILE", settings)


FORMAT = Format(
    "llamafactory",
    in_parquet(schema, write, by_split=True),
    (MESSAGES_READER,),
    not_for({"reward": "LLaMA-Factory learns answers and knows no rewards; take --style unifer-cot"}),
    lambda style, splits: {"dataset_info.json": dataset_info(style, splits)},
    RecipeWriter(_recipe, YAML_ENDINGS),
)
