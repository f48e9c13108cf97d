"""What the licences of the corpora say about passing pictures on, and how a card's head names a licence."""

import json
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from meu_data.corpora.corpus import Terms, find_corpus
from meu_data.plugins import names
from meu_data.records import Source

PLACEHOLDER = "to be filled in by whoever holds the licences of the corpora"

# How a synthetic corpus is known: `meu_data.synth` writes this file when it is done, beside the folder of the frames.
_SYNTHETIC_MARK = "truth/corpus.json"
# The form of the identifiers that the Hub knows, such as `cc-by-nc-4.0`.
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)+|mit|unknown")


def terms_of(corpus: str) -> Terms:
    """The terms of a corpus; of one that nobody knows the careful guess."""
    if corpus in names("corpora"):
        return find_corpus(corpus).terms
    return Terms(corpus, "under terms that meu-data does not know")


def synthetic_corpora(sources: Iterable[Source]) -> set[str]:
    """The corpora of which every source was made by `meu-data synth`, from a portrait in the public domain.

    Args:
        sources: Where the samples were read from. One whose folder is gone counts as real.
    """
    found = [(source.corpus, (Path(source.frames).parent / _SYNTHETIC_MARK).is_file()) for source in sources]
    return {corpus for corpus, _ in found} - {corpus for corpus, synthetic in found if not synthetic}


def picture_warning(corpora: Collection[str], synthetic: Collection[str]) -> str | None:
    """What to say when pictures of licensed faces leave the workspace; None where there are none."""
    licensed = sorted(set(corpora) - set(synthetic))
    if not licensed:
        return None
    names = ", ".join(terms_of(corpus).name for corpus in licensed)
    return (
        f"the pictures show real people's faces from {names}; do not pass the export on unless the corpus's licence "
        "allows it, or leave them out with --no-pixels"
    )


def licence_head(licence: str | None) -> str:
    """The lines of a card's YAML head that name the licence.

    The Hub takes an identifier it knows, or `other` with a name (huggingface/hub-docs, datasetcard.md).

    Args:
        licence: What the user says; None for the placeholder.
    """
    # JSON strings are YAML strings; a bare `no` or `1.0` would not be one.
    if licence is not None and _IDENTIFIER.fullmatch(licence):
        return f"license: {json.dumps(licence)}\n"
    name = "not-chosen-yet"
    if licence is not None:
        name = re.sub(r"[^a-z0-9]+", "-", licence.lower()).strip("-")[:80] or "custom"
    details = json.dumps(licence or PLACEHOLDER, ensure_ascii=False)
    return f"license: other\nlicense_name: {json.dumps(name)}\nlicense_details: {details}\n"
