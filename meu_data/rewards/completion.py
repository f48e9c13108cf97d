"""The parts of a completion: its text, what stands in `<think>` and in `<answer>`, and whether the two are all."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_THINK = re.compile("<think>", re.IGNORECASE)
_THINK_END = re.compile("</think>", re.IGNORECASE)
_TURN = re.compile(r"</think>\s*<answer>")


def completion_text(completion: object) -> str:
    """The text of a completion, plain or as TRL's list of messages.

    Args:
        completion: A string, a message, or a list of messages whose `content` is a string or a list of text blocks; of
            several messages the last one of the assistant counts, which holds the answer. A thought that
            stands apart (`reasoning_content`, as TRL has it) is joined to it again, as the model wrote them.

    Returns:
        The text; empty when there is none.
    """
    text, thought = _content(completion), _thought(completion)
    return f"<think>{thought}</think>{text}" if thought and _THINK.search(text) is None else text


def _last(completion: object) -> Mapping[Any, Any] | None:
    """The message that answers."""
    messages = completion if isinstance(completion, list | tuple) else [completion]
    told = [message for message in messages if isinstance(message, Mapping)]
    own = [message for message in told if message.get("role", "assistant") == "assistant"]
    return (own or told)[-1] if told else None


def _thought(completion: object) -> str:
    """What stands in its `reasoning_content`; empty where nothing does."""
    message = None if isinstance(completion, str) else _last(completion)
    thought = message.get("reasoning_content") if message else None
    return thought if isinstance(thought, str) and thought.strip() else ""


def _content(completion: object) -> str:
    """Its text alone."""
    if isinstance(completion, str):
        return completion
    message = _last(completion)
    content = message.get("content") if message else None
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list | tuple) else []
    texts = [block.get("text") for block in blocks if isinstance(block, Mapping)]
    return "".join(text for text in texts if isinstance(text, str))


def think(text: str) -> str | None:
    """What stands in the first `<think>`, the tags in any case; None without both tags.

    Equals `re.search(r"<think>(.*?)</think>", text, re.DOTALL | re.IGNORECASE)`, in linear time.
    """
    start = _THINK.search(text)
    end = _THINK_END.search(text, start.end()) if start else None
    return text[start.end() : end.start()] if start and end else None


def answer(text: str) -> str:
    """What stands in the first `<answer>`, or the whole text without one; stripped.

    Equals `re.search(r"<answer>(.*?)</answer>", text, re.DOTALL)`, in linear time.
    """
    inside, end, _ = text.partition("<answer>")[2].partition("</answer>")
    return (inside if end else text).strip()


def well_formed(text: str) -> bool:
    r"""Whether a text is a `<think>`, then an `<answer>`, and nothing around them.

    Equals `re.fullmatch(r"<think>.*?</think>\s*<answer>.*?</answer>", text, re.DOTALL)`, in linear time.
    """
    start, end = "<think>", "</answer>"
    if not (text.startswith(start) and text.endswith(end)):
        return False
    # The first turn from thinking to answering leaves the most room, so no later one needs to be tried.
    turn = _TURN.search(text, len(start))
    return turn is not None and turn.end() <= len(text) - len(end)


class Turn(NamedTuple):
    """The turn in which a completion answers.

    `thought` is its first `<think>` (None without one), `answer` the first `<answer>` behind it (None without one),
    `whole` whether these two are all there is, blanks aside.
    """

    thought: str | None
    answer: str | None
    whole: bool


_SILENT = Turn(None, None, False)
# What a conversation that was flattened to a text has behind what a tool returned.
_TOOL_ENDS = ("</tool_response>", "</tool_call>")


def final_turn(completion: object) -> Turn:
    """The turn in which a completion answers, for our own rewards.

    Of several messages the last one of the assistant counts; what tools returned before it, and what was thought while
    they were called, is evidence and no claim. A message that calls a tool answers nothing. The thought may stand in
    TRL's `reasoning_content`, or end in `</think>` without a beginning, which some templates put into the prompt.

    Args:
        completion: As `completion_text` takes it.

    Returns:
        The turn. Never raises.
    """
    if not isinstance(completion, str):
        message = _last(completion)
        if message is None or message.get("role", "assistant") != "assistant" or message.get("tool_calls"):
            return _SILENT
    text, thought = _content(completion), _thought(completion)
    for mark in _TOOL_ENDS:
        if mark in text:
            text = text.rpartition(mark)[2].lstrip().removeprefix("assistant")
    if thought:
        return _turn(thought, text, text.lstrip().startswith("<answer>") and "<think>" not in text)
    end = _THINK_END.search(text)
    if end is None:
        return _turn(None, text, False)
    start = _THINK.search(text, 0, end.start())
    begins = start.end() if start else 0
    before = text[: start.start()] if start else ""
    behind = text[end.end() :]
    single = _THINK.search(text, begins) is None and _THINK_END.search(behind) is None
    return _turn(text[begins : end.start()], behind, single and not before.strip())


def _turn(thought: str | None, behind: str, whole: bool) -> Turn:
    before, opened, rest = behind.partition("<answer>")
    inside, closed, after = rest.partition("</answer>")
    whole = whole and bool(closed) and not before.strip() and not after.strip() and "<answer>" not in inside
    return Turn(thought, inside.strip() if opened and closed else None, whole)
