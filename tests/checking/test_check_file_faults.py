"""Faults planted in files: sums, names, links, footers, damage; each is found where it is, and nothing else is."""

import io
import json
import os
import struct
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.checking import check
from meu_data.checking.reading import parquet_rows
from meu_data.errors import MeuError
from tests.checking.conftest import data_file, read_rows, sum_up, tar_members, write_rows
from tests.export.conftest import png

TRAIN = "data/train-00000-of-00001.parquet"


def told(out, **options):
    """The findings as (file, row, rule, what is wrong)."""
    return [(one.file, one.row, one.rule, one.wrong) for one in check(out, **options).findings]


def only(found, file, row, rule, said):
    """There is one finding, and it is this."""
    assert [(one[0], one[1], one[2]) for one in found] == [(file, row, rule)], found
    assert said in found[0][3]


# --- sums and names


@pytest.mark.parametrize("name", ["tables/aus.csv", "leaks.json", "croissant.json", "export.json"])
def test_a_changed_byte_beside_the_rows_is_found(spoilt, name):
    out = spoilt("unifer-cot")
    content = (out / name).read_bytes()
    (out / name).write_bytes(content.replace(b"a", b"b", 1))
    only(told(out), name, None, "sums", "the file changed since it was written")


@pytest.mark.parametrize(("style", "consumer"), [("unifer-cot", "hf"), ("megc-vqa", "megc"), ("mer", "qwen-vl")])
@pytest.mark.parametrize("summed", [True, False])
def test_a_row_that_is_missing_is_found_without_sums_too(spoilt, style, consumer, summed):
    out = spoilt(style, consumer)
    path = data_file(out)
    rows = read_rows(path)
    write_rows(path, rows[:-1])
    if not summed:
        (out / "SHA256SUMS").unlink()
    expected = json.loads((out / "export.json").read_text(encoding="utf-8"))["rows"]["train"]
    only(told(out), "export.json", None, "files", f"it says {expected} rows of train, here are {expected - 1}")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff", b'{"schema_version": 2}', b"[" * 100_000], ids=lambda content: content[:9]
)
def test_facts_that_are_none_are_found(spoilt, content):
    out = spoilt("unifer-cot")
    (out / "export.json").write_bytes(content)
    (out / "SHA256SUMS").unlink()
    only(told(out), "export.json", None, "unreadable", "is not as this meu-data writes it")


def test_an_export_without_facts_is_an_older_one_and_sound(spoilt):
    out = spoilt("unifer-cot")
    (out / "export.json").unlink()
    sum_up(out / "leaks.json")
    assert told(out) == []


@pytest.mark.parametrize("name", ["README.md", "DATASHEET.md"])
def test_the_owner_may_edit_the_card_and_the_datasheet(spoilt, name):
    out = spoilt("unifer-cot")
    (out / name).write_text("mine", encoding="utf-8")
    assert told(out) == []


def test_a_missing_file_is_found(spoilt):
    out = spoilt("unifer-cot")
    (out / "leaks.json").unlink()
    only(told(out), "leaks.json", None, "files", "SHA256SUMS lists it, but there is no such file")


def test_a_picture_that_is_missing_is_found_in_its_row_and_in_the_sums(spoilt):
    out = spoilt("unifer-cot", "qwen-vl")
    name = read_rows(data_file(out))[1]["image"]
    (out / name).unlink()
    assert [(one[0], one[1], one[2]) for one in told(out)] == [
        ("data/train.jsonl", 2, "picture"),
        (name, None, "files"),
    ]


def test_a_file_that_nobody_listed_is_found_but_no_hidden_one(spoilt):
    out = spoilt("unifer-cot")
    (out / ".gitattributes").write_text("*", encoding="utf-8")
    (out / ".cache").mkdir()
    (out / ".cache/x.parquet").write_bytes(b"x")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    only(told(out), "notes.txt", None, "files", "SHA256SUMS does not list it")


