"""Format `megc`: the files of the Micro-Expression Grand Challenge, key by key.

Every split has a file with the answers; a split that is not for training also one to fill in, in the shape of the
challenge's own (`me_vqa_<corpus>_<split>_to_answer.jsonl`, of which the submission is `…_pred.jsonl`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from meu_data.export.formats.format import Columns, Format, in_lines, only_for, reader
from meu_data.export.formats.row_view import ColumnError, PictureView, RowView, TurnView, read_answer, text_of, view_of
from meu_data.export.styles.row import ExportRow


def write(row: ExportRow, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The line with the answer, and outside training the blank one."""
    labels = row.labels
    corpus, split, clip = labels["corpus"], row.split, labels["clip"]
    # Several expressions may share a clip, and whoever trains has to find the picture: it is `images/<image_id>.png`.
    image_id = row.pictures[0].name.removesuffix(".png")
    stem = f"me_vqa_{corpus}_{split}"
    yield (
        stem,
        {
            "id": f"{corpus}_{image_id}_{labels['number']}",
            "dataset": corpus,
            "image_id": image_id,
            "subject": labels["subject"],
            "filename": clip,
            "question": row.user,
            "answer": row.assistant,
        },
    )
    if not split.lower().startswith("train"):
        blank = {"video_id": f"{corpus}_{split}_{image_id}_{labels['number']}", "video": image_id}
        yield f"{stem}_to_answer", {**blank, "question": row.user, "answer": ""}


def _read_answered(row: Columns) -> RowView:
    """The picture is ours, beside the challenge's file."""
    answered = read_answer(row, "question", "answer")
    labels = {**row, "corpus": text_of(row, "dataset")}
    return replace(answered, labels=labels, pictures=(_of_clip(text_of(row, "image_id")),))


def _read_test(row: Columns) -> RowView:
    """The answer is there to be filled in, or was; how many there are in a long video is told by a number."""
    asked, answer = TurnView("user", text_of(row, "question")), row.get("answer")
    if type(answer) is int:
        answer = str(answer)
    if not isinstance(answer, str):
        raise ColumnError("answer is no text; leave it empty where it is to be filled in")
    pictures, name = (_of_clip(text_of(row, "video")),), text_of(row, "video_id")
    turns = (asked, TurnView("assistant", answer))
    return view_of(
        row, "question", (asked,), turns=turns, target=answer or None, pictures=pictures, id=name, tags="none"
    )


def _of_clip(name: str) -> PictureView:
    return PictureView(None, f"images/{name}.png")


TEST_SHAPE = "megc-test"
BLANK_ENDING = "_to_answer.jsonl"
FORMAT = Format(
    "megc",
    in_lines(write, "jsonl", "me_vqa_*_{split}"),
    (
        reader(TEST_SHAPE, "video_id video question answer", _read_test),
        reader("megc", "dataset image_id question answer", _read_answered),
    ),
    only_for(("megc-vqa",), "the challenge has questions of its own; take --style megc-vqa"),
)
