"""Faults planted in one row of a sound export: each is found, in that row, and nothing else is."""

import io
import json
import re
import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from meu_data.checking import check
from tests.checking.conftest import data_file, read_rows, write_rows
from tests.export.conftest import png

Change = Callable[[dict], None]


class Fault(NamedTuple):
    """What is done to one row of which export, and what has to be said of it."""

    style: str
    consumer: str
    change: Change
    rule: str
    said: str
    lang: str = "en"
    row: int = 4


def put(**values: object) -> Change:
    """Other values in some columns."""
    return lambda row: row.update(values)


def text(column: str, pattern: str, to: str) -> Change:
    """Other words in a text, which must have been there; `a.0.b` leads into lists and structs."""

    def change(row: dict) -> None:
        *path, last = [int(part) if part.isdecimal() else part for part in column.split(".")]
        for part in path:
            row = row[part]
        row[last], count = re.subn(pattern, to, row[last], count=1, flags=re.DOTALL)
        assert count == 1, "nothing was spoilt"

    return change


def picture(change: Callable[[bytes], bytes | None]) -> Change:
    """Other bytes in the first picture."""

    def apply(row: dict) -> None:
        row["images"][0]["bytes"] = change(row["images"][0]["bytes"])

    return apply


def hashless(change: Callable[[bytes], bytes | None]) -> Change:
    """The same, in a row that does not tell the picture's hash."""

    def apply(row: dict) -> None:
        picture(change)(row)
        row["image_sha256"] = None

    return apply


def bit_flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def bomb(data: bytes) -> bytes:
    """A PNG of few bytes that claims 60,000 x 60,000 pixels."""
    size = struct.pack(">II", 60_000, 60_000) + b"\x08\x02\x00\x00\x00"
    chunk = b"IHDR" + size
    head = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:8] + head + data[33:]


def animated(data: bytes) -> bytes:
    frames = [Image.fromarray(np.full((8, 8, 3), grey, np.uint8)) for grey in (0, 200)]
    stream = io.BytesIO()
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:])
    return stream.getvalue()


