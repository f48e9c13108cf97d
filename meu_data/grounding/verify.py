"""The verify stage: brings the stored grounding of every draft up to date."""

import hashlib
from typing import Literal

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.grounding.ground import ground
from meu_data.progress import SILENT, Progress
from meu_data.records import Draft, FlagKind, Grounding, Motion, Record, Sample
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.drafts import (
    DraftFilter,
    DraftToCheck,
    GroundedDraft,
    count_drafts,
    drafts_to_check,
    drop_orphaned_groundings,
    grounding_overview,
    put_grounding,
)
from meu_data.store.ledger import Ledger
from meu_data.store.made_from import EVIDENCE, GROUNDING_RULES
from meu_data.store.workspace import Workspace


class VerifySummary(Record):
    """What one run of the stage found; checked + fresh + waiting = drafts.

    `checked`: grounded now. `fresh`: already up to date. `waiting`: their samples have no measured motion.
    `statements`: of the grounded drafts; `unread`: those of them that could not be read, and so were not checked.
    `unsound`: drafts with a serious flag. `mean_score`: of the grounded drafts; None when there is none.
    `kinds`: how many drafts have a flag of each kind. `worst`: the least grounded drafts that have a flag.
    """

    drafts: int
    checked: int
    fresh: int
    waiting: int
    statements: int
    unread: int
    unsound: int
    mean_score: float | None
    kinds: dict[FlagKind, int]
    worst: tuple[GroundedDraft, ...]


@on_a_sound_ledger
def verify(
    workspace: Workspace,
    *,
    model: str | None = None,
    lang: Language | None = None,
    only: str | None = None,
    worst: int = 10,
    progress: Progress = SILENT,
) -> VerifySummary:
    """Grounds the drafts whose grounding is missing or stale, each against the map it describes; costs no call.

    Args:
        workspace: An open workspace.
        model: Just this model's drafts.
        lang: Just the drafts in this language.
        only: Just the drafts of the sample of this id.
        worst: How many of the least grounded drafts to return.
        progress: Told of every draft looked at.

    Raises:
        MeuError: There is no draft of the sample `only` or by `model`.
        LedgerError: The ledger cannot be read or written; whole batches are kept.
    """
    ledger, wanted = workspace.ledger, DraftFilter(only, model, lang)
    total = count_drafts(ledger, wanted)
    if total == 0 and (only or model):
        named = " and ".join(filter(None, [only and f"sample {only!r}", model and f"model {model!r}"]))
        raise MeuError(f"there is no draft for the {named} in {workspace.root}; `meu-data status` lists what is there")
    counts = {"checked": 0, "fresh": 0, "waiting": 0}
    progress.start("verify", total)
    for page in drafts_to_check(ledger, wanted):
        with ledger.transaction():
            for draft in page:
                counts[_check(ledger, draft)] += 1
        progress.advance(len(page))
    with ledger.transaction():
        drop_orphaned_groundings(ledger)
    progress.finish()
    overview = grounding_overview(ledger, wanted, worst)
    return VerifySummary.model_validate({"drafts": total, **counts, **overview._asdict()})


def store_grounding(ledger: Ledger, sample: Sample, motion: Motion, draft: Draft) -> Grounding:
    """Grounds a draft and stores the result beside it, replacing an earlier one; call inside a transaction.

    Args:
        ledger: Where to.
        sample: The draft's sample.
        motion: What was measured on it, and the draft was made from.
        draft: As it is stored.
    """
    grounding = ground(sample, motion, draft.annotation, draft.lang)
    inputs = inputs_sha256(sample.model_dump_json(), motion.model_dump_json(), draft.model_dump_json())
    put_grounding(ledger, draft.model, draft.lang, inputs, grounding)
    return grounding


def inputs_sha256(sample: str, motion: str, draft: str) -> str:
    """Hash of everything a grounding is made from: the rules, and three records as the ledger holds them."""
    digest = hashlib.sha256(f"{GROUNDING_RULES.version} {EVIDENCE.version}".encode())
    for record in (sample, motion, draft):
        digest.update(b"\0" + record.encode())
    return digest.hexdigest()


def _check(ledger: Ledger, found: DraftToCheck) -> Literal["checked", "fresh", "waiting"]:
    """Grounds a draft where it has to be; says how it stood."""
    if found.motion is None:
        return "waiting"
    inputs = inputs_sha256(found.sample, found.motion, found.draft)
    if inputs == found.inputs:
        return "fresh"
    sample, motion = Sample.model_validate_json(found.sample), Motion.model_validate_json(found.motion)
    draft = Draft.model_validate_json(found.draft)
    put_grounding(ledger, found.model, found.lang, inputs, ground(sample, motion, draft.annotation, draft.lang))
    return "checked"
