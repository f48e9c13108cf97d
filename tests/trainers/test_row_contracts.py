"""verl and EasyR1 read the rows: what their loaders do with a row, written down again from their sources.

Both need ray and a GPU to run, so here stand the few steps that a row goes through before the chat template:
verl/utils/dataset/rl_dataset.py and multiturn_sft_dataset.py (`_build_messages`) of github.com/volcengine/verl at
b178a3c, and verl/utils/dataset.py (`RLHFDataset`, `collate_fn`) of github.com/hiyouga/EasyR1 at b44b311.
"""

import io
import re

import datasets
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from meu_data import rewards
from meu_data.export.compatibility import why_not
from meu_data.export.styles import STYLES

pytestmark = pytest.mark.trainers

LEARNED_BY_VERL = [
    name
    for name, style in STYLES.items()
    if why_not(style, "verl") is None and style.trains != "reward" and style.recipe is None
]


@pytest.fixture
def rewarded(exported, tmp_path):
    """The training split of `unifer-rlvr` for a consumer, as both load it: a Parquet file by `datasets`."""

    def load(consumer):
        (path,) = exported("unifer-rlvr", consumer).out.glob("data/train-*.parquet")
        return list(datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=tmp_path))

    return load


def parts_of(text, pictures):
    """The parts of a message: a picture for each `<image>`, in their order, and the texts between."""
    parts = []
    for segment in re.split("(<image>|<video>)", text):
        if segment == "<image>":
            parts.append(next(pictures))
        elif segment:
            parts.append(segment)
    return parts


def picture_of(cell):
    """verl/utils/dataset/vision_utils.py, `process_image`; EasyR1, `process_image`: a picture, or a dict with bytes."""
    return cell if isinstance(cell, Image.Image) else Image.open(io.BytesIO(cell["bytes"]))


def as_lists(value):
    """What pandas gives as arrays, as lists at every depth."""
    if isinstance(value, dict):
        return {name: as_lists(inner) for name, inner in value.items()}
    if isinstance(value, list | np.ndarray):
        return [as_lists(inner) for inner in value]
    return value


def same_picture(picture, cell):
    return picture.convert("RGB").tobytes() == Image.open(io.BytesIO(cell["bytes"])).convert("RGB").tobytes()


def test_verl_asks_with_the_picture_in_its_place(rewarded, exported):
    rows = exported("unifer-rlvr", "hf").rows()
    for number, (got, row) in enumerate(zip(rewarded("verl"), rows, strict=True)):
        pictures = map(picture_of, got["images"])
        (message,) = got["prompt"]
        picture, text = parts_of(message["content"], pictures)
        assert (message["role"], text) == ("user", row["problem"])
        assert same_picture(picture, row["images"][0])
        assert next(pictures, None) is None
        assert got["extra_info"]["index"] == number
        assert isinstance(got["ability"], str)


def test_verls_reward_manager_finds_what_our_reward_needs(rewarded, exported):
    rows = exported("unifer-rlvr", "hf").rows()
    for got, row in zip(rewarded("verl"), rows, strict=True):
        known = {
            "data_source": got["data_source"],
            "ground_truth": got["reward_model"]["ground_truth"],
            "extra_info": got["extra_info"],
        }
        assert known["ground_truth"] == row["answer"]
        units = " ".join(row["aus"])

        def score(thought, label, known=known):
            return rewards.compute_score(solution_str=f"<think>{thought}</think><answer>{label}</answer>", **known)

        # Each level counts: a right label, and right units beside it.
        assert score(units, row["answer"]) > score("AU99", row["answer"]) > score("AU99", "another")
        without = known | {"extra_info": {}}
        assert score(units, row["answer"], without) == score("AU99", row["answer"], without)


@pytest.mark.parametrize("style", LEARNED_BY_VERL)
def test_verl_learns_the_answers_with_the_pictures_in_their_places(exported, style):
    (path,) = exported(style, "verl").out.glob("data/train-*.parquet")
    table = pd.read_parquet(path)
    # A column `tools` would be handed to the chat template, and as text it is no list of tools.
    assert not {"tools", "enable_thinking"} & set(table.columns)
    rows = exported(style, "hf").rows()
    for (_, got), row in zip(table.iterrows(), rows, strict=True):
        messages = as_lists(got["messages"])
        pictures = map(picture_of, as_lists(got.get("images", [])))
        parts = [(message["role"], parts_of(message["content"], pictures)) for message in messages]
        assert next(pictures, None) is None
        shown = [part for _, found in parts for part in found if not isinstance(part, str)]
        assert len(shown) == len(row.get("images", ()))
        assert all(map(same_picture, shown, row.get("images", ())))
        answers = ["".join(found) for role, found in parts if role == "assistant"]
        if style == "actfer":
            spoken = [message for message in row["messages"] if message["role"] == "assistant"]
            assert len(answers) == len(spoken)
            assert answers[-1] == spoken[-1]["content"][0]["text"]
        else:
            assert [role for role, _ in parts] == ["user", "assistant"]
            assert parts[0][1][-1] == row["question"]
            assert answers == [row["response"] if "response" in row else row["answer"]]


def test_easyr1_asks_with_the_picture_in_its_place(rewarded, exported):
    rows = exported("unifer-rlvr", "hf").rows()
    for got, row in zip(rewarded("easyr1"), rows, strict=True):
        pictures = map(picture_of, got["images"])
        picture, text = parts_of(got["problem"], pictures)
        assert text == row["problem"]
        assert same_picture(picture, row["images"][0])
        assert next(pictures, None) is None
        assert got["answer"] == row["answer"]
        assert got["aus"].split() == row["aus"]


def test_easyr1_collates_every_other_column_to_one_value_a_row(rewarded):
    rows = rewarded("easyr1")
    for name in set(rows[0]) - {"images"}:
        # A list in a cell would become a second axis where all lists are as long, and batches would not fit.
        assert np.array([row[name] for row in rows], dtype=object).shape == (len(rows),)
