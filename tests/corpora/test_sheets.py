import datetime
import re
import shutil
import warnings
import zipfile

import openpyxl
import pytest

from meu_data.corpora.cells import UnsavedFormula, au_text, frame_number, name
from meu_data.corpora.dfme import CORPUS
from meu_data.corpora.sheets import open_table
from meu_data.errors import MeuError, SheetError
from tests.corpora.conftest import HEADER

ONE = ["sub0001", "sub0001_01", 0, 4, 9, "happiness", "6+12"]


def rows_of(path):
    table = open_table(path, CORPUS)
    rows = list(table.rows())
    assert table.total == len(rows)
    return rows


def numbers_and_aus(path):
    return [(row.number, row.aus) for row in rows_of(path)]


def au_texts(path):
    return [au_text(row.aus)[0] for row in rows_of(path)]


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        ("Subject", "Filename", "Onset Frame", "Apex Frame", "Offset Frame", "Emotion", "Action Units"),
        ("SUBJECT ", " file_name", "onset_frame", "apex-frame", "offset frame", "Estimated Emotion", "AUs"),
        ("Subject", "Filename", "Onset", "Apex", "Offset", "emotion", "action unit"),
        ("Ｓubject", "Filename", "Onset", "Apex", "Offset", "Emotion", "AU"),
        ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU 1"),
    ],
)
def test_headers_match_by_letters_and_digits(corpus, header):
    (row,) = rows_of(corpus.xlsx([ONE], header=header))
    assert row.number == 2
    assert [row.cells[name] for name in HEADER[:6]] == ONE[:6]
    assert row.aus == ("6+12",)


def test_columns_stand_in_any_order_among_others(corpus):
    order = (6, 3, 0, 5, 2, 1, 4)
    path = corpus.xlsx(
        [["note", *(ONE[k] for k in order), "end"]], header=["Remarks", *(HEADER[k] for k in order), "Checked by"]
    )
    (row,) = rows_of(path)
    assert [row.cells[column] for column in HEADER[:6]] == ONE[:6]
    assert row.aus == ("6+12",)


def test_row_numbers_count_titles_and_blank_rows(corpus):
    blank = [None, "  ", "\u3000", "", None, None, None]
    path = corpus.xlsx([["DFME annotations"], [], HEADER, ONE, blank, [], ONE, ["a note at the end"]], header=None)
    assert [row.number for row in rows_of(path)] == [4, 7, 8]


def test_a_merged_title_above_the_header_does_not_matter(corpus):
    path = corpus.xlsx([["Release", None, "Frames", None, None, None, None], HEADER, ONE], header=None)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:B1")
    book.active.merge_cells("C1:G1")
    book.save(path)
    assert [row.number for row in rows_of(path)] == [3]


def test_a_header_below_row_20_is_not_looked_for(corpus):
    assert rows_of(corpus.xlsx([["note"]] * 19 + [HEADER, ONE], header=None))
    with pytest.raises(SheetError, match="no header in the first 20 rows"):
        rows_of(corpus.xlsx([["note"]] * 20 + [HEADER, ONE], header=None))


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (["AU"], ["4+L10"], "4+L10"),
        (["AU"], [None], ""),
        (["AU"], [12], "12"),
        (["AU"], [12.0], "12"),
        (["AU", None, None], [1, "R2", None], "1+R2"),
        (["AU"], [1, 2, " 4 "], "1+2+4"),
        (["AU", None, "Note"], [1, 2, "sure"], "1+2"),
        (["Action Units", "Unnamed: 7", "Unnamed: 8"], ["R12", None, 25], "R12+25"),
        (["AU 1", "AU 2", "AU 3"], ["L4", 7, None], "L4+7"),
        (["AU", "AU.1", "AU.2"], [1, 2, 5], "1+2+5"),
        (["Note", "AU1", "Sure", "AU2"], ["x", 12, "y", "R14"], "12+R14"),
    ],
)
def test_au_columns(corpus, header, cells, expected):
    assert au_texts(corpus.xlsx([[*ONE[:6], *cells]], header=[*HEADER[:6], *header])) == [expected]


