"""The project on a server that belongs to a workspace: how it is found again.

A project is ours when its description holds our mark, which names a random key and the language; its title is how
people and other machines find it.
"""

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.review.server.client import Server
from meu_data.review.server.faults import NOT_FOUND, ServerError
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, known_projects, store_project

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

_MARK = re.compile(r"\[meu-data:([0-9a-f]{16}):(en|zh)\]")
_LONGEST_TITLE = 50
_PAGE = 100


class Listed(NamedTuple):
    """A project as the server lists it."""

    number: int
    title: str
    description: str


def describe(key: str, lang: Language) -> str:
    """The description of a project of ours."""
    return f"Proofreading of drafts, made by meu-data, which knows it by this: [meu-data:{key}:{lang}]"


def default_title(ledger: Ledger, lang: Language) -> str:
    """The title of a workspace's project where none is named: its corpora and the language of the drafts."""
    corpora = sorted({corpus for corpus, _ in ledger.count_by_source()})
    return f"meu-data {' '.join(corpora)} {lang}"[:_LONGEST_TITLE]


def check_title(title: str) -> str:
    """A title as Label Studio takes it.

    Raises:
        MeuError: It is too short or too long.
    """
    title = " ".join(title.split())
    if not 3 <= len(title) <= _LONGEST_TITLE:
        raise MeuError(f"{title!r} is no title for a project: 3 to {_LONGEST_TITLE} letters are allowed")
    return title


def find_project(server: Server, ledger: Ledger, title: str) -> Project | None:
    """The project of a title, with what the ledger knows of it; notes where it is.

    One that people have renamed on the server is found by its key; of two with our mark the one with the lower number
    counts.

    Returns:
        None when there is none on the server.

    Raises:
        MeuError: The title is taken by a project that is not ours.
        ServerError: The server cannot be asked.
    """
    known = known_projects(ledger)
    for project in known:
        if project.title == title and _key_of(server, project.number) == project.key:
            return _noted(ledger, project._replace(url=server.url))
    named = list_projects(server, title)
    marks = {found.number: mark for found in named if (mark := _MARK.search(found.description))}
    if marks:
        number = min(marks)
        key, lang = marks[number].groups()
        earlier = next((project.mark for project in known if project.key == key), None)
        return _noted(ledger, Project(key, server.url, number, title, lang, earlier))  # type: ignore[arg-type]
    if named:
        raise MeuError(
            f"the project {title!r} on {server.url} was not made by meu-data: choose another title with --project"
        )
    return None


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


def read_project(server: Server, number: int, *fields: str) -> dict[str, Any]:
    """Some fields of a project; the SDK can only ask for all, which takes the server three times as long.

    Raises:
        ServerError: There is no such project, or the server cannot be asked.
    """
    params = {"include": ",".join(("id", *fields))}
    answer = server.read(f"api/projects/{number}/", params, what="looking at the project")
    return answer if isinstance(answer, dict) else {}


def _key_of(server: Server, number: int) -> str | None:
    try:
        description = read_project(server, number, "description").get("description")
    except ServerError as error:
        if error.status == NOT_FOUND:
            return None
        raise
    mark = _MARK.search(str(description))
    return mark[1] if mark else None


def _noted(ledger: Ledger, project: Project) -> Project:
    store_project(ledger, project)
    return project
