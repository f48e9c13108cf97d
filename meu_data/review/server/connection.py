"""Which Label Studio a command talks to, and as whom."""

import os
import urllib.parse
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.review.server.client import Server
from meu_data.review.studio import StudioRunning, credentials
from meu_data.secrets import SERVICE, from_keyring

VARIABLE = "LABEL_STUDIO_API_KEY"
_USER = "label-studio"


def connect(workspace: Path, url: str | None = None) -> Server:
    """The Label Studio to work with, asked who we are.

    Args:
        workspace: The workspace's folder.
        url: A team's server, whose token comes from LABEL_STUDIO_API_KEY or the keyring (service `meu-data`, user
            `label-studio`); the workspace's own server when None.

    Raises:
        MeuError: There is no server or no token, nobody answers, or the token is not taken.
        MissingExtraError: label-studio-sdk is not installed.
    """
    server = _own(workspace) if url is None else _named(workspace, plain_url(url))
    server.who()
    return server


def plain_url(text: str) -> str:
    """A server's URL as it is stored and compared: without a slash at its end.

    Raises:
        MeuError: It is no http or https URL, or it holds a password, which would end up in the ledger.
    """
    text = text.strip().rstrip("/")
    try:
        parts = urllib.parse.urlsplit(text)
        sound = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        raise MeuError(f"{text!r} is no URL of a server; write one such as https://label.example.org") from None
    if "@" in parts.netloc:
        raise MeuError(f"leave name and password out of the URL of {parts.hostname}; the token goes into {VARIABLE}")
    if not sound or parts.query or parts.fragment:
        raise MeuError(f"{text!r} is no URL of a server; write one such as https://label.example.org")
    return text


def _own(workspace: Path) -> Server:
    own = credentials(workspace)
    if own is None:
        raise MeuError(
            "there is no Label Studio to talk to: start one with `meu-data studio start`, or name a server with --url"
        )
    return _server_of(own)


def _server_of(own: StudioRunning) -> Server:
    return Server(plain_url(own.url), own.token, str(own.login_file))


def _named(workspace: Path, url: str) -> Server:
    try:
        own = credentials(workspace)
    except MeuError:
        own = None
    if own is not None and plain_url(own.url) == url:
        return _server_of(own)
    if from_environment := os.environ.get(VARIABLE, "").strip():
        return Server(url, from_environment, VARIABLE)
    if stored := from_keyring(_USER):
        return Server(url, stored, "the keyring")
    raise MeuError(f"there is no token for {url}: set {VARIABLE}, or store it with `keyring set {SERVICE} {_USER}`")
