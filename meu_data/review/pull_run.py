"""One run of pull: finds the tasks that changed, and stores what people have said on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from meu_data.errors import MeuError, MissingExtraError
from meu_data.grounding.ground import ground
from meu_data.progress import Progress
from meu_data.records import Draft, Motion, Review, Sample, sample_problem
from meu_data.review.screen.fields import Answers
from meu_data.review.screen.html import sent_back
from meu_data.review.screen.tasks import draft_sha256
from meu_data.review.server.client import Server
from meu_data.review.server.project_setup import offered_answers
from meu_data.review.server.remote_tasks import (
    ANNOTATED,
    RemoteTask,
    Stamp,
    chunks,
    fetch_tasks,
    greater,
    list_tasks,
    set_data,
)
from meu_data.review.verdicts.reading import AnnotationSource, Shown, read_annotation, read_draft
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, store_project
from meu_data.store.reviews import (
    annotated_samples,
    annotations_of_tasks,
    annotations_there,
    current_reviews,
    ever_at_fault,
    instant,
    mark_gone,
    store_review,
)

# Tasks whose annotations are fetched and stored at once.
_PAGE = 200
# Their data may hold pictures.
_DATA_PAGE = 20
# Changes are written with the time at which they began, and seen when they end.
_OVERLAP = timedelta(seconds=60)
_FIELDS = "id,annotations,result,created_at,updated_at,completed_by,updated_by,lead_time,was_cancelled"


class PullRun:
    """One run of pull over one or several projects; `counts` are the fields of a PullSummary."""

    def __init__(self, ledger: Ledger, server: Server, answers: Answers, annotators: dict[int, str]) -> None:
        self._ledger, self._server = ledger, server
        self._own, self._offered, self._annotators = answers, answers, annotators
        self.counts: Counter[str] = Counter()

    def pull(self, project: Project, *, full: bool, progress: Progress) -> None:
        """Stores what has changed on one project; see `pull.pull`."""
        # What another machine has made possible to tick breaks no rule.
        self._offered = offered_answers(self._server, project, self._own)
        began = monotonic()
        since = None if full else project.mark
        numberless: list[Stamp | None] = []
        tasks = self._changed(project, since, numberless)
        listing = timedelta(seconds=monotonic() - began)
        progress.start("pull", len(tasks))
        seen: set[int] = set()
        for page in chunks(tasks, _PAGE):
            seen |= self._store(project, page)
            progress.advance(len(page))
        with self._ledger.transaction():
            self._complain(project, numberless)
            # What cannot be looked at is not gone.
            if full and not numberless:
                self._drop(project, annotations_there(self._ledger, project.key) - seen)
        # While a task cannot be named, the next pull looks at this stretch of time again.
        if tasks and not numberless:
            # A change during the listing may have been missed, and is not older than the listing's beginning.
            newest = max(filter(None, map(_instant, tasks)), default=None)
            if newest is not None:
                store_project(self._ledger, project._replace(mark=max(_moved(newest, -listing), project.mark or "")))
        progress.finish()

    def _changed(self, project: Project, since: str | None, numberless: list[Stamp | None]) -> list[RemoteTask]:
        """The tasks to look at: since a time, or all that anybody has answered; `numberless` as in `list_tasks`."""
        if since is None:
            changed = []
            wanted = [[greater("total_annotations", 0)], [greater("cancelled_annotations", 0)]]
        else:
            changed = [greater("updated_at", _moved(since, -_OVERLAP))]
            wanted = [changed]
        found = {
            task.id: task
            for filters in wanted
            for task in list_tasks(self._server, project.number, *filters, numberless=numberless)
        }
        for task in list_tasks(self._server, project.number, ANNOTATED, *changed, numberless=numberless):
            if not task.answers:
                self.counts["uncounted"] += 1
                found[task.id] = task._replace(answers=1)
        return [found[number] for number in sorted(found)]

    def _complain(self, project: Project, numberless: Iterable[Stamp | None]) -> None:
        """Names the samples of tasks that the server lists without a number, so that nothing can be asked of them."""
        ids = {stamp.sample_id for stamp in numberless if stamp is not None}
        reason = "the server lists a task of this sample without a number: mend it there, and pull again"
        for sample in self._ledger.samples_of(ids).values():
            self._ledger.set_problem(sample_problem("pull", sample, reason, file=f"{project.link}/data"))
            self.counts["faults"] += 1

    def _store(self, project: Project, tasks: Sequence[RemoteTask]) -> set[int]:
        """Stores what a page of tasks holds, in one transaction; returns the ids of all annotations on it."""
        self.counts["tasks"] += len(tasks)
        self.counts["foreign"] += sum(task.stamp is None for task in tasks)
        stamps = {task.id: task.stamp for task in tasks if task.stamp is not None}
        answered = [task.id for task in tasks if task.answers and task.id in stamps]
        raws = fetch_tasks(self._server, project.number, answered, include=_FIELDS, fields="all")
        samples = self._ledger.samples_of({stamps[number].sample_id for number in answered})
        drafts = self._drafts(project, {n: stamps[n] for n in answered if stamps[n].sample_id in samples})
        seen: set[int] = set()
        # Annotations that are none of Label Studio's, by sample: their task, and what is wrong.
        touched: dict[str, list[tuple[int, str]]] = {}
        with self._ledger.transaction():
            for raw in raws:
                number, stamp = raw["id"], stamps[raw["id"]]
                annotations = [found for found in raw.get("annotations") or [] if isinstance(found, dict)]
                seen |= {found["id"] for found in annotations if isinstance(found.get("id"), int)}
                if stamp.sample_id not in samples:
                    self.counts["elsewhere"] += len(annotations)
                    continue
                shown = Shown(drafts.get(number), stamp.score, stamp.flags)
                for found in annotations:
                    expert = project.round == "expert"
                    place = AnnotationSource(stamp.sample_id, project.key, number, *self._names(found), expert)
                    touched.setdefault(stamp.sample_id, [])
                    try:
                        review = read_annotation(found, shown, place, self._offered)
                    except MissingExtraError:
                        raise
                    except MeuError as error:
                        touched[stamp.sample_id].append((number, str(error)))
                        self.counts["faults"] += 1
                    else:
                        self._keep(review, samples[stamp.sample_id])
            made = {number: stamp.sample_id for number, stamp in stamps.items()}
            self._drop(project, annotations_of_tasks(self._ledger, project.key, made) - seen)
            for sample_id in sorted(touched):
                self._update_problem(project, samples[sample_id], touched[sample_id])
        self._send_back(project, tasks)
        return seen

    def _send_back(self, project: Project, tasks: Sequence[RemoteTask]) -> None:
        """Writes what is wrong with an annotation onto its task, for its annotator; takes it away once it is mended.

        Not before all have answered whom the task goes to: it would tell one what another said.
        """
        complete = {task.id: task.stamp for task in tasks if task.stamp and task.answers >= task.overlap}
        faulty = ever_at_fault(self._ledger, {stamp.sample_id for stamp in complete.values()})
        looked_at = [number for number, stamp in complete.items() if stamp.sample_id in faulty]
        for some in chunks(looked_at, _DATA_PAGE):
            for raw in fetch_tasks(self._server, project.number, some, include="id,data", fields="task_only"):
                data = raw.get("data")
                findings = data.get("findings") if isinstance(data, dict) else None
                if not isinstance(findings, str):
                    continue
                notes = [
                    f"{review.annotator.partition('@')[0]}: {review.fault}"
                    for review in current_reviews(self._ledger, complete[raw["id"]].sample_id)
                    if review.fault and (review.project, review.task) == (project.key, raw["id"])
                ]
                wanted = sent_back(findings, notes)
                if wanted != findings:
                    set_data(self._server, raw["id"], {**data, "findings": wanted})  # type: ignore[dict-item]
                self.counts["returned"] += bool(notes)

    def _keep(self, review: Review, sample: Sample) -> None:
        if review.proof is not None and review.draft is not None and (motion := self._map_of(review.draft)):
            grounded = ground(sample, motion, review.proof, review.draft.lang)
            kinds = tuple(dict.fromkeys(flag.kind for flag in grounded.flags))
            review = review.model_copy(update={"grounding": grounded.score, "proof_flags": kinds})
        self.counts["new" if store_review(self._ledger, review) else "known"] += 1
        self.counts["skipped"] += review.skipped
        self.counts["faults"] += review.fault is not None

    def _drop(self, project: Project, numbers: Iterable[int]) -> None:
        """Marks annotations as gone, and their samples' problems with them."""
        for number in sorted(numbers):
            ids = annotated_samples(self._ledger, project.key, number)
            self.counts["gone"] += bool(mark_gone(self._ledger, project.key, [number]))
            for sample in self._ledger.samples_of(ids).values():
                self._update_problem(project, sample)

    def _update_problem(self, project: Project, sample: Sample, odd: Sequence[tuple[int, str]] = ()) -> None:
        """Sets or clears the problem of a sample by its current reviews, and by what was no review."""
        faulty = [
            (review.task, f"{review.annotator} (annotation {review.annotation_id}): {review.fault}")
            for review in current_reviews(self._ledger, sample.id)
            if review.fault
        ]
        faulty += odd
        if not faulty:
            self._ledger.clear_problem("pull", sample)
            return
        faults = "; ".join(fault for _, fault in faulty)
        link = project.task_link(faulty[0][0])
        reason = f"{faults}: correct it there and pull again"
        self._ledger.set_problem(sample_problem("pull", sample, reason, file=link))

    def _map_of(self, draft: Draft) -> Motion | None:
        """What was measured on the map that a draft describes, unless it was rendered anew since."""
        motion = self._ledger.motion(draft.sample_id, draft.recipe)
        return motion if motion is not None and motion.map_sha256 == draft.map_sha256 else None

    def _drafts(self, project: Project, stamps: dict[int, Stamp]) -> dict[int, Draft]:
        """The drafts that tasks show: our own where it is the very same, else out of the task's data."""
        found: dict[int, Draft] = {}
        for number, stamp in stamps.items():
            same = [own for own in self._ledger.drafts(stamp.sample_id) if draft_sha256(own) == stamp.draft_sha256]
            if same:
                found[number] = same[0]
        rest = [number for number in stamps if number not in found]
        for some in chunks(rest, _DATA_PAGE):
            for raw in fetch_tasks(self._server, project.number, some, include="id,data", fields="task_only"):
                number = raw["id"]
                if shown := read_draft(raw.get("data"), stamps[number].draft_sha256):
                    found[number] = shown
        return found

    def _names(self, annotation: dict[str, Any]) -> tuple[str, str | None]:
        """Whose word an annotation is now; and whose it was, where another person changed it."""
        author, last = annotation.get("completed_by"), annotation.get("updated_by")
        if isinstance(last, int) and last != author:
            return self._name(last), self._name(author)
        return self._name(author), None

    def _name(self, user: Any) -> str:  # noqa: ANN401 - JSON
        if isinstance(user, int):
            return self._annotators.get(user, f"user {user}")
        # Label Studio forgets whose annotation it was when it deletes a user.
        return "deleted user"


def _instant(task: RemoteTask) -> str | None:
    """When a task changed; None where the server gives no time that makes sense: then it is looked at again."""
    try:
        return instant(task.updated_at)
    except MeuError:
        return None


def _moved(when: str, by: timedelta) -> str:
    """An instant some time later, or earlier."""
    return instant((datetime.fromisoformat(when) + by).isoformat())
