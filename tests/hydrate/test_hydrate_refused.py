"""What cannot be put back is told line by line, and then nothing is written."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from meu_data.errors import MeuError
from meu_data.hydrate import HydrateError, hydrate
from tests.hydrate.conftest import files

CLIP = "dfme/s2/b/1-5"
FRAME = "s2/b/005.jpg"


def sign(export, *names):
    """Lists files anew in the sums, as somebody would who means to deceive."""
    sums = dict(reversed(line.split("  ")) for line in (export / "SHA256SUMS").read_text().splitlines())
    sums |= {name: hashlib.sha256((export / name).read_bytes()).hexdigest() for name in names}
    (export / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))


def relist(export, change):
    """Changes the pictures as they are listed: `change` takes the lines as dictionaries and gives such."""
    lines = [json.loads(line) for line in (export / "pictures.jsonl").read_text().splitlines()]
    (export / "pictures.jsonl").write_text("".join(json.dumps(line) + "\n" for line in change(lines)))
    sign(export, "pictures.jsonl")


def changed(**values):
    """A change of the line of one clip."""
    return lambda lines: [line | values if line["sample_id"] == CLIP else line for line in lines]


def refused(export, frames, *expected, **options):
    """Hydrating fails with these problems, one each, and leaves all as it was."""
    before, around = files(export), sorted(export.parent.iterdir())
    with pytest.raises(HydrateError) as caught:
        hydrate(export, frames, **{"workers": 1} | options)
    problems = caught.value.summary.problems
    assert len(problems) == len(expected)
    for problem, parts in zip(problems, expected, strict=True):
        assert "\n" not in problem
        for part in parts:
            assert part in problem
    assert "nothing was written" in str(caught.value)
    assert files(export) == before
    assert sorted(export.parent.iterdir()) == around
    return caught.value


def test_an_export_without_facts_is_to_be_written_again(bare, lab):
    (bare / "export.json").unlink()
    sums = (bare / "SHA256SUMS").read_text().splitlines(keepends=True)
    (bare / "SHA256SUMS").write_text("".join(line for line in sums if "export.json" not in line))
    before = files(bare)
    with pytest.raises(MeuError, match=r"has no export\.json: an older meu-data wrote it; export again"):
        hydrate(bare, lab.folders, workers=1)
    assert files(bare) == before


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("schema_version", 2, "schema_version"),
        ("aus", {"AUx": 1}, "AUx is no action unit"),
        ("configs", [], "configs"),
        ("samples", 0, "samples"),
        ("rows", "many", "rows"),
        ("about", None, "about"),
    ],
)
def test_facts_that_are_not_ours(bare, lab, name, value, said):
    facts = json.loads((bare / "export.json").read_text(encoding="utf-8"))
    (bare / "export.json").write_text(json.dumps(facts | {name: value}))
    sign(bare, "export.json")
    before = files(bare)
    with pytest.raises(MeuError, match=rf"export\.json is not as this meu-data writes it .*{said}"):
        hydrate(bare, lab.folders, workers=1)
    assert files(bare) == before


def test_a_missing_frame(bare, frames):
    (frames[0] / FRAME).unlink()
    refused(bare, frames, (CLIP, FRAME, "no such frame", "name the folder"))


def test_the_wrong_folder_names_every_frame_before_anything_is_drawn(bare, tmp_path):
    (tmp_path / "empty").mkdir()
    error = refused(bare, [tmp_path / "empty"], *[("no such frame",)] * 10)
    assert str(error).startswith("10 of 10 frames cannot be read")


def test_a_frame_that_is_another(bare, frames):
    with open(frames[0] / FRAME, "ab") as stream:
        stream.write(b"\0")
    refused(bare, frames, (CLIP, FRAME, "another frame", "bring the corpus's own file"))


@pytest.mark.parametrize("workers", [1, 2])
def test_every_picture_that_is_wrong_has_its_line(bare, frames, workers):
    for path in frames[0].glob("s*/*/001.*"):
        path.write_bytes(b"no frame")
    refused(
        bare, frames, *[(clip, "another frame") for clip in (CLIP, "dfme/s4/d/1-5", "dfme/s5/e/1-5")], workers=workers
    )


def test_a_folder_where_a_frame_should_be(bare, frames):
    (frames[0] / FRAME).unlink()
    (frames[0] / FRAME).mkdir()
    refused(bare, frames, (CLIP, "this is a folder"))


def test_a_pipe_where_a_frame_should_be(bare, frames):
    (frames[0] / FRAME).unlink()
    os.mkfifo(frames[0] / FRAME)
    refused(bare, frames, (CLIP, "a pipe"))


@pytest.mark.parametrize("name", ["../secret.png", "s2/../../secret.png", "{root}/secret.png"])
def test_a_name_that_leads_out_of_the_folder(bare, frames, name):
    secret = frames[0].parent / "secret.png"
    secret.write_bytes((frames[0] / FRAME).read_bytes())
    relist(bare, changed(apex_frame=name.format(root=frames[0].parent)))
    refused(bare, frames, (CLIP, "leads out of"))


@pytest.mark.parametrize("level", ["the frame", "its folder"])
def test_a_link_that_leads_out_of_the_folder(bare, frames, level):
    inner = frames[0] / FRAME if level == "the frame" else (frames[0] / FRAME).parent
    outer = inner.rename(frames[0].parent / f"outside{inner.suffix}")
    inner.symlink_to(outer)
    lines = [(CLIP, "leads out of")] * (1 if level == "the frame" else 2)
    refused(bare, frames, *lines)


def test_a_map_that_comes_out_otherwise(bare, frames):
    relist(bare, changed(sha256="0" * 64))
    refused(bare, frames, (CLIP, "its SHA-256 comes out as", "not 000000000000", "landmark model", "processor"))


def test_a_map_by_another_version_of_the_solver(bare, frames):
    relist(bare, changed(sha256="0" * 64, solver="fused-1+opencv-4.0.1"))
    refused(bare, frames, (CLIP, "made with fused-1+opencv-4.0.1", "here is fused-", "install that version"))


def test_another_version_of_the_solver_that_draws_the_same_map_is_good(bare, frames):
    relist(bare, changed(solver="fused-1+opencv-4.0.1"))
    assert hydrate(bare, frames, workers=1).pictures == 5


def test_a_solver_of_the_future(bare, frames):
    relist(bare, changed(solver="neural-1"))
    refused(bare, frames, (CLIP, "neural-1", "upgrade"))


def test_a_frame_without_a_face(bare, frames):
    from PIL import Image

    path = frames[0] / "s2/b/001.jpg"
    Image.new("RGB", (192, 192)).save(path)
    relist(bare, changed(onset_sha256=hashlib.sha256(path.read_bytes()).hexdigest()))
    refused(bare, frames, (CLIP, "face"))


def test_of_a_map_that_differs_the_zooms_are_not_told_again(lab, frames, tmp_path):
    bare = lab.export(tmp_path / "bare", pixels=False, style="actfer")

    def spoil(lines):
        return [line | {"sha256": "0" * 64} if line["part"] in ("map", "zoom") else line for line in lines]

    relist(bare, spoil)
    refused(bare, frames, *[("landmark model",)] * 5)


def test_a_zoom_that_reaches_over_the_map(lab, frames, tmp_path):
    bare = lab.export(tmp_path / "bare", pixels=False, style="actfer")
    relist(bare, lambda lines: [line | {"bbox": [0, 0, 9999, 9]} if line["bbox"] else line for line in lines])
    # Conversations differ in whether they zoom.
    lines = map(json.loads, (bare / "pictures.jsonl").read_text().splitlines())
    zooming = {line["sample_id"] for line in lines if line["part"] == "zoom"}
    assert zooming
    refused(bare, frames, *[("reaches over the map",)] * len(zooming))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": "../evil.png"}, "name"),
        ({"name": "/etc/evil.png"}, "name"),
        ({"name": ".hidden"}, "name"),
        ({"name": "a\\b.png"}, "name"),
        ({"sha256": "ABC"}, "sha256"),
        ({"part": "sound"}, "part"),
        ({"bbox": [0, 0, 5, 5]}, "a zoom needs it"),
        ({"part": "zoom", "bbox": [5, 5, 5, 9]}, "no box"),
        ({"onset_frame": "a\0b"}, "onset_frame"),
        ({"recipe": "magic"}, "recipe"),
        ({"map_size": 10**9}, "map_size"),
        ({"map_size": 0}, "map_size"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_a_line_of_the_list_that_no_export_wrote(bare, frames, change, why):
    relist(bare, changed(**change))
    number = [json.loads(line)["sample_id"] for line in (bare / "pictures.jsonl").read_text().splitlines()].index(CLIP)
    complains(bare, frames, f"pictures.jsonl, line {number + 1}: ", why)


def complains(export, frames, *parts, **options):
    """Hydrating is refused as a whole, in one line, and changes nothing."""
    before, around = files(export), sorted(export.parent.iterdir())
    with pytest.raises(MeuError) as caught:
        hydrate(export, frames, **{"workers": 1} | options)
    assert not isinstance(caught.value, HydrateError)
    for part in parts:
        assert part in str(caught.value)
    assert files(export) == before
    assert sorted(export.parent.iterdir()) == around


@pytest.mark.parametrize("text", ["", "{", "[]\n", "\xff"])
def test_a_list_that_is_none(bare, frames, text):
    (bare / "pictures.jsonl").write_bytes(text.encode("latin-1"))
    sign(bare, "pictures.jsonl")
    complains(bare, frames, "pictures.jsonl", "copy the export again")


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[::-1],
        lambda lines: lines[1:],
        lambda lines: [*lines, lines[0] | {"sample_id": "dfme/s9/z/1-5", "name": "z.png"}],
        changed(name="another.png"),
    ],
    ids=["another order", "one is missing", "one too many", "another name"],
)
def test_a_list_that_does_not_fit_the_rows(bare, frames, change):
    relist(bare, change)
    complains(bare, frames, "copy the export again")


def test_a_sample_with_frames_that_differ_from_line_to_line(lab, frames, tmp_path):
    bare = lab.export(tmp_path / "bare", pixels=False, style="actfer")
    relist(bare, lambda lines: [lines[0] | {"apex_frame": "other.png"}, *lines[1:]])
    complains(bare, frames, "do not fit together")


def test_a_table_that_is_none(bare, frames):
    name = "data/train-00000-of-00001.parquet"
    (bare / name).write_bytes(b"PAR1 but nothing else PAR1")
    sign(bare, name)
    complains(bare, frames, "cannot be read")


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/hostname", ""])
def test_sums_with_a_name_outside_of_the_export(bare, frames, name):
    with open(bare / "SHA256SUMS", "a") as stream:
        stream.write(f"{'0' * 64}  {name}\n")
    complains(bare, frames, "no sum of a file of this export")


@pytest.mark.parametrize("name", ["leaks.json", "data/train-00000-of-00001.parquet", "pictures.jsonl"])
def test_a_file_that_changed_since_it_was_written(bare, frames, name):
    with open(bare / name, "ab") as stream:
        stream.write(b" ")
    complains(bare, frames, name, "changed since it was written")


def test_a_file_that_is_gone(bare, frames):
    (bare / "leaks.json").unlink()
    complains(bare, frames, "leaks.json", "there is no such file")


def test_an_export_that_has_its_pictures(bare, frames):
    hydrate(bare, frames, workers=1)
    before = files(bare)
    again = hydrate(bare, frames, workers=1)
    assert (again.complete, again.pictures) == (True, 0)
    assert files(bare) == before
    complains(bare, frames, "has its pictures already", out=bare.parent / "copy")


def test_what_is_no_export(frames, tmp_path):
    complains(frames[0], frames, "is no export of meu-data")
    with pytest.raises(MeuError, match="is no export"):
        hydrate(tmp_path / "nowhere", frames)


def test_a_file_of_its_owner_would_be_lost_in_place(bare, frames):
    (bare / "notes.txt").write_text("mine")
    complains(bare, frames, "notes.txt", "--out")


def test_places_that_are_taken_or_missing(bare, frames, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    complains(bare, frames, "is not empty", out=tmp_path / "full")
    complains(bare, frames, "inside the export", out=bare / "new")
    complains(bare, [tmp_path / "nowhere"], "--frames", "no such folder")
    complains(bare, [], "--frames")
    complains(bare, frames, "no landmark model", landmark_model=tmp_path / "no.dat")


def run(*words):
    command = [sys.executable, "-m", "meu_data", "hydrate", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_puts_back_and_says_so(bare, whole_export, frames):
    folders = [word for folder in frames for word in ("--frames", folder)]
    done = run(bare, *folders, "--workers", "1", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["pictures"], summary["samples"], summary["problems"]) == (5, 5, [])
    assert "warning: the pictures show real people's faces" in done.stderr
    assert files(bare) == files(whole_export)


def test_the_command_tells_some_problems_and_lists_all_in_json(bare, tmp_path):
    (tmp_path / "empty").mkdir()
    relist(bare, lambda lines: [line | {"name": f"{n}-{line['name']}"} for n in range(3) for line in lines])
    done = run(bare, "--frames", tmp_path / "empty", "--json")
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["problems"]) == 30
    said = done.stderr.splitlines()
    assert sum("no such frame" in line for line in said) == 20
    assert said[-2] == "... and 10 more; --json lists all"
    assert said[-1].startswith("meu-data: 30 of 30 frames cannot be read; nothing was written")
