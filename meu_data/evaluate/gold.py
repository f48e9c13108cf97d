"""The truth: what a workspace, an export or the rows of a file themselves say of each sample."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from meu_data.checking.places import look_around
from meu_data.choices import Recipe
from meu_data.errors import MeuError, printable
from meu_data.evaluate.labels import conclude, emotion_of_label, read_units
from meu_data.evaluate.measured import Measured, measured_in
from meu_data.evaluate.rows import Row, names_of, rows_of, said_column, shown_columns, true_column
from meu_data.export.formats import reader_of
from meu_data.export.formats.row_view import ColumnError
from meu_data.face.class_sets import ClassSet
from meu_data.records import file_stem
from meu_data.store.workspace import Workspace


class Gold(NamedTuple):
    """One sample's truth; `label` is its class, None where it does not count, `why_not` then says why.

    `names`: what predictions may call it. `aus`: None where they are not labelled. `measured`: None where the truth
    does not have it.
    """

    id: str
    names: tuple[str, ...]
    subject: str
    corpus: str
    label: str | None
    aus: frozenset[int] | None
    why_not: str = ""
    trust: float | None = None
    measured: Measured | None = None
    candidates: tuple[str, ...] = ()


NOT_LABELLED = "the emotion is not labelled"


def gold_of(
    path: Path, classes: ClassSet | None, *, split: str | None, recipe: Recipe | None, motion: bool
) -> Iterator[Gold]:
    """The truth that a path holds: a workspace, an export's folder, or a file of labelled rows.

    `motion`: whether what was measured is read as well.

    Raises:
        MeuError: It is none of these, or cannot be read.
    """
    if (path / "meu.db").is_file():
        yield from _workspace(path, classes, split, recipe, motion=motion)
        return
    if path.is_dir():
        try:
            files = [path / name for name in sorted(look_around(path).data)]
        except OSError as error:
            raise MeuError(f"{path}: cannot be read ({error.strerror or error})") from error
        if not files:
            raise MeuError(f"{path}: this is no workspace, and no export with rows; name one of the two")
    else:
        files = [path]
    for file in files:
        for row in rows_of(file, motion=motion):
            if split is None or row.columns.get("split") == split:
                yield labelled(row, classes)


def _workspace(
    path: Path, classes: ClassSet | None, split: str | None, recipe: Recipe | None, *, motion: bool
) -> Iterator[Gold]:
    with Workspace.open(path, read_only=True) as opened:
        wanted = recipe or opened.settings.recipe
        measured = {
            sample.id: (found.quality.trust, Measured.of(sample.coded_aus, found.regions) if motion else None)
            for sample, found in opened.ledger.samples_with_motion(wanted, kind="all")
        }
        for sample in opened.ledger.samples():
            if split is not None and sample.split != split:
                continue
            trust, regions = measured.get(sample.id, (None, None))
            label, why_not = class_of(classes, sample.corpus, sample.subject, sample.clip, sample.emotion)
            yield Gold(
                id=sample.id,
                names=(sample.id, file_stem(sample.id)),
                subject=f"{sample.corpus}/{sample.subject}",
                corpus=sample.corpus,
                label=label,
                why_not=why_not,
                aus=None if sample.aus is None else frozenset(au.number for au in sample.aus),
                trust=trust,
                measured=regions,
            )


def class_of(
    classes: ClassSet | None, corpus: str, subject: str, clip: str, emotion: str | None
) -> tuple[str | None, str]:
    """The class of a sample, or why it has none."""
    if emotion is None:
        return None, NOT_LABELLED
    if classes is None:
        return emotion, ""
    found = classes.class_of(corpus, subject, clip, emotion)
    return found, "" if found is not None else f"falls outside {classes.name}"


def labelled(row: Row, classes: ClassSet | None, but: str | None = None) -> Gold:
    """The truth of one row.

    Args:
        row: Of our exports, of a challenge or of a trainer's own output.
        classes: The protocol.
        but: The column that holds a prediction.

    Raises:
        MeuError: The row has no label that can be read, or no name.
    """
    inner = row.columns.get("extra_info")  # verl has the labels in it
    columns = {**inner, **row.columns} if isinstance(inner, Mapping) else row.columns
    names = names_of(columns)
    column = "emotion" if but != "emotion" and _is_ours(columns) else true_column(columns, but)
    if not names and but is None:
        raise MeuError(f"{row.where}: nothing names its sample among {shown_columns(columns)}; add an `id`")
    written = columns.get(column) if column is not None else _target(row)
    if written is None and column is None:
        raise MeuError(f"{row.where}: there is no label among {shown_columns(columns)}; add `true_label`")
    text = written if isinstance(written, str) else ""
    said = conclude(text)
    aus = columns.get("AUs", columns.get("aus"))
    units = read_units(list(aus)) if isinstance(aus, list | tuple) else None
    corpus = str(columns.get("corpus") or columns.get("dataset") or "")
    subject, clip = str(columns.get("subject") or ""), str(columns.get("clip") or columns.get("filename") or "")
    done = columns.get("classes")
    if isinstance(done, str) and done and (classes is None or classes.name != done):
        raise MeuError(f"{row.where}: its label is a class of {printable(done)}; say --classes {printable(done)}")
    emotion = said.emotion
    if emotion is None and text.strip():
        raise MeuError(f"{row.where}: the label {printable(text)} names no emotion that is known here; correct it")
    if isinstance(done, str) and done:
        label, why_not = emotion, ""
    else:
        label, why_not = class_of(classes, corpus, subject, clip, emotion)
    candidates = columns.get("candidate_labels")
    provenance = columns.get("provenance")
    trust = provenance.get("map_trust") if isinstance(provenance, Mapping) else None
    identifier = names[0] if names else row.where
    return Gold(
        id=identifier,
        names=names,
        subject=f"{corpus}/{subject}" if subject else f"{corpus}/{identifier}",
        corpus=corpus,
        label=label,
        why_not=why_not,
        aus=units if units is not None else (said.aus or None),
        trust=trust if isinstance(trust, float) else None,
        measured=measured_in(row.where, columns, sorted(units or ())),
        candidates=_candidates(candidates),
    )


def _target(row: Row) -> str | None:
    """What a trainer would learn or compare with, in the shapes that our exports have."""
    reader = reader_of(row.columns.keys())
    if reader is None:
        return None
    try:
        view = reader.read(row.columns)
    except ColumnError:
        return None
    return view.target or view.solution


def _is_ours(columns: Mapping[str, Any]) -> bool:
    return "provenance" in columns and "emotion" in columns


def _candidates(value: object) -> tuple[str, ...]:
    texts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ()
    found = [emotion_of_label(text) for text in texts if isinstance(text, str)]
    return tuple(dict.fromkeys(emotion for emotion in found if emotion))


def is_labelled(columns: Mapping[str, Any]) -> bool:
    """Whether a row of predictions brings its own truth."""
    return true_column(columns, said_column(columns)) is not None


class Named:
    """Finds samples by what predictions call them."""

    def __init__(self, gold: Iterable[Gold]) -> None:
        """Takes all of them.

        Raises:
            MeuError: Two have the same id.
        """
        self.gold: list[Gold] = []
        self._places: dict[str, int | None] = {}
        ids: set[str] = set()
        for place, one in enumerate(gold):
            if one.id in ids:
                raise MeuError(f"the label of {printable(one.id)} is given twice; keep one")
            ids.add(one.id)
            self.gold.append(one)
            for name in one.names:
                self._places[name] = place if name not in self._places else None

    def find(self, names: Iterable[str]) -> int | None:
        """The place of the sample of a prediction; None where no name leads to one alone."""
        return next((place for name in names if (place := self._places.get(name)) is not None), None)
