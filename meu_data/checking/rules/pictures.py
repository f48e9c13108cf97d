"""Whether the pictures of a row are there, decode, and are the ones that its hashes name."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple

from meu_data.checking.findings import Rule
from meu_data.checking.listing import Listing
from meu_data.checking.rules.inspection import map_behind_tools
from meu_data.errors import FrameError, printable
from meu_data.export.formats.row_view import PictureView, RowView
from meu_data.face.face_hash import FaceHash, hash_of
from meu_data.frames import decode_frame
from meu_data.store.confined import OutsideError, confined

# The rows about one clip follow each other and share its pictures.
_REMEMBERED = 32
# No picture that `decode_frame` reads is larger; what is would only fill the memory.
_MAX_BYTES = 128 * 1024 * 1024
# How the questions about maps call them, ours and MELLM's.
_MAP_WORDS = ("motion map", "运动图", "光流图")
# So many folders of a prefix are looked through.
_DEEPEST = 32
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(slots=True)
class PictureResult:
    """What became of the pictures of one row.

    `filed` counts the pictures that have a file of their own, `compared` the hashes, `left_out` the pictures that an
    export without pixels lists. `elsewhere` are paths that lead to no file: whether that is wrong, other rows tell.
    `face` is the hash of the first picture.
    """

    wrong: list[tuple[Rule, str]] = field(default_factory=list)
    decoded: int = 0
    filed: int = 0
    compared: int = 0
    left_out: int = 0
    elsewhere: list[str] = field(default_factory=list)
    face: FaceHash | None = None


class _Looked(NamedTuple):
    """What the bytes of a picture come to: why they are none, or whether it is grey, and its hash."""

    wrong: str | None
    grey: bool = False
    face: FaceHash | None = None


class Pictures:
    """Looks at the pictures of rows, and remembers the last ones."""

    def __init__(self, roots: Sequence[Path], listing: Listing | None) -> None:
        """Takes the folders that paths may start from, the one that holds the others last."""
        self._roots = [root.resolve() for root in roots]
        self._listing = listing
        self._totals: OrderedDict[str, _Looked] = OrderedDict()

    @property
    def listed(self) -> bool:
        """Whether the export says that its pictures were left out."""
        return self._listing is not None

    def look(self, view: RowView) -> PictureResult:
        """Looks at the pictures of one row. Never raises."""
        result = PictureResult()
        hashes = _hashes(view, result)
        coloured = len(view.pictures) == 1 and _asks_about_a_map(view)
        for place, picture in enumerate(view.pictures):
            name = picture.path or f"picture {place + 1}"
            expected = self._expected(picture, hashes[place] if hashes else None, result)
            data = picture.data if picture.data is not None else self._read(picture, result)
            if data is not None:
                looked = self._look_at(data, name, expected, result)
                result.face = looked.face if place == 0 else result.face
                if looked.grey and coloured:
                    grey = "it is grey all over, though the question is about the colours of a motion map"
                    result.wrong.append(("picture", f"{printable(name)}: {grey}"))
        if self._listing is not None and (sha256 := map_behind_tools(view)):
            listed = self._listing.lists(sha256)
            result.left_out += listed
            if not listed:
                unlisted = "pictures.jsonl does not list the map that its tools show"
                result.wrong.append(("picture", f"{unlisted}: none has the SHA-256 {printable(sha256[:12])}…"))
        return result

    def _expected(self, picture: PictureView, named: str | None, result: PictureResult) -> str | None:
        """The hash that a picture has to have; None where nothing tells."""
        if self._listing is None or picture.path is None:
            return named
        listed = self._listing.sha256(picture.path)
        if listed is None:
            result.wrong.append(("picture", f"{printable(picture.path)}: pictures.jsonl does not list it"))
        elif named is not None:
            result.compared += 1
            if named != listed:
                reason = f"pictures.jsonl has the SHA-256 {listed[:12]}…, the row {named[:12]}…"
                result.wrong.append(("hash", f"{printable(picture.path)}: {reason}"))
        return named or listed

    def _look_at(self, data: bytes, name: str, expected: str | None, result: PictureResult) -> _Looked:
        found = hashlib.sha256(data).hexdigest()
        if found not in self._totals:
            self._totals[found] = _looked_at(data)
            if len(self._totals) > _REMEMBERED:
                self._totals.popitem(last=False)
        looked = self._totals[found]
        result.decoded += 1
        if looked.wrong is not None:
            result.wrong.append(("picture", f"{printable(name)}: {looked.wrong}"))
        if expected is not None:
            result.compared += 1
            if expected != found:
                reason = f"its bytes have the SHA-256 {found[:12]}…, the row names {expected[:12]}…"
                result.wrong.append(("hash", f"{printable(name)}: {reason}"))
        return looked

    def _read(self, picture: PictureView, result: PictureResult) -> bytes | None:
        """The bytes of a picture that is named only; None where there are none, with the reason in `result`."""
        if picture.path is None:
            result.wrong.append(("picture", "a picture has neither bytes nor a path"))
            return None
        name = printable(picture.path)
        if "://" in picture.path:
            result.elsewhere.append(name)
            return None
        if _leads_out(picture):
            result.wrong.append(
                ("picture", f"{name}: the path leads out of the export; write it from the export's folder")
            )
            return None
        try:
            path = self._find(picture)
            if path is not None and path.stat().st_size > _MAX_BYTES:
                result.wrong.append(("picture", f"{name}: {path.stat().st_size} bytes are more than any picture needs"))
            elif path is not None:
                result.filed += 1
                return path.read_bytes()
            elif self._listing is None:
                result.elsewhere.append(name)
            elif self._listing.sha256(picture.path) is not None:
                result.left_out += 1
        except OutsideError:
            wrong = f"{name}: this is a link that leads out of the export; put the file there"
            result.wrong.append(("picture", wrong))
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or error
            result.wrong.append(("picture", f"{name}: cannot be read ({printable(str(reason))})"))
        return None

    def _find(self, picture: PictureView) -> Path | None:
        """Where a path leads to, with all links followed; None where to no file. A prefix may have any folders.

        Raises:
            OutsideError: A link leads out of the export.
        """
        names = [picture.path or ""]
        if picture.prefixed:
            parts = names[0].strip("/").split("/")
            names = ["/".join(parts[start:]) for start in range(min(len(parts), _DEEPEST))]
        found = next((path for name in names for path in (root / name for root in self._roots) if path.is_file()), None)
        return None if found is None else confined(self._roots[-1], str(found))


def _looked_at(data: bytes) -> _Looked:
    if not data:
        return _Looked("there are no bytes in it")
    if len(data) > _MAX_BYTES:
        return _Looked(f"{len(data)} bytes are more than any picture needs")
    try:
        bgr = decode_frame(data, name="").bgr
    except FrameError as error:
        return _Looked(printable(str(error).removeprefix(": "), 300))
    grey = bool((bgr[..., 0] == bgr[..., 1]).all() and (bgr[..., 1] == bgr[..., 2]).all())
    return _Looked(None, grey, hash_of(bgr))


def _asks_about_a_map(view: RowView) -> bool:
    """Whether a row is about a motion map on which something moves: MELLM draws none where it finds no face."""
    if not any(word in view.question for word in _MAP_WORDS):
        return False
    claims = view.labels.get("claims")
    told = (
        [claim.get("direction") for claim in claims if isinstance(claim, Mapping)] if isinstance(claims, list) else []
    )
    # The map of a face that keeps still is grey.
    return not told or any(direction not in (None, "none") for direction in told)


def _leads_out(picture: PictureView) -> bool:
    name = (picture.path or "").replace("\\", "/")
    path = PurePosixPath(name.lstrip("/") if picture.prefixed else name)
    depth = 0
    for part in path.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return path.is_absolute() or bool(PureWindowsPath(name).drive)


def _hashes(view: RowView, result: PictureResult) -> list[str]:
    """The hashes that a row gives for its pictures, in their order."""
    value = view.labels.get("image_sha256")
    named = value.split() if isinstance(value, str) else value
    if named is None:
        return []
    if not isinstance(named, list) or not all(isinstance(each, str) and _SHA256.fullmatch(each) for each in named):
        result.wrong.append(("hash", "image_sha256 is no list of SHA-256 hashes in small hexadecimal letters"))
        return []
    if len(named) != len(view.pictures):
        result.wrong.append(("hash", f"image_sha256 has {len(named)} hashes for {len(view.pictures)} pictures"))
        return []
    return named
