import datetime

import pytest

from tests.corpora.conftest import picture, plain_user


def test_a_sound_row_becomes_a_sample(corpus):
    corpus.clip(numbers=(0, 4, 9), data=picture(80, 60))
    corpus.extract(corpus.xlsx([corpus.row(emotion=" Happiness ", au="Right AU1 + R2+12B")]))
    (sample,) = corpus.samples()
    assert sample.id == "dfme/sub0001/sub0001_01/0"
    assert (sample.onset, sample.apex, sample.offset) == (0, 4, 9)
    assert (sample.onset_frame, sample.apex_frame) == ("sub0001_01/00000.png", "sub0001_01/00004.png")
    assert (sample.width, sample.height) == (80, 60)
    assert sample.emotion == "happiness"
    assert [au.facs for au in sample.aus] == ["R1", "R2", "12B"]
    assert (sample.sheet, sample.row, sample.split, sample.subject) == ("sheet.xlsx", 2, "train", "sub0001")


@pytest.mark.parametrize("cell", [None, "", " - "])
def test_a_row_without_aus_is_a_sample(corpus, cell):
    corpus.clip()
    assert corpus.reasons(corpus.row(au=cell)) == []
    assert corpus.samples()[0].aus == ()


def test_action_descriptors_and_head_movements_are_read(corpus):
    """92 of the 2,629 rows of the released sheets have such a code (76 of train, 8 of testA, 8 of testB)."""
    cells = ["AD31", "AD38", "4+AD38", "7+AD39", "AD38+AD39", "4+M57", "M58", "R4+AD38"]
    for number in range(len(cells)):
        corpus.clip(f"sub0001_{number:02d}")
    assert corpus.reasons(*(corpus.row(f"sub0001_{number:02d}", au=cell) for number, cell in enumerate(cells))) == []
    read = {sample.clip: "+".join(au.facs for au in sample.aus) for sample in corpus.samples()}
    assert list(read.values()) == ["31", "38", "4+38", "7+39", "38+39", "4+57", "58", "R4+38"]


def test_offset_may_be_the_apex(corpus):
    corpus.clip(numbers=(0, 4))
    assert corpus.reasons(corpus.row(offset=4)) == []


def test_a_subject_that_is_a_number_is_text(corpus):
    corpus.clip()
    assert corpus.reasons(corpus.row(subject=7)) == []
    assert corpus.samples()[0].subject == "7"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"subject": None}, "Subject is blank"),
        ({"subject": "a/b"}, "Subject is 'a/b'"),
        ({"filename": "  "}, "Filename is blank"),
        ({"filename": 3.5}, "Filename is 3.5"),
        ({"filename": "sub0009_99"}, "the frames folder holds no sub0009_99"),
        ({"onset": None}, "OnsetFrame is blank"),
        ({"onset": "/"}, "OnsetFrame is blank"),
        ({"onset": 1e9}, "OnsetFrame is 1000000000"),
        ({"onset": -3}, "OnsetFrame is -3"),
        ({"onset": datetime.date(2024, 4, 12)}, "OnsetFrame is the date 2024-04-12"),
        ({"apex": "=C2+4"}, "ApexFrame (D2) holds a formula without a saved result"),
        ({"apex": "#REF!"}, "ApexFrame holds the spreadsheet error #REF!"),
        ({"au": "=A1"}, "AU (G2) holds a formula without a saved result"),
        ({"apex": None, "offset": 0}, "neither an apex nor an offset comes after the onset"),
        ({"onset": 1}, "the frame sub0001_01/00001.png is missing"),
        ({"apex": 5}, "the frame sub0001_01/00005.png is missing"),
        ({"offset": 99}, "the frame sub0001_01/00099.png is missing"),
    ],
)
def test_a_wrong_cell_becomes_a_problem_that_shows_it(corpus, change, reason):
    corpus.clip(numbers=(0, 4, 9))
    corpus.extract(corpus.xlsx([corpus.row(**change)]))
    (problem,) = corpus.problems()
    assert reason in problem.reason
    assert (problem.file, problem.row, problem.stage) == ("sheet.xlsx", 2, "extract")
    assert len(problem.reason) < 300


