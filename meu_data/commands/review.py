"""Commands that take drafts to annotators and bring back what they say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meu_data.commands.options import (
    POLICIES,
    DraftsByOption,
    JsonOption,
    KindOption,
    LangOption,
    LimitOption,
    OnlyOption,
    RecipeOption,
    WorkspaceOption,
)
from meu_data.commands.shared import command, finish, open_workspace, shown_progress

if TYPE_CHECKING:
    from meu_data.review.pull import PullSummary
    from meu_data.review.push import PushSummary

UrlOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="LABEL_STUDIO_URL",
        help="A team's Label Studio; its token from LABEL_STUDIO_API_KEY or the keyring.",
        show_default="the workspace's own",
    ),
]
JoinOption = Annotated[bool, typer.Option("--join", help="Work on a project that another workspace has made.")]


@command("Proofreading", "meu-data push --model gemini-3.8-flash")
def push(
    url: UrlOption = None,
    project: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The project.", show_default="by corpus and language")
    ] = None,
    lang: LangOption = None,
    recipe: RecipeOption = None,
    model: DraftsByOption = None,
    kind: KindOption = "micro",
    images: Annotated[
        str | None,
        typer.Option(
            metavar="local|embed|URL",
            help="Served from maps/, inside the tasks, or from where maps/ is copied to.",
            show_default="local; embed with --url",
        ),
    ] = None,
    clips: Annotated[
        bool, typer.Option("--clips", help="Show the frames from onset to apex, too, slowed down; half a MB each.")
    ] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Make anew what was deleted on the server.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Write our screen and guide over what people have changed there.")
    ] = False,
    join: JoinOption = False,
    overlap: Annotated[
        str | None,
        typer.Option(metavar="2:10%|all:2", help="Two people for a tenth, or all, blind.", show_default="as before"),
    ] = None,
    assign: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME", help="Share new tasks out among these, in turn.", show_default=False),
    ] = None,
    experts: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME", help="A round of experts, for what needs one.", show_default=False),
    ] = None,
    only: OnlyOption = None,
    limit: LimitOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Takes drafts to Label Studio, where annotators correct them."""
    from meu_data import push as run

    with open_workspace(workspace) as opened:
        summary = run(
            opened,
            url,
            title=project,
            lang=lang,
            recipe=recipe,
            model=model,
            kind=kind,
            images=images,
            clips=clips,
            restore=restore,
            take_over=take_over,
            join=join,
            overlap=overlap,
            assign=_names(assign),
            experts=_names(experts),
            only=only,
            limit=limit,
            progress=shown_progress(),
        )
    finish(summary, _push_lines(summary), as_json, summary.problems)


@command("Proofreading", "meu-data pull --policy majority")
def pull(
    url: UrlOption = None,
    project: Annotated[
        str | None, typer.Option(metavar="TITLE", help="Just this project.", show_default="all that were pushed")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Look at all tasks; also sees deleted ones.")] = False,
    join: JoinOption = False,
    policy: Annotated[
        str | None,
        typer.Option(metavar="POLICY", help=f"Also count by it: {POLICIES}.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Brings back what annotators have said, every version of it."""
    from meu_data import pull as run
    from meu_data.review.verdicts.adjudication import parse_policy

    chosen = parse_policy(policy) if policy is not None else None
    with open_workspace(workspace) as opened:
        summary = run(opened, url, title=project, full=full, join=join, policy=chosen, progress=shown_progress())
    finish(summary, _pull_lines(summary), as_json, summary.problems)


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _push_lines(summary: "PushSummary") -> list[str]:
    lines = [
        f"{summary.samples} samples: {summary.created} created, {summary.replaced} replaced, "
        f"{summary.fresh} up to date in {summary.project}"
    ]
    notes = (
        (summary.restored, "created again, having been deleted on the server"),
        (summary.deleted, "deleted on the server, and left so: --restore makes them anew"),
        (summary.kept, "changed here, but somebody has begun or annotated the task: kept as they are there"),
        (summary.doubles, "superfluous tasks removed"),
        (summary.elsewhere, "tasks there of samples that are not among these"),
        (summary.foreign, "tasks there that meu-data did not make: left alone"),
    )
    lines += [f"{count} {text}" for count, text in notes if count]
    lines += [f"{count} left out: {reason}" for reason, count in summary.reasons.items()]
    if summary.overlap:
        lines.append(f"{summary.shared} tasks go to several people, blind ({summary.overlap})")
    if summary.assigned:
        lines.append("assigned: " + ", ".join(f"{count} to {name}" for name, count in summary.assigned.items()))
    if summary.edited:
        lines.append(f"{' and '.join(summary.edited)} changed there by hand, and left so: --take-over writes ours")
    if len(summary.models) > 1:
        shown, *others = summary.models
        lines.append(f"where tasks are handed out one by one, only drafts by {shown} show, not by {', '.join(others)}")
    return [*lines, summary.url, f"for annotators, by way of the login: {summary.login}"]


def _pull_lines(summary: "PullSummary") -> list[str]:
    lines = [f"{', '.join(summary.projects)}: {summary.annotations} annotations, {summary.new} new or changed"]
    notes = (
        (summary.skipped, "skipped by their annotators"),
        (summary.faults, "break a rule"),
        (summary.returned, "sent back to who made it: the screen says what is wrong"),
        (summary.gone, "deleted on the server; kept as history"),
        (summary.elsewhere, "of samples that this workspace does not have: extract them and pull --full"),
        (summary.foreign, "changed tasks that meu-data did not make"),
        (
            summary.uncounted,
            "answered, though Label Studio counts no answer: pulled all the same. It stops counting when two projects "
            "are deleted at once: restart it",
        ),
    )
    lines += [f"{count} {text}" for count, text in notes if count]
    lines += [f"the project {title!r} is no longer on the server" for title in summary.missing]
    if counted := summary.outcomes:
        lines.append(
            f"{counted.policy}: {counted.kept} of {counted.samples} reviewed ones kept, {counted.sent_back} sent back"
        )
        lines += [f"  {count} {reason}" for reason, count in counted.undecided.items()]
    return lines
