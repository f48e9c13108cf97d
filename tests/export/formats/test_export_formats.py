"""The contract of each consumer, written down from its source; the rows are read back as it would read them."""

import json
import os
import re
import tarfile

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data import rewards
from meu_data.corpora.corpus import labels_of
from meu_data.export import export
from tests import ROOT
from tests.export.pairs import ANSWERS, SINGLE
from tests.export.read_back import IMAGES, MESSAGES, pictures, read, split_by_verl


@pytest.mark.parametrize("style", ANSWERS)
def test_trl_sft_has_a_prompt_and_a_completion_and_no_placeholder(corpus, tmp_path, style):
    schema, rows = read(corpus, tmp_path / "out", style, "trl")
    assert (schema.field("prompt").type, schema.field("completion").type) == (MESSAGES, MESSAGES)
    # `messages` would be trained on from the first token of the question.
    assert "messages" not in schema.names
    # trl/trainer/sft_trainer.py takes a set with a column of pictures for one of vision.
    assert ("images" in schema.names) == (style != "mellm2")
    for row in rows:
        assert [turn["role"] for turn in row["prompt"] + row["completion"]] == ["user", "assistant"]
        assert "<image>" not in json.dumps([row["prompt"], row["completion"]])
        assert len(pictures(row)) == (style != "mellm2")


def test_trl_grpo_has_the_prompt_and_what_rewards_look_at(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "trl")
    assert schema.field("prompt").type == MESSAGES
    assert schema.field("images").type == IMAGES
    assert not {"completion", "completions", "messages"} & set(schema.names)
    for row in rows:
        assert [turn["role"] for turn in row["prompt"]] == ["user"]
        assert "<image>" not in row["prompt"][0]["content"]
        assert row["solution"] == f"<answer>{row['answer']}</answer>"
        assert row["aus"]
        assert row["motion"][0]["region"] == "left_mouth_corner"
        assert len(pictures(row)) == 1


@pytest.mark.parametrize("style", ANSWERS)
def test_llamafactory_finds_each_split_by_dataset_info_and_counts_its_tags(corpus, tmp_path, style):
    out = tmp_path / "out"
    schema, _ = read(corpus, out, style, "llamafactory")
    info = json.loads((out / "dataset_info.json").read_text(encoding="utf-8"))
    assert set(info) == {"meu_train", "meu_testA"}
    for name, entry in info.items():
        assert entry["formatting"] == "sharegpt"
        columns, tags = entry["columns"], entry["tags"]
        assert set(columns.values()) <= set(schema.names)
        # loader.py takes every file of a folder, and all must be of one kind.
        files = list((out / entry["file_name"]).iterdir())
        assert {file.suffix for file in files} == {".parquet"}
        rows = [row for file in files for row in pq.read_table(file).to_pylist()]
        assert {f"meu_{row['split']}" for row in rows} == {name}
        for row in rows:
            turns = row[columns["messages"]]
            # converter.py: turns alternate, the user's first; contents are text.
            assert [turn[tags["role_tag"]] for turn in turns] == [tags["user_tag"], tags["assistant_tag"]]
            contents = [turn[tags["content_tag"]] for turn in turns]
            images = row[columns["images"]] if "images" in columns else []
            # mm_plugin.py: otherwise a ValueError.
            assert [content.count("<image>") for content in contents] == [len(images), 0]
            assert contents[1]


@pytest.mark.parametrize("style", SINGLE)
def test_ms_swift_reads_messages_and_for_grpo_the_solution(corpus, tmp_path, style):
    schema, rows = read(corpus, tmp_path / "out", style, "ms-swift")
    assert schema.field("messages").type == MESSAGES
    # Its preprocessor would take a column `prompt` for the text of the question.
    assert not {"prompt", "query", "response", "completion"} & set(schema.names)
    for row in rows:
        roles = [turn["role"] for turn in row["messages"]]
        assert roles == (["user"] if style == "unifer-rlvr" else ["user", "assistant"])
        assert row["messages"][0]["content"].count("<image>") == len(pictures(row))
        if style == "unifer-rlvr":
            assert row["solution"] == f"<answer>{row['emotion']}</answer>"


