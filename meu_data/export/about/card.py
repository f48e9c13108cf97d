"""The README card of an export: what the Hub and `datasets` read, and what a person should know first."""

import json

from meu_data.export.about.facts import Facts
from meu_data.export.about.licences import PLACEHOLDER, licence_head, terms_of
from meu_data.export.files.manifest import DATASHEET, MANIFEST, MARKER, SOURCES
from meu_data.export.samples.leaks import REPORT

_TOLD = {
    "drafts": "The texts are **machine drafts that no person has proofread**.",
    "proofread": "The texts are annotations proofread by people.",
    "labels": "The rows tell the labels of the corpora; no text of theirs was drafted.",
}


def card(facts: Facts) -> str:
    """The text of README.md.

    Its head has `configs`, so that `datasets.load_dataset(<folder>)` finds the splits, and the licence, which is a
    placeholder until the owner of the data says which it is.
    """
    sections = (
        ("", _head(facts)),
        (f"# Micro-expression instruction set ({facts.style.name})", _origin(facts)),
        ("## Rows", _rows(facts)),
        ("## Splits", _splits(facts)),
        ("## Action units", _units(facts)),
        ("## Left out", _left_out(facts)),
        *([(_PICTURES, _hydrate(facts))] if facts.style.pictured and not facts.pixels else []),
        ("## Licence", licence_paragraph(facts)),
    )
    parts = [part for heading, text in sections for part in (heading, text) if part]
    return "\n\n".join([*parts, f"Written by meu-data {facts.version}."]) + "\n"


def licence_paragraph(facts: Facts) -> str:
    """What may be done with the export, as far as it is known."""
    corpora = facts.tally.corpora
    real = [terms_of(corpus) for corpus in corpora if corpus not in facts.synthetic]
    made = [terms_of(corpus).name for corpus in corpora if corpus in facts.synthetic]
    texts = []
    if facts.shows_people:
        texts.append(_FACES)
    elif real:
        texts.append((_NO_PIXELS if facts.style.pictured else "There are no pictures.") + _DERIVED)
    if made:
        texts.append(
            f"The samples of {' and '.join(made)} are synthetic: made by meu-data from one portrait in the public "
            "domain."
        )
    for term in real:
        texts.append(f"{term.name} is handed out {term.terms}{f': {term.source}' if term.source else ''}.")
        texts += [f"Cite: {term.paper}."] if term.paper else []
    if facts.licence is None:
        texts.append(
            f"The licence in the head of this card is a placeholder, {PLACEHOLDER}: export again with "
            "`--licence TEXT`, or edit the head."
        )
    else:
        texts.append(f"Licence, as whoever made the export says: {facts.licence}")
    return "\n\n".join(texts)


def licence_with_pixels(text: str) -> str:
    """A text with `licence_paragraph` in it, as it reads once the pictures are inside; the rest is left as it is."""
    return text.replace(_NO_PIXELS + _DERIVED, _FACES)


def card_with_pixels(text: str) -> str:
    """The card of an export without pixels, whoever edited it since, as it reads once the pictures are inside."""
    before, missing, after = text.partition(f"{_PICTURES}\n\n{_MISSING}")
    _, _, rest = after.partition("\n\n")
    return licence_with_pixels(before + rest if missing else text)


def _head(facts: Facts) -> str:
    # JSON strings are YAML strings; a bare `no` or `1` would not be one.
    lines = []
    for config in facts.configs:
        lines += [f"  - config_name: {config.name}", *(["    default: true"] if config.name == "default" else [])]
        lines.append("    data_files:")
        for split, paths in config.files:
            lines.append(f"      - split: {json.dumps(split)}")
            if len(paths) == 1:
                lines.append(f"        path: {json.dumps(paths[0])}")
            else:
                lines += ["        path:", *(f"          - {json.dumps(path)}" for path in paths)]
    task = "image-text-to-text" if facts.style.pictured else "text-generation"
    configs = "\n".join(lines)
    return (
        f"---\n{licence_head(facts.licence)}language:\n  - {facts.lang}\ntask_categories:\n  - {task}\n"
        f"tags:\n  - micro-expression\n  - facial-action-units\nconfigs:\n{configs}\n---\n{MARKER}"
    )


