"""The verify stage: brings the stored grounding of every draft up to date."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.grounding.evidence import EVIDENCE_VERSION
from meu_data.grounding.ground import RULES_VERSION, ground
from meu_data.progress import Progress, Silent
from meu_data.records import Draft, FlagKind, Grounding, Motion, Record, Sample
from meu_data.store.ledger import Ledger
from meu_data.store.workspace import Workspace

_PAGE = 200
_SILENT = Silent()
_SELECTED = "(?1 IS NULL OR d.sample_id = ?1) AND (?2 IS NULL OR d.model = ?2) AND (?3 IS NULL OR d.lang = ?3)"


class GroundedDraft(Record):
    """A draft and how well it is grounded."""

    model: str
    lang: Language
    grounding: Grounding


class VerifySummary(Record):
    """What one run of the stage found; checked + fresh + waiting = drafts.

    `checked`: grounded now. `fresh`: already up to date. `waiting`: their samples have no measured motion.
    `unsound`: drafts with a serious flag. `mean_score`: of the grounded drafts; None when there is none.
    `kinds`: how many drafts have a flag of each kind. `worst`: the least grounded drafts that have a flag.
    """

    drafts: int
    checked: int
    fresh: int
    waiting: int
    unsound: int
    mean_score: float | None
    kinds: dict[FlagKind, int]
    worst: tuple[GroundedDraft, ...]


class _Row(NamedTuple):
    """One draft with what it is checked against, as JSON, and what its stored grounding was made from."""

    sample_id: str
    model: str
    lang: str
    draft: str
    sample: str
    motion: str | None
    inputs: str | None


def verify(
    workspace: Workspace,
    *,
    model: str | None = None,
    lang: Language | None = None,
    only: str | None = None,
    worst: int = 10,
    progress: Progress = _SILENT,
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
    ledger = workspace.ledger
    selected = (only, model, lang)
    (total,) = ledger.read(f"SELECT count(*) FROM drafts d WHERE {_SELECTED}", selected)[0]  # noqa: S608 - own text
    if total == 0 and (only or model):
        wanted = " and ".join(filter(None, [only and f"sample {only!r}", model and f"model {model!r}"]))
        raise MeuError(f"there is no draft for the {wanted} in {workspace.root}; `meu-data status` lists what is there")
    counts = {"checked": 0, "fresh": 0, "waiting": 0}
    progress.start("verify", total)
    for page in _pages(ledger, selected):
        stale = []
        for row in page:
            state = "waiting" if row.motion is None else "fresh" if row.inputs == _inputs(row) else "checked"
            counts[state] += 1
            if state == "checked":
                stale.append(row)
        with ledger.transaction():
            for row in stale:
                _ground_row(ledger, row)
        progress.advance(len(page))
    with ledger.transaction():
        _drop_orphans(ledger)
    progress.finish()
    return VerifySummary.model_validate({"drafts": total, **counts, **_overview(ledger, selected, worst)})


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
    _store(ledger, draft.model, draft.lang, inputs, grounding)
    return grounding


def groundings(ledger: Ledger, sample_id: str) -> list[GroundedDraft]:
    """The stored groundings of a sample's drafts, by model and language."""
    query = "SELECT model, lang, record FROM grounding WHERE sample_id = ? ORDER BY model, lang"
    return [_grounded(*row) for row in ledger.read(query, (sample_id,))]


def inputs_sha256(sample: str, motion: str, draft: str) -> str:
    """Hash of everything a grounding is made from: the rules, and three records as the ledger holds them."""
    digest = hashlib.sha256(f"{RULES_VERSION} {EVIDENCE_VERSION}".encode())
    for record in (sample, motion, draft):
        digest.update(b"\0" + record.encode())
    return digest.hexdigest()


def _pages(ledger: Ledger, selected: tuple[str | None, ...]) -> Iterator[list[_Row]]:
    # Only this module's own text is put into the query; what a user gave is bound.
    query = (
        "SELECT d.sample_id, d.model, d.lang, d.record, s.record, m.record, g.inputs"  # noqa: S608
        " FROM drafts d JOIN samples s ON s.id = d.sample_id"
        " LEFT JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = json_extract(d.record, '$.recipe')"
        " LEFT JOIN grounding g ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
        f" WHERE {_SELECTED} AND (d.sample_id, d.model, d.lang) > (?4, ?5, ?6)"
        f" ORDER BY d.sample_id, d.model, d.lang LIMIT {_PAGE}"
    )
    last: tuple[str, str, str] = ("", "", "")
    while page := [_Row(*row) for row in ledger.read(query, (*selected, *last))]:
        yield page
        last = page[-1][:3]


def _inputs(row: _Row) -> str:
    return inputs_sha256(row.sample, row.motion or "", row.draft)


def _ground_row(ledger: Ledger, row: _Row) -> None:
    sample = Sample.model_validate_json(row.sample)
    motion = Motion.model_validate_json(row.motion or "")
    draft = Draft.model_validate_json(row.draft)
    _store(ledger, row.model, row.lang, _inputs(row), ground(sample, motion, draft.annotation, draft.lang))


def _store(ledger: Ledger, model: str, lang: str, inputs: str, grounding: Grounding) -> None:
    ledger.write(
        "REPLACE INTO grounding (sample_id, model, lang, inputs, score, record) VALUES (?, ?, ?, ?, ?, ?)",
        (grounding.sample_id, model, lang, inputs, grounding.score, grounding.model_dump_json()),
    )


def _drop_orphans(ledger: Ledger) -> None:
    """Forgets the groundings of drafts, or of samples, that are gone."""
    ledger.write(
        "DELETE FROM grounding WHERE NOT EXISTS (SELECT 1 FROM drafts d WHERE d.sample_id = grounding.sample_id"
        " AND d.model = grounding.model AND d.lang = grounding.lang)"
        " OR sample_id NOT IN (SELECT id FROM samples)"
    )


def _overview(ledger: Ledger, selected: tuple[str | None, ...], worst: int) -> dict[str, object]:
    serious = "SELECT 1 FROM json_each(d.record, '$.flags') f WHERE json_extract(f.value, '$.severity') = 'serious'"
    ((unsound, mean),) = ledger.read(
        f"SELECT total(EXISTS ({serious})), avg(d.score) FROM grounding d WHERE {_SELECTED}",  # noqa: S608
        selected,
    )
    kinds = ledger.read(
        "SELECT json_extract(f.value, '$.kind') AS kind, count(DISTINCT json_array(d.sample_id, d.model, d.lang))"  # noqa: S608
        f" FROM grounding d, json_each(d.record, '$.flags') f WHERE {_SELECTED} GROUP BY kind ORDER BY kind",
        selected,
    )
    rows = ledger.read(
        f"SELECT d.model, d.lang, d.record FROM grounding d WHERE {_SELECTED} AND d.score < 1"  # noqa: S608
        " ORDER BY d.score, d.sample_id, d.model, d.lang LIMIT ?4",
        (*selected, worst),
    )
    return {
        "unsound": int(unsound),
        "mean_score": None if mean is None else round(mean, 4),
        "kinds": dict(kinds),
        "worst": tuple(_grounded(*row) for row in rows),
    }


def _grounded(model: str, lang: Language, record: str) -> GroundedDraft:
    return GroundedDraft(model=model, lang=lang, grounding=Grounding.model_validate_json(record))
