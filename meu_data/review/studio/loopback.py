"""The server on this machine: plain HTTP to it, with no proxy whatever the environment says, and who has which port."""

import http.cookiejar
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import ModuleType

from meu_data.errors import MeuError, MissingExtraError
from meu_data.review.studio.environment import HOST

OK = 200


@dataclass(frozen=True)
class HttpAnswer:
    """What came back; status 0 when nobody answered."""

    status: int
    body: bytes
    url: str

    def json(self) -> object:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Visitor:
    """One visitor of the server, who keeps the cookies given."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Token {token}"} if token else {}
        self._cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        )

    def get(self, path: str, timeout_s: float = 10) -> HttpAnswer:
        """Asks for a page."""
        return self._ask(path, None, timeout_s)

    def post(self, path: str, form: dict[str, str], timeout_s: float = 30) -> HttpAnswer:
        """Sends a form."""
        return self._ask(path, urllib.parse.urlencode(form).encode(), timeout_s)

    def cookie(self, name: str) -> str:
        """A cookie that the server gave; empty when it gave none."""
        return next((each.value or "" for each in self._cookies if each.name == name), "")

    def _ask(self, path: str, body: bytes | None, timeout_s: float) -> HttpAnswer:
        request = urllib.request.Request(self._base_url + path, data=body, headers=self._headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=timeout_s) as response:
                return HttpAnswer(response.status, response.read(), response.url)
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(error.code, error.read(), error.url or "")
        except (OSError, HTTPException):
            return HttpAnswer(0, b"", "")


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


def has_open(pid: int, file: Path) -> bool:
    """Whether one of our processes has a file open; False when there is no such process.

    Raises:
        MissingExtraError: psutil is not installed.
    """
    psutil = _psutil()
    try:
        return any(Path(each.path) == file.resolve() for each in psutil.Process(pid).open_files())
    except psutil.Error:
        return False


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
