"""Writes a whole synthetic corpus: plans it, draws the clips in parallel, and can take up where it was stopped."""

import functools
import itertools
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path

import cv2

from meu_data import __version__
from meu_data.errors import MeuError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.progress import Progress, Silent
from meu_data.records import Record
from meu_data.store.files import file_sha256, remove_leftovers, whole_file
from meu_data.synth.claim import Parameters, check_frames, claim, finish
from meu_data.synth.clip import ClipPainter, clear_clip, write_clip
from meu_data.synth.heads import dressed
from meu_data.synth.plan import ClipPlan, plan_clip
from meu_data.synth.portrait import Subject, SubjectMaker
from meu_data.synth.sheet import write_sheet
from meu_data.synth.traps import trap_of
from meu_data.synth.truth import truth_files

SHEET = Path("full_release_annotation/training_full_with_AU.xlsx")
FRAMES = Path("train_data")
# Four digits in sub0001, two in sub0001_01: beyond that the names would no longer sort.
_MOST_SUBJECTS, _MOST_CLIPS = 9999, 99

_README = """\
A synthetic corpus of micro-expressions, made by meu-data
=========================================================

Nobody expressed anything here. Every "subject" is a warped, relit, sometimes mirrored version of ONE
public-domain portrait: Eileen Collins, NASA, as skimage.data.astronaut(). Every "micro-expression" is a smooth
displacement of that picture's pixels, with known size and direction, plus a small motion of the head, some
blinks, sensor noise and a slow drift of the light.

It serves to try the program out and to measure it against known motion. It proves nothing about real faces,
real expressions or real emotions, and a model must not be trained on it for use on people.

full_release_annotation/  the sheet, laid out like the DFME release's, with the slips of sheets typed by hand
train_data/               the frames, one folder per clip
truth/                    per clip: the AU sites, head motion, light and landmarks (.json) and the dense
                          displacement onset -> apex with its parts (.npz; pixels, x right, y down, float32 in
                          steps of 1/1024 px); meu-data's stages never read this folder
"""


class SynthSummary(Record):
    """What `make_corpus` made or found."""

    subjects: int
    clips: int
    frames: int
    drawn: int
    sheet: Path
    frames_dir: Path
    truth_dir: Path
    reused: bool


class _Job(Record):
    """Everything a worker process needs to know."""

    out: Path
    model: Path
    parameters: Parameters


def make_corpus(
    out: Path,
    *,
    subjects: int = 6,
    clips: int = 8,
    size: tuple[int, int] = (640, 480),
    seed: int = 0,
    traps: bool = False,
    heads: bool = False,
    workers: int | None = None,
    landmark_model: Path | None = None,
    progress: Progress | None = None,
) -> SynthSummary:
    """Writes a synthetic corpus in the DFME release's layout, or finds that it is already there.

    A corpus that was left half-written is completed; one that is complete is not touched. The files depend on
    the parameters alone, not on the workers, and a further subject changes no earlier one's clips.

    Args:
        out: Its folder: new, empty, or holding a synthetic corpus of the same parameters.
        subjects: How many pseudo-subjects.
        clips: How many clips of each.
        size: Width and height of the frames, px.
        seed: Any number from 0; another seed gives another corpus.
        traps: Plant what must not be believed (`traps.TRAPS`) in every second clip; `truth/` says what.
        heads: Give the subjects other textures in turn (`heads.HEADS`): smooth, dark, pale, glasses, beard, freckles.
        workers: Processes that draw; one per usable core when omitted. 1 draws in this process.
        landmark_model: dlib's 68-point model; the installed one when omitted.
        progress: Who is told how far it is.

    Returns:
        Counts and places; `reused` when nothing had to be written.

    Raises:
        MeuError: An argument makes no sense, the folder holds something else, a file cannot be written.
        MissingExtraError: scikit-image is not installed.
    """
    check_frames(size, seed)
    _check(subjects=subjects, clips=clips, workers=workers)
    model = find_landmark_model(landmark_model)
    parameters = Parameters(
        tool_version=__version__,
        landmark_model_sha256=file_sha256(model),
        subjects=subjects,
        clips=clips,
        width=size[0],
        height=size[1],
        seed=seed,
        traps=traps,
        heads=heads,
    )
    finished = claim(out, parameters)
    plans = [plan_clip(seed, subject, clip, clips) for subject in range(subjects) for clip in range(clips)]
    missing = [plan for plan in plans if not _is_complete(plan, out)]
    reused = finished and not missing and (out / SHEET).is_file()
    if not reused:
        _write(_Job(out=out, model=model, parameters=parameters), plans, missing, workers, progress or Silent())
    return SynthSummary(
        subjects=subjects,
        clips=len(plans),
        frames=sum(plan.frames for plan in plans),
        drawn=0 if reused else len(missing),
        sheet=out / SHEET,
        frames_dir=out / FRAMES,
        truth_dir=out / "truth",
        reused=reused,
    )


