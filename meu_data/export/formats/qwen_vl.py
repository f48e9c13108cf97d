"""Format `qwen-vl`: JSON lines and picture files for the fine-tuning scripts of Qwen2.5-VL and Qwen3-VL.

`annotation_path` is a file of `data/`, `data_path` the export's folder. There must be one `<image>` for each picture:
too many or too few raise (qwen-vl-finetune/qwenvl/data/data_processor.py, `_build_messages`).
"""

from collections.abc import Iterator
from typing import Any

from meu_data.export.formats.format import Format, in_lines, not_for, reader
from meu_data.export.formats.row_view import read_conversation
from meu_data.export.styles.row import ExportRow

_LABELS = ("corpus", "subject", "emotion", "aus", "lang", "source", "image_sha256")


def write(row: ExportRow, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """One line of the split's file; `image` is absent where there is no picture."""
    paths = [f"images/{picture.name}" for picture in row.pictures]
    image = {"image": paths[0] if len(paths) == 1 else paths} if paths else {}
    conversations = [
        {"from": "human", "value": "\n".join(["<image>"] * len(paths) + [row.user])},
        {"from": "gpt", "value": row.assistant},
    ]
    labels = {name: row.labels[name] for name in _LABELS}
    yield row.split, {"id": row.id, **image, "conversations": conversations, **labels}


FORMAT = Format(
    "qwen-vl",
    in_lines(write, "jsonl"),
    (reader("conversations", "conversations", lambda row: read_conversation(row, "conversations", "each")),),
    not_for(
        {
            "reward": "Qwen's fine-tuning script learns answers and knows no rewards; take --style unifer-cot",
            "preference": "Qwen's fine-tuning script learns one answer, not the better of two; take --style unifer-cot",
            "trajectory": "Qwen's fine-tuning script has no turn for a tool, nor for the system that lists the tools; "
            "take --style unifer-cot",
        }
    ),
)
