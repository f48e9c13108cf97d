"""What the docs say is so: pages made from the program, commands that are real and run, messages that exist."""

import re
import shlex
import shutil

import pytest
import typer

from meu_data.cli import app
from meu_data.synth import make_corpus
from tests import ROOT
from tests.write_docs import FOLDER, pages

DOCS = [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *sorted(FOLDER.glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- not run: (?P<why>[^>]+) -->\n)?^```bash\n(?P<code>.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(path):
    """The blocks of commands in a page."""
    return list(BLOCK.finditer(path.read_text(encoding="utf-8")))


# The Chinese README has the commands of the English one.
RUN = [path for path in DOCS if ".zh" not in path.name and not all(block["why"] for block in blocks(path))]


def commands_of(code):
    """The lines of a block that call the program, as words."""
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0] == "meu-data":
            yield words[1:]


def find(words):
    """The command that a line calls, and what is left of its words."""
    command = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_is_as_the_program_writes_it(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run python -m tests.write_docs"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_docs_name_real_commands_and_options(path):
    for block in blocks(path):
        for words in commands_of(block["code"]):
            command, rest = find(words)
            assert not hasattr(command, "commands") or rest[0].startswith("-"), words
            known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            known |= {"--help", "--install-completion"}
            given = {word.partition("=")[0] for word in rest if word.startswith("-") and not word[1:].isdigit()}
            assert given <= known, words


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a corpus under the name that the docs call it by."""
    folder = tmp_path_factory.mktemp("desk")
    make_corpus(folder / "DFME", subjects=2, clips=1, size=(320, 240))
    return folder


@pytest.mark.parametrize("path", RUN, ids=lambda path: path.name)
def test_the_commands_in_the_docs_run(path, desk, tmp_path, meu, monkeypatch):
    """Block after block as a reader would type them, those aside that say why not."""
    shutil.copytree(desk, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    for block in blocks(path):
        if block["why"]:
            continue
        assert all(line.startswith(("meu-data", " ")) or not line for line in block["code"].splitlines())
        for words in commands_of(block["code"]):
            code, _, err = meu(*words)
            assert code in (0, 3), (words, err)


def test_every_message_that_is_explained_is_one():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "meu_data").rglob("*.py"))
    rows = re.findall(r"^\| (`.+?) \|", (FOLDER / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE)
    told = [part for row in rows for part in re.findall(r"`([^`]+)`", row)]
    assert len(told) >= 10
    assert not [part for part in told if part not in source]


def test_both_readmes_keep_step():
    """The same headings, tables, links and commands, in the same order."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")]
    for pattern in (r"^#+ ", r"^```.*?^```", r"^\|", r"\]\(((?!README)[^)]+)\)", r"<!--.*?-->"):
        one, other = (re.findall(pattern, text, re.DOTALL | re.MULTILINE) for text in texts)
        assert one == other
