import contextlib
import csv
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pytest

from meu_data.corpora.extract import ExtractSummary, extract
from meu_data.records import Problem, Sample
from meu_data.store.workspace import Workspace

HEADER = ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU")


def picture(width=64, height=48, ending=".png"):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return cv2.imencode(ending, pixels)[1].tobytes()


class Corpus:
    """A small corpus in DFME's layout on disk, and a workspace beside it."""

    def __init__(self, root: Path):
        self.root = root
        self.frames = root / "train_data"
        self.workspace = root / "workspace"
        self.frames.mkdir(parents=True)

    def clip(self, name="sub0001_01", numbers=(0, 4, 9), data=None):
        for number in numbers:
            path = self.frames / name / f"{number:05d}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data or picture())
        return self.frames / name

    def row(self, filename="sub0001_01", subject="sub0001", onset=0, apex=4, offset=9, emotion="happiness", au="6+12"):
        return [subject, filename, onset, apex, offset, emotion, au]

    def xlsx(self, rows, header=HEADER, name="sheet.xlsx", title="Sheet1"):
        book = openpyxl.Workbook()
        book.active.title = title
        for cells in [header, *rows] if header else rows:
            book.active.append(list(cells))
        book.save(self.root / name)
        return self.root / name

    def csv(self, rows, header=HEADER, name="sheet.csv", encoding="utf-8", delimiter=","):
        with open(self.root / name, "w", encoding=encoding, newline="") as stream:
            csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
        return self.root / name

    def extract(self, sheet, split="train", **options) -> ExtractSummary:
        with Workspace.open(self.workspace, create=True) as workspace:
            options = {"corpus": "dfme", "yes": True} | options
            summary = extract(workspace, annotations=sheet, frames=self.frames, split=split, **options)
        assert summary.dry_run or summary.understood.events == summary.samples + summary.problems
        return summary

    def samples(self) -> list[Sample]:
        with Workspace.open(self.workspace) as workspace:
            return list(workspace.ledger.samples())

    def problems(self) -> list[Problem]:
        with Workspace.open(self.workspace) as workspace:
            return list(workspace.ledger.problems())

    def reasons(self, *rows, **options) -> list[str]:
        """Extracts these rows alone and tells why each became a problem, in the order of the sheet."""
        summary = self.extract(self.xlsx(rows, **options))
        reasons = [problem.reason for problem in self.problems()]
        assert summary.problems == len(reasons)
        return reasons

    def dump(self) -> list[str]:
        return dump(self.workspace)


def dump(workspace: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(workspace / "meu.db")) as database:
        return list(database.iterdump())


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    return Corpus(tmp_path)


@pytest.fixture
def open_corpus() -> Iterator[Corpus]:
    """A corpus that every user of the machine can reach, unlike one in pytest's own folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Corpus(Path(folder))


@contextlib.contextmanager
def plain_user() -> Iterator[None]:
    """The body runs without root's right to read everything."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
