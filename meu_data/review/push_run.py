"""One run of push: decides what becomes of every sample, sends what is to be sent, and looks whether it arrived."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

from meu_data.errors import MeuError
from meu_data.progress import Progress
from meu_data.records import sample_problem
from meu_data.review.screen.fields import Answers
from meu_data.review.screen.labelling_config import labelling_config
from meu_data.review.screen.pictures import TaskPictures
from meu_data.review.screen.tasks import draft_sha256, prediction, task_data
from meu_data.review.screen.validation import Screen
from meu_data.review.server.client import Server
from meu_data.review.server.inventory import Inventory, take_inventory
from meu_data.review.server.project_setup import show_predictions
from meu_data.review.server.remote_tasks import Stamp, count_tasks, remove_untouched
from meu_data.review.server.sending import Delivered, Parcel, Sender
from meu_data.review.worklist import Candidate, LeftOut, Selection, select
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, SentTask, sent_tasks, store_sent_tasks

Fate = Literal["created", "restored", "replaced", "fresh", "kept", "deleted", "problems", "left_out"]

_SENT: tuple[Fate, ...] = ("created", "restored", "replaced")
_ROUNDS = 4


class PushRun:
    """One run, in rounds: the first does the work, another follows only where something came in between."""

    def __init__(
        self,
        ledger: Ledger,
        server: Server,
        project: Project,
        wanted: Selection,
        pictures: TaskPictures,
        offered: Answers,
        *,
        restore: bool,
        progress: Progress,
    ) -> None:
        self._ledger, self._server, self._project, self._wanted = ledger, server, project, wanted
        self._pictures, self._offered = pictures, offered
        self._screen = Screen(labelling_config(offered, wanted.lang), offered)
        self._restore, self._progress = restore, progress
        self._fates: dict[str, Fate] = {}
        self._reasons: dict[str, str] = {}
        self._doubles = 0
        self._earlier = {problem.sample_id for problem in ledger.problems("push")}
        self._known = {task.sample_id for task in sent_tasks(ledger, project)}

    def push(self) -> dict[str, object]:
        """All rounds; the fields of a PushSummary."""
        for _ in range(_ROUNDS):
            inventory = take_inventory(self._server, self._project.number)
            doubles = inventory.doubles()
            self._doubles += remove_untouched(self._server, self._project.number, doubles)
            inventory = inventory.without(set(doubles))
            if self._round(inventory, alone=not doubles):
                break
        else:
            raise MeuError(
                f"somebody else is pushing to {self._project.title!r} at the same time: push again when that has ended"
            )
        tasks = count_tasks(self._server, self._project.number, after=0) - inventory.foreign
        models = show_predictions(self._server, self._project, tasks)
        counts = Counter(self._fates.values())
        return {
            "project": self._project.title,
            "url": self._project.link,
            "samples": len(self._fates),
            "reasons": dict(sorted(Counter(self._reasons.values()).items())),
            "doubles": self._doubles,
            "elsewhere": len(inventory.tasks.keys() - self._fates.keys()),
            "foreign": inventory.foreign,
            "models": models,
            **{fate: counts[fate] for fate in get_args(Fate)},
        }

    def _round(self, inventory: Inventory, *, alone: bool) -> bool:
        """Makes the server hold what it should; whether it certainly does now.

        Args:
            inventory: What is there.
            alone: Whether nobody else seems to push at the same time.
        """
        sent = 0
        self._progress.start("push", self._ledger.count_samples(only=self._wanted.only, limit=self._wanted.limit))
        with Sender(self._server, self._project.number, inventory.highest) as sender:
            for found in select(self._ledger, self._wanted):
                there = inventory.tasks.get(found.sample_id, [])
                fate, due = self._fate(found, inventory)
                if due and isinstance(found, Candidate):
                    parcel = self._parcel(found, tuple(task.id for task in there))
                    if parcel is None:
                        fate = "problems"
                    else:
                        sent += 1
                        self._note(sender.add(parcel))
                self._settle(found.sample_id, fate)
                self._progress.advance()
            for delivered in sender.finish():
                self._note(delivered)
        self._remember(inventory)
        self._progress.finish()
        if sent == 0 and alone:
            return True
        come = count_tasks(self._server, self._project.number, after=inventory.highest)
        return not sender.unsettled and come == sent

    def _fate(self, found: Candidate | LeftOut, inventory: Inventory) -> tuple[Fate, bool]:
        """What becomes of a sample, and whether its task has to be sent now."""
        if isinstance(found, LeftOut):
            self._reasons[found.sample_id] = found.reason
            return "left_out", False
        # What this run has sent in an earlier round stays new, and is due again where it went missing.
        before = self._fates.get(found.sample_id)
        sent = before if before in _SENT else None
        there = inventory.tasks.get(found.sample_id, [])
        stale = [task for task in there if not (task.stamp and task.stamp.inputs == found.inputs and task.predictions)]
        if there and not stale:
            return sent or "fresh", False
        if any(inventory.is_touched(task) for task in there):
            return "kept", False
        if there or sent:
            return sent or "replaced", True
        if found.sample_id in self._known:
            return ("restored", True) if self._restore else ("deleted", False)
        return "created", True

    def _parcel(self, found: Candidate, replaces: tuple[int, ...]) -> Parcel | None:
        """The task of a sample; None, and a problem in the ledger, where there cannot be one."""
        sample, motion, draft, grounding = found.read()
        made = prediction(draft, grounding, self._offered)
        try:
            faults = self._screen.faults(made)
            if faults:
                raise MeuError(f"the draft by {draft.model} cannot be shown: {'; '.join(faults)}")
            data = task_data(sample, motion, draft, grounding, self._pictures.urls(sample, motion), draft.lang)
        except MeuError as error:
            with self._ledger.transaction():
                self._ledger.set_problem(sample_problem("push", sample, str(error)))
            return None
        stamp = Stamp(
            sample_id=sample.id,
            draft_sha256=draft_sha256(draft),
            inputs=found.inputs,
            score=grounding.score,
            flags=tuple(data["flag_kinds"]),
        )
        task = {"data": data, "meta": stamp.meta(), "predictions": [made]}
        body = json.dumps(task, ensure_ascii=False, separators=(",", ":")).encode()
        return Parcel(sample.id, stamp.draft_sha256, stamp.inputs, body, replaces)

    def _settle(self, sample_id: str, fate: Fate) -> None:
        self._fates[sample_id] = fate
        if fate != "problems" and sample_id in self._earlier:
            with self._ledger.transaction():
                for sample in self._ledger.samples(only=sample_id):
                    self._ledger.clear_problem("push", sample)

    def _note(self, delivered: Sequence[Delivered]) -> None:
        """Notes what has arrived, so that its absence means that somebody deleted it."""
        self._write([SentTask(each.parcel.sample_id, each.task, each.parcel.draft_sha256) for each in delivered])

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
