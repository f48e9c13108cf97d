"""Small files that unfold to gigabytes: `check` tells of them and stays small."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.checking import check
from meu_data.checking.time_limit import TimeLimit
from meu_data.errors import MeuError

ROW = {
    "id": "a",
    "image_path": "a.png",
    "question": "<image> q?",
    "response": "<think>t</think><answer>happiness</answer>",
}
MOST_MB = 1000

PROGRAM = """
import sys
from meu_data.cli import main
try:
    main()
finally:
    print([line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1], file=sys.stderr)
"""


def rows_of(count, **columns):
    return pa.table({name: [value] * count for name, value in (ROW | columns).items()})


def dictionary(path):
    question = pa.array(["x" * (8 << 20)]).dictionary_encode()
    table = rows_of(1000).set_column(2, "question", pa.DictionaryArray.from_arrays([0] * 1000, question.dictionary))
    pq.write_table(table, path, compression="zstd")


def texts(path):
    table = rows_of(400, question="x" * (1 << 20))
    pq.write_table(table, path, compression="zstd", dictionary_pagesize_limit=1 << 30)


def beginnings(path):
    table = rows_of(400).set_column(2, "question", pa.array(["x" * (1 << 20) + str(at) for at in range(400)]))
    encoding = {"question": "DELTA_BYTE_ARRAY"}
    pq.write_table(table, path, compression="zstd", use_dictionary=False, column_encoding=encoding)


def pictures(path):
    data = pa.DictionaryArray.from_arrays([0] * 4000, pa.array([b"x" * (1 << 20)]))
    images = pa.ListArray.from_arrays([0, 4000], pa.StructArray.from_arrays([data], ["bytes"]))
    pq.write_table(rows_of(1).append_column("images", images), path, compression="zstd")


def long_list(path):
    entries = pa.DictionaryArray.from_arrays(pa.array(bytes(900_000), pa.int8()), ["AU1"]).cast(pa.string())
    aus = pa.ListArray.from_arrays([0, len(entries)], entries)
    pq.write_table(rows_of(1).append_column("aus", aus), path, compression="zstd")


def many_rows(path):
    one = rows_of(1)
    with pq.ParquetWriter(path, one.schema, compression="zstd") as writer:
        writer.write_table(one.take(pa.array(bytes(3_000_000), pa.int8())), row_group_size=3_000_000)


def holes(path):
    with tarfile.open(path, "w") as tar:
        for number in range(100):
            member = tarfile.TarInfo(f"a.{number}.png")
            member.type = tarfile.GNUTYPE_SPARSE
            header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
            header[386:410] = b"%011o\0%011o\0" % (0, 0)
            header[482:483] = b"\0"
            header[483:495] = b"%011o\0" % (127 << 20)
            header[148:156] = b" " * 8
            header[148:156] = b"%06o\0 " % sum(header)
            tar.fileobj.write(header)
            tar.offset += len(header)
        row = json.dumps(ROW).encode()
        member = tarfile.TarInfo("a.json")
        member.size = len(row)
        tar.addfile(member, io.BytesIO(row))


def huge_header(path):
    member = tarfile.TarInfo("././@LongLink")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    with open(path, "wb") as file:
        file.write(member.tobuf(tarfile.GNU_FORMAT))
        file.truncate(4 << 30)


def many_members(path):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for number in range(5000):
            tar.addfile(tarfile.TarInfo(f"a.{number}.png"))


def long_line(path):
    with open(path, "wb") as file:
        file.write(b'{"id": "')
        file.truncate(1 << 30)


def long_item(path):
    with open(path, "wb") as file:
        file.write(b'[{"id": "')
        file.truncate(1 << 30)


def deep_line(path):
    path.write_text('{"id": ' + "[" * 900_000 + "\n")


def long_prose(path):
    """An answer without a full stop, in which every word may begin a sentence's part."""
    text = "left mouth corner up AU12 " * 100_000
    row = ROW | {
        "aus": ["AU12"],
        "emotion": "happiness",
        "response": f"<think>{text}</think><answer>happiness</answer>",
    }
    path.write_text(json.dumps(row) + "\n")


