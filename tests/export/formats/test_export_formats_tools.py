"""How each trainer wants conversations with tools, and pairs of answers."""

import json
import re

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.export import export
from tests.export.faces import fill_for
from tests.export.read_back import MESSAGES, pictures, read, split_by_verl


def parts(turns, kind):
    return [part for turn in turns for part in turn["content"] if part["type"] == kind]


def test_trl_learns_a_conversation_with_tools_from_plain_turns(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "actfer", "trl")
    assert not {"prompt", "completion", "tools"} & set(schema.names)
    for row in rows:
        turns = row["messages"]
        # data_utils.py, prepare_multimodal_messages: a tool's turn gets no picture, every part elsewhere gets one.
        assert [turn["role"] for turn in turns] == ["system", *["user", "assistant"] * (len(turns) // 2)]
        assert len(parts(turns, "image")) == len(pictures(row)) > 3
        for part in parts(turns, "image"):
            assert set(part) <= {"type", "text"}
        assert all(part["text"] for part in parts(turns, "text"))


def rendered(turns):
    """What Qwen's chat template makes of plain turns, with one sign for each picture."""
    told = []
    for turn in turns:
        content = turn["content"]
        if not isinstance(content, str):
            content = "".join("<image>" if part["type"] == "image" else part["text"] for part in content)
        told.append(f"<|im_start|>{turn['role']}\n{content}<|im_end|>\n")
    return "".join(told)


def as_qwen_renders_tools(messages, tools):
    """What Qwen3-VL's chat template makes of OpenAI's form, written down from it."""
    listed = "".join("\n" + json.dumps(tool, ensure_ascii=False) for tool in json.loads(tools))
    told = (
        "<|im_start|>system\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are "
        f"provided with function signatures within <tools></tools> XML tags:\n<tools>{listed}\n</tools>\n\nFor each "
        "function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:"
        '\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n'
    )
    for message in messages:
        content = "".join("<image>" if part["type"] == "image" else part["text"] for part in message["content"])
        role = message["role"]
        if role == "tool":
            role, content = "user", f"<tool_response>\n{content}\n</tool_response>"
        for call in message["tool_calls"] or []:
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            content += f'\n<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'
        told += f"<|im_start|>{role}\n{content}<|im_end|>\n"
    return told


def test_a_model_reads_the_same_whoever_spells_the_tools(corpus, tmp_path):
    fill_for(corpus, "actfer", {"train": 2})
    found = {}
    for consumer in ("hf", "trl", "verl"):
        export(corpus.workspace, tmp_path / consumer, style="actfer", format=consumer, source="drafts")
        found[consumer] = pq.read_table(next(tmp_path.glob(f"{consumer}/data/*.parquet"))).to_pylist()
    for row, trl, verl in zip(found["hf"], found["trl"], found["verl"], strict=True):
        assert (
            as_qwen_renders_tools(row["messages"], row["tools"])
            == rendered(trl["messages"])
            == rendered(verl["messages"])
        )
        assert split_by_verl(verl) == len(row["images"])
        assert [cell["path"] for cell in row["images"]] == [cell["path"] for cell in verl["images"]]


def test_llamafactory_reads_calls_behind_their_thoughts(corpus, tmp_path):
    out = tmp_path / "out"
    schema, rows = read(corpus, out, "actfer", "llamafactory")
    entry = json.loads((out / "dataset_info.json").read_text(encoding="utf-8"))["meu_train"]
    assert entry["columns"] == {"messages": "messages", "tools": "tools", "images": "images"}
    assert (entry["tags"]["function_tag"], entry["tags"]["observation_tag"]) == ("function_call", "observation")
    assert schema.field("tools").type == pa.string()
    for row in rows:
        turns = row["messages"]
        # converter.py: odd turns ask or observe, even ones answer or call, and there are as many of each.
        assert {turn["role"] for turn in turns[::2]} == {"user", "observation"}
        assert {turn["role"] for turn in turns[1::2]} == {"function_call", "assistant"}
        assert len(turns) % 2 == 0
        assert sum(turn["content"].count("<image>") for turn in turns) == len(pictures(row))
        for turn in turns:
            if turn["role"] == "function_call":
                # formatter.py, FunctionFormatter, with the thought words of the templates up to and from 0.9.5.
                for words in (("<think>\n", "\n</think>\n\n"), ("<think>", "</think>")):
                    thought = re.search(f"{re.escape(words[0])}(.*?){re.escape(words[1])}", turn["content"], re.DOTALL)
                    call = json.loads(turn["content"].replace(thought.group(0), ""))
                    assert set(call) == {"name", "arguments"}
                assert "<tool_call>" not in turn["content"]
        assert all(tool["type"] == "function" for tool in json.loads(row["tools"]))


def test_ms_swift_has_a_role_for_each_step(corpus, tmp_path):
    _, rows = read(corpus, tmp_path / "out", "actfer", "ms-swift")
    for row in rows:
        roles = [turn["role"] for turn in row["messages"]]
        assert roles == ["user", *["assistant", "tool_call", "tool_response"] * (len(roles) // 3), "assistant"]
        for turn in row["messages"]:
            if turn["role"] == "tool_call":
                assert set(json.loads(turn["content"])) == {"name", "arguments"}
        assert sum(turn["content"].count("<image>") for turn in row["messages"]) == len(pictures(row))
        assert isinstance(json.loads(row["tools"]), list)


def test_trl_compares_two_answers_to_one_prompt(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "preference", "trl")
    assert all(schema.field(name).type == MESSAGES for name in ("prompt", "chosen", "rejected"))
    assert not {"completion", "messages"} & set(schema.names)
    assert len(rows) == 5
    for row in rows:
        (asked,), (chosen,), (rejected,) = (row[name] for name in ("prompt", "chosen", "rejected"))
        assert [turn["role"] for turn in (asked, chosen, rejected)] == ["user", "assistant", "assistant"]
        assert "A person says" in chosen["content"]
        assert "A person says" not in rejected["content"]
        # dpo_trainer.py puts the pictures into the prompt and wants none in the answers.
        assert "<image>" not in json.dumps([asked, chosen, rejected])
        assert len(pictures(row)) == 1


def test_llamafactory_ranks_two_messages(corpus, tmp_path):
    out = tmp_path / "out"
    _, rows = read(corpus, out, "preference", "llamafactory")
    for entry in json.loads((out / "dataset_info.json").read_text(encoding="utf-8")).values():
        assert entry["ranking"] is True
        columns = entry["columns"]
    assert columns == {name: name for name in ("messages", "chosen", "rejected", "images")}
    for row in rows:
        # converter.py: the messages end with the user's, and both answers are messages of the assistant.
        (asked,) = row["messages"]
        assert [turn["role"] for turn in (asked, row["chosen"], row["rejected"])] == ["user", "assistant", "assistant"]
        assert asked["content"].count("<image>") == len(pictures(row)) == 1
        assert "A person says" in row["chosen"]["content"]
        assert "A person says" not in row["rejected"]["content"]


def test_ms_swift_has_the_rejected_answer_as_a_text(corpus, tmp_path):
    _, rows = read(corpus, tmp_path / "out", "preference", "ms-swift")
    for row in rows:
        assert [turn["role"] for turn in row["messages"]] == ["user", "assistant"]
        # core.py, _check_rejected_response.
        assert row["rejected_response"] != row["messages"][-1]["content"]
        assert "A person says" in row["messages"][-1]["content"]
        assert row["messages"][0]["content"].count("<image>") == len(pictures(row)) == 1
