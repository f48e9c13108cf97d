"""Which style goes with which dialect, and why another does not."""

from collections.abc import Callable

from meu_data.errors import MeuError
from meu_data.export.dialects import DIALECTS
from meu_data.export.styles import STYLES
from meu_data.export.styles.row import Style


def why_not(style: Style, dialect: str) -> str | None:
    """Why the rows of a style cannot be told in a dialect, and what to take instead; None when they can.

    Args:
        style: What a row says.
        dialect: A key of `DIALECTS`.
    """
    rule = _RULES.get(dialect)
    return rule(style) if rule else None


def check_pair(style: Style, dialect: str) -> None:
    """Refuses a pair that no trainer could read.

    Raises:
        MeuError: With the reason.
    """
    if reason := why_not(style, dialect):
        raise MeuError(f"--style {style.name} cannot be exported --for {dialect}: {reason}")


def matrix() -> str:
    """The table of the documentation: a row for each style, a column for each dialect, `yes` where they go together."""
    head = ["style", *DIALECTS]
    rows = [
        [f"`{name}`", *("" if why_not(style, dialect) else "yes" for dialect in DIALECTS)]
        for name, style in STYLES.items()
    ]
    rule = ["---", *(":-:" for _ in DIALECTS)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))


def _answers_only(trainer: str) -> Callable[[Style], str | None]:
    reason = f"{trainer} learns answers and knows no rewards; take --style unifer-cot"
    return lambda style: reason if style.trains == "reward" else None


def _rewards_only(trainer: str) -> Callable[[Style], str | None]:
    reason = f"{trainer} trains by reward and needs a label to compare with; take --style unifer-rlvr"
    return lambda style: None if style.trains == "reward" else reason


def _named(names: tuple[str, ...], reason: str) -> Callable[[Style], str | None]:
    return lambda style: None if style.name in names else reason


_RULES: dict[str, Callable[[Style], str | None]] = {
    "llamafactory": _answers_only("LLaMA-Factory's supervised stage"),
    "qwen-vl": _answers_only("Qwen's fine-tuning script"),
    "verl": _rewards_only("verl"),
    "easyr1": _rewards_only("EasyR1"),
    "megc": _named(("megc-vqa",), "the challenge has questions of its own; take --style megc-vqa"),
    "unifer-json": _named(
        ("unifer-cot", "unifer-rlvr"), "UniFER's file has no other fields; take --style unifer-cot or unifer-rlvr"
    ),
}
