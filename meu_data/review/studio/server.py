"""Starts, stops and finds the Label Studio of a workspace."""

import os
import socket
from pathlib import Path
from typing import Literal

from pydantic import Field

from meu_data.errors import MeuError
from meu_data.progress import Progress, Silent, note
from meu_data.records import Record
from meu_data.review.studio.environment import url_of
from meu_data.review.studio.folder import Login, ServerState, StudioFolder
from meu_data.review.studio.installation import VERSION, install
from meu_data.review.studio.loopback import OK, Visitor, check_port_is_free
from meu_data.review.studio.process import (
    PATIENCE_S,
    answers,
    end,
    process_of,
    set_login,
    spawn,
    ticks,
    wait_for_answer,
)
from meu_data.store.locks import held_lock, is_locked

DEFAULT_PORT = 8080
# The first start makes the database.
_USUAL_FIRST_S, _USUAL_S = 60, 15


class StudioRunning(Record):
    """A server that answers, and the administrator's way in; the secrets are not in its JSON."""

    url: str
    port: int
    pid: int
    was_running: bool
    username: str
    login_file: Path
    password: str = Field(repr=False, exclude=True)
    token: str = Field(repr=False, exclude=True)


class StudioStatus(Record):
    """How it stands with a workspace's server; one that does not answer is starting, or hangs."""

    state: Literal["running", "not answering", "not running"]
    version: str = VERSION
    url: str | None = None
    pid: int | None = None


class StudioStopped(Record):
    """What `stop` found."""

    was_running: bool
    url: str | None = None


def start(workspace: Path, port: int | None = None, progress: Progress | None = None) -> StudioRunning:
    """Starts the server of a workspace and waits until it answers; finds it when it already runs.

    Args:
        workspace: Its folder.
        port: On the loopback interface; 8080 when None, or where the server already is.
        progress: Told of the installation and of the wait.

    Raises:
        MeuError: The port is taken, the server runs at another port, cannot be installed, or does not come up.
    """
    if os.name != "posix":
        raise MeuError("a Label Studio is started on Linux and macOS only; start one yourself and name it with --url")
    progress = progress or Silent()
    folder = StudioFolder(workspace.resolve())
    if not is_locked(folder.lock):
        # Told before 800 MB are fetched in vain.
        check_port_is_free(port or DEFAULT_PORT)
    program = install(progress)
    folder.make()
    progress.start("start", _USUAL_S if folder.state() else _USUAL_FIRST_S)
    note(progress, "seconds, or so")
    try:
        state, was_running = _start_or_find(folder, program, port or DEFAULT_PORT, progress)
        login = folder.login_or_new()
        if not _knows(state, login):
            set_login(program, folder, login)
    finally:
        progress.finish()
    if port not in (None, state.port):
        raise MeuError(f"it already runs at {url_of(state.port)}; run `meu-data studio stop` first to change its port")
    return _running(folder, login, state, was_running=was_running)


def stop(workspace: Path) -> StudioStopped:
    """Stops the server of a workspace and waits until it has ended; its database survives any ending.

    Raises:
        MeuError: It runs on another machine, or cannot be ended.
    """
    folder = StudioFolder(workspace.resolve())
    if not is_locked(folder.lock):
        return StudioStopped(was_running=False)
    state = process_of(folder)
    end(folder, state.pid)
    return StudioStopped(was_running=True, url=url_of(state.port))


def status(workspace: Path) -> StudioStatus:
    """How it stands with the server of a workspace, by what runs now and not by what was written once."""
    folder = StudioFolder(workspace.resolve())
    if not is_locked(folder.lock):
        return StudioStatus(state="not running")
    state = folder.state()
    if state is None:
        return StudioStatus(state="not answering")
    return StudioStatus(state="running" if answers(state) else "not answering", url=url_of(state.port), pid=state.pid)


def credentials(workspace: Path) -> StudioRunning | None:
    """The way into a workspace's own server, for the stages that talk to it.

    Returns:
        None when the workspace never had a server of its own.

    Raises:
        MeuError: It has one, which does not run.
    """
    folder = StudioFolder(workspace.resolve())
    login = folder.login()
    if login is None:
        return None
    state = folder.state()
    if not is_locked(folder.lock) or state is None or not answers(state):
        raise MeuError("the workspace's Label Studio does not run: `meu-data studio start`, or name another with --url")
    return _running(folder, login, state, was_running=True)


def _start_or_find(folder: StudioFolder, program: Path, port: int, progress: Progress) -> tuple[ServerState, bool]:
    """Whoever gets the lock starts the server; whoever does not waits for the other's."""
    for _ in ticks(PATIENCE_S, progress):
        with held_lock(folder.lock) as lock:
            if lock is not None:
                return _start(folder, program, port, lock, progress), False
        state = folder.state()
        if state is not None and answers(state):
            return state, True
    raise MeuError("it runs but does not answer; run `meu-data studio stop`, then start it again")


def _start(folder: StudioFolder, program: Path, port: int, lock: int, progress: Progress) -> ServerState:
    folder.set_state(None)
    check_port_is_free(port)
    login = folder.login_or_new()
    process = spawn(folder, program, login, port, lock)
    state = ServerState(host=socket.gethostname(), pid=process.pid, port=port)
    try:
        folder.set_state(state)
        wait_for_answer(folder, process, state, progress)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return state


def _knows(state: ServerState, login: Login) -> bool:
    """Not so when the very first start was killed between two steps, our file was lost, or the token changed there."""
    return Visitor(url_of(state.port), login.token).get("/api/current-user/whoami").status == OK


def _running(folder: StudioFolder, login: Login, state: ServerState, *, was_running: bool) -> StudioRunning:
    return StudioRunning(
        url=url_of(state.port),
        port=state.port,
        pid=state.pid,
        username=login.username,
        password=login.password,
        token=login.token,
        login_file=folder.login_file,
        was_running=was_running,
    )