@pytest.mark.parametrize("values", [[(0, 1), (1, 0)], [("0", "1"), (1, None)], [(False, True), (True, False)]])
def test_indicator_columns_are_read(corpus, values):
    rows = [[*ONE[:6], *pair] for pair in values]
    path = corpus.xlsx(rows, header=[*HEADER[:6], "AU1", "AU L12"])
    assert au_texts(path) == ["l12", "1"]
    assert open_table(path, CORPUS).indicators


def test_indicators_beside_a_list_are_left_out(corpus):
    """As tvaranka/meb reads 4DME's sheet."""
    header = [*HEADER[:6], "AUs", "AU1", "AU4"]
    assert au_texts(corpus.xlsx([[*ONE[:6], "AU4(k)+L7", 0, 1]], header=header)) == ["AU4(k)+L7"]


def test_numbered_columns_without_any_au_are_no_indicators(corpus):
    assert au_texts(corpus.xlsx([[*ONE[:6], None, ""]], header=[*HEADER[:6], "AU1", "AU2"])) == [""]


def test_sheet1_comes_first_then_the_order_of_the_file(corpus):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing here"])
    for title in ("old", "Sheet1", "label"):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append([title, *ONE[1:]])
    path = corpus.root / "many.xlsx"
    book.save(path)
    assert [row.cells["Subject"] for row in rows_of(path)] == ["Sheet1"]
    del book["Sheet1"]
    book.save(path)
    assert [row.cells["Subject"] for row in rows_of(path)] == ["old"]


def test_missing_columns_and_the_sheets_looked_at_are_named(corpus):
    header = ("Subject", "Filename", "OnsetFrame", "OffsetFrame", "AU")
    with pytest.raises(SheetError) as caught:
        rows_of(corpus.xlsx([ONE], header=header, title="coding"))
    message = str(caught.value)
    assert "of coding" in message
    assert "names the column ApexFrame, Emotion;" in message


def test_a_sheet_without_an_au_column_is_refused(corpus):
    with pytest.raises(SheetError, match="the column AU;"):
        rows_of(corpus.xlsx([ONE[:6]], header=HEADER[:6]))


@pytest.mark.parametrize("second", ["Apex Frame", "ApexFrame", "Apex"])
def test_a_column_twice_is_refused(corpus, second):
    with pytest.raises(SheetError, match="names the column ApexFrame 2 times"):
        rows_of(corpus.xlsx([[*ONE, 5]], header=[*HEADER, second]))


def test_a_formula_without_a_saved_result_is_told_from_a_blank(corpus):
    first, second = rows_of(corpus.xlsx([[*ONE[:3], "=C2+4", *ONE[4:6], "=A1"], ["=A2"]]))
    assert first.cells["ApexFrame"] == UnsavedFormula("D2")
    assert first.aus == (UnsavedFormula("G2"),)
    assert first.cells["OffsetFrame"] == 9
    assert second.cells["Subject"] == UnsavedFormula("A3")
    assert second.cells["Filename"] is None


