"""Our own rewards of single levels: layout, emotion, action units, regions, and regions with their directions."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from meu_data.rewards.columns import Row, f1, items, label, rewards
from meu_data.rewards.completion import Turn, answer, final_turn
from meu_data.rewards.motion import Told, judge, reading_of, shows
from meu_data.rewards.truth import Truth, row_truth

# What saying nothing earns where something moves: more than saying what is wrong.
SILENCE = -0.5
# What an action unit or an emotion counts that nothing seen speaks for: it may be a guess.
UNSUPPORTED = 1 / 3
# A thought and an answer that contradict each other are wrong twice: one of the two is, and so is the argument.
_DISAGREEMENT = 2.0
# From this share on statements in another language are no slip; one is a matter of form.
_MIXED, _SLIP = 0.25, 0.5
# What it costs to leave an AU out of the list that concludes a thought which found it before.
_LEFT_OUT = 0.5
# The side of an AU of a row, and its number.
_SIDED = re.compile(r"(?:\b([LR]))?(?:AU)?[ _-]?([0-9]{1,4})", re.IGNORECASE)


class Levels(NamedTuple):
    """All levels of one answer; None where the row has no truth for it. See the functions of the same names."""

    layout: float
    emotion: float | None
    units: float | None
    region: float | None
    grounded: float | None
    supported: float | None


def layout(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """1 where an answer is one thought, then one answer, and nothing else, blanks aside; else 0. Ours.

    Of several turns the last counts; the thought may stand in `reasoning_content`. A second `<think>` or `<answer>`
    gives 0.

    Args:
        completions: Texts, or lists of messages.
        **columns: Not used.
    """
    return rewards(completions, columns, lambda completion, _: float(final_turn(completion).whole))


def emotion(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """1 where the answer names the row's emotion and no other, by any of its names and in any case; else 0. Ours.

    Args:
        completions: Texts, or lists of messages.
        **columns: As for `accuracy`.

    Returns:
        One of 0.0 and 1.0 per completion; 0.0 where the row has no label.
    """
    return rewards(completions, columns, lambda completion, row: _emotion(final_turn(completion), row))


def units(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """2·F1 - 1 between the AUs that the thought affirms, however they are spelled, and the row's, from -1 to 1. Ours.

    AUs that are denied or supposed count as if they were not named. -1 when none is affirmed.

    Args:
        completions: Texts, or lists of messages.
        **columns: As for `au_f1`; codes of any spelling.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row has no AUs.
    """
    return rewards(completions, columns, lambda completion, row: _units(final_turn(completion), row))


def region(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """As `grounded`, but a region is right when it moves, whatever is said of its direction and strength. Ours.

    Args:
        completions: Texts, or lists of messages.
        **columns: As for `grounded`.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row knows nothing of the motion.
    """
    return rewards(completions, columns, lambda completion, row: _motion(final_turn(completion), row)[0])


def grounded(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """How far the thought tells of the motion that was measured, from -1 to 1. Ours; docs/rewards.md has the rules.

    -0.5 + 1.5·F1 - 0.5·E, where F1 is that of the regions told and those wanted, and E the share of errors in all that
    is said. Saying nothing gives -0.5, saying only what is wrong -1.

    Args:
        completions: Texts, or lists of messages.
        **columns: `motion` or `claims` or both: a list of structs per completion; sides are the picture's. `aus`, where
            it is given, makes an AU that is none of the row's an error.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row knows nothing of the motion.
    """
    return rewards(completions, columns, lambda completion, row: _motion(final_turn(completion), row)[1])


def levels(completion: object, row: Row) -> Levels:
    """All levels of one answer; `units` and `supported` from 0 to 1, and less where nothing seen speaks for them."""
    turn = final_turn(completion)
    by_region, by_direction, told, truth = _motion(turn, row)
    named, gold = _affirmed(turn.thought), _gold(row)
    right = _emotion(turn, row)
    au: float | None = None
    if gold:
        # Where errors outweigh what is right, what is right may be chance: everything moves up, and so does the corner.
        drowned = by_direction is not None and by_direction <= 0
        hits = sum([UNSUPPORTED if drowned else _weight(number, told, truth) for number in named & gold])
        au = f1(hits, len(named), hits, len(gold))
    seen = 1.0 if by_direction is None else UNSUPPORTED + (1 - UNSUPPORTED) * max(by_direction, 0.0)
    return Levels(float(turn.whole), right, au, by_region, by_direction, None if right is None else right * seen)


def _weight(number: int, told: Told | None, truth: Truth | None) -> float:
    """What an AU counts: all, unless the motion shows it and the text says nothing of that."""
    if told is None or truth is None:
        return 1.0
    visible = _visible(number, truth)
    names = {name for place in told.right.values() for name in place}
    supported = names.intersection(visible) if visible else names or not truth.wanted
    return 1.0 if supported else UNSUPPORTED


def _visible(number: int, truth: Truth) -> list[str]:
    """The wanted regions that show an AU."""
    sites = shows(number, besides=False)
    return [name for name, ways in sites.items() if name in truth.wanted and truth.regions[name].way in ways]


def _shown(number: int, truth: Truth) -> bool:
    """Whether anything moves as an AU lets it, however slightly."""
    moved = [(truth.regions[name], ways) for name, ways in shows(number).items() if name in truth.regions]
    return any(one.moving and (not ways or one.way in ways) for one, ways in moved)


def _motion(turn: Turn, row: Row) -> tuple[float | None, float | None, Told | None, Truth | None]:
    truth = row_truth(row.get("motion"), row.get("claims"))
    if truth is None:
        return None, None, None, None
    thought = turn.thought if turn.thought and turn.thought.strip() else None
    told = judge(thought, turn.answer, truth) if thought else Told({}, {}, {}, frozenset())
    silence = 1.0 if thought and not truth.wanted else SILENCE
    wrong = sum(told.wrong.values())
    if gold := _gold(row):
        wrong += len(_affirmed(thought) - gold) + _other_sides(thought, row)
        wrong += sum(1 for number in _denied(thought) & gold if _shown(number, truth))
        wrong += _LEFT_OUT * len(_left_out(thought) & gold)
    wrong += _led_elsewhere(thought, row) + _foreign(thought)
    if thought and turn.answer is not None:
        wrong += _DISAGREEMENT * _disagreements(thought, turn.answer)
    by_region = _score(told.moving.values(), float(len(told.still)), truth.wanted, silence)
    return by_region, min(_score(told.right.values(), wrong, truth.wanted, silence), by_region), told, truth


def _score(places: Iterable[Sequence[str]], wrong: float, wanted: frozenset[str], silence: float) -> float:
    rights = [names for names in places if names]
    if not rights and not wrong:
        return silence
    found = set[str]()
    for names in rights:
        found.update([name for name in names if name in wanted and name not in found][:1])
    errors = wrong / (len(rights) + wrong)
    return SILENCE + (1 - SILENCE) * f1(len(rights), len(rights) + wrong, len(found), len(wanted)) + SILENCE * errors


def _disagreements(thought: str, said: str) -> int:
    """In how many ways an answer contradicts its thought: its emotion, and its action units."""
    concluded, answered = _concluded(thought), _emotions(said)
    found = int(bool(concluded and answered) and not answered & concluded)
    units = _affirmed(said)
    return found + int(bool(units) and not units <= _affirmed(thought))


def _emotion(turn: Turn, row: Row) -> float | None:
    wanted = label(row)
    if wanted is None:
        return None
    said = turn.answer
    if said is None:
        return 0.0
    gold, given = _emotions(answer(wanted)), _emotions(said)
    if gold or given:
        return float(gold == given)
    return float(said.strip(" .。\n").casefold() == answer(wanted).strip(" .。\n").casefold())


def _units(turn: Turn, row: Row) -> float | None:
    gold = _gold(row)
    if not gold:
        return None
    named = _affirmed(turn.thought)
    both = len(named & gold)
    return 2 * f1(both, len(named), both, len(gold)) - 1


def _gold(row: Row) -> frozenset[int]:
    return _numbers(row.get("aus")) or _numbers(row.get("AUs"))


def _numbers(column: object) -> frozenset[int]:
    return frozenset([int(number) for _, number in _SIDED.findall(_codes(column))])


def _codes(column: object) -> str:
    codes = [column] if isinstance(column, str) else items(column) or ()
    return " ".join([str(code) for code in codes if isinstance(code, str | int) and not isinstance(code, bool)])


def _affirmed(text: str | None) -> frozenset[int]:
    """The AUs that a text affirms by their codes."""
    return frozenset([number for number, polarity in _polarities(text).items() if polarity == "affirmed"])


def _denied(text: str | None) -> frozenset[int]:
    """The AUs that a text denies by their codes."""
    return frozenset([number for number, polarity in _polarities(text).items() if polarity == "denied"])


@lru_cache(maxsize=8)
def _polarities(text: str | None) -> Mapping[int, str]:
    """What a text says of AUs: of one that it affirms and denies, what it says last; one kept on the coder's score."""
    last: dict[int, str] = {}
    for statement in reading_of(text).statements if text else ():
        for unit in statement.units:
            if unit.by_code and (unit.polarity == "affirmed" or (unit.polarity == "denied" and not statement.labelled)):
                last[unit.number] = unit.polarity
    return last