def test_verl_has_its_columns_and_counts_its_tags(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "verl")
    assert schema.names == ["data_source", "prompt", "images", "ability", "reward_model", "extra_info"]
    assert (schema.field("prompt").type, schema.field("images").type) == (MESSAGES, IMAGES)
    for name in ("data_source", "ability"):
        assert schema.field(name).type == pa.string()
    assert schema.field("reward_model").type == pa.struct([("style", pa.string()), ("ground_truth", pa.string())])
    extra = schema.field("extra_info").type
    assert extra.field("index").type == pa.int64()
    assert {"split", "aus", "motion", "claims", "id", "solution"} <= {extra.field(i).name for i in range(len(extra))}
    numbers = {}
    for row in rows:
        # rl_dataset.py, _build_messages: one picture for each tag, none left over.
        (turn,) = row["prompt"]
        segments = [part for part in re.split("(<image>|<video>|<audio>)", turn["content"]) if part]
        assert segments.count("<image>") == len(pictures(row)) == 1
        assert row["reward_model"] == {"style": "rule", "ground_truth": row["extra_info"]["emotion"]}
        assert row["reward_model"]["ground_truth"] in labels_of("dfme")
        numbers.setdefault(row["extra_info"]["split"], []).append(row["extra_info"]["index"])
    assert numbers == {"testA": [0, 1], "train": [0, 1, 2]}


@pytest.mark.parametrize("style", ANSWERS)
def test_verls_supervised_trainer_has_messages_and_counts_its_tags(corpus, tmp_path, style):
    schema, rows = read(corpus, tmp_path / "out", style, "verl")
    images = [] if style == "mellm2" else ["images"]
    assert schema.names == ["data_source", "messages", *images, "extra_info"]
    assert schema.field("messages").type == MESSAGES
    for row in rows:
        assert [turn["role"] for turn in row["messages"]] == ["user", "assistant"]
        assert split_by_verl(row) == len(pictures(row)) == len(images)


def test_easyr1_splits_the_problem_at_its_pictures_and_can_batch_the_rest(corpus, tmp_path):
    schema, rows = read(corpus, tmp_path / "out", "unifer-rlvr", "easyr1")
    assert schema.field("images").type == IMAGES
    assert {field.type for field in schema if field.name != "images"} == {pa.string()}
    for row in rows:
        # verl/utils/dataset.py, _build_messages: a picture before each part but the first.
        assert len(row["problem"].split("<image>")) - 1 == len(pictures(row)) == 1
        assert row["answer"] in labels_of("dfme")
    # Its collate_fn makes an array of objects of every further column; batches are joined later.
    for name in set(schema.names) - {"images", "problem", "answer"}:
        assert np.array([row[name] for row in rows], dtype=object).shape == (len(rows),)


@pytest.mark.parametrize(("option", "split", "count"), [("train_files", "train", 3), ("val_files", "testA", 2)])
def test_easyr1_loads_the_splits_that_the_documentation_tells(corpus, tmp_path, option, split, count):
    read(corpus, tmp_path / "out", "unifer-rlvr", "easyr1")
    told = re.search(rf"`data\.{option}=OUT(\S+?)`", (ROOT / "docs/exports.md").read_text(encoding="utf-8"))[1]
    # verl/utils/dataset.py of github.com/hiyouga/EasyR1 (b44b311), RLHFDataset.__init__.
    data_path, data_split = f"{tmp_path / 'out'}{told}".split("@")
    name = os.listdir(data_path)[0] if os.path.isdir(data_path) else data_path  # noqa: PTH112, PTH208
    where = {"data_dir" if os.path.isdir(data_path) else "data_files": data_path}  # noqa: PTH112
    file_type = os.path.splitext(name)[-1][1:].replace("jsonl", "json")  # noqa: PTH122
    found = datasets.load_dataset(file_type, **where, split=data_split, cache_dir=str(tmp_path / "cache"))
    assert [row["split"] for row in found] == [split] * count


def json_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("style", ANSWERS)
def test_qwen_vl_uses_every_picture_and_finds_it(corpus, tmp_path, style):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 2})
    summary = export(corpus.workspace, out, style=style, format="qwen-vl", source="drafts")
    for split, count in summary.rows.items():
        lines = json_lines(out / f"data/{split}.jsonl")
        assert len(lines) == len({line["id"] for line in lines}) == count
        for line in lines:
            images = line.get("image") or []
            pool = [images] if isinstance(images, str) else list(images)
            assert [turn["from"] for turn in line["conversations"]] == ["human", "gpt"]
            # data_processor.py, _build_messages: too many tags raise, unused pictures raise.
            for segment in re.split(r"(<image>|<video>)", line["conversations"][0]["value"]):
                if segment == "<image>":
                    Image.open(out / pool.pop(0)).load()
            assert pool == []
            assert "<image>" not in line["conversations"][1]["value"]
    assert summary.pictures == (0 if style == "mellm2" else 5)


