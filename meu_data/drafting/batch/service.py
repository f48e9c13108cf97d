"""The batch interface of the Gemini Developer API through google-genai: request files, jobs, results.

What may be asked twice (upload, list, get, download, delete) is tried again on a fault. Making a job is not: it is
not idempotent, so its faults are told apart by what may have happened.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, TypeVar

from meu_data.drafting.providers.gemini import KEY_NAMES
from meu_data.drafting.providers.transport import REDIRECTED, never_sent, transport_error
from meu_data.errors import MeuError, MissingExtraError
from meu_data.secrets import api_key, key_hint, without_keys
from meu_data.store.files import explained

if TYPE_CHECKING:
    from google import genai
    from google.genai import types

Phase = Literal["waiting", "running", "succeeded", "failed", "cancelled", "expired", "gone"]

_PHASES: dict[str, Phase] = {
    "PENDING": "waiting",
    "QUEUED": "waiting",
    "UNSPECIFIED": "waiting",
    "SUCCEEDED": "succeeded",
    "PARTIALLY_SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "EXPIRED": "expired",
}
# The service answers 403 for a file that it does not have.
_NO_FILE = frozenset({403, 404})
_TRIES = 4
_TIMEOUT_S = 300
_Result = TypeVar("_Result")


class JobStatus(NamedTuple):
    """What the service says of a job; `results` is the name of its file of results."""

    job: str
    name: str
    phase: Phase
    results: str | None


class BatchError(MeuError):
    """The service does not do what was asked, and trying again at once is no use."""


class Full(BatchError):  # noqa: N818 - what happened, not an error in the program
    """429: it takes no more for now, and made no job."""


class Gone(BatchError):  # noqa: N818
    """A file is not there any more: the service keeps files for two days."""


class MaybeMade(BatchError):  # noqa: N818
    """The answer to the making of a job was lost: the job may exist."""


class BatchService:
    """One client of the Developer API."""

    def __init__(self, client: "genai.Client", *, first_delay_s: float = 1.0) -> None:
        """Prefer `connect`.

        Args:
            client: With retries turned off.
            first_delay_s: Wait before the second try of what may be tried again; doubled each time.
        """
        self._client = client
        self._first_delay_s = first_delay_s

    @classmethod
    def connect(cls, *, first_delay_s: float = 1.0) -> Self:
        """Opens a client.

        Raises:
            MissingExtraError: google-genai is not installed.
            MeuError: There is no key, or the SDK is set to Vertex, whose batches are made in other ways.
        """
        try:
            from google import genai
            from google.genai import types
        except ImportError as error:
            raise MissingExtraError(
                "drafting with Gemini needs google-genai: run `pip install 'meu-data[gemini]'`"
            ) from error
        options = types.HttpOptions(
            timeout=_TIMEOUT_S * 1000,
            retry_options=types.HttpRetryOptions(attempts=1),
            # The SDK would send the key and the pictures wherever it is sent on to.
            client_args={"follow_redirects": False},
        )
        try:
            client = genai.Client(api_key=api_key("gemini", KEY_NAMES), http_options=options)
        except ValueError as error:
            hint = key_hint("gemini", KEY_NAMES)
            raise MeuError(f"there is no key for Gemini: {hint} ({without_keys(str(error))})") from error
        if client.vertexai:
            client.close()
            raise MeuError(
                "batch mode speaks to the Gemini Developer API: unset GOOGLE_GENAI_USE_VERTEXAI, or use --mode flex"
            )
        return cls(client, first_delay_s=first_delay_s)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def upload(self, path: Path, name: str) -> None:
        """Uploads a file of requests under the name `files/<name>`, in place of an earlier one.

        Raises:
            BatchError: It cannot be uploaded.
        """
        from google.genai import types

        config = types.UploadFileConfig(name=name, display_name=name, mime_type="application/jsonl")

        def once() -> None:
            # A first try may have got through without an answer; the name is then taken.
            self._delete(f"files/{name}")
            self._client.files.upload(file=path, config=config)

        self._patiently("upload the requests", once)

    def create(self, model: str, name: str) -> JobStatus:
        """Makes a job of the requests in `files/<name>`, with `name` as its displayName. Never tried again.

        Raises:
            Full: The service takes no more for now; there is no job.
            MaybeMade: There may be a job.
            BatchError: The service refuses; there is no job.
        """
        from google.genai import errors, types

        try:
            made = self._client.batches.create(
                model=model, src=f"files/{name}", config=types.CreateBatchJobConfig(display_name=name)
            )
        except errors.APIError as error:
            message = _message(error)
            if error.code == 429:
                raise Full(f"the service takes no more batches for now ({message})") from error
            if error.code >= 500:
                raise MaybeMade(f"the batch may not have been made ({message})") from error
            raise BatchError(f"the service refuses the batch ({message})") from error
        except Exception as error:
            if not _of_transport(error):
                raise
            message = without_keys(f"{type(error).__name__}: {error}")
            if never_sent(error):
                raise BatchError(f"the service cannot be reached ({message})") from error
            raise MaybeMade(f"the batch may not have been made ({message})") from error
        return _status_of(made)

    def named(self, names: set[str]) -> dict[str, list[JobStatus]]:
        """The jobs with these displayNames, oldest first.

        Raises:
            BatchError: The list cannot be read.
        """
        from google.genai import types

        def once() -> dict[str, list[JobStatus]]:
            found: dict[str, list[JobStatus]] = {name: [] for name in names}
            for job in self._client.batches.list(config=types.ListBatchJobsConfig(page_size=100)):
                if job.display_name in found:
                    found[job.display_name].insert(0, _status_of(job))
            return found

        return self._patiently("list the batches", once)

    def look(self, job: str) -> JobStatus:
        """How far a job is; phase `gone` when the service does not know it.

        Raises:
            BatchError: The service does not say.
        """
        from google.genai import errors

        def once() -> JobStatus:
            try:
                return _status_of(self._client.batches.get(name=job))
            except errors.APIError as error:
                if error.code == 404:
                    return JobStatus(job, "", "gone", None)
                raise

        return self._patiently(f"look at {job}", once)

    def cancel(self, job: str) -> None:
        """Calls a job off; it may still end otherwise.

        Raises:
            BatchError: The service refuses.
        """
        self._patiently(f"cancel {job}", lambda: self._client.batches.cancel(name=job))

    def download(self, file: str, path: Path) -> None:
        """Writes a file of results to `path`.

        Raises:
            Gone: The service does not have it any more.
            BatchError: It cannot be read.
            MeuError: There is no room for it.
        """
        from google.genai import errors

        def once() -> None:
            try:
                with path.open("wb") as stream:
                    self._client.files.download(file=file, destination=stream)
            except errors.APIError as error:
                if error.code not in _NO_FILE:
                    raise
                raise Gone(f"{file} is not there any more ({_message(error)})") from error

        with explained(path):
            self._patiently(f"download {file}", once)

    def delete_file(self, file: str) -> bool:
        """Removes a file.

        Returns:
            Whether it is gone; a service that fails keeps it, and drops it by itself after two days.
        """
        try:
            self._patiently(f"delete {file}", lambda: self._delete(file))
        except BatchError:
            return False
        return True

    def _delete(self, file: str) -> None:
        from google.genai import errors

        try:
            self._client.files.delete(name=file)
        except errors.APIError as error:
            if error.code not in _NO_FILE:
                raise

    def _patiently(self, what: str, once: Callable[[], _Result]) -> _Result:
        from google.genai import errors

        for tries in range(1, _TRIES + 1):
            try:
                return once()
            except BatchError:
                raise
            except errors.APIError as error:
                if tries == _TRIES or (error.code < 500 and error.code != 429):
                    raise BatchError(f"cannot {what}: {_message(error)}") from error
            except Exception as error:
                if not _of_transport(error):
                    raise
                if tries == _TRIES:
                    reason = without_keys(f"{type(error).__name__}: {error}")
                    raise BatchError(f"cannot {what}: {reason}") from error
            time.sleep(self._first_delay_s * 2 ** (tries - 1))
        raise AssertionError("the last try returns or raises")


def _status_of(job: "types.BatchJob") -> JobStatus:
    state = "" if job.state is None else str(job.state.value).removeprefix("JOB_STATE_").removeprefix("BATCH_STATE_")
    # A job without a state was just made; states that are not in the table are steps on the way.
    phase = _PHASES.get(state, "running") if state else "waiting"
    results = job.dest.file_name if job.dest else None
    return JobStatus(job.name or "", job.display_name or "", phase, results)


def _message(error: Exception) -> str:
    if 300 <= (getattr(error, "code", None) or 0) < 400:
        return REDIRECTED
    text = getattr(error, "message", None) or str(error)
    return without_keys(f"{getattr(error, 'code', '')} {text}".strip())


def _of_transport(error: Exception) -> bool:
    """Whether this is a failure of the network, or an answer that is none of the service's; not one of the disk."""
    if isinstance(error, OSError):
        return isinstance(error, (ConnectionError, TimeoutError))
    return transport_error(error) or isinstance(error, (KeyError, ValueError))
