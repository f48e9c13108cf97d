"""Dialect `trl`: prompt and completion for SFT, pairs for DPO, prompt and reward columns for GRPO, messages with tools.

TRL puts the pictures before the first text of the user itself; a literal `<image>` would stay in the text. It
learns every token of `messages`, the prompt's too, but only the answer of `prompt` and `completion`. Every
column that is not the conversation reaches the reward functions by its name (trl/trainer/grpo_trainer.py).

A conversation with tools has pictures in several turns, so it has to be `messages`, whose parts say where each
stands; train it with `assistant_only_loss=True`. TRL 1.16 hands no tools to the template of a vision model
(trl/trainer/sft_trainer.py, `DataCollatorForVisionLanguageModeling`) and fills no picture into a tool's turn
(trl/data_utils.py, `prepare_multimodal_messages`), so tools, calls and answers are written out in Qwen's tags.
"""

from typing import Any

import pyarrow as pa

from meu_data.export.formats.hermes_form import PlainTurn, hermes_turns
from meu_data.export.formats.schema import MESSAGES, conversation_schema, images_of, message
from meu_data.export.styles.openai_form import CONTENT, content
from meu_data.export.styles.row import Row, Style

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


def row(said: Row, number: int) -> dict[str, Any]:
    """One row; there is no placeholder in its texts."""
    return {"id": said.id, **_trained(said), **images_of(said), **said.labels}


def _trained(said: Row) -> dict[str, Any]:
    if said.turns:
        return {"messages": [{"role": turn.role, "content": _parts(turn)} for turn in hermes_turns(said)]}
    prompt = {"prompt": [message("user", said.user)]}
    if said.assistant is None:
        return prompt | {"solution": said.fields["solution"], "answer": said.answer}
    answer = [message("assistant", said.assistant)]
    if said.rejected is None:
        return prompt | {"completion": answer}
    return prompt | {"chosen": answer, "rejected": [message("assistant", said.rejected)]}


def _parts(turn: PlainTurn) -> list[dict[str, str | None]]:
    before = content(0, turn.before) if turn.before else []
    return [*before, *content(turn.pictures, turn.after)]
