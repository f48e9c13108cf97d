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
        (long_prose, "characters of answer in it, more than 16384"),
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