@pytest.mark.parametrize(
    ("change", "note", "kept"),
    [
        ({"emotion": None}, "Emotion is blank", {"emotion": None, "emotion_written": ""}),
        ({"emotion": "joyful"}, "the emotion 'joyful' is not known", {"emotion": None, "emotion_written": "joyful"}),
        ({"emotion": 3}, "the emotion '3' is not known", {"emotion": None, "emotion_written": "3"}),
        ({"emotion": "Surprise+Positive"}, "'Surprise+Positive'", {"emotion": None}),
        ({"au": "smile"}, "not read: 'smile'", {"aus": None, "aus_written": "smile"}),
        ({"au": datetime.date(2024, 4, 12)}, "AU is the date 2024-04-12", {"aus": None}),
        ({"au": 4.12}, "AU is 4.12", {"aus": None, "aus_written": "4.12"}),
        ({"apex": "ten"}, "ApexFrame is 'ten'", {"apex": None, "apex_frame": None, "offset": 9}),
        ({"apex": -3}, "ApexFrame is -3", {"apex": None}),
        ({"apex": True}, "ApexFrame is True", {"apex": None}),
        ({"apex": 3.5}, "ApexFrame 3.5 was rounded to 4", {"apex": 4}),
        ({"apex": "3.6"}, "ApexFrame '3.6' was rounded to 4", {"apex": 4}),
        ({"apex": 0}, "the apex 0 is the onset 0: not taken", {"apex": None}),
        ({"onset": 4}, "the apex 4 is the onset 4: not taken", {"onset": 4, "apex": None}),
        ({"onset": 4, "apex": 0}, "the apex 0 comes before the onset 4: not taken", {"apex": None}),
        ({"apex": 9, "offset": 4}, "the apex 9 comes after the offset 4: not taken", {"apex": None, "offset": 4}),
        ({"offset": 0}, "the offset 0 does not come after the onset 0: not taken", {"apex": 4, "offset": 4}),
        ({"offset": None}, "there is no offset: the apex 4 ends the clip", {"apex": 4, "offset": 4}),
    ],
)
def test_an_odd_cell_is_a_note_and_costs_no_row(corpus, change, note, kept):
    corpus.clip(numbers=(0, 4, 9))
    assert corpus.reasons(corpus.row(**change)) == []
    (sample,) = corpus.samples()
    assert note in "; ".join(sample.notes)
    assert {name: getattr(sample, name) for name in kept} == kept


@pytest.mark.parametrize("word", ["/", "\\", "-1", -1, "-", "?", "NULL", "null", None, " "])
def test_words_for_no_value_leave_the_apex_empty(corpus, word):
    """CASME II writes /, CASME a backslash, SAMM Long Videos -1."""
    corpus.clip(numbers=(0, 9))
    assert corpus.reasons(corpus.row(apex=word)) == []
    assert [(sample.apex, sample.notes) for sample in corpus.samples()] == [(None, ())]


def test_a_note_below_the_table_is_a_remark(corpus):
    corpus.clip()
    summary = corpus.extract(corpus.xlsx([corpus.row(), [], ["* checked by two coders"], [None] * 9 + ["sum", 12]]))
    assert (summary.rows, summary.samples, summary.problems, summary.understood.remark_rows) == (3, 1, 0, 2)


def test_the_same_clip_twice_names_the_first_row(corpus):
    corpus.clip()
    reasons = corpus.reasons(corpus.row(), corpus.row(emotion="fear"))
    assert len(reasons) == 1
    assert "row 2" in reasons[0]
    assert corpus.problems()[0].row == 3


def test_a_bad_row_does_not_take_the_place_of_a_good_one(corpus):
    corpus.clip()
    assert len(corpus.reasons(corpus.row(onset="x"), corpus.row())) == 1
    assert len(corpus.samples()) == 1


@pytest.mark.parametrize("name", ["4.png", "004.png", "0000004.png", "00004.jpg", "4.JPEG", "00004.bmp", "00004.PNG"])
def test_other_paddings_and_endings_are_found(corpus, name):
    folder = corpus.clip(numbers=(0, 9))
    (folder / name).write_bytes(picture(ending=".png"))
    assert corpus.reasons(corpus.row()) == []
    assert corpus.samples()[0].apex_frame == f"sub0001_01/{name}"


def test_the_exact_name_wins_over_others(corpus):
    folder = corpus.clip()
    (folder / "4.jpg").write_bytes(b"not looked at")
    assert corpus.reasons(corpus.row()) == []
    assert corpus.samples()[0].apex_frame == "sub0001_01/00004.png"


def test_two_files_for_one_frame_are_a_problem(corpus):
    folder = corpus.clip(numbers=(0, 9))
    (folder / "4.png").write_bytes(picture())
    (folder / "00004.jpg").write_bytes(picture(ending=".jpg"))
    (reason,) = corpus.reasons(corpus.row())
    assert "00004.jpg, 4.png" in reason


