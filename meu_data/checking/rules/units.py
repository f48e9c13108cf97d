"""Whether the action units of a text are those of its row."""

import re

from meu_data.checking.rules.au_text import mentions, misnamed, stated
from meu_data.checking.rules.row_aus import RowAus, au_list, row_aus
from meu_data.checking.rules.vqa import vqa_units
from meu_data.errors import printable
from meu_data.export.formats.row_view import RowView
from meu_data.rewards.completion import think

# MELLM's answers: the first line of its second version, and the first of three parts, in our words and in theirs.
_UNITS_LINE = re.compile(r"(?:Action units: |动作单元：)(.*)")
_FIRST_PART = re.compile(r"1\. |一、|视觉检查：|### 1\. ")


def check_aus(view: RowView) -> list[str] | None:
    """Whether the text a row teaches names the row's action units, all of them and no other.

    Looked at is what stands in `<think>`, or the whole of an answer in MELLM's three parts or two lines, or the answer
    to one of the challenge's questions. A unit that the row lacks may be named where it is denied; one that the row has
    counts as named wherever it stands, for a text may say that a coder saw what the map does not show.

    Returns:
        What is wrong; None where the row has no action units, or no text that tells of them.
    """
    row = row_aus(view)
    if (wrong := vqa_units(view, row)) is not None:
        return [*(row.wrong if row else ()), *wrong]
    text = reasoning(view.target)
    if row is None or text is None:
        return None
    return [*row.wrong, *_compared(text, row)]


def reasoning(target: str | None) -> str | None:
    """The part of a text to learn that argues: `<think>`, MELLM's three parts, or its line of units; None without."""
    if target is None:
        return None
    if (thoughts := think(target)) is not None:
        return thoughts
    if line := _UNITS_LINE.match(target):
        return line[1]
    return target if _FIRST_PART.match(target) else None


def _compared(text: str, row: RowAus) -> list[str]:
    found = mentions(text)
    extra = {mention.number for mention in found} - row.numbers
    extra = stated(text, extra) if extra else extra
    missing = row.numbers - {mention.number for mention in found}
    wrong = []
    if extra:
        wrong.append(f"the text names {au_list(extra)}, the row has {au_list(row.numbers)}")
    if missing:
        wrong.append(f"the text does not name {au_list(missing)} of the row")
    for number, side in dict.fromkeys((mention.number, mention.side) for mention in found if mention.side):
        scored = (row.sides or {}).get(number)
        if scored and side not in scored:
            wrong.append(f"the text puts AU{number} on the person's {side}, the row on {' and '.join(sorted(scored))}")
    for named in dict.fromkeys(misnamed(text)):
        wrong.append(f"the text calls AU{named.number} {printable(named.name)!r}, which is {au_list(named.numbers)}")
    return wrong
