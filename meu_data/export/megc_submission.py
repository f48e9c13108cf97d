"""The submission of MEGC's ME-VQA or ME-LVQA: a model's answers in the lines of the challenge's blank test file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from meu_data.errors import MeuError
from meu_data.export.formats.megc import BLANK_ENDING
from meu_data.export.styles.megc_lvqa import EVENTS, MACRO, MICRO, UNITS_IN_ALL
from meu_data.given_files import text_lines
from meu_data.records import Record
from meu_data.store.files import whole_file

_FILLED = "_pred.jsonl"
# In the order of the challenge's files (github.com/2308623956/MEGC2025, data/7b/me_vqa_samm_test_to_answer.jsonl).
_LARGEST = 256 * 1024**2
_KEYS = ("video_id", "video", "question", "answer")


class SubmissionSummary(Record):
    """What was written."""

    out: str
    answers: int


def write_submission(blank: Path, answers: Path, out: Path | None = None) -> SubmissionSummary:
    """Fills a blank test file with a model's answers.

    Args:
        blank: `me_vqa_<corpus>_<split>_to_answer.jsonl`, ours or the challenge's own: `video_id`, `video`, `question`
            and an empty `answer` a line.
        answers: JSON lines with `video_id` and `answer`, in any order; further keys are passed over. How many
            expressions there are in a long video may be told by a number; that it has no unit, by an empty text.
        out: The file to write; beside the blank one, with `_pred` for `_to_answer`, when None. It appears whole or not
            at all.

    Raises:
        MeuError: A file cannot be read or is not of its form, a question has no answer or two, or an answer belongs to
            no question.
    """
    asked = _by_id(blank, _KEYS)
    given = _by_id(answers, ("video_id", "answer"), numbers=True)
    for identifier, (number, line) in given.items():
        if identifier not in asked:
            raise MeuError(f"{answers}, line {number}: {blank.name} asks no question {identifier!r}; remove the line")
        question, answer = asked[identifier][1]["question"], line["answer"]
        if isinstance(answer, int):
            if question not in (EVENTS, MICRO, MACRO):
                raise MeuError(
                    f"{answers}, line {number}: the answer to {identifier!r} is no text; {question!r} is asked"
                )
        elif not answer.strip() and question != UNITS_IN_ALL:
            raise MeuError(f"{answers}, line {number}: the answer to {identifier!r} is blank; give one")
    if missing := [identifier for identifier in asked if identifier not in given]:
        others = f" and {len(missing) - 1} more questions" if missing[1:] else ""
        raise MeuError(f"{answers}: there is no answer to {missing[0]!r}{others}; answer every line of {blank.name}")
    target = out or _filled_name(blank)
    if target.exists() and target.samefile(blank):
        raise MeuError(f"{target} is the blank file itself; name another with --out")
    with whole_file(target) as stream:
        for identifier, (_, line) in asked.items():
            answer = given[identifier][1]["answer"]
            filled = {**line, "answer": answer if isinstance(answer, int) else answer.strip()}
            stream.write(f"{json.dumps(filled)}\n".encode())
    return SubmissionSummary(out=str(target), answers=len(asked))


def _filled_name(blank: Path) -> Path:
    if not blank.name.endswith(BLANK_ENDING):
        raise MeuError(f"{blank}: the name does not end in {BLANK_ENDING}, so name the submission with --out")
    return blank.with_name(blank.name.removesuffix(BLANK_ENDING) + _FILLED)


def _by_id(path: Path, keys: tuple[str, ...], *, numbers: bool = False) -> dict[str, tuple[int, dict[str, Any]]]:
    """The lines by `video_id`, each with its number, reduced to some keys; `numbers` may stand as an answer."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        for key in keys:
            if not (isinstance(line.get(key), str) or (numbers and key == "answer" and type(line.get(key)) is int)):
                raise MeuError(f"{where}: there is no text {key!r}; each line has {', '.join(keys)}")
        identifier = line["video_id"]
        if identifier in found:
            raise MeuError(f"{where}: {identifier!r} stands in line {found[identifier][0]} already; keep one of them")
        found[identifier] = number, {key: line[key] for key in keys}
    if not found:
        raise MeuError(f"{path}: the file has no line")
    return found


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in text_lines(path, most=_LARGEST):
        yield number, _parsed(text, f"{path}, line {number}")


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MeuError(f"{where}: this is no JSON ({error}); write one object a line") from error
    if not isinstance(line, dict):
        raise MeuError(f"{where}: this is no JSON object; write one object a line")
    return line
