"""The parts of a completion: its text, what stands in `<think>` and in `<answer>`, and whether the two are all."""

import re
from collections.abc import Mapping

_THINK = re.compile("<think>", re.IGNORECASE)
_THINK_END = re.compile("</think>", re.IGNORECASE)
_TURN = re.compile(r"</think>\s*<answer>")


def completion_text(completion: object) -> str:
    """The text of a completion, plain or as TRL's list of messages.

    Args:
        completion: A string, a message, or a list of messages whose `content` is a string or a list of text blocks; of
            several messages the last one of the assistant counts, which holds the answer.

    Returns:
        The text; empty when there is none.
    """
    if isinstance(completion, str):
        return completion
    messages = completion if isinstance(completion, list | tuple) else [completion]
    told = [message for message in messages if isinstance(message, Mapping)]
    own = [message for message in told if message.get("role", "assistant") == "assistant"]
    content = (own or told)[-1].get("content") if told else None
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
