"""Plug-ins as a user meets them: the package of CONTRIBUTING.md installed and used from the command line."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

from meu_data import plugins
from tests import ROOT
from tests.drafting.online.conftest import serve
from tests.drafting.online.fake_gemini import FakeGemini
from tests.drafting.online.samples import good_answer, identifier, make_workspace

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
MODULES = {block.partition("\n")[0].removeprefix("# "): block for kind, block in BLOCKS if kind == "python"}
(DECLARED,) = (tomllib.loads(block) for kind, block in BLOCKS if kind == "toml")
COMMANDS = re.findall(r"^meu-data .*$", "\n".join(block for kind, block in BLOCKS if kind == "bash"), re.MULTILINE)
KEY = "sk-ant-test-key-that-must-never-be-seen"


def install(folder, name, points, modules=()):
    """A package as an installer leaves it: its modules, and its entry points in a .dist-info."""
    for path, text in dict(modules).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    information = folder / f"{name.replace('-', '_')}-0.1.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n")
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in points.items()
    ]
    (information / "entry_points.txt").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    project = DECLARED["project"]
    return install(tmp_path_factory.mktemp("site"), project["name"], project["entry-points"], MODULES)


@pytest.fixture
def meu(tmp_path):
    """Runs the program with packages from some folders: the finished process."""

    def run(*words, site, code=0, **environment):
        inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        path = os.pathsep.join(map(str, (site, ROOT)))
        done = subprocess.run(
            [sys.executable, "-m", "meu_data", *map(str, words)],
            env=inherited | {"PYTHONPATH": path, "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"} | environment,
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


class FakeAnthropic(FakeGemini):
    """The messages interface, as docs.anthropic.com has it."""

    def read(self, head, raw):
        sample, body = super().read(head, raw)
        assert head.startswith("POST /v1/messages "), head
        assert body.keys() >= {"model", "max_tokens", "system", "messages"}
        return sample, body

    def data(self, fault, sample, body):
        if fault == "401":
            return 401, {"type": "error", "error": {"type": "authentication_error", "message": f"no such key: {KEY}"}}
        return 200, {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": good_answer(sample)}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 2000, "output_tokens": 600},
        }


@pytest.fixture
def anthropic():
    fake = FakeAnthropic()
    stop = serve(fake)
    yield fake
    stop()


def words_of(label, name):
    """The command that the guide has for a name."""
    (line,) = (line for line in COMMANDS if line.split()[1] == label)
    assert name in line
    return line.split()[1:]


def test_a_provider_drafts_and_is_paid_by_the_price_table(meu, toy, tmp_path, anthropic):
    make_workspace(tmp_path, 2).close()
    where = ["--recipe", "mellm", "-w", tmp_path / "work"]
    service = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": anthropic.address}
    words = [*words_of("draft", "anthropic"), *where, "--json"]
    summary = json.loads(meu(*words, site=toy, **service).stdout)
    assert (summary["drafted"], summary["calls"], anthropic.total()) == (2, 2, 2)
    # anthropic.com/pricing: Sonnet 4.5 costs 3 USD a million tokens in, 15 out.
    assert summary["usd"] == pytest.approx(2 * (2000 * 3 + 600 * 15) / 1e6)
    shown = meu(*words_of("draft", "anthropic"), *where, "--show-prompt", identifier(1), site=toy).stdout
    assert '"media_type": "image/png"' in shown
    assert "<picture 1>" in shown


def test_a_wrong_key_of_a_plugged_in_provider_is_told_and_not_shown(meu, toy, tmp_path, anthropic):
    make_workspace(tmp_path, 1).close()
    anthropic.always = "401"
    where = ["--recipe", "mellm", "-w", tmp_path / "work"]
    words = [*words_of("draft", "anthropic"), *where]
    done = meu(*words, site=toy, code=2, ANTHROPIC_API_KEY=KEY, ANTHROPIC_BASE_URL=anthropic.address)
    assert "401" in done.stderr
    assert KEY not in done.stderr
    assert "set ANTHROPIC_API_KEY" in meu(*words, site=toy, code=2).stderr


def test_a_corpus_is_extracted(meu, toy, tmp_path, face_bgr):
    import cv2

    for number in (3, 9):
        (tmp_path / "toy" / "c1").mkdir(parents=True, exist_ok=True)
        (tmp_path / "toy" / "c1" / f"img{number}.png").write_bytes(cv2.imencode(".png", face_bgr)[1].tobytes())
    rows = ("person,clip,first,peak,last,feeling,AUs", "p1,c1,3,9,9,Surprise,1+2", "p1,c1,three,9,9,anger,4")
    (tmp_path / "toy.csv").write_text("\n".join(rows))
    done = meu(*words_of("extract", "toy"), site=toy, code=3)
    assert "\n2 rows: 1 samples, 1 problems\n" in f"\n{done.stdout}"
    problem = meu("problems", site=toy, code=3).stdout
    assert "OnsetFrame is 'three'" in problem
    assert meu("status", site=toy).stdout.startswith("toy")


def test_a_format_is_written_and_read_back(meu, toy, tmp_path, face_workspace):
    where = ("-w", face_workspace.root)
    meu("render", "--workers", "1", *where, site=toy)
    meu("draft", *where, site=toy)
    meu(*words_of("export", "alpaca"), *where, site=toy)
    rows = [json.loads(line) for line in (tmp_path / "out" / "data" / "train.jsonl").read_text().splitlines()]
    assert len(rows) == 3
    assert all(row["output"].endswith("<answer>happiness</answer>") for row in rows)
    assert all((tmp_path / "out" / row["image_path"]).is_file() for row in rows)
    checked = json.loads(meu("check", "out", "--json", site=toy, code=3).stdout)
    # The package's own rule finds long answers, and is the only one that finds anything.
    assert (checked["shapes"], checked["problems_by_rule"]) == ({"alpaca": 3}, {"length": 3})
    error = meu("export", "other", "--for", "alpaca", "--style", "meu", *where, site=toy, code=2).stderr
    assert "take --style unifer-cot" in error


def test_a_reward_set_scores_a_file(meu, toy, tmp_path):
    texts = ["three words only", " ".join(["word"] * 400)]
    (tmp_path / "completions.jsonl").write_text("\n".join(json.dumps({"completion": text}) for text in texts))
    done = meu(*words_of("rewards", "brief"), "--json", site=toy)
    assert json.loads(done.stdout)["mean"] == {"brief": (1 + 0.25) / 2}


def test_a_check_rule_looks_at_every_row(meu, toy, tmp_path):
    rows = [
        {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]}
        for text in ("short", "a" * 60)
    ]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    summary = json.loads(meu(*words_of("check", "length"), "--json", site=toy, code=3).stdout)
    assert summary["problems_by_rule"] == {"length": 1}
    assert [(found["row"], found["wrong"]) for found in summary["findings"]] == [
        (2, "the answer has more than 50 letters")
    ]
    assert summary["verified"]["length"] == 2


PLACES = [
    ("provider", "draft", "--llm", "anthropic"),
    ("corpus", "extract", "--corpus", "toy"),
    ("format", "export", "--for", "alpaca"),
    ("reward set", "rewards", "--set", "brief"),
    ("check rule", "check", "--rule", "length"),
]


def test_the_doctor_lists_the_plug_ins(meu, toy):
    checks = json.loads(meu("doctor", "--json", site=toy).stdout)["checks"]
    found = {check["name"]: (check["ok"], check["found"]) for check in checks}
    assert [found[f"{kind} {name}"] for kind, _, _, name in PLACES] == [(True, "from meu-toy")] * len(PLACES)


@pytest.mark.parametrize(
    ("command", "option", "name"), [place[1:] for place in PLACES], ids=[place[0] for place in PLACES]
)
def test_plug_ins_stand_in_help_completion_and_errors(meu, toy, tmp_path, command, option, name):
    make_workspace(tmp_path, 1).close()
    (tmp_path / "toy").mkdir()
    for file in ("toy.csv", "out.jsonl"):
        (tmp_path / file).write_text('{"completion": ""}')
    assert re.search(rf"\b{name}\b", meu(command, "--help", site=toy).stdout)
    asked = {"_MEU_DATA_COMPLETE": "complete_bash", "COMP_WORDS": f"meu-data {command} {option} ", "COMP_CWORD": "3"}
    assert name in meu(site=toy, **asked).stdout.split()
    given = {
        "draft": ["-w", tmp_path / "work"],
        "extract": ["--annotations", "toy.csv", "--frames", "toy"],
        "export": ["other", "-w", tmp_path / "work"],
        "rewards": ["out.jsonl"],
        "check": ["out.jsonl"],
    }
    error = meu(command, option, "nobody", *given[command], site=toy, code=2).stderr
    assert "nobody" in error
    assert re.search(rf"\b{name}\b", error)
    assert error.count("\n") == 1


BROKEN = {
    "missing": ("no_such_module:X", "ModuleNotFoundError"),
    "syntax": ("broken_toy.syntax:X", "SyntaxError"),
    "nameless": ("broken_toy.other:NOTHING", "AttributeError"),
    "raising": ("broken_toy.raising:X", "ZeroDivisionError"),
    "other": ("broken_toy.other:X", "is no meu_data."),
    "malformed": ("a b c", "Error"),
}
SOURCES = {
    "broken_toy/__init__.py": "",
    "broken_toy/syntax.py": "def",
    "broken_toy/raising.py": "1 / 0",
    "broken_toy/other.py": "X = 5",
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("kind", plugins.KINDS)
def test_a_broken_plug_in_is_one_line_that_names_its_package(tmp_path, monkeypatch, kind, fault):
    target, reason = BROKEN[fault]
    monkeypatch.syspath_prepend(install(tmp_path, "broken-toy", {f"meu_data.{kind}": {"bad": target}}, SOURCES))
    forget()
    (offer,) = (offer for offer in plugins.offers(kind) if offer.name == "bad")
    with pytest.raises(plugins.MeuError, match=r"^broken-toy: .*'bad' cannot be used") as caught:
        plugins.prove(offer)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value).strip()


@pytest.mark.parametrize(("kind", "name"), [("corpora", "dfme"), ("providers", "gemini"), ("check_rules", "tags")])
def test_a_name_that_is_taken_is_refused(tmp_path, monkeypatch, kind, name):
    monkeypatch.syspath_prepend(install(tmp_path, "broken-toy", {f"meu_data.{kind}": {name: "x:X"}}))
    forget()
    with pytest.raises(plugins.MeuError, match=f"{name!r} is offered by meu-data and broken-toy; uninstall one"):
        plugins.load(kind, name, object)
    assert plugins.names(kind).count(name) == 1


def test_help_and_the_other_commands_go_on_beside_a_broken_plug_in(meu, tmp_path):
    site = install(tmp_path / "site", "broken-toy", {"meu_data.providers": {"bad": "broken_toy.raising:X"}}, SOURCES)
    assert "bad" in meu("draft", "--help", site=site).stdout
    make_workspace(tmp_path, 1).close()
    meu("draft", "-w", tmp_path / "work", site=site)
    error = meu("draft", "--llm", "bad", "--model", "m", "-w", tmp_path / "work", site=site, code=2).stderr
    assert error.startswith("meu-data: broken-toy: ")
    doctor = json.loads(meu("doctor", "--json", site=site, code=2).stdout)
    (told,) = (check for check in doctor["checks"] if not check["ok"])
    assert (told["name"], told["fix"]) == ("provider bad", "repair or uninstall broken-toy")


def test_a_fault_inside_a_plug_in_is_not_called_a_bug_of_meu_data(meu, tmp_path):
    source = (
        "from meu_data.rewards.sets import RewardSet\n"
        "def halves(completions, **columns):\n    return [1 / 0 for _ in completions]\n"
        "X = RewardSet({'halves': halves})\n"
    )
    modules = {"faulty_toy/__init__.py": "", "faulty_toy/rewards.py": source}
    site = install(tmp_path / "site", "faulty-toy", {"meu_data.rewards": {"half": "faulty_toy.rewards:X"}}, modules)
    (tmp_path / "all.jsonl").write_text('{"completion": "x"}\n')
    error = meu("rewards", "all.jsonl", "--set", "half", site=site, code=1).stderr
    assert error.startswith("meu-data: this is a bug in faulty-toy: ZeroDivisionError")


@pytest.fixture(autouse=True)
def fresh():
    forget()
    yield
    forget()


def forget():
    for cached in (plugins.offers, plugins.names, plugins._imported):
        cached.cache_clear()


CHANGES = re.findall(r"^\| (an? .*|the .*) \| (.*) \|$", GUIDE.partition("## Ten ordinary changes")[2], re.MULTILINE)


def test_the_table_of_changes_names_ten_and_at_most_three_files_each():
    assert len(CHANGES) == 10
    for change, files in CHANGES:
        named = re.findall(r"`([^`]+)`", files)
        assert 1 <= len(named) <= 3, change
        assert all((ROOT / name).is_file() for name in named), change


def test_the_layout_names_folders_that_are_there():
    layout = GUIDE.partition("## Layout")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:meu_data/)?\w+)/`", layout)
    assert all((ROOT / name).is_dir() or list((ROOT / "meu_data").rglob(name)) for name in named)
    there = {path.name for path in (ROOT / "meu_data").iterdir() if (path / "__init__.py").is_file()}
    assert there <= {name.rpartition("/")[2] for name in named}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("a corpus", '("training_full_with_AU", 1856'),
        ("a corpus", "mea-lab-421.github.io"),
        ("a provider", "OPENAI_API_KEY"),
        ("the wording of a colour", "黄绿色"),
        ("the wording of a colour", "品红"),
        ("the region of an AU", "mouth_corner up out, cheek up out"),
        ("the default recipe", "DEFAULT_RECIPE: Recipe ="),
        ("a column of exports", '"edit_distance", pa.'),
    ],
)
def test_what_a_change_is_about_stands_in_the_file_that_the_table_names(change, word):
    """And in no other module."""
    (files,) = (files for name, files in CHANGES if name == change)
    modules = (ROOT / "meu_data").rglob("*.py")
    holders = [path.relative_to(ROOT).as_posix() for path in modules if word in path.read_text(encoding="utf-8")]
    assert len(holders) == 1
    assert f"`{holders[0]}`" in files
