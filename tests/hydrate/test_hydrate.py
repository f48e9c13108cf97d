"""Pixels put back are the pixels that were left out, and the export is the one that would have had them."""

import hashlib
import io
import json
import shutil

import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data.checking import check
from meu_data.environments.trl import FaceInspection
from meu_data.errors import MeuError
from meu_data.export.files import parquet
from meu_data.hydrate import hydrate
from tests.hydrate.conftest import files

# Every consumer that knows exports without pixels, and every style whose pictures or rows are of another sort.
PAIRS = [
    *(("unifer-cot", consumer) for consumer in ("hf", "trl", "llamafactory", "verl", "qwen-vl", "unifer-json")),
    *((style, "hf") for style in ("megc-vqa", "preference", "actfer")),
    *(("actfer", consumer) for consumer in ("trl", "ms-swift")),
    *(("actfer-rl", consumer) for consumer in ("hf", "trl", "verl")),
    ("unifer-rlvr", "easyr1"),
    ("megc-vqa", "megc"),
]


@pytest.mark.parametrize(("style", "consumer"), PAIRS, ids=[f"{style} for {consumer}" for style, consumer in PAIRS])
def test_it_is_byte_for_byte_the_export_with_pixels(lab, tmp_path, style, consumer):
    whole = lab.export(tmp_path / "whole", pixels=True, style=style, format=consumer)
    bare = lab.export(tmp_path / "bare", pixels=False, style=style, format=consumer)
    assert b"hydrate" in files(bare)["README.md"]
    summary = hydrate(bare, lab.folders, workers=1)
    assert files(bare) == files(whole)
    assert (summary.samples, summary.problems) == (len(lab.samples), ())
    assert "show real people's faces" in summary.warnings[0]


@pytest.mark.parametrize("splits", ["corpus", "loso"])
@pytest.mark.parametrize("consumer", ["hf", "llamafactory"])
def test_row_groups_and_shards_end_where_the_export_ends_them(lab, tmp_path, monkeypatch, splits, consumer):
    # A picture is about 20 kB: a group of one split fills at two rows, all groups together at three, a shard at two.
    limits = {"group_bytes": 45_000, "held_bytes": 50_000, "shard_bytes": 50_000}
    made = parquet.ParquetFolder.__init__

    def small(self, folder, schema, **options):
        made(self, folder, schema, **(options | limits))

    monkeypatch.setattr(parquet.ParquetFolder, "__init__", small)
    options = {"style": "megc-vqa", "format": consumer, "splits": splits}
    whole = lab.export(tmp_path / "whole", pixels=True, **options)
    bare = lab.export(tmp_path / "bare", pixels=False, **options)
    shards = [sorted(out.glob("data/**/*.parquet")) for out in (bare, whole)]
    assert len(shards[1]) > len(shards[0])
    hydrate(bare, lab.folders, workers=1)
    assert files(bare) == files(whole)


def test_a_synthetic_corpus_is_told_and_warned_of_as_one(lab, tmp_path):
    mark = lab.folders[0].parent / "truth/corpus.json"
    mark.parent.mkdir()
    mark.write_text("{}")
    try:
        whole = lab.export(tmp_path / "whole", pixels=True)
        bare = lab.export(tmp_path / "bare", pixels=False)
        summary = hydrate(bare, lab.folders, workers=1)
    finally:
        shutil.rmtree(mark.parent)
    assert b"synthetic" in files(whole)["README.md"]
    assert files(bare) == files(whole)
    assert summary.warnings == ()


def test_a_copy_leaves_the_export_alone_and_workers_change_nothing(lab, bare, whole_export, tmp_path):
    before = files(bare)
    (bare / "notes.txt").write_text("whoever has this export wrote something down")
    summary = hydrate(bare, lab.folders, out=tmp_path / "new" / "copy", workers=2)
    assert summary.out == str(tmp_path / "new" / "copy")
    assert files(tmp_path / "new" / "copy") == files(whole_export)
    assert {name: data for name, data in files(bare).items() if name != "notes.txt"} == before


def test_datasets_and_the_check_read_both(lab, bare, tmp_path):
    import datasets

    def rows():
        return datasets.load_dataset(str(bare), cache_dir=str(tmp_path / "cache"))["train"]

    (cell,) = rows()[0]["images"]
    assert cell == {"bytes": None, "path": "dfme__s2__b__1-5.png"}
    assert check(bare).findings == ()
    hydrate(bare, lab.folders, workers=1)
    datasets.disable_caching()
    shutil.rmtree(tmp_path / "cache")
    assert [row["images"][0].size for row in rows()] == [(112, 112)] * 3
    checked = check(bare)
    # The people of the laboratory have one face, which its export was told to let pass.
    assert {found.rule for found in checked.findings} == {"alike"}
    assert checked.pictures == len(lab.samples)