def _origin(facts: Facts) -> str:
    sentences = [_TOLD[facts.told]]
    if facts.told == "proofread":
        people = len(facts.annotators)
        sentences.append(
            f"{people} {'person' if people == 1 else 'people'} did that ({', '.join(facts.annotators)}), and said "
            f"{' or '.join(facts.gates.verdicts)} of the draft they saw; where several proofread one sample, the "
            f"policy `{facts.gates.policy.kind}` chose."
        )
    if facts.models:
        sentences.append(f"They were drafted by {', '.join(f'`{model}`' for model in facts.models)}.")
    if facts.gates.min_grounding is not None:
        least = f"{facts.gates.min_grounding:g}"
        sentences.append(f"All of them have a grounding score (text against measured motion) of {least} or more.")
    names = ", ".join(terms_of(corpus).name for corpus in facts.tally.corpora)
    return " ".join([*sentences, f"Corpora: {names}."])


def _rows(facts: Facts) -> str:
    each = ", ".join(f"{count} of {split}" for split, count in sorted(facts.rows.items()))
    total = f"{sum(facts.rows.values())} rows about {facts.tally.samples} samples of {facts.tally.subjects} people"
    counts = f"{total}{'' if facts.splits.folds else f': {each}'}. Samples by the emotion that their rows tell:"
    drawn = (
        f"Motion was measured and drawn by the recipe `{facts.recipe}`: on a map colour is direction, brightness is "
        "strength, over the grey onset frame. "
        if facts.style.pictured
        else f"Motion was measured by the recipe `{facts.recipe}`. "
    )
    return "\n\n".join(
        (
            counts,
            facts.tally.emotion_table(by_split=not facts.splits.folds),
            facts.style.about,
            f"{drawn}Style `{facts.style.name}`, dialect `{facts.format}`, language `{facts.lang}`.",
            _COLUMNS + (_PROOF_COLUMNS if facts.told == "proofread" else "") + _LOAD,
            f"`{DATASHEET}` says more about how this came to be. `sha256sum -c {MANIFEST}` checks the files.",
        )
    )


def _splits(facts: Facts) -> str:
    report = facts.leaks
    if not report.compared:
        found = "There is one split, so nothing can leak from one to another."
    elif report.leaking:
        found = f"**The splits leak**, and whoever made the export let that pass (`--allow-leaks`; `{REPORT}`): "
        found += "; ".join(report.sentences()) + "."
    else:
        found = (
            "Compared across the splits: people by name, frames by SHA-256, and faces by a perceptual hash of "
            f"{report.hash_bits} bits (alike within {report.alike_within_bits}). Nothing is in two splits (`{REPORT}`)."
        )
    return f"{facts.splits.about}\n\n{found}"


def _units(facts: Facts) -> str:
    more = (
        "By split: `tables/aus.csv`; which of them come together: `tables/au_pairs.csv`; emotions by split and "
        "subject: `tables/emotions.csv`."
    )
    return f"{facts.tally.unit_table()}\n\n{more}"


def _left_out(facts: Facts) -> str:
    lines = [f"- {count}: {reason}" for reason, count in sorted(facts.left_out.items())]
    if facts.problems:
        lines.append(f"- {facts.problems}: could not become rows; `meu-data problems` lists them")
    total = facts.tally.samples + sum(facts.left_out.values()) + facts.problems
    here = f"Of {total} samples in the workspace {facts.tally.samples} are here."
    return "\n".join([here, "", *lines]) if lines else here


def _hydrate(facts: Facts) -> str:
    _, (pattern, *_) = facts.configs[0].files[0]
    meanwhile = " Until then `images` holds names, and null for bytes." if pattern.endswith(".parquet") else ""
    return (
        f"{_MISSING}: every picture is a name and a hash. Whoever has the corpus puts the pictures "
        f"back, each checked by its hash, with `meu-data hydrate EXPORT --frames DIR`; `{SOURCES}` says from which "
        f"frames and how each is made.{meanwhile}"
    )


_PICTURES = "## Pictures"
_MISSING = "**There are no pixels here**"
_FACES = (
    "**The pictures are made from the frames of a corpus and show real people's faces. Do not pass this folder on, and "
    "do not upload it to a public place, unless the licence of the corpus allows it.**"
)
_NO_PIXELS = "There are names and hashes of the pictures, and no pixels."
_DERIVED = (
    " Labels and texts derive from a licensed corpus all the same: see what its licence says of them before you pass "
    "this folder on."
)

_COLUMNS = """\
- `aus`: base codes of the labels, such as `AU12`. `facs`: the same in FACS notation, with the side (`L` and `R` are the
  person's own) and intensity where the coder gave them.
- `claims`: what the text states about each region. `left` and `right` in region names are the picture's.
- `provenance`: hashes of the frames, the map and the prompt, and what made them."""
_PROOF_COLUMNS = """ Emotion and action units are the
  person's; those of the corpus are its `corpus_emotion` and `corpus_facs`."""
_LOAD = """

```python
from datasets import load_dataset

data = load_dataset("path/to/this/folder")
```"""
