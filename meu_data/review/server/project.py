"""The project on a server that belongs to a workspace: how it is found again, whatever people call it.

A workspace knows its project by number and by the stamps of its tasks; people may change title and description. A
workspace that has never worked with a project finds it by its title, and joins it only when told to.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.review.server.client import Server
from meu_data.review.server.faults import NOT_FOUND, ServerError
from meu_data.review.server.remote_tasks import first_tasks
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, known_projects, sent_tasks, store_project

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

_IDENTITY = re.compile(r"([0-9a-f]{16}):(en|zh)(?::(expert))?")
_MARK = re.compile(rf"\[meu-data:{_IDENTITY.pattern}\]")
_LONGEST_TITLE = 50
_EXPERTS = " (experts)"
_PAGE = 100


class Listed(NamedTuple):
    """A project as the server lists it."""

    number: int
    title: str
    description: str


class Identity(NamedTuple):
    """What a project of ours says of itself, in its description or on its tasks."""

    key: str
    lang: Language
    round: str = ""

    def __str__(self) -> str:
        """As tasks are stamped with it."""
        return ":".join(filter(None, self))


def describe(identity: Identity) -> str:
    """The description of a project of ours."""
    return f"Proofreading of drafts, made by meu-data: [meu-data:{identity}]"


def default_title(ledger: Ledger, lang: Language) -> str:
    """The title of a workspace's project where none is named: its corpora and the language of the drafts."""
    corpora = sorted({corpus for corpus, _ in ledger.count_by_source()})
    return f"meu-data {' '.join(corpora)} {lang}"[:_LONGEST_TITLE]


def expert_title(title: str) -> str:
    """The title of the experts' project beside an annotators' one."""
    return f"{title[: _LONGEST_TITLE - len(_EXPERTS)]}{_EXPERTS}"


def check_title(title: str) -> str:
    """A title as Label Studio takes it.

    Raises:
        MeuError: It is too short or too long.
    """
    title = " ".join(title.split())
    if not 3 <= len(title) <= _LONGEST_TITLE:
        raise MeuError(f"{title!r} is no title for a project: 3 to {_LONGEST_TITLE} letters are allowed")
    return title


def find_project(server: Server, ledger: Ledger, title: str, *, join: bool) -> Project | None:
    """The project of a title, with what the ledger knows of it; notes where it is.

    One that this workspace knows is found by its number, under its first title and under the one that it has now. Of
    two that another workspace has made the one with the lower number counts.

    Args:
        server: Where to look.
        ledger: What this workspace knows.
        title: The title.
        join: Whether to work on a project that another workspace has made.

    Returns:
        None when there is none on the server.

    Raises:
        MeuError: The title is taken by a project that is not ours, or by one to join.
        ServerError: The server cannot be asked.
    """
    known = known_projects(ledger)
    for project in known:
        if project.title == title and project.number and _is_it(server, ledger, project):
            return _noted(ledger, project._replace(url=server.url))
    named = list_projects(server, title)
    numbers = {found.number for found in named}
    for project in known:
        if project.number in numbers and _is_it(server, ledger, project):
            return _noted(ledger, project._replace(url=server.url))
    found = identities(server, named)
    keys = {project.key: project for project in known}
    own = [number for number in sorted(found) if found[number].key in keys]
    if own:
        project = keys[found[own[0]].key]
        return _noted(ledger, project._replace(url=server.url, number=own[0]))
    if found:
        number = min(found)
        if not join:
            raise MeuError(
                f"the project {title!r} on {server.url} was made by another workspace: --join works on it together,"
                " --project takes another title"
            )
        key, lang, stage = found[number]
        return _noted(ledger, Project(key, server.url, number, title, lang, round=stage))
    if named:
        raise MeuError(
            f"the project {title!r} on {server.url} was not made by meu-data: choose another title with --project"
        )
    return None


def identities(server: Server, listed: Sequence[Listed]) -> dict[int, Identity]:
    """Which of some projects meu-data has made, by number; by their tasks where the description was changed.

    Raises:
        ServerError: The server cannot be asked.
    """
    found = {each.number: _marked(each.description) or _stamped(server, each.number) for each in listed}
    return {number: identity for number, identity in found.items() if identity is not None}


def list_projects(server: Server, title: str) -> list[Listed]:
    """All projects of exactly this title.

    Raises:
        ServerError: The server cannot be asked.
    """

    def pages(sdk: "LabelStudio") -> list[Any]:
        found: list[Any] = []
        pager: Any = sdk.projects.list(title=title, include="id,title,description", page_size=_PAGE)
        for page in pager.iter_pages():
            found += page.items or []
            # The SDK would ask for one page too many, and be told that there is none.
            if len(page.items or []) < _PAGE:
                break
        return found

    found = server.ask(pages, what="looking for the project", again=True)
    return [Listed(item.id, item.title, item.description or "") for item in found if item.title == title]


def user_names(server: Server) -> dict[int, str]:
    """E-mail addresses, or user names, by the numbers of the users.

    Raises:
        ServerError: The server cannot be asked.
    """
    users = server.ask(
        lambda sdk: [(user.id, user.email or user.username) for user in sdk.users.list()],
        what="reading the annotators' names",
        again=True,
    )
    return {number: name for number, name in users if number is not None and name}


def read_project(server: Server, number: int, *fields: str) -> dict[str, Any]:
    """Some fields of a project; the SDK can only ask for all, which takes the server three times as long.

    Raises:
        ServerError: There is no such project, or the server cannot be asked.
    """
    params = {"include": ",".join(("id", *fields))}
    answer = server.read(f"api/projects/{number}/", params, what="looking at the project")
    return answer if isinstance(answer, dict) else {}


def _is_it(server: Server, ledger: Ledger, project: Project) -> bool:
    """Whether what has a project's number is that project: by its description, else by the stamps of its tasks."""
    try:
        there = read_project(server, project.number, "title", "description")
    except ServerError as error:
        if error.status == NOT_FOUND:
            return False
        raise
    marked = _marked(str(there.get("description")))
    if marked is not None:
        return marked.key == project.key
    tasks = first_tasks(server, project.number)
    if any(task.stamp and task.stamp.project for task in tasks):
        return any(task.stamp and task.stamp.project.startswith(project.key) for task in tasks)
    sent = {(task.task, task.sample_id) for task in sent_tasks(ledger, project)}
    if tasks and sent:
        # Tasks of earlier versions do not name their project.
        return any(task.stamp and (task.id, task.stamp.sample_id) in sent for task in tasks)
    return not tasks and server.url == project.url and there.get("title") == project.title


def _marked(description: str) -> Identity | None:
    mark = _MARK.search(description)
    return Identity(mark[1], mark[2], mark[3] or "") if mark else None  # type: ignore[arg-type]


def _stamped(server: Server, number: int) -> Identity | None:
    for task in first_tasks(server, number):
        if task.stamp and (mark := _IDENTITY.fullmatch(task.stamp.project)):
            return Identity(mark[1], mark[2], mark[3] or "")  # type: ignore[arg-type]
    return None


def _noted(ledger: Ledger, project: Project) -> Project:
    store_project(ledger, project)
    return project