def rewritten(path, part, change):
    """The workbook with one of its XML parts changed."""
    copy = path.with_name("rewritten.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, change(data) if item == part else data)
    return copy


SHEET_PART = "xl/worksheets/sheet1.xml"


def test_a_saved_formula_result_is_used(corpus):
    path = corpus.xlsx([[*ONE[:3], "=C2+4", *ONE[4:]]])
    path = rewritten(path, SHEET_PART, lambda data: re.sub(rb"<v ?/>|<v></v>", b"<v>4</v>", data))
    (row,) = rows_of(path)
    assert row.cells["ApexFrame"] == 4


@pytest.mark.parametrize("stated", [b'ref="A1"', b'ref="A1:B2"', b'ref="A1:XFD1048576"'])
def test_wrong_dimensions_cut_nothing_off(corpus, stated):
    path = corpus.xlsx([ONE] * 5)
    path = rewritten(path, SHEET_PART, lambda data: re.sub(rb'ref="A1:G6"', stated, data))
    assert [row.number for row in rows_of(path)] == [2, 3, 4, 5, 6]


def test_a_forged_row_number_does_not_run_for_ever(corpus):
    path = corpus.xlsx([ONE])
    path = rewritten(path, SHEET_PART, lambda data: data.replace(b'r="2"', b'r="99999999999"'))
    with pytest.raises(SheetError, match="more than 1048576 rows"):
        rows_of(path)


def test_nothing_is_printed_about_odd_workbooks(corpus):
    path = corpus.xlsx([[*ONE[:6], datetime.date(2024, 4, 12)]])
    path = rewritten(path, SHEET_PART, lambda data: re.sub(rb"<v>45394</v>", b"<v>99999999999</v>", data))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rows_of(path)


@pytest.mark.parametrize(
    ("ending", "data", "reason"),
    [
        (".xlsx", b"", "empty"),
        (".csv", b"", "empty"),
        (".xlsx", b"PK\x03\x04 and nothing more", "damaged"),
        (".xlsx", b"Subject,Filename", "damaged"),
        (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "encrypted"),
        (".xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged"),
        (".xls", b"no sheet at all", "damaged"),
        (".ods", b"x", r"\.xlsx, \.xls, \.csv"),
        ("", b"x", r"\.xlsx, \.xls, \.csv"),
        (".csv", b"\n\n \n", "no header"),
        (".csv", "Subject,Filename\n".encode("utf-16"), "no header"),
        (".csv", b"Subject,Fil\xe9,name\n", "say which with --encoding"),
        (".csv", b"Subject,Filename\n" + b"\xff\xfe\x00" * 9, "say which with --encoding"),
        (".csv", b'Subject,"Filename\nand no end', "line 1: unexpected end of data"),
        (".csv", b'Subject\n"a"b\n', "line 2: .*correct its quotes"),
        (".csv", b"x" * 200_000, "field larger"),
    ],
)
def test_files_that_are_no_sheets_are_refused_in_one_line(tmp_path, ending, data, reason):
    path = tmp_path / f"sheet{ending}"
    path.write_bytes(data)
    with pytest.raises(SheetError, match=reason) as caught:
        rows_of(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_refused(tmp_path):
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(SheetError, match="this is a folder"):
        rows_of(tmp_path / "folder.xlsx")
    with pytest.raises(SheetError, match="no such file"):
        rows_of(tmp_path / "none.csv")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(corpus, keep):
    path = corpus.xlsx([ONE] * 50)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data))])
    with pytest.raises(SheetError, match="damaged"):
        rows_of(path)


