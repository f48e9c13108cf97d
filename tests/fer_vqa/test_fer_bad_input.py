"""Bad tables, pictures and options: each told of with its row, nothing half written, nothing lost."""

import contextlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.fer_vqa import fer_vqa
from tests.fer_vqa.conftest import picture

VOTES = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"


def run(folder, preset="rafdb", **options):
    return fer_vqa(folder.root / "out", folder.images, preset=preset, **options)


def told(summary):
    return {finding.row: finding.reason for finding in summary.findings}


def test_every_kind_of_bad_row_is_a_problem_with_its_number(folder):
    folder.put("good.jpg", "twice.jpg", "unclear.jpg")
    (folder.images / "cut.jpg").write_bytes(picture(1, "JPEG")[:-20])
    (folder.images / "empty.jpg").write_bytes(b"")
    (folder.images / "text.jpg").write_bytes(b"no picture")
    (folder.images / "folder.jpg").mkdir()
    outside = folder.root / "outside.jpg"
    outside.write_bytes(picture(2, "JPEG"))
    (folder.images / "link.jpg").symlink_to(outside)
    rows = {
        2: ("good.jpg,1", None),
        3: ("missing.jpg,1", "missing.jpg: there is no such file (nor missing_aligned.jpg); check --images"),
        4: ("good.jpg,9", "'9' is no label of rafdb"),
        5: ("good.jpg,", "'' is no label of rafdb"),
        6: ("twice.jpg,1", None),
        7: ("./twice.jpg,1", "stands in row 6 already"),
        8: ("unclear.jpg,1", "has several labels, here surprise"),
        9: ("unclear.jpg,2", "has several labels, here fear"),
        10: ("good.jpg", "1 cells, not 2"),
        11: (",1", "it names no picture"),
        12: ("../outside.jpg,1", "leads out of the folder"),
        13: (f"{outside},1", "leads out of the folder"),
        14: ("link.jpg,1", "leads out of the folder"),
        15: ("cut.jpg,1", "cut.jpg: the file is cut off"),
        16: ("empty.jpg,1", "empty.jpg: the file is empty"),
        17: ("text.jpg,1", "text.jpg: no picture"),
        18: ("folder.jpg,1", "folder.jpg: this is a folder"),
        19: ("a\0b.jpg,1", "leads out of the folder"),
        20: (f"{'x' * 300}.jpg,1", "File name too long"),
        21: (".,1", "leads out of the folder"),
        22: ("C:\\x.jpg,1", "leads out of the folder"),
        23: ('"twice.jpg",1', "stands in row 6 already"),
        24: (f"../{folder.images.name}/good.jpg,1", "leads out of the folder"),
    }
    table = folder.table("image,label\n" + "".join(f"{text}\n" for text, _ in rows.values()))
    summary = run(folder, table=table)
    found = told(summary)
    assert list(found) == [row for row, (_, reason) in rows.items() if reason]
    for row, (_, reason) in rows.items():
        assert reason is None or reason in found[row], row
    assert {finding.file for finding in summary.findings} == {"labels.csv"}
    assert summary.problems == len(found)
    assert [row["image_path"] for row in json.loads((folder.root / "out/test.json").read_text())] == [
        "good.jpg",
        "twice.jpg",
    ]


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ("1,x,0,0,0,0,0,0,0,0", "the vote for happiness is 'x', no whole number"),
        ("1,-2,0,0,0,0,0,0,0,0", "the vote for happiness is '-2', no whole number"),
        ("0,0,0,0,0,0,0,0,0,0", "nobody voted"),
    ],
)
def test_bad_votes(folder, votes, reason):
    folder.put("a.png")
    table = folder.table(f"{VOTES}Training,a.png,{votes}\nTraining,a.png,9,0,0,0,0,0,0,0,1,0\n")
    assert told(run(folder, "ferplus", table=table)) == {2: reason}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (b"", "its columns are none; needed are image and label"),
        (b"name,emotion\na.png,1\n", "its columns are name, emotion; needed are image and label"),
        (b"image,label,image\na.png,1,a\n", "the column 'image' stands there twice"),
        (b"image,label\n", "labels.csv is usable: it names no picture"),
        (b"image,label\nM\xfcller.png,1\n", "is not UTF-8, and may be"),
        (b"image,label\nM\xfcller.png,1\n", "cp1252 ('Müller.png'); save it as UTF-8"),
        (b"image,label\n\xff\x81,1\n", "in no encoding known here"),
        (b"\xff\xfeimage,label\n\n", "begins as UTF-16 but is not"),
        (b"x" * 2_000_000, "labels.csv row 1: the line is longer"),
        (b'image,label\n"a.png"x,1\n', "labels.csv row 2"),
        (b"image,label\n" + b"x" * 200_000 + b",1\n", "labels.csv row 2: field larger"),
        (b"image,label\nb.png,1\n", "is usable, 1 problems; the first: labels.csv row 2: b.png: there is no such file"),
        (None, "no such file"),
    ],
)
def test_a_table_without_a_usable_row_is_refused_and_nothing_is_written(folder, table, reason):
    folder.put("a.png")
    path = folder.root / "labels.csv"
    if table is not None:
        path.write_bytes(table)
    before = sorted(folder.root.rglob("*"))
    with pytest.raises(MeuError, match=r"labels\.csv") as error:
        run(folder, table=path, pixels=True)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    assert sorted(folder.root.rglob("*")) == before


