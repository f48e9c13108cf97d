"""Whether the text, the answer, the action units and the claims of one row agree."""

import re
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from meu_data.checking.rules.row_aus import RowAus, row_aus
from meu_data.checking.rules.row_size import LONGEST_PROSE
from meu_data.checking.rules.units import reasoning
from meu_data.errors import NotationError, printable
from meu_data.export.formats.row_view import RowView
from meu_data.face.emotions import EMOTION_NAMES, parse_emotion
from meu_data.grounding.agreement import (
    Contradiction,
    claim_contradictions,
    emotion_contradictions,
    stray_claims,
    unit_contradictions,
)
from meu_data.language.reader import read
from meu_data.records import Claim
from meu_data.rewards.completion import answer, think

# A sentence of a row is quoted this far.
_QUOTED = 200
# A sentence about where to look next tells of no motion: "I look closer at the chin".
_PLAN = re.compile(r"\b(?:look|zoom|inspect|examin|check)|看|放大|检查", re.IGNORECASE)
_CHINESE = {names["zh"]: emotion for emotion, names in EMOTION_NAMES.items()}


def check_agreement(view: RowView) -> list[str] | None:
    """Whether what a row says in one place is what it says in another.

    Looked at is the text of `check_aus`: against the row's emotion and answer, against action units that it denies,
    and against the claims; with these also what is thought between calls of tools. An answer that is not the emotion
    is told by `check_label`, units too many, too few or on the other side by `check_aus`. Texts from others may weigh
    several emotions before they settle on one, so of rows without claims the last word counts.

    Returns:
        What is wrong, each with the sentence; None where the row has nothing to compare.
    """
    row, claims, text = row_aus(view), _claims(view), reasoning(view.target)
    emotion = _emotion(view) if text is not None else None
    if not claims and (text is None or (emotion is None and row is None)):
        return None
    found = [*_compared(text or "", emotion, row, claims), *_thought(view, claims)]
    return [printable(str(one), _QUOTED) for one in dict.fromkeys(found)]


def _compared(text: str, emotion: str | None, row: RowAus | None, claims: list[Claim]) -> Iterator[Contradiction]:
    said = read(text).statements
    if emotion is not None:
        yield from emotion_contradictions(text, said, emotion, argued=bool(claims))
    if row is not None and not row.wrong:
        sides = {number: (row.sides or {}).get(number, {None}) for number in row.numbers}
        yield from unit_contradictions(text, said, sides, named=False)
        yield from stray_claims(claims, row.numbers)
    yield from claim_contradictions(text, said, claims)


def _thought(view: RowView, claims: list[Claim]) -> Iterator[Contradiction]:
    """What is thought between the calls of tools, against the claims; the last turn is the text itself."""
    own = [turn for turn in view.turns if turn.answers or turn.calls_tool]
    thoughts = [thought for turn in own[:-1] if (thought := think(turn.text)) is not None]
    text = "\n".join(thoughts)
    if claims and len(text) <= LONGEST_PROSE:
        said = [one for one in read(text).statements if not _PLAN.search(text[one.start : one.end])]
        yield from claim_contradictions(text, said, claims)


def _emotion(view: RowView) -> str | None:
    """The emotion of a row and of its answer; None where it is none that is known, or they are two."""
    answers = [view.label("emotion")]
    if view.target is not None and "<answer>" in view.target:
        answers.append(answer(view.target))
    found = {_known(word) for word in answers if word is not None}
    return found.pop() if len(found) == 1 else None


def _known(word: str) -> str | None:
    try:
        return _CHINESE.get(word) or parse_emotion(word, "", tuple(EMOTION_NAMES))
    except NotationError:
        return None


def _claims(view: RowView) -> list[Claim]:
    """The claims of a row; what is none is passed over, for its columns are another rule's."""
    column = view.labels.get("claims")
    found = []
    for item in column if isinstance(column, list) else []:
        try:
            found.append(Claim.model_validate(item if isinstance(item, Mapping) else None))
        except ValidationError:
            continue
    return found
