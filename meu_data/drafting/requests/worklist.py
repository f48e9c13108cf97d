"""Which samples still need a call: found without rendering a prompt for those that are finished."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from meu_data.choices import OnUnknown
from meu_data.drafting.requests.answers import PARSER_VERSION
from meu_data.drafting.requests.prompts import build_spec, prompts_sha256
from meu_data.drafting.requests.spec import RequestSettings, RequestSpec
from meu_data.errors import MeuError
from meu_data.records import Motion, Sample, sample_problem
from meu_data.store.workspace import Workspace

_PAGE = 500


class Work(NamedTuple):
    """One sample that needs a call, or (`reread`) only needs its stored answer read again.

    `inputs` is a cheap fingerprint of all that the request is made from; `key` is the request's own. `afresh`: what
    was answered before does not count. `base` is the key of the request whose draft this one is to repair.
    """

    sample: Sample
    motion: Motion
    spec: RequestSpec
    key: str
    inputs: str
    reread: bool = False
    afresh: bool = False
    base: str | None = None


class _Known(NamedTuple):
    key: str
    state: str
    parser: int


class Worklist:
    """Iterates the work of one run in the order of the sample ids, in pages, so that memory stays flat.

    `counts` says, as far as the iteration has come, what was passed over: `fresh` (done), `held`, `submitted`
    (with a batch job), `blocked`, `failed`, and `problems` (no request can be made). `samples` is the number
    selected, `waiting` those of them without a map.
    """

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

        Args:
            workspace: An open workspace.
            settings: What shapes the requests.
            only: Just the sample of this id.
            limit: At most so many rendered samples.
            on_unknown: `resend` makes work of the held requests.
            retry_failed: Make work of the failed and blocked requests, too.

        Raises:
            MeuError: There is no sample of the id `only`.
        """
        self.counts: Counter[str] = Counter()
        self.samples = workspace.ledger.count_samples(only=only, limit=limit)
        if only is not None and workspace.ledger.count_samples(only=only) == 0:
            raise MeuError(
                f"there is no sample {only!r} in {workspace.root}; ids look like dfme/sub0001/sub0001_01/12-20"
            )
        self._ledger = workspace.ledger
        self._settings, self._only, self._limit = settings.resolved(workspace), only, limit
        self._wanted = {"todo"} | ({"held"} if on_unknown == "resend" else set())
        self._wanted |= {"failed", "blocked"} if retry_failed else set()

    @property
    def waiting(self) -> int:
        """Selected samples that have no map yet; known once the iteration has ended."""
        return self.samples - self.counts["seen"]

    def __iter__(self) -> Iterator[Work]:
        """The work, a sample at a time; problems are stored in the ledger on the way."""
        shared = prompts_sha256(self._settings).encode()
        for page in self._pages():
            known, drafted = self._known(page[0][0], page[-1][0])
            for identifier, record, motion_inputs in page:
                self.counts["seen"] += 1
                inputs = hashlib.sha256(b"\0".join((shared, record.encode(), motion_inputs.encode()))).hexdigest()
                request = known.get((identifier, inputs))
                if request is not None and self._passed(request, drafted.get(identifier)):
                    continue
                work = self._work(identifier, record, inputs, request)
                if work is not None:
                    yield work

    def _passed(self, request: _Known, drafted: str | None) -> bool:
        """Whether there is nothing to do for a known request; counts it then."""
        if request.state in self._wanted:
            return False
        if request.state == "done":
            if request.parser != PARSER_VERSION or drafted != request.key:
                return False
            self.counts["fresh"] += 1
            return True
        if request.state == "failed" and request.parser != PARSER_VERSION:
            return False
        self.counts[request.state] += 1
        return True

    def _work(self, identifier: str, record: str, inputs: str, request: _Known | None) -> Work | None:
        sample = Sample.model_validate_json(record)
        ((stored,),) = self._ledger.read(
            "SELECT record FROM motion WHERE sample_id = ? AND recipe = ?", (identifier, self._settings.recipe)
        )
        motion = Motion.model_validate_json(stored)
        try:
            spec = build_spec(sample, motion, self._settings)
        except MeuError as error:
            self.counts["problems"] += 1
            with self._ledger.transaction():
                self._ledger.set_problem(sample_problem("draft", sample, str(error)))
            return None
        key = spec.key
        if request is None:
            request = self._by_key(key)
            # The same question was met before, under another fingerprint (a sheet's row moved, say).
            if request is not None:
                with self._ledger.transaction():
                    self._ledger.write("UPDATE requests SET inputs = ? WHERE key = ?", (inputs, key))
                if self._passed(request, self._ledger.draft_inputs(identifier, spec.model, spec.lang)):
                    return None
        state = request.state if request else "todo"
        afresh = state in ("failed", "blocked")
        return Work(sample, motion, spec, key, inputs, reread=state not in self._wanted, afresh=afresh)

    def _by_key(self, key: str) -> _Known | None:
        rows = self._ledger.read("SELECT key, state, parser FROM requests WHERE key = ?", (key,))
        return _Known(*rows[0]) if rows else None

    def _pages(self) -> Iterator[list[tuple[str, str, str]]]:
        query = (
            "SELECT s.id, s.record, m.inputs FROM samples s JOIN motion m ON m.sample_id = s.id AND m.recipe = ?"
            " WHERE s.id > ? AND (? IS NULL OR s.id = ?) ORDER BY s.id LIMIT ?"
        )
        last, left = "", self._limit
        while left is None or left > 0:
            size = _PAGE if left is None else min(_PAGE, left)
            page = self._ledger.read(query, (self._settings.recipe, last, self._only, self._only, size))
            if page:
                yield page
            if len(page) < size:
                return
            last = page[-1][0]
            left = None if left is None else left - len(page)

    def _known(self, first: str, last: str) -> tuple[dict[tuple[str, str], _Known], dict[str, str]]:
        """The requests of a page by sample and fingerprint, and what its stored drafts were made from."""
        bound = (first, last, self._settings.model, self._settings.lang)
        rows = self._ledger.read(
            "SELECT sample_id, inputs, key, state, parser FROM requests"
            " WHERE sample_id BETWEEN ? AND ? AND model = ? AND lang = ? AND kind = 'draft'",
            bound,
        )
        drafts = self._ledger.read(
            "SELECT sample_id, inputs FROM drafts WHERE sample_id BETWEEN ? AND ? AND model = ? AND lang = ?", bound
        )
        return {(row[0], row[1]): _Known(*row[2:]) for row in rows}, dict(drafts)