def test_wrong_folders_and_pictures_outside_of_them_are_problems(folder):
    folder.put("happy/a.png", "cheerful/b.png", "loose.png")
    summary = run(folder, "sfew")
    assert {finding.file: finding.reason for finding in summary.findings} == {
        "cheerful": "the folder 'cheerful' is no label of sfew: angry, disgust, fear, happy, neutral, sad, surprise; "
        "its pictures were left out",
        "loose.png": "it lies in no folder of a label",
    }
    assert summary.rows == {"test": 1}


def test_a_name_in_another_encoding_is_a_problem(folder):
    folder.put("happy/a.png")
    with open(os.fsencode(folder.images / "happy") + b"/\xff.png", "wb") as stream:
        stream.write(picture(1))
    summary = run(folder, "sfew")
    assert summary.rows == {"test": 1}
    assert "its name is no UTF-8 text" in summary.findings[0].reason
    summary.model_dump_json()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"preset": "fer2013"}, "there is no preset 'fer2013'; choose from: rafdb, ferplus, affectnet, sfew, custom"),
        ({"preset": "sfew", "labels": "a,b"}, "--labels is for --preset custom"),
        ({"preset": "custom", "labels": "calm"}, "at least two labels"),
        ({"preset": "custom", "labels": "calm,,x"}, "at least two labels"),
        ({"preset": "custom", "labels": "calm,Calm"}, "a label stands twice"),
        ({"preset": "custom", "labels": "calm,</answer>"}, "cannot stand in a question"),
        ({"preset": "custom", "table": True}, "needs --labels"),
        ({"preset": "custom"}, "needs a folder for each label"),
        ({"preset": "sfew", "split": "test"}, "has no split 'test'; its splits: none"),
    ],
)
def test_options_that_do_not_fit(folder, options, reason):
    folder.put("happy/a.png")
    if options.get("table"):
        options = options | {"table": folder.table("image,label\nhappy/a.png,1\n")}
    with pytest.raises(MeuError) as error:
        fer_vqa(folder.root / "out", folder.images, **options)
    assert reason in str(error.value)
    assert not (folder.root / "out").exists()


def test_an_unknown_split_names_those_there_are(folder):
    folder.put("a.png")
    table = folder.table("image,label,split\na.png,happy,valid\na.png,happy,\n")
    with pytest.raises(MeuError, match="has no split 'test'; its splits: valid"):
        run(folder, table=table, split="test")