def test_megc_has_the_keys_of_the_challenge_and_a_blank_file_for_the_test(corpus, tmp_path):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 2})
    corpus.fill({"train": 1}, corpus="casme2")
    summary = export(corpus.workspace, out, style="megc-vqa", format="megc", source="drafts")
    assert sorted(path.name for path in (out / "data").iterdir()) == [
        "me_vqa_casme2_train.jsonl",
        "me_vqa_dfme_testA.jsonl",
        "me_vqa_dfme_testA_to_answer.jsonl",
        "me_vqa_dfme_train.jsonl",
    ]
    ids = []
    for name in ("casme2_train", "dfme_testA", "dfme_train"):
        for line in json_lines(out / f"data/me_vqa_{name}.jsonl"):
            assert list(line) == ["id", "dataset", "image_id", "subject", "filename", "question", "answer"]
            assert {type(value) for value in line.values()} == {str}
            assert re.fullmatch(rf"{line['dataset']}_{re.escape(line['image_id'])}_\d+", line["id"])
            assert (out / f"images/{line['image_id']}.png").is_file()
            ids.append(line["id"])
    assert len(ids) == len(set(ids)) == sum(summary.rows.values())
    blank, key = (json_lines(out / f"data/me_vqa_dfme_testA{part}.jsonl") for part in ("_to_answer", ""))
    assert [line["question"] for line in blank] == [line["question"] for line in key]
    assert len(blank) == 5 * 2
    for line in blank:
        assert list(line) == ["video_id", "video", "question", "answer"]
        assert line["answer"] == ""
        assert re.fullmatch(rf"dfme_testA_{re.escape(line['video'])}_[1-5]", line["video_id"])


@pytest.mark.parametrize(
    ("style", "names"), [("unifer-cot", ["question", "response"]), ("unifer-rlvr", ["problem", "solution"])]
)
def test_unifer_json_is_one_list_with_unifers_three_fields(corpus, tmp_path, style, names):
    out = tmp_path / "out"
    corpus.fill({"train": 3, "testA": 1})
    export(corpus.workspace, out, style=style, format="unifer-json", source="drafts")
    for split, count in {"train": 3, "testA": 1}.items():
        items = json.loads((out / f"data/{split}.json").read_text(encoding="utf-8"))
        assert len(items) == count
        for item in items:
            assert list(item) == ["image_path", *names]
            Image.open(out / item["image_path"]).load()
            assert "<image>" not in item[names[0]]
            assert re.fullmatch(r"(<think>.*?</think>\s*)?<answer>.*?</answer>", item[names[1]], re.DOTALL)


@pytest.mark.parametrize("style", ["unifer-cot", "mellm2", "megc-vqa"])
def test_a_webdataset_holds_a_row_under_each_key(corpus, tmp_path, style):
    out = tmp_path / "out"
    corpus.fill({"train": 3})
    summary = export(corpus.workspace, out, style=style, format="webdataset", source="drafts")
    with tarfile.open(out / "data/train-00000-of-00001.tar") as tar:
        members = tar.getmembers()
        rows = {}
        for member in members:
            key, _, ending = member.name.partition(".")
            rows.setdefault(key, {})[ending] = tar.extractfile(member).read()
    assert {(member.mtime, member.uid, member.gid, member.uname) for member in members} == {(0, 0, 0, "")}
    assert list(rows) == [f"s{number:08d}" for number in range(summary.rows["train"])]
    for row in rows.values():
        said = json.loads(row.pop("json"))
        assert list(row) == ([] if style == "mellm2" else ["mmc.png"])
        sample = re.sub(r"/q\d\d$", "", said["id"])
        assert all(png == corpus.maps[sample] for png in row.values())


def test_our_rewards_read_the_columns_of_a_grpo_export(corpus, tmp_path):
    corpus.fill({"train": 3})
    export(corpus.workspace, tmp_path / "cot", source="drafts")
    export(corpus.workspace, tmp_path / "rl", source="drafts", style="unifer-rlvr", format="trl")
    cot, rows = (pq.read_table(next(tmp_path.glob(f"{name}/data/*.parquet"))).to_pylist() for name in ("cot", "rl"))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    for texts, right in (([row["response"] for row in cot], 1.0), (["The answer is joy."] * 3, 0.0)):
        completions = [[{"role": "assistant", "content": text}] for text in texts]
        assert rewards.accuracy(completions, **columns) == [right] * 3
        assert rewards.format(completions, **columns) == [right] * 3
        # Without a thought nothing is claimed, which is better than what is wrong.
        assert rewards.grounded(completions, **columns) == [1.0 if right else -0.5] * 3