def test_damage_in_the_middle_of_the_rows_is_an_error_not_an_end(corpus):
    path = corpus.xlsx([ONE] * 50)
    path = rewritten(path, SHEET_PART, lambda data: data[: len(data) // 2])
    with pytest.raises(SheetError, match="damaged"):
        rows_of(path)


@pytest.mark.parametrize("change", ["one row more", "one row less"])
def test_a_sheet_that_changes_while_it_is_read_is_refused(corpus, change):
    table = open_table(corpus.xlsx([ONE] * 3), CORPUS)
    corpus.xlsx([ONE] * (4 if change == "one row more" else 2))
    with pytest.raises(SheetError, match="changed while it was read"):
        list(table.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_encodings_and_delimiters(corpus, encoding, delimiter):
    path = corpus.csv(
        [["被试一", "片段 一", "0", "4", "9", "happiness", "6+12"]], encoding=encoding, delimiter=delimiter
    )
    (row,) = rows_of(path)
    assert (row.cells["Subject"], row.cells["Filename"]) == ("被试一", "片段 一")
    assert row.number == 2


def test_csv_with_quotes_and_semicolons(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text('"Subject";"Filename";"Onset";"Apex";"Offset";"Emotion";"AU"\n"s, 1";"c";0;4;9;"fear";"1, 2"\n')
    (row,) = rows_of(path)
    assert row.cells["Subject"] == "s, 1"
    assert row.aus == ("1, 2",)


@pytest.mark.parametrize("title", ["a, b, c, d, e, f, g, h, i, j", "a; b; c; d; e; f; g; h; i; j", '"quoted" title'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_a_title_line_does_not_decide_the_delimiter(corpus, title, delimiter):
    path = corpus.csv([ONE], delimiter=delimiter)
    path.write_text(f"{title}\n{path.read_text()}")
    if title.startswith('"'):
        with pytest.raises(SheetError, match=r"line 1: .*correct its quotes"):
            rows_of(path)
    else:
        assert numbers_and_aus(path) == [(3, ("6+12",))]


def test_a_damaged_sheet_does_not_hide_a_sound_one(corpus):
    book = openpyxl.Workbook()
    book.active.append(["notes"])
    sheet = book.create_sheet("label")
    sheet.append(HEADER)
    sheet.append(ONE)
    book.save(corpus.root / "two.xlsx")
    path = rewritten(corpus.root / "two.xlsx", SHEET_PART, lambda data: data[:200])
    assert numbers_and_aus(path) == [(2, ("6+12",))]


def test_a_column_twice_is_refused_though_another_sheet_is_sound(corpus):
    path = corpus.xlsx([ONE], header=[*HEADER, "Apex"])
    book = openpyxl.load_workbook(path)
    book.create_sheet("other").append(HEADER)
    book.save(path)
    with pytest.raises(SheetError, match="ApexFrame 2 times"):
        rows_of(path)


def test_csv_rows_are_numbered_by_the_line_they_begin_on(corpus):
    note = ["sub0001", "a\nb", *ONE[2:]]
    assert [row.number for row in rows_of(corpus.csv([ONE, note, ONE, [""], ONE]))] == [2, 3, 5, 7]


@pytest.mark.parametrize("cell", [10, 10.0, "10", " 10 ", "10.0", "010", "\u300010"])
def test_frame_numbers(cell):
    assert frame_number(cell, "ApexFrame") == 10


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (1e9, "1000000000.0"),
        (10**9, "1000000000"),
        ("1e9", "'1e9'"),
        (-1, "-1"),
        ("-1", "'-1'"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (True, "True"),
        ("/", "'/'"),
        ("ten", "'ten'"),
        ("1_0", "'1_0'"),
        ("9" * 5000, "'99999"),
        (datetime.datetime(1900, 1, 10), "the date 1900-01-10"),
        (None, "blank"),
        (" ", "blank"),
        ("#REF!", "#REF!"),
        (UnsavedFormula(), "formula"),
    ],
)
def test_what_is_no_frame_number_is_shown(cell, part):
    with pytest.raises(MeuError) as caught:
        frame_number(cell, "ApexFrame")
    assert "ApexFrame" in str(caught.value)
    assert part in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("cell", "expected"), [(" sub01 ", "sub01"), (3, "3"), (3.0, "3"), ("03", "03"), ("张三", "张三")]
)
def test_names(cell, expected):
    assert name(cell, "Subject") == expected


@pytest.mark.parametrize(
    "cell",
    [None, "", 3.5, True, "a/b", "a\\b", "a\0b", "a\nb", "a\u2028b", "\ud800", "x" * 101, "#N/A", UnsavedFormula()],
)
def test_what_is_no_name(cell):
    with pytest.raises(MeuError, match="Subject"):
        name(cell, "Subject")


@pytest.mark.parametrize("cell", [datetime.datetime(2024, 4, 12), 1.5, True, "1+" * 300])
def test_what_is_no_au_cell_is_kept_and_told(cell):
    text, wrong = au_text([1, cell])
    assert text.startswith("1+")
    assert wrong.startswith("AU is ")


@pytest.mark.parametrize("cell", ["#VALUE!", UnsavedFormula("G2")])
def test_a_failed_formula_is_no_au_cell(cell):
    with pytest.raises(MeuError, match="AU"):
        au_text([1, cell])


def test_an_upper_case_ending_is_known(corpus):
    path = corpus.xlsx([ONE])
    shutil.copy(path, corpus.root / "COPY.XLSX")
    assert numbers_and_aus(corpus.root / "COPY.XLSX") == [(2, ("6+12",))]
