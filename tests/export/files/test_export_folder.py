"""The target folder: refusals, replacing, full disks, and death at any moment."""

import shutil
import signal
import subprocess
import sys

import pytest

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.store.workspace import Workspace

# argv: workspace, out, then what is to happen. `rename N` dies at the N-th rename, `row N` at the N-th sample.
CHILD = """
import os, resource, signal, sys
from pathlib import Path
from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.progress import Silent
from meu_data.store.workspace import Workspace

what, number = sys.argv[3], int(sys.argv[4])
seen = 0

def die_at_the_nth():
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)

class Dying(Silent):
    def advance(self, done=1):
        if what == "row":
            die_at_the_nth()

sys.addaudithook(lambda event, _: die_at_the_nth() if what == event.removeprefix("os.") else None)
with Workspace.open(Path(sys.argv[1])) as workspace:
    if what == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
    if what == "nobody" and os.geteuid() == 0:
        os.seteuid(number)  # root may write everywhere
    try:
        export(workspace, Path(sys.argv[2]), source="drafts", overwrite=True, progress=Dying())
    except MeuError as error:
        sys.exit(f"error: {error}")
"""


# What stands beside the rows of every export.
BESIDE = {"README.md", "DATASHEET.md", "SHA256SUMS", "croissant.json", "export.json", "leaks.json"}
BESIDE |= {f"tables/{name}.csv" for name in ("emotions", "aus", "au_pairs")}


def child(corpus, out, what, number):
    command = [sys.executable, "-c", CHILD, str(corpus.workspace.root), str(out), what, str(number)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_with_something_in_it_is_refused(corpus, tmp_path):
    corpus.fill({"train": 1})
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("mine")
    with pytest.raises(MeuError, match=r"out is not empty.*--overwrite"):
        export(corpus.workspace, out, source="drafts")
    assert content(out) == {"thesis.tex": b"mine"}


def test_a_repeated_export_says_that_it_is_there_and_changes_nothing(corpus, tmp_path):
    corpus.fill({"train": 2})
    out = tmp_path / "out"
    assert not export(corpus.workspace, out, source="drafts").unchanged
    (out / "README.md").write_text((out / "README.md").read_text() + "\nOurs.\n")
    stamp, before = out.stat().st_ino, content(out)
    again = export(corpus.workspace, out, source="drafts")
    assert (again.unchanged, again.rows) == (True, {"train": 2})
    assert (out.stat().st_ino, content(out)) == (stamp, before)
    with pytest.raises(MeuError, match=r"out holds an export of the style unifer-cot for hf .* other options"):
        export(corpus.workspace, out, source="drafts", style="unifer-rlvr")
    corpus.fill({"train": 3})
    with pytest.raises(MeuError, match="out holds an earlier export, and this one differs"):
        export(corpus.workspace, out, source="drafts")
    assert content(out) == before
    (out / "data" / "train-00000-of-00001.parquet").write_bytes(b"damaged")
    with pytest.raises(MeuError, match="differs"):
        export(corpus.workspace, out, source="drafts")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "工作 space"]


@pytest.mark.parametrize("make", [lambda out: None, lambda out: out.mkdir(), lambda out: out.mkdir(parents=True)])
def test_a_missing_or_empty_folder_is_taken(corpus, tmp_path, make):
    corpus.fill({"train": 1})
    out = tmp_path / "out"
    make(out)
    export(corpus.workspace, out, source="drafts")
    assert set(content(out)) == {*BESIDE, "data/train-00000-of-00001.parquet"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "工作 space"]


def test_missing_parents_are_made(corpus, tmp_path):
    corpus.fill({"train": 1})
    export(corpus.workspace, tmp_path / "a/b/out", source="drafts")
    assert (tmp_path / "a/b/out/README.md").is_file()


def foreign_home(out):
    (out / "Documents").mkdir(parents=True)
    (out / "Documents/thesis.tex").write_text("mine")


def somebody_elses_data_set(out):
    (out / "data").mkdir(parents=True)
    (out / "data/train-00000-of-00001.parquet").write_bytes(b"PAR1")
    (out / "README.md").write_text("---\nlicense: mit\n---\n")
    (out / "SHA256SUMS").write_text(f"{'0' * 64}  data/train-00000-of-00001.parquet\n")