@pytest.mark.parametrize(
    "line", ["no sum at all", f"{'0' * 64}  ../outside", f"{'0' * 64}  /etc/passwd", f"{'0' * 63}  data/x", "\x1b[31m"]
)
def test_a_line_that_is_no_sum_is_told_with_its_number(spoilt, line):
    out = spoilt("unifer-cot")
    with open(out / "SHA256SUMS", "a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    lines = len((out / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    found = told(out)
    only(found, "SHA256SUMS", lines, "sums", "is no sum of a file of this export")
    assert "\x1b" not in found[0][3]


def test_without_sums_the_rest_is_checked_and_that_is_said(spoilt):
    out = spoilt("unifer-cot")
    (out / "SHA256SUMS").unlink()
    summary = check(out)
    assert summary.findings == ()
    assert "sums: there is no SHA256SUMS" in summary.not_checked


def test_a_missing_shard_is_told_by_the_names_of_the_others(spoilt):
    out = spoilt("unifer-cot")
    (out / TRAIN).rename(out / "data/train-00001-of-00004.parquet")
    sum_up(out / "data")
    only(told(out), "data/train-00000-of-00004.parquet", None, "files", "this shard and 2 more is missing")


# --- links and other things that are no files


def test_a_link_that_leads_out_is_not_followed(spoilt, tmp_path):
    out = spoilt("unifer-cot")
    (out / TRAIN).rename(tmp_path / "elsewhere.parquet")
    (out / TRAIN).symlink_to(tmp_path / "elsewhere.parquet")
    summary = check(out)
    only(told(out), TRAIN, None, "files", "a link that leads out of the export and is not followed")
    assert summary.rows == {"testA": 2}


def test_a_folder_that_is_a_link_out_is_not_followed(spoilt, tmp_path):
    out = spoilt("unifer-cot")
    (tmp_path / "more").mkdir()
    (tmp_path / "more/x.parquet").write_bytes(b"x")
    (out / "more").symlink_to(tmp_path / "more")
    only(told(out), "more", None, "files", "leads out of the export")


def test_a_picture_that_is_a_link_out_is_not_read(spoilt, tmp_path):
    out = spoilt("unifer-cot", "unifer-json")
    (out / "SHA256SUMS").unlink()
    name = read_rows(data_file(out))[2]["image_path"]
    (out / name).rename(tmp_path / "elsewhere.png")
    (out / name).symlink_to(tmp_path / "elsewhere.png")
    assert [(one[0], one[1], one[2]) for one in told(out)] == [
        ("data/train.json", 3, "picture"),
        (name, None, "files"),
    ]


def test_a_link_inside_is_followed(spoilt):
    out = spoilt("unifer-cot", "unifer-json")
    (out / "SHA256SUMS").unlink()
    first, second = sorted((out / "images").iterdir())[:2]
    first.unlink()
    first.symlink_to(second.name)
    assert told(out) == []


def test_a_loop_of_links_and_a_pipe_do_not_hold_the_check_up(spoilt):
    out = spoilt("unifer-cot")
    (out / "a.json").symlink_to("b.json")
    (out / "b.json").symlink_to("a.json")
    os.mkfifo(out / "pipe.parquet")
    found = told(out)
    assert [(one[0], one[2]) for one in found] == [("a.json", "files"), ("b.json", "files"), ("pipe.parquet", "files")]
    assert "a device or a pipe" in found[2][3]


def test_a_file_without_permission_is_told(spoilt, monkeypatch):
    out = spoilt("unifer-cot", "unifer-json")
    (out / "SHA256SUMS").unlink()
    real = open

    def refusing(path, *args, **kwargs):
        if str(path).endswith("train.json"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    # Root may read everything, so the permissions of the file would not do.
    monkeypatch.setattr("builtins.open", refusing)
    only(told(out), "data/train.json", None, "unreadable", "Permission denied")


# --- footers and schemas


def with_features(path, change):
    """The same rows under a changed footer; None for none."""
    table = pq.read_table(path)
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    features = change(features)
    footer = {} if features is None else {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(footer), path)
    sum_up(path)


FOOTERS = {
    "none": (lambda told: None, "there is none, so `datasets` takes images for bytes"),
    "a list as datasets 4 writes it": (
        lambda told: told | {"images": {"feature": {"_type": "Image"}, "_type": "List"}},
        'images: it is told as "_type": "List", which datasets before 4 cannot read',
    ),
    "such a list inside": (
        lambda told: told | {"claims": {"feature": told["claims"][0], "_type": "List"}},
        "claims: it is told as",
    ),
    "pictures as structs": (
        lambda told: told | {"images": [{"bytes": {"dtype": "binary", "_type": "Value"}, "path": told["id"]}]},
        "images: it is told as a struct, so the pictures come as bytes",
    ),
    "pictures left out": (
        lambda told: {name: one for name, one in told.items() if name != "images"},
        "does not say that images holds pictures",
    ),
    "one picture for a list": (lambda told: told | {"images": {"_type": "Image"}}, "images: it is told as Image"),
    "another type": (
        lambda told: told | {"id": {"dtype": "int64", "_type": "Value"}},
        "id: it is told as int64, the column is string",
    ),
    "a class label of texts": (
        lambda told: told | {"emotion": {"names": ["anger"], "_type": "ClassLabel"}},
        "emotion: it is told as ClassLabel",
    ),
    "a list for a text": (lambda told: told | {"id": [told["id"]]}, "id: it is told as a list"),
    "other fields of a struct": (
        lambda told: told | {"provenance": {"x": told["id"]}},
        "provenance: it has the fields x",
    ),
    "a column that is not there": (lambda told: told | {"zeal": told["id"]}, "has the column 'zeal'"),
    "no columns": (lambda told: ["id"], "are no columns"),
    "nonsense": (lambda told: told | {"id": 7}, "id: 7 is no feature"),
}


@pytest.mark.parametrize(("change", "said"), FOOTERS.values(), ids=FOOTERS)
def test_a_wrong_footer_is_found(spoilt, change, said):
    out = spoilt("unifer-cot")
    with_features(out / TRAIN, change)
    only(told(out), TRAIN, None, "footer", said)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"info": null}', "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_footer_that_is_no_json_of_its_form_is_found(spoilt, text):
    out = spoilt("unifer-cot")
    pq.write_table(pq.read_table(out / TRAIN).replace_schema_metadata({"huggingface": text}), out / TRAIN)
    sum_up(out / TRAIN)
    only(told(out), TRAIN, None, "footer", "no JSON with info and features")


SOUND_FOOTERS = {
    "columns left out that are no pictures": lambda told: {"images": told["images"]},
    "a sequence as old versions write it": lambda told: told | {"aus": {"feature": told["id"], "_type": "Sequence"}},
}


@pytest.mark.parametrize("change", SOUND_FOOTERS.values(), ids=SOUND_FOOTERS)
def test_other_footers_that_every_version_reads_are_right(spoilt, change):
    out = spoilt("unifer-cot")
    with_features(out / TRAIN, change)
    assert told(out) == []


def test_what_datasets_itself_writes_today_is_told_to_be_unreadable_for_old_versions(tmp_path):
    import datasets

    features = datasets.Features(
        {
            "id": datasets.Value("string"),
            "images": datasets.List(datasets.Image()),
            "question": datasets.Value("string"),
            "response": datasets.Value("string"),
        }
    )
    row = {"id": "a", "question": "What?", "response": "<think>So.</think><answer>anger</answer>"}
    rows = [row | {"images": [{"bytes": png(1), "path": "a.png"}]}]
    datasets.Dataset.from_list(rows, features=features).to_parquet(tmp_path / "train.parquet")
    found = told(tmp_path)
    only(found, "train.parquet", None, "footer", 'images: it is told as "_type": "List"')


def test_files_with_other_columns_than_the_first_are_found(spoilt):
    out = spoilt("unifer-cot")
    table = pq.read_table(out / TRAIN)
    pq.write_table(table.append_column("mood", pa.array(["good"] * len(table))), out / TRAIN)
    sum_up(out / TRAIN)
    only(told(out), TRAIN, None, "schema", "not those of data/testA-00000-of-00001.parquet, first mood")


def test_columns_of_no_format_are_found(spoilt):
    out = spoilt("unifer-cot", "unifer-json")
    write_rows(data_file(out), [{"a": 1, "b": 2}])
    only(told(out), "data/train.json", None, "schema", "the columns a, b are those of no format known here")


def test_a_file_without_rows_is_found(spoilt):
    out = spoilt("unifer-cot", "unifer-json")
    write_rows(data_file(out), [])
    only(told(out), "data/train.json", None, "files", "there are no rows in it")


def test_a_parquet_without_rows_is_found(spoilt):
    out = spoilt("unifer-cot")
    write_rows(out / TRAIN, [])
    only(told(out), TRAIN, None, "files", "there are no rows in it")


# --- what LLaMA-Factory looks into

INFOS = {
    "a data set without its file": (
        lambda info: info["meu_train"].update(file_name="data/gone"),
        "files",
        "meu_train: there is no data/gone",
    ),
    "a column that is not there": (
        lambda info: info["meu_train"]["columns"].update(images="pictures"),
        "schema",
        "has no column pictures",
    ),
    "a path that leads out": (
        lambda info: info["meu_train"].update(file_name="../x"),
        "files",
        "leads out of the export",
    ),
    "no file name": (lambda info: info["meu_train"].pop("file_name"), "schema", "it has no file_name"),
    "no data set": (lambda info: info.update(meu_train=7), "schema", "meu_train: it has no file_name"),
}


@pytest.mark.parametrize(("change", "rule", "said"), INFOS.values(), ids=INFOS)
def test_what_dataset_info_promises_has_to_be_there(spoilt, change, rule, said):
    out = spoilt("unifer-cot", "llamafactory")
    path = out / "dataset_info.json"
    info = json.loads(path.read_text(encoding="utf-8"))
    change(info)
    path.write_text(json.dumps(info), encoding="utf-8")
    sum_up(path)
    only(told(out), "dataset_info.json", None, rule, said)


@pytest.mark.parametrize(("text", "rule"), [("{", "unreadable"), ("[]", "schema"), ("[" * 99_999, "unreadable")])
def test_a_dataset_info_that_is_none_is_found(spoilt, text, rule):
    out = spoilt("unifer-cot", "llamafactory")
    (out / "dataset_info.json").write_text(text, encoding="utf-8")
    sum_up(out / "dataset_info.json")
    only(told(out), "dataset_info.json", None, rule, "")


# --- the list of pictures that were left out


def listed(out, change):
    """The list of pictures with its third line changed."""
    path = out / "pictures.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    sum_up(path)


def test_a_picture_that_the_list_leaves_out_is_found_in_its_row(spoilt):
    out = spoilt("unifer-cot", pixels=False)
    rows = {row["image_path"]: number for number, row in enumerate(read_rows(out / TRAIN), start=1)}
    listed(out, lambda lines: lines.pop(next(i for i, line in enumerate(lines) if line["name"] in rows)))
    ((file, row, rule, wrong),) = told(out)
    assert (file, rule) == (TRAIN, "picture")
    assert wrong == f"{next(name for name, number in rows.items() if number == row)}: pictures.jsonl does not list it"


def test_another_hash_in_the_list_is_found_in_the_row(spoilt):
    out = spoilt("unifer-cot", pixels=False)
    name = read_rows(out / TRAIN)[2]["image_path"]
    listed(out, lambda lines: [line.update(sha256="a" * 64) for line in lines if line["name"] == name])
    only(told(out), TRAIN, 3, "hash", "pictures.jsonl has the SHA-256 aaaaaaaaaaaa…")


def test_a_picture_in_no_row_is_found(spoilt):
    out = spoilt("unifer-cot", pixels=False)
    listed(out, lambda lines: lines.append(lines[0] | {"name": "more.png"}))
    only(told(out), "pictures.jsonl", None, "files", "1 of its pictures are in no row")


LINES = {
    "a line without name": (lambda line: line.pop("name"), "name is missing"),
    "a hash that is none": (lambda line: line.update(sha256="xyz"), "not 64 hexadecimal digits"),
    "a line without frame": (lambda line: line.pop("onset_frame"), "onset_frame is missing"),
}


@pytest.mark.parametrize(("change", "said"), LINES.values(), ids=LINES)
def test_a_line_of_the_list_that_is_wrong_is_told_with_its_number(spoilt, change, said):
    out = spoilt("unifer-cot", pixels=False)
    listed(out, lambda lines: change(lines[1]))
    # Of the picture that the line does not list any more, its row tells.
    only([one for one in told(out) if one[0] == "pictures.jsonl"], "pictures.jsonl", 2, "schema", said)


# --- damage


def test_a_row_group_that_is_damaged_is_told_and_the_others_are_read(spoilt):
    out = spoilt("unifer-cot")
    rows = read_rows(out / TRAIN)
    write_rows(out / TRAIN, rows, row_group_size=1, compression="zstd")
    column = pq.ParquetFile(out / TRAIN).metadata.row_group(1).column(0)
    content = bytearray((out / TRAIN).read_bytes())
    start = column.dictionary_page_offset or column.data_page_offset
    content[start : start + 40] = b"\xff" * 40
    (out / TRAIN).write_bytes(content)
    sum_up(out / TRAIN)
    summary = check(out)
    only(told(out), TRAIN, 2, "unreadable", "this row and those behind it in its row group cannot be read")
    assert summary.rows == {"testA": 2, "train": 3}


def test_a_text_that_is_no_utf_8_is_told_with_its_row(spoilt):
    out = spoilt("unifer-cot")
    table = pq.read_table(out / TRAIN)
    questions = [text.encode() for text in table["question"].to_pylist()]
    questions[2] = b"\xff\xfe"
    column = pa.array(questions, pa.binary()).view(pa.string())
    place = table.schema.get_field_index("question")
    pq.write_table(table.set_column(place, table.schema.field("question"), column), out / TRAIN)
    sum_up(out / TRAIN)
    only(told(out), TRAIN, 3, "unreadable", "the row cannot be read")


def test_a_text_that_is_no_utf_8_is_found_in_columns_that_no_rule_looks_into(spoilt):
    out = spoilt("unifer-cot")
    table = pq.read_table(out / TRAIN)
    field = table.schema.field("claims")
    texts = [pa.array([f"{row}"] * 4) for row in range(len(field.type.value_type) - 1)]
    regions = pa.array([b"chin", b"\xff\xfe", b"chin", b"chin"], pa.binary()).view(pa.string())
    structs = pa.StructArray.from_arrays([regions, *texts], fields=list(field.type.value_type))
    claims = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3, 4], pa.int32()), structs)
    pq.write_table(
        table.set_column(table.schema.get_field_index("claims"), field, claims.cast(field.type)), out / TRAIN
    )
    sum_up(out / TRAIN)
    only(told(out), TRAIN, 2, "unreadable", "the row cannot be read")


