"""Where jobs on frames run: in this process, in one per core, or on a dask cluster. The results are the same."""

import importlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import cv2

from meu_data.errors import MeuError, MissingExtraError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.motion.render_job import RenderJob, Result, work
from meu_data.store.files import file_sha256

_Task = TypeVar("_Task")
_Done = TypeVar("_Done")

_JOBS_AHEAD = 4


def available_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# The landmark model of 100 MB is asked for again and again.
file_digest = cache(file_sha256)


def run_here(jobs: Iterable[_Task], model: Path, do: Callable[[_Task, FaceFinder], _Done]) -> Generator[_Done]:
    """Does the jobs one after the other; the model is loaded on the first, so that nothing to do costs nothing."""
    finder: FaceFinder | None = None
    for job in jobs:
        finder = finder or FaceFinder(model)
        yield do(job, finder)


def run_in_processes(
    jobs: Iterable[_Task], model: Path, do: Callable[[_Task, FaceFinder], _Done], workers: int
) -> Generator[_Done]:
    """Does the jobs in processes of this machine; results come in the jobs' order, and never more than a few are held.

    Raises:
        MeuError: A worker process died.
    """
    # spawn: a forked dlib or OpenCV may hang in a lock that another thread held.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, (model,)) as pool:
        pending: deque[Future[_Done]] = deque()
        try:
            for job in jobs:
                pending.append(pool.submit(_do_in_process, do, job))
                while len(pending) > _JOBS_AHEAD * workers or (pending and pending[0].done()):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool as error:
            raise MeuError(
                "a worker process died, most likely for want of memory; run again with fewer --workers "
                "(what was finished is kept)"
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def run_on_dask(jobs: Iterable[RenderJob], model_sha256: str, scheduler: str) -> Generator[Result]:
    """Does the jobs on the workers of a dask.distributed scheduler; dask gives a lost worker's jobs to another.

    Args:
        jobs: Their `frames` must be reachable from the workers.
        model_sha256: The landmark model that every worker must have.
        scheduler: Its address, such as tcp://host:8786.

    Raises:
        MissingExtraError: dask.distributed is not installed.
        MeuError: The scheduler cannot be reached or has no workers, or a worker lacks the model or the versions.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        raise MissingExtraError("--engine dask needs dask.distributed: pip install 'meu-data[cluster]'") from error
    try:
        client = distributed.Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise MeuError(f"{scheduler}: no dask scheduler answers there ({error})") from error
    with client:
        cores = sum(client.ncores().values())
        if cores == 0:
            raise MeuError(f"{scheduler}: the scheduler has no workers; start some, then run again")
        running = distributed.as_completed(loop=client.loop)
        for job in jobs:
            running.add(client.submit(_work_on_cluster, job, model_sha256, pure=False))
            while running.count() > _JOBS_AHEAD * cores:
                yield next(running).result()
        while running.count():
            yield next(running).result()


_finder: FaceFinder | None = None


def _start_worker(model: Path) -> None:
    """Runs once in every worker process."""
    global _finder  # noqa: PLW0603 - the one way a pool lets a worker keep its loaded model
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # One process per core is faster than threads inside OpenCV, and the result is the same.
    cv2.setNumThreads(1)
    _finder = FaceFinder(model)


def _end_with_parent() -> None:
    """A killed parent closes no queue: without this, its workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do_in_process(do: Callable[[_Task, FaceFinder], _Done], job: _Task) -> _Done:
    if _finder is None:
        raise RuntimeError("the worker was not started")
    return do(job, _finder)


def _work_on_cluster(job: RenderJob, model_sha256: str) -> Result:
    return work(job, _finder_of_cluster(model_sha256))


@cache
def _finder_of_cluster(model_sha256: str) -> FaceFinder:
    """The worker's own copy of the model, loaded once per process."""
    cv2.setNumThreads(1)
    model = find_landmark_model()
    if file_digest(model) != model_sha256:
        raise MeuError("a worker has another landmark model than this machine; install the same versions everywhere")
    return FaceFinder(model)
