"""Who listens on a port of this machine."""

import socket
from pathlib import Path
from types import ModuleType

from meu_data.errors import MeuError, MissingExtraError
from meu_data.review.studio.environment import HOST


def check_port_is_free(port: int) -> None:
    """Makes sure that a server can be started on a port.

    Raises:
        MeuError: Somebody listens there (the message says who, where that can be found out), or the port is reserved.
        MissingExtraError: psutil is not installed.
    """
    with socket.socket() as probe:
        probe.settimeout(2)
        busy = probe.connect_ex((HOST, port)) == 0
    if not busy:
        with socket.socket() as probe:
            # As the server does: the remains of connections just closed are no hindrance, a listener is.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except PermissionError as error:
                raise MeuError(f"port {port} is reserved for the system; choose one above 1023 with --port") from error
            except OSError:
                busy = True
    if busy:
        raise MeuError(f"port {port} is taken by {_holder(port)}; choose another with --port")


def listening_ports(pid: int) -> frozenset[int]:
    """The TCP ports on which one of our processes listens; none when there is no such process.

    Raises:
        MissingExtraError: psutil is not installed.
    """
    psutil = _psutil()
    try:
        connections = psutil.Process(pid).net_connections(kind="tcp")
    except psutil.Error:
        return frozenset()
    return frozenset(each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN)


def current_folder(pid: int) -> Path | None:
    """Where one of our processes is; None when there is no such process.

    Raises:
        MissingExtraError: psutil is not installed.
    """
    psutil = _psutil()
    try:
        return Path(psutil.Process(pid).cwd())
    except psutil.Error:
        return None


def _holder(port: int) -> str:
    """Names the listener; only one's own processes can be asked."""
    psutil = _psutil()
    for process in psutil.process_iter(["pid", "name"]):
        if port in listening_ports(process.pid):
            folder = current_folder(process.pid)
            if folder is not None and folder.parts[-2:] == ("studio", "data"):
                return f"the Label Studio of workspace {folder.parent.parent}"
            return f"{process.info['name']} (process {process.pid})"
    return "a program of another user"


def _psutil() -> ModuleType:
    try:
        import psutil  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError("meu-data studio needs psutil: pip install 'meu-data[labelstudio]'") from error
    return psutil  # type: ignore[no-any-return]