def contents(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_what_is_there_stays_without_overwrite_and_when_the_new_one_fails(folder):
    folder.put("happy/a.png")
    out = folder.root / "out"
    run(folder, "sfew", pixels=True)
    first = contents(out)
    with pytest.raises(MeuError, match="--overwrite"):
        run(folder, "sfew")
    with pytest.raises(MeuError, match="names no picture"):
        run(folder, "ferplus", table=folder.table(VOTES), overwrite=True)
    assert contents(out) == first
    folder.put("sad/b.png")
    run(folder, "sfew", overwrite=True)
    assert set(contents(out)) == {Path("test.json"), Path("README.md"), Path("SHA256SUMS")}
    assert len(json.loads((out / "test.json").read_text())) == 2
    second = contents(out)
    (out / "mine.txt").write_text("x")
    with pytest.raises(MeuError, match="may not be overwritten"):
        run(folder, "sfew", overwrite=True)
    assert contents(out) == second | {Path("mine.txt"): b"x"}
    assert sorted(path.name for path in folder.root.iterdir()) == ["labels.csv", "out", "pictures 图"]


def test_the_pictures_are_never_the_output(folder):
    folder.put("happy/a.png")
    with pytest.raises(MeuError, match="may not be overwritten"):
        fer_vqa(folder.images, folder.images, preset="sfew", overwrite=True)
    assert (folder.images / "happy/a.png").exists()


def test_rows_after_a_bad_line_are_read(folder):
    folder.put("a.png", "b.png", "c.png")
    table = folder.table(b'image,label\na.png,1\n,1\n"b.png"x,1\nb.png,2\n"c\n.png",3\nc.png,3\nd\0,1\n')
    summary = run(folder, table=table)
    assert summary.rows == {"test": 3}
    found = told(summary)
    assert list(found) == [3, 4, 6, 9]
    assert "rows 6 to 7 are lost" in found[6]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_table_in_an_encoding_that_its_bytes_tell_is_read(folder, encoding):
    folder.put("我们.png")
    assert run(folder, table=folder.table("image,label\n我们.png,1\n".encode(encoding))).rows == {"test": 1}


def test_a_quotation_mark_left_open_is_told_with_the_rows_it_takes_along(folder):
    folder.put("a.png")
    table = folder.table('image,label\na.png,1\n"a.png,1\na.png,1\n')
    summary = run(folder, table=table)
    assert summary.rows == {"test": 1}
    assert "rows 3 to 4 are lost" in told(summary)[3]


def test_pixels_that_do_not_decode_are_a_problem_only_where_they_are_wanted(folder):
    folder.put("a.png")
    whole = (folder.images / "a.png").read_bytes()
    start = whole.index(b"IDAT") + 10
    (folder.images / "b.png").write_bytes(whole[:start] + b"\0" * 8 + whole[start + 8 :])
    table = folder.table("image,label\na.png,1\nb.png,1\n")
    assert run(folder, table=table).rows == {"test": 2}
    summary = run(folder, table=table, pixels=True, overwrite=True)
    assert summary.rows == {"test": 1}
    assert "b.png: the picture is damaged" in told(summary)[3]
    assert len(json.loads((folder.root / "out/test.json").read_text())) == 1


@pytest.mark.parametrize("split", ["../x", "a/b", "a b", ".", "训练", "x" * 100, "-"])
def test_a_split_that_cannot_name_a_file_is_a_problem(folder, split):
    folder.put("a.png", "b.png")
    table = folder.table(f"image,label,split\na.png,1,{split}\nb.png,1,val.1\n")
    summary = run(folder, table=table)
    assert summary.rows == {"val.1": 1}
    assert "the split" in told(summary)[2]


def test_a_column_of_many_splits_is_no_column_of_splits(folder):
    names = [f"{index}.png" for index in range(40)]
    folder.put(*names)
    table = folder.table("image,label,split\n" + "".join(f"{name},1,s{name}\n" for name in names))
    summary = run(folder, table=table)
    assert (len(summary.rows), summary.problems) == (32, 8)
    assert "is the column really that of splits" in told(summary)[34]


def test_a_picture_in_two_splits_or_under_both_names_of_rafdb_counts_once(folder):
    folder.put("a_aligned.jpg", "b.jpg")
    table = folder.table("image,label,split\na.jpg,1,x\na_aligned.jpg,1,x\nb.jpg,1,x\nb.jpg,1,y\n")
    summary = run(folder, table=table)
    assert summary.rows == {"x": 2}
    assert list(told(summary)) == [3, 5]


@pytest.mark.parametrize("code", [b"", b"\x93NUMPY", b"PK\5\6" + b"\0" * 18, b"x" * 5000])
def test_labels_of_affectnet_that_are_no_number(folder, code):
    folder.put("images/0.jpg", "images/1.jpg")
    (folder.images / "annotations").mkdir()
    np.save(folder.images / "annotations/0_exp.npy", np.array(1))
    (folder.images / "annotations/1_exp.npy").write_bytes(code)
    summary = run(folder, "affectnet")
    assert summary.rows == {"test": 1}
    assert [(one.file, one.reason) for one in summary.findings] == [
        ("images/1.jpg", "its label annotations/1_exp.npy cannot be read")
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.binary(max_size=200), ending=st.sampled_from([".csv", ".txt"]), headed=st.booleans())
def test_any_bytes_as_a_table_end_well(folder, text, ending, headed):
    """Rows, or one line that says why not; never another error."""
    table = folder.table((b"image,label\n" if headed else b"") + text, f"any{ending}")
    with contextlib.suppress(MeuError):
        run(folder, table=table, overwrite=True)


def test_only_so_many_problems_are_listed_and_all_are_counted(folder):
    folder.put("a.png")
    table = folder.table("image,label\na.png,1\n" + "".join(f"{index}.png,1\n" for index in range(30)))
    summary = run(folder, table=table, limit=3)
    assert (summary.problems, len(summary.findings), summary.rows) == (30, 3, {"test": 1})
