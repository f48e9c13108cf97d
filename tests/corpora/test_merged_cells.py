"""A value beside several rows, as spreadsheet programs merge it."""

import openpyxl
import pytest
import xlwt

from meu_data.corpora.corpus import find_corpus
from meu_data.corpora.sheets import open_table

HEADER = ["Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU"]
ROWS = [["s1", "c1", 0, 4, 9, "fear", "4"], ["", "c2", 0, 4, 9, "", "7"], ["", "c3", 0, 4, 9, "anger", ""]]


def xlsx(path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["a title over all columns"])
    sheet.merge_cells("A1:G1")
    for row in [HEADER, *ROWS]:
        sheet.append([cell if cell != "" else None for cell in row])
    for span in ("A3:A5", "F3:F4"):
        sheet.merge_cells(span)
    book.save(path)


def xls(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    sheet.write_merge(0, 0, 0, 6, "a title over all columns")
    for column, name in enumerate(HEADER):
        sheet.write(1, column, name)
    for number, row in enumerate(ROWS, start=2):
        for column, cell in enumerate(row):
            if cell != "" and (number, column) not in ((2, 0), (2, 5)):
                sheet.write(number, column, cell)
    sheet.write_merge(2, 4, 0, 0, "s1")
    sheet.write_merge(2, 3, 5, 5, "fear")
    book.save(str(path))


@pytest.mark.parametrize("write", [xlsx, xls], ids=["xlsx", "xls"])
def test_a_merged_cell_counts_for_each_of_its_rows(tmp_path, write):
    path = tmp_path / f"sheet.{write.__name__}"
    write(path)
    table = open_table(path, find_corpus("dfme"))
    told = [(row.number, row.cells["Subject"], row.cells["Filename"], row.cells["Emotion"]) for row in table.rows()]
    assert told == [(3, "s1", "c1", "fear"), (4, "s1", "c2", "fear"), (5, "s1", "c3", "anger")]
    # What is not merged stays blank.
    assert [row.aus for row in table.rows()][2][0] in (None, "")