BAD_LINES = {
    "no JSON": (b"{oops}", "no JSON"),
    "no UTF-8": (b'{"id": "\xff"}', "no UTF-8, first byte 9"),
    "no object": (b"[1, 2]", "[1, 2] is no object of columns"),
    "no number of JSON": (b'{"id": NaN}', "NaN is no JSON"),
    "too deep": (b"[" * 50_000 + b"]" * 50_000, "nested too deeply"),
    "too large a number": (b'{"id": ' + b"9" * 5_000 + b"}", "no JSON"),
    "cut off": (b'{"id": "a', "no JSON"),
    "too long": (b'{"id": "' + b"a" * (17 << 20) + b'"}', "longer than 16 MB"),
}


@pytest.mark.parametrize(("line", "said"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_that_cannot_be_read_is_told_with_its_number_and_the_rest_is_read(spoilt, line, said):
    out = spoilt("unifer-cot", "qwen-vl")
    path = data_file(out)
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*lines[:2], b"", line, *lines[2:]]))
    sum_up(path)
    only(told(out), "data/train.jsonl", 4, "unreadable", said)
    assert check(out).rows == {"testA": 2, "train": 4}


BAD_ITEMS = {
    "no UTF-8": (lambda items: [items[0], items[1].replace(b"question", b"qu\xffstion", 1), *items[2:]], 2, "no UTF-8"),
    "no object": (lambda items: [items[0], b"7", *items[2:]], 2, "7 is no object"),
    "no number of JSON": (lambda items: [items[0], b'{"a": Infinity}', *items[2:]], 2, "Infinity is no JSON"),
    "no JSON": (lambda items: [items[0], items[1], b"{oops}", items[3]], 3, "no JSON: Expecting property name"),
    "too deep": (lambda items: [*items[:3], b"[" * 50_000], 4, "nested too deeply"),
}


