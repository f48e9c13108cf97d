"""Dialect `megc`: the files of the Micro-Expression Grand Challenge, key by key.

Every split has a file with the answers; a split that is not for training also one to fill in, in the shape of the
challenge's own (`me_vqa_<corpus>_<split>_to_answer.jsonl`, of which the submission is `…_pred.jsonl`).
"""

from collections.abc import Iterator
from typing import Any

from meu_data.export.styles.row import Row


def lines(said: Row, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The line with the answer, and outside training the blank one."""
    labels = said.labels
    corpus, split, clip = labels["corpus"], said.split, labels["clip"]
    # Several expressions may share a clip, and whoever trains has to find the picture: it is `images/<image_id>.png`.
    image_id = said.pictures[0].name.removesuffix(".png")
    stem = f"me_vqa_{corpus}_{split}"
    yield (
        stem,
        {
            "id": f"{corpus}_{image_id}_{labels['number']}",
            "dataset": corpus,
            "image_id": image_id,
            "subject": labels["subject"],
            "filename": clip,
            "question": said.user,
            "answer": said.assistant,
        },
    )
    if not split.lower().startswith("train"):
        blank = {"video_id": f"{corpus}_{split}_{image_id}_{labels['number']}", "video": image_id}
        yield f"{stem}_to_answer", {**blank, "question": said.user, "answer": ""}
