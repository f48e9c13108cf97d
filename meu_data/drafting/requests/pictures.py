"""The pictures of a request: read when they are sent, and only as the ones that render measured."""

import hashlib

import cv2

from meu_data.drafting.requests.spec import RequestPicture, RequestSpec
from meu_data.errors import FrameError
from meu_data.frames import decode_frame, read_bytes
from meu_data.records import Sample
from meu_data.store.confined import frame_path, map_path
from meu_data.store.frame_folders import FrameFolders
from meu_data.store.workspace import Workspace

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
        return [self._bytes(sample, picture) for picture in spec.pictures]

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