@pytest.mark.parametrize(("change", "row", "said"), BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_an_item_that_cannot_be_read_is_told_with_its_number(spoilt, change, row, said):
    out = spoilt("unifer-cot", "unifer-json")
    path = data_file(out)
    items = [json.dumps(item).encode() for item in read_rows(path)]
    path.write_bytes(b"[" + b", ".join(change(items)) + b"]")
    sum_up(path)
    only(told(out), "data/train.json", row, "unreadable", said)


ENDS = {
    "cut off in an item": (lambda text: text[:-40], 4, "no JSON"),
    "cut off behind an item": (lambda text: text.rstrip().rstrip(b"]"), 4, "the list is cut off"),
    "something behind the list": (lambda text: text + b"{}", None, "something follows the list: {}"),
    "a byte order mark": (lambda text: b"\xef\xbb\xbf" + text, None, "byte order mark"),
}


@pytest.mark.parametrize(("change", "row", "said"), ENDS.values(), ids=ENDS)
def test_a_list_that_begins_or_ends_wrongly_is_found(spoilt, change, row, said):
    out = spoilt("unifer-cot", "unifer-json")
    path = data_file(out)
    path.write_bytes(change(path.read_bytes()))
    sum_up(path)
    only(told(out), "data/train.json", row, "unreadable", said)


def write_tar(path, members):
    """Members as (name, content) or whole `TarInfo`s."""
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                tar.addfile(info, io.BytesIO(member[1]))
    sum_up(path)


def link(name):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


# Members come in twos: the picture of a row, its columns.
TARS = {
    "a row without columns": (lambda members: [*members[:3], *members[4:]], 2, "there is no .json"),
    "a link": (lambda members: [*members[:3], link(members[3][0]), *members[4:]], 2, "is a link or a device"),
    "columns that are no JSON": (lambda members: [*members[:3], (members[3][0], b"{"), *members[4:]], 2, "no JSON"),
}


@pytest.mark.parametrize(("change", "row", "said"), TARS.values(), ids=TARS)
def test_a_row_of_a_tar_that_cannot_be_read_is_told_with_its_number(spoilt, change, row, said):
    out = spoilt("unifer-cot", "webdataset")
    path = data_file(out)
    write_tar(path, change(tar_members(path)))
    only(told(out), "data/train-00000-of-00001.tar", row, "unreadable", said)
    assert check(out).rows == {"testA": 2, "train": 3}


def test_a_key_that_comes_again_is_a_row_of_its_own_with_the_same_id(spoilt):
    out = spoilt("unifer-cot", "webdataset")
    path = data_file(out)
    members = tar_members(path)
    write_tar(path, [*members, *members[:2]])
    only(told(out), "data/train-00000-of-00001.tar", 5, "id", "the same id")


def test_a_folder_and_other_files_in_a_tar_are_passed_over(spoilt):
    out = spoilt("unifer-cot", "webdataset")
    path = data_file(out)
    folder = tarfile.TarInfo("s00000000.d")
    folder.type = tarfile.DIRTYPE
    members = tar_members(path)
    write_tar(path, [folder, members[0], ("s00000000.txt", b"a note"), *members[1:]])
    assert told(out) == []


TAR_ENDS = {
    "no end mark": (lambda content, end, last: content[:end], None, "cut off: it has no end mark"),
    "cut off in a member": (lambda content, end, last: content[: end - 700], 4, "cut off"),
    "a damaged header": (lambda content, end, last: b"x" + content[1:], None, "damaged"),
    "a damaged header further on": (
        lambda content, end, last: content[:last] + b"x" * 100 + content[last + 100 :],
        None,
        "damaged at byte",
    ),
}


@pytest.mark.parametrize(("change", "row", "said"), TAR_ENDS.values(), ids=TAR_ENDS)
def test_a_tar_that_is_cut_off_or_damaged_is_found(spoilt, change, row, said):
    out = spoilt("unifer-cot", "webdataset")
    path = data_file(out)
    with tarfile.open(path) as tar:
        last = tar.getmembers()[-1]
    end = last.offset_data + -(-last.size // 512) * 512
    path.write_bytes(change(path.read_bytes(), end, last.offset))
    sum_up(path)
    assert [one for one in told(out) if one[2] == "unreadable" and said in one[3] and row in (None, one[1])], told(out)


def test_a_member_that_claims_to_be_huge_is_not_read_into_memory(spoilt):
    out = spoilt("unifer-cot", "webdataset")
    path = data_file(out)
    content = bytearray(path.read_bytes())
    content[124:136] = b"77777777777\0"
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    path.write_bytes(content)
    sum_up(path)
    assert {one[2] for one in told(out)} == {"unreadable"}


def test_a_parquet_that_is_cut_off_is_found_beside_the_others(spoilt):
    out = spoilt("unifer-cot")
    (out / TRAIN).write_bytes((out / TRAIN).read_bytes()[:-100])
    sum_up(out / TRAIN)
    only(told(out), TRAIN, None, "unreadable", "Parquet")
    assert check(out).rows == {"testA": 2}


def test_a_parquet_that_claims_a_giant_footer_is_found(spoilt):
    out = spoilt("unifer-cot")
    content = (out / TRAIN).read_bytes()
    (out / TRAIN).write_bytes(content[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1")
    sum_up(out / TRAIN)
    only(told(out), TRAIN, None, "unreadable", "")


# --- what is no export

NO_EXPORTS = {
    "nothing": (None, "there is no such file or folder"),
    "an empty folder": ({}, "no Parquet, JSON or tar file with rows"),
    "a folder of texts": ({"a.txt": b"hello", "b.csv": b"a,b"}, "no Parquet, JSON or tar file with rows"),
    "a folder of settings": ({"a.json": b'{\n"a": 1}', "b.json": b'{"a": 1}'}, "no Parquet, JSON or tar file"),
    "a folder with rows of something else": ({"a.json": b'[{"a": 1}]'}, "a.json: the columns a are those of no format"),
    "a folder with damage only": ({"a.parquet": b"PAR1junkPAR1"}, "a.parquet: "),
}


@pytest.mark.parametrize(("files", "said"), NO_EXPORTS.values(), ids=NO_EXPORTS)
def test_what_is_no_export_is_refused_with_the_reason(tmp_path, files, said):
    folder = tmp_path / "folder"
    if files is not None:
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    with pytest.raises(MeuError) as caught:
        check(folder)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


SINGLE = {
    "text": ("a.txt", b"hello", "neither Parquet nor JSON with rows nor a tar"),
    "nothing in it": ("a.parquet", b"", "cannot be read as an export"),
    "settings": ("a.json", b'{"a": 1}', "neither Parquet nor JSON"),
    "rows of something else": ("a.jsonl", b'{"a": 1}', "the columns a are those of no format"),
    "no JSON": ("a.jsonl", b"hello", "no JSON"),
    "no tar": ("a.tar", b"hello" * 1000, "cannot be read as an export"),
    "no rows": ("a.json", b"[]", "there are no rows in it"),
}


@pytest.mark.parametrize(("name", "content", "said"), SINGLE.values(), ids=SINGLE)
def test_a_file_that_is_no_export_is_refused_with_the_reason(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(MeuError) as caught:
        check(tmp_path / name)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / name))


def test_an_export_of_ours_with_nothing_but_damage_is_still_one(spoilt):
    out = spoilt("unifer-cot")
    for path in (out / "data").iterdir():
        path.write_bytes(b"x")
    summary = check(out)
    assert summary.problems_by_rule == {"sums": 2, "unreadable": 2}
    assert summary.rows == {}


def test_a_device_is_refused():
    with pytest.raises(MeuError, match="neither a folder nor a file"):
        check(Path("/dev/null"))


def test_a_row_that_fills_the_memory_is_not_read(spoilt, monkeypatch):
    monkeypatch.setattr(parquet_rows, "_MAX_ROW", 1 << 20)
    out = spoilt("unifer-cot")
    rows = read_rows(out / TRAIN)
    rows[1]["question"] = "a" * (2 << 20)
    write_rows(out / TRAIN, rows, row_group_size=1, compression="zstd")
    assert (out / TRAIN).stat().st_size < 1 << 20
    only(told(out), TRAIN, 2, "unreadable", "the row group claims 1 rows of 21")


def test_columns_that_are_nested_without_end_are_one_line(tmp_path):
    kind = pa.string()
    for _ in range(600):
        kind = pa.list_(kind)
    table = pa.table({"question": ["Who?"], "answer": ["He."], "x": pa.array([None], kind)})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(MeuError, match="too deeply nested"):
        check(tmp_path / "a.parquet")


def test_a_footer_that_is_nested_deeper_than_its_column_is_found(spoilt):
    out = spoilt("unifer-cot")
    with_features(out / TRAIN, lambda told: told | {"aus": json.loads("[" * 600 + "{}" + "]" * 600)})
    only(told(out), TRAIN, None, "footer", "aus: it is told as a list, the column is string")
