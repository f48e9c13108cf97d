"""The push stage: every sample with a draft becomes a task, once, and nothing that people have done is touched."""

from collections import Counter
from collections.abc import Sequence

from meu_data.choices import Kind, Language, Recipe
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress, note
from meu_data.records import Record
from meu_data.review.push_run import PushRun
from meu_data.review.screen.instructions import instructions
from meu_data.review.screen.labelling_config import answers
from meu_data.review.screen.pictures import TaskPictures
from meu_data.review.server.client import Server
from meu_data.review.server.connection import connect
from meu_data.review.server.faults import ServerError
from meu_data.review.server.hosted_pictures import look_at_hosted
from meu_data.review.server.local_files import served_folder
from meu_data.review.server.project import check_title, default_title, expert_title, user_names
from meu_data.review.server.project_setup import (
    Wanted,
    make_person_view,
    prepare_project,
    screen_at_the_end,
    unmake_project,
)
from meu_data.review.sharing import chosen_people, parse_overlap
from meu_data.review.worklist import Candidate, Selection, select
from meu_data.store.confined import map_path
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.ledger import Ledger
from meu_data.store.projects import store_project
from meu_data.store.workspace import Workspace


class PushSummary(Record):
    """What one run did; created + restored + replaced + fresh + kept + deleted + problems + left_out = samples.

    `created`: new on the server. `restored`: had been deleted there. `replaced`: draft, map or pictures have changed,
    and nobody had touched the task. `fresh`: up to date. `kept`: something has changed, but somebody has touched the
    task. `deleted`: pushed earlier, deleted on the server since, and left so. `reasons`: why samples were left out.
    `doubles`: superfluous tasks that were removed. `elsewhere`: tasks of samples that this workspace does not have, or
    that were not selected. `foreign`: tasks that meu-data did not make. `models`: how many drafts of each model the
    project shows, the most first; only those of the first one fill in the form where annotators are led from task to
    task. `edited`: what people have changed on the server and push has left alone, `screen` or `instructions`.
    `overlap`: how many people see which share of the tasks, and `shared` how many tasks that are. `assigned`: tasks of
    each person. `login`: the link to give to annotators, which leads from the login on to the project.
    """

    project: str
    url: str
    login: str
    samples: int
    created: int
    restored: int
    replaced: int
    fresh: int
    kept: int
    deleted: int
    problems: int
    left_out: int
    reasons: dict[str, int]
    doubles: int
    elsewhere: int
    foreign: int
    models: dict[str, int]
    edited: tuple[str, ...]
    overlap: str
    shared: int
    assigned: dict[str, int]


