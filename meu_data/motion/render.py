"""The render stage: every sample's map and measured motion, with one process per core and one writer."""

import hashlib
import json
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cv2

from meu_data.choices import Recipe, Solver
from meu_data.errors import FrameError, MeuError, NoFaceError
from meu_data.frames import fingerprint, read_frame
from meu_data.landmark_model import find_landmark_model
from meu_data.ledger import MotionState
from meu_data.motion.alignment import Alignment
from meu_data.motion.flow import solver_version
from meu_data.motion.landmarks import FaceFinder
from meu_data.motion.pair import measure_pair, png_bytes
from meu_data.progress import Progress, Silent
from meu_data.records import Affine, Motion, Problem, Record, Sample, file_stem
from meu_data.workspace import Workspace, explained, remove_leftovers, whole_file

# Raised by hand whenever the same frames would give another map or another measurement.
_RENDER_VERSION = 1
_ROWS_PER_COMMIT = 16


class RenderSummary(Record):
    """What a run of render did; `flagged` of the maps it drew should be looked at with care."""

    samples: int
    rendered: int
    fresh: int
    problems: int
    flagged: int


class _Job(NamedTuple):
    """All a worker needs; `state` is what a map that may still hold was made from."""

    sample: Sample
    onset: Path
    apex: Path
    recipe: Recipe
    solver: Solver
    map_size: int
    settings: str
    state: MotionState | None


class _Result(NamedTuple):
    sample: Sample
    state: MotionState | None = None
    motion: Motion | None = None
    png: bytes | None = None
    problem: Problem | None = None


def render(
    workspace: Workspace,
    *,
    recipe: Recipe | None = None,
    solver: Solver | None = None,
    map_size: int | None = None,
    workers: int | None = None,
    only: str | None = None,
    limit: int | None = None,
    force: bool = False,
    landmark_model: Path | None = None,
    progress: Progress | None = None,
) -> RenderSummary:
    """Renders the map of every sample whose map is missing or stale.

    A map is stale when the bytes of its frames, the recipe, the solver's version or the landmark model changed.
    A frame that looks untouched (path, size, time of change) is not read again.

    Args:
        workspace: Where the samples are and the maps go (`maps/<recipe>/`).
        recipe: The workspace's setting when None.
        solver: The workspace's setting when None.
        map_size: Side of the aligned face crop of recipe `robust`, px; the workspace's setting when None.
        workers: Processes; one per core when None. The result does not depend on it.
        only: Just the sample of this id.
        limit: At most so many samples.
        force: Render also what is up to date.
        landmark_model: The workspace's setting, then the packaged model, when None.
        progress: Who hears of it.

    Returns:
        Counts; the reasons of the problems are in the ledger.

    Raises:
        MeuError: No such sample, no frames folder, no landmark model, no room on the disk, or a worker died.
    """
    progress = progress or Silent()
    recipe = recipe or workspace.settings.recipe
    solver = solver or workspace.settings.solver
    map_size = map_size or workspace.settings.map_size
    ledger = workspace.ledger
    total = ledger.count_samples(only=only, limit=limit)
    if total == 0:
        raise MeuError(
            f"there is no sample {only!r}" if only else "there are no samples yet: run `meu-data extract` first"
        )
    folders = _frame_folders(workspace)
    setting = workspace.settings.landmark_model
    model = find_landmark_model(landmark_model or (Path(setting) if setting else None))
    used_size = map_size if recipe == "robust" else None
    settings = _digest(_RENDER_VERSION, recipe, used_size, solver_version(solver), _file_digest(model))
    folder = workspace.root / "maps" / recipe
    remove_leftovers(folder)
    _drop_orphans(workspace)

    counts = {"rendered": 0, "fresh": 0, "problems": 0, "flagged": 0}

    def stale() -> Iterator[_Job]:
        for sample, state in ledger.samples_with_motion_state(recipe, only=only, limit=limit):
            root = folders[sample.corpus, sample.split]
            onset, apex = root / sample.onset_frame, root / sample.apex_frame
            job = _Job(sample, onset, apex, recipe, solver, map_size, settings, None)
            if force or state is None or not (workspace.root / state.map_file).is_file():
                yield job
            elif state.frames == _frames(job):
                counts["fresh"] += 1
                progress.advance()
            else:
                yield job._replace(state=state)

    workers = min(workers or available_cores(), total)
    progress.start("render", total)
    waiting: list[_Result] = []
    results = _run(stale(), model, workers)
    try:
        for result in results:
            if result.png is not None and result.motion is not None:
                with whole_file(workspace.root / result.motion.map_file) as stream:
                    stream.write(result.png)
            waiting.append(result)
            counts["flagged"] += bool(result.motion and result.motion.quality.flags)
            counts["problems" if result.problem else "rendered" if result.motion else "fresh"] += 1
            if len(waiting) >= _ROWS_PER_COMMIT:
                _store(workspace, recipe, waiting)
            progress.advance()
    finally:
        results.close()
        _store(workspace, recipe, waiting)
        progress.finish()
    return RenderSummary(samples=total, **counts)


