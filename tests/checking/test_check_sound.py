"""What is sound is found sound: every style in every consumer, in both languages, with and without pixels."""

import json

import pytest

from meu_data.checking import check
from meu_data.export.compatibility import why_not
from meu_data.export.formats import formats
from meu_data.export.styles import STYLES
from tests.checking.conftest import data_file, read_rows

PAIRS = [(style, consumer) for consumer in formats() for style in STYLES if not why_not(STYLES[style], consumer)]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("style", "consumer"), PAIRS, ids="-".join)
def test_nothing_is_wrong_with_what_we_write(exports, style, consumer, lang):
    out = exports(style, consumer, lang)
    summary = check(out)
    assert summary.findings == ()
    assert (summary.problems, summary.problems_by_rule) == (0, {})
    sums = (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert summary.verified["sums"] == len(sums)
    rows = sum(summary.rows.values())
    assert set(summary.rows) == {"train", "testA"}
    assert summary.verified["schema"] == summary.verified["tags"] == rows
    # Every rule either had something to look at or says why it had not.
    told = {line.partition(":")[0] for line in summary.not_checked}
    looked_at = {"footer", "picture", "hash", "format", "label", "aus", "id", "subject", "split"}
    assert set(summary.verified) & looked_at == looked_at - told


# In the words of others, in the consumer that reads them.
@pytest.mark.parametrize(
    ("style", "words", "consumer", "lang", "looked_at"),
    [
        ("mellm", "authors", "ms-swift", "zh", {"aus", "agreement", "picture"}),
        ("mellm2", "authors", "llamafactory", "en", {"label", "aus", "agreement"}),
        ("unifer-cot", "authors", "unifer-json", "en", {"label", "format", "picture"}),
        ("unifer-rlvr", "authors", "unifer-json", "en", {"label", "picture"}),
        ("megc-vqa", "authors-2025", "megc", "en", {"picture"}),
        ("megc-vqa", "authors-2026", "hf", "en", {"picture", "hash"}),
    ],
)
def test_nothing_is_wrong_with_the_words_of_others(exports, style, words, consumer, lang, looked_at):
    out = exports(style, consumer, lang, words=words)
    summary = check(out)
    assert summary.findings == ()
    rows = sum(summary.rows.values())
    assert {rule for rule, count in summary.verified.items() if count >= rows} >= looked_at


@pytest.mark.parametrize("prefix", ["", "/", "/dfme/", "faces/", "/data/lab/dfme/"])
def test_a_prefix_of_ours_is_no_fault(exports, prefix):
    summary = check(exports("unifer-rlvr", "unifer-json", prefix=prefix))
    assert summary.findings == ()
    assert summary.verified["picture"] == 6


# By style: the rules that must have had every row to look at, in the consumer with all columns.
LOOKED_AT = {
    "unifer-cot": {"format", "label", "aus", "picture", "hash", "id", "split"},
    "unifer-rlvr": {"label", "picture", "hash", "id", "split"},
    "meu": {"aus", "picture", "hash", "id", "split"},
    "mer": {"label", "picture", "hash", "id", "split"},
    "mellm": {"aus", "picture", "hash", "id", "split"},
    "mellm2": {"label", "aus", "id", "split"},
    "megc-vqa": {"picture", "hash", "id", "split"},
    "actfer-rl": {"label", "tools", "picture", "hash", "id", "split"},
    "actfer": {"format", "label", "aus", "tools", "hash", "id", "split"},
    "preference": {"format", "label", "aus", "preference", "picture", "hash", "id", "split"},
}


def test_every_style_is_in_the_table():
    assert set(LOOKED_AT) | {"meu+mer"} == set(STYLES)


@pytest.mark.parametrize(("style", "rules"), LOOKED_AT.items(), ids=LOOKED_AT)
def test_every_row_is_looked_at(exports, style, rules):
    summary = check(exports(style))
    rows = sum(summary.rows.values())
    assert rows >= 6
    assert {rule for rule, count in summary.verified.items() if count >= rows} >= rules


@pytest.mark.parametrize("consumer", ["trl", "verl"])
def test_what_tools_answer_from_is_looked_at_wherever_it_stands(exports, consumer):
    summary = check(exports("actfer-rl", consumer))
    assert summary.findings == ()
    assert summary.verified["tools"] == sum(summary.rows.values())


def test_a_recognition_row_without_the_column_task_still_has_its_label_looked_at(exports):
    assert check(exports("mer", "qwen-vl")).verified["label"] == 6
    assert check(exports("mer", "qwen-vl", "zh")).verified["label"] == 6


@pytest.mark.parametrize("consumer", ["hf", "trl", "llamafactory", "ms-swift", "qwen-vl", "unifer-json"])
def test_without_pixels_the_pictures_are_looked_up_in_the_list(exports, consumer):
    out = exports("unifer-cot", consumer, pixels=False)
    summary = check(out)
    assert summary.findings == ()
    assert summary.pictures == 0
    assert "picture: 6 were left out; `meu-data hydrate` puts them back" in summary.not_checked


def test_an_export_that_was_given_its_pixels_back_is_compared_with_its_hashes(exports, spoilt):
    out = spoilt("unifer-cot", "qwen-vl", pixels=False)
    (out / "images").mkdir()
    for path in (exports("unifer-cot", "qwen-vl") / "images").iterdir():
        (out / "images" / path.name).write_bytes(path.read_bytes())
    (out / "SHA256SUMS").unlink()
    summary = check(out)
    assert summary.findings == ()
    assert summary.pictures == 6
    # Of the row and of the list, then of the bytes.
    assert summary.verified["hash"] == 12


@pytest.mark.parametrize("consumer", ["hf", "qwen-vl", "unifer-json", "webdataset", "llamafactory"])
def test_one_file_of_an_export_may_be_checked_alone(exports, consumer):
    summary = check(data_file(exports("unifer-cot", consumer)))
    assert summary.findings == ()
    assert (summary.files, summary.rows, summary.pictures) == (1, {"train": 4}, 4)
    assert "sums: a single file is looked at" in summary.not_checked


def test_a_file_without_an_ending_is_known_by_its_first_bytes(exports, tmp_path):
    for consumer in ("hf", "qwen-vl", "unifer-json", "webdataset"):
        path = data_file(exports("unifer-cot", consumer))
        bare = tmp_path / "bare"
        bare.write_bytes(path.read_bytes())
        assert sum(check(bare).rows.values()) == 4


def test_the_order_of_findings_and_the_summary_do_not_depend_on_chance(spoilt):
    out = spoilt("unifer-cot")
    for path in (out / "data").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    (out / "SHA256SUMS").write_text("", encoding="utf-8")
    first = check(out)
    assert [check(out) for _ in range(3)] == [first] * 3
    assert first.problems > 3


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_only_so_many_findings_are_kept_and_all_are_counted(spoilt, limit):
    out = spoilt("unifer-cot", "unifer-json")
    path = data_file(out)
    rows = [row | {"response": "happiness"} for row in read_rows(path)]
    path.write_text(json.dumps(rows), encoding="utf-8")
    summary = check(out, limit=limit)
    assert len(summary.findings) == min(limit, 5)
    assert summary.problems == sum(summary.problems_by_rule.values()) == 5
    assert summary.problems_by_rule == {"format": 4, "sums": 1}


def test_progress_is_told_of_every_file_and_row(exports):
    told = []

    class Listening:
        def start(self, what, total):
            told.append((what, total))

        def advance(self, done=1):
            told.append(done)

        def finish(self):
            told.append("end")

    out = exports("unifer-cot")
    check(out, progress=Listening())
    files = len((out / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    splits = [("leaks", 2), 1, 1, "end"]
    assert told == [("sums", files), *[1] * files, "end", ("check", None), *[1] * 6, "end", *splits]
