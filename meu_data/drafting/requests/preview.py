"""The exact request of one sample, to look at before any money is spent."""

import base64
import json
from typing import Any

from meu_data.drafting.providers import provider
from meu_data.drafting.requests.pictures import PictureReader
from meu_data.drafting.requests.prompts import build_spec
from meu_data.drafting.requests.spec import RequestSettings, RequestSpec
from meu_data.errors import MeuError
from meu_data.records import Record, Sample
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.workspace import Workspace


class Preview(Record):
    """A request as it would be sent; `pictures` says what stands where the body has `<picture n>`."""

    key: str
    model: str
    body: dict[str, Any]
    pictures: tuple[str, ...]


@on_a_sound_ledger
def preview(workspace: Workspace, settings: RequestSettings, sample_id: str) -> Preview:
    """Shows the request of a sample; makes no call and needs no key.

    Raises:
        MeuError: There is no such sample, it is not rendered, or a picture is gone.
    """
    chosen = settings.resolved(workspace)
    found = next(workspace.ledger.samples_with_motion(chosen.recipe, only=sample_id), None)
    if found is None:
        known = workspace.ledger.count_samples(only=sample_id)
        reason = "has no map yet: run `meu-data render`" if known else "is not in this workspace"
        raise MeuError(f"the sample {sample_id!r} {reason}")
    return shown(workspace, found[0], build_spec(*found, chosen))


def shown(workspace: Workspace, sample: Sample, spec: RequestSpec) -> Preview:
    """Shows a request about a sample.

    Raises:
        MeuError: A picture is gone.
    """
    data = PictureReader(workspace).read(sample, spec)
    marks = [f"<picture {number}>" for number in range(1, len(data) + 1)]
    sizes = tuple(
        f"{mark}: {picture.mime}, {len(content)} bytes, sha256 {picture.sha256}, {picture.root}: {picture.file}"
        for mark, picture, content in zip(marks, spec.pictures, data, strict=True)
    )
    return Preview(key=spec.key, model=spec.model, body=_body(spec, data, marks), pictures=sizes)


def preview_lines(found: Preview) -> list[str]:
    """The request for a person at a terminal."""
    body = json.dumps(found.body, indent=2, ensure_ascii=False)
    return [f"model {found.model}, key {found.key}", *found.pictures, body]


def _body(spec: RequestSpec, data: list[bytes], marks: list[str]) -> dict[str, Any]:
    body = provider(spec.provider).body(spec, data)
    swaps = {base64.b64encode(content).decode(): mark for content, mark in zip(data, marks, strict=True)}
    found: dict[str, Any] = _swapped(body, swaps)
    return found


def _swapped(node: Any, swaps: dict[str, str]) -> Any:  # noqa: ANN401 - JSON
    """The data with the pictures' base64 replaced by their marks."""
    if isinstance(node, dict):
        return {name: _swapped(value, swaps) for name, value in node.items()}
    if isinstance(node, list):
        return [_swapped(value, swaps) for value in node]
    if isinstance(node, str):
        prefix, comma, tail = node.rpartition(",")
        return prefix + comma + swaps[tail] if tail in swaps else node
    return node
