"""Contact sheets of a real, rendered workspace: the right pictures in the right places, and nothing that stops them."""

import os
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.errors import MeuError
from meu_data.face.alignment import Alignment, crop
from meu_data.motion.contact_sheet import contact_sheets, shorten, wrap
from meu_data.motion.legend import BACKGROUND, legend, text_font
from meu_data.motion.render import render
from meu_data.records import Sample, file_stem
from meu_data.store.workspace import Workspace

GREY = (52, 52, 56)


def frames_of(workspace: Workspace) -> Path:
    return Path(workspace.ledger.sources()["dfme", "train"].frames)


def read(path: Path | str) -> np.ndarray:
    picture = cv2.imdecode(np.fromfile(os.fspath(path), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def best_place(page: np.ndarray, picture: np.ndarray) -> tuple[int, tuple[int, int]]:
    """The misfit (grey levels) and corner (x, y) of the best place of a picture, at the height of the tiles."""
    way = cv2.INTER_AREA if picture.shape[0] > 240 else cv2.INTER_CUBIC
    tile = cv2.resize(picture, (round(240 * picture.shape[1] / picture.shape[0]), 240), interpolation=way)
    found = cv2.matchTemplate(page, tile, cv2.TM_SQDIFF)
    _, _, place, _ = cv2.minMaxLoc(found)
    here = page[place[1] : place[1] + tile.shape[0], place[0] : place[0] + tile.shape[1]]
    return int(np.abs(here.astype(int) - tile).max()), place


def grey_tiles(page: np.ndarray) -> int:
    """How many grey tiles a page shows."""
    grey = (page == GREY[::-1]).all(axis=2).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(grey)
    return int((stats[1:, cv2.CC_STAT_AREA] > 20_000).sum())


def change_sample(workspace: Workspace, clip: str, **changes: object) -> None:
    source = workspace.ledger.sources()["dfme", "train"]
    rows = [
        Sample.model_validate({**sample.model_dump(), **changes}) if sample.clip == clip else sample
        for sample in workspace.ledger.samples()
    ]
    workspace.ledger.replace_source(source, rows)


@pytest.mark.parametrize("recipe", ["mellm", "robust"])
def test_each_row_shows_onset_apex_and_map(face_workspace, tmp_path, recipe):
    render(face_workspace, recipe=recipe, workers=1)
    summary = contact_sheets(face_workspace, tmp_path / "sheets", recipe=recipe)
    assert (summary.samples, summary.problems) == (3, 0)
    assert summary.pages == (str(tmp_path / "sheets" / f"contact-{recipe}-001.png"),)
    page = read(summary.pages[0])
    columns, tops = set(), []
    for sample, motion in face_workspace.ledger.samples_with_motion(recipe):
        pictures = [read(frames_of(face_workspace) / name) for name in (sample.onset_frame, sample.apex_frame)]
        drawn = read(face_workspace.root / motion.map_file)
        if motion.alignment is not None:
            alignment = Alignment(np.array(motion.alignment), drawn.shape[0])
            pictures = [crop(picture, alignment) for picture in pictures]
        # All clips start with the same frame, so onset is looked for in the row of its map.
        misfit, (left, top) = best_place(page, drawn)
        assert misfit <= 1
        found = [best_place(page[top : top + 240], picture) for picture in pictures]
        assert max(misfit for misfit, _ in found) <= 1
        columns.add((*(place[0] for _, place in found), left))
        tops.append(top)
    assert tops == sorted(set(tops))
    (column,) = columns
    assert list(column) == sorted(set(column))
    assert np.ptp(np.diff(column)) == 0


def test_a_page_carries_the_legend_and_has_clean_margins(face_workspace, tmp_path):
    render(face_workspace, recipe="robust", workers=1)
    (path,) = contact_sheets(face_workspace, tmp_path, recipe="robust").pages
    page = read(path)
    wheel = legend(344)
    found = cv2.minMaxLoc(cv2.matchTemplate(page, wheel, cv2.TM_SQDIFF))[2]
    assert np.array_equal(page[found[1] : found[1] + 344, found[0] : found[0] + 344], wheel)
    for edge in (page[:16], page[-30:], page[:, :30], page[:, -30:]):
        assert (edge == BACKGROUND[::-1]).all()


def test_the_same_run_gives_the_same_bytes(face_workspace, tmp_path):
    render(face_workspace, recipe="robust", workers=1)
    runs = [contact_sheets(face_workspace, tmp_path / name, recipe="robust", per_page=2) for name in ("1", "2", "1")]
    contents = [[Path(page).read_bytes() for page in run.pages] for run in runs]
    assert len(contents[0]) == 2
    assert contents[0] == contents[1] == contents[2]


def test_pages_of_a_larger_run_go_and_other_files_stay(face_workspace, tmp_path):
    others = {"contact-mellm-002.png", "contact-robust-2.png", "contact-robust-002.png.bak", "notes.txt"}
    for name in others:
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / name).write_bytes(b"mine")
    (tmp_path / "out" / "contact-robust-1000.png").write_bytes(b"of a larger run")
    out = tmp_path / "out"
    assert len(contact_sheets(face_workspace, out, recipe="robust", per_page=1).pages) == 3
    assert {path.name for path in out.iterdir()} == others | {f"contact-robust-00{n}.png" for n in (1, 2, 3)}
    assert len(contact_sheets(face_workspace, out, recipe="robust", per_page=2).pages) == 2
    assert {path.name for path in out.iterdir()} == others | {f"contact-robust-00{n}.png" for n in (1, 2)}


def test_a_page_is_as_high_as_its_rows(face_workspace, tmp_path):
    pages = contact_sheets(face_workspace, tmp_path, recipe="mellm", per_page=2).pages
    first, last = (read(page) for page in pages)
    assert first.shape[1] == last.shape[1]
    assert first.shape[0] - last.shape[0] == 272


def _loses_onset(workspace: Workspace) -> None:
    (frames_of(workspace) / "b" / "00001.png").unlink()


def _loses_map(workspace: Workspace) -> None:
    next((workspace.root / "maps" / "mellm").glob("*__b__*")).unlink()


def _damages_apex(workspace: Workspace) -> None:
    path = frames_of(workspace) / "b" / "00005.png"
    path.write_bytes(path.read_bytes()[:2000])


def _loses_all(workspace: Workspace) -> None:
    for path in [*frames_of(workspace).rglob("*.png"), *workspace.root.rglob("maps/*/*.png")]:
        path.unlink()


def _loses_onset_and_renders(workspace: Workspace) -> None:
    _loses_onset(workspace)
    assert render(workspace, recipe="mellm", workers=1).problems == 1


@pytest.mark.parametrize(
    ("harm", "grey", "problems"),
    [
        (_loses_onset, 1, 1),
        (_loses_map, 1, 1),
        (_damages_apex, 1, 1),
        (_loses_onset_and_renders, 2, 1),
        (_loses_all, 9, 3),
    ],
    ids=["no onset", "no map", "cut apex", "no onset when rendered", "nothing"],
)
def test_what_is_missing_becomes_a_grey_tile(face_workspace, tmp_path, harm, grey, problems):
    render(face_workspace, recipe="mellm", workers=1)
    harm(face_workspace)
    summary = contact_sheets(face_workspace, tmp_path / "out", recipe="mellm")
    assert (summary.samples, summary.problems) == (3, problems)
    page = read(summary.pages[0])
    assert grey_tiles(page) == grey


def test_samples_without_a_map_are_shown_and_counted(face_workspace, tmp_path):
    render(face_workspace, recipe="mellm", workers=1, limit=1)
    summary = contact_sheets(face_workspace, tmp_path, recipe="mellm")
    assert (summary.samples, summary.problems) == (3, 2)
    assert grey_tiles(read(summary.pages[0])) == 2


def test_frames_that_changed_under_a_map_are_told(face_workspace, tmp_path):
    render(face_workspace, recipe="mellm", workers=1)
    before = read(contact_sheets(face_workspace, tmp_path, recipe="mellm", only="dfme/s1/a/1-5").pages[0])
    onset = frames_of(face_workspace) / "a" / "00001.png"
    onset.write_bytes(cv2.imencode(".png", read(onset), [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes() + b"\0")
    summary = contact_sheets(face_workspace, tmp_path, recipe="mellm", only="dfme/s1/a/1-5")
    assert summary.problems == 1
    # The pixels are the same, so all that differs is the words beside them.
    rows, columns = np.nonzero((read(summary.pages[0]) != before).any(axis=2))
    assert columns.min() > 3 * 240
    assert rows.size > 500


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "dfme/" + "very_long_" * 40 + "/1-5"},
        {"id": "dfme/张三/片段 7/1-5"},
        {"emotion": "a" * 500},
        {"aus": [{"number": n, "side": side, "intensity": "C"} for n in range(1, 29) for side in "LR"]},
        {"onset_frame": "没有/" + "x" * 400 + "/00001.png"},
    ],
    ids=["long id", "Chinese id", "long emotion", "many AUs", "long Chinese path"],
)
def test_no_text_leaves_its_place(face_workspace, tmp_path, changes):
    change_sample(face_workspace, "a", **changes)
    page = read(contact_sheets(face_workspace, tmp_path, recipe="mellm").pages[0])
    for edge in (page[-30:], page[:, :30], page[:, -30:]):
        assert (edge == BACKGROUND[::-1]).all()
    # The gap between two rows holds the rule and nothing else.
    for row in (1, 2):
        rule = page.shape[0] - 36 - 240 - 16 - 272 * (row - 1)
        gap = np.concatenate([page[rule - 12 : rule], page[rule + 1 : rule + 12]])
        assert (gap == BACKGROUND[::-1]).all()
        assert (page[rule, 36:-36] == page[rule, 36]).all()
        assert (page[rule, 36] != BACKGROUND[::-1]).any()


