"""The README card of an export: what the Hub and `datasets` read, and what a person should know first."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import meu_data
from meu_data.export.manifest import MANIFEST, MARKER

_SOURCES = {
    "drafts": "**machine drafts that no person has proofread**",
    "proofread": "annotations proofread by people",
}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card tells; `rows` counts them by (split, corpus, emotion), `pattern` names the files of a `{split}`."""

    style: str
    about: str
    dialect: str
    pattern: str
    source: str
    lang: str
    recipe: str
    models: tuple[str, ...]
    rows: Mapping[tuple[str, str, str], int]


def card(facts: CardFacts) -> str:
    """The text of README.md.

    Its head has `configs`, so that `datasets.load_dataset(<folder>)` finds the splits; the licence is `other`
    until the owner of the data says which it is.
    """
    by_split: Counter[str] = Counter()
    by_emotion: Counter[tuple[str, str]] = Counter()
    for (split, _, emotion), count in facts.rows.items():
        by_split[split] += count
        by_emotion[emotion, split] += count
    splits, emotions = sorted(by_split), sorted({emotion for emotion, _ in by_emotion})
    cells = [[emotion, *(str(by_emotion[emotion, split]) for split in splits)] for emotion in emotions]
    cells.append(["all", *(str(by_split[split]) for split in splits)])
    corpora = ", ".join(sorted({corpus for _, corpus, _ in facts.rows}))
    return _TEXT.format(
        head=_head(facts, splits),
        marker=MARKER,
        source=_SOURCES[facts.source],
        models=", ".join(f"`{model}`" for model in facts.models),
        corpora=corpora,
        style=facts.style,
        about=facts.about,
        dialect=facts.dialect,
        recipe=facts.recipe,
        lang=facts.lang,
        table=_table(["emotion", *splits], cells),
        manifest=MANIFEST,
        version=meu_data.__version__,
    )


def _head(facts: CardFacts, splits: list[str]) -> str:
    # JSON strings are YAML strings; a bare `no` or `1` would not be one.
    files = "\n".join(
        f"      - split: {json.dumps(s)}\n        path: {json.dumps(facts.pattern.format(split=s))}" for s in splits
    )
    return (
        f"---\nlicense: other\nlanguage:\n  - {facts.lang}\ntask_categories:\n  - image-text-to-text\n"
        f"tags:\n  - micro-expression\n  - facial-action-units\n"
        f"configs:\n  - config_name: default\n    data_files:\n{files}\n---"
    )


def _table(head: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


_TEXT = """\
{head}
{marker}

# Micro-expression instruction set ({style})

The texts are {source}. They were drafted by {models}. Corpora: {corpora}.

## Rows

{table}

{about}

Motion was measured and drawn by the recipe `{recipe}`: on a map colour is direction, brightness is strength, over
the grey onset frame. Style `{style}`, dialect `{dialect}`, language `{lang}`.

- `aus`: base codes of the corpus's labels, such as `AU12`. `facs`: the same in FACS notation, with the side (`L` and
  `R` are the person's own) and intensity where the coder gave them.
- `claims`: what the text states about each region. `left` and `right` in region names are the picture's.
- `provenance`: hashes of the frames, the map and the prompt, and what made them. `split`: as the corpus has it.

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
```

`sha256sum -c {manifest}` checks the data files.

## Licence

**The pictures are made from the frames of a corpus and show real people's faces. Do not pass this folder on, and do
not upload it to a public place, unless the licence of the corpus allows it.** The head of this card says
`license: other`, which is a placeholder: whoever holds the licence has to fill in what applies.

Written by meu-data {version}.
"""
