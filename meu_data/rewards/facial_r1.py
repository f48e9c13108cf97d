r"""Facial-R1's AU reward, exactly, with its weaknesses.

It finds `AU\d+` and nothing else: "AU 12" and "Action Unit 12" are not read, "AU06" is another unit than "AU6", "AU4 is
absent" names AU4, and a bare list of codes gets all. `rewards.units` is ours for the same.

Source: github.com/RobitsG/Facial-R1, src/open-r1-multimodal/src/open_r1/grpo_jsonl.py, `au_reward`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from meu_data.rewards.columns import Row, f1, rewards
from meu_data.rewards.completion import completion_text, think
from meu_data.rewards.unifer import accuracy, format  # noqa: A004

__all__ = ["accuracy", "au_f1", "format"]

# Of a text in small letters, which Python makes of a Chinese text four times as fast as capitals.
_AU = re.compile(r"au\d+")


def au_f1(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    r"""2·F1 - 1 between the AUs named in `<think>` and the row's, from -1 to 1: Facial-R1's AU reward.

    Named is what `AU\d+` finds in the first `<think>`, in any case, each AU once, sides and intensities aside. -1 when
    none is named or there is no `<think>`; 0 when the row has no AUs. Facial-R1's weights of rows are left out.

    Args:
        completions: Texts, or lists of messages.
        **columns: `aus`, or `AUs` as FEA-20K calls it: a list of AU codes per completion.

    Returns:
        One value from -1 to 1 per completion; 0.0 where the row has no AUs.
    """
    return rewards(completions, columns, _score)


def _score(completion: object, row: Row) -> float | None:
    gold = _codes(row.get("aus")) or _codes(row.get("AUs"))
    if not gold:
        return None
    named = set(_AU.findall((think(completion_text(completion)) or "").lower()))
    both = len(named & gold)
    return 2 * f1(both, len(named), both, len(gold)) - 1


def _codes(column: object) -> set[str]:
    codes = [column] if isinstance(column, str) else column if isinstance(column, list | Iterable) else []
    return set(_AU.findall(" ".join([code for code in codes if isinstance(code, str)]).lower()))
