"""Label Studio: CPU of pushed tasks beside the bare SDK, and how soon 200 changed annotations are here.

    python benchmarks/review.py [--samples 10000] [--changed 200]

A real server in a process of its own, started for this run. The bare SDK imports task dictionaries that lie ready, in
batches of 1000, and looks at nothing; push reads the ledger, makes and checks every task, lists what is there before
and after, and sets up the project. Both go by turns, each into new projects; the best turn counts. The drafts are
grounded and the pictures made before, as both are kept: that takes the time printed. The frames are small.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import psutil

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from meu_data.grounding.verify import verify  # noqa: E402
from meu_data.review import pull_run  # noqa: E402
from meu_data.review.pull import pull  # noqa: E402
from meu_data.review.push import push  # noqa: E402
from meu_data.review.screen.labelling_config import answers, labelling_config  # noqa: E402
from meu_data.review.screen.pictures import TaskPictures  # noqa: E402
from meu_data.review.screen.tasks import prediction, task_data  # noqa: E402
from meu_data.review.server.client import Server  # noqa: E402
from meu_data.review.server.sending import BATCH_TASKS  # noqa: E402
from meu_data.review.studio import start, stop  # noqa: E402
from meu_data.review.studio.installation import VERSION  # noqa: E402
from meu_data.review.worklist import Candidate, Selection, select  # noqa: E402
from meu_data.store.workspace import Workspace  # noqa: E402
from tests.review.conftest import free_port  # noqa: E402
from tests.review.lab import Person, make_workspace  # noqa: E402

IMAGES = "https://pictures.example.org/maps"
TURNS = 2


class Took(NamedTuple):
    """Seconds that passed, and those of CPU."""

    seconds: float
    cpu: float


def ready_tasks(workspace: Workspace) -> list[dict[str, Any]]:
    """The tasks as push would send them, without its stamp."""
    offered, pictures = answers(workspace.ledger), TaskPictures(workspace, IMAGES)
    tasks = []
    for found in select(workspace.ledger, Selection("en", "robust", None, None, None, IMAGES)):
        assert isinstance(found, Candidate)
        sample, motion, draft, grounding = found.read()
        urls, shown = pictures.urls(sample, motion), pictures.shown(motion)
        data = task_data(sample, motion, draft, grounding, urls, shown, "en")
        tasks.append({"data": data, "predictions": [prediction(draft, motion, grounding, offered)]})
    return tasks


def server_cpu(pid: int) -> float:
    """CPU seconds of a server and of all that it has begun."""
    server = psutil.Process(pid)
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


def bare(url: str, token: str, tasks: list[dict[str, Any]], config: str, title: str) -> Took:
    """What the SDK takes to import tasks that lie ready; without the server's CPU."""
    from label_studio_sdk import LabelStudio

    sdk = LabelStudio(base_url=url, api_key=token)
    project = sdk.projects.create(title=title, label_config=config).id
    began, busy = time.perf_counter(), time.process_time()
    for first in range(0, len(tasks), BATCH_TASKS):
        sdk.projects.import_tasks(project, request=tasks[first : first + BATCH_TASKS], return_task_ids=True)
    return Took(time.perf_counter() - began, time.process_time() - busy)


def child(root: str, url: str, token: str, title: str, limit: int) -> None:
    """Pushes, and prints what it took."""
    with Workspace.open(Path(root)) as workspace:
        server = Server(url, token, "the benchmark")
        server.who()
        began, busy = time.perf_counter(), time.process_time()
        summary = push(workspace, server, title=title, images=IMAGES, limit=limit)
        took, cpu = time.perf_counter() - began, time.process_time() - busy
    assert summary.created + summary.fresh == limit
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "cpu": cpu, "peak": peak, "project": int(summary.url.rsplit("/", 1)[1])}))


