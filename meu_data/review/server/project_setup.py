"""Makes a workspace's project, and keeps its screen, its instructions and its list of tasks up to date."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from meu_data.choices import Language
from meu_data.errors import MeuError, NotationError
from meu_data.face.au_notation import parse_code
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.review.screen.authorship import is_as_written
from meu_data.review.screen.fields import AUS, EMOTION, FIELDS, Answers
from meu_data.review.screen.html import SENT_BACK
from meu_data.review.screen.labelling_config import labelling_config
from meu_data.review.server.client import Server
from meu_data.review.server.faults import BAD_REQUEST, ServerError, UnsureError
from meu_data.review.server.project import (
    Identity,
    describe,
    find_project,
    identities,
    list_projects,
    read_project,
)
from meu_data.review.server.remote_tasks import all_of, count_predictions, first_tasks, task_filter
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, forget_project, known_projects, store_project

_TRIES = 3
_WORST_FIRST: dict[Language, str] = {"en": "Worst first, to do", "zh": "待校对（最差在前）"}
# Columns of the list that tell an annotator nothing; and those for which there is no room next to an open task.
_HIDDEN = (
    *("inner_id", "completed_at", "cancelled_annotations", "total_predictions", "annotations_results"),
    *("annotations_ids", "predictions_score", "predictions_model_versions", "predictions_results", "file_upload"),
    *("storage_filename", "created_at", "updated_at", "updated_by", "avg_lead_time"),
    *("total_annotations", "annotators", "draft_exists"),
    *("data.sample_id", "data.flag_kinds", "data.findings", "data.regions", "data.overlay", "data.draft"),
    *("data.draft_sha256", "data.onset", "data.apex", "data.soundness", "data.assigned"),
)
_BACK: dict[Language, str] = {"en": "Sent back", "zh": "退回修改"}
_SOUNDNESS = "tasks:data.soundness"
_PARTS = {"label_config": "screen", "expert_instruction": "instructions"}
_HIDDEN_WITH_TASK = ("data.motion", "data.labels", "data.flags")


class Wanted(NamedTuple):
    """The project that a workspace wants.

    `restore`: make it anew where it was deleted on the server. `join`: work on one that another workspace has made.
    `take_over`: write our screen and instructions over what people have changed.
    """

    title: str
    lang: Language
    answers: Answers
    instructions: str
    restore: bool = False
    join: bool = False
    take_over: bool = False
    round: str = ""


class Prepared(NamedTuple):
    """A project that is ready for tasks: its screen, all that can be ticked on it, and what people have changed.

    `made`: this run has made it, and its screen is still to be shown, see `screen_at_the_end`.
    """

    project: Project
    config: str
    offered: Answers
    edited: tuple[str, ...] = ()
    made: bool = False


def prepare_project(server: Server, ledger: Ledger, wanted: Wanted) -> Prepared:
    """Finds or makes the project and brings its screen, instructions and view up to date.

    A screen and instructions that people have changed stay, unless the screen lacks what tasks need. A project that was
    made here has no screen yet, see `screen_at_the_end`.

    Raises:
        MeuError: The title is taken, the project is in another language, it was deleted, it is another workspace's, or
            its screen was changed and lacks something.
        ServerError: The server cannot be asked, or refuses the screen.
    """
    project = find_project(server, ledger, wanted.title, join=wanted.join)
    made = project is None
    if project is None:
        project = _make(server, ledger, wanted)
    if project.round != wanted.round:
        raise MeuError(
            f"the project {wanted.title!r} on {server.url} is {'' if project.round else 'not '}a round of experts:"
            " choose another title with --project"
        )
    if project.lang != wanted.lang:
        raise MeuError(
            f"the project {wanted.title!r} on {server.url} is in {project.lang}: choose another for {wanted.lang} with"
            " --project"
        )
    prepared = _update(server, project, wanted, screen=not made)._replace(made=made)
    _make_view(server, project)
    back = task_filter("data.findings", "contains", "String", SENT_BACK)
    _make_tab(server, project, _BACK[project.lang], [back], lambda view: SENT_BACK in str(view.get("filters")))
    return prepared


@contextmanager
def screen_at_the_end(server: Server, prepared: Prepared, wanted: Wanted) -> Iterator[None]:
    """Gives a project that was made for this run its screen once its tasks are there, or are given up.

    With a screen the server reads its XML anew for every prediction that is imported, and checks what `Screen` has
    checked: half of its work (tasks/serializers.py, add_predictions, and data_import/api.py of Label Studio, which
    skips both in projects without one). A run that is killed leaves the screen to the next, as `prepare_project` does.

    Raises:
        MeuError: As `prepare_project`, where somebody else has brought a screen meanwhile.
        ServerError: The server cannot be asked, or refuses the screen.
    """
    try:
        yield
    except BaseException:
        if prepared.made:
            # What went wrong is told; that the screen is missing the next run sees.
            with suppress(MeuError):
                _update(server, prepared.project, wanted)
        raise
    if prepared.made:
        _update(server, prepared.project, wanted)


def unmake_project(server: Server, ledger: Ledger, prepared: Prepared) -> None:
    """Removes a project that this run has made and that turns out to be of no use, while it is empty.

    Raises:
        ServerError: The server cannot be asked.
    """
    number = prepared.project.number
    if prepared.made and not first_tasks(server, number):
        server.ask(lambda sdk: sdk.projects.delete(number), what="removing the empty project", again=True)
        forget_project(ledger, prepared.project)


def offered_answers(server: Server, project: Project, answers: Answers) -> Answers:
    """All that can be ticked in a project: our own choices, and those that another machine has brought.

    Raises:
        ServerError: The server cannot be asked.
    """
    return _together(answers, str(read_project(server, project.number, "label_config").get("label_config")))


def set_maximum_annotations(server: Server, project: Project, people: int) -> None:
    """How many people a task goes to where it says nothing else.

    Raises:
        ServerError: The server cannot be asked.
    """
    server.ask(
        lambda sdk: sdk.projects.update(project.number, maximum_annotations=people),
        what="sharing out tasks",
        again=True,
    )


def make_person_view(server: Server, project: Project, name: str, user: int) -> None:
    """A tab with the tasks that were assigned to a person and that this person has not annotated; made once.

    Raises:
        ServerError: The server cannot be asked.
    """
    own = task_filter("data.assigned", "contains", "String", name)
    todo = task_filter("annotators", "not_contains", "List", user)
    _make_tab(server, project, name.partition("@")[0], [own, todo], lambda view: name in str(view.get("filters")))


def show_predictions(server: Server, project: Project, tasks: int) -> dict[str, int]:
    """Makes the forms begin with the drafts of the model that has most of them.

    `tasks`: how many tasks there are that show a draft each.

    Returns:
        How many drafts of each model the project's tasks show, the most first.

    Raises:
        ServerError: The server cannot be asked.
    """
    counted = server.read(f"api/projects/{project.number}/model-versions/", what="counting the drafts")
    models = {str(name): int(count) for name, count in counted.items()} if isinstance(counted, dict) else {}
    # Label Studio takes tasks out of their project before it removes them (data_manager/actions/basic.py); where it
    # fails in between, it counts the drafts of tasks that nobody can see any more.
    if sum(models.values()) != tasks:
        models = dict(count_predictions(server, project.number))
    models = dict(sorted(((name, count) for name, count in models.items() if count), key=lambda one: (-one[1], one[0])))
    if models:
        most = next(iter(models))
        server.ask(
            lambda sdk: sdk.projects.update(project.number, model_version=most, show_collab_predictions=True),
            what="choosing the drafts to show",
            again=True,
        )
    return models


def _new_identity(server: Server, ledger: Ledger, wanted: Wanted) -> Identity:
    """The key of the project to make, which the ledger knows before the server does; that of an earlier try again."""
    gone = [one for one in known_projects(ledger) if one.title == wanted.title and one.url == server.url]
    if any(project.number for project in gone) and not wanted.restore:
        raise MeuError(
            f"the project {wanted.title!r} was deleted on {server.url}: --restore makes it anew, --project takes"
            " another"
        )
    for project in gone:
        forget_project(ledger, project)
    tried = [project.key for project in gone if not project.number and project.lang == wanted.lang]
    key = tried[0] if tried else secrets.token_hex(8)
    store_project(ledger, Project(key, server.url, 0, wanted.title, wanted.lang, round=wanted.round))
    return Identity(key, wanted.lang, wanted.round)


def _make(server: Server, ledger: Ledger, wanted: Wanted) -> Project:
    """Makes a project; returns that of another machine instead where it was faster and we may join it."""
    own, title = _new_identity(server, ledger, wanted), wanted.title
    settings: dict[str, Any] = {
        "title": title,
        "description": describe(own),
        "expert_instruction": wanted.instructions,
        "show_instruction": True,
        "show_collab_predictions": True,
        # Offers the lowest scores first where annotators are led from task to task.
        "sampling": "Uncertainty sampling",
    }
    for left in reversed(range(_TRIES)):
        try:
            server.ask(lambda sdk: sdk.projects.create(**settings), what="making the project", again=False)
        except UnsureError:
            if not left:
                raise
        # Where no answer came it may have been made all the same.
        if found := identities(server, list_projects(server, title)):
            _remove_doubles(server, found, own)
            if found[min(found)] != own:
                # Another machine was faster.
                forget_project(ledger, Project(own.key, server.url, 0, title, wanted.lang))
            project = find_project(server, ledger, title, join=wanted.join)
            assert project is not None, "it was listed a moment ago"
            return project
    raise ServerError(f"{server.url} does not list the project {title!r} that it says it made: ask its administrator")


def _remove_doubles(server: Server, found: Mapping[int, Identity], own: Identity) -> None:
    """Where two machines made the project at once, the higher number goes, by the machine that made it."""
    for number, identity in found.items():
        if identity == own and number != min(found):
            server.ask(lambda sdk, number=number: sdk.projects.delete(number), what="removing a double", again=True)  # type: ignore[misc]


def _update(server: Server, project: Project, wanted: Wanted, *, screen: bool = True) -> Prepared:
    """Brings instructions, and the screen unless it can wait, up to date."""
    now = read_project(server, project.number, "label_config", "expert_instruction")
    there = {name: str(now.get(name) or "") for name in ("label_config", "expert_instruction")}
    offered = _together(wanted.answers, there["label_config"])
    config = labelling_config(offered, project.lang, expert=project.round == "expert")
    ours = {"label_config": config, "expert_instruction": wanted.instructions}
    if not _controls(there["label_config"]):
        there["label_config"] = ""  # what Label Studio gives a project that has no screen yet
    edited = {name for name in ours if there[name] and not is_as_written(there[name])}
    if "label_config" in edited and not wanted.take_over and (lacking := _lacking(there["label_config"], wanted)):
        raise MeuError(
            f"the screen of {project.title!r} was changed on {server.url} and lacks {', '.join(lacking)}: add that"
            " there, or write ours over it with --take-over"
        )
    kept = set() if wanted.take_over else edited
    changes: dict[str, Any] = {name: text for name, text in ours.items() if name not in kept and there[name] != text}
    if not screen and not there["label_config"]:
        changes.pop("label_config", None)
        _check_screen(server, project, config)
    try:
        if changes:
            update = "bringing the project's screen up to date"
            server.ask(lambda sdk: sdk.projects.update(project.number, **changes), what=update, again=True)
    except ServerError as error:
        if error.status != BAD_REQUEST:
            raise
        raise ServerError(
            f"{error}; where annotations use what the screen no longer has, push to another project with --project"
        ) from None
    config = there["label_config"] if "label_config" in kept else ours["label_config"]
    return Prepared(project, config, offered, tuple(_PARTS[name] for name in ours if name in kept))


def _check_screen(server: Server, project: Project, config: str) -> None:
    """Asks whether the server would take a screen, before tasks are sent that would be shown on it."""
    server.ask(
        lambda sdk: sdk.projects.validate_label_config(project.number, label_config=config),
        what="checking the project's screen",
        again=True,
    )


def _lacking(config: str, wanted: Wanted) -> list[str]:
    """What a screen that people have changed does not have, and the tasks need."""
    controls = _controls(config)
    missing = [f"the field {field}" for field in FIELDS if field not in controls]
    for field in (AUS, EMOTION):
        offered = controls.get(field, set())
        missing += [code for code in wanted.answers.of(field) if code not in offered]
    return missing


def _together(answers: Answers, config: str) -> Answers:
    """Our choices and those that a screen offers already, which are never taken away."""
    controls = _controls(config)
    aus, emotions = (set(answers.of(field)) | controls.get(field, set()) for field in (AUS, EMOTION))
    return Answers(
        aus=tuple(sorted(filter(_is_au, aus), key=_au_order)),
        emotions=tuple(name for name in EMOTION_NAMES if name in emotions),
    )


def _controls(config: str) -> dict[str, set[str]]:
    """The labels of every field of a screen; nothing where it cannot be read."""
    from label_studio_sdk.label_interface.interface import LabelInterface

    try:
        return {str(control.name): set(control.labels) for control in LabelInterface(config).controls or ()}
    except Exception:  # the SDK raises bare exceptions for whatever people have made of the screen
        return {}


def _is_au(code: str) -> bool:
    try:
        return bool(parse_code(code))
    except NotationError:
        return False


def _au_order(code: str) -> tuple[int, str]:
    au = parse_code(code)
    return au.number, au.side or ""


def _make_view(server: Server, project: Project) -> None:
    """A list of the tasks that nobody has annotated, the least sound first; left alone, whatever it is called."""
    title = _WORST_FIRST[project.lang]
    todo = task_filter("total_annotations", "equal", "Number", 0)
    _make_tab(server, project, title, [todo], lambda view: "total_annotations" in str(view.get("filters")))


def _make_tab(
    server: Server,
    project: Project,
    title: str,
    filters: list[dict[str, object]],
    is_it: Callable[[dict[str, Any]], bool],
) -> None:
    """A tab, the least sound first; left alone where there is one that `is_it` knows."""
    views = server.ask(
        lambda sdk: [view.data for view in sdk.views.list(project=project.number)],
        what="reading the views",
        again=True,
    )
    ours = [view for view in views if isinstance(view, dict) and _SOUNDNESS in (view.get("ordering") or ())]
    if any(is_it(view) for view in ours):
        return
    data: Any = {
        "title": title,
        "ordering": [_SOUNDNESS],
        "columnsDisplayType": {f"tasks:data.{name}": "Number" for name in ("score", "trust", "soundness")},
        "filters": all_of(filters),
        "hiddenColumns": {
            "explore": [f"tasks:{name}" for name in _HIDDEN],
            "labeling": [f"tasks:{name}" for name in (*_HIDDEN, *_HIDDEN_WITH_TASK)],
        },
    }
    server.ask(lambda sdk: sdk.views.create(project=project.number, data=data), what="making a view", again=True)
