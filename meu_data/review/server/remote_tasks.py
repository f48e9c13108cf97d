"""The tasks on a server: listed without what they hold, and removed only while nobody has touched them.

Facts about Label Studio 1.23: `include` of GET /api/tasks picks fields at every level of the answer; actions of the
data manager take filters beside the chosen ids, so that the server itself looks, in the same request, whether a task
is still untouched; an action on no ids at all would be an action on every task. A task's counters are kept by signals,
which rest while any project is deleted, and stop for good when two are deleted at once (projects/api.py,
temporary_disconnect_all_signals in core/utils/common.py): that nobody has answered is never taken from them alone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from pydantic import Field, ValidationError

from meu_data.records import Record
from meu_data.review.server.client import Server
from meu_data.review.server.faults import ServerError

T = TypeVar("T")

META = "meu_data"
"""The key of a task's `meta` under which ours stands; no screen shows it and nobody edits it."""

_PAGE = 1000
# Ids that one request names: they stand in its URL.
_NAMED_AT_ONCE = 200
_LIGHT = "id,meta,updated_at,total_annotations,cancelled_annotations,total_predictions,overlap"


class Stamp(Record):
    """What a task says about itself in its `meta`."""

    sample_id: str = Field(min_length=1)
    draft_sha256: str
    inputs: str = Field(description="hash of everything the task was made from")
    score: float | None = None
    flags: tuple[str, ...] = ()
    project: str = Field(default="", description="key and language of the project that it was sent to")
    assigned: tuple[str, ...] = Field(default=(), description="whose task it is; nobody's in particular when empty")

    def meta(self) -> dict[str, object]:
        """As a task's `meta`."""
        return {META: self.model_dump(mode="json")}


class RemoteTask(NamedTuple):
    """One task without its data. `stamp` is None where it is not one of ours."""

    id: int
    stamp: Stamp | None
    updated_at: str
    answers: int
    predictions: int
    overlap: int = 1


def read_stamp(meta: object) -> Stamp | None:
    """Our part of a task's `meta`; None where there is none that makes sense."""
    try:
        return Stamp.model_validate(meta[META]) if isinstance(meta, Mapping) and META in meta else None
    except ValidationError:
        return None


def list_tasks(
    server: Server,
    project: int,
    *filters: Mapping[str, object],
    after: int = 0,
    numberless: list[Stamp | None] | None = None,
) -> Iterator[RemoteTask]:
    """The tasks of a project by id, page by page.

    Each page begins behind the last id of the one before, so that tasks which come or go meanwhile shift nothing.

    `filters`: as `equal` and its like make them; all have to hold. `after`: only tasks with a higher id.
    `numberless`: takes what tasks without a number say about themselves; without it such a task is an error.

    Raises:
        ServerError: The server cannot be asked.
    """
    params = {"fields": "task_only", "include": _LIGHT}
    for raw in _listed(server, project, (*filters,), params, after, strict=numberless is None):
        if _numbered(raw):
            yield _task(raw)
        elif numberless is not None:
            numberless.append(read_stamp(raw.get("meta")))


def first_tasks(server: Server, project: int) -> list[RemoteTask]:
    """Some tasks of a project, at most a hundred: enough to see whose it is.

    Raises:
        ServerError: The server cannot be asked.
    """
    params = {"fields": "task_only", "include": _LIGHT, "page_size": 100}
    tasks, _ = _page(server, project, {"filters": all_of(())}, params, strict=False)
    return [_task(raw) for raw in tasks if _numbered(raw)]


def count_tasks(server: Server, project: int, *, after: int) -> int:
    """How many tasks have a higher id.

    Raises:
        ServerError: The server cannot be asked.
    """
    chosen = {"filters": all_of((greater("id", after),))}
    _, total = _page(server, project, chosen, {"fields": "task_only", "include": "id", "page_size": 1})
    return total


