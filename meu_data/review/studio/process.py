"""The server's process: begun, waited for, recognised, ended."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.progress import Progress
from meu_data.review.studio.environment import server_command, server_environment, url_of
from meu_data.review.studio.folder import Login, ServerState, StudioFolder
from meu_data.review.studio.loopback import OK, Visitor, check_port_is_free, current_folder, has_open, listening_ports
from meu_data.store.files import explained
from meu_data.store.locks import is_locked

PATIENCE_S = 600.0
_STOP_PATIENCE_S, _ANSWER_S, _LOOK_EVERY_S = 15.0, 10.0, 0.2

# Kept so that Python can reap those that end while this process lives.
_children: list[subprocess.Popen[bytes]] = []


def spawn(folder: StudioFolder, program: Path, login: Login, port: int, lock: int) -> subprocess.Popen[bytes]:
    """Starts the server with no tie to our terminal.

    Raises:
        MeuError: Its log cannot be written.
    """
    with explained(folder.log):
        if folder.log.exists():
            folder.log.replace(folder.log.with_name("server.log.1"))
        log = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(  # noqa: S603
            server_command(program, port),
            cwd=folder.data,
            env=server_environment(folder, login),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
            pass_fds=[lock],
        )
        _children.append(process)
        return process
    finally:
        os.close(log)


def wait_for_answer(
    folder: StudioFolder, process: subprocess.Popen[bytes], state: ServerState, progress: Progress
) -> None:
    """Waits until the server just begun answers where it should.

    Raises:
        MeuError: It has ended, has gone to another port, or does not answer in ten minutes.
    """
    for _ in ticks(PATIENCE_S, progress):
        if process.poll() is not None:
            # It has found its port taken in the meantime, when that is so.
            check_port_is_free(state.port)
            raise MeuError(f"Label Studio ended before it answered: {_last_line(folder.log)} ({folder.log})")
        ports = listening_ports(process.pid)
        if ports and state.port not in ports:
            # It has found its port taken in the meantime, and silently chosen the next one.
            check_port_is_free(state.port)
            raise MeuError(f"port {state.port} was taken while Label Studio started; try again")
        if answers(state):
            return
    raise MeuError(f"Label Studio does not answer at {url_of(state.port)}; its last words are in {folder.log}")


def answers(state: ServerState) -> bool:
    """Whether this very process serves there: another's server may answer on the port as well."""
    if state.host != socket.gethostname() or state.port not in listening_ports(state.pid):
        return False
    visitor = Visitor(url_of(state.port))
    well = visitor.get("/health", _ANSWER_S).json() == {"status": "UP"}
    return well and visitor.get("/api/version", _ANSWER_S).status == OK


def process_of(folder: StudioFolder) -> ServerState:
    """The process that holds the lock.

    Raises:
        MeuError: It is on another machine, or unknown.
    """
    for _ in ticks(_STOP_PATIENCE_S):
        state = folder.state()
        if state is not None and state.host != socket.gethostname():
            raise MeuError(f"it runs on {state.host}; stop it there")
        # A number alone might have gone to another process since. Label Studio goes elsewhere to look up its version
        # (label_studio/core/version.py), and when two requests do so at once, it stays there.
        if state is not None and (current_folder(state.pid) == folder.data or has_open(state.pid, folder.lock)):
            return state
    raise MeuError(f"who holds {folder.lock} is unknown; find the process with `fuser` and end it")


def end(folder: StudioFolder, pid: int) -> None:
    """Ends the server's process, and waits until it has let go of the lock.

    Raises:
        MeuError: It does not end.
    """
    for sent in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        for _ in ticks(_STOP_PATIENCE_S):
            _children[:] = [child for child in _children if child.poll() is None]
            if not is_locked(folder.lock):
                return
    raise MeuError(f"process {pid} does not end")


def ticks(seconds: float, progress: Progress | None = None) -> Iterator[None]:
    """Time to look, several times a second; progress counts the seconds."""
    began, reported = time.monotonic(), 0
    while (waited := time.monotonic() - began) < seconds:
        yield
        if progress is not None and int(waited) > reported:
            progress.advance(int(waited) - reported)
            reported = int(waited)
        time.sleep(_LOOK_EVERY_S)


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"


_SCRIPT = Path(__file__).with_name("set_login.py")


def set_login(program: Path, folder: StudioFolder, login: Login) -> None:
    """Makes the server's database hold a login; the server may run meanwhile.

    Args:
        program: The installed `label-studio`.
        folder: Whose database.
        login: What is to hold; the account must be there, and an empty token leaves its token as it is.

    Raises:
        MeuError: It could not be done.
    """
    done = subprocess.run(  # noqa: S603
        [str(program.with_name("python")), str(_SCRIPT)],
        cwd=folder.data,
        env=server_environment(folder, login),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise MeuError(f"the login of {login.username} could not be set: {last}")
