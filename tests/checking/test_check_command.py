"""`meu-data check` as a user meets it."""

import json
import re
import subprocess
import sys
from typing import get_args

import pytest

from meu_data.checking import Rule
from meu_data.cli import main
from tests import ROOT
from tests.checking.conftest import data_file, read_rows, write_rows


def command(*words):
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "meu_data", "check", *map(str, words)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def meu(monkeypatch, capsys):
    """The program in this process: (exit code, stdout, stderr)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["meu-data", "check", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def three_faults(out):
    path = data_file(out)
    rows = read_rows(path)
    for row, label in zip(rows, ("joy", "glee", "mirth", None), strict=True):
        if label:
            row["response"] = re.sub("<answer>.*<", f"<answer>{label}<", row["response"])
    write_rows(path, rows)
    return out


def test_a_sound_export_is_exit_0_and_says_what_was_verified(exports):
    done = command(exports("unifer-cot"))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "2 files, 6 rows (testA 2, train 4) of the shape unifer-cot"
    assert lines[1].startswith(
        "verified: agreement 6, alike 6, aus 6, footer 2, format 6, hash 6, id 6, label 6, picture 6, "
    )
    assert lines[-1] == "no problems"


def test_problems_are_exit_3_and_are_listed_with_their_rows(spoilt):
    out = three_faults(spoilt("unifer-cot"))
    done = command(out)
    assert done.returncode == 3
    assert done.stderr == "3 problems; docs/checking.md says what each rule means\n"
    assert done.stdout.splitlines()[0] == (
        "data/train-00000-of-00001.parquet row 1 (dfme/S0/train_996/3-9): label: "
        "the answer 'joy' is none of anger, contempt, disgust, fear, happiness, sadness, surprise"
    )
    assert "no problems" not in done.stdout


@pytest.mark.parametrize("words", [["no/such/folder"], ["."], ["--limit", "0", "."], []])
def test_what_is_no_export_is_exit_2_in_one_line(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = command(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_json_is_one_object_with_the_findings(meu, spoilt):
    out = three_faults(spoilt("unifer-cot"))
    code, text, _ = meu(out, "--json")
    assert code == 3
    assert text.count("\n") == 1
    told = json.loads(text)
    assert told["problems"] == len(told["findings"]) == 3
    assert told["problems_by_rule"] == {"label": 3}
    assert [one["row"] for one in told["findings"]] == [1, 2, 3]
    assert set(told["findings"][0]) == {"file", "row", "id", "rule", "wrong"}


def test_only_so_many_are_shown_and_the_others_are_counted(meu, spoilt):
    out = three_faults(spoilt("unifer-cot"))
    code, text, err = meu(out, "--limit", 1)
    assert code == 3
    lines = text.splitlines()
    assert "'joy'" in lines[0]
    assert lines[1] == "… and 2 more (--limit shows more); all by rule: label 3"
    assert err.startswith("3 problems")
    assert len(json.loads(meu(out, "--limit", 1, "--json")[1])["findings"]) == 1


def test_names_that_no_terminal_can_print_are_told_all_the_same(meu, spoilt):
    out = spoilt("unifer-cot")
    (out / "bad\udcff\x1b[31m.txt").write_bytes(b"")
    code, text, _ = meu(out)
    assert code == 3
    assert text.startswith("bad\\udcff\\x1b[31m.txt: files: ")
    assert json.loads(meu(out, "--json")[1])["problems"] == 1


def test_every_rule_is_explained_in_the_documentation():
    text = (ROOT / "docs/checking.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(get_args(Rule))
