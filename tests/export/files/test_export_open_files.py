"""Leaving one subject out makes hundreds of splits: so many files are not open at once, and all rows arrive."""

import json
import tarfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.export.files.lines import lines_folder
from meu_data.export.files.open_streams import MOST_OPEN
from meu_data.export.files.parquet import ParquetFolder
from meu_data.export.files.tar import tar_folder

SPLITS = 150


def opened(folder):
    """How many files below a folder this process has open."""
    links = (one for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
    return sum(str(one.readlink()).startswith(str(folder)) for one in links)


def in_parquet(folder):
    # Every row is a group of its own, and so is written at once.
    files = ParquetFolder(folder, pa.schema([("n", pa.int64())]), group_bytes=1)
    yield lambda split, number: files.add(split, {"n": number})
    files.finish()


def in_lines(folder):
    with lines_folder(folder, folder / "images", "json") as files:
        yield lambda split, number: files.add(split, {"n": number})
        files.finish()


def in_tar(folder):
    with tar_folder(folder) as files:
        yield lambda split, number: files.add(split, [(f"s{number}.json", json.dumps({"n": number}).encode())])
        files.finish()


def numbers(path):
    if path.suffix == ".parquet":
        return pq.read_table(path, columns=["n"])["n"].to_pylist()
    if path.suffix == ".json":
        return [row["n"] for row in json.loads(path.read_text(encoding="utf-8"))]
    with tarfile.open(path) as tar:
        return [json.loads(tar.extractfile(member).read())["n"] for member in tar]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs to see what is open")
@pytest.mark.parametrize(("writer", "splits"), [(in_parquet, MOST_OPEN + 6), (in_lines, SPLITS), (in_tar, SPLITS)])
def test_files_of_many_splits_are_not_all_open(tmp_path, writer, splits):
    most = 0
    for add in writer(tmp_path):
        # Splits by turns, which no order of subjects makes: the worst there is.
        for number in range(2 * splits):
            add(f"subject{number % splits:03d}", number)
            most = max(most, opened(tmp_path))
    assert 0 < most <= MOST_OPEN
    found = Counter()
    for path in tmp_path.iterdir():
        found.update(number for number in numbers(path) if path.name.startswith(f"subject{number % splits:03d}"))
    assert found == Counter(range(2 * splits))