@pytest.mark.parametrize(
    ("changes", "plain"),
    [
        ({"id": "dfme/张三/片段 7/1-5"}, {"id": file_stem("dfme/张三/片段 7/1-5")}),
        ({"onset_frame": "没有/00001.png"}, {"onset_frame": "??/00001.png"}),
        ({"emotion": "joie é"}, {"emotion": "joie ?"}),
    ],
    ids=["id", "path", "emotion"],
)
def test_letters_that_the_font_lacks_are_replaced(face_workspace, tmp_path, changes, plain):
    change_sample(face_workspace, "a", **changes)
    first = read(contact_sheets(face_workspace, tmp_path, recipe="mellm").pages[0])
    change_sample(face_workspace, "a", **plain)
    assert np.array_equal(first, read(contact_sheets(face_workspace, tmp_path, recipe="mellm").pages[0]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": "dfme/nobody"}, "no sample 'dfme/nobody'"),
        ({"limit": 0}, "no samples"),
        ({"per_page": 0}, "at least 1 row"),
    ],
)
def test_a_wish_that_cannot_be_met_is_an_error(face_workspace, tmp_path, options, message):
    with pytest.raises(MeuError, match=re.escape(message)):
        contact_sheets(face_workspace, tmp_path / "out", recipe="mellm", **options)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_an_error_and_stays(face_workspace, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(MeuError, match="is a file"):
        contact_sheets(face_workspace, tmp_path / "out", recipe="mellm")
    assert (tmp_path / "out").read_text() == "mine"


def test_progress_hears_of_every_sample(face_workspace, tmp_path):
    class Listener:
        heard: tuple[tuple[object, ...], ...] = ()

        def start(self, what: str, total: int | None) -> None:
            self.heard += ((what, total),)

        def advance(self, done: int = 1) -> None:
            self.heard += ((done,),)

        def finish(self) -> None:
            self.heard += (("end",),)

    listener = Listener()
    contact_sheets(face_workspace, tmp_path, recipe="mellm", per_page=2, progress=listener)
    assert listener.heard == (("contact sheet", 3), (2,), (1,), ("end",))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200), st.integers(40, 500))
def test_a_shortened_text_fits_and_keeps_both_ends(text, width):
    font = text_font(16)
    short = shorten(text, font, width)
    assert font.getlength(short) <= width
    if short != text:
        head, _, tail = short.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)
        assert 0 <= len(head) - len(tail) <= 1
        longer = len(head) + len(tail) + 1
        wider = text[: (longer + 1) // 2] + "…" + text[len(text) - longer // 2 :]
        assert longer == len(text) or font.getlength(wider) > width


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300), st.integers(40, 500))
def test_a_wrapped_text_fits_and_loses_no_letter(text, width):
    font = text_font(16)
    lines = wrap(text, font, width)
    assert all(font.getlength(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_end_between_action_units():
    lines = wrap("+".join(f"L{number}C" for number in range(1, 30)), text_font(16), 120)
    assert len(lines) > 3
    assert all(re.fullmatch(r"(L\d+C\+?)+", line) for line in lines)
