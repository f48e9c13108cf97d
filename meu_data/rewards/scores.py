"""The rewards of single levels: answer, form, action units, regions, and regions with their directions."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from meu_data.face.regions import OCTANTS, near
from meu_data.rewards.completion import answer, completion_text, think, well_formed
from meu_data.rewards.places import Place, places_told
from meu_data.rewards.truth import Truth, row_truth

# Of a text in small letters, which Python makes of a Chinese text four times as fast as capitals.
_AU = re.compile(r"au\d+")
# One octant off is what grounding tolerates.
_NEAR: dict[str, frozenset[str]] = {way: frozenset(other for other in OCTANTS if near(way, other)) for way in OCTANTS}
_NOWHERE: frozenset[str] = frozenset()

Row = Mapping[str, Any]
Score = Callable[[str, Row], float | None]
MotionScore = tuple[float, float] | tuple[None, None]


def accuracy(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """1 where the answer is the solution, else 0: UniFER's accuracy reward.

    Compared are the stripped texts of the first `<answer>` of each; a text without the tags counts whole. The
    comparison is exact: "Disgust" is not "disgust".

    Source: github.com/zfkarl/UniFER, train_unifer/src/r1-v/src/open_r1/grpo.py.

    Args:
        completions: Texts, or lists of messages.
        **columns: `solution`, or where a row has none `answer` or `emotion`: one label per completion, bare or tagged.

    Returns:
        One of 0.0 and 1.0 per completion; 0.0 where the row has no solution.
    """
    return _rewards(completions, columns, accuracy_of)


def format(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: A001, ANN401
    r"""1 where the whole text is `<think>…</think><answer>…</answer>`, else 0: UniFER's format reward.

    The pattern is `<think>.*?</think>\s*<answer>.*?</answer>` over the whole text, so a blank before or a line end
    behind it gives 0.

    Source: github.com/zfkarl/UniFER, train_unifer/src/r1-v/src/open_r1/grpo.py; Facial-R1 has the same.

    Args:
        completions: Texts, or lists of messages.
        **columns: Not used.

    Returns:
        One of 0.0 and 1.0 per completion.
    """
    return _rewards(completions, columns, format_of)


def au_f1(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    r"""2·F1 - 1 between the AUs named in `<think>` and the row's, from -1 to 1: Facial-R1's AU reward.

    Named is what `AU\d+` finds in the first `<think>`, in any case, each AU once, sides and intensities aside. -1 when
    none is named or there is no `<think>`; 0 when the row has no AUs. Facial-R1's weights of rows are left out.

    Source: github.com/RobitsG/Facial-R1, src/open-r1-multimodal/src/open_r1/grpo_jsonl.py, `au_reward`.

    Args:
        completions: Texts, or lists of messages.
        **columns: `aus`, or `AUs` as FEA-20K calls it: a list of AU codes per completion.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row has no AUs.
    """
    return _rewards(completions, columns, au_f1_of)


def region(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """2·F1 - 1 between the regions that `<think>` says move and the row's, from -1 to 1. Ours.

    A region is told when a direction or a colour of the map is said of it, whichever; see `reading.read_claims`. It is
    right when the region moves, and counts as found when it is one the row wants told; see `truth.row_truth`. -1 when
    nothing is told though something moves; 1 when nothing is told and nothing is wanted.

    Args:
        completions: Texts, or lists of messages.
        **columns: `motion` or `claims` or both: a list of structs per completion; sides are the picture's.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row knows nothing of the motion.
    """
    return [score or 0.0 for score, _ in _motion_rewards(completions, columns)]


def grounded(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """As `region`, but a region is only right when all that is said of its direction holds, from -1 to 1. Ours.

    A direction may be one octant off, and a colour stands for its direction on the map's colour wheel. Words that
    contradict each other are never right, so hedging does not pay.

    Args:
        completions: Texts, or lists of messages.
        **columns: As for `region`.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row knows nothing of the motion.
    """
    return [score or 0.0 for _, score in _motion_rewards(completions, columns)]


def accuracy_of(text: str, row: Row) -> float | None:
    """`accuracy` of one text; None where the row has no solution."""
    for name in ("solution", "answer", "emotion"):
        solution = row.get(name)
        if isinstance(solution, str):
            return float(answer(text) == answer(solution))
    return None


def format_of(text: str, row: Row) -> float | None:
    """`format` of one text."""
    return float(well_formed(text))


def au_f1_of(text: str, row: Row) -> float | None:
    """`au_f1` of one text; None where the row has no AUs."""
    return au_score(think(text), row)


def au_score(thoughts: str | None, row: Row) -> float | None:
    """`au_f1` of what stands in `<think>`; None where the row has no AUs."""
    gold = _gold_aus(row.get("aus")) or _gold_aus(row.get("AUs"))
    if not gold:
        return None
    named = set(_AU.findall((thoughts or "").lower()))
    return 2 * _f1(len(named & gold), len(named), len(named & gold), len(gold)) - 1


def motion_scores(thoughts: Sequence[str | None], rows: Sequence[Row]) -> list[MotionScore]:
    """`region` and `grounded` of what stands in each `<think>`; None where the row knows nothing of the motion.

    Each step is done for all before the next: an eighth faster than all steps for one after the other.
    """
    truths = [row_truth(row.get("motion"), row.get("claims")) for row in rows]
    told = [places_told(text) if text and truth else () for text, truth in zip(thoughts, truths, strict=True)]
    return [_motion_score(*each) for each in zip(thoughts, told, truths, strict=True)]


def _motion_score(thoughts: str | None, claims: tuple[Place, ...], truth: Truth | None) -> MotionScore:
    if truth is None:
        return None, None
    if not claims:
        silent = 1.0 if thoughts and thoughts.strip() and not truth.wanted else -1.0
        return silent, silent
    move, fit = [], []
    for claim in claims:
        ways = [(name, said, way) for name, said in claim if (way := truth.way(name)) is not None]
        move.append([name for name, _, _ in ways])
        fit.append([name for name, said, way in ways if said <= _NEAR.get(way, _NOWHERE)])
    return _signed_f1(move, truth.wanted), _signed_f1(fit, truth.wanted)


def table_rows(columns: Mapping[str, Any], size: int) -> Sequence[Row]:
    """The columns as rows; a value that is missing is None, a column that is no list is left out."""
    rows: list[dict[str, Any]] = [{} for _ in range(size)]
    for name, values in columns.items():
        if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
            for row, value in zip(rows, values, strict=False):
                row[name] = value
    return rows


def _rewards(completions: Sequence[object], columns: Mapping[str, Any], score: Score) -> list[float]:
    rows = table_rows(columns, len(completions))
    found = (score(completion_text(completion), row) for completion, row in zip(completions, rows, strict=True))
    return [0.0 if value is None else value for value in found]


def _motion_rewards(completions: Sequence[object], columns: Mapping[str, Any]) -> list[MotionScore]:
    thoughts = [think(completion_text(completion)) for completion in completions]
    return motion_scores(thoughts, table_rows(columns, len(completions)))


def _gold_aus(column: object) -> set[str]:
    codes = [column] if isinstance(column, str) else column if isinstance(column, list | Iterable) else []
    return set(_AU.findall(" ".join([code for code in codes if isinstance(code, str)]).lower()))


def _signed_f1(claims: Sequence[Sequence[str]], wanted: frozenset[str]) -> float:
    """2·F1 - 1 of claims, each given as those of its regions for which it is right; it tells of one of them at most."""
    found = set[str]()
    for claim in claims:
        for name in claim:
            if name in wanted and name not in found:
                found.add(name)
                break
    return 2 * _f1(sum(map(bool, claims)), len(claims), len(found), len(wanted)) - 1


def _f1(hits: int, claimed: int, found: int, wanted: int) -> float:
    """F1 of hits among the claimed and found among the wanted; with nothing wanted, nothing is missed."""
    precision = hits / claimed if claimed else 0.0
    recall = found / wanted if wanted else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
