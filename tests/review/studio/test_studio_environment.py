"""What the server's process gets to know, and what stays in its folder."""

import stat
from pathlib import Path

import pytest

from meu_data.errors import MeuError
from meu_data.review.studio.environment import server_command, server_environment
from meu_data.review.studio.folder import Login, StudioFolder

LOGIN = Login(username="admin@localhost", password="the password", token="the token")
SECRETS = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "OPENAI_API_KEY", "LABEL_STUDIO_API_KEY", "AWS_SECRET_ACCESS_KEY")
# Label Studio reads its settings under these plain names as well.
MISLEADING = ("PORT", "HOST", "DEBUG", "DATABASE_NAME", "DJANGO_DB", "HEARTEX_PASSWORD", "LABEL_STUDIO_PORT")
NETWORK = ("http_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PYTHONPATH")


@pytest.mark.parametrize("name", [*SECRETS, *MISLEADING, *NETWORK])
def test_nothing_of_the_users_environment_reaches_the_server(monkeypatch, tmp_path, name):
    monkeypatch.setenv(name, "of the user")
    assert "of the user" not in server_environment(StudioFolder(tmp_path), LOGIN).values()


def test_the_server_finds_its_tools_and_its_language(monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    environment = server_environment(StudioFolder(tmp_path), LOGIN)
    assert environment["LANG"] == "de_DE.UTF-8"
    assert "PATH" in environment


def test_the_server_serves_files_of_the_maps_only(tmp_path):
    environment = server_environment(StudioFolder(tmp_path), LOGIN)
    assert environment["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] == str(tmp_path / "maps")


def test_no_secret_stands_on_the_command_line():
    command = " ".join(server_command(Path("label-studio"), 8080))
    assert "--internal-host 127.0.0.1 --port 8080" in command
    assert "password" not in command
    assert "token" not in command


def test_the_login_is_made_once_and_is_for_its_owner_alone(tmp_path):
    folder = StudioFolder(tmp_path)
    assert folder.login() is None
    folder.make()
    made = folder.login_or_new()
    assert folder.login_or_new() == folder.login() == made
    assert stat.S_IMODE(folder.login_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
    other = StudioFolder(tmp_path / "other")
    other.make()
    assert other.login_or_new().token != made.token


def test_a_printed_login_shows_no_secret():
    assert "the password" not in repr(LOGIN)
    assert "the token" not in repr(LOGIN)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"username": "admin@localhost"}'])
def test_a_damaged_login_is_told(tmp_path, content):
    folder = StudioFolder(tmp_path)
    folder.make()
    folder.login_file.write_text(content)
    with pytest.raises(MeuError, match=r"login\.json is damaged; remove it"):
        folder.login()
