"""A second reader: a model reads the prose of drafts, blind, and what it reads is checked like a draft's own claims.

For labs that want a near-human reading. It is paid for like a draft (attempts, budget, resumption), stands beside the
rule reader's grounding and changes neither that nor the draft.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from meu_data.choices import Language, OnUnknown
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.stage import OnlineSummary, draft_online
from meu_data.drafting.requests.readings import (
    ground_reading,
    judge_reading,
    read_reading,
    reading_spec,
    readings_sha256,
)
from meu_data.drafting.requests.results import stored_answer
from meu_data.drafting.requests.spec import RequestSettings, RequestSpec, ResolvedSettings
from meu_data.drafting.requests.worklist import Work, Worklist
from meu_data.grounding.verify import inputs_sha256
from meu_data.progress import SILENT, Progress
from meu_data.records import Draft, Motion, Record, Sample, Stage, sample_problem
from meu_data.store.damage import on_a_sound_ledger, set_aside_damaged
from meu_data.store.drafts import DraftFilter, DraftToCheck, GroundedDraft, count_drafts
from meu_data.store.ledger import Ledger
from meu_data.store.made_from import SECOND_READER
from meu_data.store.requests import RequestKind, RequestState, find_request
from meu_data.store.second_grounding import (
    drafts_to_read,
    put_second_grounding,
    request_reason,
    second_groundings,
    second_overview,
)
from meu_data.store.workspace import Workspace


class SecondReading(Record):
    """What a second reader has found; read + fresh + waiting + unread + unanswered = drafts.

    `read`: checked now. `fresh`: up to date. `waiting`: their samples have no measured motion. `unread`: not asked
    yet, as the run stopped. `unanswered`: held, blocked or failed, listed by the problems. `unsound`: drafts in which
    it found something serious; `mean_score`: of those it has read; `worst`: the least true drafts. `run`: the calls.
    """

    reader: str
    drafts: int
    read: int
    fresh: int
    waiting: int
    unread: int
    unanswered: int
    unsound: int
    mean_score: float | None
    worst: tuple[GroundedDraft, ...]
    run: OnlineSummary


class _Stale(NamedTuple):
    """A draft whose reading is missing or was made from something else, and the request that asks for it."""

    found: DraftToCheck
    draft: Draft
    inputs: str
    spec: RequestSpec


class ReadingWorklist(Worklist):
    """The wordings that a reader has still to be asked about, each once, however many drafts have it."""

    stage: ClassVar[Stage] = "verify"
    kind: ClassVar[RequestKind] = "reading"

    def __init__(
        self,
        workspace: Workspace,
        settings: RequestSettings,
        wanted: DraftFilter,
        *,
        limit: int | None = None,
        on_unknown: OnUnknown = "hold",
        retry_failed: bool = False,
    ) -> None:
        """Prepares the iteration.

        Raises:
            MeuError: There is no sample of the id that is wanted.
        """
        super().__init__(
            workspace,
            settings,
            only=wanted.sample_id,
            limit=limit,
            on_unknown=on_unknown,
            retry_failed=retry_failed,
        )
        self._filter = wanted
        drafts = count_drafts(workspace.ledger, wanted)
        self.samples = drafts if limit is None else min(drafts, limit)

    @property
    def waiting(self) -> int:
        """Drafts whose samples have no measured motion."""
        return self.counts["waiting"]

    def stale(self) -> Iterator[_Stale]:
        """The drafts that the reader's grounding is not up to date of."""
        for found in drafts_to_read(self._ledger, self._filter, self._settings.model, self._limit):
            self.counts["seen"] += 1
            if found.motion is None:
                self.counts["waiting"] += 1
                continue
            lang: Language = "zh" if found.lang == "zh" else "en"
            made_from = (readings_sha256(self._settings, lang), inputs_sha256(found.sample, found.motion, found.draft))
            inputs = hashlib.sha256(f"{SECOND_READER.version} {made_from}".encode()).hexdigest()
            if inputs == found.inputs:
                self.counts["fresh"] += 1
                continue
            draft = Draft.model_validate_json(found.draft)
            yield _Stale(found, draft, inputs, reading_spec(draft.annotation, lang, self._settings))

    def __iter__(self) -> Iterator[Work]:
        """The work; what is answered already is passed over."""
        asked: set[str] = set()
        for found, _, _, spec in self.stale():
            key = spec.key
            request = find_request(self._ledger, key)
            state: RequestState = request.state if request else "todo"
            if key in asked or state not in self._wanted:
                if key not in asked:
                    self.counts["fresh" if state == "done" else state] += 1
                continue
            asked.add(key)
            sample, motion = _measured(found)
            afresh = state in ("failed", "blocked")
            yield Work(sample, motion, spec, key, key, afresh=afresh, kind=self.kind, read=judge_reading)


