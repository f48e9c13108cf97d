"""The result of an evaluation, as its file holds it: what `scores` compares and a report shows."""

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from meu_data.errors import MeuError, printable
from meu_data.given_files import opened
from meu_data.records import Record
from meu_data.store.files import whole_file

VERSION: Literal[1] = 1
_LARGEST = 256 * 1024**2

# Why nothing was read: no row, the row tells of an error, an empty text, no emotion in it, several of them.
Unread = Literal["missing", "error", "empty", "none", "several"]
Interval = tuple[float, float]


class Item(Record):
    """One sample: its class, and the one that was said; `said` is another emotion's name where it is no class."""

    id: str
    subject: str
    gold: str
    said: str | None
    unread: Unread | None = None


class ClassScore(Record):
    """One class, or one action unit: `support` counts its samples."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


class MeanScore(Record):
    """Precision, recall and F1 averaged in one way."""

    precision: float
    recall: float
    f1: float


class GroupScore(Record):
    """The emotion scores of some of the samples; `per_class` is there for files: the classes that occur in one."""

    name: str
    samples: int
    acc: float
    uf1: float
    uar: float
    per_class: tuple[ClassScore, ...] = ()


class Groups(Record):
    """The samples parted in one way.

    `mean` is that of the parts, each counting alike. Of folds and files only the classes that occur in a part count
    there: a subject rarely shows all of them.
    """

    by: Literal["corpus", "fold", "trust", "file"]
    parts: tuple[GroupScore, ...]
    mean: GroupScore


class AuScores(Record):
    """Action units of the samples whose units are labelled.

    `per_au` has the units that occur in the labels, and `macro` is their mean. `unlabelled`: how often units were said
    that no sample is labelled with; they count, as wrong, in `micro` and in `samplewise`, the mean F1 of the samples,
    which is 1 where a sample has none and none is said.
    """

    samples: int
    per_au: tuple[ClassScore, ...]
    unlabelled: dict[str, int] = Field(default={})
    macro: MeanScore
    micro: MeanScore
    samplewise: float
    macro_interval: Interval | None = None


class GroundingScore(Record):
    """The statements of the explanations, held against the measured motion and the labels.

    `true` is the share of those that could be judged and were confirmed.
    """

    texts: int
    confirmed: int
    contradicted: int
    not_measurable: int
    not_read: int
    true: float | None


class TextScores(Record):
    """Texts against the answers of a challenge, by two teams' own measures.

    `bleu` (of the whole file) and `rouge1` (mean F1): github.com/null-xy/MEGC2026. `sentence_bleu` (mean, smoothed)
    and `rouge1_recall` (mean): github.com/Humphrey-0125/MEGC2025.
    """

    answers: int
    bleu: float
    rouge1: float
    sentence_bleu: float
    rouge1_recall: float


class QuestionScores(Record):
    """One kind of question of a challenge: the classes are those that occur in its answers."""

    kind: str
    answers: int
    unread: int
    acc: float
    uf1: float
    uar: float
    classes: tuple[str, ...]


class CountScores(Record):
    """How many expressions a challenge's long videos have; an answer without a number counts as none of them.

    `mae` and `rmse` are in expressions a video.
    """

    kind: str
    answers: int
    unread: int
    acc: float
    mae: float
    rmse: float


class EvaluationResult(Record):
    """One evaluation; `acc`, `uf1` and `uar` over all samples, what could not be read counting as wrong.

    `confusion`: a row for each class, a column for each class, then other emotions, then what was not read.
    """

    version: Literal[1] = VERSION
    name: str = Field(description="what it is called in comparisons")
    predictions: tuple[str, ...] = Field(description="file names")
    gold: str = Field(description="what it was compared with")
    class_set: str | None = Field(description="the protocol; null where the classes are those of the labels")
    classes: tuple[str, ...]
    samples: int
    subjects: int
    unread: dict[Unread, int]
    other_emotion: int = Field(description="an emotion was said that is none of the classes")
    left_out: dict[str, int] = Field(default={}, description="predictions about samples that do not count, by reason")
    acc: float
    uf1: float
    uar: float
    intervals: dict[Literal["acc", "uf1", "uar"], Interval] = Field(
        default={}, description="95 %, by resampling subjects; none with fewer than two"
    )
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    aus: AuScores | None = None
    grounding: GroundingScore | None = None
    ungrounded: int = Field(default=0, description="explanations of samples whose measured motion the truth lacks")
    groups: tuple[Groups, ...] = ()
    texts: TextScores | None = None
    questions: tuple[QuestionScores, ...] = ()
    counts: tuple[CountScores, ...] = ()
    items: tuple[Item, ...] = Field(description="by id")


def write_result(result: EvaluationResult, path: Path) -> None:
    """Writes a result file; it appears whole or not at all."""
    with whole_file(path) as stream:
        stream.write(f"{result.model_dump_json(indent=1)}\n".encode())


def read_result(path: Path) -> EvaluationResult:
    """Reads a result file.

    Raises:
        MeuError: It cannot be read, or is no result that this program knows.
    """
    with opened(path, most=_LARGEST) as stream:
        data = stream.read()
    try:
        known: Any = json.loads(data)
        version = known.get("version") if isinstance(known, dict) else None
        if version != VERSION:
            raise MeuError(f"{path}: this is no result of version {VERSION}; make it with `meu-data evaluate --out`")
        return EvaluationResult.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise MeuError(f"{path}: {where}: {printable(first['msg'], 200)}; evaluate anew") from None
    except (ValueError, RecursionError) as error:
        reason = printable(str(error), 200)
        raise MeuError(f"{path}: this is no JSON ({reason}); make it with `meu-data evaluate --out`") from None
