"""UniFER's two rewards, exactly, with their weaknesses.

`accuracy` compares strings: "Happiness", "happy" and "happiness." are wrong where "happiness" is right. `format` asks
for tags and nothing of what stands in them. `rewards.emotion` and `rewards.layout` are ours for the same.

Source: github.com/zfkarl/UniFER, train_unifer/src/r1-v/src/open_r1/grpo.py; Facial-R1 has the same two.
"""

from collections.abc import Sequence
from typing import Any

from meu_data.rewards.columns import Row, label, rewards
from meu_data.rewards.completion import answer, completion_text, well_formed


def accuracy(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: ANN401
    """1 where the answer is the solution, else 0: UniFER's accuracy reward.

    Compared are the stripped texts of the first `<answer>` of each; a text without the tags counts whole. The
    comparison is exact: "Disgust" is not "disgust".

    Args:
        completions: Texts, or lists of messages.
        **columns: `solution`, or where a row has none `answer` or `emotion`: one label per completion, bare or tagged.

    Returns:
        One of 0.0 and 1.0 per completion; 0.0 where the row has no solution.
    """
    return rewards(completions, columns, _accuracy)


def format(completions: Sequence[object], **columns: Any) -> list[float]:  # noqa: A001, ANN401
    r"""1 where the whole text is `<think>…</think><answer>…</answer>`, else 0: UniFER's format reward.

    The pattern is `<think>.*?</think>\s*<answer>.*?</answer>` over the whole text, so a blank before or a line end
    behind it gives 0, and a second think or answer inside goes unnoticed.

    Args:
        completions: Texts, or lists of messages.
        **columns: Not used.

    Returns:
        One of 0.0 and 1.0 per completion.
    """
    return rewards(completions, columns, _format)


def _accuracy(completion: object, row: Row) -> float | None:
    solution = label(row)
    return None if solution is None else float(answer(completion_text(completion)) == answer(solution))


def _format(completion: object, _: Row) -> float:
    return float(well_formed(completion_text(completion)))
