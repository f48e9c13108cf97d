"""The shapes that rows come in, told apart by their columns, and what a row of each says.

The contracts are those of the consumers named in `docs/exports.md` and the dialects' modules. A foreign file in one
of these shapes is read as well as one of ours.
"""

import dataclasses
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from meu_data.checking.reading.cells import pictures_of
from meu_data.checking.reading.turns import asked_in, said_by_model, text_of, turns_of
from meu_data.checking.reading.view import Misfit, Picture, Tags, Turn, View

Row = Mapping[str, Any]


class Shape(NamedTuple):
    """A shape: the columns that make it, and how a row of it is read; `view` raises `Misfit`."""

    name: str
    columns: frozenset[str]
    view: Callable[[Row], View]


def sniff(columns: Collection[str]) -> Shape | None:
    """The shape that columns make; None for columns of no known one."""
    present = set(columns)
    return next((shape for shape in SHAPES if shape.columns <= present), None)


def _messages(row: Row) -> View:
    """LLaMA-Factory and ms-swift. Without an answer there has to be a label to compare with."""
    return _conversation(row, "messages", "either")


def _conversations(row: Row) -> View:
    """Qwen's fine-tuning scripts and LLaVA."""
    return _conversation(row, "conversations", "each")


def _conversation(row: Row, column: str, tags: Tags) -> View:
    asked = turns_of(row, column, "user")
    chosen = turns_of(row, "chosen", "assistant") if row.get("chosen") is not None else ()
    refused = _refused(row)
    turns = (*asked, *chosen)
    trained_by_reward = not turns[-1].answers and row.get("solution") is not None
    return View(
        turns=(*turns, *refused),
        told=None if trained_by_reward else said_by_model(turns, column),
        refused=said_by_model(refused, "rejected") if refused else None,
        solution=text_of(row, "solution") if trained_by_reward else None,
        **_shared(row, asked, column),
        tags=tags,
    )


def _refused(row: Row) -> tuple[Turn, ...]:
    """The answer to learn against: LLaMA-Factory has `rejected`, ms-swift a text or a whole conversation."""
    for name in ("rejected", "rejected_response", "rejected_messages"):
        if row.get(name) is not None:
            return turns_of(row, name, "assistant")
    return ()


def _trl(row: Row) -> View:
    prompt, completion = turns_of(row, "prompt", "user"), turns_of(row, "completion", "assistant")
    told = said_by_model(completion, "completion")
    return View(turns=(*prompt, *completion), told=told, **_shared(row, prompt, "prompt"), tags="none")


def _trl_preference(row: Row) -> View:
    prompt = turns_of(row, "prompt", "user")
    chosen, rejected = (turns_of(row, name, "assistant") for name in ("chosen", "rejected"))
    return View(
        turns=(*prompt, *chosen, *rejected),
        told=said_by_model(chosen, "chosen"),
        refused=said_by_model(rejected, "rejected"),
        **_shared(row, prompt, "prompt"),
        tags="none",
    )


def _trl_reward(row: Row) -> View:
    prompt = turns_of(row, "prompt", "user")
    solution = text_of(row, "solution" if "solution" in row else "answer")
    return View(turns=prompt, told=None, solution=solution, **_shared(row, prompt, "prompt"), tags="none")


def _verl(row: Row) -> View:
    prompt = turns_of(row, "prompt", "user")
    reward, extra = row.get("reward_model"), row.get("extra_info")
    if not isinstance(reward, Mapping):
        raise Misfit("reward_model is no struct of style and ground_truth")
    truth = text_of(reward, "ground_truth")
    for name in ("data_source", "ability"):
        text_of(row, name)
    labels = {"answer": truth, **(extra if isinstance(extra, Mapping) else {})}
    solution = text_of(labels, "solution") if labels.get("solution") is not None else truth
    shared = _shared({**row, **labels}, prompt, "prompt") | {"labels": labels}
    return View(turns=prompt, told=None, solution=solution, **shared, tags="each")


def _verl_messages(row: Row) -> View:
    """Verl's supervised trainer."""
    extra = row.get("extra_info")
    labels = extra if isinstance(extra, Mapping) else {}
    view = _conversation({**labels, **row}, "messages", "each")
    return dataclasses.replace(view, labels=labels)


def _easyr1(row: Row) -> View:
    asked = (Turn("user", text_of(row, "problem")),)
    solution = text_of(row, "answer")
    return View(turns=asked, told=None, solution=solution, **_shared(row, asked, "problem"), tags="each")


