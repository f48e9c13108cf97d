"""Makes a workspace's project, and keeps its screen, its instructions and its list of tasks up to date."""

import secrets
from typing import Any

from meu_data.choices import Language
from meu_data.errors import MeuError, NotationError
from meu_data.face.au_notation import parse_code
from meu_data.face.emotions import EMOTION_NAMES
from meu_data.review.screen.fields import AUS, EMOTION, Answers
from meu_data.review.screen.labelling_config import labelling_config
from meu_data.review.server.client import Server
from meu_data.review.server.faults import BAD_REQUEST, ServerError, UnsureError
from meu_data.review.server.project import describe, find_project, list_projects, read_project
from meu_data.review.server.remote_tasks import count_predictions
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, forget_project, known_projects

_TRIES = 3
_WORST_FIRST: dict[Language, str] = {"en": "Worst first, to do", "zh": "待校对（最差在前）"}
# Columns of the list that tell an annotator nothing; and those for which there is no room next to an open task.
_HIDDEN = (
    *("inner_id", "completed_at", "cancelled_annotations", "total_predictions", "annotations_results"),
    *("annotations_ids", "predictions_score", "predictions_model_versions", "predictions_results", "file_upload"),
    *("storage_filename", "created_at", "updated_at", "updated_by", "avg_lead_time"),
    *("total_annotations", "annotators", "draft_exists"),
    *("data.sample_id", "data.flag_kinds", "data.findings", "data.regions", "data.draft", "data.draft_sha256"),
    *("data.onset", "data.apex", "data.soundness"),
)
_HIDDEN_WITH_TASK = ("data.motion", "data.labels", "data.flags")


def prepare_project(
    server: Server, ledger: Ledger, title: str, *, lang: Language, answers: Answers, instructions: str, restore: bool
) -> tuple[Project, Answers]:
    """Finds or makes the project and brings its screen, instructions and view up to date.

    `restore` makes a project anew that was deleted on the server.

    Raises:
        MeuError: The title is taken, the project is in another language, or it was deleted.
        ServerError: The server cannot be asked, or refuses the screen.
    """
    project = find_project(server, ledger, title)
    if project is None:
        _check_not_deleted(server, ledger, title, restore=restore)
        key = secrets.token_hex(8)
        project = _make(server, ledger, title, key, lang=lang, answers=answers, instructions=instructions)
        if project.key == key:
            _make_view(server, project)
            return project, answers
    if project.lang != lang:
        raise MeuError(
            f"the project {title!r} on {server.url} is in {project.lang}: choose another for {lang} with --project"
        )
    offered = _update(server, project, answers, instructions)
    _make_view(server, project)
    return project, offered


def offered_answers(server: Server, project: Project, answers: Answers) -> Answers:
    """All that can be ticked in a project: our own choices, and those that another machine has brought.

    Raises:
        ServerError: The server cannot be asked.
    """
    return _together(answers, str(read_project(server, project.number, "label_config").get("label_config")))


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


def _check_not_deleted(server: Server, ledger: Ledger, title: str, *, restore: bool) -> None:
    gone = [project for project in known_projects(ledger) if project.title == title and project.url == server.url]
    if gone and not restore:
        raise MeuError(
            f"the project {title!r} was deleted on {server.url}: --restore makes it anew, --project takes another"
        )
    for project in gone:
        forget_project(ledger, project)


def _make(
    server: Server, ledger: Ledger, title: str, key: str, *, lang: Language, answers: Answers, instructions: str
) -> Project:
    """Makes a project with a key; returns that of another machine instead where it was faster."""
    settings: dict[str, Any] = {
        "title": title,
        "description": describe(key, lang),
        "label_config": labelling_config(answers, lang),
        "expert_instruction": instructions,
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
        if (project := find_project(server, ledger, title)) is not None:
            _remove_duplicate_projects(server, title, key, project)
            return project
    raise ServerError(f"{server.url} does not list the project {title!r} that it says it made: ask its administrator")


def _remove_duplicate_projects(server: Server, title: str, key: str, chosen: Project) -> None:
    """Where two machines made the project at once, the higher number goes, by the machine that made it."""
    for found in list_projects(server, title):
        if key in found.description and found.number != chosen.number:
            number = found.number
            server.ask(lambda sdk, number=number: sdk.projects.delete(number), what="removing a double", again=True)  # type: ignore[misc]


def _update(server: Server, project: Project, answers: Answers, instructions: str) -> Answers:
    now = read_project(server, project.number, "label_config", "expert_instruction")
    offered = _together(answers, str(now.get("label_config")))
    wanted = {"label_config": labelling_config(offered, project.lang), "expert_instruction": instructions}
    changes: dict[str, Any] = {name: text for name, text in wanted.items() if now.get(name) != text}
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
    return offered


def _together(answers: Answers, config: str) -> Answers:
    """Our choices and those that a screen offers already, which are never taken away."""
    aus, emotions = set(answers.aus) | _offered(config, AUS), set(answers.emotions) | _offered(config, EMOTION)
    return Answers(
        aus=tuple(sorted(filter(_is_au, aus), key=_au_order)),
        emotions=tuple(name for name in EMOTION_NAMES if name in emotions),
    )


def _offered(config: str, field: str) -> set[str]:
    from label_studio_sdk.label_interface.interface import LabelInterface

    try:
        return set(LabelInterface(config).get_control(field).labels)  # type: ignore[no-untyped-call]
    except Exception:  # the SDK raises bare exceptions for whatever people have made of the screen
        return set()


def _is_au(code: str) -> bool:
    try:
        return bool(parse_code(code))
    except NotationError:
        return False


def _au_order(code: str) -> tuple[int, str]:
    au = parse_code(code)
    return au.number, au.side or ""


def _make_view(server: Server, project: Project) -> None:
    """A list of the tasks that nobody has annotated, the least sound first; left alone once it is there."""
    title = _WORST_FIRST[project.lang]
    views = server.ask(
        lambda sdk: [view.data for view in sdk.views.list(project=project.number)],
        what="reading the views",
        again=True,
    )
    if any(isinstance(view, dict) and view.get("title") == title for view in views):
        return
    todo = {"filter": "filter:tasks:total_annotations", "operator": "equal", "type": "Number", "value": 0}
    data: Any = {
        "title": title,
        "ordering": ["tasks:data.soundness"],
        "columnsDisplayType": {f"tasks:data.{name}": "Number" for name in ("score", "trust", "soundness")},
        "filters": {"conjunction": "and", "items": [todo]},
        "hiddenColumns": {
            "explore": [f"tasks:{name}" for name in _HIDDEN],
            "labeling": [f"tasks:{name}" for name in (*_HIDDEN, *_HIDDEN_WITH_TASK)],
        },
    }
    server.ask(lambda sdk: sdk.views.create(project=project.number, data=data), what="making a view", again=True)
