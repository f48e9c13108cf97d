"""Writes one layout: its sheet, its pictures and videos, and beside them what is right."""

import csv
import io
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data import __version__
from meu_data.errors import MeuError, MissingExtraError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.progress import SILENT, Progress
from meu_data.records import Record
from meu_data.store.files import explained, file_sha256, remove_leftovers, whole_file
from meu_data.synth.claim import Parameters, check_frames, claim, finish
from meu_data.synth.layouts import casme, others
from meu_data.synth.layouts.layout import Act, Grid, Layout, Right, Row, Shown
from meu_data.synth.layouts.reels import Reels
from meu_data.synth.sheet import write_workbook

LAYOUTS = MappingProxyType(
    {
        "dfme": others.DFME,
        "casme": casme.CASME,
        "casme2-2014": casme.CASME2_2014,
        "casme2-2019": casme.CASME2_2019,
        "casme2-video": casme.CASME2_VIDEO,
        "casmesq": casme.CASMESQ,
        "casmesq-video": casme.CASMESQ_VIDEO,
        "casme3": casme.CASME3,
        "casme3-video": casme.CASME3_VIDEO,
        "casme3c": casme.CASME3C,
        "samm": others.SAMM,
        "samm-video": others.SAMM_VIDEO,
        "sammlv": others.SAMMLV,
        "smic-hs": others.SMIC_HS,
        "smic-vis": others.SMIC_VIS,
        "smic-nir": others.SMIC_NIR,
        "mmew": others.MMEW,
        "4dme": others.FOUR_DME,
    }
)
"""Every layout by its name."""

_BEFORE, _BEHIND = 2, 2
_RATE = 100
# Blocks of the codec would be taken for what they are: the pictures are to be as good as stills.
_BITS_A_SECOND = 20_000_000

_README = """\
A synthetic corpus in the layout of {corpus}, made by meu-data
{line}

Nobody expressed anything here: it is one public-domain portrait (Eileen Collins, NASA, as skimage.data.astronaut())
with its pixels moved, under names that a release of {corpus} has. It holds nothing of that corpus, and serves to see
that its sheet and its frames are read rightly.

{sheet}
    the sheet; to be given to `meu-data extract --corpus {corpus} --annotations`{worksheet}
{frames}
    the folder to be given to `--frames`
truth/layout.json
    how each row is to be read; meu-data's stages never read it

What is odd about it, as about the release:
{traps}
"""


class LayoutSummary(Record):
    """What `make_layout` made or found."""

    layout: str
    corpus: str
    rows: int
    pictures: int
    sheet: Path
    frames_dir: Path
    worksheet: str | None
    traps: tuple[str, ...]
    reused: bool


class LayoutTruth(Record):
    """How each row of the sheet is to be read, in the order of the rows."""

    layout: str
    rows: tuple[tuple[Right, ...], ...]


def make_layout(
    out: Path,
    name: str,
    *,
    size: tuple[int, int] = (640, 480),
    seed: int = 0,
    landmark_model: Path | None = None,
    progress: Progress = SILENT,
) -> LayoutSummary:
    """Writes a few clips in the layout of a released corpus, with its traps, or finds that they are there.

    Args:
        out: Its folder: new, empty, or holding the same.
        name: A key of `LAYOUTS`.
        size: Width and height of the pictures, px.
        seed: Another seed, another face.
        landmark_model: dlib's 68-point model; the installed one when omitted.
        progress: Who is told how far it is.

    Raises:
        MeuError: There is no such layout, an argument makes no sense, the folder holds something else, or a file cannot
            be written.
        MissingExtraError: scikit-image, or for a layout of videos PyAV, is not installed.
    """
    if name not in LAYOUTS:
        raise MeuError(f"there is no layout {name!r}; there are {', '.join(LAYOUTS)}")
    layout = LAYOUTS[name]
    check_frames(size, seed)
    videos = [path for path in _recordings(layout) if _is_video(path)]
    if videos and (size[0] % 2 or size[1] % 2):
        raise MeuError(f"{size[0]}x{size[1]}: videos need even sides; ask for another size")
    model = find_landmark_model(landmark_model)
    parameters = Parameters(
        tool_version=__version__,
        landmark_model_sha256=file_sha256(model),
        subjects=0,
        clips=0,
        width=size[0],
        height=size[1],
        seed=seed,
        layout=name,
    )
    reused = claim(out, parameters)
    recordings = _recordings(layout)
    if not reused:
        for folder in {out, *((out / layout.frames / path).parent for path in videos)}:
            remove_leftovers(folder)
        reels, root = _reels(model, seed, size), out / layout.frames
        progress.start("synth", len(recordings))
        for path, (numbers, shown) in recordings.items():
            if _is_video(path):
                _write_video(root / path, [reels.pixels(*reels.picture(number, shown)) for number in numbers])
            else:
                _write_pictures(root, path, numbers, shown, reels)
            progress.advance()
        progress.finish()
        _write_sheet(out / layout.sheet, layout)
        _write(out / "README.txt", _readme(layout).encode())
        truth = LayoutTruth(layout=name, rows=tuple(_right(row) for row in layout.rows))
        _write(out / "truth" / "layout.json", truth.model_dump_json(indent=1).encode() + b"\n")
        finish(out, parameters)
    return LayoutSummary(
        layout=name,
        corpus=layout.corpus,
        rows=len(layout.rows),
        pictures=sum(len(numbers) for numbers, _ in recordings.values()),
        sheet=out / layout.sheet,
        frames_dir=out / layout.frames,
        worksheet=layout.worksheet,
        traps=layout.traps,
        reused=reused,
    )


