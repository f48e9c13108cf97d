"""The spotting stage: finds the apex, and on request the onset, of the samples whose sheet leaves them open."""

from collections.abc import Iterator
from pathlib import Path

from meu_data.choices import Kind, SpotWhich
from meu_data.errors import MeuError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.engines import available_cores, file_digest, run_here, run_in_processes
from meu_data.motion.render_job import digest, fingerprints
from meu_data.progress import SILENT, Progress
from meu_data.records import Problem, Record, Sample, Spot, SpotReason, sample_problem
from meu_data.spotting.job import SpotJob, SpotResult, middle, work
from meu_data.spotting.window import MOST_PICTURES, Window, clip_window
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.made_from import SPOT
from meu_data.store.spots import StoredSpot, drop_spot, samples_as_in_sheet, store_spot
from meu_data.store.workspace import Workspace

# A result less sure than this is told.
_SURE = 0.5
_ROWS_PER_COMMIT = 16


class SpotSummary(Record):
    """What a run of spot did.

    Attributes:
        samples: All that were looked through.
        spotted: Got an apex from the frames.
        fresh: Had one already, from the same frames.
        by_sheet: Keep the sheet's own.
        doubted: Of those, compared with the frames and found unlikely.
        disordered: Have an apex that cannot be one, and were left alone because nobody asked.
        unsure: Of the spotted, less than half of the repetitions agree.
        problems: Could not be spotted.
        other_kind: Left out by `kind`.
        replaced: What was replaced: sample, and the sheet's and the new onset and apex.
    """

    samples: int
    spotted: int = 0
    fresh: int = 0
    by_sheet: int = 0
    doubted: int = 0
    disordered: int = 0
    unsure: int = 0
    problems: int = 0
    other_kind: int = 0
    replaced: tuple[str, ...] = ()


@on_a_sound_ledger
def spot(
    workspace: Workspace,
    *,
    which: SpotWhich = "missing",
    onset: bool = False,
    by_middle: bool = False,
    check: bool = False,
    forget: bool = False,
    kind: Kind = "micro",
    only: str | None = None,
    limit: int | None = None,
    workers: int | None = None,
    landmark_model: Path | None = None,
    progress: Progress = SILENT,
) -> SpotSummary:
    """Finds the apex of samples whose sheet has none; the sheet's own values stay beside what was found.

    The onset frame is compared with up to 32 frames of the clip by the measurement that maps are made with, on a small
    crop and without the motion of the head; the apex is where the face is furthest away (docs/spotting.md). What was
    found counts for all later stages, so maps and drafts of another apex become stale. A sheet that is corrected
    afterwards counts again at once.

    Args:
        workspace: Where the samples are.
        which: `missing` apexes only; also `disordered` ones (not between onset and offset); or `all`, which replaces
            the sheet's own.
        onset: Look for the onset as well, also before the sheet's.
        by_middle: Take the frame halfway between onset and offset; nothing is measured.
        check: Also compare the apexes that the sheet has with the frames; what is unlikely becomes a problem, and
            nothing is replaced.
        forget: Let the sheet's values count again; nothing is looked for.
        kind: Which expressions; `only` asks for one whatever its kind.
        only: Just the sample of this id.
        limit: At most so many samples.
        workers: Processes; one per core when None. The result does not depend on it.
        landmark_model: The workspace's setting, then the packaged model, when None.
        progress: Who hears of it.

    Raises:
        MeuError: No such sample, no frames folder, no landmark model, or options that exclude each other.
    """
    if by_middle and (check or onset):
        raise MeuError("--middle looks at no frame: leave out --check and --onset")
    total = workspace.ledger.count_samples(only=only, limit=limit)
    if total == 0:
        raise MeuError(f"there is no sample {only!r}" if only else "no samples yet: run `meu-data extract` first")
    setting = workspace.settings.landmark_model
    model = find_landmark_model(landmark_model or (Path(setting) if setting else None))
    run = _Run(workspace, which, onset, by_middle, check, forget, file_digest(model))
    count = min(workers or available_cores(), total)
    jobs = run.jobs(only, limit, kind, progress)
    results = run_here(jobs, model, work) if count == 1 else run_in_processes(jobs, model, work, count)
    progress.start("spot", total)
    try:
        for result in results:
            run.keep(result)
            progress.advance()
    finally:
        results.close()
        run.store()
        progress.finish()
    return SpotSummary(samples=total, replaced=tuple(run.replaced), **run.counts)


