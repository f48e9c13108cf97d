"""Writes the annotation sheet as the DFME release has it, byte for byte the same each time."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook

from meu_data.store.files import whole_file
from meu_data.synth.plan import ClipPlan

HEADER = ("Subject", "Filename", "OnsetFrame", "ApexFrame", "OffsetFrame", "Emotion", "AU")
# The earliest date a zip file can hold.
_DATE = datetime.datetime(1980, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def write_sheet(path: Path, plans: Iterable[ClipPlan]) -> None:
    """Writes the sheet of a corpus: `Sheet1`, one row per clip, no dates of its making.

    Args:
        path: The .xlsx file.
        plans: The clips in the order of the rows.

    Raises:
        MeuError: The file cannot be written.
    """
    rows: list[Sequence[object]] = [HEADER]
    for plan in plans:
        place = (plan.subject_name, plan.filename, plan.onset, plan.apex, plan.offset)
        rows.append((*place, plan.emotion_text, plan.aus_text))
    write_workbook(path, {"Sheet1": rows})


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[object]]]) -> None:
    """Writes an .xlsx file, the same bytes for the same cells.

    Args:
        path: The file.
        sheets: Rows of cells by the names of the worksheets, in their order.

    Raises:
        MeuError: The file cannot be written.
    """
    book = Workbook(write_only=True)
    book.properties.created = _DATE
    book.properties.creator = "meu-data synth"
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    dated = io.BytesIO()
    book.save(dated)
    with whole_file(path) as stream:
        _undate(dated, stream)


def _undate(source: io.BytesIO, target: BinaryIO) -> None:
    """Copies a workbook with all dates set to the same day: openpyxl stamps it with the time of saving."""
    with zipfile.ZipFile(source) as dated, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as undated:
        for entry in dated.infolist():
            content = dated.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\2", content)
            info = zipfile.ZipInfo(entry.filename, _DATE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            undated.writestr(info, content)
