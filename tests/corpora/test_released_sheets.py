"""Sheets in the forms in which the corpora are released, with the odd cells that were counted in them.

Headers, worksheets, header rows, cell types and odd values are facts from copies in public repositories and from what
public loaders read (docs/corpora.md); the rows are made up.
"""

import csv

import openpyxl
import pytest
import xlwt

from meu_data.corpora.corpus import find_corpus
from meu_data.corpora.errata import Errata, read_errata
from meu_data.corpora.joined_emotions import with_emotions
from meu_data.corpora.recognise import recognise
from meu_data.corpora.rows import Expression, read_row
from meu_data.corpora.sheets import Asked, open_table
from meu_data.errors import MeuError
from meu_data.face.au_notation import facs_notation


def xlsx(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def xls(path, **sheets):
    book = xlwt.Workbook()
    for title, rows in sheets.items():
        sheet = book.add_sheet(title)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
    book.save(str(path))
    return path


def comma(path, rows, delimiter=",", newline="\n"):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return path


def told(path, name, errata=True, asked=None):
    corpus = find_corpus(name)
    table = open_table(path, corpus, asked)
    known = Errata(read_errata(corpus.errata) if errata else (), table.total)
    return [
        one
        for index, row in enumerate(table.rows())
        for one in read_row(corpus, row, index=index, errata=known, sheet=table.sheet, labels_aus=table.has_aus)
    ]


def frames(one):
    return one.onset, one.apex, one.offset


def short(one):
    assert isinstance(one, Expression), one
    aus = None if one.aus.aus is None else facs_notation(one.aus.aus)
    return one.subject, one.clip, frames(one), one.emotion, aus


DFME = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "EmotionId", "Fps", "AU"]


def test_dfme(tmp_path):
    rows = [
        DFME,
        ["sub0001", "sub0001_01", 0, 20, 40, "anger", 0, 500, 4],
        ["sub0001", "sub0001_02", 5, 220, 430, "contempt", 1, 500, "R1+R2+5"],
        ["sub0002", "sub0002_01", 0, 2, 9, "sadness", 5, 200, "4+AD38"],
        ["sub0002", "sub0002_02", 0, 2, 9, "fear", 3, 200, "M57"],
    ]
    path = xlsx(tmp_path / "training_full_with_AU.xlsx", Sheet1=rows)
    found = told(path, "dfme")
    assert [short(one) for one in found] == [
        ("sub0001", "sub0001_01", (0, 20, 40), "anger", "4"),
        ("sub0001", "sub0001_02", (5, 220, 430), "contempt", "R1+R2+5"),
        ("sub0002", "sub0002_01", (0, 2, 9), "sadness", "4+38"),
        ("sub0002", "sub0002_02", (0, 2, 9), "fear", "57"),
    ]
    assert [one.fps for one in found] == [500, 500, 200, 200]
    assert recognise(path).name == "dfme"


