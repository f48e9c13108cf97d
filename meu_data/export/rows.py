"""The gathered truth of one row: what the ledger and the disk say about one sample, checked against each other."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from meu_data.choices import Language, Origin
from meu_data.emotions import CLASS_SETS
from meu_data.errors import MeuError, NotationError
from meu_data.facs import parse_code
from meu_data.records import Annotation, Draft, Motion, Sample

# Markup that trainers give a meaning of their own: UniFER's tags, picture placeholders (LLaMA-Factory and
# ms-swift count them), tool calls, and the special tokens of chat templates. In prose it would change the row.
_MARKUP = re.compile(r"<\s*/?\s*(?:think|answer|image|video|audio|tool_call|tool_response)\b[^<>]*>|<\|", re.IGNORECASE)


class RowError(MeuError):
    """One sample cannot become a row; the export goes on without it."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Truth:
    """All that any style may say about one sample."""

    sample: Sample
    motion: Motion
    draft: Draft
    annotation: Annotation
    map_png: bytes
    source: Origin
    annotator: str | None = None
    edit_distance: float | None = None

    @property
    def lang(self) -> Language:
        """The language of the text."""
        return self.draft.lang


def gather(sample: Sample, motion: Motion, draft: Draft, *, root: Path) -> Truth:
    """Brings together what a row of machine drafts says, and refuses what does not fit together.

    Args:
        sample: The sample with the corpus's labels.
        motion: What was measured on it, and its map.
        draft: The machine's annotation.
        root: The workspace's folder.

    Raises:
        RowError: The draft contradicts the labels, holds markup or describes another map, or the map is missing or
            changed.
    """
    _check_labels(sample, draft)
    _check_text(sample, draft)
    if draft.map_sha256 != motion.map_sha256:
        reason = f"the draft by {draft.model} describes another map than the one of now; run `meu-data draft` again"
        raise RowError(sample.sheet, reason)
    return Truth(sample, motion, draft, draft.annotation, _map_png(motion, root), "drafts")


def _check_labels(sample: Sample, draft: Draft) -> None:
    # A sheet corrected after drafting leaves a draft that explains the wrong label.
    annotation, again = draft.annotation, "run `meu-data draft` again"
    if sample.emotion not in CLASS_SETS.get(sample.corpus, ()):
        reason = (
            f"the emotion {sample.emotion!r} is in no label list of the corpus {sample.corpus!r}; correct the sheet"
        )
        raise RowError(sample.sheet, reason)
    if annotation.emotion != sample.emotion:
        reason = f"the draft by {draft.model} says {annotation.emotion!r}, the sheet {sample.emotion!r}; {again}"
        raise RowError(sample.sheet, reason)
    try:
        said = {parse_code(code).number for code in annotation.aus}
    except NotationError as error:
        raise RowError(sample.sheet, f"the draft by {draft.model}: {error}; {again}") from error
    if extra := said - {au.number for au in sample.aus}:
        names = ", ".join(f"AU{number}" for number in sorted(extra))
        raise RowError(sample.sheet, f"the draft by {draft.model} names {names}, which the sheet does not; {again}")


def _check_text(sample: Sample, draft: Draft) -> None:
    annotation = draft.annotation
    for name in ("motion_analysis", "expression_inference", "conclusion"):
        if found := _MARKUP.search(getattr(annotation, name)):
            reason = (
                f"the draft by {draft.model} has the markup {found.group()!r} in its {name.replace('_', ' ')}, "
                "which a trainer would obey; draft this sample again or correct its text"
            )
            raise RowError(sample.sheet, reason)


def _map_png(motion: Motion, root: Path) -> bytes:
    again = f"run `meu-data render --force --only {motion.sample_id}`"
    try:
        png = (root / motion.map_file).read_bytes()
    except FileNotFoundError as error:
        raise RowError(motion.map_file, f"the map is missing; {again}") from error
    except OSError as error:
        raise RowError(motion.map_file, f"the map cannot be read ({error.strerror}); {again}") from error
    if hashlib.sha256(png).hexdigest() != motion.map_sha256:
        raise RowError(motion.map_file, f"the map is not the one that was rendered; {again}")
    return png
