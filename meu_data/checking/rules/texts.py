"""What is looked at in every row by itself."""

from itertools import chain

from meu_data.checking.rules.agreement import check_agreement
from meu_data.checking.rules.inspection import check_inspection
from meu_data.checking.rules.labels import check_label
from meu_data.checking.rules.row_rule import CheckRule
from meu_data.checking.rules.tool_calls import check_tools
from meu_data.checking.rules.units import check_aus
from meu_data.errors import printable
from meu_data.export.formats.row_view import TAG, RowView
from meu_data.rewards.completion import well_formed

_TAGS = ("<think>", "</think>", "<answer>", "</answer>")


def check_format(view: RowView) -> list[str] | None:
    r"""Whether a text to learn matches UniFER's format reward, `<think>.*?</think>\s*<answer>.*?</answer>`, whole.

    It has to where the question asks for `<think>`, or the text has any of the tags; a rejected text as much as the
    chosen one, or a model would learn to prefer the form.

    Returns:
        What is wrong; None where the row has no such text.
    """
    if view.target is None or not any(tag in view.target or tag in view.question for tag in _TAGS):
        return None
    texts = {"the answer": view.target} | ({} if view.rejected is None else {"the rejected answer": view.rejected})
    return [f"{name} {wrong}" for name, text in texts.items() if (wrong := _unformed(text))]


def _unformed(text: str) -> str | None:
    if well_formed(text):
        return None
    if well_formed(text.strip()):
        return "has blanks or line ends around <think>…</think><answer>…</answer>, for which UniFER's reward gives 0"
    return f"{printable(text)!r} is not <think>…</think><answer>…</answer> and nothing else"


def check_tags(view: RowView) -> list[str] | None:
    """Whether the texts have as many `<image>` as the row has pictures, or none where none is wanted.

    Where turns are told in parts, the parts that are pictures count, and no text may have an `<image>`.

    Returns:
        What is wrong; None where either way is right and there are none.
    """
    tags, pictures = sum(turn.text.count(TAG) for turn in view.turns), len(view.pictures)
    parted = [turn.parts for turn in view.turns if turn.parts is not None]
    if (view.tags == "none" or parted) and tags:
        return [f"there are {tags} {TAG} in the texts; whoever reads this shape leaves them there"]
    if parted:
        return [] if sum(parted) == pictures else [f"{sum(parted)} parts are pictures, the row has {pictures}"]
    if view.tags == "none" or tags == pictures:
        return []
    if view.tags == "either" and not tags:
        return None
    return [f"there are {tags} {TAG} for {pictures} pictures"]


def check_preference(view: RowView) -> list[str] | None:
    """Whether there is anything to prefer.

    Returns:
        What is wrong; None where the row has no second answer.
    """
    if view.rejected is None:
        return None
    return ["the chosen and the rejected answer are the same"] if view.target == view.rejected else []


def _tools(view: RowView) -> list[str] | None:
    """The calls of a conversation, and what tools answer from while a model trains."""
    found = [wrong for wrong in (check_tools(view), check_inspection(view)) if wrong is not None]
    return [*chain.from_iterable(found)] if found else None


TAGS = CheckRule(check_tags)
FORMAT = CheckRule(check_format, "no row has an answer in tags")
LABEL = CheckRule(check_label, "no row has a label of its own")
AUS = CheckRule(check_aus, "no row has action units both in a text and in a column")
AGREEMENT = CheckRule(check_agreement, "no row has a text to compare with its answer, action units or claims")
TOOLS = CheckRule(_tools)
PREFERENCE = CheckRule(check_preference)