def _check(*, subjects: int, clips: int, workers: int | None) -> None:
    wrong = [
        (not 1 <= subjects <= _MOST_SUBJECTS, f"{subjects} subjects: ask for 1 to {_MOST_SUBJECTS}"),
        (not 1 <= clips <= _MOST_CLIPS, f"{clips} clips: ask for 1 to {_MOST_CLIPS} of each subject"),
        (workers is not None and workers < 1, f"{workers} workers: ask for at least 1"),
    ]
    for is_wrong, message in wrong:
        if is_wrong:
            raise MeuError(message)


def _write(
    job: _Job, plans: Sequence[ClipPlan], missing: Sequence[ClipPlan], workers: int | None, progress: Progress
) -> None:
    out = job.out
    remove_leftovers(out / "truth")
    with whole_file(out / "README.txt") as stream:
        stream.write(_README.encode())
    write_sheet(out / SHEET, plans)
    remove_leftovers((out / SHEET).parent)
    remove_leftovers(out)
    progress.start("synth", len(missing))
    count = min(workers or _usable_cores(), len(missing))
    for _ in _draw_here(job, missing) if count <= 1 else _draw_in_processes(job, missing, count):
        progress.advance()
    progress.finish()
    finish(out, job.parameters)


def _draw_here(job: _Job, plans: Sequence[ClipPlan]) -> Iterator[None]:
    for plan in plans:
        draw_clip(job, plan.subject, plan.clip)
        yield


def _draw_in_processes(job: _Job, plans: Sequence[ClipPlan], workers: int) -> Iterator[None]:
    # spawn: forking a process in which OpenCV has started threads can deadlock.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker)
    waiting = iter(plans)
    running: set[Future[None]] = set()
    try:
        while True:
            for plan in itertools.islice(waiting, 2 * workers - len(running)):
                running.add(pool.submit(draw_clip, job, plan.subject, plan.clip))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise MeuError(
            f"{job.out}: a drawing process was ended from outside (out of memory?); run the command again,"
            " with fewer workers if that was it"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def draw_clip(job: _Job, subject: int, clip: int) -> None:
    """Draws and writes one clip from scratch.

    Args:
        job: The corpus.
        subject: Number of the subject, from 0.
        clip: Number of the clip among the subject's, from 0.

    Raises:
        MeuError: A file cannot be written.
    """
    wanted = job.parameters
    plan = plan_clip(wanted.seed, subject, clip, wanted.clips)
    clear_clip(plan.filename, job.out)
    face = _subject(job.model, wanted.seed, subject, (wanted.width, wanted.height), wanted.heads)
    trap = trap_of(plan, wanted.clips) if wanted.traps else None
    write_clip(ClipPainter(plan, face, wanted.seed, trap), job.out)


@functools.lru_cache(maxsize=2)
def _subject(model: Path, seed: int, subject: int, size: tuple[int, int], heads: bool) -> Subject:
    made = _maker(model).make(seed, subject, size)
    return dressed(made, subject, seed) if heads else made


@functools.lru_cache(maxsize=1)
def _maker(model: Path) -> SubjectMaker:
    return SubjectMaker(model)


def _start_worker() -> None:
    # One thread per process and one process per core is the fastest split.
    cv2.setNumThreads(1)
    # Ctrl-C reaches every process of the terminal; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _is_complete(plan: ClipPlan, out: Path) -> bool:
    return truth_files(out, plan.filename)[0].is_file() and (out / FRAMES / plan.filename).is_dir()


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
