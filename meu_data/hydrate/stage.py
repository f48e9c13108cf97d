"""The whole of it: the pictures are made and checked, and the export appears with all of them or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from meu_data.errors import FrameError, MeuError
from meu_data.export.about.facts import read_facts
from meu_data.export.about.licences import picture_warning, synthetic_corpora
from meu_data.export.files.folder import whole_folder
from meu_data.export.files.manifest import SOURCES, why_not_ours
from meu_data.face.landmark_model import find_landmark_model
from meu_data.hydrate.copying import check_places, checked_sums, has_its_pictures, write_copy
from meu_data.hydrate.listing import ClipPictures, read_clips
from meu_data.hydrate.making import RebuildTask, RebuiltPictures, find_frame, make
from meu_data.motion.engines import available_cores, run_here, run_in_processes
from meu_data.progress import SILENT, Progress
from meu_data.records import Record, Source


class HydrateSummary(Record):
    """What was put back; where there are `problems`, nothing was. `complete`: all pictures were there already."""

    out: str
    complete: bool = False
    samples: int
    pictures: int
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class HydrateError(MeuError):
    """Some pictures cannot be put back; nothing was written. `summary.problems` has a line for each."""

    def __init__(self, out: Path, problems: Sequence[str], what: str) -> None:
        """`what` is wrong with them, told behind their number."""
        super().__init__(f"{len(problems)} {what}; nothing was written, and the export is as it was")
        self.summary = HydrateSummary(out=str(out), samples=0, pictures=0, problems=tuple(problems))


def hydrate(
    export: Path | str,
    frames: Sequence[Path | str],
    *,
    out: Path | str | None = None,
    workers: int | None = None,
    landmark_model: Path | None = None,
    progress: Progress = SILENT,
) -> HydrateSummary:
    """Makes the pictures of an export without pixels again and puts them in, each checked by its hash.

    The result is, byte for byte, the export that would have been written with pixels, but for what its owner edited
    in the card and the datasheet. It appears whole or not at all.

    Args:
        export: An export written with `--no-pixels`.
        frames: The folders that `extract` was given as frames; a frame is looked for in all of them, and the one with
            the right hash is taken.
        out: A folder to write to, missing or empty; the export itself is replaced when None.
        workers: Processes; one per core when None. The result does not depend on it.
        landmark_model: The packaged model when None.
        progress: Who hears of it.

    Returns:
        Counts, and what to be warned of.

    Raises:
        HydrateError: A frame is missing or another one, or a picture comes out otherwise than it was.
        MeuError: It is no export without pixels, it changed since it was written, or a folder cannot be read or
            written.
    """
    export, folders, out = Path(export), tuple(map(Path, frames)), None if out is None else Path(out)
    target = out or export
    if out is None and has_its_pictures(export):
        return HydrateSummary(out=str(export), samples=0, pictures=0, complete=True)
    check_places(export, folders, out)
    sums, facts = checked_sums(export), read_facts(export)
    samples, pictures, corpora = _look_for_frames(export, folders, target)
    model = find_landmark_model(landmark_model)
    tasks = (RebuildTask(clip, folders) for clip in read_clips(export))
    workers = min(workers or available_cores(), samples)
    results = run_here(tasks, model, make) if workers == 1 else run_in_processes(tasks, model, make, workers)
    progress.start("hydrate", samples)
    try:
        with whole_folder(target, overwrite=out is None, why_not_ours=why_not_ours) as folder:
            write_copy(export, folder, sums, facts, _sound(results, target, progress))
    finally:
        results.close()
        progress.finish()
    sources = [Source(corpus=corpus, split="", sheet="", frames=str(place)) for corpus in corpora for place in folders]
    warning = picture_warning(corpora, synthetic_corpora(sources))
    return HydrateSummary(out=str(target), samples=samples, pictures=pictures, warnings=(warning,) if warning else ())


def _look_for_frames(export: Path, folders: tuple[Path, ...], target: Path) -> tuple[int, int, tuple[str, ...]]:
    """Counts samples and pictures and names the corpora; a wrong folder shows here, before hours of drawing.

    Raises:
        HydrateError: Frames are missing, or their names lead out of the folders.
    """
    samples = pictures = 0
    corpora, problems = set[str](), list[str]()
    for clip in read_clips(export):
        samples += 1
        pictures += len(clip.pictures)
        corpora.add(clip.sample_id.partition("/")[0])
        problems += _missing(clip, folders)
    if not samples:
        raise MeuError(f"{export / SOURCES} is empty; copy the export again")
    if problems:
        raise HydrateError(target, problems, f"of {2 * samples} frames cannot be read")
    return samples, pictures, tuple(sorted(corpora))


def _missing(clip: ClipPictures, folders: tuple[Path, ...]) -> Iterator[str]:
    for name in (clip.pictures[0].onset_frame, clip.pictures[0].apex_frame):
        try:
            find_frame(name, folders)
        except FrameError as error:
            yield f"{clip.sample_id}: {error}"


def _sound(results: Iterable[RebuiltPictures], target: Path, progress: Progress) -> Iterator[RebuiltPictures]:
    """The samples as long as all are right; behind the first that is not, the others are only looked at.

    Raises:
        HydrateError: At the end, when any was not.
    """
    problems: list[str] = []
    for rebuilt in results:
        problems += rebuilt.problems
        if not problems:
            yield rebuilt
        progress.advance()
    if problems:
        raise HydrateError(target, problems, "pictures or frames are not the ones that the export was made of")
