"""What a project holds before anything is pushed: ids, hashes, and whether anybody has touched it."""

from typing import NamedTuple

from meu_data.review.server.client import Server
from meu_data.review.server.remote_tasks import RemoteTask, begun_tasks, list_tasks


class Inventory(NamedTuple):
    """The tasks of a project by sample, without what they hold. `foreign`: how many are not ours."""

    tasks: dict[str, list[RemoteTask]]
    begun: set[int]
    foreign: int
    highest: int

    def is_touched(self, task: RemoteTask) -> bool:
        """Whether somebody has annotated or skipped a task, or has begun to."""
        return task.answers > 0 or task.id in self.begun

    def duplicates(self) -> list[int]:
        """The ids to remove where a sample has several tasks; the same ones whichever machine looks.

        What is touched stays, and nothing untouched beside it; else the lowest id stays.
        """
        superfluous: list[int] = []
        for tasks in self.tasks.values():
            untouched = sorted(task.id for task in tasks if not self.is_touched(task))
            superfluous += untouched if len(untouched) < len(tasks) else untouched[1:]
        return sorted(superfluous)

    def without(self, removed: set[int]) -> "Inventory":
        """The same after some tasks were removed."""
        left = {sample: [task for task in tasks if task.id not in removed] for sample, tasks in self.tasks.items()}
        return self._replace(tasks={sample: tasks for sample, tasks in left.items() if tasks})


def take_inventory(server: Server, project: int) -> Inventory:
    """Lists a project's tasks.

    Raises:
        ServerError: The server cannot be asked.
    """
    found: dict[str, list[RemoteTask]] = {}
    foreign = highest = 0
    for task in list_tasks(server, project):
        highest = max(highest, task.id)
        if task.stamp is None:
            foreign += 1
        else:
            found.setdefault(task.stamp.sample_id, []).append(task)
    return Inventory(found, begun_tasks(server, project), foreign, highest)