def many_paths(path):
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    path.write_text(json.dumps({"messages": turns, "images": ["a/b.png"] * 300_000}) + "\n")


ENDINGS = {
    long_prose: "jsonl",
    many_paths: "jsonl",
    holes: "tar",
    huge_header: "tar",
    many_members: "tar",
    long_line: "jsonl",
    long_item: "json",
    deep_line: "jsonl",
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs to see how large a process was")
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (dictionary, "times the file's"),
        (texts, "characters in it, more than 131072"),
        (beginnings, "characters in it, more than 131072"),
        (pictures, "times the file's"),
        (long_list, "values in 1 rows"),
        (many_rows, "3000000 rows with"),
        (holes, "a file with holes"),
        (huge_header, "a header has 3221225472 bytes"),
        (many_members, "more than 4096 members"),
        (long_line, "the line is longer than 16 MB"),
        (long_item, "the rest is not read"),
        (deep_line, "nested too deeply"),
        (long_prose, "characters of answer in it, more than 8192"),
        (many_paths, "there are 300000 pictures in it, more than 256"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_would_fill_the_memory_is_told_and_not_unfolded(tmp_path, make, told):
    path = tmp_path / f"rows.{ENDINGS.get(make, 'parquet')}"
    make(path)
    assert path.stat().st_blocks * 512 < 4 << 20
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", str(path), "--rule", "unreadable"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode in (2, 3), ran.stderr
    assert told in ran.stdout + ran.stderr
    assert int(ran.stderr.split()[-1]) < MOST_MB * 1024


def prose(sentence):
    """A row whose text is as long as the rules read."""
    text = (sentence * 8000)[:8000]
    return ROW | {"aus": ["AU12"], "response": f"<think>{text}</think><answer>happiness</answer>"}


@pytest.mark.parametrize(
    "sentence",
    [
        "AU12. ",
        "left mouth corner up AU12 ",
        "The left corner of the mouth moves up, which is AU12 and not AU9; ",
        "左嘴角上扬，AU12。",
    ],
)
def test_rows_of_dense_prose_end_with_the_time_of_a_file_and_that_is_told(tmp_path, sentence):
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(prose(sentence) | {"id": str(at)}) + "\n" for at in range(2000)))
    summary = check(path, seconds=0.1, rules=["unreadable"])
    (found,) = summary.findings
    assert (found.rule, found.row) == ("unreadable", summary.rows["train"] + 1)
    assert summary.rows["train"] < 2000
    assert "not looked into: those before took the 0.1 s of a file; give more with --seconds" in found.wrong


def test_without_a_limit_every_row_is_looked_into(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(ROW | {"id": str(at)}) + "\n" for at in range(300)))
    summary = check(path, seconds=0, rules=["unreadable"])
    assert (summary.findings, summary.rows) == ((), {"train": 300})


@pytest.mark.parametrize(("seconds", "over"), [(5.0, [False, True, True]), (0, [False] * 3), (100.0, [False] * 3)])
def test_a_time_limit_counts_from_its_beginning(seconds, over):
    times = iter([10.0, 14.9, 15.0, 99.0])
    limit = TimeLimit(seconds, clock=lambda: next(times))
    assert [limit.over for _ in range(3)] == over


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_time_that_is_none(tmp_path, seconds):
    with pytest.raises(MeuError, match="--seconds"):
        check(tmp_path, seconds=seconds)


@pytest.mark.parametrize("name", ["out.zip", "train.jsonl.gz", "OUT.ZIP"])
def test_what_is_packed_has_to_be_unpacked(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PK\3\4")
    with pytest.raises(MeuError, match=r"no export: .*; unpack it and check the folder"):
        check(path)
