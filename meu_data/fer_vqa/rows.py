"""What a row says, by style: UniFER's fields, nothing else."""

from typing import Any, Literal, get_args

import pyarrow as pa

from meu_data.errors import MeuError
from meu_data.export.formats.schema import with_footer
from meu_data.export.styles.authors_text import unifer_question
from meu_data.export.styles.columns import IMAGE
from meu_data.fer_vqa.presets import Preset

FerStyle = Literal["ferbench", "unifer-rlvr"]

# Where rows go whose table tells no split.
DEFAULT_SPLITS: dict[FerStyle, str] = {"ferbench": "test", "unifer-rlvr": "train"}


def check_style(style: str) -> None:
    """Refuses what is no style.

    Raises:
        MeuError: There is no such style.
    """
    if style not in get_args(FerStyle):
        raise MeuError(f"there is no style {style!r} of fer-vqa; choose from: {', '.join(get_args(FerStyle))}")


def row(style: FerStyle, preset: Preset, image_path: str, label: str) -> dict[str, Any]:
    """One row.

    Args:
        style: `ferbench`: `image_path`, `true_label`, `prompt`, `candidate_labels`, as in FERBench's files;
            `unifer-rlvr`: `image_path`, `problem`, `solution`, as UniFER's grpo.py reads them.
        preset: Whose labels are the candidates.
        image_path: As the evaluation will look for the picture.
        label: One of the preset's.
    """
    if style == "unifer-rlvr":
        return {
            "image_path": image_path,
            "problem": unifer_question(preset.labels),
            "solution": f"<answer>{label}</answer>",
        }
    return {
        "image_path": image_path,
        "true_label": label,
        "prompt": unifer_question(preset.labels),
        "candidate_labels": list(preset.labels),
    }


def picture_schema(style: FerStyle) -> pa.Schema:
    """The columns of a row with its picture, with the footer that `datasets` reads."""
    kinds = {"candidate_labels": pa.list_(pa.string())}
    names = ("image_path", "problem", "solution") if style == "unifer-rlvr" else _FERBENCH
    return with_footer(
        [pa.field("images", pa.list_(IMAGE)), *(pa.field(name, kinds.get(name, pa.string())) for name in names)]
    )


_FERBENCH = ("image_path", "true_label", "prompt", "candidate_labels")
