"""The questions of the Micro-Expression Grand Challenge, which have closed answers.

The templates are those of `meu_data.export.styles.megc_vqa`; foreign files of the challenge have the same.
"""

import re
from dataclasses import dataclass, replace

from meu_data.checking.rules.row_aus import RowAus, au_list
from meu_data.errors import printable
from meu_data.export.formats.row_view import TAG, RowView
from meu_data.export.styles.authors_text import MEGC_NAMES
from meu_data.export.styles.megc_vqa import ALL, COARSE, FINE, SHOWN, SIDE, UNITS
from meu_data.face.aus import AU_NAMES
from meu_data.face.emotions import COARSE_NAMES, COARSE_OF, EMOTION_NAMES

# The challenge calls some units by names of its own.
_NUMBER_OF = {names["en"]: number for number, names in AU_NAMES.items()} | {
    name: number for number, name in MEGC_NAMES.items()
}
_SHOWN, _SIDE = (re.compile(re.escape(template).replace(r"\{name\}", "(.+)")) for template in (SHOWN, SIDE))
_CONCLUSION = re.compile(
    r"The action units? present (?:is|are): (?P<units>.+)\. Therefore, the fine-grained expression class is "
    r"(?P<fine>[^,]+), and the coarse expression class is (?P<coarse>[^,]+)\."
)
_SIDES = {"left": "L", "right": "R"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of its clip: classes, all its units, one that is there or one that is not."""

    coarse: str | None = None
    fine: str | None = None
    units: frozenset[int] | None = None
    present: frozenset[int] = frozenset()
    absent: frozenset[int] = frozenset()


def told_by(view: RowView) -> Told | None:
    """What a row says of its clip; None where it asks no closed question of the challenge, or says nothing known."""
    question, answer = _question(view), view.target
    if answer is None:
        return None
    if question == COARSE:
        return Told(coarse=answer if answer in COARSE_NAMES else None)
    if question == FINE:
        return Told(fine=answer if answer in EMOTION_NAMES else None)
    if question in UNITS:
        return _told_units(answer)
    return _concluded(answer) if question in ALL else _told_unit(question, answer)


def _concluded(answer: str) -> Told | None:
    conclusion = _CONCLUSION.fullmatch(answer)
    told = _told_units(conclusion["units"]) if conclusion else None
    known = conclusion is not None and conclusion["fine"] in EMOTION_NAMES and conclusion["coarse"] in COARSE_NAMES
    return (
        replace(told, fine=conclusion["fine"], coarse=conclusion["coarse"]) if conclusion and told and known else None
    )


def _told_unit(question: str, answer: str) -> Told | None:
    about = _SHOWN.fullmatch(question) or _SIDE.fullmatch(question)
    number = _NUMBER_OF.get(about[1]) if about else None
    if number is None or answer not in ("yes", "no", *_SIDES):
        return None
    one = frozenset((number,))
    return Told(absent=one) if answer == "no" else Told(present=one)


def _told_units(answer: str) -> Told | None:
    names = answer.split(", ")
    if not all(name in _NUMBER_OF for name in names):
        return None
    return Told(units=frozenset(_NUMBER_OF[name] for name in names))


def vqa_labels(view: RowView) -> list[str] | None:
    """Whether the classes in the answer are classes, and those of the row's emotion.

    Returns:
        What is wrong; None where the row asks for no class.
    """
    question, answer = _question(view), view.target
    if answer is None or question not in (COARSE, FINE, *ALL):
        return None
    emotion = view.label("emotion")
    if question == COARSE:
        return _coarse(answer, emotion)
    if question == FINE:
        return _fine(answer, emotion)
    conclusion = _CONCLUSION.fullmatch(answer)
    if conclusion is None:
        return ["the answer is not worded as the challenge's"]
    return _fine(conclusion["fine"], emotion) + _coarse(conclusion["coarse"], emotion)


def vqa_units(view: RowView, row: RowAus | None) -> list[str] | None:
    """Whether the action units in the answer are named as FACS does, and are those of the row where it has them.

    Returns:
        What is wrong; None where the row asks for no action unit.
    """
    question, answer = _question(view), view.target
    if answer is None:
        return None
    if question in UNITS:
        return _units(answer, row)
    if question in ALL:
        conclusion = _CONCLUSION.fullmatch(answer)
        return _units(conclusion["units"], row) if conclusion else None
    if about := _SHOWN.fullmatch(question):
        return _shown(about[1], answer, row)
    if about := _SIDE.fullmatch(question):
        return _side(about[1], answer, row)
    return None


def _question(view: RowView) -> str:
    return view.question.replace(TAG, "").strip()


def _coarse(stated: str, emotion: str | None) -> list[str]:
    if stated not in COARSE_NAMES:
        return [f"the coarse class {printable(stated)!r} is none of {', '.join(COARSE_NAMES)}"]
    expected = COARSE_OF.get(emotion or "", stated)
    return [] if expected == stated else [f"the coarse class is {stated!r}, but {emotion} is {expected}"]


def _fine(stated: str, emotion: str | None) -> list[str]:
    if stated not in EMOTION_NAMES:
        return [f"the fine-grained class {printable(stated)!r} is none of {', '.join(EMOTION_NAMES)}"]
    if emotion in (None, stated):
        return []
    return [f"the fine-grained class is {stated!r}, the row's emotion is {printable(emotion)!r}"]


def _units(stated: str, row: RowAus | None) -> list[str]:
    names = stated.split(", ")
    if wrong := _unknown(names):
        return wrong
    numbers = {_NUMBER_OF[name] for name in names}
    if row is None or row.numbers == numbers:
        return []
    return [f"the answer names {au_list(numbers)}, the row has {au_list(row.numbers)}"]


def _shown(name: str, stated: str, row: RowAus | None) -> list[str]:
    if wrong := _unknown([name]):
        return wrong
    if stated not in ("yes", "no"):
        return [f"the answer is {printable(stated)!r}, not yes or no"]
    if row is None or (_NUMBER_OF[name] in row.numbers) == (stated == "yes"):
        return []
    return [f"the answer about {au_list([_NUMBER_OF[name]])} is {stated!r}, the row has {au_list(row.numbers)}"]


def _side(name: str, stated: str, row: RowAus | None) -> list[str]:
    if wrong := _unknown([name]):
        return wrong
    if stated not in _SIDES:
        return [f"the answer is {printable(stated)!r}, not left or right"]
    number = _NUMBER_OF[name]
    if row is None or row.sides is None or row.sides.get(number) == {_SIDES[stated]}:
        return []
    scored = " and ".join(sorted(row.sides.get(number, ()))) or "no side"
    return [f"the answer about AU{number} is {stated!r}, the row has {scored} for it"]


def _unknown(names: list[str]) -> list[str]:
    return [f"{printable(name)!r} is no action unit's name in FACS" for name in names if name not in _NUMBER_OF][:1]
