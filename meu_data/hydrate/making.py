"""The pictures of one sample, made again from its frames by the very functions of `render` and `export`.

Plain data in and out, so that it runs in a worker process.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple, cast, get_args

from meu_data.choices import Solver
from meu_data.environments.crops import Box, png_size, zooms
from meu_data.errors import FrameError, MeuError, NoFaceError
from meu_data.export.samples.frame_pair import frame_file
from meu_data.frames import decode_frame, read_bytes
from meu_data.hydrate.listing import ClipPictures, ListedPicture
from meu_data.motion.detection import FaceFinder
from meu_data.motion.flow import solver_version
from meu_data.motion.neighbours import Beside
from meu_data.motion.pair import measure, png_bytes
from meu_data.store.confined import confined


class RebuildTask(NamedTuple):
    """One sample, and the folders in which its frames may lie."""

    clip: ClipPictures
    folders: tuple[Path, ...]


class RebuiltPictures(NamedTuple):
    """The files of a sample's pictures by name, or a line for each that is not what it should be."""

    clip: ClipPictures
    files: dict[str, bytes]
    problems: tuple[str, ...] = ()


def find_frame(name: str, folders: tuple[Path, ...]) -> list[Path]:
    """Where a frame of this name lies; several folders may each have one.

    Raises:
        FrameError: There is none, or the name leads out of a folder, be it by a link.
    """
    found = []
    for folder in folders:
        path = confined(folder, name)
        if os.path.lexists(path):
            found.append(path)
    if not found:
        places = " or ".join(map(str, folders))
        raise FrameError(
            f"{name}: there is no such frame in {places}; name the folder that `meu-data extract` was given"
        )
    return found


def make(task: RebuildTask, finder: FaceFinder) -> RebuiltPictures:
    """Makes the pictures of one sample; what is wrong with its frames or its map becomes a problem."""
    clip = task.clip
    try:
        files = _files(task, finder)
    except (FrameError, NoFaceError) as error:
        return RebuiltPictures(clip, {}, (f"{clip.sample_id}: {error}",))
    wrong = [picture for picture in clip.pictures if _sha256(files[picture.name]) != picture.sha256]
    # Of a map that is another one the zooms are others, too: one line says it.
    reported = [picture for picture in wrong if picture.part == "map"] or wrong
    return RebuiltPictures(
        clip, {} if wrong else files, tuple(_difference(picture, files[picture.name]) for picture in reported)
    )


def _files(task: RebuildTask, finder: FaceFinder) -> dict[str, bytes]:
    first = task.clip.pictures[0]
    onset = _frame(first.onset_frame, first.onset_sha256, task.folders)
    apex = _frame(first.apex_frame, first.apex_sha256, task.folders)
    files = {}
    for picture in task.clip.pictures:
        if picture.part in ("onset", "apex"):
            data, name = (onset, first.onset_frame) if picture.part == "onset" else (apex, first.apex_frame)
            files[picture.name] = frame_file(data, name=name).data
    boxes = {picture.name: picture.bbox for picture in task.clip.pictures if picture.bbox is not None}
    maps = [picture.name for picture in task.clip.pictures if picture.part == "map"]
    if maps or boxes:
        png = _map(first, (onset, apex), task.folders, finder)
        files |= dict.fromkeys(maps, png)
        files |= dict(zip(boxes, zooms(png, _inside(boxes, png)), strict=True))
    return files


def _frame(name: str, sha256: str, folders: tuple[Path, ...]) -> bytes:
    """The bytes of the frame with this hash."""
    found = ""
    for path in find_frame(name, folders):
        data = read_bytes(path)
        found = _sha256(data)
        if found == sha256:
            return data
    raise FrameError(
        f"{name}: this is another frame than the one the picture was made from (its SHA-256 is {found[:12]}…, not "
        f"{sha256[:12]}…); bring the corpus's own file, as it was handed out"
    )


def _map(made_of: ListedPicture, frames: tuple[bytes, bytes], folders: tuple[Path, ...], finder: FaceFinder) -> bytes:
    pair = measure(
        decode_frame(frames[0], name=made_of.onset_frame).bgr,
        decode_frame(frames[1], name=made_of.apex_frame).bgr,
        finder=finder,
        recipe=made_of.recipe,
        solver=_solver(made_of.solver),
        map_size=made_of.map_size,
        beside=Beside(
            *(
                [decode_frame(_frame(one.frame, one.sha256, folders), name=one.frame).bgr for one in beside]
                for beside in (made_of.onset_beside, made_of.apex_beside)
            )
        ),
    )
    return png_bytes(pair.picture)


def _solver(version: str) -> Solver:
    kind = version.partition("-")[0]
    if kind not in get_args(Solver):
        raise FrameError(f"the map was drawn with the solver {version}, which this meu-data does not have; upgrade it")
    return cast(Solver, kind)


def _inside(boxes: dict[str, Box], png: bytes) -> list[Box]:
    width, height = png_size(png)
    for name, (_, _, right, bottom) in boxes.items():
        if right > width or bottom > height:
            raise FrameError(f"{name}: its box reaches over the map, {width}x{height} px; ask whoever made the export")
    return list(boxes.values())


def _difference(picture: ListedPicture, data: bytes) -> str:
    """What to do about a picture that came out otherwise."""
    start = f"{picture.sample_id}: {picture.name}: its SHA-256 comes out as {_sha256(data)[:12]}…, not "
    start += f"{picture.sha256[:12]}…"
    try:
        here = solver_version(_solver(picture.solver))
    except MeuError as error:
        return f"{start}; {error}"
    if here != picture.solver:
        return f"{start}: it was made with {picture.solver}, and here is {here}; install that version of OpenCV"
    return (
        f"{start}, though the solver is the same ({here}); take the landmark model it was made with "
        "(--landmark-model), or a computer with such a processor and the same versions of OpenCV and dlib"
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