@pytest.mark.parametrize("make", [foreign_home, somebody_elses_data_set])
def test_overwrite_refuses_what_is_no_export_of_ours(corpus, tmp_path, make):
    corpus.fill({"train": 1})
    make(tmp_path / "out")
    before = content(tmp_path / "out")
    with pytest.raises(MeuError, match="may not be overwritten: it is not an export of meu-data"):
        export(corpus.workspace, tmp_path / "out", source="drafts", overwrite=True)
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("name", ["notes.txt", "data/mine.parquet", "mine/a/b.txt", "empty/"])
def test_overwrite_refuses_an_export_that_somebody_put_a_file_into(corpus, tmp_path, name):
    corpus.fill({"train": 1})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts")
    if name.endswith("/"):
        (out / name).mkdir()
    else:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    before = content(out)
    with pytest.raises(MeuError, match=rf"it holds {name.partition('/')[0]}.*, which no export wrote"):
        export(corpus.workspace, out, source="drafts", overwrite=True)
    assert content(out) == before


def test_overwrite_replaces_an_export_whose_card_was_edited(corpus, tmp_path):
    corpus.fill({"train": 2})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts")
    first = content(out)
    card = (out / "README.md").read_text(encoding="utf-8")
    (out / "README.md").write_text(card.replace("license: other", "license: mit"), encoding="utf-8")
    corpus.fill({"testA": 2})
    summary = export(corpus.workspace, out, source="drafts", overwrite=True)
    assert summary.rows == {"testA": 2, "train": 2}
    assert set(content(out)) - set(first) == {"data/testA-00000-of-00001.parquet"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "工作 space"]


def test_a_file_in_the_place_of_the_folder_is_refused(corpus, tmp_path):
    corpus.fill({"train": 1})
    (tmp_path / "out").write_text("mine")
    for out in (tmp_path / "out", tmp_path / "out/below"):
        with pytest.raises(MeuError, match=r"out is a file"):
            export(corpus.workspace, out, source="drafts", overwrite=True)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_linked_folder_is_replaced_where_it_really_is(corpus, tmp_path):
    corpus.fill({"train": 1})
    export(corpus.workspace, tmp_path / "real", source="drafts")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real/README.md").write_text("<!-- meu-data export -->\nold")
    export(corpus.workspace, tmp_path / "link", source="drafts", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert "old" not in (tmp_path / "real/README.md").read_text(encoding="utf-8").splitlines()


def nothing(corpus):
    pass


def samples_only(corpus):
    corpus.fill({"train": 1}, langs=())
    with corpus.workspace.ledger.transaction():
        corpus.workspace.ledger.drop_motion(corpus.samples[0].id, "robust")


def robust_only(corpus):
    english_only(corpus)
    for sample in corpus.samples:
        with corpus.workspace.ledger.transaction():
            corpus.workspace.ledger.drop_motion(sample.id, "mellm")


def maps_only(corpus):
    corpus.fill({"train": 1}, langs=())


def english_only(corpus):
    corpus.fill({"train": 1})


def all_spoilt(corpus):
    corpus.fill({"train": 2})
    shutil.rmtree(corpus.workspace.root / "maps")


def odd_split(corpus):
    corpus.fill({"../../train": 1})


REFUSALS = {
    "no samples": (nothing, {}, "no samples; run `meu-data extract`"),
    "nothing rendered": (samples_only, {}, "run `meu-data render`"),
    "nothing drafted": (maps_only, {}, "no draft in en; run `meu-data draft --lang en`"),
    "nothing in the language": (english_only, {"lang": "zh"}, "no draft in zh; run `meu-data draft --lang zh`"),
    "nothing by the model": (english_only, {"model": "gemini"}, "no draft in en by gemini"),
    "other recipe": (robust_only, {"recipe": "mellm"}, "no map of the recipe mellm"),
    "every map lost": (all_spoilt, {}, "2 samples have problems; see `meu-data problems`"),
    "nothing proofread": (
        english_only,
        {"source": "proofread"},
        "no proofread rows: run `meu-data push`, review, run `meu-data pull`, or .* --source drafts",
    ),
    "nothing grounded": (english_only, {"min_grounding": 0.5}, "1 × no grounding score; run `meu-data verify` first"),
    "unknown source": (english_only, {"source": "guesses"}, "choose from: drafts, proofread"),
    "unknown style": (english_only, {"style": "haiku"}, "no style 'haiku'; choose from: actfer, .*unifer-cot"),
    "unknown consumer": (
        english_only,
        {"format": "tr1"},
        "no format 'tr1'; choose from: easyr1, hf.*; did you mean trl",
    ),
    "split that is no name": (odd_split, {}, r"the split '../../train' of dfme cannot be exported"),
}


@pytest.mark.parametrize(("prepare", "options", "said"), REFUSALS.values(), ids=REFUSALS)
def test_nothing_to_export_says_what_to_do_and_leaves_nothing(corpus, tmp_path, prepare, options, said):
    prepare(corpus)
    with pytest.raises(MeuError, match=said) as caught:
        export(corpus.workspace, tmp_path / "out", **{"source": "drafts"} | options)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["工作 space"]


@pytest.mark.parametrize("limit", [100, 3_000, 40_000, 120_000])
def test_a_full_disk_is_one_line_and_the_old_export_stays(corpus, tmp_path, limit):
    corpus.fill({"train": 40, "testA": 2})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts")
    before = content(out)
    done = child(corpus, out, "limit", limit)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"error: {out}: the file may not grow that large here; make room and run the command again"
    ]
    assert content(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "工作 space"]


