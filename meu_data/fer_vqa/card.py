"""The card of a folder of questions about faces."""

import json
from collections.abc import Mapping, Sequence

import meu_data
from meu_data.export.files.manifest import MANIFEST, MARKER
from meu_data.fer_vqa.presets import Preset
from meu_data.fer_vqa.rows import FerStyle


def card(
    preset: Preset,
    style: FerStyle,
    rows: Mapping[str, int],
    labels: Mapping[str, int],
    left_out: Mapping[str, int],
    problems: int,
    *,
    pixels: bool,
) -> str:
    """The text of README.md; its head names the files of each split for `datasets.load_dataset`."""
    # JSON strings are YAML strings; a bare `no` or `1` would not be one.
    files = [
        f"      - split: {json.dumps(split)}\n        path: {json.dumps(_path(split, pixels=pixels))}"
        for split in sorted(rows)
    ]
    not_here = [f"- {count}: {reason}" for reason, count in sorted(left_out.items())]
    not_here += [f"- {problems}: could not be used; `meu-data fer-vqa` said why"] if problems else []
    return _CARD.format(
        files="\n".join(files),
        marker=MARKER,
        style=style,
        counts=", ".join(f"{count} of {split}" for split, count in sorted(rows.items())),
        labels=_table(preset.labels, labels),
        left_out="\n".join(["\n## Left out\n", *not_here, ""]) if not_here else "",
        licence=_FACES if pixels else _NO_FACES,
        manifest=MANIFEST,
        version=meu_data.__version__,
    )


def _path(split: str, *, pixels: bool) -> str:
    return f"data/{split}-*.parquet" if pixels else f"{split}.json"


def _table(names: Sequence[str], counts: Mapping[str, int]) -> str:
    return "\n".join(["| label | rows |", "|---|---|", *(f"| {name} | {counts.get(name, 0)} |" for name in names)])


_FACES = (
    "**The pictures show real people's faces. Do not pass this folder on, and do not upload it to a public place, "
    "unless the licence of the set allows it.**"
)
_NO_FACES = "There are no pictures here, only their paths. Who may use the labels is for the licence of the set to say."

_CARD = """\
---
license: other
language:
  - en
task_categories:
  - image-text-to-text
tags:
  - facial-expression-recognition
configs:
  - config_name: default
    data_files:
{files}
---
{marker}

# Facial expressions as questions ({style})

Rows: {counts}.

{labels}

The question, and how the labels are spelled, are those of UniFER (github.com/zfkarl/UniFER).
`sha256sum -c {manifest}` checks the files.
{left_out}
## Licence

{licence}

The head of this card says `license: other`, which is a placeholder: whoever holds the licence has to fill in what
applies.

Written by meu-data {version}.
"""