def _left_out(text: str | None) -> frozenset[int]:
    """The AUs that a thought affirms and then leaves out where it concludes an emotion from AUs."""
    found: set[int] = set()
    left: set[int] = set()
    for statement in reading_of(text).statements if text else ():
        emotion = any(one.polarity == "affirmed" for one in statement.emotions)
        named = {unit.number for unit in statement.units if unit.by_code}
        affirmed = {unit.number for unit in statement.units if unit.by_code and unit.polarity == "affirmed"}
        moves = any(said.moves and said.real for said in statement.motions)
        if affirmed or emotion:
            # Only the last one that names either concludes.
            left = found - named if affirmed and emotion and not (moves or statement.general) else set()
        found |= affirmed
    return frozenset(left)


def _other_sides(text: str | None, row: Row) -> int:
    """How many AUs a text puts on the side of the person that is not the row's."""
    sides: dict[int, set[str]] = {}
    for side, number in _SIDED.findall(_codes(row.get("aus")) or _codes(row.get("AUs"))):
        sides.setdefault(int(number), set()).add(side.upper())
    if not sides or not text:
        return 0
    said = {(unit.number, unit.side) for unit in reading_of(text).units() if unit.side and unit.polarity == "affirmed"}
    return len([None for number, side in said if sides.get(number, {""}).isdisjoint(("", side))])


