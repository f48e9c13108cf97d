"""One sample's share of the render stage, plain data in and out: runs here, in a worker process or on a cluster."""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meu_data.choices import Recipe, Solver
from meu_data.errors import FrameError, MeuError, NoFaceError, OtherFaceError
from meu_data.face.alignment import Alignment
from meu_data.face.face_hash import hash_of
from meu_data.frames import Frame, decode_frame, fingerprint, read_frame
from meu_data.motion.detection import FaceFinder
from meu_data.motion.flow import solver_version
from meu_data.motion.neighbours import Beside
from meu_data.motion.pair import measure, png_bytes
from meu_data.records import Affine, FrameUsed, Motion, Problem, Sample, file_stem, sample_problem
from meu_data.store.confined import frame_path
from meu_data.store.ledger import MotionState


class RenderJob(NamedTuple):
    """What a worker needs.

    Attributes:
        sample: The sample.
        frames: The folder of its frames, a path or a URL that fsspec knows, as the worker sees it.
        beside: What the frames next to onset and apex would be called; those that are there are used.
        recipe: How motion is measured and drawn.
        solver: Which TV-L1.
        solver_version: What the solver must be on the worker.
        map_size: Side of the crop of recipe `robust`, px.
        settings: Hash of all that shapes the result but the frames.
        seen: What the frames looked like when the job was made.
        state: What a map that may still hold was made from.
    """

    sample: Sample
    frames: str
    beside: tuple[tuple[str, ...], tuple[str, ...]]
    recipe: Recipe
    solver: Solver
    solver_version: str
    map_size: int
    settings: str
    seen: str
    state: MotionState | None


class Result(NamedTuple):
    """What a worker gives back: a new map, word that the old one holds (`state` alone), or a problem."""

    sample: Sample
    state: MotionState | None = None
    motion: Motion | None = None
    png: bytes | None = None
    problem: Problem | None = None


def digest(*parts: object) -> str:
    """SHA-256 of plain values."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def fingerprints(root: Path, names: Sequence[str]) -> tuple[str, ...]:
    """What frames look like without reading them; none when one is not there, which is told when it is read."""
    try:
        return tuple(fingerprint(frame_path(root, name)) for name in names)
    except FrameError:
        return ()


def work(job: RenderJob, finder: FaceFinder) -> Result:
    """Renders one sample; what is wrong with it becomes its problem.

    Raises:
        MeuError: This worker's libraries are not those of the run.
    """
    if solver_version(job.solver) != job.solver_version:
        raise MeuError(
            f"a worker has the solver {solver_version(job.solver)}, the run wants {job.solver_version}; "
            "install the same versions everywhere (constraints.txt)"
        )
    sample = job.sample
    try:
        onset, apex = (_frame(job, name) for name in sample.pair)
        beside = [_there(job, names, onset.bgr.shape) for names in job.beside]
        used = [tuple(FrameUsed(frame=name, sha256=one.sha256) for name, one in found.items()) for found in beside]
        inputs = digest(
            job.settings, onset.sha256, apex.sha256, *([one.sha256 for one in frames] for frames in used if frames)
        )
        map_file = f"maps/{job.recipe}/{file_stem(sample.id)}.png"
        if job.state and job.state.inputs == inputs and job.state.map_file == map_file:
            return Result(sample, MotionState(inputs, job.seen, map_file))
        pair = measure(
            onset.bgr,
            apex.bgr,
            finder=finder,
            recipe=job.recipe,
            solver=job.solver,
            map_size=job.map_size,
            beside=Beside(*([one.bgr for one in found.values()] for found in beside)),
        )
    except FrameError as error:
        return Result(sample, problem=sample_problem("render", sample, str(error)))
    except NoFaceError as error:
        return Result(sample, problem=sample_problem("render", sample, f"{sample.onset_frame}: {error}"))
    except OtherFaceError as error:
        return Result(sample, problem=sample_problem("render", sample, f"{sample.apex_frame}: {error}"))
    png = png_bytes(pair.picture)
    motion = Motion(
        sample_id=sample.id,
        recipe=job.recipe,
        solver=solver_version(job.solver),
        onset_sha256=onset.sha256,
        apex_sha256=apex.sha256,
        onset_beside=used[0],
        apex_beside=used[1],
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
        face_hash=b"".join(hash_of(pair.picture)).hex(),
        notes=(f"{pair.face.faces} faces; the largest was taken",) if pair.face.faces > 1 else (),
    )
    return Result(sample, MotionState(inputs, job.seen, map_file), motion, png)


def _there(job: RenderJob, names: Sequence[str], shape: tuple[int, ...]) -> dict[str, Frame]:
    """The frames of these names that are there, sound, and of this shape: a measurement does without the others."""
    found = {}
    for name in names:
        with contextlib.suppress(FrameError):
            found[name] = _frame(job, name)
    return {name: frame for name, frame in found.items() if frame.bgr.shape == shape}


def _frame(job: RenderJob, name: str) -> Frame:
    if "://" not in job.frames:
        return read_frame(frame_path(Path(job.frames), name), name=name)
    frame_path(Path(), name)
    fsspec = _fsspec()
    try:
        with fsspec.open(f"{job.frames.rstrip('/')}/{name}", "rb") as stream:
            data = stream.read()
    except (OSError, ValueError, ImportError) as error:
        raise FrameError(f"{name}: cannot be read from {job.frames} ({error})") from error
    return decode_frame(data, name=name)


def _fsspec() -> Any:  # noqa: ANN401 - imported on use
    try:
        import fsspec
    except ImportError as error:
        raise MeuError("frames behind a URL need fsspec: pip install 'meu-data[cluster]'") from error
    return fsspec


def _rows(alignment: Alignment | None) -> Affine | None:
    if alignment is None:
        return None
    first, second = ((float(row[0]), float(row[1]), float(row[2])) for row in alignment.matrix)
    return first, second