def count_predictions(server: Server, project: int) -> Counter[str]:
    """How many predictions of each model the tasks of a project have; slow, as the server reads all of them.

    Raises:
        ServerError: The server cannot be asked.
    """
    params = {"fields": "all", "include": "id,predictions,model_version"}
    tasks = _listed(server, project, (), params, 0)
    return Counter(str(made.get("model_version")) for task in tasks for made in task.get("predictions") or ())


def touched_tasks(server: Server, project: int) -> set[int]:
    """The ids of tasks on which somebody has begun without submitting, or which are answered, whatever is counted.

    Raises:
        ServerError: The server cannot be asked.
    """
    begun = task_filter("draft_exists", "equal", "Boolean", True)
    return {task.id for touched in (begun, ANNOTATED) for task in list_tasks(server, project, touched)}


def fetch_tasks(server: Server, project: int, ids: Sequence[int], *, include: str, fields: str) -> list[dict[str, Any]]:
    """Chosen fields of chosen tasks; those that are gone are missing.

    `fields`: `all` when annotations are among them, else `task_only`.

    Raises:
        ServerError: The server cannot be asked.
    """
    found: list[dict[str, Any]] = []
    for some in chunks(ids, _NAMED_AT_ONCE):
        chosen = {"selectedItems": {"all": False, "included": some}}
        params = {"fields": fields, "include": include, "page_size": len(some)}
        found += [task for task in _page(server, project, chosen, params)[0] if task["id"] in some]
    return found


def remove_untouched(server: Server, project: int, ids: Iterable[int]) -> int:
    """Removes and counts tasks that nobody has annotated, skipped or begun; the server looks at the moment it removes.

    Raises:
        ServerError: The server cannot be asked.
    """
    untouched = all_of(
        (
            task_filter("total_annotations", "equal", "Number", 0),
            task_filter("cancelled_annotations", "equal", "Number", 0),
            task_filter("annotators", "empty", "List", "true"),
            task_filter("draft_exists", "equal", "Boolean", False),
        )
    )
    removed = 0
    for some in chunks(ids, _PAGE):
        body = {"selectedItems": {"all": False, "included": some}, "filters": untouched}
        done = server.write(
            "POST",
            "api/dm/actions/",
            {"id": "delete_tasks", "project": project},
            body=json.dumps(body).encode(),
            what="removing tasks with an earlier draft",
            again=True,
        )
        removed += int(done.get("processed_items", 0))
    return removed


def set_data(server: Server, task: int, data: Mapping[str, object]) -> None:
    """Replaces a task's data.

    Raises:
        ServerError: The server cannot be asked.
    """
    body = json.dumps({"data": data}).encode()
    server.write("PATCH", f"api/tasks/{task}/", body=body, what="sending a task back", again=True)


def set_overlap(server: Server, task: int, people: int, *, done: bool) -> None:
    """Says how many people a task is handed out to, and whether so many have answered it.

    Raises:
        ServerError: The server cannot be asked.
    """
    body = json.dumps({"overlap": people, "is_labeled": done}).encode()
    server.write("PATCH", f"api/tasks/{task}/", body=body, what="sharing out tasks", again=True)


def task_filter(column: str, operator: str, kind: str, value: object) -> dict[str, object]:
    """A filter on a column of the tasks, as the data manager takes it."""
    return {"filter": f"filter:tasks:{column}", "operator": operator, "type": kind, "value": value}