def test_a_folder_without_permission_is_one_line(corpus, tmp_path):
    corpus.fill({"train": 1})
    (tmp_path / "locked").mkdir(mode=0o500)
    done = child(corpus, tmp_path / "locked/out", "nobody", 65534)
    assert done.stderr == f"error: {tmp_path}/locked/out: permission denied\n"
    assert list((tmp_path / "locked").iterdir()) == []


def test_a_loop_of_links_is_one_line(corpus, tmp_path):
    corpus.fill({"train": 1})
    (tmp_path / "out").symlink_to(tmp_path / "out")
    with pytest.raises(MeuError, match=r"out: \S"):
        export(corpus.workspace, tmp_path / "out", source="drafts")


@pytest.mark.parametrize(("what", "number"), [("row", 20), ("row", 42), ("rename", 1), ("rename", 4), ("rename", 5)])
@pytest.mark.parametrize("old", [False, True], ids=["new folder", "over an old export"])
def test_a_killed_export_leaves_the_old_one_or_a_whole_new_one(corpus, tmp_path, what, number, old):
    corpus.fill({"train": 20})
    out, undisturbed = tmp_path / "out", tmp_path / "undisturbed"
    if old:
        export(corpus.workspace, out, source="drafts")
    before = content(out) if old else {}
    corpus.fill({"testA": 11, "testB": 11})
    export(corpus.workspace, undisturbed, source="drafts")

    killed = child(corpus, out, what, number)
    # Three shards are renamed, then the old folder aside, then the new one into place.
    completes = what == "rename" and number > (5 if old else 4)
    assert killed.returncode == (0 if completes else -signal.SIGKILL), killed.stderr
    if completes:
        before = content(undisturbed)
    in_between = old and (what, number) == ("rename", 5)
    assert (content(out) if out.exists() else {}) == ({} if in_between else before)

    again = child(corpus, out, "nothing", 0)
    assert (again.returncode, again.stderr) == (0, "")
    assert content(out) == content(undisturbed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "undisturbed", "工作 space"]


def test_an_old_export_that_a_killed_run_moved_aside_comes_back_even_if_the_next_run_fails(corpus, tmp_path):
    corpus.fill({"train": 5})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts")
    before = content(out)
    assert child(corpus, out, "rename", 3).returncode == -signal.SIGKILL
    assert not out.exists()
    with pytest.raises(MeuError, match="differs"):
        export(corpus.workspace, out, source="drafts", style="unifer-rlvr")
    assert content(out) == before


def test_two_exports_to_one_folder_do_not_meet(corpus, tmp_path):
    corpus.fill({"train": 3})
    out = tmp_path / "out"

    class Nosy:
        said = ""

        def start(self, what, total):
            pass

        def advance(self, done=1):
            with Workspace.open(corpus.workspace.root) as second, pytest.raises(MeuError) as caught:
                export(second, out, source="drafts")
            self.said = str(caught.value)

        def finish(self):
            pass

    nosy = Nosy()
    export(corpus.workspace, out, source="drafts", progress=nosy)
    assert "another export to this folder is running" in nosy.said
    assert (out / "README.md").is_file()


def test_progress_counts_every_sample(corpus, tmp_path):
    corpus.fill({"train": 3, "testA": 2}, langs=())
    corpus.draft(corpus.samples[0])
    corpus.draft(corpus.samples[1], conclusion="<answer>")
    with corpus.workspace.ledger.transaction():
        corpus.workspace.ledger.drop_motion(corpus.samples[4].id, "robust")
    told = []

    class Listening:
        def start(self, what, total):
            told.append(total)

        def advance(self, done=1):
            told.append(done)

        def finish(self):
            told.append("end")

    export(corpus.workspace, tmp_path / "out", source="drafts", progress=Listening())
    # The five samples, then the one split that has rows compared with nothing.
    assert told == [5, 1, 1, 1, 1, 1, "end"]
    for sample in corpus.samples[1:3]:
        corpus.draft(sample)
    told.clear()
    export(corpus.workspace, tmp_path / "again", source="drafts", progress=Listening())
    assert told == [5, 1, 1, 1, 1, 1, "end"]
