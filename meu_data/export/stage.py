"""The export stage: from the ledger to a folder that `datasets.load_dataset` reads."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from meu_data.choices import Language, Recipe
from meu_data.errors import MeuError
from meu_data.export.card import CardFacts, card
from meu_data.export.dialects import DIALECTS, Dialect
from meu_data.export.folder import whole_folder
from meu_data.export.manifest import CARD, MANIFEST, why_not_ours, write_manifest
from meu_data.export.parquet import parquet_folder
from meu_data.export.selection import DraftSelection
from meu_data.export.styles import STYLES, Style
from meu_data.progress import Progress, Silent
from meu_data.records import Record
from meu_data.workspace import Workspace

# What `datasets` takes as the name of a split (its splits.py); it makes the name safe for a file as well.
_SPLIT = re.compile(r"\w+(\.\w+)*")
_SILENT = Silent()
_Choice = TypeVar("_Choice")


class ExportSummary(Record):
    """What an export wrote and what it left out; rows, left out and problems add up to the samples."""

    out: str
    rows: dict[str, int]
    files: tuple[str, ...]
    left_out: dict[str, int]
    problems: int


def export(
    workspace: Workspace,
    out: Path,
    *,
    style: str = "unifer-cot",
    dialect: str = "hf",
    source: str = "proofread",
    lang: Language | None = None,
    recipe: Recipe | None = None,
    model: str | None = None,
    overwrite: bool = False,
    progress: Progress = _SILENT,
) -> ExportSummary:
    """Writes the workspace's rows as Parquet, with a card and checksums; the folder appears whole or not at all.

    The same ledger and maps give the same bytes. A sample that cannot become a row is stored as a problem of the
    stage `export`, and the export goes on without it.

    Args:
        workspace: Where the samples, maps and drafts are.
        out: The folder to make: missing or empty, or with `overwrite` an earlier export.
        style: What a row says; a key of `STYLES`.
        dialect: How the consumer wants it; a key of `DIALECTS`.
        source: `proofread` or `drafts`.
        lang: Language of the texts; the workspace's when None.
        recipe: Whose maps to export; the workspace's when None.
        model: Whose drafts; needed where a sample has drafts by several models.
        overwrite: Replace an earlier export, which stays as it is until the new one is whole.
        progress: Whom to tell how far it is.

    Returns:
        Rows by split, the names of the files below `out`, and what was left out.

    Raises:
        MeuError: An option is unknown, there is nothing to export, a choice between models is open, or the
            folder cannot be written; what stood at `out` is unchanged.
    """
    chosen_style = _choice(STYLES, style, "style")
    chosen_dialect = _choice(DIALECTS, dialect, "dialect")
    _check_source(source)
    _check_splits(workspace)
    lang, recipe = lang or workspace.settings.lang, recipe or workspace.settings.recipe
    selection = DraftSelection(workspace, lang=lang, recipe=recipe, model=model)
    with whole_folder(out, overwrite=overwrite, why_not_ours=why_not_ours) as folder:
        counts, files = _write_rows(folder / "data", selection, chosen_style, chosen_dialect, progress)
        if not files:
            raise MeuError(selection.why_nothing())
        write_manifest(folder, files)
        facts = CardFacts(style, dialect, source, lang, recipe, tuple(sorted(selection.models)), counts)
        (folder / CARD).write_text(card(facts), encoding="utf-8")
        names = sorted((*(path.relative_to(folder).as_posix() for path in files), CARD, MANIFEST))
    rows: Counter[str] = Counter()
    for (split, _, _), count in sorted(counts.items()):
        rows[split] += count
    left_out = dict(sorted(selection.left_out.items()))
    return ExportSummary(out=str(out), rows=rows, files=tuple(names), left_out=left_out, problems=selection.problems)


def _write_rows(
    folder: Path, selection: DraftSelection, style: Style, dialect: Dialect, progress: Progress
) -> tuple[Counter[tuple[str, str, str]], list[Path]]:
    """Streams the rows into Parquet files; also counts them by (split, corpus, emotion)."""
    counts: Counter[tuple[str, str, str]] = Counter()
    folder.mkdir()
    progress.start("export", selection.total)
    try:
        with parquet_folder(folder, dialect.schema(style.schema)) as files:
            for truth in selection.truths(progress):
                sample = truth.sample
                files.add(sample.split, dialect.row(style.row(truth)))
                counts[sample.split, sample.corpus, sample.emotion] += 1
            return counts, files.finish()
    finally:
        progress.finish()


def _choice(known: Mapping[str, _Choice], name: str, what: str) -> _Choice:
    if name not in known:
        raise MeuError(f"there is no {what} {name!r}; choose from: {', '.join(sorted(known))}")
    return known[name]


def _check_source(source: str) -> None:
    if source == "proofread":
        raise MeuError("there are no proofread rows yet; use --source drafts to export machine drafts")
    if source != "drafts":
        raise MeuError(f"there is no source {source!r}; choose from: drafts, proofread")


def _check_splits(workspace: Workspace) -> None:
    for corpus, split in sorted(workspace.ledger.sources()):
        if not _SPLIT.fullmatch(split):
            rule = "letters, digits, _ and single dots"
            raise MeuError(f"the split {split!r} of {corpus} cannot be exported: its name may hold only {rule}")
