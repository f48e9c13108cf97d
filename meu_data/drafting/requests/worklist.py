"""Which samples still need a call: found without rendering a prompt for those that are finished; and follow-ups.

A follow-up tells the model once what is wrong with a badly grounded draft; both versions are kept.
"""

import copy
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple, Self

from meu_data.choices import OnUnknown
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerOutcome, read_answer
from meu_data.drafting.requests.prompts import asked_to_repair, build_spec, prompts_sha256
from meu_data.drafting.requests.spec import RequestSettings, RequestSpec, ResolvedSettings
from meu_data.errors import MeuError
from meu_data.grounding.flags import repair_text
from meu_data.records import Motion, Sample, Stage, sample_problem
from meu_data.store.attempts import past_attempts
from meu_data.store.drafts import drafts_to_repair
from meu_data.store.ledger import Ledger
from meu_data.store.made_from import ANSWER_PARSER
from meu_data.store.requests import (
    KnownRequest,
    RenderedSample,
    RequestKind,
    find_request,
    rendered_samples,
    set_inputs,
    was_repair_sent,
)
from meu_data.store.workspace import Workspace


class Work(NamedTuple):
    """One sample that needs a call, or (`reread`) only needs its stored answer read again.

    `inputs` is a cheap fingerprint of all that the request is made from; `key` is the request's own. `afresh`: what
    was answered before does not count. `base` is the key of the request whose draft this one is to repair.
    `read` judges its answers. `motion` is None where nothing is measured, as of a question about pictures.
    """

    sample: Sample
    motion: Motion | None
    spec: RequestSpec
    key: str
    inputs: str
    reread: bool = False
    afresh: bool = False
    base: str | None = None
    kind: RequestKind = "draft"
    read: Callable[[RequestSpec, Reply], AnswerOutcome] = read_answer


class Worklist:
    """Iterates the work of one run in the order of the sample ids, in pages, so that memory stays flat.

    `counts` says, as far as the iteration has come, what was passed over: `fresh` (done), `held`, `unreadable`,
    `submitted` (with a batch job), `blocked`, `failed`, and `problems` (no request can be made). `samples` is the
    number selected, `waiting` those of them without a map. `on_unknown="resend"` makes work of the held and unreadable
    requests, and `retry_failed` of the failed and blocked ones.
    """

    stage: ClassVar[Stage] = "draft"
    kind: ClassVar[RequestKind] = "draft"

    def __init__(
        self,
        workspace: Workspace,
        settings: RequestSettings,
        *,
        only: str | None = None,
        limit: int | None = None,
        on_unknown: OnUnknown = "hold",
        retry_failed: bool = False,
    ) -> None:
        """Prepares the iteration.

        Raises:
            MeuError: There is no sample of the id `only`.
        """
        self.counts: Counter[str] = Counter()
        self.samples = workspace.ledger.count_samples(only=only, limit=limit, kind=settings.kind)
        if only is not None and workspace.ledger.count_samples(only=only) == 0:
            raise MeuError(f"there is no sample {only!r} in {workspace.root}; ids look like dfme/sub0001/sub0001_01/12")
        self._ledger = workspace.ledger
        self._settings, self._only, self._limit = settings.resolved(workspace), only, limit
        self._wanted = {"todo"} | ({"held", "unreadable"} if on_unknown == "resend" else set())
        self._wanted |= {"failed", "blocked"} if retry_failed else set()

    def plain(self) -> Self:
        """The same list from the start; held, failed and blocked requests are passed over."""
        again = copy.copy(self)
        again.counts, again._wanted = Counter(), {"todo"}
        return again

    @property
    def waiting(self) -> int:
        """Selected samples that have no map yet; known once the iteration has ended."""
        return self.samples - self.counts["seen"]

    def __iter__(self) -> Iterator[Work]:
        """The work, a sample at a time; problems are stored in the ledger on the way."""
        shared = prompts_sha256(self._settings).encode()
        settings = self._settings
        for found in rendered_samples(
            self._ledger,
            settings.recipe,
            settings.author,
            settings.lang,
            only=self._only,
            limit=self._limit,
            kind=settings.kind,
        ):
            self.counts["seen"] += 1
            made_from = (shared, found.sample.encode(), found.motion_inputs.encode())
            inputs = hashlib.sha256(b"\0".join(made_from)).hexdigest()
            request = found.requests.get(inputs)
            if request is None or not self._passed(request, found.draft_inputs):
                work = self._work(found, inputs, request)
                if work is not None:
                    yield work

    def _passed(self, request: KnownRequest, drafted: str | None) -> bool:
        """Whether there is nothing to do for a known request; counts it then."""
        if request.state in self._wanted:
            return False
        if request.state == "done":
            if request.parser != ANSWER_PARSER.version or drafted != request.key:
                return False
            self.counts["fresh"] += 1
            return True
        if request.state == "failed" and request.parser != ANSWER_PARSER.version:
            return False
        self.counts[request.state] += 1
        return True

    def _work(self, found: RenderedSample, inputs: str, request: KnownRequest | None) -> Work | None:
        sample = Sample.model_validate_json(found.sample)
        motion = self._ledger.motion(sample.id, self._settings.recipe)
        if motion is None:
            return None
        try:
            spec = build_spec(sample, motion, self._settings)
        except MeuError as error:
            self.counts["problems"] += 1
            with self._ledger.transaction():
                self._ledger.set_problem(sample_problem("draft", sample, str(error)))
            return None
        key = spec.key
        if request is None:
            request = find_request(self._ledger, key)
            # The same question was met before, under another fingerprint (a sheet's row moved, say).
            if request is not None:
                with self._ledger.transaction():
                    set_inputs(self._ledger, key, inputs)
                if self._passed(request, self._ledger.draft_inputs(sample.id, spec.author, spec.lang)):
                    return None
        state = request.state if request else "todo"
        afresh = state in ("failed", "blocked")
        return Work(sample, motion, spec, key, inputs, reread=state not in self._wanted, afresh=afresh)


def repairs(
    workspace: Workspace,
    settings: ResolvedSettings,
    *,
    only: str | None = None,
    limit: int | None = None,
    on_unknown: OnUnknown = "hold",
) -> Iterator[Work]:
    """The follow-ups that are still to be sent: one for each up-to-date draft with a serious flag, once.

    `on_unknown="resend"` sends those again that were maybe billed.
    """
    ledger, sent = workspace.ledger, 0
    for draft in drafts_to_repair(ledger, settings.recipe, settings.author, settings.lang, only):
        if draft.grounding.sound or was_repair_sent(
            ledger, draft.sample.id, settings.author, settings.lang, draft.request, held_counts=on_unknown != "resend"
        ):
            continue
        text = repair_text(draft.grounding.flags, settings.lang)
        work = _follow_up(ledger, settings, draft.sample, draft.motion, draft.request, text)
        if work is not None:
            yield work
            sent += 1
            if sent == limit:
                return


def _follow_up(
    ledger: Ledger, settings: ResolvedSettings, sample: Sample, motion: Motion, base: str, text: str
) -> Work | None:
    spec = build_spec(sample, motion, settings)
    answers = [past.raw for past in past_attempts(ledger, base) if past.state == "answered" and past.raw is not None]
    # A draft of other settings, or one whose answer is gone, has no conversation to go on with.
    if spec.key != base or not answers or not text:
        return None
    spec = asked_to_repair(spec, provider(spec.provider).read_reply(answers[-1]).text, text)
    return Work(sample, motion, spec, spec.key, base, base=base, kind="repair")
