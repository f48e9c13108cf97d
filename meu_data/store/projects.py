"""The review projects on servers that this workspace works with, and the tasks that were sent to them."""

import urllib.parse
from collections.abc import Iterable
from typing import NamedTuple

from meu_data.choices import Language
from meu_data.store.ledger import Ledger


class Project(NamedTuple):
    """A project as the ledger knows it.

    `number` is 0 until the server has given one; `mark` is the server's time up to which it was pulled; `round` is
    `expert` for a round of experts, else empty; `overlap` is how many people see which share of its tasks.
    """

    key: str
    url: str
    number: int
    title: str
    lang: Language
    mark: str | None = None
    round: str = ""
    overlap: str = ""

    @property
    def link(self) -> str:
        """Where a browser finds it."""
        return f"{self.url}/projects/{self.number}"

    @property
    def login_link(self) -> str:
        """Where an annotator begins: the login leads on to the list of tasks; straight there who is logged in."""
        path = urllib.parse.quote(f"/projects/{self.number}/data")
        return f"{self.url}/user/login/?next={path}"

    def task_link(self, task: int) -> str:
        """Where a browser finds one of its tasks."""
        return f"{self.link}/data?task={task}"


_COLUMNS = ", ".join(Project._fields)


class SentTask(NamedTuple):
    """A task that was seen on the server, and the draft that it shows."""

    sample_id: str
    task: int
    draft_sha256: str


def known_projects(ledger: Ledger) -> list[Project]:
    """The projects that this workspace has pushed to or pulled from, by title."""
    rows = ledger.db.rows(f"SELECT {_COLUMNS} FROM review_projects ORDER BY title, url, key")
    return [Project(*row) for row in rows]


def store_project(ledger: Ledger, project: Project) -> None:
    """Notes a project, replacing what was known of it, and commits."""
    with ledger.transaction():
        ledger.db.execute(
            f"REPLACE INTO review_projects ({_COLUMNS}) VALUES ({', '.join('?' * len(project))})", project
        )


def forget_project(ledger: Ledger, project: Project) -> None:
    """Forgets a project that was deleted on its server, and commits; what was pulled from it stays."""
    with ledger.transaction():
        ledger.db.execute("DELETE FROM review_projects WHERE key = ?", (project.key,))
        ledger.db.execute("DELETE FROM review_tasks WHERE project = ?", (project.key,))


def sent_tasks(ledger: Ledger, project: Project) -> list[SentTask]:
    """The tasks that are known to have been on a project."""
    query = "SELECT sample_id, task, draft_sha256 FROM review_tasks WHERE project = ?"
    return [SentTask(*row) for row in ledger.db.rows(query, (project.key,))]


def count_sent(ledger: Ledger) -> int:
    """How many samples are known to have been on some project."""
    return int(ledger.db.value("SELECT count(DISTINCT sample_id) FROM review_tasks"))


def store_sent_tasks(ledger: Ledger, project: Project, tasks: Iterable[SentTask]) -> None:
    """Notes tasks of a project, replacing what was known of their samples' tasks, and commits."""
    query = "REPLACE INTO review_tasks (project, sample_id, task, draft_sha256) VALUES (?, ?, ?, ?)"
    with ledger.transaction():
        for task in tasks:
            ledger.db.execute(query, (project.key, *task))


def task_links(ledger: Ledger, sample_id: str) -> list[str]:
    """Where a browser finds the tasks of a sample, by the title of the project."""
    rows = ledger.db.rows(
        f"SELECT t.task, {', '.join(f'p.{name}' for name in Project._fields)}"
        " FROM review_tasks t JOIN review_projects p ON p.key = t.project"
        " WHERE t.sample_id = ? ORDER BY p.title, p.url, p.key",
        (sample_id,),
    )
    return [Project(*row).task_link(task) for task, *row in rows]
