"""`meu-data fer-vqa` as a user meets it."""

import json
import sys
from typing import get_args

import pytest

from meu_data.cli import main
from meu_data.commands.fer import FerStyleName, PresetName
from meu_data.fer_vqa.presets import PRESETS
from meu_data.fer_vqa.rows import FerStyle


@pytest.fixture
def meu(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["meu-data", "fer-vqa", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_the_command_line_offers_what_there_is():
    assert set(get_args(PresetName)) == {*PRESETS, "custom"}
    assert get_args(FerStyleName) == get_args(FerStyle)


def test_done_is_exit_0_with_counts(meu, folder, tmp_path):
    folder.put("happy/a.png", "sad/b.png")
    code, out, _ = meu(tmp_path / "out", "--preset", "sfew", "--images", folder.images)
    assert code == 0
    assert out == (
        "2 rows of test\nlabels: angry 0, disgust 0, fear 0, happy 1, neutral 0, sad 1, surprise 0\n"
        f"{tmp_path / 'out'}/test.json\n"
    )


def test_some_problems_are_exit_3_and_named(meu, folder, tmp_path):
    folder.put("a.png")
    table = folder.table("image,label\na.png,1\nb.png,1\n")
    code, out, err = meu(tmp_path / "out", "--preset", "rafdb", "--images", folder.images, "--table", table, "--json")
    assert code == 3
    summary = json.loads(out)
    assert (summary["rows"], summary["problems"]) == ({"test": 1}, 1)
    assert "labels.csv row 3: b.png: there is no such file" in err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--preset", "sfew", "--images", "none"], "there is no such folder"),
        (["--preset", "kdef", "--images", "."], "kdef"),
        (["--preset", "rafdb", "--images", ".", "--table", "none.csv"], "none.csv"),
    ],
)
def test_wrong_input_is_exit_2(meu, tmp_path, monkeypatch, words, reason):
    monkeypatch.chdir(tmp_path)
    code, out, err = meu("out", *words)
    assert (code, out) == (2, "")
    assert reason in err
    assert "Traceback" not in err
