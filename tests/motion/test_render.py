"""The render stage on a real workspace: what it writes, what it skips, what it survives."""

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError
from meu_data.face.face_hash import face_hash
from meu_data.motion import mmc_map, region_motion, subtract_head_motion, tvl1
from meu_data.motion.outside import outside_motion
from meu_data.motion.render import render
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace

RECIPE = "robust"


def frames_of(workspace: Workspace) -> Path:
    return Path(workspace.ledger.sources()["dfme", "train"].frames)


def content(root: Path) -> dict[str, object]:
    """All that a run leaves: every row of the ledger, and the bytes of every map."""
    with sqlite3.connect(root / "meu.db") as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in tables}
    db.close()
    maps = {str(path.relative_to(root)): path.read_bytes() for path in (root / "maps").rglob("*") if path.is_file()}
    return {**rows, **maps}


def test_maps_and_measurements_are_those_of_the_definition(face_workspace):
    assert render(face_workspace, recipe="mellm", workers=1).rendered == 3
    for sample, motion in face_workspace.ledger.samples_with_motion("mellm"):
        onset, apex = (
            cv2.imread(os.fsdecode(frames_of(face_workspace) / name))
            for name in (sample.onset_frame, sample.apex_frame)
        )
        gray_onset, gray_apex = (cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in (onset, apex))
        landmarks = np.array(motion.landmarks)
        flow, head = subtract_head_motion(tvl1(gray_onset, gray_apex), landmarks)
        stored = cv2.imread(os.fsdecode(face_workspace.root / motion.map_file))
        assert np.array_equal(stored, mmc_map(onset, flow))
        assert motion.head_motion == head
        # How far each can be believed comes from the rest of the pair.
        measured = [region.model_copy(update={"trust": 1.0}) for region in motion.regions]
        beside, _ = outside_motion(flow, np.array((head.dx, head.dy)), landmarks)
        assert measured == [*region_motion(flow, landmarks), beside]
        assert motion.map_sha256 == hashlib.sha256((face_workspace.root / motion.map_file).read_bytes()).hexdigest()
        # Read from the file, it is the one that an export would make.
        assert motion.face_hash == b"".join(face_hash((face_workspace.root / motion.map_file).read_bytes())).hex()
        frame = frames_of(face_workspace) / sample.onset_frame
        assert motion.onset_sha256 == hashlib.sha256(frame.read_bytes()).hexdigest()


def test_each_corner_of_the_mouth_is_found_on_its_side(face_workspace):
    render(face_workspace, workers=1)
    corners = {}
    for sample, motion in face_workspace.ledger.samples_with_motion(RECIPE):
        regions = {found.region: found for found in motion.regions}
        corners[sample.clip] = [regions[f"{side}_mouth_corner"].octant for side in ("left", "right")
                                if regions[f"{side}_mouth_corner"].moving]  # fmt: skip
    assert corners == {"a": ["up-left"], "b": ["up-right"], "c": []}


def test_a_second_run_does_nothing_and_workers_do_not_matter(face_workspace):
    render(face_workspace, workers=2)
    before = content(face_workspace.root)
    assert render(face_workspace).fresh == 3
    assert content(face_workspace.root) == before
    assert render(face_workspace, workers=1, force=True).rendered == 3
    assert content(face_workspace.root) == before


@pytest.mark.parametrize(
    ("change", "rendered"),
    [
        ("rewrite a frame with other pixels", 1),
        ("touch a frame", 0),
        ("delete a map", 1),
        ("nothing", 0),
    ],
)
def test_only_what_is_stale_is_rendered_again(face_workspace, change, rendered):
    render(face_workspace, workers=1)
    frame = frames_of(face_workspace) / "a" / "00005.png"
    if change.startswith("rewrite"):
        shutil.copy(frames_of(face_workspace) / "b" / "00005.png", frame)
    elif change.startswith("touch"):
        os.utime(frame, ns=(1, 1))
    elif change.startswith("delete"):
        next((face_workspace.root / "maps" / RECIPE).iterdir()).unlink()
    summary = render(face_workspace, workers=1)
    assert (summary.rendered, summary.fresh) == (rendered, 3 - rendered)
    assert render(face_workspace, workers=1).fresh == 3


