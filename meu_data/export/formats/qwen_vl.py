"""Dialect `qwen-vl`: JSON lines and picture files for the fine-tuning scripts of Qwen2.5-VL and Qwen3-VL.

`annotation_path` is a file of `data/`, `data_path` the export's folder. There must be one `<image>` for each picture:
too many or too few raise (qwen-vl-finetune/qwenvl/data/data_processor.py, `_build_messages`).
"""

from collections.abc import Iterator
from typing import Any

from meu_data.export.styles.row import Row

_LABELS = ("corpus", "subject", "emotion", "aus", "lang", "source", "image_sha256")


def lines(said: Row, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """One line of the split's file; `image` is absent where there is no picture."""
    paths = [f"images/{picture.name}" for picture in said.pictures]
    image = {"image": paths[0] if len(paths) == 1 else paths} if paths else {}
    conversations = [
        {"from": "human", "value": "\n".join(["<image>"] * len(paths) + [said.user])},
        {"from": "gpt", "value": said.assistant},
    ]
    labels = {name: said.labels[name] for name in _LABELS}
    yield said.split, {"id": said.id, **image, "conversations": conversations, **labels}
