"""Accounts of annotators: people who can log in and annotate."""

import re
import secrets
from pathlib import Path

from pydantic import Field

from meu_data.errors import MeuError
from meu_data.records import Record
from meu_data.review.studio.folder import Login, StudioFolder
from meu_data.review.studio.installation import install
from meu_data.review.studio.loopback import OK, Visitor
from meu_data.review.studio.process import set_login
from meu_data.review.studio.server import StudioRunning, credentials

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ADDRESS = re.compile(rf"{_NAME.pattern}@{_NAME.pattern}")


class Annotator(Record):
    """A new account. The password is nowhere else: the server keeps only its hash."""

    username: str
    password: str = Field(repr=False)
    url: str


def add_annotator(workspace: Path, name: str, *, new_password: bool = False) -> Annotator:
    """Makes an account on the workspace's own server, with a random password.

    Args:
        workspace: The workspace's folder; its server must run.
        name: A plain name, which becomes `NAME@localhost`, or an e-mail address. Case does not count.
        new_password: The account exists and its password was forgotten: only set a new one.

    Raises:
        MeuError: The name does not do, is taken (or unknown, for a new password), or the server does not run.
    """
    username = _address(name)
    server = credentials(workspace)
    if server is None:
        raise MeuError("this workspace has no Label Studio yet: run `meu-data studio start` first")
    known = _usernames(server)
    if new_password and username not in known:
        raise MeuError(f"{username} has no account yet; make one without --new-password")
    if new_password and username == server.username:
        raise MeuError(f"{username} is the administrator; the password stands in {server.login_file}")
    if username in known and not new_password:
        raise MeuError(f"{username} has an account already; choose another name, or give it a --new-password")
    password = secrets.token_urlsafe(9)
    if new_password:
        folder = StudioFolder(workspace.resolve())
        set_login(install(), folder, Login(username=username, password=password, token=""))
    else:
        _sign_up(server, username, password)
    return Annotator(username=username, password=password, url=server.url)


def _sign_up(server: StudioRunning, username: str, password: str) -> None:
    """By the invitation link, as a person would.

    An account made through the API has no password and no organisation, and cannot log in.
    """
    invitation = Visitor(server.url, server.token).get("/api/invite").json()
    if not isinstance(invitation, dict) or "invite_url" not in invitation:
        raise MeuError(f"{server.url} gives no invitation link; `meu-data studio start` restores the token")
    page, newcomer = str(invitation["invite_url"]), Visitor(server.url)
    newcomer.get(page)
    form = {"email": username, "password": password, "csrfmiddlewaretoken": newcomer.cookie("csrftoken")}
    sent = newcomer.post(page, form)
    me = newcomer.get("/api/current-user/whoami").json()
    if not isinstance(me, dict) or me.get("email") != username:
        raise MeuError(f"{server.url} made no account {username} (status {sent.status}); is it a proper address?")


def _address(name: str) -> str:
    if _NAME.fullmatch(name):
        return f"{name.lower()}@localhost"
    if _ADDRESS.fullmatch(name):
        return name.lower()
    raise MeuError(
        f"{name!r} cannot be a login: letters a to z, digits, dot, dash and underscore, or an e-mail address"
    )


def _usernames(server: StudioRunning) -> set[str]:
    answer = Visitor(server.url, server.token).get("/api/users/")
    users = answer.json()
    if answer.status != OK or not isinstance(users, list):
        raise MeuError(
            f"{server.url} does not list its users (status {answer.status}); `meu-data studio start` restores the token"
        )
    return {str(user["email"]) for user in users}