def test_frames_beside_onset_and_apex_are_part_of_what_a_map_is_made_from(face_workspace):
    """Of clip a each has one; of the others the pair alone is there."""
    render(face_workspace, workers=1, recipe="mellm")
    render(face_workspace, workers=1)
    folder = frames_of(face_workspace) / "a"
    for beside, number in ((5, 4), (1, 2)):
        frame = cv2.imread(os.fsdecode(folder / f"{beside:05d}.png"))
        noise = np.random.default_rng(number).normal(0, 2, frame.shape[:2])[..., None]
        cv2.imwrite(os.fsdecode(folder / f"{number:05d}.png"), np.clip(frame + noise, 0, 255).astype(np.uint8))
    (folder / "00006.png").write_bytes(b"no picture")
    assert (render(face_workspace, workers=1).rendered, render(face_workspace, workers=1).fresh) == (1, 3)
    assert render(face_workspace, workers=1, recipe="mellm").fresh == 3
    found = {sample.clip: motion for sample, motion in face_workspace.ledger.samples_with_motion(RECIPE)}
    used = [(one.frame, one.sha256) for one in (*found["a"].onset_beside, *found["a"].apex_beside)]
    assert used == [
        (name, hashlib.sha256((frames_of(face_workspace) / name).read_bytes()).hexdigest())
        for name in ("a/00002.png", "a/00004.png")
    ]
    assert not (*found["b"].onset_beside, *found["b"].apex_beside)
    (folder / "00002.png").unlink()
    assert render(face_workspace, workers=1).rendered == 1
    assert face_workspace.ledger.motion(found["a"].sample_id, RECIPE).onset_beside == ()


def test_only_and_limit(face_workspace):
    assert render(face_workspace, workers=1, only="dfme/s1/b/1-5").samples == 1
    assert [motion.sample_id for _, motion in face_workspace.ledger.samples_with_motion(RECIPE)] == ["dfme/s1/b/1-5"]
    assert render(face_workspace, workers=1, limit=2).model_dump()["fresh"] == 1
    with pytest.raises(MeuError, match="no sample 'dfme/none'"):
        render(face_workspace, only="dfme/none")


def spoil(frame: Path, how: str) -> None:
    if how == "vanished":
        frame.unlink()
    elif how == "truncated":
        frame.write_bytes(frame.read_bytes()[:3000])
    elif how == "no face":
        frame.write_bytes(cv2.imencode(".png", np.full((192, 192, 3), 90, np.uint8))[1].tobytes())
    elif how == "other size":
        frame.write_bytes(cv2.imencode(".png", np.full((120, 160, 3), 90, np.uint8))[1].tobytes())


@pytest.mark.parametrize(
    ("which", "how", "reason"),
    [
        ("00001.png", "vanished", "00001.png"),
        ("00005.png", "truncated", "00005.png"),
        ("00001.png", "no face", "no face"),
        ("00005.png", "other size", "different sizes: 192x192 and 160x120"),
    ],
)
def test_a_bad_frame_is_a_problem_of_its_sample_alone(face_workspace, which, how, reason):
    render(face_workspace, workers=1)
    good = (frames_of(face_workspace) / "a" / which).read_bytes()
    spoil(frames_of(face_workspace) / "a" / which, how)
    summary = render(face_workspace, workers=1)
    assert (summary.rendered, summary.fresh, summary.problems) == (0, 2, 1)
    (problem,) = face_workspace.ledger.problems()
    assert (problem.stage, problem.sample_id, problem.row) == ("render", "dfme/s1/a/1-5", 2)
    assert reason in f"{problem.file}: {problem.reason}"
    assert len(list(face_workspace.ledger.samples_with_motion(RECIPE))) == 2, "a stale measurement must not stay"
    (frames_of(face_workspace) / "a" / which).write_bytes(good)
    assert render(face_workspace, workers=1).rendered == 1
    assert not list(face_workspace.ledger.problems())


