"""Imports tasks in batches, one on its way while the next is made, and none twice when an answer is lost."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

from meu_data.review.server.client import Server
from meu_data.review.server.faults import TOO_LARGE, ServerError, UnsureError
from meu_data.review.server.remote_tasks import list_tasks, remove_untouched

# A request costs the server about as much as a hundred tasks.
BATCH_TASKS = 1000
BATCH_BYTES = 16_000_000
_TIMEOUT_S = 300.0
_LOOKS = 4


class TaskPayload(NamedTuple):
    """One task to import, as JSON, and the untouched tasks that it replaces."""

    sample_id: str
    draft_sha256: str
    inputs: str
    body: bytes
    replaces: tuple[int, ...] = ()


class Delivered(NamedTuple):
    """One task that is on the server now."""

    payload: TaskPayload
    task: int


class Sender:
    """Sends to one project; all of its requests go out on a thread of its own, one after the other."""

    def __init__(self, server: Server, project: int, highest: int) -> None:
        """Sends nothing yet.

        Args:
            server: Where to.
            project: The project's number.
            highest: The highest id of a task that was listed; everything above it has come since.
        """
        self._server, self._project, self._highest = server, project, highest
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="push")
        self._waiting: list[TaskPayload] = []
        self._bytes = 0
        self._under_way: Future[list[Delivered]] | None = None
        # Whether an answer or a prediction was lost, or a task was touched while it was replaced: then all is to be
        # listed again.
        self.unsettled = False

    def __enter__(self) -> Self:
        """Use as a context manager to end the thread."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits for the request under way, whatever comes of it."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def add(self, payload: TaskPayload) -> list[Delivered]:
        """Takes a task, sends a batch when one is full, and returns what has been delivered meanwhile.

        Raises:
            ServerError: An earlier batch could not be delivered.
        """
        self._waiting.append(payload)
        self._bytes += len(payload.body)
        full = len(self._waiting) >= BATCH_TASKS or self._bytes >= BATCH_BYTES
        return self._dispatch() if full else []

    def finish(self) -> Iterator[list[Delivered]]:
        """Sends the rest and yields what comes of it.

        Raises:
            ServerError: A batch could not be delivered.
        """
        yield self._dispatch()
        yield self._dispatch()

    def _dispatch(self) -> list[Delivered]:
        done = self._under_way.result() if self._under_way else []
        payloads, self._waiting, self._bytes = self._waiting, [], 0
        self._under_way = self._thread.submit(self._deliver, payloads) if payloads else None
        return done

    def _deliver(self, payloads: Sequence[TaskPayload]) -> list[Delivered]:
        delivered = self._import(payloads)
        old = [task for payload in payloads for task in payload.replaces]
        # New first, then old away: killed in between, the next push finds a duplicate and not a hole.
        if old and remove_untouched(self._server, self._project, old) < len(old):
            self.unsettled = True
        return delivered

    def _import(self, payloads: Sequence[TaskPayload]) -> list[Delivered]:
        delivered: list[Delivered] = []
        rest = list(payloads)
        for look in range(_LOOKS):
            try:
                return delivered + self._post(rest)
            except UnsureError:
                if look == _LOOKS - 1:
                    raise
                self.unsettled = True
                # The server may still be at it.
                time.sleep(look)
                there = self._arrived()
                delivered += [Delivered(payload, there[payload.inputs]) for payload in rest if payload.inputs in there]
                rest = [payload for payload in rest if payload.inputs not in there]
                if not rest:
                    return delivered
        raise AssertionError("the last look returns or raises")

    def _arrived(self) -> dict[str, int]:
        """Ids of the tasks that have come since the listing, by what they were made from."""
        tasks = list_tasks(self._server, self._project, after=self._highest)
        return {task.stamp.inputs: task.id for task in tasks if task.stamp}

    def _post(self, payloads: Sequence[TaskPayload]) -> list[Delivered]:
        body = b"[" + b",".join(payload.body for payload in payloads) + b"]"
        try:
            answer = self._server.write(
                "POST",
                f"api/projects/{self._project}/import",
                {"return_task_ids": "true"},
                body=body,
                what=f"importing {len(payloads)} tasks from {payloads[0].sample_id} on",
                timeout_s=_TIMEOUT_S,
            )
        except ServerError as error:
            if error.status == TOO_LARGE and len(payloads) > 1:
                half = len(payloads) // 2
                return self._post(payloads[:half]) + self._post(payloads[half:])
            raise
        ids = answer.get("task_ids") if isinstance(answer, dict) else None
        if not isinstance(ids, list) or len(ids) != len(payloads):
            raise ServerError(
                f"{self._server.url} imports in the background (Label Studio Enterprise does), where it cannot be seen"
                " what has arrived: push to a Community edition"
            )
        # Where SQLite is locked, Label Studio's import tries again with the predictions already taken out of its tasks
        # (tasks/serializers.py, BaseTaskSerializerBulk.create): such tasks have to be replaced.
        if answer.get("prediction_count") != len(payloads):
            self.unsettled = True
        return [Delivered(payload, int(task)) for payload, task in zip(payloads, ids, strict=True)]
