import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pytest

from meu_data.errors import MeuError
from meu_data.face.au_notation import parse_code
from meu_data.face.aus import au_effects
from meu_data.face.regions import REGIONS, octant
from meu_data.synth import make_corpus
from meu_data.synth.clip import ClipPainter, inverse
from meu_data.synth.plan import plan_corpus
from meu_data.synth.truth import read_truth
from tests import ROOT

SMALL = (320, 240)
CLIPS = ["sub0001_01", "sub0001_02"]


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def frame(out: Path, clip: str, number: int) -> np.ndarray:
    return cv2.imread(str(out / "train_data" / clip / f"{number:05d}.png"))


def test_layout_and_sheet_are_those_of_the_dfme_release(small_corpus):
    out, summary = small_corpus
    assert sorted(entry.name for entry in out.iterdir()) == [
        "README.txt",
        "full_release_annotation",
        "train_data",
        "truth",
    ]
    assert summary.sheet == out / "full_release_annotation" / "training_full_with_AU.xlsx"
    book = openpyxl.load_workbook(summary.sheet)
    assert book.sheetnames == ["Sheet1"]
    header, *rows = book["Sheet1"].iter_rows(values_only=True)
    assert header == ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU")
    plans = plan_corpus(0, 1, 2)
    assert rows == [
        ("sub0001", name, p.onset, p.apex, p.offset, p.emotion_text, p.aus_text)
        for name, p in zip(CLIPS, plans, strict=True)
    ]
    for name, plan in zip(CLIPS, plans, strict=True):
        names = sorted(path.name for path in (summary.frames_dir / name).iterdir())
        assert names == [f"{number:05d}.png" for number in range(plan.frames)]
        assert frame(out, name, 0).shape == (240, 320, 3)
    assert summary.frames == sum(plan.frames for plan in plans)
    assert (summary.subjects, summary.clips, summary.drawn, summary.reused) == (1, 2, 2, False)


def test_the_readme_says_that_nobody_expressed_anything(small_corpus):
    text = (small_corpus[0] / "README.txt").read_text()
    for fact in ("Nobody expressed anything", "NASA", "mirrored", "nothing about real faces"):
        assert fact in text


def test_two_processes_write_the_same_bytes_as_one(small_corpus, tmp_path):
    again = tmp_path / "corpus"
    make_corpus(again, subjects=1, clips=2, size=SMALL, workers=2)
    assert digests(again) == digests(small_corpus[0])


