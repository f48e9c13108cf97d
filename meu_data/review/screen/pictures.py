"""The pictures of a task: the map, and onset, apex and clip cut so that all show the same part of the face.

The cut faces are JPEG, for looking at only: a corpus of 10,000 clips takes less than 1 GB of them. Clips are animated
WebP, which every browser plays in the place of a picture, ten times that.
"""

import base64
import hashlib
import io
import json
import os
import re
import urllib.parse
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from meu_data.errors import FrameError, MeuError
from meu_data.face.alignment import Alignment, crop
from meu_data.frames import read_frame, read_header
from meu_data.motion.clips import frames_between
from meu_data.records import Motion, Sample, file_stem
from meu_data.review.screen.fields import PICTURES, ScreenPicture
from meu_data.review.screen.overlay import ShownPart
from meu_data.store.confined import frame_path, map_path
from meu_data.store.files import explained, remove_leftovers, whole_file
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.made_from import REVIEW_PICTURES
from meu_data.store.workspace import Workspace

FACES = "faces"
"""The folder below `maps` that holds the cut pictures, in a folder for each recipe."""

_LARGEST_PX = 448
_QUALITY = 90
# Of a clip: what changes by a level or two has to be seen. A picture each 1/12 s, the apex for a while.
_CLIP_QUALITY, _CLIP_MS, _HELD_MS = 85, 83, 600
# What is added around the box of the face finder, which ends at brows and chin.
_MARGIN = 0.15
_LOCAL = "/data/local-files/?d="
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s?#]+", re.IGNORECASE)
# The stamp stands in a comment right behind the JFIF header (ITU-T T.871, 10.1), or in the last chunk of a WebP.
_STAMP_WITHIN = 256


class TaskPictures:
    """Makes the pictures of tasks and says under which URL annotators see them; threads may share it."""

    def __init__(self, workspace: Workspace, delivery: str = "local", *, served: Path | None = None) -> None:
        """Looks up where the frames are, and removes the pictures of samples that are gone.

        Args:
            workspace: Whose maps and frames.
            delivery: `local` (the server reads the files itself), `embed` (they travel inside the task), or the URL
                below which a copy of the folder `maps` can be reached, such as https://host/maps or s3://bucket/maps.
            served: The folder that the server serves with `local`; `maps` of the workspace when None.

        Raises:
            MeuError: There is no such delivery.
        """
        if delivery not in ("local", "embed") and not _URL.fullmatch(delivery):
            raise MeuError(
                f"--images {delivery}: give local, embed, or the URL where a copy of {workspace.root / 'maps'} lies"
            )
        self._delivery = delivery
        self._maps = workspace.root / "maps"
        self._root = workspace.root
        self._served = served or self._maps
        self._frames = FrameFolders(workspace.ledger)
        _tidy(self._maps / FACES, {file_stem(name) for name in workspace.ledger.sample_ids()})

    def urls(self, sample: Sample, motion: Motion) -> dict[str, str]:
        """The URL of each picture; those that are missing or stale are made.

        With recipe `robust` the map is the aligned face, and the frames are cut alike. With `mellm` the map shows
        the whole frame; all three are cut to the box of the face.

        Args:
            sample: Names the frames.
            motion: What was measured, with the hashes of the frames and the map.

        Raises:
            FrameError: A frame or the map is gone, cannot be read, or changed since it was rendered.
            MeuError: A picture cannot be written.
        """
        if self._delivery == "embed":
            return {
                part: _data_uri(self._picture(sample, motion, part, _stamp(motion, part)), "jpeg") for part in PICTURES
            }
        return {part: self._url(self._file(sample, motion, part)) for part in PICTURES}

    def clip_url(self, sample: Sample, motion: Motion) -> str:
        """The URL of the frames from onset to apex as a moving picture, slowed down; made where it is missing or stale.

        Raises:
            FrameError: As `urls`, of any frame between the two.
            MeuError: The file cannot be written.
        """
        path = self._maps / FACES / motion.recipe / f"{file_stem(sample.id)}.clip.webp"
        stamp = _stamp(motion, "clip")
        if self._delivery == "embed":
            return _data_uri(self._clip(sample, motion, stamp), "webp")
        if not _is_fresh(path, stamp):
            with whole_file(path) as stream:
                stream.write(self._clip(sample, motion, stamp))
        return self._url(path)

    def shown(self, motion: Motion) -> ShownPart:
        """Which part of the map the pictures show.

        Raises:
            FrameError: The map is gone or cannot be read.
        """
        if motion.alignment is None:
            return _around_face(motion)
        size = read_header(map_path(self._root, motion.map_file), name=motion.map_file).width
        return ShownPart(0, 0, size, size)

    def _file(self, sample: Sample, motion: Motion, part: ScreenPicture) -> Path:
        """The file of a picture, which is there and fresh."""
        if part == "motion" and motion.alignment is not None:
            path = map_path(self._root, motion.map_file)
            if not path.is_file():
                raise FrameError(f"{motion.map_file}: the map is gone; run `meu-data render` again")
            return path
        path = self._maps / FACES / motion.recipe / f"{file_stem(sample.id)}.{'map' if part == 'motion' else part}.jpg"
        stamp = _stamp(motion, part)
        if not _is_fresh(path, stamp):
            data = self._picture(sample, motion, part, stamp)
            with whole_file(path) as stream:
                stream.write(data)
        return path

    def _picture(self, sample: Sample, motion: Motion, part: ScreenPicture, stamp: str) -> bytes:
        """The bytes of a JPEG."""
        onset, apex = sample.pair
        name, digest = {
            "motion": (motion.map_file, motion.map_sha256),
            "onset": (onset, motion.onset_sha256),
            "apex": (apex, motion.apex_sha256),
        }[part]
        path = map_path(self._root, name) if part == "motion" else frame_path(self._frames.of(sample), name)
        frame = read_frame(path, name=name)
        if frame.sha256 != digest:
            raise FrameError(f"{name}: it changed since it was rendered; run `meu-data render` again")
        is_cut = part == "motion" and motion.alignment is not None
        return _jpeg(_at_most(frame.bgr if is_cut else _cut(frame.bgr, motion, self.shown(motion)), _LARGEST_PX), stamp)

    def _clip(self, sample: Sample, motion: Motion, stamp: str) -> bytes:
        """The bytes of an animated WebP."""
        shown = self.shown(motion)
        frames = frames_between(self._frames.of(sample), sample, (motion.onset_sha256, motion.apex_sha256))
        pictures = []
        for frame in frames:
            height, width = frame.shape[:2]
            if (width, height) != (motion.width, motion.height):
                raise FrameError(f"{sample.id}: a frame between onset and apex is {width}x{height}, unlike the others")
            pictures.append(_rgb(_at_most(_cut(frame, motion, shown), _LARGEST_PX)))
        stream = io.BytesIO()
        pictures[0].save(
            stream,
            "WEBP",
            save_all=True,
            append_images=pictures[1:],
            duration=[_CLIP_MS] * (len(pictures) - 1) + [_HELD_MS],
            loop=0,
            quality=_CLIP_QUALITY,
            method=2,
            xmp=stamp.encode(),
        )
        return stream.getvalue()

    def _url(self, path: Path) -> str:
        if self._delivery != "local":
            below = urllib.parse.quote(path.relative_to(self._maps).as_posix())
            return f"{self._delivery.rstrip('/')}/{below}"
        try:
            below = path.relative_to(self._served.resolve()).as_posix()
        except ValueError:
            raise MeuError(f"{path} is not below {self._served}, which is all that Label Studio serves") from None
        return _LOCAL + urllib.parse.quote(below)


