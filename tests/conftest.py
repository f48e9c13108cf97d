"""What several test modules share: a real face, and a small workspace of real frames."""

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import settings

from meu_data.cli import main
from meu_data.records import Motion, Problem, RegionMotion, Sample, Source, sample_id
from meu_data.store.workspace import Workspace
from tests.builders import make_motion, make_region, make_sample

# An example may take as long as it likes: no test depends on how busy the machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# What takes longest begins first, so that no process is left alone with it at the end.
_LONGEST = ("tests/test_wheel.py", "browser", "tests/test_plugins.py", "tests/test_demo.py", "tests/test_notebook.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests run in one process, so that what they share is made once."""
    for item in items:
        if not any(item.iter_markers("xdist_group")):
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
    order = {group: at for at, group in enumerate(_LONGEST)}
    items.sort(key=lambda item: min(order.get(mark.args[0], len(order)) for mark in item.iter_markers("xdist_group")))


def pytest_terminal_summary(terminalreporter, config) -> None:
    """Says what was left out, and why."""
    places = Counter(
        (Path(report.nodeid.split("::")[0]).as_posix(), report.longrepr[2].removeprefix("Skipped: "))
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple)
    )
    for (place, reason), count in sorted(places.items()):
        terminalreporter.write_line(f"left out: {count} of {place}: {reason}")
    if "not trainers" in config.option.markexpr:
        terminalreporter.write_line("left out: tests/trainers, which needs real trainers: `make test-trainers`")
    if "not studio" in config.option.markexpr:
        terminalreporter.write_line("left out: what needs a real Label Studio, as -m asks")


@pytest.fixture
def meu(monkeypatch, capsys):
    """Runs the program in this process: (exit code, stdout, stderr)."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["meu-data", *map(str, words)])
        if "COLUMNS" not in os.environ:
            monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def face_bgr() -> np.ndarray:
    """The public-domain portrait, cut to 192x192, with the grain that flow needs; uint8 (192, 192, 3)."""
    import skimage.data

    crop = skimage.data.astronaut()[30:210, 105:345, ::-1]
    enlarged = cv2.resize(crop, (320, 240), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    grain = np.random.default_rng(0).normal(0, 4, enlarged.shape[:2])
    return np.clip(enlarged + grain[..., None], 0, 255).astype(np.uint8)[35:227, 62:254].copy()


def moved(picture: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """The picture after a small, smooth motion (flow in px, x right and y down)."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return cv2.remap(picture, x - flow[..., 0], y - flow[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def bump(size: tuple[int, int], centre: tuple[float, float], vector: tuple[float, float], sigma: float) -> np.ndarray:
    """A flow that moves one place: float32 (H, W, 2)."""
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    weight = np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * sigma**2))
    return weight[..., None] * np.array(vector, np.float32)


@pytest.fixture
def face_workspace(tmp_path: Path, face_bgr: np.ndarray) -> Workspace:
    """A workspace with three samples of one face, each with another corner of the mouth or none moving."""
    frames = tmp_path / "frames 帧"
    motions = {
        "a": bump((192, 192), (73, 114), (-1.5, -1.5), 8),
        "b": bump((192, 192), (124, 114), (1.5, -1.5), 8),
        "c": np.zeros((192, 192, 2), np.float32),
    }
    rows: list[Sample | Problem] = []
    for row, (clip, flow) in enumerate(motions.items(), start=2):
        (frames / clip).mkdir(parents=True)
        for number, picture in ((1, face_bgr), (5, moved(face_bgr, flow + 0.4))):
            (frames / clip / f"{number:05d}.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        rows.append(
            Sample(
                id=sample_id("dfme", "s1", clip, 1, 5),
                corpus="dfme",
                split="train",
                subject="s1",
                clip=clip,
                onset=1,
                apex=5,
                offset=9,
                emotion="happiness",
                aus=(),
                onset_frame=f"{clip}/00001.png",
                apex_frame=f"{clip}/00005.png",
                width=192,
                height=192,
                sheet="train.xlsx",
                row=row,
            )
        )
    workspace = Workspace.open(tmp_path / "work", create=True)
    workspace.ledger.replace_source(Source(corpus="dfme", split="train", sheet="train.xlsx", frames=str(frames)), rows)
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def motion_of() -> Callable[..., Motion]:
    return make_motion


@pytest.fixture(scope="session")
def sample_of() -> Callable[..., Sample]:
    return make_sample


@pytest.fixture(scope="session")
def region_of() -> Callable[..., RegionMotion]:
    return make_region