class _Run:
    """One run: decides what is looked for, and writes what was found."""

    def __init__(
        self,
        workspace: Workspace,
        which: SpotWhich,
        onset: bool,
        by_middle: bool,
        check: bool,
        forget: bool,
        model_sha256: str,
    ) -> None:
        self._ledger = workspace.ledger
        self._which, self._onset, self._by_middle = which, onset, by_middle
        self._check, self._forget = check, forget
        self._settings = digest(SPOT.version, model_sha256, onset, by_middle)
        self._roots = FrameFolders(workspace.ledger)
        self._waiting: list[SpotResult] = []
        self.replaced: list[str] = []
        names = ("spotted", "fresh", "by_sheet", "doubted", "disordered", "unsure", "problems", "other_kind")
        self.counts = dict.fromkeys(names, 0)

    def jobs(self, only: str | None, limit: int | None, kind: Kind, progress: Progress) -> Iterator[SpotJob]:
        """What must be measured; the rest is settled on the way."""
        for sample, stored in samples_as_in_sheet(self._ledger, only=only, limit=limit):
            if only is None and kind not in ("all", sample.kind):
                self.counts["other_kind"] += 1
                progress.advance()
                continue
            try:
                job = self._job(sample, stored)
            except MeuError as error:
                self.keep(SpotResult(self._empty(sample), problem=sample_problem("spot", sample, str(error))))
                job = None
            if job is None:
                progress.advance()
            else:
                yield job

    def keep(self, result: SpotResult) -> None:
        """Takes a result, and writes when there are enough."""
        sample, spot = result.job.sample, result.spot
        applied = result.job.reason is not None
        if spot is None:
            self.counts["problems"] += 1
        elif applied:
            self.counts["spotted"] += 1
            self.counts["unsure"] += spot.confidence is not None and spot.confidence < _SURE
            if (spot.onset, spot.apex) != (sample.onset, sample.apex) and sample.apex is not None:
                told = f"{sample.id}: onset {sample.onset} → {spot.onset}, apex {sample.apex} → {spot.apex}"
                self.replaced.append(told)
        else:
            self.counts["by_sheet"] += 1
            self.counts["doubted"] += result.doubts
        self._waiting.append(result)
        if len(self._waiting) >= _ROWS_PER_COMMIT:
            self.store()

    def store(self) -> None:
        """Writes what waits in one transaction."""
        with self._ledger.transaction():
            for result in self._waiting:
                sample, spot, problem = result.job.sample, result.spot, result.problem
                if spot is not None:
                    applied = result.job.reason is not None
                    store_spot(self._ledger, sample, spot, result.frames, result.job.inputs, apply=applied)
                    problem = _doubt(sample, spot) if result.doubts and not applied else None
                if problem is None:
                    self._ledger.clear_problem("spot", sample)
                else:
                    self._ledger.set_problem(problem)
        self._waiting.clear()

    def _job(self, sample: Sample, stored: StoredSpot | None) -> SpotJob | None:
        """What to measure for a sample, if anything.

        Raises:
            MeuError: Its frames cannot be found.
        """
        open_reason = _open(sample)
        if self._forget:
            with self._ledger.transaction():
                drop_spot(self._ledger, sample.id)
                self._ledger.clear_problem("spot", sample)
            self._leave(sample, open_reason)
            return None
        reason = self._asked(open_reason)
        if reason is None and not (self._check and open_reason is None):
            if stored and stored.applied and stored.holds:
                self.counts["fresh"] += 1
            else:
                self._leave(sample, open_reason)
            return None
        root = self._roots.of(sample)
        most = None if self._by_middle else MOST_PICTURES
        window = clip_window(root, sample, before=self._onset, most=most)
        inputs = digest(self._settings, sample.onset, sample.apex, sample.offset, _look(root, window))
        if stored and stored.holds and stored.inputs == inputs and stored.applied == (reason is not None):
            self.counts["fresh" if reason else "by_sheet"] += 1
            self.counts["doubted"] += reason is None and self._ledger.problem("spot", sample) is not None
            return None
        job = SpotJob(sample, str(root), window, reason, self._onset, inputs)
        if self._by_middle and reason is not None:
            self.keep(SpotResult(job, *middle(sample, window, reason)))
            return None
        return job

    def _asked(self, open_reason: SpotReason | None) -> SpotReason | None:
        """Why the sample gets another apex in this run; None where it does not."""
        if open_reason == "missing" or (open_reason == "disordered" and self._which != "missing"):
            return open_reason
        return "asked" if self._which == "all" and not self._check else None

    def _leave(self, sample: Sample, open_reason: SpotReason | None) -> None:
        """Lets the sheet's values stand, and says so where they cannot be right."""
        if open_reason is None:
            self.counts["by_sheet"] += 1
        elif open_reason == "disordered":
            self.counts["disordered"] += 1
            with self._ledger.transaction():
                self._ledger.set_problem(_disordered(sample))

    def _empty(self, sample: Sample) -> SpotJob:
        return SpotJob(sample, "", Window((), ()), None, self._onset, "")


def _open(sample: Sample) -> SpotReason | None:
    """What is wrong with the sheet's own apex, if anything."""
    if sample.apex is None or sample.apex_frame is None:
        return "missing"
    behind = sample.offset > sample.onset and sample.apex > sample.offset
    return "disordered" if sample.apex <= sample.onset or behind else None


def _disordered(sample: Sample) -> Problem:
    where = "is the onset" if sample.apex == sample.onset else f"is not between {sample.onset} and {sample.offset}"
    reason = f"the sheet's apex {sample.apex} {where}; `meu-data spot --which disordered` finds another in the frames"
    return sample_problem("spot", sample, reason)


def _doubt(sample: Sample, spot: Spot) -> Problem:
    reason = (
        f"the sheet's apex {sample.apex} is doubtful: the face is furthest away at {spot.apex} (confidence"
        f" {spot.confidence});"
        f" `meu-data spot --which all --only {sample.id}` takes that"
    )
    return sample_problem("spot", sample, reason)


def _look(root: Path, window: Window) -> str:
    looks = fingerprints(root, window.paths)
    return digest(*(f"{path} {look}" for path, look in zip(window.paths, looks, strict=True))) if looks else ""
