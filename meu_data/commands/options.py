"""The options that several commands have, each defined once."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.choices import Images, Kind, Language, MediaResolution, Mode, OnUnknown, Recipe, Solver, Thinking

if TYPE_CHECKING:
    from meu_data.plugins import PluginKind

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "-w", "--workspace", envvar="MEU_WORKSPACE", help="The folder that holds the work.", show_default="here"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, everything else on stderr.")]
OnlyOption = Annotated[str | None, typer.Option("--only", metavar="ID", help="Just this sample.", show_default=False)]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many samples.", show_default=False)]
ShownOption = Annotated[int, typer.Option("--limit", min=1, help="Show so many problems; all are counted.")]
LandmarkModelOption = Annotated[
    Path | None,
    typer.Option("--landmark-model", help="Another dlib model with 68 landmarks.", show_default="the packaged one"),
]
LangOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of the texts.", show_default="meu.toml, or en")
]
RecipeOption = Annotated[
    Recipe | None, typer.Option("--recipe", help="Whose maps: robust, or mellm as published.", show_default="meu.toml")
]
SolverOption = Annotated[
    Solver | None, typer.Option("--solver", help="Which TV-L1.", show_default="meu.toml, or fused")
]
DraftsByOption = Annotated[
    str | None, typer.Option("--model", help="Whose drafts, if several made some.", show_default=False)
]
KindOption = Annotated[Kind, typer.Option("--kind", help="Micro-expressions, macro-expressions, or all.")]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help="Processes.", show_default="one per core")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier export.")]
ServiceModelOption = Annotated[
    str | None, typer.Option("--model", help="The service's model.", show_default="gemini-3.8-flash")
]
ImagesOption = Annotated[Images, typer.Option("--images", help="What the model sees.")]
MediaResolutionOption = Annotated[
    MediaResolution, typer.Option("--media-resolution", help="Tokens spent on a picture.")
]
ThinkingOption = Annotated[
    Thinking | None, typer.Option("--thinking", help="Level of thinking.", show_default="low for Gemini 3")
]
TemperatureOption = Annotated[float, typer.Option("--temperature", min=0, max=2, help="Of the answers.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the answers, where the service heeds it.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what it would cost; send nothing.")]
BudgetOption = Annotated[
    float | None,
    typer.Option("--budget", min=0, metavar="USD", help="The most this workspace may cost.", show_default=False),
]
OnUnknownOption = Annotated[
    OnUnknown, typer.Option("--on-unknown", help="What to do with calls that were maybe billed.")
]
RetryFailedOption = Annotated[bool, typer.Option("--retry-failed", help="Ask again where no answer was usable.")]
ModeOption = Annotated[Mode, typer.Option("--mode", help="batch and flex cost half and take longer.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Batch: stay until all is answered.")]
EnqueuedTokensOption = Annotated[
    int | None,
    typer.Option(
        "--enqueued-tokens",
        min=1,
        help="Batch: input tokens enqueued at once.",
        show_default="the lowest paid tier's",
    ),
]
ConcurrencyOption = Annotated[int, typer.Option("--concurrency", min=1, max=512, help="Calls under way at once.")]
RpmOption = Annotated[int | None, typer.Option("--rpm", min=1, help="Calls per minute.", show_default=False)]
SubjectsOption = Annotated[int, typer.Option("--subjects", min=1, help="Pseudo-subjects.")]
ClipsOption = Annotated[int, typer.Option("--clips", min=1, help="Clips of each.")]
SizeOption = Annotated[str, typer.Option("--size", help="Width x height of the frames, px.")]
POLICIES = "latest, majority, expert or expert:NAME"


def offered(kind: "PluginKind", *more: str) -> Callable[[], list[str]]:
    """What a shell completes the name of a provider, a corpus and the like from."""

    def known() -> list[str]:
        from meu_data.plugins import names

        return [*more, *names(kind)]

    return known


def _class_sets() -> list[str]:
    from meu_data.face.class_sets import CLASS_SETS

    return list(CLASS_SETS)


ClassesOption = Annotated[
    str | None,
    typer.Option(
        "--classes",
        metavar="SET",
        help="Tell emotions by a protocol's classes, such as dfme7, casme2-5, casme3-4, megc3 (docs/exports.md).",
        autocompletion=_class_sets,
        show_default="as labelled",
    ),
]
