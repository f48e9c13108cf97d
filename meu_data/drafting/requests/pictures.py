"""The pictures of a request: read when they are sent, and only as the ones that render measured."""

import hashlib
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.drafting.requests.spec import ClipCut, RequestPicture, RequestSpec
from meu_data.errors import FrameError, MeuError, MissingExtraError
from meu_data.face.alignment import Alignment, crop
from meu_data.frames import decode_frame, read_bytes
from meu_data.motion.clips import frames_between, jpeg_bytes, mp4_bytes
from meu_data.records import Sample
from meu_data.store.confined import frame_path, map_path
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

_FEWEST = 3
# What the first bytes of the kinds look like that the services take.
_SIGNATURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/webp": b"RIFF"}


class PictureReader:
    """Reads pictures from a workspace and from the frames of its sources."""

    def __init__(self, workspace: Workspace) -> None:
        """Looks up where the frames are."""
        self._root = workspace.root
        self._frames = FrameFolders(workspace.ledger)

    def read(self, sample: Sample, spec: RequestSpec) -> list[bytes]:
        """The bytes of a request's pictures, as they are sent; what the services do not take becomes PNG.

        Raises:
            FrameError: A file is gone, cannot be read, or is not the one that render measured.
        """
        cut = next((picture.clip for picture in spec.pictures if picture.clip is not None), None)
        clip = [] if cut is None else self._clip(sample, cut)
        return [
            self._bytes(sample, picture) if picture.clip is None else clip_bytes(clip, picture.clip)
            for picture in spec.pictures
        ]

    def _clip(self, sample: Sample, cut: ClipCut) -> list[NDArray[np.uint8]]:
        """The pictures of a clip, uint8 (H, W, 3), BGR; a service gets no clip that is no more than its pair."""
        digests, alignment = (cut.onset_sha256, cut.apex_sha256), Alignment(np.array(cut.matrix), cut.side)
        try:
            pictures = [
                crop(picture, alignment)
                for picture in frames_between(self._frames.of(sample), sample, digests, most=cut.pictures)
            ]
        except MissingExtraError:
            raise
        except MeuError as error:
            raise FrameError(str(error)) from error
        if len(pictures) < _FEWEST:
            raise FrameError(f"{sample.onset_frame}: no frames lie between onset and apex; take --images pair")
        return pictures

    def _bytes(self, sample: Sample, picture: RequestPicture) -> bytes:
        if picture.root == "workspace":
            path = map_path(self._root, picture.file)
        else:
            path = frame_path(self._frames.of(sample), picture.file)
        data = read_bytes(path, name=picture.file)
        if hashlib.sha256(data).hexdigest() != picture.sha256:
            raise FrameError(f"{picture.file}: it changed since it was rendered; run `meu-data render` again")
        if data.startswith(_SIGNATURES[picture.mime]):
            return data
        encoded: bytes = cv2.imencode(".png", decode_frame(data, name=picture.file).bgr)[1].tobytes()
        return encoded


def clip_bytes(pictures: Sequence[NDArray[np.uint8]], cut: ClipCut) -> bytes:
    """A clip as a video of one picture a second, which is as many as services look at; or one of its pictures."""
    if cut.place is None:
        return mp4_bytes(pictures, rate=1)
    return jpeg_bytes(pictures[round(cut.place * (len(pictures) - 1) / max(1, cut.pictures - 1))])