@on_a_sound_ledger
def second_reading(
    workspace: Workspace,
    settings: RequestSettings,
    wanted: DraftFilter,
    *,
    budget_usd: float | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    concurrency: int = 16,
    rpm: int | None = None,
    limit: int | None = None,
    worst: int = 10,
    pacing: Pacing | None = None,
    progress: Progress = SILENT,
) -> SecondReading:
    """Has a model read the prose of drafts, without map, measurement or labels, and checks what it read.

    The answers stay in the ledger: a rerun asks only about wordings it has no answer for, and a new version of the
    rules, another sheet or another map is checked against the same answers free of charge.

    Args:
        workspace: An open workspace.
        settings: Who reads, and how it is asked; pictures are not sent, and each draft is read in its own language.
        wanted: Which drafts.
        budget_usd: What all calls of the workspace may cost, earlier runs and drafts included; None for no limit.
        on_unknown: What to do with calls that were maybe billed.
        retry_failed: Ask again where there was no usable answer.
        concurrency: The most calls under way at once.
        rpm: The most calls in a minute.
        limit: At most so many drafts, by sample.
        worst: How many of the least true drafts to return.
        pacing: Delays and limits; the service's when None.
        progress: Told of every draft.

    Raises:
        MeuError: There is no such sample, no key, no price, another run is under way, or the service takes no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    set_aside_damaged(workspace.ledger)  # before anything is paid for

    def list_work(opened: Workspace, chosen: ResolvedSettings) -> Worklist:
        return ReadingWorklist(opened, chosen, wanted, limit=limit, on_unknown=on_unknown, retry_failed=retry_failed)

    try:
        run = draft_online(
            workspace,
            settings,
            budget_usd=budget_usd,
            concurrency=concurrency,
            rpm=rpm,
            on_unknown=on_unknown,
            pacing=pacing,
            progress=progress,
            list_work=list_work,
        )
    finally:
        # Also what was answered before a run was broken off.
        counts = _ground(workspace.ledger, ReadingWorklist(workspace, settings, wanted, limit=limit))
    unsound, mean = second_overview(workspace.ledger, wanted, settings.model)
    return SecondReading(
        reader=settings.model,
        drafts=counts["seen"],
        **{name: counts[name] for name in ("read", "fresh", "waiting", "unread", "unanswered")},
        unsound=unsound,
        mean_score=mean,
        worst=tuple(second_groundings(workspace.ledger, wanted, settings.model, worst)),
        run=run,
    )


def _ground(ledger: Ledger, work: ReadingWorklist) -> Counter[str]:
    """Checks every reading that is answered and not checked yet; lists what was asked and is not answered."""
    for stale in work.stale():
        key = stale.spec.key
        request = find_request(ledger, key)
        reading = (
            stored_answer(ledger, stale.spec, read_reading) if request is not None and request.state == "done" else None
        )
        sample, motion = _measured(stale.found)
        with ledger.transaction():
            if reading is not None:
                grounding = ground_reading(sample, motion, stale.draft.annotation, stale.draft.lang, reading)
                put_second_grounding(ledger, stale.spec.model, stale.found, stale.inputs, grounding)
                ledger.clear_problem("verify", sample)
                work.counts["read"] += 1
            elif request is not None and request.state in ("held", "unreadable", "blocked", "failed"):
                option = "--on-unknown resend" if request.state in ("held", "unreadable") else "--retry-failed"
                reason = "maybe billed" if request.state == "held" else request_reason(ledger, key)
                hint = f"{reason} (`meu-data verify --llm {stale.spec.provider} {option}` asks again)"
                ledger.set_problem(sample_problem("verify", sample, f"second reader: {hint}"))
                work.counts["unanswered"] += 1
            else:
                work.counts["unread"] += 1
    return work.counts


def _measured(found: DraftToCheck) -> tuple[Sample, Motion]:
    return Sample.model_validate_json(found.sample), Motion.model_validate_json(found.motion or "")