@lru_cache(maxsize=1024)
def _emotions(text: str) -> frozenset[str]:
    """The emotions that an answer names and does not deny."""
    return frozenset(told.emotion for told in reading_of(text).emotions() if told.polarity != "denied")


def _led_elsewhere(text: str | None, row: Row) -> int:
    """How many statements of a thought affirm another emotion than the row's, without weighing it or hedging."""
    wanted = _emotions(answer(label(row) or ""))
    found = 0
    for statement in reading_of(text).statements if text and wanted else ():
        if statement.general or statement.either or statement.compares or statement.names_only:
            continue
        told = {one.emotion for one in statement.emotions if one.polarity == "affirmed" and not one.hedged}
        found += bool(told) and told.isdisjoint(wanted)
    return found


def _foreign(text: str | None) -> float:
    """What the statements in another language than the rest cost; who mixes throughout was asked for it."""
    statements = reading_of(text).statements if text else ()
    counts = Counter(statement.lang for statement in statements if statement.lang)
    fewest = min(counts.values(), default=0) if len(counts) > 1 else 0
    return _SLIP if 0 < fewest < _MIXED * len(statements) else 0.0


def _concluded(thought: str) -> frozenset[str]:
    """The emotions of the last statement that affirms one."""
    for statement in reversed(reading_of(thought).statements):
        told = frozenset(one.emotion for one in statement.emotions if one.polarity == "affirmed")
        if told:
            return told
    return frozenset()
