"""A sample as a moving picture: the face from onset to apex, with its map fading in over it."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from meu_data.choices import Recipe
from meu_data.errors import FrameError, MeuError, MissingExtraError
from meu_data.face.alignment import Alignment, crop
from meu_data.frames import read_frame
from meu_data.motion.recording import frames_of_clip, read_pictures
from meu_data.records import Motion, Record, Sample
from meu_data.store.confined import frame_path, map_path
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.files import whole_file
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

Pictures = Sequence[NDArray[np.uint8]]

CLIP_PICTURES, CLIP_SIDE = 24, 448
"""Of a clip at the most, and their longer side, px."""
_HELD, _RATE = 12, 12
_ENDINGS = (".gif", ".mp4")


class ClipSummary(Record):
    """What was written: the file, its pictures from onset to apex, and the frames that they show."""

    output: Path
    pictures: int
    onset: int
    apex: int


@on_a_sound_ledger
def write_clip(workspace: Workspace, sample_id: str, output: Path, *, recipe: Recipe | None = None) -> ClipSummary:
    """Writes the clip of a sample, slowed down: two seconds from onset to apex, then the apex's map for one.

    Args:
        workspace: Where the sample and its map are.
        sample_id: Its id.
        output: The file, .gif or .mp4.
        recipe: Whose map; the workspace's when None.

    Raises:
        FrameError: A frame or the map is gone, or is not the one that was rendered.
        MeuError: There is no such sample, it has no map, the ending is another, or the file cannot be written.
        MissingExtraError: An .mp4 was asked for, and PyAV is not installed.
    """
    recipe = recipe or workspace.settings.recipe
    sample = workspace.ledger.samples_of([sample_id]).get(sample_id)
    if sample is None:
        raise MeuError(f"there is no sample {sample_id!r}")
    motion = workspace.ledger.motion(sample_id, recipe)
    if motion is None:
        raise MeuError(f"{sample_id} has no map of recipe {recipe}: run `meu-data render --only {sample_id}`")
    if output.suffix.lower() not in _ENDINGS:
        raise MeuError(f"{output}: name a file that ends in {' or '.join(_ENDINGS)}")
    pictures, drawn = clip_pictures(workspace, sample, motion)
    save_clip(list(fading_in(pictures, drawn)), output)
    assert sample.apex is not None  # a sample that waits has no map
    return ClipSummary(output=output, pictures=len(pictures), onset=sample.onset, apex=sample.apex)


def clip_pictures(
    workspace: Workspace, sample: Sample, motion: Motion
) -> tuple[list[NDArray[np.uint8]], NDArray[np.uint8]]:
    """The pictures of a sample from onset to apex, and its map: the same part of the face in the same size.

    Args:
        workspace: Where both are.
        sample: The sample.
        motion: What was measured on it.

    Returns:
        uint8 (H, W, 3), BGR each; at most 24 pictures, at most 448 px wide and high.

    Raises:
        FrameError: A frame or the map is gone, or is not the one that was rendered.
    """
    root = FrameFolders(workspace.ledger).of(sample)
    drawn = _checked(map_path(workspace.root, motion.map_file), motion.map_file, motion.map_sha256)
    frames = frames_between(root, sample, (motion.onset_sha256, motion.apex_sha256))
    return [_shown(picture, motion, drawn.shape[:2]) for picture in frames], _at_most(drawn)


def fading_in(pictures: Pictures, drawn: NDArray[np.uint8], *, held: int = _HELD) -> Iterator[NDArray[np.uint8]]:
    """The pictures in grey with more and more of the map over them, and then the map alone.

    Args:
        pictures: uint8 (H, W, 3), BGR, from onset to apex; the part of the face that the map shows.
        drawn: The map, uint8 (H, W, 3), BGR.
        held: How often the map is repeated.

    Yields:
        uint8 (H, W, 3), BGR; the first is the first picture, the last the map.
    """
    for place, picture in enumerate(pictures):
        grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        part = place / max(len(pictures) - 1, 1)
        yield np.asarray(cv2.addWeighted(grey, 1 - part, drawn, part, 0), dtype=np.uint8)
    yield from [drawn] * held


def save_clip(pictures: Pictures, output: Path, *, rate: int = _RATE) -> None:
    """Writes pictures as .gif, the same bytes for the same pictures, or as .mp4 (H.264).

    Args:
        pictures: uint8 (H, W, 3), BGR, all of one size.
        output: The file; its ending says which.
        rate: Pictures per second.

    Raises:
        MeuError: The file cannot be written.
        MissingExtraError: PyAV is not installed.
    """
    data = _gif(pictures, rate) if output.suffix.lower() == ".gif" else mp4_bytes(pictures, rate=rate)
    with whole_file(output) as stream:
        stream.write(data)


def frames_between(
    root: Path, sample: Sample, digests: tuple[str, str], *, most: int = CLIP_PICTURES
) -> Iterator[NDArray[np.uint8]]:
    """The frames of a sample from onset to apex, evenly spread.

    Args:
        root: The frames folder of its source.
        sample: With a pair.
        digests: SHA-256 of the onset's and the apex's bytes, as they were measured.
        most: So many frames at the most.

    Yields:
        uint8 (H, W, 3), BGR.

    Raises:
        FrameError: A frame is gone, or the onset or apex is not the one that was measured.
        MeuError: The folder cannot be read.
    """
    first, last = sample.pair
    for name, digest in zip((first, last), digests, strict=True):
        _checked(frame_path(root, name), name, digest)
    assert sample.apex is not None  # it has a pair
    there = {**frames_of_clip(root, first, sample.onset), sample.onset: first, sample.apex: last}
    between = sorted(number for number in there if sample.onset <= number <= sample.apex)
    places = np.linspace(0, len(between) - 1, min(len(between), most)).round().astype(int)
    yield from read_pictures(root, [there[between[place]] for place in places])


def _checked(path: Path, name: str, digest: str) -> NDArray[np.uint8]:
    frame = read_frame(path, name=name)
    if frame.sha256 != digest:
        raise FrameError(f"{name}: it changed since it was rendered; run `meu-data render` again")
    return frame.bgr


def _shown(picture: NDArray[np.uint8], motion: Motion, shape: Sequence[int]) -> NDArray[np.uint8]:
    """The part of a frame that the map shows."""
    if motion.alignment is not None:
        picture = crop(picture, Alignment(np.array(motion.alignment), shape[0]))
    if picture.shape[:2] != tuple(shape):
        raise FrameError(f"a frame between onset and apex is {picture.shape[1]}x{picture.shape[0]}, unlike the others")
    return _at_most(picture)


def _at_most(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scaled down to what a screen needs, with even sides, which videos want."""
    height, width = picture.shape[:2]
    scale = min(1, CLIP_SIDE / max(height, width))
    size = [max(2, round(side * scale) // 2 * 2) for side in (width, height)]
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _gif(pictures: Pictures, rate: int) -> bytes:
    # One palette for all: with one each, a still cheek would flicker.
    sheet = np.vstack([pictures[0], pictures[len(pictures) // 2], pictures[-1]])
    palette = _rgb(sheet).quantize(256, Image.Quantize.MEDIANCUT)
    frames = [_rgb(picture).quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], duration=round(1000 / rate), loop=0)
    return data.getvalue()


def _rgb(picture: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(picture[..., ::-1]))


def jpeg_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A picture, uint8 (H, W, 3), BGR, as a file that small motion is still seen in."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 95])[1])


def mp4_bytes(pictures: Pictures, *, rate: int) -> bytes:
    """Pictures, uint8 (H, W, 3), BGR, all of one even size, as a video (H.264) of so many a second.

    Raises:
        MissingExtraError: PyAV is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise MissingExtraError(
            "an .mp4 is written with PyAV: pip install 'meu-data[video]'; a .gif needs nothing"
        ) from error
    data = io.BytesIO()
    height, width = pictures[0].shape[:2]
    with av.open(data, "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for picture in (*(av.VideoFrame.from_ndarray(one, format="bgr24") for one in pictures), None):
            container.mux(stream.encode(picture))
    return data.getvalue()
