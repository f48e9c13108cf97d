"""Which style goes with which format, material and training recipe, and why another does not."""

from pathlib import Path

from meu_data.choices import Language, Origin, Recipe
from meu_data.errors import MeuError
from meu_data.export.formats import find_format, formats
from meu_data.export.styles import STYLES
from meu_data.export.styles.row import Style
from meu_data.face.class_sets import ClassSet


def why_not(style: Style, name: str, *, pixels: bool = True) -> str | None:
    """Why the rows of a style are not for a consumer, and what to take instead; None when they are.

    Args:
        style: What a row says.
        name: Who reads them, as `--for` has it.
        pixels: Whether pictures are written, or only their names and hashes.
    """
    target = find_format(name)
    reason = target.why_not(style, pixels)
    if reason is not None or not style.inspected:
        return reason
    if target.tools:
        return None
    return "no tools of ours answer a model that trains with it; take --style unifer-rlvr, or --for trl or verl"


def check_pair(style: Style, name: str, *, pixels: bool = True, prefix: str | None = None) -> None:
    """Refuses a pair that no trainer could read, and a prefix where no path has one.

    Raises:
        MeuError: With the reason.
    """
    if prefix is not None and name != "unifer-json":
        raise MeuError(f"--prefix goes with --for unifer-json; the pictures of {name} are inside or beside the rows")
    if reason := why_not(style, name, pixels=pixels):
        raise MeuError(f"--style {style.name} cannot be exported --for {name}: {reason}")


def check_material(style: Style, source: Origin, recipe: Recipe, lang: Language) -> None:
    """Refuses to look for what a style needs where it cannot be.

    Raises:
        MeuError: With the reason.
    """
    if style.compared and source != "proofread":
        reason = "only a proofread annotation is better than a draft; take --source proofread"
        raise MeuError(f"--style {style.name} cannot be made from --source {source}: {reason}")
    if style.aligned and recipe != "robust":
        reason = "such a map is the whole frame, and turning it would part its colours from their directions"
        raise MeuError(f"--style {style.name} cannot be made of --recipe {recipe}: {reason}; take --recipe robust")
    named = style.name if style.words == "ours" else f"{style.name} --words {style.words}"
    if style.recipe not in (None, recipe):
        raise MeuError(
            f"--style {named} cannot be made of --recipe {recipe}: it tells of maps drawn the other way; take --recipe "
            f"{style.recipe}"
        )
    if style.lang not in (None, lang):
        raise MeuError(f"--style {named} is in one language; take --lang {style.lang}")


def check_classes(style: Style, classes: ClassSet | None) -> None:
    """Refuses coarse classes where texts name the emotion itself: text and answer would disagree.

    Raises:
        MeuError: With the reason.
    """
    if classes is None or not classes.renames or not style.drafted or style.trains == "reward":
        return
    others = ", ".join(name for name, one in STYLES.items() if not one.drafted or one.trains == "reward")
    raise MeuError(
        f"--style {style.name} cannot be exported with --classes {classes.name}: its texts name the emotion itself, and"
        f" the classes are {', '.join(classes.classes)}; take a style without texts: {others}"
    )


def check_recipe(style: Style, name: str, path: Path) -> None:
    """Refuses a recipe there is none of, and a name by which the trainer would not know it.

    Raises:
        MeuError: With what to do instead.
    """
    recipe = find_format(name).recipe
    if recipe is None:
        known = ", ".join(each.name for each in formats().values() if each.recipe)
        raise MeuError(f"there is no training recipe --for {name}; --training-out goes with: {known}")
    if style.trains == "reward" and not recipe.rewards:
        raise MeuError(f"there is no recipe that trains by reward --for {name}; take --for trl")
    if recipe.endings and path.suffix not in recipe.endings:
        raise MeuError(f"--training-out {path}: {name} reads settings from .yaml files only; name it {path.stem}.yaml")


def matrix() -> str:
    """The table of the documentation: a row for each style, a column for each format, `yes` where they go together."""
    head = ["style", *formats()]
    rows = [
        [f"`{name}`", *("" if why_not(style, name) else "yes" for name in formats())] for name, style in STYLES.items()
    ]
    rule = ["---", *(":-:" for _ in formats())]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))
