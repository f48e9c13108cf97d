"""A batch's requests, with their pictures, and the key go to the address that the user chose, and nowhere else."""

import contextlib
import json

import pytest

from meu_data.drafting.batch.service import BatchError, BatchService
from tests.drafting.redirects import CODES, redirecting

CALLS = {
    "upload": lambda service, folder: service.upload(folder / "requests.jsonl", "meu-1"),
    "create": lambda service, folder: service.create("gemini-3.8-flash", "meu-1"),
    "list": lambda service, folder: service.named({"meu-1"}),
    "look": lambda service, folder: service.look("batches/job1"),
    "cancel": lambda service, folder: service.cancel("batches/job1"),
    "download": lambda service, folder: service.download("files/results", folder / "results.jsonl"),
}


@pytest.fixture
def service(monkeypatch, tmp_path):
    (tmp_path / "requests.jsonl").write_text(json.dumps({"key": "k", "request": {}}))
    with redirecting() as servers:
        monkeypatch.setenv("GEMINI_API_KEY", "secret-key-of-the-user")
        monkeypatch.delenv("GOOGLE_API_KEY", raising=False)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", servers.url)
        with contextlib.closing(BatchService.connect(first_delay_s=0.001)) as service:
            yield service, servers


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_batch_is_not_sent_on(service, tmp_path, call, code):
    service, servers = service
    servers.code = code
    with pytest.raises(BatchError, match="check the base address"):
        call(service, tmp_path)
    assert servers.arrived == []
    assert len(servers.asked) == 1


@pytest.mark.parametrize("code", CODES)
def test_the_beginning_of_an_upload_is_not_sent_on(service, tmp_path, code):
    service, servers = service
    servers.code = code
    servers.first = {"/v1/files/meu-1": {}}
    with pytest.raises(BatchError, match="check the base address"):
        service.upload(tmp_path / "requests.jsonl", "meu-1")
    assert servers.arrived == []
    assert servers.asked == ["DELETE /v1/files/meu-1", "POST /upload/v1/files"]


@pytest.mark.parametrize("code", CODES)
def test_the_parts_of_an_upload_are_not_sent_on(service, tmp_path, code):
    service, servers = service
    servers.code = code
    # The old file of the name is removed, and the upload begins; then its content is sent on.
    session = {"x-goog-upload-url": f"{servers.url}/session", "x-goog-upload-status": "active"}
    servers.first = {"/v1/files/meu-1": {}, "/upload/v1/files": session}
    with pytest.raises(BatchError, match="check the base address"):
        service.upload(tmp_path / "requests.jsonl", "meu-1")
    assert servers.arrived == []
    assert servers.asked == ["DELETE /v1/files/meu-1", "POST /upload/v1/files", "POST /session"]


@pytest.mark.parametrize("code", CODES)
def test_a_file_that_would_be_removed_elsewhere_stays(service, code):
    service, servers = service
    servers.code = code
    assert service.delete_file("files/meu-1") is False
    assert servers.arrived == []