def _stamp(motion: Motion, part: ScreenPicture | Literal["clip"]) -> str:
    """Hash of everything a picture is made from; of a clip, its two ends stand for what lies between."""
    source = {
        "motion": motion.map_sha256,
        "onset": motion.onset_sha256,
        "apex": motion.apex_sha256,
        "clip": motion.onset_sha256 + motion.apex_sha256,
    }[part]
    version = REVIEW_PICTURES.version
    made_from = [version, part, source, motion.recipe, motion.alignment, motion.face_box, motion.map_sha256]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def _is_fresh(path: Path, stamp: str) -> bool:
    try:
        with path.open("rb") as stream:
            if path.suffix == ".webp":
                stream.seek(-_STAMP_WITHIN, os.SEEK_END)
            return stamp.encode() in stream.read(_STAMP_WITHIN)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise MeuError(f"{path}: {error.strerror or error}") from error


def _around_face(motion: Motion) -> ShownPart:
    """The face with some room around it, as far as the frame goes."""
    left, top, right, bottom = motion.face_box
    across, down = round((right - left) * _MARGIN), round((bottom - top) * _MARGIN)
    left, top = max(left - across, 0), max(top - down, 0)
    return ShownPart(left, top, min(right + across, motion.width) - left, min(bottom + down, motion.height) - top)


def _cut(frame: NDArray[np.uint8], motion: Motion, shown: ShownPart) -> NDArray[np.uint8]:
    """The part of a frame that annotators see of the map."""
    if motion.alignment is not None:
        return crop(frame, Alignment(np.array(motion.alignment), shown.width))
    return frame[shown.top : shown.top + shown.height, shown.left : shown.left + shown.width]


def _at_most(picture: NDArray[np.uint8], largest: int) -> NDArray[np.uint8]:
    """The picture, shrunk where its longer side is above `largest` px."""
    height, width = picture.shape[:2]
    scale = largest / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _jpeg(bgr: NDArray[np.uint8], stamp: str) -> bytes:
    stream = io.BytesIO()
    # Full colour resolution: on a map the colour is what matters.
    _rgb(bgr).save(stream, "JPEG", quality=_QUALITY, subsampling=0, comment=stamp.encode())
    return stream.getvalue()


def _rgb(bgr: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(bgr[..., ::-1]))


def _data_uri(picture: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def _tidy(faces: Path, stems: set[str]) -> None:
    """Removes what killed runs left behind, and the pictures of samples that the sheets no longer hold."""
    for folder in faces.glob("*/"):
        remove_leftovers(folder)
        for path in (*folder.glob("*.jpg"), *folder.glob("*.webp")):
            if path.name.rsplit(".", 2)[0] not in stems:
                with explained(path):
                    path.unlink()
