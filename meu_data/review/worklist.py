"""Which samples become tasks, with which draft, and from what each task is made."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import Language, Recipe
from meu_data.errors import MeuError
from meu_data.grounding.ground import ground
from meu_data.grounding.verify import inputs_sha256
from meu_data.records import REJECTED, Draft, Grounding, Motion, Sample
from meu_data.store.ledger import Ledger

# Goes up with every change of what tasks and predictions look like, so that untouched tasks are made anew.
TASKS_VERSION = 1

_PAGE = 200


class Candidate(NamedTuple):
    """A sample with a draft, as the ledger holds it, not yet read."""

    sample_id: str
    sample: str
    motion: str
    draft: str
    grounding: str | None
    inputs: str

    def read(self) -> tuple[Sample, Motion, Draft, Grounding]:
        """The records; the grounding is worked out where the ledger has none that is up to date."""
        sample, motion = Sample.model_validate_json(self.sample), Motion.model_validate_json(self.motion)
        draft = Draft.model_validate_json(self.draft)
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


def select(ledger: Ledger, wanted: Selection) -> Iterator[Candidate | LeftOut]:
    """Every sample by id, as a candidate or with the reason why it is none; read in pages.

    Raises:
        MeuError: A sample has drafts by several models and none was chosen.
    """
    last, left = "", wanted.limit
    while left is None or left > 0:
        rows = ledger.read(
            "SELECT s.id, s.record, m.record"  # noqa: S608 - only our own number is put in
            " FROM samples s LEFT JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
            f" WHERE s.id > ? AND (? IS NULL OR s.id = ?) ORDER BY s.id LIMIT {_PAGE}",
            (wanted.recipe, last, wanted.only, wanted.only),
        )[:left]
        if not rows:
            return
        drafts = _drafts(ledger, wanted, rows[0][0], rows[-1][0])
        for sample_id, sample, motion in rows:
            yield _judged(wanted, sample_id, sample, motion, drafts.get(sample_id, []))
        last = rows[-1][0]
        left = None if left is None else left - len(rows)


class _Row(NamedTuple):
    model: str
    draft: str
    grounding: str | None
    grounded: str | None


def _drafts(ledger: Ledger, wanted: Selection, first: str, last: str) -> dict[str, list[_Row]]:
    rows = ledger.read(
        "SELECT d.sample_id, d.model, d.record, g.record, g.inputs FROM drafts d LEFT JOIN grounding g"
        " ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
        " WHERE d.lang = ? AND (? IS NULL OR d.model = ?) AND d.sample_id BETWEEN ? AND ?"
        " ORDER BY d.sample_id, d.model",
        (wanted.lang, wanted.model, wanted.model, first, last),
    )
    found: dict[str, list[_Row]] = {}
    for sample_id, *row in rows:
        found.setdefault(sample_id, []).append(_Row(*row))
    return found


def _judged(
    wanted: Selection, sample_id: str, sample: str, motion: str | None, drafts: list[_Row]
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
    if Draft.model_validate_json(row.draft).map_sha256 != Motion.model_validate_json(motion).map_sha256:
        return LeftOut(sample_id, "its draft describes another map: `meu-data draft` writes it anew")
    grounded = inputs_sha256(sample, motion, row.draft)
    inputs = hashlib.sha256(f"{TASKS_VERSION} {wanted.pictures} {wanted.lang} {grounded}".encode()).hexdigest()
    fresh = row.grounding if row.grounded == grounded else None
    return Candidate(sample_id, sample, motion, row.draft, fresh, inputs)
