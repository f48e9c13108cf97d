"""Which style goes with which dialect and which material, and why another does not."""

from collections.abc import Callable

from meu_data.choices import Origin, Recipe
from meu_data.errors import MeuError
from meu_data.export.formats import DIALECTS
from meu_data.export.styles import STYLES
from meu_data.export.styles.row import Style


def why_not(style: Style, dialect: str, *, pixels: bool = True) -> str | None:
    """Why the rows of a style cannot be told in a dialect, and what to take instead; None when they can.

    Args:
        style: What a row says.
        dialect: A key of `DIALECTS`.
        pixels: Whether pictures are written, or only their names and hashes.
    """
    rule = _RULES.get(dialect)
    if reason := rule(style) if rule else None:
        return reason
    if dialect == "webdataset" and style.pictured and not pixels:
        return "a WebDataset is made of picture files, and without pixels there are none; take --for hf"
    return None


def check_pair(style: Style, dialect: str, *, pixels: bool = True) -> None:
    """Refuses a pair that no trainer could read.

    Raises:
        MeuError: With the reason.
    """
    if reason := why_not(style, dialect, pixels=pixels):
        raise MeuError(f"--style {style.name} cannot be exported --for {dialect}: {reason}")


def check_material(style: Style, source: Origin, recipe: Recipe) -> None:
    """Refuses to look for what a style needs where it cannot be.

    Args:
        style: What a row says.
        source: Which annotations are asked for.
        recipe: Whose maps.

    Raises:
        MeuError: With the reason.
    """
    if style.compared and source != "proofread":
        reason = "only a proofread annotation is better than a draft; take --source proofread"
        raise MeuError(f"--style {style.name} cannot be made from --source {source}: {reason}")
    if style.aligned and recipe != "robust":
        reason = "such a map is the whole frame, and turning it would part its colours from their directions"
        raise MeuError(f"--style {style.name} cannot be made of --recipe {recipe}: {reason}; take --recipe robust")


def matrix() -> str:
    """The table of the documentation: a row for each style, a column for each dialect, `yes` where they go together."""
    head = ["style", *DIALECTS]
    rows = [
        [f"`{name}`", *("" if why_not(style, dialect) else "yes" for dialect in DIALECTS)]
        for name, style in STYLES.items()
    ]
    rule = ["---", *(":-:" for _ in DIALECTS)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))


def _knows(trains: dict[str, str | None]) -> Callable[[Style], str | None]:
    """A rule by what a style trains: why its kind is not for this trainer, or None."""
    return lambda style: trains.get(style.trains)


def _named(names: tuple[str, ...], reason: str) -> Callable[[Style], str | None]:
    return lambda style: None if style.name in names else reason


_NO_LABEL = "EasyR1 trains by reward and needs a label to compare with; take --style unifer-rlvr"
_RULES: dict[str, Callable[[Style], str | None]] = {
    "llamafactory": _knows({"reward": "LLaMA-Factory learns answers and knows no rewards; take --style unifer-cot"}),
    "qwen-vl": _knows(
        {
            "reward": "Qwen's fine-tuning script learns answers and knows no rewards; take --style unifer-cot",
            "preference": "Qwen's fine-tuning script learns one answer, not the better of two; take --style unifer-cot",
            "trajectory": "Qwen's fine-tuning script has no turn for a tool, nor for the system that lists the tools; "
            "take --style unifer-cot",
        }
    ),
    "verl": _knows(
        {"preference": "verl learns by reward or from answers, not from pairs of them; take --style unifer-cot"}
    ),
    "easyr1": _knows(dict.fromkeys(("answer", "preference", "trajectory"), _NO_LABEL)),
    "megc": _named(("megc-vqa",), "the challenge has questions of its own; take --style megc-vqa"),
    "unifer-json": _named(
        ("unifer-cot", "unifer-rlvr"), "UniFER's file has no other fields; take --style unifer-cot or unifer-rlvr"
    ),
    "webdataset": _knows(
        {
            "trajectory": "every row of a WebDataset has the same files, and here rows differ in how many regions they "
            "zoom into; take --style unifer-cot, or --for hf"
        }
    ),
}
