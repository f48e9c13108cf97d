"""The inspection as TRL's `environment_factory` wants it (TRL 1.16 or later, trl/trainer/grpo_trainer.py).

TRL calls `reset` with the columns of the row, and offers every other public method to the model as a tool: it tells the
model of them by signature and docstring (`transformers.utils.get_json_schema`). Where the call itself is wrong, an
argument that a method does not have, TRL would answer with Python's own words; here the inspection answers.
"""

import functools
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from meu_data.choices import Language
from meu_data.environments.inspection import Answer, Inspection, Sight
from meu_data.environments.tools import TOOL_NAMES, tool
from meu_data.errors import MeuError

# What TRL takes for a tool's answer: a text, or parts of a message.
Content = str | list[dict[str, Any]]


def _told(method: Callable[..., Content], lang: Language = "en") -> Callable[..., Content]:
    """The tool of a method's name, with whatever arguments; of the method, the signature alone is read."""

    @functools.wraps(method)
    def called(self: "WithoutZoom", *_: object, **arguments: object) -> Content:
        return self._answer(method.__name__, arguments)

    called.__doc__ = _docstring(method.__name__, lang)
    return called


def _docstring(name: str, lang: Language) -> str:
    """What `get_json_schema` of `transformers` makes the very words of the transcripts' tools of."""
    function = tool(name, lang)["function"]
    lines = [function["description"], "", "Args:"]
    for argument, schema in function["parameters"]["properties"].items():
        choices = f" (choices: {json.dumps(schema['enum'])})" if "enum" in schema else ""
        lines.append(f"    {argument}: {schema['description']}{choices}")
    return "\n".join(lines)


class WithoutZoom:
    """An inspection in which nothing can be enlarged: what `zoom` is worth is measured against it."""

    def __init__(self) -> None:
        self._inspection: Inspection | None = None
        self._answers: list[tuple[str, Answer]] = []

    def reset(self, **row: Any) -> None:  # noqa: ANN401 - whatever columns there are
        """Begins with a row of style `actfer-rl`.

        Raises:
            MeuError: The row has no map or nothing about the face, or what it has is damaged.
        """
        picture, seen = row.get("map"), row.get("inspection")
        if picture is None or seen is None:
            raise MeuError(
                "the row has no columns `map` and `inspection`; export them with "
                "`meu-data export OUT --style actfer-rl --for trl`"
            )
        self._inspection, self._answers = Inspection(Sight.of_column(seen, _png(picture))), []

    @_told
    def detect_face(self, image: int) -> Content:  # type: ignore[empty-body]
        """Finds the largest face on a frame, 1 for the onset and 2 for the apex."""

    @_told
    def align_face(self, bbox: list[int]) -> Content:  # type: ignore[empty-body]
        """Cuts the face in a box of the onset frame out of both and answers with the motion map."""

    def _answer(self, tool: str, arguments: Mapping[str, object]) -> Content:
        assert self._inspection is not None, "TRL resets before it calls"
        answer = self._inspection.call(tool, arguments)
        self._answers.append((tool, answer))
        return content(answer)


class FaceInspection(WithoutZoom):
    """The whole inspection: `detect_face`, `align_face`, `zoom`."""

    @_told
    def zoom(self, region: str | None = None, bbox: list[int] | None = None) -> Content:  # type: ignore[empty-body]
        """Enlarges a region of the motion map, or any part of it."""


def content(answer: Answer) -> Content:
    """An answer as the content of a tool's message: the picture in front of the text, as the transcripts have it."""
    if answer.picture is None:
        return answer.text
    return [{"type": "image", "image": _opened(answer.picture)}, {"type": "text", "text": answer.text}]


def _opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB")


def _png(picture: object) -> bytes:
    """The map's file: as `datasets` decoded it, or as it stands in the column."""
    if isinstance(picture, Image.Image):
        stream = io.BytesIO()
        picture.convert("RGB").save(stream, "PNG")
        return stream.getvalue()
    data = picture.get("bytes") if isinstance(picture, Mapping) else picture
    if not isinstance(data, bytes):
        raise MeuError("the column `map` has no pixels; put them there with `meu-data hydrate`")
    return data


def told_in(environment: type[WithoutZoom], lang: Language) -> type[WithoutZoom]:
    """The same environment, whose tools are described to the model in a language.

    Args:
        environment: `FaceInspection` or `WithoutZoom`.
        lang: That of the rows' questions.
    """
    methods = {name: getattr(environment, name) for name in TOOL_NAMES if hasattr(environment, name)}
    return type(environment.__name__, (environment,), {name: _told(one, lang) for name, one in methods.items()})
