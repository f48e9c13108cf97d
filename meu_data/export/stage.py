"""The export stage: from the ledger to a folder that `datasets.load_dataset` reads."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import meu_data
from meu_data.choices import Kind, Language, Origin, Recipe, Words
from meu_data.errors import MeuError
from meu_data.export.about.documents import PictureList, write_documents
from meu_data.export.about.facts import ClassFacts, ExportFacts, LeakFacts, read_facts
from meu_data.export.about.licences import picture_warning, synthetic_corpora
from meu_data.export.about.tally import LabelTally
from meu_data.export.compatibility import check_classes, check_material, check_pair, check_recipe
from meu_data.export.files.folder import holds_something, whole_folder
from meu_data.export.files.manifest import same_files, why_not_ours
from meu_data.export.formats import find_format
from meu_data.export.formats.format import PICTURES, Format
from meu_data.export.formats.recipe import TrainingSet
from meu_data.export.samples.gates import choose_gates
from meu_data.export.samples.leaks import REPORT, LeakReport, LeakWatch
from meu_data.export.samples.selection import RowSelection
from meu_data.export.samples.splits import Splits, plan_splits
from meu_data.export.styles import choose_style
from meu_data.export.styles.row import Style, without_pixels
from meu_data.face.class_sets import find_class_set
from meu_data.progress import SILENT, Progress
from meu_data.records import Record
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.files import whole_file
from meu_data.store.workspace import Workspace

# Of all styles only pairs of draft and proof say nothing about some samples.
_NO_PAIR = "the person left the draft as it was"


class ExportSummary(Record):
    """What an export wrote and what it left out; samples, left out and problems add up to those of the workspace.

    `unchanged` says that the folder held this very export already. `untrusted` are those of the problems whose map
    cannot be believed, `doubts` counts why by flag. `files` leaves out single pictures, which are counted.
    """

    out: str
    samples: int
    rows: dict[str, int]
    pictures: int
    files: tuple[str, ...]
    left_out: dict[str, int]
    problems: int
    untrusted: int
    doubts: dict[str, int]
    leaking: bool
    warnings: tuple[str, ...]
    unchanged: bool


class _Written(NamedTuple):
    """What streaming the rows left behind."""

    tally: LabelTally
    rows: Counter[str]
    leaks: LeakReport
    files: list[Path]


@on_a_sound_ledger
def export(
    workspace: Workspace,
    out: Path | str,
    *,
    style: str = "unifer-cot",
    format: str = "hf",  # noqa: A002 - as `--style` and `style`
    words: Words = "ours",
    prefix: str | None = None,
    mix: float | None = None,
    zoom_mix: str | None = None,
    classes: str | None = None,
    source: Origin = "proofread",
    policy: str | None = None,
    verdicts: Sequence[str] | None = None,
    min_grounding: float | None = None,
    min_trust: float | None = None,
    model: str | None = None,
    lang: Language | None = None,
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    splits: str = "corpus",
    seed: int = 0,
    allow_leaks: bool = False,
    allow_contradictions: bool = False,
    pixels: bool = True,
    licence: str | None = None,
    training_out: Path | None = None,
    overwrite: bool = False,
    progress: Progress = SILENT,
) -> ExportSummary:
    """Writes the workspace's rows as a trainer wants them, with a card, tables and checksums beside them.

    The folder appears whole or not at all. The same ledger and maps give the same bytes. A sample that cannot
    become a row is stored as a problem of the stage `export`, and the export goes on without it.

    Args:
        workspace: Where the samples, maps, drafts and reviews are.
        out: The folder to make: missing or empty, or with `overwrite` an earlier export. One that holds this very
            export already is left as it is.
        style: What a row says; a key of `STYLES`.
        format: Who reads it; as `--for` has it.
        words: Whose phrasing, `ours`, or the `authors`' own with a year where theirs changed; see `choose_style`.
        prefix: What stands before the path of each picture, for the format `unifer-json`.
        mix: For the style `meu+mer`: the share of samples that ask for an explanation, not just the label.
        zoom_mix: For the style `actfer`: the shares of conversations without a zoom, of those whose map is plain, and
            with a zoom that shows nothing, of those with a still region; as `0.5,0.25`, which is what None means.
        classes: The protocol by whose classes emotions are told, as `CLASS_SETS` names them; as labelled when None.
        source: `proofread` or `drafts`; a style without texts makes labels of the latter.
        policy: Which of several people's reviews counts: `latest`, `majority`, `expert:NAME`; the workspace's when
            None.
        verdicts: What the person must have said of the draft; `accept` and `fixed` when None.
        min_grounding: The least score of the text against the measured motion, 0 to 1.
        min_trust: The least trust of a map, 0 to 1, unless the person whose row it is confirmed the map;
            `DEFAULT_MIN_TRUST` when None.
        model: Whose drafts; needed where a sample has drafts by several models.
        lang: Language of the texts; when None the style's, if it has but one, else the workspace's.
        recipe: Whose maps to export; when None the style's, if it goes with but one, else the workspace's.
        kind: Which expressions.
        splits: `corpus`, `loso` or shares of the subjects, as `plan_splits` reads them.
        seed: Of the draw of subjects.
        allow_leaks: Write splits that have people, frames or faces in common.
        allow_contradictions: Write rows whose text, emotion, AUs and claims contradict each other.
        pixels: Put the pictures in; otherwise their names and hashes.
        licence: What the card names as the licence; the workspace's when None.
        training_out: Also write a ready training recipe to this file, which is outside the export.
        overwrite: Replace an earlier export, which stays as it is until the new one is whole.
        progress: Whom to tell how far it is.

    Returns:
        Rows by split, the names of the files below `out`, what was left out, and what to be warned of.

    Raises:
        MeuError: An option is unknown, options do not go together, there is nothing to export, a choice between models
            is open, the splits leak, or the folder cannot be written; what stood at `out` is unchanged.
        MissingExtraError: The splits need a package that is not installed.
    """
    settings, out = workspace.settings, Path(out)
    licence = licence or settings.licence
    chosen, target = choose_style(style, mix, zoom_mix=zoom_mix, words=words, prefix=prefix), find_format(format)
    lang, recipe = lang or chosen.lang or settings.lang, recipe or chosen.recipe or settings.recipe
    protocol = find_class_set(classes) if classes is not None else None
    check_pair(chosen, format, pixels=pixels, prefix=prefix)
    check_classes(chosen, protocol)
    gates = choose_gates(
        chosen,
        source,
        policy=policy,
        default_policy=settings.policy,
        verdicts=verdicts,
        min_grounding=min_grounding,
        min_trust=min_trust,
        model=model,
        allow_contradictions=allow_contradictions,
    )
    check_material(chosen, source, recipe, lang)
    if training_out is not None:
        _check_recipe(chosen, format, splits, training_out, out, overwrite)
    if not workspace.ledger.count_samples():
        raise MeuError("there is nothing to export: the workspace has no samples; run `meu-data extract` first")
    plan = plan_splits(splits, workspace.ledger, seed=seed)
    selection = RowSelection(
        workspace,
        style=chosen,
        source=source,
        lang=lang,
        recipe=recipe,
        gates=gates,
        splits=plan,
        classes=protocol,
        kind=kind,
    )
    replaces = holds_something(out)
    if replaces and not overwrite:
        _check_same_kind(out, chosen.name, format, lang, recipe, pixels)
    with whole_folder(out, overwrite=overwrite, why_not_ours=why_not_ours, same=same_files) as folder:
        written = _write_rows(folder, selection, chosen, target, plan, pixels, progress)
        if selection.lost and replaces:
            raise MeuError(
                f"{selection.lost} samples lost their picture since it was drawn, and {out} stays as it is: "
                f"{selection.first_lost}"
            )
        if written.leaks.leaking and not allow_leaks:
            raise MeuError(_refusal(written.leaks, splits))
        tally = written.tally
        facts = ExportFacts(
            meu_data=meu_data.__version__,
            style=chosen.name,
            words=chosen.words,
            about=chosen.about,
            pictured=chosen.pictured,
            format=format,
            pixels=pixels,
            texts="proofread" if source == "proofread" else "drafts" if chosen.drafted else "labels",
            lang=lang,
            recipe=recipe,
            policy=gates.policy.kind,
            verdicts=gates.verdicts,
            min_grounding=gates.min_grounding,
            trust=tally.trust(gates.min_trust, selection.untrusted, selection.doubts),
            contradictions_allowed=gates.allow_contradictions,
            models=tuple(sorted(selection.models)),
            annotators=tuple(sorted(selection.annotators)),
            splits_about=plan.about,
            folds=plan.folds,
            configs=tuple(plan.configs(written.rows, target.layout.pattern)),
            leaks=LeakFacts.of(written.leaks),
            corpora=tuple(tally.corpora),
            synthetic=tuple(sorted(synthetic_corpora(workspace.ledger.sources().values()) & set(tally.corpora))),
            samples=tally.samples,
            people=tally.people,
            emotions=tally.emotions_by_split(),
            kind=kind,
            classes=ClassFacts.of(protocol, selection.outside),
            au_readings=tuple(sorted(tally.au_readings)),
            apexes=dict(sorted(tally.apexes.items())),
            aus={f"AU{number}": count for number, count in sorted(tally.per_unit().items())},
            rows=dict(sorted(written.rows.items())),
            left_out=dict(sorted(selection.left_out.items())),
            problems=selection.problems,
            licence=licence,
            cite_as=settings.cite_as,
            version=settings.version,
            date_published=settings.date_published,
        )
        texts = {
            **tally.files(),
            REPORT: written.leaks.model_dump_json(indent=1) + "\n",
            **target.further_files(chosen, written.rows),
        }
        names = write_documents(folder, facts, written.files, texts)
    if training_out is not None and target.recipe is not None:
        training_set = TrainingSet(out.absolute(), chosen, sorted(written.rows), sorted(names))
        with whole_file(training_out) as stream:
            stream.write(target.recipe.text(training_set).encode())
    listed = tuple(sorted(name for name in names if not name.startswith(f"{PICTURES}/")))
    return ExportSummary(
        out=str(out),
        samples=facts.samples,
        rows=facts.rows,
        pictures=len(names) - len(listed),
        files=listed,
        left_out=facts.left_out,
        problems=facts.problems,
        untrusted=selection.untrusted,
        doubts=dict(sorted(selection.doubts.items())),
        leaking=written.leaks.leaking,
        warnings=_warnings(facts, plan),
        unchanged=replaces and not overwrite,
    )


def _write_rows(
    folder: Path,
    selection: RowSelection,
    style: Style,
    target: Format,
    plan: Splits,
    pixels: bool,
    progress: Progress,
) -> _Written:
    """Streams the rows into files, and counts and compares what they hold.

    Raises:
        MeuError: There is no row, or a sample cannot be read.
    """
    tally, numbers = LabelTally(), Counter[str]()
    with LeakWatch(single=plan.single) as watch:
        with (
            _begun(progress, selection.total),
            PictureList(folder, wanted=style.pictured and not pixels) as pictures,
            target.layout.open(folder, style, pixels) as files,
        ):
            for truth in selection.truths(progress):
                rows = list(style.rows(truth))
                if not rows:
                    selection.left_out[_NO_PAIR] += 1
                    continue
                tally.add(truth)
                watch.add(truth)
                for row in rows:
                    pictures.add(truth, row)
                    files.add(row if pixels else without_pixels(row), numbers[row.split])
                    numbers[row.split] += 1
            if not numbers:
                raise MeuError(selection.why_nothing())
            written = [*files.finish(), *pictures.finish()]
        return _Written(tally, numbers, watch.report(progress), written)


@contextlib.contextmanager
def _begun(progress: Progress, total: int) -> Iterator[None]:
    """The stage as its listener sees it, which ends however it ends."""
    progress.start("export", total)
    try:
        yield
    finally:
        progress.finish()


def _check_same_kind(out: Path, *asked: str | bool) -> None:
    """Refuses before the work what cannot come out as the export that is there."""
    try:
        held = read_facts(out)
    except MeuError:
        return  # the folder says itself what it is
    if (held.style, held.format, held.lang, held.recipe, held.pixels) != asked:
        told = f"{held.lang}, maps {held.recipe}" + ("" if held.pixels else ", without pixels")
        raise MeuError(
            f"{out} holds an export of the style {held.style} for {held.format} ({told}), made with other options; "
            "name another folder, or replace it with --overwrite"
        )


def _check_recipe(style: Style, name: str, splits: str, path: Path, out: Path, overwrite: bool) -> None:
    check_recipe(style, name, path)
    if splits == "loso":
        raise MeuError("--training-out is for one training, and --splits loso makes one of each subject; take shares")
    # A file of its own in the export would keep a later run from replacing it.
    if path.resolve().is_relative_to(out.resolve()):
        raise MeuError(f"--training-out {path} is inside the export; name a file outside of it")
    if path.exists() and not overwrite:
        raise MeuError(f"{path} is there already; name another file for --training-out, or replace it with --overwrite")
    if path.is_dir():
        raise MeuError(f"--training-out {path} is a folder; name a file")


def _refusal(leaks: LeakReport, splits: str) -> str:
    instead = "--splits subjects:0.8,0.1,0.1" if splits == "corpus" else "another rule of --splits"
    return f"the splits leak: {'; '.join(leaks.sentences())}; take {instead}, or write them with --allow-leaks"


def _warnings(facts: ExportFacts, plan: Splits) -> tuple[str, ...]:
    found = []
    if facts.shows_people and (warning := picture_warning(facts.corpora, facts.synthetic)):
        found.append(warning)
    if facts.leaks.found:
        found.append(f"the splits leak: {'; '.join(facts.leaks.found)}")
    if missing := plan.empty(facts.rows):
        found.append(f"no row came into the split {' and '.join(missing)}")
    return tuple(found)
