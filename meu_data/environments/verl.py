"""The inspection as verl's tool class (verl/tools/base_tool.py of github.com/volcengine/verl), which verl imports.

verl makes an instance of a tool for each call, from the `create_kwargs` that the row has for the tool, and tells it
nothing of earlier calls: the face counts as aligned. One class serves all three tools; the name in the schema decides.
"""

import io
from typing import Any
from uuid import uuid4

from PIL import Image
from verl.tools.base_tool import BaseTool
from verl.tools.schemas import OpenAIFunctionToolSchema, ToolResponse

from meu_data.environments.inspection import Inspection, Sight
from meu_data.environments.tools import DETECT
from meu_data.errors import MeuError


class InspectionTool(BaseTool):  # type: ignore[misc]  # verl is not installed where this is checked
    """One of `detect_face`, `align_face` and `zoom`, on the pictures of a row of `--style actfer-rl --for verl`."""

    def __init__(self, config: dict[str, Any], tool_schema: OpenAIFunctionToolSchema) -> None:
        super().__init__(config, tool_schema)
        self._inspections: dict[str, Inspection] = {}

    async def create(self, instance_id: str | None = None, **kwargs: Any) -> tuple[str, ToolResponse]:  # noqa: ANN401
        """Makes an instance.

        Args:
            instance_id: Its name; a new one when None.
            **kwargs: `create_kwargs`: `inspection` and `map` of the row.

        Raises:
            MeuError: The row has no map, or the inspection says something else than ours do.
        """
        name, given = instance_id or str(uuid4()), kwargs["create_kwargs"]
        if not given["map"] and self.name != DETECT:
            raise MeuError(f"the row has no map for {self.name} to show; put it there with `meu-data hydrate`")
        self._inspections[name] = Inspection(Sight.of_column(given["inspection"], given["map"] or b""), aligned=True)
        return name, ToolResponse()

    async def execute(
        self,
        instance_id: str,
        parameters: dict[str, Any],
        **kwargs: Any,  # noqa: ANN401
    ) -> tuple[ToolResponse, float, dict[str, Any]]:
        """Calls the tool.

        Args:
            instance_id: As `create` said.
            parameters: What the model wrote.
            **kwargs: Not used.

        Returns:
            The answer, a reward of 0, and whether the call could not be done.
        """
        answer = self._inspections[instance_id].call(self.name, parameters)
        pictures = None if answer.picture is None else [_opened(answer.picture)]
        return ToolResponse(text=answer.text, image=pictures), 0.0, {"wrong": answer.wrong}

    async def release(self, instance_id: str, **kwargs: Any) -> None:  # noqa: ANN401
        """Forgets an instance."""
        self._inspections.pop(instance_id, None)


def _opened(png: bytes) -> Image.Image:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB")