def test_a_corpus_stopped_anywhere_is_completed_to_the_same_bytes(small_corpus, tmp_path):
    out = tmp_path / "corpus"
    code = (
        "import sys; from pathlib import Path; from meu_data.synth import make_corpus\n"
        "if __name__ == '__main__': make_corpus(Path(sys.argv[1]), subjects=1, clips=2, size=(320, 240), workers=2)"
    )
    script = tmp_path / "write.py"
    script.write_text(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    writer = subprocess.Popen([sys.executable, str(script), str(out)], env=environment, start_new_session=True)
    while not list(out.glob("train_data/*/00004.png")) and writer.poll() is None:
        time.sleep(0.01)
    workers = children_of(writer.pid)
    writer.kill()
    writer.wait()
    assert not (out / "truth" / "corpus.json").exists(), "it was not stopped half-way"
    for _ in range(15_000):
        if not any(is_running(worker) for worker in workers):
            break
        time.sleep(0.02)
    assert not any(is_running(worker) for worker in workers), "workers outlived their parent"
    summary = make_corpus(out, subjects=1, clips=2, size=SMALL, workers=1)
    assert not summary.reused
    assert digests(out) == digests(small_corpus[0])


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_finished_corpus_is_used_again_untouched(small_corpus):
    out, _ = small_corpus
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    summary = make_corpus(out, subjects=1, clips=2, size=SMALL, workers=2)
    assert summary.reused
    assert summary.drawn == 0
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_another_seed_gives_other_pictures(small_corpus, tmp_path):
    other = tmp_path / "corpus"
    make_corpus(other, subjects=1, clips=1, size=SMALL, seed=1, workers=1)
    assert np.abs(frame(other, CLIPS[0], 0).astype(int) - frame(small_corpus[0], CLIPS[0], 0)).mean() > 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subjects": 0}, "0 subjects"),
        ({"subjects": 10_000}, "10000 subjects"),
        ({"clips": 0}, "0 clips"),
        ({"clips": 100}, "100 clips"),
        ({"size": (159, 120)}, "159x120: too small"),
        ({"size": (160, 119)}, "160x119: too small"),
        ({"size": (100_000, 480)}, "100000x480: too large"),
        ({"seed": -1}, "seed -1"),
        ({"workers": 0}, "0 workers"),
        ({"landmark_model": Path("/nowhere/model.dat")}, "model.dat"),
    ],
    ids=str,
)
def test_senseless_arguments_are_named_and_nothing_is_written(tmp_path, change, message):
    with pytest.raises(MeuError, match=message):
        make_corpus(tmp_path / "corpus", **change)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    mine = tmp_path / "thesis.txt"
    mine.write_text("mine")
    with pytest.raises(MeuError, match="not empty"):
        make_corpus(tmp_path, subjects=1, clips=1, size=SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(MeuError, match=r"thesis\.txt"):
        make_corpus(mine, subjects=1, clips=1, size=SMALL)
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("change", [{"seed": 1}, {"clips": 3}, {"size": (640, 480)}], ids=str)
def test_a_corpus_of_other_parameters_is_left_alone(small_corpus, change):
    out, _ = small_corpus
    before = digests(out)
    with pytest.raises(MeuError, match="other parameters"):
        make_corpus(out, **{"subjects": 1, "clips": 2, "size": SMALL, "workers": 1} | change)
    assert digests(out) == before


def test_a_folder_with_only_a_killed_writers_leftover_is_taken(tmp_path):
    truth = tmp_path / "corpus" / "truth"
    truth.mkdir(parents=True)
    (truth / ".meu-tmp-abc").write_text("half")
    make_corpus(tmp_path / "corpus", subjects=1, clips=1, size=(160, 120), workers=1)
    assert not list(tmp_path.rglob(".meu-tmp-*"))


@pytest.mark.parametrize("clip", CLIPS)
def test_the_true_flow_leads_from_onset_to_apex(small_corpus, clip):
    out, _ = small_corpus
    record, truth = read_truth(out, clip)
    onset, apex = (frame(out, clip, number).astype(np.float32) for number in (record.onset, record.apex))
    y, x = np.mgrid[:240, :320].astype(np.float32)
    back = cv2.remap(apex, x + truth.flow[..., 0], y + truth.flow[..., 1], cv2.INTER_CUBIC)
    (left, top), (right, bottom) = (edge(np.array(record.landmarks), axis=0).astype(int) for edge in (np.min, np.max))
    face = (slice(top, bottom), slice(left, right))
    error = np.abs(back / record.light - onset)[face].mean()
    unmoved = np.abs(apex / record.light - onset)[face].mean()
    # Two frames' independent noise alone differ by sd · 2 / sqrt(pi) on average.
    assert error < record.noise_sd * 2 / np.sqrt(np.pi) + 0.3
    assert error < 0.7 * unmoved


@pytest.mark.parametrize("clip", CLIPS)
def test_the_parts_of_the_truth_add_up_and_agree_with_the_record(small_corpus, clip):
    record, truth = read_truth(small_corpus[0], clip)
    assert all(part.dtype == np.float32 and part.shape == (240, 320, 2) for part in truth)
    assert np.array_equal(truth.flow, truth.facial + truth.head + truth.blink)
    assert bool(truth.blink.any()) == (record.eye_closure > 0)
    nose = truth.head[round(record.head_centre[1]), round(record.head_centre[0])]
    assert nose == pytest.approx((record.head_motion.dx, record.head_motion.dy), abs=0.002)
    for site in record.sites:
        x, y = (round(value) for value in site.centre)
        along = float(np.dot(truth.facial[y, x], site.direction))
        assert site.amplitude > 0
        assert along > 0.3 * site.amplitude, site


@pytest.mark.parametrize("clip", CLIPS)
def test_recorded_sites_are_those_that_facs_names(small_corpus, clip):
    # Two tables written down apart: what is drawn is an effect of the AU, and none of its sites is left out.
    record, _ = read_truth(small_corpus[0], clip)
    for code in record.aus:
        drawn = {site.region: site.octant for site in record.sites if site.au == code}
        effects = au_effects(parse_code(code))
        for region, way in drawn.items():
            assert any(effect.region == region and effect.shows(way) for effect in effects), (code, region, way)
        assert {effect.region for effect in effects if effect.kind == "primary"} <= drawn.keys()
    assert all(octant(*site.direction) == site.octant for site in record.sites)
    assert all(site.region in REGIONS for site in record.sites)


def test_the_onset_frame_is_the_resting_face_and_frames_are_noisy(face):
    plan = plan_corpus(0, 1, 1)[0]
    painter = ClipPainter(plan, face, 0)
    assert not any(part.any() for part in painter.parts(plan.onset))
    onset = next(picture for number, picture in enumerate(painter.frames()) if number == plan.onset)
    noise = onset.astype(np.float64) - face.picture[::2, ::2]
    assert noise.std() == pytest.approx(plan.noise_sd, rel=0.05)
    assert abs(noise.mean()) < 0.05


def test_the_inverse_takes_every_point_back():
    y, x = np.mgrid[:60, :80].astype(np.float32)
    grid = np.stack((x, y), axis=-1)
    field = np.stack((3 * np.sin(y / 12), 2 * np.cos(x / 9)), axis=-1).astype(np.float32)
    back = inverse(field, grid, np.zeros_like(grid))
    start = grid + back
    arrived_x = start[..., 0] + 3 * np.sin(start[..., 1] / 12)
    arrived_y = start[..., 1] + 2 * np.cos(start[..., 0] / 9)
    inside = (slice(5, -5), slice(5, -5))
    assert np.abs(arrived_x - x)[inside].max() < 0.02
    assert np.abs(arrived_y - y)[inside].max() < 0.02


def test_the_record_is_plain_json(small_corpus):
    record = json.loads((small_corpus[0] / "truth" / "sub0001_01.json").read_text())
    assert record["clip"] == "sub0001_01"
    assert len(record["landmarks"]) == 68


def test_a_drawing_process_killed_from_outside_is_told(tmp_path):
    class KillFirst:
        def start(self, what, total):
            self.total = total

        def advance(self, done=1):
            for child in children_of(os.getpid()):
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(child, signal.SIGKILL)

        def finish(self):
            raise AssertionError("it cannot have come to its end")

    with pytest.raises(MeuError, match="ended from outside"):
        make_corpus(tmp_path / "corpus", subjects=2, clips=4, size=(160, 120), workers=2, progress=KillFirst())