def available_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _frame_folders(workspace: Workspace) -> dict[tuple[str, str], Path]:
    folders = {}
    for place, source in workspace.ledger.sources().items():
        folders[place] = Path(source.frames)
        if not folders[place].is_dir():
            raise MeuError(
                f"{source.frames}: the frames of {source.corpus}, split {source.split}, are no longer there; "
                "run `meu-data extract` again with --frames"
            )
    return folders


def _drop_orphans(workspace: Workspace) -> None:
    """Removes the maps of samples that the sheets no longer hold."""
    orphans = workspace.ledger.orphaned_motion()
    for motion in orphans:
        with explained(workspace.root / motion.map_file):
            (workspace.root / motion.map_file).unlink(missing_ok=True)
    with workspace.ledger.transaction():
        for motion in orphans:
            workspace.ledger.drop_motion(motion.sample_id, motion.recipe)


def _store(workspace: Workspace, recipe: str, results: list[_Result]) -> None:
    """Writes a batch in one transaction and empties the list."""
    if not results:
        return
    with workspace.ledger.transaction():
        for result in results:
            if result.problem is not None:
                workspace.ledger.set_problem(result.problem)
                workspace.ledger.drop_motion(result.sample.id, recipe)
                continue
            workspace.ledger.clear_problem("render", result.sample)
            if result.motion is not None and result.state is not None:
                workspace.ledger.store_motion(result.motion, result.state)
            elif result.state is not None:
                workspace.ledger.touch_motion(result.sample.id, recipe, result.state.frames)
    results.clear()


def _frames(job: _Job) -> str:
    """What the frames look like without reading them; empty when one is not there."""
    try:
        return _digest(job.settings, str(job.onset), fingerprint(job.onset), str(job.apex), fingerprint(job.apex))
    except FrameError:
        return ""


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _file_digest(path: Path) -> str:
    with explained(path), path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _run(jobs: Iterable[_Job], model: Path, workers: int) -> Generator[_Result]:
    """Does the jobs, here or in worker processes; never holds more than a few results."""
    if workers == 1:
        finder: FaceFinder | None = None
        for job in jobs:
            # Loaded on the first job, so that a finished render is found finished at once.
            finder = finder or FaceFinder(model)
            yield _work(job, finder)
        return
    # spawn: a forked dlib or OpenCV may hang in a lock that another thread held.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, (model,)) as pool:
        pending: deque[Future[_Result]] = deque()
        try:
            for job in jobs:
                pending.append(pool.submit(_work_in_process, job))
                while len(pending) > 4 * workers or (pending and pending[0].done()):
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


def _work_in_process(job: _Job) -> _Result:
    if _finder is None:
        raise RuntimeError("the worker was not started")
    return _work(job, _finder)


def _work(job: _Job, finder: FaceFinder) -> _Result:
    """Renders one sample; what is wrong with it becomes its problem."""
    sample = job.sample
    try:
        seen = _frames(job)
        onset = read_frame(job.onset, name=sample.onset_frame)
        apex = read_frame(job.apex, name=sample.apex_frame)
        inputs = _digest(job.settings, onset.sha256, apex.sha256)
        map_file = f"maps/{job.recipe}/{file_stem(sample.id)}.png"
        if job.state and job.state.inputs == inputs and job.state.map_file == map_file:
            return _Result(sample, MotionState(inputs, seen, map_file))
        pair = measure_pair(onset.bgr, apex.bgr, finder, recipe=job.recipe, solver=job.solver, map_size=job.map_size)
    except FrameError as error:
        return _Result(sample, problem=_problem(sample, str(error)))
    except NoFaceError as error:
        return _Result(sample, problem=_problem(sample, f"{sample.onset_frame}: {error}"))
    png = png_bytes(pair.picture)
    motion = Motion(
        sample_id=sample.id,
        recipe=job.recipe,
        solver=solver_version(job.solver),
        onset_sha256=onset.sha256,
        apex_sha256=apex.sha256,
        width=onset.bgr.shape[1],
        height=onset.bgr.shape[0],
        faces=pair.face.faces,
        face_box=pair.face.box,
        landmarks=tuple((float(x), float(y)) for x, y in pair.face.landmarks),
        alignment=_rows(pair.alignment),
        nose=pair.nose,
        head_motion=pair.head_motion,
        regions=tuple(pair.regions),
        quality=pair.quality,
        map_file=map_file,
        map_sha256=hashlib.sha256(png).hexdigest(),
        notes=(f"{pair.face.faces} faces; the largest was taken",) if pair.face.faces > 1 else (),
    )
    return _Result(sample, MotionState(inputs, seen, map_file), motion, png)


def _rows(alignment: Alignment | None) -> Affine | None:
    if alignment is None:
        return None
    first, second = ((float(row[0]), float(row[1]), float(row[2])) for row in alignment.matrix)
    return first, second


def _problem(sample: Sample, reason: str) -> Problem:
    return Problem(
        stage="render",
        corpus=sample.corpus,
        split=sample.split,
        file=sample.sheet,
        row=sample.row,
        sample_id=sample.id,
        reason=reason,
    )
