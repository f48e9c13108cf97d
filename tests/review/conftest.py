"""A real Label Studio for the tests of the review stage.

`label_studio`      one server for the whole run, shared by all workers and tests: make projects with titles of your own
`own_label_studio`  one server for a test module that stops, kills or restarts it; a start takes about ten seconds

Both give a `LabelStudio`: url, token, username, password, maps (the only folder from which the server may serve
pictures; a storage must be a folder strictly below it, so a whole workspace made below it can be pushed with its own
`maps/`), annotators (two accounts with username and password), workspace. Both begin with no project.

Tests that use one are marked `studio` by themselves: `pytest -m 'not studio'` leaves them out.

The server is installed (about 800 MB), and a data folder with its accounts made (a minute), on first use; both are
kept in `.cache/label-studio`. MEU_STUDIO_ENV names an installation to use instead.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from meu_data.review import studio
from meu_data.review.server.client import Server
from meu_data.review.studio import Annotator, StudioRunning, environment, folder
from meu_data.review.studio.installation import VERSION
from meu_data.store.locks import held_lock
from meu_data.store.workspace import Workspace
from tests import ROOT
from tests.review.lab import Person

CACHE = ROOT / ".cache" / "label-studio"
ANNOTATORS = ("ann", "bo")


@dataclass
class LabelStudio:
    """A running server and what a test needs to talk to it."""

    running: StudioRunning
    workspace: Path
    annotators: tuple[Annotator, ...]

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def token(self) -> str:
        """The administrator's; goes with `Authorization: Token ...`, or as the SDK's api_key."""
        return self.running.token

    @property
    def username(self) -> str:
        return self.running.username

    @property
    def password(self) -> str:
        return self.running.password

    @property
    def maps(self) -> Path:
        return self.workspace / "maps"


class OwnLabelStudio(LabelStudio):
    """A server that the test may treat badly; data, url and token stay the same."""

    def kill(self) -> None:
        """Ends it as a crash or a power cut would."""
        os.kill(self.running.pid, signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            psutil.Process(self.running.pid).wait(timeout=300)

    def pause(self) -> None:
        """Connections are taken and never answered, until `resume`."""
        os.kill(self.running.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Goes on."""
        os.kill(self.running.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ends it in order."""
        studio.stop(self.workspace)

    def restart(self) -> None:
        """Starts it again at the same port, or leaves it running."""
        self.running = studio.start(self.workspace, self.running.port)


def pytest_collection_modifyitems(items):
    """Marks what needs a server."""
    for item in items:
        if {"label_studio", "own_label_studio", "studio_installation"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.studio)


@pytest.fixture(scope="session")
def studio_installation() -> Iterator[Path]:
    """The installed server, the same for all runs of this checkout."""
    with pytest.MonkeyPatch.context() as patch:
        if "MEU_STUDIO_ENV" not in os.environ:
            patch.setenv("MEU_STUDIO_ENV", str(CACHE / f"server-{VERSION}"))
        yield studio.install()


@pytest.fixture(scope="session")
def studio_seed(studio_installation: Path) -> Path:
    """A data folder with the annotators' accounts and nothing else: making one takes a minute, copying it no time."""
    sources = b"".join(Path(module.__file__).read_bytes() for module in (environment, folder))
    seed = CACHE / f"seed-{VERSION}-{hashlib.sha256(sources).hexdigest()[:12]}"
    with _only_one("seed"):
        if not seed.exists():
            for old in CACHE.glob("seed-*"):
                shutil.rmtree(old)
            making = CACHE / "seed-making"
            _remove(making)
            studio.start(making, free_port())
            accounts = [studio.add_annotator(making, name) for name in ANNOTATORS]
            studio.stop(making)
            (making / "annotators.txt").write_text("\n".join(each.model_dump_json() for each in accounts))
            making.rename(seed)
    return seed


@pytest.fixture(scope="session")
def label_studio(studio_seed: Path) -> Iterator[LabelStudio]:
    """The server all tests share; started by the first worker that needs it, stopped by the last to end."""
    workspace = CACHE / "shared"
    # Every worker that uses the server holds this lock together with the others; it is let go when a worker is killed.
    users = os.open(CACHE / "shared.lock", os.O_RDWR | os.O_CREAT)
    with _only_one("start"):
        if _nobody_else_has(users):
            _remove(workspace)
            _plant(studio_seed, workspace)
            running = studio.start(workspace, free_port())
        else:
            running = studio.start(workspace)
        fcntl.flock(users, fcntl.LOCK_SH)
    yield LabelStudio(running, workspace, _accounts(studio_seed))
    with _only_one("start"):
        fcntl.flock(users, fcntl.LOCK_UN)
        if _nobody_else_has(users):
            studio.stop(workspace)
    os.close(users)


@pytest.fixture(scope="module")
def own_label_studio(studio_seed: Path) -> Iterator[OwnLabelStudio]:
    """A server of the module's own; each test that ends it starts it again."""
    with _own_folder() as home:
        workspace = home / "work 帧"
        _plant(studio_seed, workspace)
        yield OwnLabelStudio(studio.start(workspace, free_port()), workspace, _accounts(studio_seed))
        _remove(workspace)


@pytest.fixture
def unused_port() -> int:
    """A port on which nobody listens."""
    return free_port()


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder of this worker; those of workers that were killed are cleared away, with the servers in them."""
    folders = CACHE / "own"
    folders.mkdir(parents=True, exist_ok=True)
    for lock in folders.glob("*.lock"):
        with held_lock(lock) as orphan:
            if orphan is not None:
                for workspace in lock.with_suffix("").glob("*"):
                    _remove(workspace)
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink()
    home = folders / uuid.uuid4().hex
    with held_lock(home.with_suffix(".lock")):
        home.mkdir()
        yield home
        home.rmdir()
        home.with_suffix(".lock").unlink()


def _remove(workspace: Path) -> None:
    studio.stop(workspace)
    shutil.rmtree(workspace, ignore_errors=True)


def _plant(seed: Path, workspace: Path) -> None:
    shutil.copytree(seed / "studio", workspace / "studio")
    (workspace / "maps").mkdir()
    Workspace.open(workspace, create=True).close()


def _accounts(seed: Path) -> tuple[Annotator, ...]:
    lines = (seed / "annotators.txt").read_text().splitlines()
    return tuple(Annotator.model_validate_json(line) for line in lines)


def _nobody_else_has(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _only_one(name: str) -> Iterator[None]:
    """One worker at a time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture
def server(label_studio: LabelStudio) -> Server:
    """The shared server as our own client sees it."""
    return Server(label_studio.url, label_studio.token, "the fixture")


@pytest.fixture
def admin(label_studio: LabelStudio) -> Person:
    """The administrator of the shared server."""
    return Person(label_studio.url, label_studio.token, label_studio.username)
