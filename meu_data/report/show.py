"""One sample to look at: what is known of it, and a picture where one is asked for."""

from collections.abc import Sequence
from pathlib import Path

from meu_data.choices import Recipe
from meu_data.report.sample import ShownSample, sample_facts
from meu_data.report.sample_picture import write_picture
from meu_data.store.workspace import Workspace


def show(
    workspace: Workspace,
    sample_id: str,
    output: Path | str | None = None,
    *,
    recipes: Sequence[Recipe] = (),
) -> ShownSample:
    """Gathers what is known of a sample, and writes it as a picture.

    Args:
        workspace: Where it is.
        sample_id: Its id.
        output: A .png (a page), .gif or .mp4 (the page with the clip running on it) to write, too.
        recipes: Whose maps, to compare them; the workspace's when empty.

    Raises:
        MeuError: There is no such sample, the ending is another, or what is wanted cannot be drawn or written.
        MissingExtraError: An .mp4 was asked for, and PyAV is not installed.
    """
    chosen = list(dict.fromkeys(recipes)) or [workspace.settings.recipe]
    shown = sample_facts(workspace, sample_id, chosen)
    if output is None:
        return shown
    write_picture(workspace, shown, chosen, Path(output))
    return shown.model_copy(update={"output": str(output)})