def ours(root: Path, url: str, token: str, title: str, limit: int) -> dict[str, Any]:
    words = [sys.executable, __file__, "--child", str(root), url, token, title, str(limit)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


class Watch:
    """Seconds spent in some functions."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def over(self, function: Any) -> Any:
        def timed(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def timed_pull(workspace: Workspace, server: Server, title: str) -> tuple[float, float, float, int]:
    """Seconds in all, waiting for the server, and reading and grounding; new reviews."""
    network, reading = Watch(), Watch()
    kept = Server.ask, pull_run.ground, pull_run.read_annotation
    Server.ask = network.over(kept[0])
    pull_run.ground, pull_run.read_annotation = reading.over(kept[1]), reading.over(kept[2])
    try:
        began = time.perf_counter()
        new = pull(workspace, server, title=title).new
        return time.perf_counter() - began, network.seconds, reading.seconds, new
    finally:
        Server.ask, pull_run.ground, pull_run.read_annotation = kept


def annotate(admin: Person, tasks: list[dict[str, Any]], emotion: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda task: admin.submits(task, {"emotion": [emotion]}), tasks))


def measure_push(root: Path, url: str, token: str, pid: int, samples: int) -> tuple[int, str]:
    """Prints what both take; returns the last project's number and title."""
    with Workspace.open(root) as workspace:
        tasks, config = ready_tasks(workspace), labelling_config(answers(workspace.ledger), "en")
    size = sum(len(json.dumps(task)) for task in tasks[:200]) / min(200, len(tasks))
    peers: list[tuple[Took, float]] = []
    runs: list[dict[str, Any]] = []
    pushes: list[tuple[Took, float]] = []
    for turn in range(TURNS):
        before = server_cpu(pid)
        took = bare(url, token, tasks, config, f"bare {turn}")
        between = server_cpu(pid)
        runs.append(ours(root, url, token, f"ours {turn}", samples))
        peers.append((took, between - before))
        pushes.append((Took(runs[-1]["seconds"], runs[-1]["cpu"]), server_cpu(pid) - between))
    print(f"{samples} tasks of {size / 1000:.1f} KB:\n")
    print("| | CPU, s | of it server | client | elapsed, s |\n|---|---|---|---|---|")
    best = []
    for name, each in (("bare `import_tasks`", peers), ("`meu-data push`", pushes)):
        took, served = min(each, key=lambda one: one[0].cpu + one[1])
        best.append(took.cpu + served)
        print(f"| {name} | {best[-1]:.1f} | {served:.1f} | {took.cpu:.1f} | {took.seconds:.1f} |")
    again = ours(root, url, token, f"ours {TURNS - 1}", samples)
    few = ours(root, url, token, "few", samples // 4)
    print(f"\nratio {best[0] / best[1]:.2f} in CPU. Pushing again, with nothing to do: {again['seconds']:.1f} s.")
    print(f"Peak memory {few['peak']:.0f} MB with {samples // 4} tasks, {runs[-1]['peak']:.0f} MB with {samples}.")
    return runs[-1]["project"], f"ours {TURNS - 1}"


def measure_pull(workspace: Workspace, url: str, token: str, number: int, title: str, changed: int) -> None:
    admin, server = Person(url, token, ""), Server(url, token, "the benchmark")
    query = {"project": number, "fields": "all", "page_size": 2 * changed + 1}
    first, *tasks = admin.asks("GET", "tasks/", params=query)["tasks"]
    annotate(admin, tasks[:changed], "fear")
    pull(workspace, server, title=title)
    # A pull looks again at the last minute before the one before; here that shall hold one annotation only.
    time.sleep(61)
    annotate(admin, [first], "fear")
    pull(workspace, server, title=title)
    annotate(admin, tasks[changed:], "anger")
    total, network, reading, new = timed_pull(workspace, server, title)
    assert new == changed
    print(f"\n{changed} new annotations among the tasks: pull takes {total:.2f} s, of which")
    print(f"{network:.2f} s for the server, {total - network - reading:.2f} s for the ledger,")
    print(f"{reading:.2f} s to read and ground them.")
    total, network, _, _ = timed_pull(workspace, server, title)
    print(f"Another pull at once, which looks at the last minute again: {total:.2f} s.")


def main(samples: int, changed: int) -> None:
    os.environ.setdefault("MEU_STUDIO_ENV", str(REPOSITORY / ".cache" / "label-studio" / f"server-{VERSION}"))
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder) / "work", Path(folder) / "studio"
        Workspace.open(home, create=True).close()
        with make_workspace(root, samples) as workspace:
            began = time.perf_counter()
            verify(workspace)
            grounded = time.perf_counter() - began
            pictures = TaskPictures(workspace, IMAGES)
            for sample, motion in workspace.ledger.samples_with_motion("robust"):
                pictures.urls(sample, motion)
            made = time.perf_counter() - began - grounded
        running = start(home, free_port())
        try:
            number, title = measure_push(root, running.url, running.token, running.pid, samples)
            print(f"Grounding the drafts before: {grounded:.0f} s; cutting two small pictures each: {made:.0f} s.")
            with Workspace.open(root) as workspace:
                measure_pull(workspace, running.url, running.token, number, title, changed)
        finally:
            stop(home)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:6], limit=int(sys.argv[6]))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--samples", type=int, default=10_000)
        parser.add_argument("--changed", type=int, default=200)
        main(**vars(parser.parse_args()))
