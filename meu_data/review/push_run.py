"""One run of push: decides what becomes of every sample, sends what is to be sent, and looks whether it arrived."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, NamedTuple, get_args

from meu_data.errors import MeuError
from meu_data.motion.engines import available_cores
from meu_data.progress import Progress
from meu_data.records import Draft, Grounding, Motion, Review, Sample, sample_problem
from meu_data.review.experts import NO_NEED, needs_expert, opinions_html
from meu_data.review.screen.overlay import ShownPart
from meu_data.review.screen.pictures import TaskPictures
from meu_data.review.screen.tasks import draft_sha256, prediction, task_data
from meu_data.review.screen.validation import Screen
from meu_data.review.server.client import Server
from meu_data.review.server.project import Identity
from meu_data.review.server.project_setup import Prepared, set_maximum_annotations, show_predictions
from meu_data.review.server.remote_tasks import (
    Inventory,
    RemoteTask,
    Stamp,
    count_tasks,
    list_tasks,
    remove_untouched,
    set_overlap,
    take_inventory,
)
from meu_data.review.server.sending import Delivered, Sender, TaskPayload
from meu_data.review.sharing import Overlap, next_people
from meu_data.review.worklist import Candidate, LeftOut, Selection, select
from meu_data.store.ledger import Ledger
from meu_data.store.projects import SentTask, sent_tasks, store_sent_tasks
from meu_data.store.reviews import current_reviews, pseudonyms

PushOutcome = Literal["created", "restored", "replaced", "fresh", "kept", "deleted", "problems", "left_out"]

_SENT: tuple[PushOutcome, ...] = ("created", "restored", "replaced")
_ROUNDS = 4


class Drawn(NamedTuple):
    """A sample as its task shows it; `fault` is why there are no pictures of it."""

    sample: Sample
    motion: Motion
    draft: Draft
    grounding: Grounding
    urls: Mapping[str, str] = {}
    shown: ShownPart | None = None
    clip: str = ""
    fault: str = ""


Drawing = Future[Drawn]


class PushRun:
    """One run, in rounds: the first does the work, another follows only where something came in between."""

    def __init__(
        self,
        ledger: Ledger,
        server: Server,
        prepared: Prepared,
        wanted: Selection,
        pictures: TaskPictures,
        *,
        restore: bool,
        progress: Progress,
        overlap: Overlap | None = None,
        people: Sequence[str] = (),
    ) -> None:
        self._ledger, self._server, self._project, self._wanted = ledger, server, prepared.project, wanted
        self._pictures, self._offered, self._edited = pictures, prepared.offered, prepared.edited
        self._identity = str(Identity(self._project.key, self._project.lang))
        self._screen = Screen(prepared.config, prepared.offered)
        self._restore, self._progress = restore, progress
        self._overlap, self._people, self._load = overlap, people, Counter[str]()
        self._outcomes: dict[str, PushOutcome] = {}
        self._reasons: dict[str, str] = {}
        self._duplicates = 0
        self._earlier = {problem.sample_id for problem in ledger.problems("push")}
        self._labels = pseudonyms(ledger)
        self._known = {task.sample_id for task in sent_tasks(ledger, self._project)}

    def push(self) -> dict[str, object]:
        """All rounds; the fields of a PushSummary."""
        if self._overlap and self._overlap.share == 1:
            # New tasks begin with it.
            set_maximum_annotations(self._server, self._project, self._overlap.people)
        for _ in range(_ROUNDS):
            inventory = take_inventory(self._server, self._project.number)
            self._load = inventory.load()
            duplicates = inventory.duplicates()
            self._duplicates += remove_untouched(self._server, self._project.number, duplicates)
            inventory = inventory.without(set(duplicates))
            if self._round(inventory, alone=not duplicates):
                break
        else:
            raise MeuError(
                f"somebody else is pushing to {self._project.title!r} at the same time: push again when that has ended"
            )
        shared = self._share_out()
        tasks = count_tasks(self._server, self._project.number, after=0) - inventory.foreign
        models = show_predictions(self._server, self._project, tasks)
        counts = Counter(self._outcomes.values())
        return {
            "project": self._project.title,
            "url": self._project.link,
            "login": self._project.login_link,
            "samples": len(self._outcomes),
            "reasons": dict(sorted(Counter(self._reasons.values()).items())),
            "doubles": self._duplicates,
            "elsewhere": len(inventory.tasks.keys() - self._outcomes.keys()),
            "foreign": inventory.foreign,
            "models": models,
            "edited": self._edited,
            "overlap": str(self._overlap or ""),
            "shared": shared,
            "assigned": dict(sorted(self._load.items())),
            **{outcome: counts[outcome] for outcome in get_args(PushOutcome)},
        }

    def _share_out(self) -> int:
        """Makes every task go to as many people as it should; returns how many go to two or more."""
        if self._overlap is None:
            return 0
        shared = 0
        for task in list(list_tasks(self._server, self._project.number)):
            if task.stamp is not None:
                wanted = self._overlap.of(self._project.key, task.stamp.sample_id)
                shared += wanted > 1
                if task.overlap != wanted:
                    set_overlap(self._server, task.id, wanted, done=task.answers >= wanted)
        return shared

    def _round(self, inventory: Inventory, *, alone: bool) -> bool:
        """Makes the server hold what it should; whether it certainly does now.

        Args:
            inventory: What is there.
            alone: Whether nobody else seems to push at the same time.
        """
        sent = 0
        self._progress.start(
            "push", self._ledger.count_samples(only=self._wanted.only, limit=self._wanted.limit, kind=self._wanted.kind)
        )
        with Sender(self._server, self._project.number, inventory.highest) as sender:
            for found, expected, drawing in self._drawn_ahead(inventory):
                outcome = expected
                if drawing is not None and isinstance(found, Candidate):
                    there = inventory.tasks.get(found.sample_id, [])
                    payload = self._payload(found, drawing, tuple(task.id for task in there))
                    if payload is None:
                        outcome = "problems"
                    else:
                        sent += 1
                        self._note(sender.add(payload))
                self._settle(found.sample_id, outcome)
                self._progress.advance()
            for delivered in sender.finish():
                self._note(delivered)
        self._remember(inventory)
        self._progress.finish()
        if sent == 0 and alone:
            return True
        come = count_tasks(self._server, self._project.number, after=inventory.highest)
        return not sender.unsettled and come == sent

    def _drawn_ahead(self, inventory: Inventory) -> Iterator[tuple[Candidate | LeftOut, PushOutcome, Drawing | None]]:
        """What is to be pushed and what becomes of it; meanwhile all cores make the pictures of what comes next."""
        waiting: deque[tuple[Candidate | LeftOut, PushOutcome, Drawing | None]] = deque()
        cores = available_cores()
        pool = ThreadPoolExecutor(cores, thread_name_prefix="pictures")
        try:
            for found in self._candidates():
                outcome, due = self._outcome(found, inventory)
                drawing = pool.submit(self._draw, found) if due and isinstance(found, Candidate) else None
                waiting.append((found, outcome, drawing))
                if len(waiting) > 2 * cores:
                    yield waiting.popleft()
            yield from waiting
        finally:
            pool.shutdown(cancel_futures=True)

    def _draw(self, found: Candidate) -> Drawn:
        """What a task is made from; runs on any thread."""
        sample, motion, draft, grounding = found.read()
        pictures = self._pictures
        try:
            urls, shown = pictures.urls(sample, motion), pictures.shown(motion)
            clip = pictures.clip_url(sample, motion) if self._wanted.clips else ""
        except MeuError as error:
            return Drawn(sample, motion, draft, grounding, fault=str(error))
        return Drawn(sample, motion, draft, grounding, urls, shown, clip)

    def _candidates(self) -> Iterator[Candidate | LeftOut]:
        """What is to be pushed; in a round of experts, what one should decide on."""
        for found in select(self._ledger, self._wanted):
            if self._project.round == "expert" and isinstance(found, Candidate):
                said = self._said(found.sample_id)
                if needs_expert(said, found.motion):
                    opinions = opinions_html(said, self._labels, self._wanted.lang)
                    inputs = hashlib.sha256(f"{found.inputs} {opinions}".encode()).hexdigest()
                    yield found._replace(inputs=inputs, opinions=opinions)
                else:
                    yield LeftOut(found.sample_id, NO_NEED)
            else:
                yield found

    def _said(self, sample_id: str) -> list[Review]:
        """What annotators said of a sample, in the order of their pseudonyms."""
        said = [review for review in current_reviews(self._ledger, sample_id) if not review.expert]
        return sorted(said, key=lambda review: self._labels.get(review.annotator, ""))

    def _outcome(self, found: Candidate | LeftOut, inventory: Inventory) -> tuple[PushOutcome, bool]:
        """What becomes of a sample, and whether its task has to be sent now."""
        if isinstance(found, LeftOut):
            self._reasons[found.sample_id] = found.reason
            return "left_out", False
        # What this run has sent in an earlier round stays new, and is due again where it went missing.
        before = self._outcomes.get(found.sample_id)
        sent = before if before in _SENT else None
        there = inventory.tasks.get(found.sample_id, [])
        stale = [task for task in there if not self._is_fresh(task, found)]
        if there and not stale:
            return sent or "fresh", False
        if any(inventory.is_touched(task) for task in there):
            return "kept", False
        if there or sent:
            return sent or "replaced", True
        if found.sample_id in self._known:
            return ("restored", True) if self._restore else ("deleted", False)
        return "created", True

    def _is_fresh(self, task: RemoteTask, found: Candidate) -> bool:
        stamp = task.stamp
        if stamp is None or stamp.inputs != found.inputs or not task.predictions:
            return False
        return bool(stamp.assigned) or not self._people

    def _payload(self, found: Candidate, drawing: Drawing, replaces: tuple[int, ...]) -> TaskPayload | None:
        """The task of a sample; None, and a problem in the ledger, where there cannot be one."""
        drawn = drawing.result()
        sample, motion, draft, grounding = drawn.sample, drawn.motion, drawn.draft, drawn.grounding
        made = prediction(draft, motion, grounding, self._offered)
        faults = self._screen.faults(made)
        fault = f"the draft by {draft.model} cannot be shown: {'; '.join(faults)}" if faults else drawn.fault
        if fault or drawn.shown is None:
            with self._ledger.transaction():
                self._ledger.set_problem(sample_problem("push", sample, fault))
            return None
        data = task_data(sample, motion, draft, grounding, drawn.urls, drawn.shown, draft.lang, clip=drawn.clip)
        assigned = self._assigned(sample.id)
        data["assigned"] = " ".join(assigned)
        if found.opinions:
            data["opinions"] = found.opinions
        stamp = Stamp(
            sample_id=sample.id,
            draft_sha256=draft_sha256(draft),
            inputs=found.inputs,
            score=grounding.score,
            flags=tuple(data["flag_kinds"]),
            project=self._identity,
            assigned=assigned,
        )
        task = {"data": data, "meta": stamp.meta(), "predictions": [made]}
        body = json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode()
        return TaskPayload(sample.id, stamp.draft_sha256, stamp.inputs, body, replaces)

    def _assigned(self, sample_id: str) -> tuple[str, ...]:
        count = self._overlap.of(self._project.key, sample_id) if self._overlap else 1
        chosen = next_people(self._project.key, sample_id, self._people, count, self._load)
        self._load.update(chosen)
        return chosen

    def _settle(self, sample_id: str, outcome: PushOutcome) -> None:
        self._outcomes[sample_id] = outcome
        if outcome != "problems" and sample_id in self._earlier:
            with self._ledger.transaction():
                for sample in self._ledger.samples(only=sample_id):
                    self._ledger.clear_problem("push", sample)

    def _note(self, delivered: Sequence[Delivered]) -> None:
        """Notes what has arrived, so that its absence means that somebody deleted it."""
        self._write([SentTask(each.payload.sample_id, each.task, each.payload.draft_sha256) for each in delivered])

    def _remember(self, inventory: Inventory) -> None:
        """Notes the tasks that another machine, or a killed run, has brought there."""
        rows = []
        for sample_id, tasks in inventory.tasks.items():
            stamp = tasks[0].stamp
            if stamp is not None and sample_id not in self._known:
                rows.append(SentTask(sample_id, tasks[0].id, stamp.draft_sha256))
        self._write(rows)

    def _write(self, tasks: Sequence[SentTask]) -> None:
        if tasks:
            store_sent_tasks(self._ledger, self._project, tasks)
            self._known.update(task.sample_id for task in tasks)