def test_frames_that_moved_away_stop_the_run(face_workspace):
    frames_of(face_workspace).rename(frames_of(face_workspace).with_name("elsewhere"))
    with pytest.raises(MeuError, match="run `meu-data extract` again"):
        render(face_workspace)


def test_a_workspace_without_samples_says_what_to_do(tmp_path):
    with Workspace.open(tmp_path, create=True) as empty, pytest.raises(MeuError, match="meu-data extract"):
        render(empty)


def test_maps_of_samples_that_left_the_sheet_are_removed(face_workspace):
    render(face_workspace, workers=1)
    source = face_workspace.ledger.sources()["dfme", "train"]
    kept = [sample for sample in face_workspace.ledger.samples() if sample.clip != "b"]
    face_workspace.ledger.replace_source(source, kept)
    render(face_workspace, workers=1)
    assert len(list((face_workspace.root / "maps" / RECIPE).iterdir())) == 2
    assert face_workspace.ledger.counts()["motion"] == 2


@pytest.mark.parametrize("name", ["{outside}", "../precious.txt", "maps/../../precious.txt", "maps/link", "meu.toml"])
def test_an_orphan_in_somebody_elses_ledger_removes_no_file_outside_the_maps(face_workspace, name):
    root = face_workspace.root
    render(face_workspace, workers=1)
    precious = root.parent / "precious.txt"
    for path in (precious, root / "meu.toml"):
        path.write_text("")
    (root / "maps" / "link").symlink_to(precious)
    wild = name.format(outside=precious)
    _, motion = next(iter(face_workspace.ledger.samples_with_motion(RECIPE)))
    with face_workspace.ledger.transaction():
        for sample_id, file in (("dfme/s9/a/1-2", motion.map_file), ("dfme/s9/b/1-2", wild)):
            orphan = motion.model_copy(update={"sample_id": sample_id, "map_file": file})
            face_workspace.ledger.store_motion(orphan, MotionState("inputs", "frames", file))
    before = content(root)
    with pytest.raises(MeuError, match="nothing was touched"):
        render(face_workspace, workers=1)
    assert content(root) == before
    assert precious.exists()
    assert (root / "meu.toml").exists()


def test_killed_at_any_moment_and_run_again_it_ends_the_same(face_workspace):
    root = face_workspace.root
    render(face_workspace, workers=2)
    undisturbed = content(root)
    moments = random.Random(5)
    for _ in range(3):
        shutil.rmtree(root / "maps")
        with face_workspace.ledger.transaction():
            for sample in list(face_workspace.ledger.samples()):
                face_workspace.ledger.drop_motion(sample.id, RECIPE)
        command = [sys.executable, "-m", "meu_data", "render", "-w", str(root), "--workers", "2"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.3, 5))
        process.kill()
        process.wait()
        render(face_workspace, workers=1)
        assert content(root) == undisturbed


def test_a_full_disk_is_one_line_and_keeps_what_was_finished(face_workspace):
    import resource

    def small_files_only():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = subprocess.run(
        [sys.executable, "-m", "meu_data", "render", "-w", str(face_workspace.root), "--workers", "1"],
        capture_output=True, text=True, preexec_fn=small_files_only, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert render(face_workspace, workers=1).problems == 0


def test_a_macro_expression_is_left_out_unless_it_is_asked_for(face_workspace):
    db = face_workspace.ledger.db
    (asked, *_) = (sample.id for sample in face_workspace.ledger.samples())
    with face_workspace.ledger.transaction():
        db.execute("UPDATE samples SET record = json_set(record, '$.kind', 'macro') WHERE id = ?", (asked,))
    summary = render(face_workspace, workers=1)
    assert (summary.samples, summary.rendered, summary.other_kind) == (3, 2, 1)
    assert render(face_workspace, only=asked, workers=1).rendered == 1