HF, TRL, LF = "hf", "trl", "llamafactory"
COT, RL, VQA = "unifer-cot", "unifer-rlvr", "megc-vqa"
# Of the training split rows 1 and 2 are of happiness (L12B+6), row 3 of surprise (2+L1+R1C), row 4 of anger (4). Of the
# challenge's questions about the first clip: coarse, fine, units, side, shown (yes, then no), all.
FAULTS = {
    # UniFER's format
    "a line end behind the answer": Fault(COT, HF, text("response", "$", "\n"), "format", "blanks or line ends around"),
    "no thought": Fault(COT, HF, text("response", "<think>.*</think>", ""), "format", "is not <think>"),
    "tags in capitals": Fault(COT, HF, text("response", "</think>", "</THINK>"), "format", "is not <think>"),
    "words behind the answer": Fault(COT, TRL, text("completion.0.content", "$", " Indeed."), "format", "is not"),
    "an answer without tags": Fault(
        COT, LF, text("messages.1.content", "^.*$", "anger"), "format", "'anger' is not <think>"
    ),
    "the rejected answer without its end": Fault(
        "preference", HF, text("rejected", "</answer>", ""), "format", "the rejected answer"
    ),
    # Labels
    "a label of no corpus": Fault(COT, HF, text("response", "anger</", "joy</"), "label", "'joy' is none of anger"),
    "a label of another corpus": Fault(COT, HF, text("response", "anger</", "repression</"), "label", "is none of"),
    "a label in capitals": Fault(COT, "verl", text("messages.1.content", "anger</", "Anger</"), "label", "'Anger'"),
    "the label of another emotion": Fault(
        COT, HF, text("response", "anger</", "fear</"), "label", "says 'fear', the row's emotion is 'anger'"
    ),
    "another emotion beside a right answer": Fault(
        COT, HF, put(emotion="fear"), "label", "the row's emotion is 'fear'"
    ),
    "a solution that is no label": Fault(
        RL, TRL, put(solution="<answer>angry</answer>"), "label", "the solution 'angry' is none of"
    ),
    "a bare answer that is not the solution": Fault(
        RL, HF, put(answer="fear"), "label", "the column answer says 'fear', the row's emotion is 'anger'"
    ),
    "a ground truth that is no label": Fault(
        RL, "verl", text("reward_model.ground_truth", "anger", "rage"), "label", "'rage' is none of"
    ),
    "an answer of EasyR1 that is no label": Fault(RL, "easyr1", put(answer="rage"), "label", "'rage' is none of"),
    "recognition with a word too many": Fault("mer", HF, put(answer="anger."), "label", "'anger.' is none of"),
    "recognition in Chinese by another emotion": Fault(
        "mer", "qwen-vl", text("conversations.1.value", "愤怒", "恐惧"), "label", "says '恐惧'", lang="zh"
    ),
    "a coarse class that is none": Fault("mellm2", HF, text("answer", "Negative", "Bad"), "label", "'Bad' is none of"),
    "the coarse class of another emotion": Fault(
        "mellm2", TRL, text("completion.0.content", "Negative", "Positive"), "label", "anger is negative"
    ),
    "the coarse class of the challenge": Fault(VQA, HF, put(answer="awful"), "label", "'awful' is none of", row=1),
    "the coarse class of another emotion in the challenge": Fault(
        VQA, HF, put(answer="negative"), "label", "the coarse class is 'negative', but happiness is", row=1
    ),
    "the fine class of the challenge": Fault(VQA, "megc", put(answer="rage"), "label", "'rage' is none of", row=2),
    "the challenge's sentence in other words": Fault(
        VQA, LF, text("messages.1.content", "Therefore, ", "So "), "label", "not worded as the challenge's", row=7
    ),
    # Action units
    "an action unit that the row lacks": Fault(
        COT, HF, text("response", "<think>", "<think>AU9 is there. "), "aus", "names AU9, the row has AU4"
    ),
    "an action unit that there is not": Fault(
        COT, HF, text("response", "<think>", "<think>AU99 is there. "), "aus", "names AU99"
    ),
    "an action unit by name": Fault(
        COT, TRL, text("completion.0.content", "<think>", "<think>A nose wrinkler. "), "aus", "names AU9"
    ),
    "a list of action units": Fault(
        COT, HF, text("response", "<think>", "<think>There are AUs 4, 7 and 9. "), "aus", "names AU7, AU9"
    ),
    "an action unit that the text leaves out": Fault(
        COT, HF, text("response", r"AU4 \(brow lowerer\)", "Nothing"), "aus", "does not name AU4"
    ),
    "an action unit that the text leaves out in Chinese": Fault(
        COT, HF, text("response", "AU4（皱眉）", "没有"), "aus", "does not name AU4", lang="zh"
    ),
    "an action unit too many in Chinese": Fault(
        COT, "ms-swift", text("messages.1.content", "AU4", "AU12与AU4"), "aus", "names AU12", lang="zh"
    ),
    "the name of another action unit": Fault(
        COT, HF, text("response", "brow lowerer", "cheek raiser"), "aus", "calls AU4 'cheek raiser', which is AU6"
    ),
    "the name of another action unit in Chinese": Fault(
        COT, HF, text("response", "皱眉", "皱鼻"), "aus", "calls AU4 '皱鼻', which is AU9", lang="zh"
    ),
    "the other side": Fault(
        COT, HF, text("response", "person's left", "person's right"), "aus", "person's R, the row on L", row=1
    ),
    "the other side in Chinese": Fault(
        COT, HF, text("response", "被摄者左侧", "被摄者右侧"), "aus", "person's R, the row on L", lang="zh", row=1
    ),
    "the other side in a code": Fault(
        COT, HF, text("response", "<think>", "<think>RAU12 is clear. "), "aus", "person's R, the row on L", row=1
    ),
    "another unit in the column": Fault(COT, HF, put(aus=["AU4", "AU7"], facs="4+7"), "aus", "does not name AU7"),
    "a code that is none": Fault(COT, HF, put(aus=["AU4", "brow"]), "aus", "'brow' in aus is no code"),
    "columns that contradict each other": Fault(COT, HF, put(facs="4+7"), "aus", "aus has AU4, facs AU4, AU7"),
    "a notation that is none": Fault(COT, HF, put(facs="four"), "aus", "not read: 'four'"),
    "a unit too many in three parts": Fault(
        "meu", HF, text("answer", "2. Inference: ", "2. Inference: AU9. "), "aus", "names AU9"
    ),
    "a unit too many in three parts in Chinese": Fault(
        "meu", "qwen-vl", text("conversations.1.value", "二、", "AU9。\n二、"), "aus", "names AU9", lang="zh"
    ),
    "a unit too many in two lines": Fault("mellm2", HF, text("answer", "AU4", "AU5, AU4"), "aus", "names AU5"),
    "the challenge's units": Fault(
        VQA,
        HF,
        text("answer", "lip corner puller", "nose wrinkler"),
        "aus",
        "names AU6, AU9, the row has AU6, AU12",
        row=3,
    ),
    "a unit's name of one's own": Fault(VQA, "megc", put(answer="frown"), "aus", "'frown' is no action unit's", row=3),
    "the side of the challenge": Fault(VQA, HF, put(answer="right"), "aus", "is 'right', the row has L", row=4),
    "neither side": Fault(VQA, "megc", put(answer="both"), "aus", "is 'both', not left or right", row=4),
    "a unit that is shown, denied": Fault(VQA, HF, put(answer="no"), "aus", "is 'no', the row has AU6, AU12", row=5),
    "neither yes nor no": Fault(VQA, "megc", put(answer="maybe"), "aus", "'maybe', not yes or no", row=5),
    # Placeholders
    "a placeholder too many": Fault(
        COT, LF, text("messages.0.content", "^", "<image>"), "tags", "2 <image> for 1 pictures"
    ),
    "a placeholder missing": Fault(COT, LF, text("messages.0.content", "<image>", ""), "tags", "0 <image> for 1"),
    "a placeholder missing where most have one": Fault(
        COT, "ms-swift", text("messages.0.content", "<image>", ""), "tags", "no <image> for 1 pictures"
    ),
    "a placeholder that stays in the text": Fault(COT, TRL, text("prompt.0.content", "^", "<image>"), "tags", "leaves"),
    "a placeholder in UniFER's question": Fault(
        RL, HF, text("problem", "$", "<image>"), "tags", "1 <image> in the texts"
    ),
    "EasyR1 without placeholder": Fault(RL, "easyr1", text("problem", "<image>", ""), "tags", "0 <image> for 1"),
    "verl with a placeholder too many": Fault(
        RL, "verl", text("prompt.0.content", "$", "<image>"), "tags", "2 <image>"
    ),
    "Qwen without placeholder": Fault(
        COT, "qwen-vl", text("conversations.0.value", "<image>\n", ""), "tags", "0 <image> for 1"
    ),
    # Pictures
    "no bytes": Fault(COT, HF, picture(lambda data: None), "picture", "there is no such file"),
    "no bytes and no path": Fault(
        COT, HF, lambda row: row["images"][0].update(bytes=None, path=None), "picture", "neither bytes nor a path"
    ),
    "no picture": Fault(COT, HF, hashless(lambda data: b"no picture at all"), "picture", "no picture in PNG"),
    "an empty picture": Fault(COT, HF, hashless(lambda data: b""), "picture", "there are no bytes"),
    "a picture that is cut off": Fault(COT, TRL, hashless(lambda data: data[:-30]), "picture", "cut off"),
    "a picture with a flipped bit": Fault(COT, LF, hashless(bit_flipped), "picture", "damaged"),
    "a picture that fills the memory": Fault(COT, HF, hashless(bomb), "picture", "more than the 12.6"),
    "an animated picture": Fault(COT, HF, hashless(animated), "picture", "several pictures"),
    "a path to nowhere": Fault(
        COT, "qwen-vl", put(image="images/none.png", image_sha256=None), "picture", "images/none.png: there is no such"
    ),
    "a path that leads out": Fault(
        COT, "unifer-json", put(image_path="images/../../secret.png"), "picture", "leads out of the export"
    ),
    "a path of one machine": Fault(COT, "qwen-vl", put(image="/data/a.png", image_sha256=None), "picture", "leads out"),
    "a path of another system": Fault(COT, "unifer-json", put(image_path="C:\\data\\a.png"), "picture", "leads out"),
    "a path with a NUL": Fault(COT, "unifer-json", put(image_path="images/a\0.png"), "picture", "a\\x00.png"),
    # Hashes
    "another picture": Fault(COT, HF, picture(lambda data: png(99)), "hash", "its bytes have the SHA-256"),
    "another hash": Fault(COT, "qwen-vl", put(image_sha256=["0" * 64]), "hash", "000000000000"),
    "another hash among blanks": Fault(RL, "easyr1", put(image_sha256="0" * 64), "hash", "000000000000"),
    "a hash that is none": Fault(COT, HF, put(image_sha256=["abc"]), "hash", "no list of SHA-256"),
    "a hash too many": Fault(COT, HF, put(image_sha256=["0" * 64] * 2), "hash", "2 hashes for 1 pictures"),
    # Pairs
    "nothing to prefer": Fault(
        "preference", HF, lambda row: row.update(rejected=row["chosen"]), "preference", "are the same"
    ),
    # What tools answer from
    "another map behind the tools": Fault(
        "actfer-rl", HF, lambda row: row["map"].update(bytes=row["images"][0]["bytes"]), "tools", "not the one that its"
    ),
    "no map behind the tools": Fault("actfer-rl", TRL, put(map=None), "tools", "no map or no inspection"),
    "a face beyond its frame": Fault(
        "actfer-rl",
        TRL,
        lambda row: row["inspection"].update(apex_bbox=[0, 0, 9999, 9]),
        "tools",
        "a face that is not on",
    ),
    "a region beyond the map": Fault(
        "actfer-rl",
        HF,
        lambda row: row["inspection"]["regions"][0].update(bbox=[0, 0, 9999, 9]),
        "tools",
        "a region that is not on its map",
    ),
    "an inspection of other things": Fault(
        "actfer-rl", HF, lambda row: row["inspection"].update(onset_bbox=[]), "tools", "does not say where face"
    ),
    # Conversations with tools: the call of `detect_face` is the second message
    "a tool that there is not": Fault(
        "actfer", HF, text("messages.1.tool_calls.0.function.name", "^.*$", "smile"), "tools", "'smile' is called, the"
    ),
    "arguments that are no JSON": Fault(
        "actfer", HF, text("messages.1.tool_calls.0.function.arguments", "^{", "("), "tools", "are no JSON object"
    ),
    "an argument that is missing": Fault(
        "actfer",
        HF,
        text("messages.1.tool_calls.0.function.arguments", '"image"', '"frame"'),
        "tools",
        "without 'image'",
    ),
    "a call that nobody answers": Fault(
        "actfer", HF, lambda row: row["messages"].pop(2), "tools", "calls of tools and their answers do not pair"
    ),
    "an argument of another kind": Fault(
        "actfer",
        HF,
        text("messages.1.tool_calls.0.function.arguments", "1", '"1"'),
        "tools",
        "'detect_face' is called with image 1, which is no integer",
    ),
    "an argument that is none of those allowed": Fault(
        "actfer",
        HF,
        text("messages.1.tool_calls.0.function.arguments", "1", "3"),
        "tools",
        "'detect_face' is called with image 3, which is not from 1 to 2",
    ),
    "a box of three edges": Fault(
        "actfer", TRL, text("messages.4.content.0.text", r"\[-?\d+, ", "["), "tools", "bbox of 3 items, not of 4"
    ),
    "a look at a region that the tool does not know": Fault(
        "actfer",
        HF,
        text("messages.5.tool_calls.0.function.arguments", "right_mouth_corner", "right_ear"),
        "tools",
        "'zoom' is called with region right_ear, which is none of middle_forehead, glabella",
    ),
    "an argument that no tool has": Fault(
        "actfer", LF, text("messages.1.content", '"image": 1', '"image": 1, "size": 2'), "tools", "'size', which is no"
    ),
    "a box beyond the frame": Fault(
        "actfer",
        HF,
        text("messages.3.tool_calls.0.function.arguments", r"\d+\]", "9000]"),
        "tools",
        "which does not lie in the picture of 96x80 pixels",
    ),
    "a box upside down": Fault(
        "actfer",
        HF,
        text("messages.6.content.1.text", r"\[(\d+), (\d+), (\d+)", r"[\3, \2, \1"),
        "tools",
        "'zoom' answers with the box [90, 60, 60, 90], which does not lie in the picture of 120x120 pixels",
    ),
    "a face beyond the frame": Fault(
        "actfer",
        LF,
        text("messages.2.content", r'"bbox": \[-?\d+', '"bbox": [-4'),
        "tools",
        "'detect_face' answers with the box",
    ),
    "an answer of another size than its picture": Fault(
        "actfer",
        TRL,
        text("messages.5.content.2.text", '"width": 120', '"width": 121'),
        "tools",
        "tells of 121x120 pixels, its picture has 120x120",
    ),
    # The claims of `show_faces` have this corner go up.
    "a thought between calls that turns a motion": Fault(
        "actfer",
        HF,
        text("messages.5.content.0.text", "</think>", " The left corner of the mouth moves down.</think>"),
        "agreement",
        "The left corner of the mouth moves down",
    ),
    "a thought before a call of another trainer": Fault(
        "actfer",
        LF,
        text("messages.5.content", "</think>", "The left corner of the mouth moves down.\n</think>"),
        "agreement",
        "The left corner of the mouth moves down",
    ),
    "tools that are none": Fault("actfer", HF, put(tools="zoom"), "tools", "no list of functions with a name"),
    "a call in LLaMA-Factory's words": Fault(
        "actfer", LF, text("messages.1.content", "detect_face", "detect"), "tools", "'detect' is called"
    ),
    "a call that is no JSON in LLaMA-Factory's words": Fault(
        "actfer", LF, text("messages.1.content", "}}$", "}"), "tools", "no JSON with the tool's name"
    ),
    "a call in ms-swift's words": Fault(
        "actfer", "ms-swift", text("messages.2.content", "detect_face", "detect"), "tools", "'detect' is called"
    ),
    "an answer without its call in ms-swift's words": Fault(
        "actfer", "ms-swift", lambda row: row["messages"].pop(2), "tools", "do not pair"
    ),
    "a call in Qwen's tags": Fault(
        "actfer", TRL, text("messages.2.content.0.text", '"detect_face"', '"detect"'), "tools", "'detect' is called"
    ),
    "a call in Qwen's tags that is no JSON": Fault(
        "actfer",
        "verl",
        text("messages.2.content", '"arguments"', "arguments"),
        "tools",
        "no JSON with the tool's name",
    ),
    "a picture that no part shows": Fault(
        "actfer", HF, lambda row: row["messages"][0]["content"].pop(0), "tags", "parts are pictures, the row has"
    ),
    "a placeholder beside parts": Fault(
        "actfer", TRL, text("messages.1.content.2.text", "^", "<image>"), "tags", "1 <image> in the texts"
    ),
    "a part that is neither text nor picture": Fault(
        "actfer", HF, lambda row: row["messages"][0]["content"][0].update(type="video"), "schema", "neither a text nor"
    ),
    "a conversation that ends with a call": Fault(
        "actfer", HF, lambda row: row["messages"].pop(), "schema", "ends with a turn of 'tool'"
    ),
    # Identity and splits
    "no id": Fault(COT, HF, put(id=None), "id", "the id is None, not a text"),
    "an empty id": Fault(COT, "qwen-vl", put(id=""), "id", "the id is"),
    "another split": Fault(COT, HF, put(split="testA", subject="x"), "split", "says testA, the file's name train"),
    "a subject of the other split": Fault(
        COT, "qwen-vl", put(subject="testAS0"), "subject", "testAS0 of dfme is in the split train and in testA"
    ),
    # Shape
    "no question": Fault(COT, HF, put(question=None), "schema", "question is missing"),
    "a blank answer": Fault("mer", HF, put(answer=" \n"), "schema", "answer is blank"),
    "a question that is a number": Fault(COT, "unifer-json", put(question=7), "schema", "question is 7, not a text"),
    "no conversation": Fault(COT, LF, put(messages=[]), "schema", "messages is empty, not a conversation"),
    "a conversation that ends with the user": Fault(
        COT, LF, text("messages.1.role", "assistant", "user"), "schema", "ends with a turn of 'user'"
    ),
    "a role that nobody knows": Fault(
        COT, LF, text("messages.1.role", "assistant", "model"), "schema", "said by model"
    ),
    "a message without text": Fault(
        COT, TRL, lambda row: row["completion"][0].update(content=None), "schema", "completion[0] says missing"
    ),
    "an empty answer": Fault(
        COT, "qwen-vl", lambda row: row["conversations"][1].update(value=""), "schema", "the answer in conversations"
    ),
    "a picture that is a number": Fault(COT, "qwen-vl", put(image=[7]), "schema", "image[0] is 7, neither a picture"),
    "nobody asks": Fault(
        COT, LF, text("messages.0.role", "user", "system"), "schema", "the user asks nothing in messages"
    ),
    "no ground truth": Fault(RL, "verl", put(reward_model=None), "schema", "reward_model is no struct"),
    "no source of the data": Fault(RL, "verl", put(data_source=""), "schema", "data_source is empty"),
    "an answer to fill in that is no text": Fault(
        VQA, "megc", put(answer=None), "schema", "leave it empty where it is to be filled in", row=2
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_in_its_row_and_nothing_else(spoilt, fault):
    out = spoilt(fault.style, fault.consumer, fault.lang)
    path = data_file(out) if "filled in" not in fault.said else next((out / "data").glob("*_to_answer.jsonl"))
    rows = read_rows(path)
    fault.change(rows[fault.row - 1])
    write_rows(path, rows)
    summary = check(out)
    assert [(found.rule, found.row) for found in summary.findings] == [(fault.rule, fault.row)], summary.findings
    (found,) = summary.findings
    assert fault.said in found.wrong
    assert found.file == path.relative_to(out).as_posix()
    assert found.id == (rows[fault.row - 1].get("id") or None if fault.consumer != "verl" else found.id)
    assert summary.problems_by_rule == {fault.rule: 1}
    json.loads(summary.model_dump_json())


def test_an_id_that_comes_twice_is_told_where_it_comes_again(spoilt):
    out = spoilt(COT)
    train, test = data_file(out), data_file(out, "testA")
    rows, others = read_rows(train), read_rows(test)
    rows[2]["id"] = rows[0]["id"]
    rows[3]["id"] = others[1]["id"]
    write_rows(train, rows)
    found = check(out).findings
    # Files are read in the order of their names, testA before train.
    assert [(one.file, one.row, one.rule, one.id) for one in found] == [
        ("data/train-00000-of-00001.parquet", 3, "id", rows[0]["id"]),
        ("data/train-00000-of-00001.parquet", 4, "id", others[1]["id"]),
    ]


def test_a_subject_in_two_splits_is_told_once_for_each_further_split(spoilt):
    out = spoilt(COT)
    path = data_file(out)
    rows = read_rows(path)
    for row in rows:
        row["subject"] = "testAS0"
    write_rows(path, rows)
    assert [(one.rule, one.row) for one in check(out).findings] == [("subject", 1)]


def test_the_same_name_in_two_corpora_is_two_people(spoilt):
    out = spoilt(COT)
    path = data_file(out)
    rows = read_rows(path)
    for row in rows:
        row |= {"subject": "testAS0", "corpus": "casme3"}
    write_rows(path, rows)
    assert check(out).findings == ()


def test_every_row_of_a_file_may_be_wrong_in_several_ways(spoilt):
    out = spoilt(COT)
    path = data_file(out)
    rows = read_rows(path)
    for row in rows:
        row |= {"response": "AU9", "split": "other"}
        row["images"][0]["bytes"] = b"x"
    write_rows(path, rows)
    summary = check(out)
    assert summary.problems_by_rule == {"format": 4, "split": 4, "picture": 4, "hash": 4}
    assert [found.row for found in summary.findings] == sorted([1, 2, 3, 4] * 4)
