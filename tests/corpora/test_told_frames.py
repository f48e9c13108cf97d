"""Sheets that say where their frames are, as QqXuyujie's smic_apex and HTNet's tables do."""

import pytest

from meu_data.corpora.sheets import Asked
from tests.corpora.conftest import picture
from tests.corpora.test_frame_locator import video

HEADER = ("subject", "clip", "onset", "apex", "offset", "label", "onset_frame_path", "apex_frame_path")


def lay(corpus, *names):
    for name in names:
        path = corpus.frames / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture())


@pytest.mark.parametrize("above", ["", "/data/SMIC/", "D:\\corpora\\", "./"])
def test_the_paths_of_the_sheet_are_followed_from_the_frames_folder_on(corpus, above):
    lay(corpus, "s1/ne_01/image061206.png", "s1/ne_01/image061210.png", "s1/ne_01/image061230.png")
    paths = [f"{above}s1/ne_01/image061206.png", f"{above}s1/ne_01/image061210.png"]
    if "\\" in above:
        paths = [path.replace("/", "\\") for path in paths]
    sheet = corpus.csv([["1", "s1_ne_01", 61206, 61210, 61230, "negative", *paths]], header=HEADER)
    summary = corpus.extract(sheet, corpus="table")
    (sample,) = corpus.samples()
    assert (sample.onset_frame, sample.apex_frame) == ("s1/ne_01/image061206.png", "s1/ne_01/image061210.png")
    assert summary.understood.columns["OnsetPath"] == "G onset_frame_path"
    assert summary.understood.frames == ("frames: by the paths in OnsetPath, ApexPath, below the frames folder",)


def test_the_other_frames_are_told_by_the_one_that_is_named(corpus):
    lay(corpus, "a/7_img9.png", "a/7_img10.png", "a/7_img12.png")
    sheet = corpus.csv([["1", "c", 9, 10, 12, "fear", "a/7_img9.png"]], header=HEADER[:-1])
    corpus.extract(sheet, corpus="table")
    assert [(one.onset_frame, one.apex_frame) for one in corpus.samples()] == [("a/7_img9.png", "a/7_img10.png")]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../outside/1.png", "leads upwards"),
        ("b/1.png", "holds no b/1.png"),
        ("a/x.png", "has no 1 in its name"),
        ("a/1.png", "the frame 5 is missing: there is no a/5.png"),
        ("link.png", "leads out of the frames folder"),
        ("", "the row names no path"),
        ("a\0/1.png", "holds no"),
        ("x" * 900, "holds no"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_problem_of_its_row(corpus, path, reason):
    lay(corpus, "a/1.png", "a/x.png", "a/9.png", "sound/1.png", "sound/5.png", "sound/9.png")
    (corpus.root / "secret.png").write_bytes(picture())
    (corpus.frames / "link.png").symlink_to(corpus.root / "secret.png")
    rows = [["1", "c", 1, 5, 9, "fear", path], ["2", "d", 1, 5, 9, "fear", "sound/1.png"]]
    corpus.extract(corpus.csv(rows, header=HEADER[:-1]), corpus="table")
    (problem,) = corpus.problems()
    assert reason in problem.reason
    assert problem.row == 2
    assert len(corpus.samples()) == 1


def test_any_corpus_may_have_its_paths_told_by_a_column(corpus):
    lay(corpus, "elsewhere/00000.png", "elsewhere/00004.png", "elsewhere/00009.png")
    header = ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU", "place")
    sheet = corpus.csv([[*corpus.row(), "elsewhere/00000.png"]], header=header)
    corpus.extract(sheet, asked=Asked(columns={"OnsetPath": "place"}))
    assert corpus.samples()[0].apex_frame == "elsewhere/00004.png"


def test_a_video_is_named_by_its_path(corpus):
    path = corpus.frames / "films" / "one.mp4"
    path.parent.mkdir()
    video(path, 12)
    sheet = corpus.csv([["1", "c", 1, 5, 12, "fear", "films/one.mp4"]], header=(*HEADER[:6], "video_path"))
    corpus.extract(sheet, corpus="table")
    assert [(one.onset_frame, one.apex_frame) for one in corpus.samples()] == [("films/one.mp4#0", "films/one.mp4#4")]
    sheet = corpus.csv([["1", "c", 1, 5, 13, "fear", "films/one.mp4"]], header=(*HEADER[:6], "video_path"))
    corpus.extract(sheet, corpus="table")
    assert "has 12 pictures, frames 1 to 12: there is no frame 13" in corpus.problems()[0].reason
