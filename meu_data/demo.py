"""The whole line on a synthetic corpus, offline: what a newcomer runs first."""

import sys
from pathlib import Path

from pydantic import Field

from meu_data import Workspace, draft, export, extract, render, report, verify
from meu_data.choices import Language
from meu_data.progress import Progress
from meu_data.records import Record
from meu_data.synth import make_corpus


class DemoSummary(Record):
    """What the demo made."""

    clips: int
    samples: int
    maps: int
    drafts: int
    rows: int
    problems: int
    picture: str
    parquet: str
    load_with: str
    report: str
    exchanged: tuple[str, ...] = Field(description="samples whose drafts were exchanged, for their findings to be seen")


def run_demo(
    folder: Path,
    *,
    subjects: int,
    clips: int,
    size: tuple[int, int],
    lang: Language,
    progress: Progress,
) -> DemoSummary:
    """Makes a synthetic corpus and takes it through every stage; a second run finds it all done.

    When all is exported, two samples' drafts are exchanged: a newcomer is to see what a bad draft looks like in the
    report and to annotators. `draft` writes them anew.

    Args:
        folder: Gets `corpus/`, `workspace/`, `instruction-set/` and `report.html`.
        subjects: Pseudo-subjects.
        clips: Clips of each.
        size: Width and height of the frames, px.
        lang: Language of the drafts.
        progress: Where to report how far it is.

    Raises:
        MeuError: The folder holds something else, or a stage cannot be done.
    """
    corpus = make_corpus(folder / "corpus", subjects=subjects, clips=clips, size=size, progress=progress)
    out = folder / "instruction-set"
    with Workspace.open(folder / "workspace", create=True) as workspace:
        extracted = extract(
            workspace,
            corpus="dfme",
            annotations=Path(corpus.sheet),
            frames=Path(corpus.frames_dir),
            progress=progress,
        )
        rendered = render(workspace, progress=progress)
        drafted = draft(workspace, lang=lang, progress=progress)
        exported = export(workspace, out, source="drafts", lang=lang, overwrite=True, progress=progress)
        _, motion = next(workspace.ledger.samples_with_motion(workspace.settings.recipe))
        picture = folder / "workspace" / motion.map_file
        exchanged = _exchange_drafts(workspace, lang)
        verify(workspace, progress=progress)
        reported = report(workspace, folder / "report.html", lang=lang, exports=[out], progress=progress)
    parquet = next(out / name for name in exported.files if name.endswith(".parquet"))
    return DemoSummary(
        clips=corpus.clips,
        samples=extracted.samples,
        maps=rendered.rendered + rendered.fresh,
        drafts=drafted.drafted + drafted.fresh,
        rows=sum(exported.rows.values()),
        problems=extracted.problems + rendered.problems + drafted.problems + exported.problems,
        picture=str(picture),
        parquet=str(parquet),
        load_with=f"""{as_typed("python")} -c 'import datasets; print(datasets.load_dataset("{out}"))'""",
        report=reported.output,
        exchanged=exchanged,
    )


def _exchange_drafts(workspace: Workspace, lang: Language) -> tuple[str, ...]:
    """Gives the first sample the draft of the next one with another emotion, and the other way round."""
    ledger = workspace.ledger
    samples = list(ledger.samples())
    other = next((one for one in samples if one.emotion != samples[0].emotion), None)
    if other is None:
        return ()
    pair = samples[0].id, other.id
    drafts = [next(one for one in ledger.drafts(name) if one.lang == lang) for name in pair]
    with ledger.transaction():
        for its_own, another in zip(drafts, reversed(drafts), strict=True):
            # Made from nothing that `draft` knows, so that it writes the sample's own again.
            ledger.store_draft(its_own.model_copy(update={"annotation": another.annotation}), "exchanged by the demo")
    return pair


def as_typed(program: str) -> str:
    """A program of this environment as a user types it here: `.venv/bin/python` where it lies below this folder."""
    home, here = Path(sys.executable).parent, Path.cwd()
    return str((home / program).relative_to(here)) if home.is_relative_to(here) else program
