"""Writes the pictures of docs/ that the program draws itself; run it after a change of the legend or of the maps."""

import io
import json
import tempfile
import textwrap
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from meu_data import Workspace, draft, export, extract, render, verify
from meu_data.face.alignment import align_points, face_alignment
from meu_data.face.areas import region_areas
from meu_data.motion.legend import BACKGROUND, MUTED, TEXT, legend, text_font
from meu_data.motion.pair import png_bytes
from meu_data.records import Motion
from meu_data.store.drafts import groundings
from meu_data.synth import make_corpus
from tests import ROOT

FOLDER = ROOT / "docs" / "images"
_SIDE, _GAP, _LINE = 300, 16, 24
_GREEN, _WARM = (120, 200, 130), (244, 184, 96)


def picture_files() -> dict[str, bytes]:
    """The file name and bytes of every picture that is the same on every machine."""
    return {"legend.png": png_bytes(legend())}


def made_pictures() -> dict[str, bytes]:
    """Those that show what is measured, whose last bits may differ from machine to machine."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        corpus = make_corpus(root / "corpus", subjects=1, clips=3)
        with Workspace.open(root / "work", create=True) as workspace:
            extract(workspace, corpus="dfme", annotations=Path(corpus.sheet), frames=Path(corpus.frames_dir))
            render(workspace)
            draft(workspace)
            verify(workspace)
            export(workspace, root / "out", source="drafts")
            return {"overview.png": _overview(workspace, root), "sides.png": _sides(workspace, root)}


def _overview(workspace: Workspace, root: Path) -> bytes:
    """Onset, apex and map of one sample, a statement with its finding, and the row a trainer reads."""
    (row,) = [one for one in pq.read_table(root / "out" / "data").to_pylist() if one["emotion"] == "surprise"]
    sample, motion = next(pair for pair in workspace.ledger.samples_with_motion("robust") if pair[0].id == row["id"])
    (found,) = groundings(workspace.ledger, sample.id)
    judged = found.grounding.findings[1]  # the first one sums up
    (told,) = workspace.ledger.drafts(sample.id)
    statement = str(told.annotation.motion_analysis)[judged.start : judged.end]
    frames = root / "corpus" / "train_data"
    tiles = [_aligned(frames / name, motion) for name in (sample.onset_frame, sample.apex_frame)]
    tiles.append(cv2.imread(str(workspace.root / motion.map_file)))
    width = 3 * _SIDE + 4 * _GAP
    canvas = Image.new("RGB", (width, _SIDE + 2 * _GAP + 12 * _LINE), BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    for place, (tile, name) in enumerate(zip(tiles, ("onset", "apex", "map"), strict=True)):
        shown = Image.fromarray(cv2.cvtColor(tile, cv2.COLOR_BGR2RGB)).resize((_SIDE, _SIDE))
        canvas.paste(shown, (_GAP + place * (_SIDE + _GAP), _GAP))
        draw.text((_GAP + place * (_SIDE + _GAP), _SIDE + _GAP + 4), name, fill=MUTED, font=text_font(16))
    y = _SIDE + _GAP + 2 * _LINE
    y = _lines(draw, y, f"{judged.finding}: {statement}", _GREEN if judged.finding == "confirmed" else _WARM, 3)
    shown = {name: row[name] for name in ("id", "response", "aus", "emotion", "split")}
    text = json.dumps(shown, ensure_ascii=False)
    _lines(draw, y + 8, text, TEXT, 8)
    return _png(canvas)


def _lines(draw: ImageDraw.ImageDraw, y: int, text: str, colour: tuple[int, int, int], most: int) -> int:
    for line in textwrap.wrap(text, 122, max_lines=most, placeholder=" …"):
        draw.text((_GAP, y), line, fill=colour, font=text_font(16))
        y += _LINE
    return y


def _aligned(frame: Path, motion: Motion) -> NDArray[np.uint8]:
    """The face as the map shows it, BGR."""
    return cv2.warpAffine(cv2.imread(str(frame)), np.array(motion.alignment), (448, 448)).astype(np.uint8)


def _sides(workspace: Workspace, root: Path) -> bytes:
    """A face with the names of both sides: regions by the picture's, AUs by the person's."""
    sample, motion = next(workspace.ledger.samples_with_motion("robust"))
    face = _aligned(root / "corpus" / "train_data" / sample.onset_frame, motion)
    points = align_points(np.array(motion.landmarks), face_alignment(np.array(motion.landmarks), 448))
    for area in region_areas(points, 448, 448):
        if area.region.endswith(("mouth_corner", "outer_brow", "upper_lid")):
            edges, _ = cv2.findContours(area.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            offset = (area.columns.start, area.rows.start)
            cv2.drawContours(face, edges, -1, (96, 184, 244), 2, offset=offset)
    canvas = Image.new("RGB", (448 + 2 * 260, 448), BACKGROUND)
    canvas.paste(Image.fromarray(cv2.cvtColor(face, cv2.COLOR_BGR2RGB)), (260, 0))
    draw = ImageDraw.Draw(canvas)
    for x, side, other, own in ((16, "left", "right", "R"), (724, "right", "left", "L")):
        y = 90
        for text, colour in (
            (f"{side} in the picture", TEXT),
            (f"the person's {other}", TEXT),
            ("", TEXT),
            (f"{side}_outer_brow", _WARM),
            (f"{side}_upper_lid", _WARM),
            (f"{side}_mouth_corner", _WARM),
            ("", TEXT),
            (f"FACS: {own}2, {own}12", _GREEN),
        ):
            draw.text((x, y), text, fill=colour, font=text_font(20))
            y += 30
    return _png(canvas)


def _png(canvas: Image.Image) -> bytes:
    stream = io.BytesIO()
    canvas.save(stream, "PNG", optimize=True)
    return stream.getvalue()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in (picture_files() | made_pictures()).items():
        (FOLDER / name).write_bytes(content)
