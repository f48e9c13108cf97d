"""Small files that would unfold to gigabytes, and what is no file at all: refused at once, in one line."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from meu_data.corpora.dfme import CORPUS
from meu_data.corpora.sheets import open_table
from meu_data.drafting.money.prices import Prices
from meu_data.errors import FrameError, MeuError, SheetError
from meu_data.export.about.facts import read_facts
from meu_data.frames import read_frame, read_header
from meu_data.hydrate.listing import read_clips
from tests.corpora.conftest import HEADER, Corpus

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices are POSIX's")
ROW = ["sub0001", "sub0001_01", 0, 4, 9, "happiness", "6+12"]
WORKSHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def corpus(tmp_path):
    return Corpus(tmp_path / "corpus")


def with_part(source, path, name, content):
    """A copy of a workbook in which one part is another; `content` comes in pieces."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        with new.open(name, "w", force_zip64=True) as stream:
            for piece in content:
                stream.write(piece)


def unpacks_to_much(source, path):
    with_part(source, path, WORKSHEET, [b" " * (1 << 22)] * 33)


def many_strings(source, path):
    with_part(source, path, "xl/sharedStrings.xml", [b"<sst>", *[b"<si><t/></si>" * 80_000] * 33, b"</sst>"])


def every_row_to_the_last_column(source, path):
    header = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
    rows = (f'<row r="{n}">{header}<c r="XFD{n}" t="n"><v>1</v></c></row>'.encode() for n in range(1, 1300))
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    with_part(source, path, WORKSHEET, [head, *rows, b"</sheetData></worksheet>"])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (unpacks_to_much, "far more than a sheet needs"),
        (many_strings, "far more than a sheet needs"),
        (every_row_to_the_last_column, "cells"),
    ],
)
def test_a_workbook_that_would_fill_the_memory_is_refused(corpus, tmp_path, spoil, told):
    path = tmp_path / "bomb.xlsx"
    spoil(corpus.xlsx([ROW]), path)
    assert path.stat().st_size < 2_000_000
    with pytest.raises(SheetError, match=told):
        open_table(path, CORPUS)


def test_a_size_that_is_told_too_small_unpacks_no_more(corpus, tmp_path):
    path = tmp_path / "forged.xlsx"
    unpacks_to_much(corpus.xlsx([ROW]), path)
    size = struct.pack("<I", 33 << 22)
    path.write_bytes(path.read_bytes().replace(size, struct.pack("<I", 1000)))
    with pytest.raises(SheetError, match="damaged"):
        open_table(path, CORPUS)


def test_one_stray_cell_at_the_far_end_does_not_matter(corpus):
    path = corpus.xlsx([[*ROW, *[None] * (16_384 - len(ROW) - 1), "stray"], ROW])
    assert [row.number for row in open_table(path, CORPUS).rows()] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        ",".join(HEADER) + "\n" + "x" * 1_000_000 + ",1\n",
        "x" * 2_000_000,
    ],
    ids=["a cell of 1 MB", "a line of 2 MB"],
)
def test_a_csv_of_endless_cells_is_refused(tmp_path, text):
    path = tmp_path / "sheet.csv"
    path.write_text(text)
    with pytest.raises(SheetError) as refused:
        open_table(path, CORPUS)
    assert len(str(refused.value)) < 600


def test_a_jpeg_of_a_thousand_scans_is_refused(tmp_path):
    stream = BytesIO()
    Image.new("RGB", (64, 48)).save(stream, "JPEG", progressive=True)
    data = stream.getvalue()
    # The last scan again and again: a decoder goes through all of them.
    scan = data[data.rindex(b"\xff\xda") : -2]
    path = tmp_path / "scans.jpg"
    path.write_bytes(data[:-2] + scan * 1000 + data[-2:])
    with pytest.raises(FrameError, match="scans"):
        read_frame(path)
    path.write_bytes(data)
    assert read_frame(path).bgr.shape == (48, 64, 3)


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("size", "between", "told"),
    [((60_000, 60_000), b"", "megapixels"), ((8, 8), chunk(b"tEXt", b"a\0b") * 110_000, "pieces")],
    ids=["pixels", "chunks"],
)
def test_a_png_that_would_fill_the_memory_is_refused(tmp_path, size, between, told):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(bytes(25 * 8)))
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + rows + between + chunk(b"IEND"))
    with pytest.raises(FrameError, match=told):
        read_header(path)


@contextlib.contextmanager
def not_waiting():
    """Ends what waits for a writer that never comes, or reads a device without end."""

    def hung(*_):
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(60)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def a_pipe(path):
    os.mkfifo(path)


def a_device(path):
    path.symlink_to("/dev/zero")


def a_socket(path):
    # The name of a socket may have a hundred bytes only.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(here)


# What is read where the word stands that a user may name; {} is the path.
DOORS = [
    "extract --annotations {}.xlsx --frames .",
    "extract --annotations {}.xls --frames .",
    "extract --annotations {}.csv --frames .",
    "fer-vqa out --preset custom --labels a,b --images . --table {}.csv",
    "fer-vqa out --preset custom --labels a,b --images . --table {}.txt",
    "rewards {}",
    "check {}",
    "check {}.parquet",
    "hydrate {} --frames .",
    "megc-submission {}_to_answer.jsonl {}",
    "map {}.png {}.png",
    "map {}.avi#1 {}.avi#2",
    "doctor --landmark-model {}",
]


@posix
@pytest.mark.parametrize("make", [a_pipe, a_device, a_socket])
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_file_is_refused_at_once(meu, tmp_path, monkeypatch, door, make):
    monkeypatch.chdir(tmp_path)
    for name in {word.format("given").partition("#")[0] for word in door.split() if "{}" in word}:
        make(tmp_path / name)
    with not_waiting():
        code, _, err = meu(*door.format(*["given"] * door.count("{}")).split())
    assert code == 2
    assert err.count("given") >= 1 or "landmark" in door
    assert "bug" not in err


@posix
@pytest.mark.parametrize("make", [a_pipe, a_device])
@pytest.mark.parametrize("name", ["meu.toml", "meu.db", "prices.toml", "export.json", "pictures.jsonl"])
def test_what_is_no_file_in_a_folder_is_refused_at_once(meu, tmp_path, name, make):
    make(tmp_path / name)
    readers = {
        "prices.toml": Prices.read,
        "export.json": read_facts,
        "pictures.jsonl": lambda root: [*read_clips(root)],
    }
    with not_waiting():
        if name in readers:
            with pytest.raises(MeuError, match="device, a pipe"):
                readers[name](tmp_path)
        else:
            (tmp_path / "frames").mkdir()
            shutil.copy(__file__, tmp_path / "sheet.csv")
            given = ("--annotations", tmp_path / "sheet.csv", "--frames", tmp_path / "frames")
            code, _, err = meu("extract", *given, "-w", tmp_path)
            assert code == 2
            assert name in err


@posix
def test_an_output_never_takes_the_place_of_a_device(meu, tmp_path, face_bgr):
    picture = tmp_path / "a.png"
    Image.fromarray(face_bgr).save(picture)
    os.mkfifo(tmp_path / "pipe.png")
    code, _, err = meu("map", picture, picture, "-o", tmp_path / "pipe.png")
    assert code == 2
    assert "a folder or a device" in err
    assert (tmp_path / "pipe.png").is_fifo()