def all_of(filters: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The filters of which each has to hold."""
    return {"conjunction": "and", "items": list(filters)}


ANNOTATED = task_filter("annotators", "empty", "List", "false")
"""Tasks with an annotation, also a skipped one, by the annotations themselves. One is missing where Label Studio has
forgotten whose it was: it deletes accounts and keeps what they said."""


def greater(column: str, value: int | str) -> dict[str, object]:
    """A filter on a number or, as text of RFC 3339 with microseconds and Z, a time."""
    kind = "Number" if isinstance(value, int) else "Datetime"
    return task_filter(column, "greater", kind, value)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most so many, none empty."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _listed(
    server: Server,
    project: int,
    filters: Sequence[Mapping[str, object]],
    params: Mapping[str, object],
    last: int,
    *,
    strict: bool = True,
) -> Iterator[dict[str, Any]]:
    while True:
        chosen = {"filters": all_of((*filters, greater("id", last)))}
        tasks, total = _page(server, project, chosen, {**params, "page_size": _PAGE}, strict=strict)
        yield from tasks
        numbers = [task["id"] for task in tasks if _numbered(task)]
        if not numbers or len(tasks) >= total:
            return
        last = max(numbers)


def _page(
    server: Server, project: int, chosen: Mapping[str, object], params: Mapping[str, object], *, strict: bool = True
) -> tuple[list[dict[str, Any]], int]:
    query = {"project": project, "page": 1, **params, "query": json.dumps(chosen)}
    answer = server.read("api/tasks/", query, what="listing tasks")
    try:
        tasks, total = list(answer["tasks"]), int(answer["total"])
        if not all(isinstance(task, dict) and (_numbered(task) or not strict) for task in tasks):
            raise ValueError("no task, or one without a number")
    except (TypeError, KeyError, ValueError, OverflowError):
        raise ServerError(f"{server.url} lists its tasks in a way that is not Label Studio's 1.x") from None
    return tasks, total


def _numbered(task: Mapping[str, Any]) -> bool:
    return isinstance(task.get("id"), int) and 0 <= task["id"] < 2**63


def _task(raw: Mapping[str, Any]) -> RemoteTask:
    return RemoteTask(
        id=raw["id"],
        stamp=read_stamp(raw.get("meta")),
        updated_at=str(raw.get("updated_at")),
        answers=_count(raw.get("total_annotations")) + _count(raw.get("cancelled_annotations")),
        predictions=_count(raw.get("total_predictions")),
        overlap=_count(raw.get("overlap")),
    )


def _count(value: object) -> int:
    """A count as the server gives it; what makes no sense counts as one, so that the task is looked at."""
    return value if isinstance(value, int) and value >= 0 else int(value is not None)


class Inventory(NamedTuple):
    """The tasks of a project by sample, without what they hold.

    `touched`: the ids of those that somebody has begun or answered. `foreign`: how many are not ours.
    """

    tasks: dict[str, list[RemoteTask]]
    touched: set[int]
    foreign: int
    highest: int

    def is_touched(self, task: RemoteTask) -> bool:
        """Whether somebody has annotated or skipped a task, or has begun to."""
        return task.answers > 0 or task.id in self.touched

    def duplicates(self) -> list[int]:
        """The ids to remove where a sample has several tasks; the same ones whichever machine looks.

        What is touched stays, and nothing untouched beside it; else the lowest id stays.
        """
        superfluous: list[int] = []
        for tasks in self.tasks.values():
            untouched = sorted(task.id for task in tasks if not self.is_touched(task))
            superfluous += untouched if len(untouched) < len(tasks) else untouched[1:]
        return sorted(superfluous)

    def load(self) -> Counter[str]:
        """How many tasks are assigned to each person."""
        stamps = (task.stamp for tasks in self.tasks.values() for task in tasks)
        return Counter(name for stamp in stamps if stamp for name in stamp.assigned)

    def without(self, removed: set[int]) -> "Inventory":
        """The same after some tasks were removed."""
        left = {sample: [task for task in tasks if task.id not in removed] for sample, tasks in self.tasks.items()}
        return self._replace(tasks={sample: tasks for sample, tasks in left.items() if tasks})


def take_inventory(server: Server, project: int) -> Inventory:
    """Lists a project's tasks.

    Raises:
        ServerError: The server cannot be asked.
    """
    found: dict[str, list[RemoteTask]] = {}
    foreign = highest = 0
    for task in list_tasks(server, project):
        highest = max(highest, task.id)
        if task.stamp is None:
            foreign += 1
        else:
            found.setdefault(task.stamp.sample_id, []).append(task)
    return Inventory(found, touched_tasks(server, project), foreign, highest)
