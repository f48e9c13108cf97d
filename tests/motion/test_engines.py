"""The same work on a dask cluster: the same bytes, also when a worker dies half-way."""

import os
import sys
from pathlib import Path

import pytest
from distributed import LocalCluster

from meu_data.errors import MeuError, MissingExtraError
from meu_data.motion.render import render
from meu_data.progress import Silent
from tests.motion.test_render import content


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as running:
        yield running


class KillOneWorker(Silent):
    """Kills a worker process when the first sample is done."""

    def __init__(self, cluster: LocalCluster) -> None:
        self.cluster, self.killed = cluster, 0

    def advance(self, done: int = 1) -> None:
        if not self.killed:
            self.killed = next(iter(self.cluster.workers.values())).pid
            os.kill(self.killed, 9)


def start_again(workspace) -> None:
    for path in (workspace.root / "maps").rglob("*.png"):
        path.unlink()
    with workspace.ledger.transaction():
        for sample in list(workspace.ledger.samples()):
            workspace.ledger.drop_motion(sample.id, "robust")


def test_a_cluster_gives_the_same_bytes_even_if_a_worker_dies(face_workspace, cluster):
    render(face_workspace, workers=1)
    local = content(face_workspace.root)
    start_again(face_workspace)
    killer = KillOneWorker(cluster)
    summary = render(face_workspace, engine="dask", scheduler=cluster.scheduler_address, progress=killer)
    assert killer.killed
    assert summary.rendered == 3
    assert content(face_workspace.root) == local


def test_frames_are_reached_by_url(face_workspace, cluster):
    render(face_workspace, workers=1)
    local = content(face_workspace.root)
    start_again(face_workspace)
    url = "file://" + face_workspace.ledger.sources()["dfme", "train"].frames
    render(face_workspace, engine="dask", scheduler=cluster.scheduler_address, worker_frames=url)
    assert content(face_workspace.root) == local


def test_a_frame_that_the_worker_cannot_reach_is_a_problem(face_workspace, cluster, tmp_path):
    (tmp_path / "empty").mkdir()
    url = f"file://{tmp_path / 'empty'}"
    summary = render(face_workspace, engine="dask", scheduler=cluster.scheduler_address, worker_frames=url, limit=1)
    assert summary.problems == 1
    (problem,) = face_workspace.ledger.problems()
    assert "a/00001.png: cannot be read from file://" in problem.reason


@pytest.mark.parametrize(
    ("scheduler", "reason"), [(None, "needs --scheduler"), ("tcp://127.0.0.1:9", "no dask scheduler answers")]
)
def test_without_a_scheduler_it_says_so(face_workspace, scheduler, reason):
    with pytest.raises(MeuError, match=reason):
        render(face_workspace, engine="dask", scheduler=scheduler)


def test_without_dask_it_names_the_extra(face_workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"meu-data\[cluster\]"):
        render(face_workspace, engine="dask", scheduler="tcp://127.0.0.1:9")


def test_a_worker_with_other_libraries_is_refused(face_workspace):
    from meu_data.face.landmark_model import find_landmark_model
    from meu_data.motion.detection import FaceFinder
    from meu_data.motion.render_job import RenderJob, work

    (sample, *_) = face_workspace.ledger.samples()
    frames = str(Path(face_workspace.ledger.sources()["dfme", "train"].frames))
    job = RenderJob(sample, frames, ((), ()), "robust", "fused", "fused-0+opencv-1.0", 448, "settings", "seen", None)
    with pytest.raises(MeuError, match="install the same versions everywhere"):
        work(job, FaceFinder(find_landmark_model()))
