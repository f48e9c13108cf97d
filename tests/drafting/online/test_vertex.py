"""Vertex AI: the same SDK and the same requests, with Google's credentials or a key, through the real SDK."""

import http.server
import json
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from meu_data.errors import MeuError
from tests.drafting.online.conftest import KEY
from tests.drafting.online.samples import identifier

TOKEN = "ya29.a-token-of-the-test"


class _Tokens(http.server.BaseHTTPRequestHandler):
    """Gives out a token, or refuses."""

    refuses = False

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = {"error": "invalid_grant"} if self.refuses else {"access_token": TOKEN, "expires_in": 3600}
        data = json.dumps(body).encode()
        self.send_response(400 if self.refuses else 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def vertex(gemini, monkeypatch):
    """The fake as Vertex AI; the path of its last call is in `head`."""
    monkeypatch.delenv("GEMINI_API_KEY")
    monkeypatch.delenv("GOOGLE_GEMINI_BASE_URL")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", gemini.address)
    read = gemini.read
    gemini.heads = []
    gemini.read = lambda head, raw: [gemini.heads.append(head.split(" ")[1]), read(head, raw)][1]
    return gemini


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with the credentials of a service account; returns what gives out its tokens."""
    handler = type("Tokens", (_Tokens,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    account = {
        "type": "service_account",
        "client_email": "meu@example.org",
        "token_uri": f"http://127.0.0.1:{server.server_address[1]}/token",
        "private_key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    }
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "a-project")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west4")
    yield handler
    server.shutdown()
    server.server_close()


PATH = "/projects/a-project/locations/europe-west4/publishers/google/models/gemini-3.8-flash:generateContent"


def test_a_project_is_drafted_with_its_credentials(workspace_of, vertex, project, draft):
    workspace = workspace_of(3)
    vertex.script[identifier(2)] = ["429"]
    summary = draft(workspace)
    assert (summary.drafted, summary.calls) == (3, 4)
    assert {head.partition("/projects")[1] + head.partition("/projects")[2] for head in vertex.heads} == {PATH}
    assert {name.lower(): value for name, value in vertex.headers.items()}["authorization"] == f"Bearer {TOKEN}"
    assert "systemInstruction" in vertex.bodies[identifier(1)]


def test_express_mode_takes_a_key(workspace_of, vertex, draft, monkeypatch):
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    assert draft(workspace_of(1)).drafted == 1
    assert vertex.headers["x-goog-api-key"] == KEY
    assert vertex.heads[0].endswith("/publishers/google/models/gemini-3.8-flash:generateContent")


def test_credentials_that_are_refused_end_the_run_in_words(workspace_of, vertex, project, draft):
    project.refuses = True
    with pytest.raises(MeuError, match="Vertex AI gives no access"):
        draft(workspace_of(2))
    assert vertex.total() == 0


def test_without_credentials_it_says_so(workspace_of, vertex, project, draft, monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "gone.json"))
    with pytest.raises(MeuError, match="Vertex AI"):
        draft(workspace_of(1))
