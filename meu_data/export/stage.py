"""The export stage: from the ledger to a folder that `datasets.load_dataset` reads."""

import re
from collections import Counter
from pathlib import Path

from meu_data.choices import Language, Recipe
from meu_data.errors import MeuError
from meu_data.export.card import CardFacts, card
from meu_data.export.compatibility import check_pair
from meu_data.export.dialects import DIALECTS, PICTURES, Dialect
from meu_data.export.folder import whole_folder
from meu_data.export.manifest import CARD, MANIFEST, why_not_ours, write_manifest
from meu_data.export.recipes import Exported, check_recipe
from meu_data.export.recipes import recipe as recipe_text
from meu_data.export.selection import DraftSelection
from meu_data.export.styles import choose_style
from meu_data.export.styles.row import Style
from meu_data.progress import Progress, Silent
from meu_data.records import Record
from meu_data.workspace import Workspace, whole_file

# What `datasets` takes as the name of a split (its splits.py); it makes the name safe for a file as well.
_SPLIT = re.compile(r"\w+(\.\w+)*")
_SILENT = Silent()


class ExportSummary(Record):
    """What an export wrote and what it left out; samples, left out and problems add up to those of the workspace.

    `files` leaves out single pictures, which are counted.
    """

    out: str
    samples: int
    rows: dict[str, int]
    pictures: int
    files: tuple[str, ...]
    left_out: dict[str, int]
    problems: int


def export(
    workspace: Workspace,
    out: Path,
    *,
    style: str = "unifer-cot",
    dialect: str = "hf",
    mix: float | None = None,
    source: str = "proofread",
    lang: Language | None = None,
    recipe: Recipe | None = None,
    model: str | None = None,
    recipe_out: Path | None = None,
    overwrite: bool = False,
    progress: Progress = _SILENT,
) -> ExportSummary:
    """Writes the workspace's rows as a trainer wants them, with a card and checksums.

    The folder appears whole or not at all. The same ledger and maps give the same bytes. A sample that cannot
    become a row is stored as a problem of the stage `export`, and the export goes on without it.

    Args:
        workspace: Where the samples, maps and drafts are.
        out: The folder to make: missing or empty, or with `overwrite` an earlier export.
        style: What a row says; a key of `STYLES`.
        dialect: How the consumer wants it; a key of `DIALECTS`.
        mix: For the style `meu+mer`: the share of samples that ask for an explanation, not just the label.
        source: `proofread` or `drafts`.
        lang: Language of the texts; the workspace's when None.
        recipe: Whose maps to export; the workspace's when None.
        model: Whose drafts; needed where a sample has drafts by several models.
        recipe_out: Also write a ready training recipe to this file, which is outside the export.
        overwrite: Replace an earlier export, which stays as it is until the new one is whole.
        progress: Whom to tell how far it is.

    Returns:
        Rows by split, the names of the files below `out`, and what was left out.

    Raises:
        MeuError: An option is unknown, style and dialect do not go together, there is nothing to export, a choice
            between models is open, or the folder cannot be written; what stood at `out` is unchanged.
    """
    chosen, target = choose_style(style, mix), _dialect(dialect)
    check_pair(chosen, dialect)
    if recipe_out is not None:
        check_recipe(chosen, dialect)
        _check_recipe_place(recipe_out, out, overwrite)
    _check_source(source)
    _check_splits(workspace)
    lang, recipe = lang or workspace.settings.lang, recipe or workspace.settings.recipe
    selection = DraftSelection(workspace, lang=lang, recipe=recipe, model=model)
    with whole_folder(out, overwrite=overwrite, why_not_ours=why_not_ours) as folder:
        counts, samples, files = _write_rows(folder, selection, chosen, target, progress)
        if not files:
            raise MeuError(selection.why_nothing())
        rows: Counter[str] = Counter()
        for (split, _, _), count in sorted(counts.items()):
            rows[split] += count
        for name, text in target.beside(chosen, rows).items():
            (folder / name).write_text(text, encoding="utf-8")
            files.append(folder / name)
        write_manifest(folder, files)
        models = tuple(sorted(selection.models))
        facts = CardFacts(style, chosen.about, dialect, target.pattern, source, lang, recipe, models, counts)
        (folder / CARD).write_text(card(facts), encoding="utf-8")
        names = [CARD, MANIFEST, *(path.relative_to(folder).as_posix() for path in files)]
    if recipe_out is not None:
        with whole_file(recipe_out) as stream:
            stream.write(recipe_text(Exported(out.absolute(), chosen, sorted(rows), sorted(names)), dialect).encode())
    listed = sorted(name for name in names if not name.startswith(f"{PICTURES}/"))
    return ExportSummary(
        out=str(out),
        samples=samples,
        rows=rows,
        pictures=len(names) - len(listed),
        files=tuple(listed),
        left_out=dict(sorted(selection.left_out.items())),
        problems=selection.problems,
    )


def _write_rows(
    folder: Path, selection: DraftSelection, style: Style, dialect: Dialect, progress: Progress
) -> tuple[Counter[tuple[str, str, str]], int, list[Path]]:
    """Streams the rows into files; also counts them by (split, corpus, emotion), and the samples."""
    counts: Counter[tuple[str, str, str]] = Counter()
    numbers: Counter[str] = Counter()
    samples = 0
    progress.start("export", selection.total)
    try:
        with dialect.open(folder, style) as files:
            for truth in selection.truths(progress):
                samples += 1
                sample = truth.sample
                for row in style.rows(truth):
                    files.add(row, numbers[row.split])
                    numbers[row.split] += 1
                    counts[sample.split, sample.corpus, sample.emotion] += 1
            return counts, samples, files.finish()
    finally:
        progress.finish()


def _dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        raise MeuError(f"there is no dialect {name!r}; choose from: {', '.join(sorted(DIALECTS))}")
    return DIALECTS[name]


def _check_recipe_place(path: Path, out: Path, overwrite: bool) -> None:
    # A file of its own in the export would keep a later run from replacing it.
    if path.resolve().is_relative_to(out.resolve()):
        raise MeuError(f"--recipe-out {path} is inside the export; name a file outside of it")
    if path.exists() and not overwrite:
        raise MeuError(f"{path} is there already; name another file for --recipe-out, or replace it with --overwrite")
    if path.is_dir():
        raise MeuError(f"--recipe-out {path} is a folder; name a file")


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
