"""verl's tool class, written down from its source: what it hands to a tool, and what it makes of the answer.

verl/tools/base_tool.py, verl/tools/schemas.py and `_call_tool` of verl/experimental/agent_loop/tool_agent_loop.py of
github.com/volcengine/verl (main, 2026); verl itself needs ray and a GPU.
"""

import asyncio
import importlib
import inspect
import json
import sys
import types
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from pydantic import BaseModel, ConfigDict

from meu_data.environments.tools import tools_json
from tests.environments.test_inspection import FACE, MOUTH, SIGHT


class PropertySchema(BaseModel):
    type: str
    description: str | None = None
    enum: list[str] | None = None


class ParametersSchema(BaseModel):
    type: str
    properties: dict[str, PropertySchema]
    required: list[str]


class FunctionSchema(BaseModel):
    name: str
    description: str
    parameters: ParametersSchema
    strict: bool = False


class OpenAIFunctionToolSchema(BaseModel):
    type: str
    function: FunctionSchema


class ToolResponse(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    text: str | None = None
    image: list[Any] | None = None
    video: list[Any] | None = None


class BaseTool:
    def __init__(self, config: dict, tool_schema: OpenAIFunctionToolSchema):
        self.config, self.tool_schema, self.name = config, tool_schema, tool_schema.function.name

    def get_openai_tool_schema(self):
        return self.tool_schema

    async def create(self, instance_id=None, **kwargs):
        return instance_id or str(uuid4()), ToolResponse()

    async def execute(self, instance_id, parameters, **kwargs):
        return ToolResponse(text="Updated the tool state."), 0.0, {}

    async def calc_reward(self, instance_id, **kwargs):
        return 0.0

    async def release(self, instance_id, **kwargs):
        pass


@pytest.fixture
def tool_class(monkeypatch):
    """Our class over verl's own, as it stands in the source."""
    base, schemas = types.ModuleType("verl.tools.base_tool"), types.ModuleType("verl.tools.schemas")
    base.BaseTool, schemas.ToolResponse, schemas.OpenAIFunctionToolSchema = (
        BaseTool,
        ToolResponse,
        OpenAIFunctionToolSchema,
    )
    for module in (types.ModuleType("verl"), types.ModuleType("verl.tools"), base, schemas):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.delitem(sys.modules, "meu_data.environments.verl", raising=False)
    yield importlib.import_module("meu_data.environments.verl").InspectionTool
    sys.modules.pop("meu_data.environments.verl", None)


async def call(tools, name, arguments, tools_kwargs):
    """`_call_tool`, without what it does to errors."""
    tool = tools[name]
    instance_id, _ = await tool.create(create_kwargs=tools_kwargs.get(name, {}).get("create_kwargs", {}))
    try:
        return await tool.execute(instance_id, arguments, agent_data=object())
    finally:
        await tool.release(instance_id)


def test_verl_calls_each_tool_with_what_the_row_has_for_it(tool_class):
    listed = [OpenAIFunctionToolSchema.model_validate(tool) for tool in json.loads(tools_json("en"))]
    tools = {tool.name: tool for tool in (tool_class({}, schema) for schema in listed)}
    create = {"inspection": SIGHT.column(), "map": SIGHT.map_png}
    kwargs = {name: {"create_kwargs": create | ({"map": None} if name == "detect_face" else {})} for name in tools}

    def answered(name, arguments):
        return asyncio.run(call(tools, name, arguments, kwargs))

    response, reward, metrics = answered("detect_face", {"image": 1})
    assert (json.loads(response.text)["bbox"], response.image, reward) == (list(FACE), None, 0.0)
    response, _, _ = answered("align_face", {"bbox": list(FACE)})
    (picture,) = response.image
    assert isinstance(picture, Image.Image)
    assert picture.size == (128, 96)
    response, _, metrics = answered("zoom", {"region": "left_mouth_corner"})
    assert (json.loads(response.text)["bbox"], metrics) == (list(MOUTH), {"wrong": False})
    response, _, metrics = answered("zoom", {"bbox": "everything"})
    assert "error" in json.loads(response.text)
    assert metrics == {"wrong": True}


def test_the_signatures_are_verls(tool_class):
    for name in ("create", "execute", "release", "calc_reward"):
        ours, theirs = (inspect.signature(getattr(cls, name)).parameters for cls in (tool_class, BaseTool))
        assert [(p.name, p.kind, p.default) for p in ours.values()] == [
            (p.name, p.kind, p.default) for p in theirs.values()
        ]
