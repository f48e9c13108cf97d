"""Which samples become tasks, with which draft, and from what each task is made."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import Kind, Language, Recipe
from meu_data.errors import MeuError
from meu_data.grounding.ground import ground
from meu_data.grounding.verify import inputs_sha256
from meu_data.records import REJECTED, Draft, Grounding, Motion, Sample
from meu_data.store.drafts import StoredDraft, samples_to_review
from meu_data.store.ledger import Ledger
from meu_data.store.made_from import REVIEW_TASKS


class Candidate(NamedTuple):
    """A sample with a draft; sample and grounding as the ledger holds them, not yet read.

    `opinions` is what annotators said, for experts.
    """

    sample_id: str
    sample: str
    motion: Motion
    draft: Draft
    grounding: str | None
    inputs: str
    opinions: str = ""

    def read(self) -> tuple[Sample, Motion, Draft, Grounding]:
        """The records; the grounding is worked out where the ledger has none that is up to date."""
        sample, motion, draft = Sample.model_validate_json(self.sample), self.motion, self.draft
        if self.grounding is not None:
            return sample, motion, draft, Grounding.model_validate_json(self.grounding)
        return sample, motion, draft, ground(sample, motion, draft.annotation, draft.lang)


class LeftOut(NamedTuple):
    """A sample that cannot become a task yet."""

    sample_id: str
    reason: str


class Selection(NamedTuple):
    """What the user wants pushed."""

    lang: Language
    recipe: Recipe
    model: str | None
    only: str | None
    limit: int | None
    pictures: str
    """How pictures are delivered; another way makes another task."""
    kind: Kind = "micro"
    clips: bool = False
    """Whether the clip is shown as well, which makes another task, too."""


def select(ledger: Ledger, wanted: Selection) -> Iterator[Candidate | LeftOut]:
    """Every sample by id, as a candidate or with the reason why it is none; read in pages.

    Raises:
        MeuError: A sample has drafts by several models and none was chosen.
    """
    for found in samples_to_review(
        ledger,
        recipe=wanted.recipe,
        lang=wanted.lang,
        model=wanted.model,
        only=wanted.only,
        limit=wanted.limit,
        kind=wanted.kind,
    ):
        yield _candidate(wanted, *found)


def _candidate(
    wanted: Selection, sample_id: str, sample: str, motion: str | None, drafts: list[StoredDraft]
) -> Candidate | LeftOut:
    if motion is None:
        return LeftOut(sample_id, f"not rendered with the recipe {wanted.recipe}: `meu-data render`")
    if wanted.model is None:
        # The version that a repair replaced is kept to be looked at, not to be proofread.
        drafts = [row for row in drafts if not row.model.endswith(REJECTED)]
    if not drafts:
        by = f" by {wanted.model}" if wanted.model else ""
        return LeftOut(sample_id, f"no draft in {wanted.lang}{by}: `meu-data draft`")
    if len(drafts) > 1:
        models = ", ".join(row.model for row in drafts)
        raise MeuError(f"{sample_id} has drafts in {wanted.lang} by several models: choose one with --model: {models}")
    (row,) = drafts
    draft, measured = Draft.model_validate_json(row.draft), Motion.model_validate_json(motion)
    if draft.map_sha256 != measured.map_sha256:
        return LeftOut(sample_id, "its draft describes another map: `meu-data draft` writes it anew")
    grounded = inputs_sha256(sample, motion, row.draft)
    delivered = f"{wanted.pictures} clips" if wanted.clips else wanted.pictures
    inputs = hashlib.sha256(f"{REVIEW_TASKS.version} {delivered} {wanted.lang} {grounded}".encode()).hexdigest()
    fresh = row.grounding if row.grounded_from == grounded else None
    return Candidate(sample_id, sample, measured, draft, fresh, inputs)