def _problem(row: Row) -> View:
    """UniFER's fields for training by reward."""
    asked = (Turn("user", text_of(row, "problem")),)
    solution = text_of(row, "solution")
    return View(turns=asked, told=None, solution=solution, **_shared(row, asked, "problem"), tags="none")


def _answered(answer: str) -> Callable[[Row], View]:
    """A question and its answer in two columns of text: UniFER's, MELLM's and ours."""

    def view(row: Row) -> View:
        asked, told = (Turn("user", text_of(row, "question")),), text_of(row, answer)
        turns = (*asked, Turn("assistant", told))
        return View(turns=turns, told=told, **_shared(row, asked, "question"), tags="none")

    return view


def _preference(row: Row) -> View:
    asked = (Turn("user", text_of(row, "question")),)
    chosen, rejected = (turns_of(row, name, "assistant") for name in ("chosen", "rejected"))
    return View(
        turns=(*asked, *chosen, *rejected),
        told=said_by_model(chosen, "chosen"),
        refused=said_by_model(rejected, "rejected"),
        **_shared(row, asked, "question"),
        tags="none",
    )


def _megc(row: Row) -> View:
    """The challenge's file with answers; the picture is ours, beside it."""
    asked, told = (Turn("user", text_of(row, "question")),), text_of(row, "answer")
    labels = {**row, "corpus": text_of(row, "dataset")}
    pictures = (_of_clip(text_of(row, "image_id")),)
    shared = _shared(row, asked, "question") | {"labels": labels, "pictures": pictures}
    return View(turns=(*asked, Turn("assistant", told)), told=told, **shared, tags="none")


def _megc_test(row: Row) -> View:
    """The challenge's test: the answer is there to be filled in, or was."""
    asked, told = (Turn("user", text_of(row, "question")),), row.get("answer")
    if not isinstance(told, str):
        raise Misfit("answer is no text; leave it empty where it is to be filled in")
    pictures = (_of_clip(text_of(row, "video")),)
    shared = _shared(row, asked, "question") | {"id": text_of(row, "video_id"), "pictures": pictures}
    return View(turns=(*asked, Turn("assistant", told)), told=told or None, **shared, tags="none")


def _ferbench(row: Row) -> View:
    asked, candidates = (Turn("user", text_of(row, "prompt")),), row.get("candidate_labels")
    if isinstance(candidates, str):
        candidates = [label.strip() for label in candidates.split(",")]
    if not isinstance(candidates, list) or not candidates or not all(isinstance(label, str) for label in candidates):
        raise Misfit("candidate_labels is no list of labels")
    solution = text_of(row, "true_label")
    shared = _shared(row, asked, "prompt") | {"candidates": tuple(candidates)}
    return View(turns=asked, told=None, solution=solution, **shared, tags="none")


def _of_clip(name: str) -> Picture:
    return Picture(None, f"images/{name}.png")


def _shared(row: Row, asked: tuple[Turn, ...], column: str) -> dict[str, Any]:
    """What is read from the columns in the same way whatever the shape."""
    identifier = row.get("id")
    if isinstance(identifier, int):
        identifier = str(identifier)
    return {
        "id": identifier if isinstance(identifier, str) and identifier else None,
        "asked": asked_in(asked, column),
        "pictures": pictures_of(row),
        "labels": row,
    }


SHAPES = tuple(
    Shape(name, frozenset(columns.split()), view)
    for name, columns, view in (
        ("megc-test", "video_id video question answer", _megc_test),
        ("megc", "dataset image_id question answer", _megc),
        ("verl", "prompt reward_model", _verl),
        ("ferbench", "prompt true_label candidate_labels", _ferbench),
        ("trl", "prompt chosen rejected", _trl_preference),
        ("trl", "prompt completion", _trl),
        ("trl", "prompt solution", _trl_reward),
        ("trl", "prompt answer", _trl_reward),
        ("verl", "messages extra_info", _verl_messages),
        ("messages", "messages", _messages),
        ("conversations", "conversations", _conversations),
        ("unifer-rlvr", "problem solution", _problem),
        ("easyr1", "problem answer", _easyr1),
        ("unifer-cot", "question response", _answered("response")),
        ("preference", "question chosen rejected", _preference),
        ("question-answer", "question answer", _answered("answer")),
    )
)
