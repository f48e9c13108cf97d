"""The folder of a workspace's own Label Studio, and the few small files in it that are ours.

studio/data/        what Label Studio keeps: its database, uploads, secret key
studio/login.json   the administrator's login and token; 0600, never in the ledger
studio/server.json  the machine, process and port of the server that runs, or ran last
studio/server.lock  locked for as long as a server runs
studio/server.log   what it says; the run before stands in server.log.1
"""

import secrets
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from meu_data.errors import MeuError
from meu_data.records import Record
from meu_data.store.files import explained, whole_file

R = TypeVar("R", bound=Record)

_ADMINISTRATOR = "admin@localhost"


class Login(Record):
    """How the administrator gets in: by password in a browser, by token (Label Studio's legacy kind) in a program."""

    username: str
    password: str = Field(repr=False)
    token: str = Field(repr=False)


class ServerState(Record):
    """Which process serves, and where; true only while the lock is held."""

    host: str
    pid: int
    port: int


class StudioFolder:
    """The paths of one workspace's Label Studio."""

    def __init__(self, workspace: Path) -> None:
        self.workspace, self.root = workspace, workspace / "studio"
        self.data = self.root / "data"
        # The only folder from which the server may serve files of this machine.
        self.maps = workspace / "maps"
        self.lock, self.log = self.root / "server.lock", self.root / "server.log"
        self.login_file, self.state_file = self.root / "login.json", self.root / "server.json"

    def make(self) -> None:
        """Makes the folders; only their owner may look into the server's.

        Raises:
            MeuError: They cannot be made.
        """
        with explained(self.root):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.data.mkdir(mode=0o700, exist_ok=True)
            self.maps.mkdir(exist_ok=True)

    def login(self) -> Login | None:
        """The login, None before the first start.

        Raises:
            MeuError: The file is there but damaged.
        """
        return _read(self.login_file, Login)

    def login_or_new(self) -> Login:
        """The login; a random one is made when there is none."""
        if known := self.login():
            return known
        made = Login(username=_ADMINISTRATOR, password=secrets.token_urlsafe(12), token=secrets.token_hex(20))
        _write_privately(self.login_file, made)
        return made

    def state(self) -> ServerState | None:
        """What was last said of the server; None when it never ran."""
        return _read(self.state_file, ServerState)

    def set_state(self, state: ServerState | None) -> None:
        """Says which process serves from now on; None while that is open."""
        if state is None:
            self.state_file.unlink(missing_ok=True)
        else:
            _write_privately(self.state_file, state)


def _read(path: Path, kind: type[R]) -> R | None:
    try:
        with explained(path):
            return kind.model_validate_json(path.read_bytes()) if path.exists() else None
    except ValidationError as error:
        raise MeuError(f"{path} is damaged; remove it and run `meu-data studio start`") from error


def _write_privately(path: Path, record: Record) -> None:
    with whole_file(path, private=True) as stream:
        stream.write(f"{record.model_dump_json(indent=2)}\n".encode())
