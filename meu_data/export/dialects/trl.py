"""Dialect `trl`: prompt and completion for SFT, prompt and reward columns for GRPO.

TRL puts the pictures before the first text of the user itself; a literal `<image>` would stay in the text. It
learns every token of `messages`, the prompt's too, but only the answer of `prompt` and `completion`. Every
column that is not the conversation reaches the reward functions by its name (trl/trainer/grpo_trainer.py).
"""

from typing import Any

import pyarrow as pa

from meu_data.export.dialects.schema import MESSAGES, conversation_schema, images_of, message
from meu_data.export.styles.row import Row, Style


def schema(style: Style) -> pa.Schema:
    """`prompt`, then `completion` where the style trains on answers, else `solution` and `answer`."""
    text = pa.string()
    own = [("completion", MESSAGES)] if style.trains == "answer" else [("solution", text), ("answer", text)]
    return conversation_schema(style, [("prompt", MESSAGES), *own])


def row(said: Row, number: int) -> dict[str, Any]:
    """One row; there is no placeholder in its texts."""
    prompt = {"id": said.id, "prompt": [message("user", said.user)]}
    if said.assistant is None:
        trained = {"solution": said.fields["solution"], "answer": said.answer}
    else:
        trained = {"completion": [message("assistant", said.assistant)]}
    return {**prompt, **trained, **images_of(said), **said.labels}
