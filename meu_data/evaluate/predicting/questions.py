"""A file of questions, each with pictures of its own: what a model is asked, and its answers in the file's own form.

Read are FERBench's lists, MEGC's blank test files and the rows of our exports. A request holds the question and its
pictures, nothing else of the row.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from meu_data.choices import OnUnknown
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import AnswerForm, AnswerOutcome, outcome_of, plain_schema, read_form
from meu_data.drafting.requests.prompts import template
from meu_data.drafting.requests.spec import (
    RequestPicture,
    RequestSettings,
    RequestSpec,
    ResolvedSettings,
    request_spec,
)
from meu_data.errors import FrameError, MeuError
from meu_data.evaluate.predicting.worklist import Asked, OnceWorklist
from meu_data.evaluate.rows import Row, names_of, rows_of, shown_columns
from meu_data.export.formats import reader_of
from meu_data.export.formats.megc import TEST_SHAPE
from meu_data.export.formats.row_view import TAG, ColumnError, PictureView
from meu_data.export.samples.frame_pair import frame_file
from meu_data.frames import read_bytes
from meu_data.records import Sample
from meu_data.store.confined import confined
from meu_data.store.files import whole_file
from meu_data.store.workspace import Workspace

# Below `maps`, where all pictures of a workspace are.
_FOLDER = "maps/questions"
_MIMES = {"png": "image/png", "jpg": "image/jpeg"}


class QuestionAnswer(AnswerForm):
    """The answer's form; `sample_id` is that of question and pictures."""

    answer: str


class Question(NamedTuple):
    """One row: its number in the file, its columns without pixels, the shape it has, and the request."""

    number: int
    columns: dict[str, Any]
    shape: str
    name: str
    spec: RequestSpec


def read_questions(
    file: Path, folder: Path, workspace: Workspace, settings: ResolvedSettings, limit: int | None = None
) -> tuple[Question, ...]:
    """Reads a file of questions, and keeps their pictures in the workspace.

    Args:
        file: The file.
        folder: The folder that its pictures' paths are below.
        workspace: Where the pictures are kept.
        settings: Who is asked, and how.
        limit: At most so many rows, from the first.

    Raises:
        MeuError: A row is no question, or a picture is missing, outside the folder, or none.
    """
    return tuple(_questions(file, folder, workspace, settings, limit))


def _questions(
    file: Path, folder: Path, workspace: Workspace, settings: ResolvedSettings, limit: int | None
) -> Iterator[Question]:
    (workspace.root / _FOLDER).mkdir(parents=True, exist_ok=True)
    for number, row in enumerate(rows_of(file), start=1):
        if limit is not None and number > limit:
            return
        reader = reader_of(row.columns.keys())
        if reader is None:
            raise MeuError(f"{row.where}: the columns {shown_columns(row.columns)} are those of no question file")
        try:
            view = reader.read(row.columns)
        except ColumnError as error:
            raise MeuError(f"{row.where}: {error}") from None
        if not view.pictures:
            raise MeuError(f"{row.where}: it names no picture")
        pictures = tuple(_kept(one, folder, workspace, row) for one in view.pictures)
        text = view.question.replace(TAG, "").strip()
        columns = {name: value for name, value in row.columns.items() if name not in ("image", "images")}
        name = next(iter(names_of(row.columns)), str(number))
        yield Question(number, columns, reader.shape, name, _spec(text, pictures, settings))


def _kept(picture: PictureView, folder: Path, workspace: Workspace, row: Row) -> RequestPicture:
    """A picture of a row, copied into the workspace as the services take it."""
    name = picture.path or "its picture"
    try:
        data = picture.data
        if data is None:
            # FERBench's paths begin with a slash, and mean the folder that the sets lie in.
            data = read_bytes(confined(folder, name.lstrip("/")), name=name)
        made = frame_file(data, name=name)
    except FrameError as error:
        raise MeuError(f"{row.where}: {error}; name the folder that the paths are below with --pictures") from None
    digest = hashlib.sha256(made.data).hexdigest()
    target = f"{_FOLDER}/{digest[:32]}.{made.ending}"
    if not (workspace.root / target).exists():
        with whole_file(workspace.root / target) as stream:
            stream.write(made.data)
    return RequestPicture(file=target, root="workspace", sha256=digest, mime=_MIMES[made.ending])


def _spec(question: str, pictures: tuple[RequestPicture, ...], settings: ResolvedSettings) -> RequestSpec:
    content = "+".join((question, *(one.sha256 for one in pictures)))
    name = f"clip-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    return request_spec(
        settings,
        sample_id=name,
        facts=settings.facts,
        system=template("question_system", settings.lang).render(pictures=len(pictures)),
        text=template("question_user", settings.lang).render(sample_id=name, question=question),
        pictures=pictures,
        response_schema=plain_schema(QuestionAnswer.model_json_schema(), {}),
    )


def _sample(file: Path, question: Question) -> Sample:
    """What the ledger calls the question; nothing of it goes out."""
    return Sample(
        id=f"question/{question.spec.sample_id}",
        corpus="questions",
        split=file.name,
        subject="",
        clip=question.name,
        onset=0,
        apex=None,
        offset=0,
        emotion=None,
        aus=None,
        onset_frame=question.spec.pictures[0].file,
        apex_frame=None,
        width=1,
        height=1,
        sheet=file.name,
        row=question.number,
    )


def judge_answer(spec: RequestSpec, reply: Reply) -> AnswerOutcome:
    """What an answer is worth; `read_question_answer` then reads one that is done."""
    return outcome_of(reply, lambda text: _read(spec, text)[0])


def read_question_answer(spec: RequestSpec, reply: Reply) -> str | None:
    """The answer's text; None when it is none."""
    return _read(spec, reply.text)[1] if judge_answer(spec, reply).state == "done" else None


def _read(spec: RequestSpec, text: str) -> tuple[AnswerOutcome, str | None]:
    outcome, found = read_form(QuestionAnswer, spec.sample_id, text)
    if found is None:
        return outcome, None
    if not found.answer.strip():
        return AnswerOutcome("invalid", "the answer was blank"), None
    return outcome, found.answer


def answered_row(question: Question, answer: str | None) -> dict[str, Any]:
    """The row of the file of answers: as UniFER and MEGC's teams write theirs, else `id`, `question` and `response`."""
    if "candidate_labels" in question.columns:
        failed = {} if answer is not None else {"error": True}
        return {**question.columns, "model_response": answer or "", **failed}
    if question.shape == TEST_SHAPE:
        return {**question.columns, "answer": answer or ""}
    row = {"id": question.columns.get("id", question.name), "response": answer or ""}
    return row if answer is not None else {**row, "error": "no usable answer"}


class QuestionWorklist(OnceWorklist):
    """The questions of a file that have no answer yet."""

    read = staticmethod(judge_answer)

    def __init__(
        self,
        workspace: Workspace,
        settings: RequestSettings,
        file: Path,
        questions: Sequence[Question],
        *,
        on_unknown: OnUnknown = "hold",
        retry_failed: bool = False,
    ) -> None:
        """Prepares the iteration over the questions of a file, see `read_questions`."""
        super().__init__(workspace, settings, on_unknown=on_unknown, retry_failed=retry_failed)
        self._file, self._questions = file, questions
        self.samples = len(questions)

    def asked(self) -> Iterator[Asked]:
        """All questions, in their order."""
        return (Asked(_sample(self._file, one), one.spec) for one in self._questions)