@pytest.mark.parametrize("name", ["reg_00004.png", "00004.png.bak", "00004.txt", "4 .png", "٤.png", "00004"])
def test_other_files_are_no_frames(corpus, name):
    folder = corpus.clip(numbers=(0, 9))
    (folder / name).write_bytes(picture())
    (reason,) = corpus.reasons(corpus.row())
    assert reason.startswith("the frame sub0001_01/00004.png is missing; the nearest that is there is 00000.png")


@pytest.mark.parametrize("number", [0, 4, 9])
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_bytes(picture()[:-100]), "cut off"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"no picture"), "no picture"),
        (lambda path: (path.unlink(), path.mkdir()), "is missing"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/passwd")), "leads out of the frames folder"),
        (lambda path: (path.unlink(), path.symlink_to("nowhere")), "link"),
        (lambda path: (path.unlink(), path.symlink_to(path.name)), "link"),
    ],
    ids=["cut off", "empty", "text", "folder", "link out", "dangling link", "circle"],
)
def test_a_spoilt_frame_is_named_below_the_frames_folder(corpus, spoil, reason, number):
    spoil(corpus.clip() / f"{number:05d}.png")
    (found,) = corpus.reasons(corpus.row())
    assert reason in found
    assert f"sub0001_01/{number:05d}.png" in found
    assert str(corpus.root) not in found


def test_a_link_to_a_frame_is_followed_one_to_a_folder_when_asked(corpus):
    folder = corpus.clip()
    (folder / "00004.png").rename(corpus.frames / "kept.png")
    (folder / "00004.png").symlink_to(corpus.frames / "kept.png")
    (corpus.frames / "alias").symlink_to(folder)
    (reason,) = corpus.reasons(corpus.row(), corpus.row(filename="alias"))
    assert reason == "alias is a symbolic link to a folder; --follow-links reads what is behind it"


def test_frames_of_different_size_are_a_problem(corpus):
    folder = corpus.clip()
    (folder / "00004.png").write_bytes(picture(32, 48))
    (reason,) = corpus.reasons(corpus.row())
    assert "sub0001_01/00000.png is 64x48" in reason
    assert "sub0001_01/00004.png is 32x48" in reason


@pytest.mark.parametrize(
    "name",
    [
        "../../etc",
        "../outside",
        "..",
        ".",
        "./sub0001_01",
        "sub0001_01/",
        "/etc",
        "\\\\server\\share",
        "..\\outside",
        "C:",
        "C:\\frames",
        "C:sub0001_01",
        "sub0001_01\tx",
        "linked",
        "a" * 300,
        "file",
        "~",
    ],
)
def test_a_filename_never_leads_out_of_the_frames_folder(corpus, name):
    corpus.clip()
    outside = corpus.root / "outside"
    (corpus.frames / "sub0001_01").rename(outside)
    corpus.clip()
    (corpus.frames / "linked").symlink_to(outside)
    (corpus.frames / "file").write_bytes(b"")
    (reason,) = corpus.reasons(corpus.row(filename=name))
    assert "\n" not in reason
    assert corpus.samples() == []


def test_a_nul_in_a_filename(corpus):
    corpus.clip()
    path = corpus.csv([corpus.row(filename="sub0001_01\0")])
    assert corpus.extract(path).problems == 1
    assert r"\x00" in corpus.problems()[0].reason


def test_chinese_names_with_blanks(corpus):
    corpus.clip("被试 一 片段")
    assert corpus.reasons(corpus.row(filename="被试 一 片段", subject="张 三"), name="标注 表.xlsx") == []
    (sample,) = corpus.samples()
    assert sample.id == "dfme/张 三/被试 一 片段/0"
    assert sample.sheet == "标注 表.xlsx"


def test_frames_that_may_not_be_read_are_problems(open_corpus):
    corpus = open_corpus
    rows = []
    for name in ("fine", "locked_folder", "locked_frame"):
        corpus.clip(name)
        rows.append(corpus.row(filename=name))
    sheet = corpus.xlsx(rows)
    corpus.workspace.mkdir()
    corpus.workspace.chmod(0o777)
    (corpus.frames / "locked_folder").chmod(0)
    (corpus.frames / "locked_frame" / "00004.png").chmod(0)
    with plain_user():
        summary = corpus.extract(sheet)
        reasons = [problem.reason for problem in corpus.problems()]
    assert summary.samples == 1
    assert "locked_folder: permission denied" in reasons[0]
    assert "locked_frame/00004.png: permission denied" in reasons[1]