CASME2 = ["Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None, "Action Units"]


@pytest.mark.parametrize("objective", [(), ("Objective Classes",)], ids=["2014", "2019"])
def test_casme2(tmp_path, objective):
    rows = [
        [*CASME2, "Estimated Emotion", *objective],
        ["01", "EP02_01f", None, 46, 59, 86, None, "4+L10", "happiness", 3],
        ["04", "EP12_01f", None, 257, "/", 326, None, 12, "others", 7],
        ["05", "EP09_05f", None, 69, 69, 123, None, "?", "repression", 7],
        ["05", "EP03_1", None, 69, "80", 80, None, "L12", "disgust", 7],
    ]
    path = xlsx(tmp_path / "CASME2-coding.xlsx", Sheet1=rows, Sheet2=[], Sheet3=[])
    found = told(path, "casme2")
    assert [short(one) for one in found] == [
        ("01", "EP02_01f", (46, 59, 86), "happiness", "4+L10"),
        ("04", "EP12_01f", (257, None, 326), "others", "12"),
        ("05", "EP09_05f", (69, None, 123), "repression", None),
        ("05", "EP03_1", (69, 80, 80), "disgust", "L12"),
    ]
    assert [one.objective_class for one in found] == (["3", "7", "7", "7"] if objective else [None] * 4)
    assert "the apex 69 is the onset 69" in found[2].notes[0]
    assert recognise(path).name == "casme2"


@pytest.mark.parametrize("subject", ["01", 1, "sub01"])
def test_one_person_of_casme2_has_one_name(tmp_path, subject):
    rows = [[*CASME2, "Estimated Emotion"], [subject, "EP02_01f", None, 46, 59, 86, None, 4, "others"]]
    assert told(xlsx(tmp_path / "c.xlsx", Sheet1=rows), "casme2")[0].subject == "01"


def test_casme2_of_256_rows_gets_the_apexes_that_are_known_for_it(tmp_path):
    """tvaranka/meb: 21 apexes by the row of its own sheet."""
    row = ["01", "EP02_01f", None, 46, "", 400, None, 4, "others"]
    rows = [[*CASME2, "Estimated Emotion"], *([row] * 256)]
    found = told(xlsx(tmp_path / "c.xlsx", Sheet1=rows), "casme2")
    assert {index: one.apex for index, one in enumerate(found) if one.apex} == (
        {29: 279, 35: 68, 43: 77, 45: 81, 51: 166, 53: 100, 60: 78, 117: 187, 118: 89, 126: 80, 136: 88, 147: 134}
        | {155: 231, 168: 53, 170: 329, 177: 111, 202: 91, 203: 103, 234: 98, 237: 153, 238: 98}
    )
    assert {index: one.offset for index, one in enumerate(found) if one.offset != 400} == {60: 91}
    row[5] = 91  # what is right already is no correction
    rows = [[*CASME2, "Estimated Emotion"], *([row] * 256)]
    notes = told(xlsx(tmp_path / "right.xlsx", Sheet1=rows), "casme2")[60].notes
    assert [note.partition(" in the sheet")[0] for note in notes] == ["apex blank"]


def test_what_others_correct_in_a_sheet_that_nobody_here_saw_is_told_and_not_taken(tmp_path):
    """tvaranka/meb: frames of five rows of CASME's sheet of 189, by place."""
    header = ["Subject", "Filename", None, "OnsetF", "ApexF1", "ApexF2", "OffsetF", None, "AUs", "Emotion"]
    rows = [header, *([1, "EP01_12", None, 5, 9, "\\", 40, None, "4", "tense"] for _ in range(189))]
    found = told(xlsx(tmp_path / "CASME.xlsx", Sheet1=rows), "casme")
    assert {frames(one) for one in found} == {(5, 9, 40)}
    notes = {index: one.notes[-1] for index, one in enumerate(found) if one.notes}
    assert {index: note.partition(" elsewhere")[0] for index, note in notes.items()} == {
        40: "onset 100 and apex 120 and offset 149",
        42: "onset 101 and apex 110 and offset 119",
        43: "onset 57 and apex 65 and offset 74",
        140: "offset 142",
    }
    assert all("not taken" in note for note in notes.values())
    assert not any(one.notes for one in told(tmp_path / "CASME.xlsx", "casme", errata=False))


CASME3 = ["Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Objective class", "emotion"]


@pytest.mark.parametrize("write", [xlsx, xls], ids=["xlsx", "xls"])
def test_casme3_with_a_blank_sheet1_and_all_cells_text(tmp_path, write):
    rows = [
        CASME3,
        ["spNO.1", "a", "355", "360", "370", "2+1", "VII", "disgust"],
        ["spNO.14", "J", "5", "5", "18", "R4+T23+B28", "II", "Others"],
        ["spNO.149", "d", "112", "83", "170", "14", "V", "sad"],
        ["spNO.216", "d", "3647", "2668", "2700", "12+15+B28+B28", "I", "happy"],
        ["spNO.216", "e", "0", "0", "30", "4", "I", "surprise"],
        ["spNO.2", "e", "140", "143", "150", "4", "I", "fear"],
        ["spNO.214", "c", "5", "5", "3460", "17+4", "VII", "disgust"],
    ]
    path = write(tmp_path / f"label.{write.__name__}", Sheet1=[], label=rows, Sheet3=[])
    found = told(path, "casme3")
    assert [short(one) for one in found] == [
        ("spNO.1", "a", (355, 360, 370), "disgust", "2+1"),
        ("spNO.14", "J", (5, None, 18), "others", "R4+T23+B28"),
        ("spNO.149", "d", (112, 160, 170), "sadness", "14"),
        ("spNO.216", "d", (2647, 2668, 2700), "happiness", "12+15+B28"),
        ("spNO.216", "e", (1, 17, 30), "surprise", "4"),
        ("spNO.2", "e", (140, None, 150), "fear", "4"),
        ("spNO.214", "c", (5, None, 34), "disgust", "17+4"),
    ]
    assert [one.objective_class for one in found] == ["7", "2", "5", "1", "1", "1", "7"]
    assert found[2].notes[0].startswith("apex 83 in the sheet, 160 taken (genbing99/SFAMNet")
    assert "a hand hides the face" in found[5].notes[0]
    plain = told(path, "casme3", errata=False)
    assert frames(plain[2]) == (112, None, 170)
    assert frames(plain[5]) == (140, 143, 150)
    assert recognise(path).name == "casme3"


def test_casme3_au_and_emotion_sheet_has_kinds_and_no_emotion(tmp_path):
    header = ["Subject", "Filename", "Onset", "Apex", "Offset", "AU", "Expression type", "Objective class"]
    rows = [
        header,
        ["spNO.1", "a", 1, 5, 9, "12", "Macro-expression", "I"],
        ["spNO.1", "a", 20, 25, 29, "4", "Micro-expression", "II"],
    ]
    blinks = [["Subject", "Filename", "Onset", "Offset"], ["spNO.1", "a", 1, 3]]
    path = xls(tmp_path / "part_A_v2.xls", **{"eye blink": blinks, "AU+Emotion": rows})
    assert [(one.kind, one.emotion, one.notes) for one in told(path, "casme3")] == [
        ("macro", None, ()),
        ("micro", None, ()),
    ]


def test_casme3_part_c(tmp_path):
    rows = [
        ["sub", "count", "onset", "offset", "au", "emotion"],
        [1, 1, 10, 20, "R4,5", "negative"],
        [1, 2, 30, 40, "14,L24,", "others"],
        [2, 1, 10, 20, "4，11", "surprise"],
        [2, 2, 30, 40, "13?", "positive"],
        [2, 3, 50, 60, 41, "negative"],
    ]
    path = xlsx(tmp_path / "C_ME.xlsx", mockCrimeME=rows)
    found = told(path, "casme3c")
    assert [short(one) for one in found] == [
        ("1", "1", (10, None, 20), "negative", "R4+5"),
        ("1", "2", (30, None, 40), "others", "14+L24"),
        ("2", "1", (10, None, 20), "surprise", "4+11"),
        ("2", "2", (30, None, 40), "positive", "13?"),
        ("2", "3", (50, None, 60), "negative", "41"),
    ]
    assert recognise(path).name == "casme3c"


def test_casme3_part_c_organize(tmp_path):
    rows = [["Subject", "Onset", "Offset", "diff", "Exp_type", "risk"], [1, 10, 20, 10, 0, 1], [1, 30, 40, 10, 1, 0]]
    found = told(xls(tmp_path / "part_C.xls", organize=rows), "casme3c")
    assert [(one.subject, one.clip, one.onset, one.kind) for one in found] == [
        ("1", "1", 10, "macro"),
        ("1", "1", 30, "micro"),
    ]


def test_casmesq_without_a_header(tmp_path):
    rows = [
        [1, "anger1_1", 100, 110, 120, "4", "negative", "macro-expression", "anger"],
        [1, "anger1_2", 200, 210, 0, "NULL", "others", "macro-expression", "helpless"],
        [22, "happy5_1", 300, 0, 320, "14or23", "positive", "micro-expression", "happyiness"],
        [3, "disgust2_1", 400, 430, 420, "null", "surprise", "macro-expression", "pain"],
    ]
    rule1 = [[15, "s15", 1], [16, "s16", 2]]
    rule2 = [["0101", "disgustingteeth"]]
    path = xlsx(tmp_path / "code_final.xlsx", CASFEcode_final=rows, **{"naming rule1": rule1, "naming rule2": rule2})
    found = told(path, "casmesq")
    assert [short(one) for one in found] == [
        ("1", "anger1_1", (100, 110, 120), "negative", "4"),
        ("1", "anger1_2", (200, 210, 210), "others", None),
        ("22", "happy5_1", (300, None, 320), "positive", "14 or 23"),
        ("3", "disgust2_1", (400, None, 420), "surprise", None),
    ]
    assert [one.kind for one in found] == ["macro", "macro", "micro", "macro"]
    assert [one.row for one in found] == [1, 2, 3, 4]
    assert found[0].fields["folder"] == "s15"
    assert (found[2].fields["folder_number"], found[2].fields["code"]) == ("40", "0508")
    assert found[3].remarks == "self-report: pain"
    assert recognise(path).name == "casmesq"


SAMM = ["Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame", "Duration", "Micro"]
SAMM += ["Action Units", "Estimated Emotion", "Objective Classes", "Notes"]


def test_samm_with_its_key_above_the_header(tmp_path):
    key = [["Micro-movements of SAMM"], [], ["Key:", '"/" = or; "?" = unclear offset; L/R'], *([[]] * 10)]
    rows = [
        ["006", "006_1_2", 1, 5562, 5588, 5632, 71, "Micro - 1/2", "12+15 ", "Anger", 4, "Blinks"],
        [6, "006_1_3", 1, 83, 90, 12349, 1, "Micro - 1/2", "A12B+ref(43)", "Other", 7, None],
        ["028", "028_4_1", 1, 1060, 1143, 1134, 1, "Micro - 1/2", "L12 or L14", "Happiness", 7, "L12?"],
        ["032", "032_3_1", 1, 4896, 1930, 4950, 1, "Micro - 1/2", "10A/B", "Sadness", 7, None],
    ]
    path = xlsx(tmp_path / "SAMM_Micro_FACS_Codes_v2.xlsx", MICRO_ONLY=[*key, SAMM, *rows])
    found = told(path, "samm")
    assert [short(one) for one in found] == [
        ("006", "006_1_2", (5562, 5588, 5632), "anger", "12+15"),
        ("006", "006_1_3", (83, 90, 12349), "others", "A12B+43?"),
        ("028", "028_4_1", (1060, 1113, 1134), "happiness", "L12 or L14"),
        ("032", "032_3_1", (4896, 4930, 4950), "sadness", "10A/B"),
    ]
    assert [one.row for one in found] == [15, 16, 17, 18]
    assert {one.kind for one in found} == {"micro"}
    assert (found[0].remarks, found[0].inducement, found[0].objective_class) == ("Blinks", "1", "4")
    assert recognise(path).name == "samm"
    semicolons = comma(tmp_path / "samm.csv", [SAMM, *rows], delimiter=";", newline="\r\n")
    assert [short(one) for one in told(semicolons, "samm")] == [short(one) for one in found]


def test_samm_long_videos(tmp_path):
    header = ["Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type"]
    rows = [
        ["006", "006_1_1", 1, 100.4, 110.6, 120, 21, "Macro", "7A/B", None],
        ["006", "006_1_2", 1, 566.4, -1, 580, 14, "Micro - 1/2", "(L/A)4B", "x"],
        ["037", "037_4_1", 1, 0, 10, 20, 20, "Micro - 1/2", "Chewing", None],
    ]
    path = xlsx(tmp_path / "LV.xlsx", FACS_Movement_Only=[*([["note"]] * 9), [*header, "Action Units", "Notes"], *rows])
    found = told(path, "sammlv")
    assert [(*frames(one), one.kind, one.emotion) for one in found] == [
        (100, 111, 120, "macro", None),
        (566, None, 580, "micro", None),
        (0, 10, 20, "micro", None),
    ]
    assert "OnsetFrame 566.4 was rounded to 566" in found[1].notes
    assert found[1].fields["video"] == "006_1"
    assert found[2].aus_written == "Chewing"
    assert recognise(path).name == "sammlv"


def test_samm_long_videos_take_their_emotions_from_samms_sheet(tmp_path):
    header = ["Subject", "Filename", "Inducement Code", "Onset", "Apex", "Offset", "Duration", "Type", "Action Units"]
    rows = [
        ["037", "037_4_1", 1, 0, 10, 20, 20, "Macro", "4"],
        ["037", "037_4_1", 1, 30, 40, 50, 20, "Micro - 1/2", "4"],
        ["037", "037_4_2", 1, 60, 70, 80, 20, "Micro - 1/2", "4"],
    ]
    long = xlsx(tmp_path / "LV.xlsx", FACS_Movement_Only=[header, *rows])
    own = ["037", "037_4_1", 1, 2030, 2040, 2050, 1, "Micro - 1/2", "4", "Disgust", 4, None]
    brief = xlsx(tmp_path / "SAMM.xlsx", MICRO_ONLY=[SAMM, own])
    found = with_emotions(find_corpus("sammlv"), told(long, "sammlv"), brief)
    assert [(one.emotion, one.objective_class) for one in found] == [(None, None), ("disgust", "4"), (None, None)]
    assert found[1].notes == ("emotion from row 2 of SAMM.xlsx",)
    with pytest.raises(MeuError, match="--emotions goes with SAMM Long Videos"):
        with_emotions(find_corpus("samm"), [], brief)


def test_smic_with_several_events_a_row_and_texts_below(tmp_path):
    header = ["Subject", "Filename", None, "OnsetF", "OffsetF", "Onset2F", "Offset2F", "Onset3F", "Offset3F", None]
    header += ["FirstF", "LastF", "TotalMF1", "TotalMF2", "TotalMF3", "TotalVL", "Emotion", None, None]
    tail = [None, 1, 2, 3, 4, 5, 6]
    rows = [
        [1, "s1_ne_01", None, 559740, 559775, None, None, None, None, *tail, "negative"],
        ["20", "s20_ne_01", None, 17581039, 17581060, 17581100, 17581120, 32615604, 32615650, *tail, "negative"],
        ["s3", "s3_po_08", None, "061206", "061230", None, None, None, None, *tail, "positive"],
        [],
        ["* the frames are those of the high speed camera"],
        [None] * 12 + [164, 164],
    ]
    path = xlsx(tmp_path / "SMIC-HS-E_annotation.xlsx", VIS=[header[:2]], HS=[header, *rows], Sheet3=[])
    found = told(path, "smic")
    assert [(one.subject, one.clip, *frames(one), one.event, one.emotion, one.aus.aus) for one in found] == [
        ("s01", "s1_ne_01", 559740, None, 559775, 1, "negative", None),
        ("s20", "s20_ne_01", 17581039, None, 17581060, 1, "negative", None),
        ("s20", "s20_ne_01", 17581100, None, 17581120, 2, "negative", None),
        ("s20", "s20_ne_01", 32615604, None, 32615650, 3, "negative", None),
        ("s03", "s3_po_08", 61206, None, 61230, 1, "positive", None),
    ]
    assert found[0].fields["camera"] == "HS"
    assert recognise(path).name == "smic"


def test_mmew(tmp_path):
    header = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Action Units", "Estimated Emotion"]
    rows = [
        [*header, "remarks"],
        [1, "S01-01-001", 1, 9, 20, "12L", "happiness", None],
        [4, "S04-03-001", 1, 27, 40, "4R+7", "disgust", None],
        [30, "S30-04-001", 1, 5, 9, "14", "others", None],
    ]
    path = comma(tmp_path / "MMEW_Micro_Exp.csv", rows)
    assert [short(one) for one in told(path, "mmew")] == [
        ("01", "S01-01-001", (1, 9, 20), "happiness", "L12"),
        ("04", "S04-03-001", (1, 27, 40), "disgust", "R4+7"),
        ("30", "S30-04-001", (1, 5, 9), "others", "14"),
    ]
    assert recognise(path).name == "mmew"


def test_casme_with_a_second_apex_and_columns_without_end(tmp_path):
    header = ["Subject", "Filename", "OnsetF", "ApexF1", "ApexF2", "OffsetF", "Emotion", *([""] * 300)]
    rows = [
        header,
        [1, "EP01_12", 73, 80, "\\", 90, "tense", *([""] * 300)],
        [1, "EP01_12", 100, 120, 130, 149, "comtempt", *([""] * 300)],
        [2, "EP03_1", 1, 5, "", 9, "repression", *([""] * 300)],
    ]
    path = comma(tmp_path / "CASME.csv", rows)
    found = told(path, "casme")
    assert [short(one) for one in found] == [
        ("01", "EP01_12", (73, 80, 90), "tense", None),
        ("01", "EP01_12", (100, 120, 149), "contempt", None),
        ("02", "EP03_1", (1, 5, 9), "repression", None),
    ]
    assert [one.remarks for one in found] == [None, "another apex: 130", None]
    assert recognise(path).name == "casme"


def test_4dme_in_the_two_forms_that_loaders_read(tmp_path):
    header = ["sub_ID", "fold_name", "Emotion", "Onset", "Apex", "Offset", "AUs", "fold", "eye blink", "Positive"]
    rows = [
        [*header, "Total", "AU1", "AU4"],
        ["S1", "S1_1st_001_01_1", "Surprise+Positive", 1, 5, 9, "AU4(k)+L7", 1, 0, 1, 1, 0, 1],
        ["S1", "S1_1st_002_01_1", "Negative", 1, 5, 9, "AUR2+12(k)+45", 1, 0, 0, 1, 0, 0],
    ]
    found = told(xlsx(tmp_path / "4DME.xlsx", Sheet1=rows), "4dme")
    assert [(one.emotion, one.emotion_written) for one in found] == [
        (None, "Surprise+Positive"),
        ("negative", "Negative"),
    ]
    assert [facs_notation(one.aus.aus) for one in found] == ["4?+L7", "R2+12?+45"]
    header = ["sub_ID'", "video_number'", "ME_number'", "video emo'", "self-report emo'", "Length"]
    rows = [[*header, "first_frame'", "last_frame'"], ["1'", "2'", "1'", "positive", "happy", 9, "100'", "120'"]]
    rows.append([None, None, None, None, "sum", 9])
    (one,) = told(xlsx(tmp_path / "early.xlsx", Sheet1=rows), "4dme")
    assert (one.subject, one.clip, *frames(one), one.emotion) == ("1", "2", 100, None, 120, "positive")


def test_group_and_me_type_name_person_and_clip_where_nothing_else_does(tmp_path):
    rows = [["group", "ME Type", "Onset", "Apex", "Offset", "Emotion", "AU"], ["p1", "c1", 3, 9, 12, "fear", 4]]
    (one,) = told(xlsx(tmp_path / "group.xlsx", Sheet1=rows), "table")
    assert (one.subject, one.clip, *frames(one)) == ("p1", "c1", 3, 9, 12)
    rows = [["group", "ME Type", "Subject", "Filename", *rows[0][2:]], ["control", "I", *rows[1]]]
    (one,) = told(xlsx(tmp_path / "both.xlsx", Sheet1=rows), "table")
    assert (one.subject, one.clip) == ("p1", "c1")


def test_columns_by_letter_without_a_header(tmp_path):
    rows = [["x", "p1", "c1", 3, 9, 12, "fear", 4, 7], ["y", "p1", "c1", 13, 19, 22, "fear", None, "L12"]]
    places = {"Subject": "B", "Filename": "C", "OnsetFrame": "D", "ApexFrame": "5", "OffsetFrame": "F"}
    asked = Asked(header_row=0, columns={**places, "Emotion": "g", "AU": "H,I"})
    found = told(comma(tmp_path / "t.csv", rows), "dfme", asked=asked)
    assert [short(one) for one in found] == [
        ("p1", "c1", (3, 9, 12), "fear", "4+7"),
        ("p1", "c1", (13, 19, 22), "fear", "L12"),
    ]