@on_a_sound_ledger
def push(
    workspace: Workspace,
    server: Server | str | None = None,
    *,
    title: str | None = None,
    lang: Language | None = None,
    recipe: Recipe | None = None,
    model: str | None = None,
    kind: Kind = "micro",
    images: str | None = None,
    clips: bool = False,
    restore: bool = False,
    join: bool = False,
    take_over: bool = False,
    overlap: str | None = None,
    assign: Sequence[str] = (),
    experts: Sequence[str] = (),
    only: str | None = None,
    limit: int | None = None,
    progress: Progress = SILENT,
) -> PushSummary:
    """Makes a project hold one task for every drafted sample, showing the draft as it is now.

    A second run changes nothing; a killed run is completed by the next. Whether a task may be replaced is decided by
    the server in the request that removes it, so nothing that people did meanwhile is lost.

    Args:
        workspace: An open workspace.
        server: Where to: a team's Label Studio by its URL, see `connect`; the workspace's own when None.
        title: Of the project; the corpora and the language when None.
        lang: Of the drafts and the screen; the workspace's when None.
        recipe: Of the maps; the workspace's when None.
        model: Whose drafts, where several made some.
        kind: Which expressions; `only` asks for one whatever its kind.
        images: How pictures are delivered: `local`, `embed` or a URL, see `TaskPictures`; when None `embed` if
            `server` is a URL, else `local`.
        clips: Show the frames from onset to apex as a moving picture, too.
        restore: Make tasks anew that were deleted on the server, and the project too.
        join: Work on a project that another workspace has made.
        take_over: Write our screen and instructions over what people have changed on the server.
        overlap: How many people annotate which share of the tasks blind, such as `2:10%` or `all:2`; what was asked for
            before when None.
        assign: Names of annotators among whom new tasks go in turn.
        experts: Names of experts: makes a project of its own for them, beside the annotators', with the samples that
            need one, see `needs_expert`, and all opinions side by side.
        only: Just the sample of this id.
        limit: At most so many samples, by id.
        progress: Told of every sample.

    Raises:
        MeuError: There are no samples or no drafts at all, or the project cannot be used.
        ServerError: The server cannot be asked; what has arrived stays, and the next run does the rest.
        LedgerError: The ledger cannot be written.
    """
    images = images or ("embed" if isinstance(server, str) else "local")
    if not isinstance(server, Server):
        server = connect(workspace.root, server)
    ledger = workspace.ledger
    lang, recipe = lang or workspace.settings.lang, recipe or workspace.settings.recipe
    server.on_wait = lambda text: note(progress, text)
    wanted = Selection(lang, recipe, model, only, limit, images, kind, clips)
    pictures = TaskPictures(workspace, images)
    first = _first_candidate(ledger, wanted)
    if images not in ("local", "embed"):
        sample, motion, *_ = first.read()
        if unseen := look_at_hosted(pictures.urls(sample, motion)["motion"]):
            note(progress, unseen)
    offers = answers(ledger)
    title = check_title(title or default_title(ledger, lang))
    desired = Wanted(
        expert_title(title) if experts else title,
        lang,
        offers,
        instructions(offers, lang),
        restore=restore,
        join=join,
        take_over=take_over,
        round="expert" if experts else "",
    )
    prepared = prepare_project(server, ledger, desired)
    project = prepared.project
    shares = parse_overlap(overlap or project.overlap) if overlap or project.overlap else None
    if overlap:
        project = project._replace(overlap=str(shares))
        store_project(ledger, project)
        prepared = prepared._replace(project=project)
    named = [*assign, *experts]
    users = user_names(server) if named else {}
    people = chosen_people(named, users.values())
    for number, name in users.items():
        if name in people:
            make_person_view(server, project, name, number)
    if images == "local":
        maps = workspace.root / "maps"
        example = map_path(workspace.root, first.read()[1].map_file)
        try:
            served = served_folder(server, project.number, maps, example)
        except MeuError as error:
            if not isinstance(error, ServerError):
                unmake_project(server, ledger, prepared)
            raise
        wanted = wanted._replace(pictures=f"local {maps.relative_to(served).as_posix()}")
        pictures = TaskPictures(workspace, images, served=served)
    run = PushRun(
        ledger,
        server,
        prepared,
        wanted,
        pictures,
        restore=restore,
        progress=progress,
        overlap=shares,
        people=people,
    )
    with screen_at_the_end(server, prepared, desired):
        done = run.push()
    return PushSummary.model_validate(done)


def _first_candidate(ledger: Ledger, wanted: Selection) -> Candidate:
    reasons: Counter[str] = Counter()
    for found in select(ledger, wanted):
        if isinstance(found, Candidate):
            return found
        reasons[found.reason] += 1
    if wanted.only is not None and not reasons:
        raise MeuError(f"there is no sample {wanted.only!r}; ids look like dfme/sub0001/sub0001_01/12")
    if not reasons and ledger.count_samples():
        raise MeuError(f"there is nothing to push: no {wanted.kind}-expression is here; ask for others with --kind all")
    why = "; ".join(f"{count} {reason}" for reason, count in reasons.items())
    raise MeuError(f"there is nothing to push: {why or 'there are no samples yet: run `meu-data extract` first'}")
