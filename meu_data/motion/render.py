"""The render stage: every sample's map and measured motion; many workers, one writer."""

from collections.abc import Generator, Iterator
from pathlib import Path

from meu_data.choices import Engine, Kind, Recipe, Solver
from meu_data.errors import MeuError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.engines import available_cores, file_digest, run_here, run_in_processes, run_on_dask
from meu_data.motion.flow import solver_version
from meu_data.motion.recording import names_beside
from meu_data.motion.render_job import RenderJob, Result, digest, fingerprints, work
from meu_data.progress import Progress, Silent, note
from meu_data.records import Record, Sample
from meu_data.store.confined import OutsideError, map_path
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.files import explained, remove_leftovers, whole_file
from meu_data.store.frame_folders import FrameFolders, lacking
from meu_data.store.locks import rendering_lock
from meu_data.store.made_from import RENDER
from meu_data.store.workspace import Workspace

_ROWS_PER_COMMIT = 16


class RenderSummary(Record):
    """What a run of render did; `flagged` maps ask for a careful look, `waiting` samples have no apex yet.

    Macro-expressions are left out unless one is asked for by its id.
    """

    samples: int
    rendered: int
    fresh: int
    problems: int
    flagged: int
    waiting: int
    other_kind: int = 0


@on_a_sound_ledger
def render(
    workspace: Workspace,
    *,
    recipe: Recipe | None = None,
    solver: Solver | None = None,
    map_size: int | None = None,
    workers: int | None = None,
    kind: Kind = "micro",
    only: str | None = None,
    limit: int | None = None,
    force: bool = False,
    landmark_model: Path | None = None,
    engine: Engine = "local",
    scheduler: str | None = None,
    worker_frames: str | None = None,
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
        kind: Which expressions; `only` asks for one whatever its kind.
        only: Just the sample of this id.
        limit: At most so many samples.
        force: Render also what is up to date.
        landmark_model: The workspace's setting, then the packaged model, when None.
        engine: `local` processes, or the workers of a `dask` scheduler; the bytes are the same.
        scheduler: Address of the dask scheduler.
        worker_frames: The frames folder as the workers see it, a path or a URL that fsspec knows; the extracted
            one when None.
        progress: Who hears of it.

    Returns:
        Counts; the reasons of the problems are in the ledger.

    Raises:
        MeuError: No such sample, no frames folder, no landmark model, no room on the disk, a worker died, or
            another process is rendering here.
    """
    progress = progress or Silent()
    recipe = recipe or workspace.settings.recipe
    solver = solver or workspace.settings.solver
    map_size = map_size or workspace.settings.map_size
    total = workspace.ledger.count_samples(only=only, limit=limit)
    if total == 0:
        raise MeuError(f"there is no sample {only!r}" if only else "no samples yet: run `meu-data extract` first")
    folders = _frame_folders(workspace, progress)
    setting = workspace.settings.landmark_model
    model = find_landmark_model(landmark_model or (Path(setting) if setting else None))
    settings = digest(
        RENDER.version, recipe, map_size if recipe == "robust" else None, solver_version(solver), file_digest(model)
    )
    with rendering_lock(workspace.root):
        remove_leftovers(workspace.root / "maps" / recipe)
        _drop_orphans(workspace)
        counts = {"rendered": 0, "fresh": 0, "waiting": 0, "problems": 0, "flagged": 0, "other_kind": 0}

        def stale() -> Iterator[RenderJob]:
            for sample, state in workspace.ledger.samples_with_motion_state(recipe, only=only, limit=limit):
                if left := _left_out(sample, only, kind, folders):
                    counts[left] += 1
                    progress.advance()
                    continue
                root = folders.of(sample)
                beside = names_beside(sample) if recipe == "robust" else ((), ())
                seen = _look(settings, root, sample.pair, (*beside[0], *beside[1]))
                whole = state is not None and not force and _is_there(workspace.root, state.map_file)
                if state is not None and whole and state.frames == seen:
                    counts["fresh"] += 1
                    progress.advance()
                    continue
                frames = worker_frames or str(root)
                known = state if whole else None
                yield RenderJob(
                    sample, frames, beside, recipe, solver, solver_version(solver), map_size, settings, seen, known
                )

        results = _run(stale(), model, engine, min(workers or available_cores(), total), scheduler)
        progress.start("render", total)
        waiting: list[Result] = []
        try:
            for result in results:
                if result.png is not None and result.motion is not None:
                    with whole_file(map_path(workspace.root, result.motion.map_file)) as stream:
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


def _left_out(sample: Sample, only: str | None, kind: Kind, folders: FrameFolders) -> str | None:
    """What a sample that is not rendered is counted as."""
    if only is None and kind not in ("all", sample.kind):
        return "other_kind"
    if sample.waits:
        return "waiting"
    # What was measured stays: it holds again once `extract` has told the folder.
    return None if folders.know(sample.corpus, sample.split) else "problems"


def _run(
    jobs: Iterator[RenderJob], model: Path, engine: Engine, workers: int, scheduler: str | None
) -> Generator[Result]:
    if engine == "dask":
        if scheduler is None:
            raise MeuError("--engine dask needs --scheduler, the address of a dask scheduler such as tcp://host:8786")
        return run_on_dask(jobs, file_digest(model), scheduler)
    return run_here(jobs, model, work) if workers == 1 else run_in_processes(jobs, model, work, workers)


def _frame_folders(workspace: Workspace, progress: Progress) -> FrameFolders:
    for source in workspace.ledger.sources().values():
        if not Path(source.frames).is_dir():
            raise MeuError(
                f"{source.frames}: the frames of {source.corpus}, split {source.split}, are no longer there; "
                "run `meu-data extract` again with --frames"
            )
    folders = FrameFolders(workspace.ledger)
    for corpus, split in workspace.ledger.count_by_source():
        if not folders.know(corpus, split):
            note(progress, lacking(corpus, split))
    return folders


def _drop_orphans(workspace: Workspace) -> None:
    """Removes the maps of samples that the sheets no longer hold.

    Raises:
        MeuError: The ledger names a file outside the maps; nothing is removed then.
    """
    orphans = workspace.ledger.orphaned_motion()
    for path in [map_path(workspace.root, motion.map_file) for motion in orphans]:
        with explained(path):
            path.unlink(missing_ok=True)
    with workspace.ledger.transaction():
        for motion in orphans:
            workspace.ledger.drop_motion(motion.sample_id, motion.recipe)


def _store(workspace: Workspace, recipe: str, results: list[Result]) -> None:
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


def _is_there(root: Path, map_file: str) -> bool:
    try:
        return map_path(root, map_file).is_file()
    except OutsideError:
        return False


def _look(settings: str, root: Path, names: tuple[str, str], beside: tuple[str, ...]) -> str:
    """What frames look like without reading them; empty when one is not there, be it not one of those beside."""
    looks = fingerprints(root, names)
    near = [look for name in beside for look in fingerprints(root, (name,))]
    return (
        digest(settings, *(f"{root / name} {look}" for name, look in zip(names, looks, strict=True)), *near)
        if looks
        else ""
    )