@pytest.mark.parametrize("consumer", ["hf", "trl", "verl"])
def test_the_map_behind_the_tools_is_left_out_and_listed(lab, tmp_path, consumer):
    import datasets

    bare = lab.export(tmp_path / "bare", pixels=False, style="actfer-rl", format=consumer)
    summary = check(bare)
    assert (summary.findings, summary.verified["tools"]) == ((), len(lab.samples))
    assert f"picture: {3 * len(lab.samples)} were left out; `meu-data hydrate` puts them back" in summary.not_checked
    rows = datasets.load_dataset(str(bare), cache_dir=str(tmp_path / "cache"))["train"]
    assert [cell["bytes"] for cell in rows[0]["images"]] == [None, None]
    lines = (bare / "pictures.jsonl").read_text().splitlines(keepends=True)
    maps = [line for line in lines if json.loads(line)["part"] == "map"]
    (bare / "pictures.jsonl").write_text("".join(line for line in lines if line != maps[0]))
    (found,) = check(bare, rules=["picture"]).findings
    assert "pictures.jsonl does not list the map that its tools show" in found.wrong
    (bare / "pictures.jsonl").write_text("".join([*lines, maps[0].replace(json.loads(maps[0])["sha256"], "0" * 64)]))
    assert any("stood above with another hash" in found.wrong for found in check(bare).findings)


def test_tools_without_their_map_say_what_to_do(lab, tmp_path):
    bare = lab.export(tmp_path / "bare", pixels=False, style="actfer-rl", format="trl")
    (row, *_) = pq.read_table(next(bare.glob("data/train*"))).to_pylist()
    with pytest.raises(MeuError, match="no pixels; put them there with `meu-data hydrate`"):
        FaceInspection().reset(**row)


def test_every_picture_has_the_hash_that_was_listed(lab, bare):
    listed = [json.loads(line) for line in (bare / "pictures.jsonl").read_text().splitlines()]
    hydrate(bare, lab.folders, workers=1)
    rows = [row for path in bare.glob("data/*.parquet") for row in pq.read_table(path).to_pylist()]
    found = {cell["path"]: cell["bytes"] for row in rows for cell in row["images"]}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in found.items()} == {
        picture["name"]: picture["sha256"] for picture in listed
    }
    assert all(Image.open(io.BytesIO(data)).size == (112, 112) for data in found.values())


def test_a_frame_of_the_same_name_in_another_folder_is_told_by_its_hash(lab, bare, whole_export, frames, tmp_path):
    other = tmp_path / "another corpus"
    for folder in frames:
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            target = other / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"not the frame")
    hydrate(bare, [other, *frames], workers=1)
    assert files(bare) == files(whole_export)


def test_frames_may_be_links_within_their_folder(lab, bare, whole_export, frames):
    for folder in frames:
        (folder / "really").mkdir()
        for path in [path for path in folder.glob("s*/*/*") if path.is_file()]:
            kept = path.rename(folder / "really" / f"{path.parent.name}-{path.name}")
            path.symlink_to(kept)
    hydrate(bare, frames, workers=1)
    assert files(bare) == files(whole_export)


def test_what_its_owner_wrote_into_the_card_and_the_datasheet_stays(lab, bare, whole_export):
    notes = {
        "README.md": b"\r\n## Ours\r\n\r\nA lab's own words, one in Latin-1: " + b"\xe9\r\n",
        "DATASHEET.md": b"\nWe.\n",
    }
    for name, text in notes.items():
        with open(bare / name, "ab") as stream:
            stream.write(text)
    hydrate(bare, lab.folders, workers=1)
    assert files(bare) == files(whole_export) | {name: files(whole_export)[name] + text for name, text in notes.items()}


def test_edits_in_the_middle_stay_and_what_they_do_not_touch_is_rendered_anew(lab, bare, whole_export):
    edits = {
        "README.md": ("not-chosen-yet", "our-own"),
        "DATASHEET.md": ("**Who made it, and who paid for it?** **Blank**: not known to meu-data.", "**Who?** We."),
    }
    for name, (old, new) in edits.items():
        text = (bare / name).read_bytes().decode()
        assert text.count(old) == 1
        (bare / name).write_bytes(text.replace(old, new).encode())
    hydrate(bare, lab.folders, workers=1)
    for name, (old, new) in edits.items():
        assert files(bare)[name].decode() == files(whole_export)[name].decode().replace(old, new)


def test_a_line_about_pixels_that_its_owner_wrote_anew_is_the_owners(lab, bare, whole_export):
    card = (bare / "README.md").read_text(encoding="utf-8")
    line = next(line for line in card.splitlines() if line.startswith("**There are no pixels here**"))
    (bare / "README.md").write_text(card.replace(line, "Ask us for the pixels."), encoding="utf-8")
    hydrate(bare, lab.folders, workers=1)
    found = (bare / "README.md").read_text(encoding="utf-8")
    assert "Ask us for the pixels." in found
    assert "show real people's faces" in found


def test_a_card_and_a_datasheet_that_are_gone_are_not_missed(lab, bare, tmp_path):
    (bare / "README.md").unlink()
    (bare / "DATASHEET.md").unlink()
    hydrate(bare, lab.folders, out=tmp_path / "copy", workers=1)
    assert not {"README.md", "DATASHEET.md", "pictures.jsonl"} & set(files(tmp_path / "copy"))


class Heard:
    def __init__(self):
        self.events = []

    def start(self, what, total):
        self.events.append((what, total))

    def advance(self, done=1):
        self.events.append(done)

    def finish(self):
        self.events.append("finish")


def test_progress_counts_the_samples(lab, bare):
    heard = Heard()
    hydrate(bare, lab.folders, workers=1, progress=heard)
    assert heard.events == [("hydrate", 5), 1, 1, 1, 1, 1, "finish"]
