"""Dialect `unifer-json`: UniFER's own file, one JSON list with its three fields, and the picture files.

`unifer-cot` gives `image_path`, `question` and `response` (train_unifer/src/r1-v/src/open_r1/sft_fer.py of
github.com/zfkarl/UniFER), `unifer-rlvr` gives `image_path`, `problem` and `solution` (grpo.py). Paths are below
the export's folder.
"""

from collections.abc import Iterator
from typing import Any

from meu_data.export.styles.row import Row


def lines(said: Row, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """One item of the split's list."""
    names = ("question", "response") if said.assistant is not None else ("problem", "solution")
    texts = {name: said.fields[name] for name in names}
    yield said.split, {"image_path": f"images/{said.pictures[0].name}", **texts}