@lru_cache(maxsize=1)
def _reels(model: Path, seed: int, size: tuple[int, int]) -> Reels:
    """Kept, because several layouts show the same face."""
    return Reels(model, seed, size)


def read_layout_truth(out: Path) -> LayoutTruth:
    """How each row of a layout is to be read."""
    return LayoutTruth.model_validate_json((out / "truth" / "layout.json").read_bytes())


def _recordings(layout: Layout) -> dict[str, tuple[list[int], list[Shown]]]:
    """The numbers of each recording's pictures, and what happens in it; rows may share one."""
    found: dict[str, tuple[set[int], list[Shown]]] = {}
    for row in layout.rows:
        numbers, shown = found.setdefault(row.path, (set(), []))
        acts = _shown(row)
        shown += acts
        for act in acts:
            numbers.update(range(max(act.onset - _BEFORE, row.first or 0), act.offset + _BEHIND + 1))
        if row.first is not None:
            numbers.update(range(row.first, acts[0].offset))
        numbers -= row.absent
    for path, decoys in layout.decoys:
        found[path] = (set(decoys), [Shown("smile", decoys.start, decoys.start, decoys.stop)])
    return {path: (sorted(numbers), shown) for path, (numbers, shown) in found.items()}


def _shown(row: Row) -> tuple[Shown, ...]:
    return row.shown or tuple(
        Shown(row.act, right.onset, right.apex or right.offset, right.offset) for right in row.right
    )


def _right(row: Row) -> tuple[Right, ...]:
    """The row's expressions with the paths of their onset frames."""

    def frame(onset: int) -> str:
        return f"{row.path}#{onset - (row.first or 0)}" if _is_video(row.path) else row.path.format(onset)

    return tuple(right.model_copy(update={"onset_frame": frame(right.onset)}) for right in row.right)


def _is_video(path: str) -> bool:
    return "{" not in path


def _write_pictures(root: Path, path: str, numbers: list[int], shown: list[Shown], reels: Reels) -> None:
    @cache
    def encoded(act: Act, place: int) -> bytes:
        settings = (cv2.IMWRITE_JPEG_QUALITY, 95) if path.endswith(".jpg") else ()
        done, data = cv2.imencode(Path(path).suffix, reels.pixels(act, place), settings)
        if not done:
            raise MeuError(f"{root / path}: OpenCV cannot write it; install opencv-contrib-python-headless again")
        return data.tobytes()

    for number in numbers:
        place = root / path.format(number)
        # Written straight: what is left of a killed run is written again, for the corpus is not marked as finished.
        with explained(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(encoded(*reels.picture(number, shown)))


def _write_video(path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("videos are written with PyAV: pip install 'meu-data[video]'") from error
    height, width = pictures[0].shape[:2]
    data = io.BytesIO()
    form = path.suffix.removeprefix(".")
    with av.open(data, "w", format=form, options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("mpeg4", rate=_RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.bit_rate = _BITS_A_SECOND
        stream.codec_context.thread_count = 1
        for picture in (*(av.VideoFrame.from_ndarray(one, format="bgr24") for one in pictures), None):
            container.mux(stream.encode(picture))
    _write(path, data.getvalue())


def _write_sheet(path: Path, layout: Layout) -> None:
    table: Grid = (*layout.above, *(row.cells for row in layout.rows), *layout.below)
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(table)
        _write(path, text.getvalue().encode())
    else:
        write_workbook(path, dict(_worksheets(layout, table)))


def _worksheets(layout: Layout, table: Grid) -> Iterator[tuple[str, Grid]]:
    yield from ((title[1:], grid) for title, grid in layout.beside if title.startswith("<"))
    yield layout.title, table
    yield from ((title, grid) for title, grid in layout.beside if not title.startswith("<"))


def _readme(layout: Layout) -> str:
    return _README.format(
        corpus=layout.corpus,
        line="=" * (55 + len(layout.corpus)),
        sheet=layout.sheet,
        worksheet=f" with `--sheet {layout.worksheet}`" if layout.worksheet else "",
        frames=layout.frames,
        traps="\n".join(f"- {trap}" for trap in layout.traps),
    )


def _write(path: Path, data: bytes) -> None:
    with whole_file(path) as stream:
        stream.write(data)
