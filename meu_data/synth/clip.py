"""Draws the frames of one clip and writes them with their truth."""

import math
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.errors import MeuError
from meu_data.face.regions import octant
from meu_data.store.files import explained, whole_file
from meu_data.synth.action_fields import (
    MAX_TURN_DEG,
    Field,
    FieldSite,
    HeadField,
    au_field_sites,
    blink_field,
    displacement,
)
from meu_data.synth.plan import STREAM_FRAME, STREAM_SITES, ClipPlan, stream
from meu_data.synth.portrait import DETAIL, Picture, Subject, face_unit
from meu_data.synth.timeline import expression_course, eye_closure, head_course, light_course
from meu_data.synth.traps import Trap, spoiled
from meu_data.synth.truth import ClipTruth, FlowTruth, SiteTruth, add_up, truth_files

# Sensor noise repeats nothing that a search could find: these are both the fastest settings and the smallest files.
_PNG = (
    cv2.IMWRITE_PNG_COMPRESSION,
    1,
    cv2.IMWRITE_PNG_STRATEGY,
    cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY,
    cv2.IMWRITE_PNG_FILTER,
    cv2.IMWRITE_PNG_FILTER_AVG,
)
# When a step changes less than this, the inversion is done, px. OpenCV 4 looks up linearly between 32 positions
# per pixel only; there the steps stop shrinking a little earlier.
_SETTLED, _NEVER_SETTLES = 1 / 256, 1 / 8
_MOST_STEPS = 60


class ClipPainter:
    """One clip of one subject: its motion, its frames, its truth."""

    def __init__(self, plan: ClipPlan, subject: Subject, seed: int, trap: Trap | None = None) -> None:
        """Lays out the clip's displacement fields.

        Args:
            plan: What happens in the clip.
            subject: Whose face.
            seed: The corpus's seed.
            trap: What is planted in its frames.
        """
        height, width = (side // DETAIL for side in subject.picture.shape[:2])
        self._plan, self._subject, self._seed, self._trap = plan, subject, seed, trap
        self._size = (width, height)
        self._unit = face_unit(self._size)
        self.sites = self._draw_sites()
        self._facial = displacement(self.sites, self._size)
        self._blink = blink_field(subject.landmarks, self._size)
        self._head = HeadField(subject.landmarks, self._size)

    def parts(self, frame: int) -> tuple[Field, Field, Field]:
        """Displacement onset → frame by facial motion, head motion and blink: float32 (H, W, 2) each, px."""
        return (
            np.float32(expression_course(self._plan, frame)) * self._facial,
            self._head.displacement(head_course(self._plan, frame, self._unit)),
            np.float32(eye_closure(self._plan.blink, frame)) * self._blink,
        )

    def frames(self, numbers: Iterable[int] | None = None) -> Iterator[NDArray[np.uint8]]:
        """All frames in order, or those of these numbers: uint8 (H, W, 3) BGR."""
        width, height = self._size
        grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
        back = np.zeros_like(grid)
        for frame in range(self._plan.frames) if numbers is None else numbers:
            facial, head, blink = self.parts(frame)
            back = inverse(facial + head + blink, grid, back)
            picture = self._expose(frame, sample(self._subject.picture, DETAIL * (grid + back)))
            if self._trap:
                picture = spoiled(self._trap, picture, self._subject.landmarks, self._plan, frame)
            yield picture

    def truth(self) -> tuple[ClipTruth, FlowTruth]:
        """What is known about the clip."""
        plan = self._plan
        record = ClipTruth(
            subject=plan.subject_name,
            clip=plan.filename,
            trap=self._trap,
            width=self._size[0],
            height=self._size[1],
            onset=plan.onset,
            apex=plan.apex,
            offset=plan.offset,
            emotion=plan.emotion,
            aus=tuple(au.code for au in plan.aus),
            sites=tuple(_site_truth(site) for site in self.sites),
            head_motion=head_course(plan, plan.apex, self._unit),
            head_centre=self._head.centre,
            eye_closure=eye_closure(plan.blink, plan.apex),
            light=light_course(plan, plan.apex),
            noise_sd=plan.noise_sd,
            landmarks=tuple((float(x), float(y)) for x, y in self._subject.landmarks),
        )
        return record, add_up(*self.parts(plan.apex))

    def _draw_sites(self) -> tuple[FieldSite, ...]:
        rng = stream(self._seed, STREAM_SITES, self._plan.subject, self._plan.clip)
        sites: list[FieldSite] = []
        for au, strength in zip(self._plan.aus, self._plan.strengths, strict=True):
            # More turns than any AU has sites, so that one AU's sites never shift another's.
            turns = rng.uniform(-MAX_TURN_DEG, MAX_TURN_DEG, 8).tolist()
            sites += au_field_sites(au, strength * self._unit, self._subject.landmarks, turns)
        return tuple(sites)

    def _expose(self, frame: int, picture: Picture) -> NDArray[np.uint8]:
        rng = stream(self._seed, STREAM_FRAME, self._plan.subject, self._plan.clip, frame)
        seen = rng.standard_normal(picture.shape, dtype=np.float32)
        seen *= np.float32(self._plan.noise_sd)
        seen += picture * np.float32(light_course(self._plan, frame))
        return cv2.convertScaleAbs(np.maximum(seen, 0, out=seen)).astype(np.uint8, copy=False)


def inverse(field: Field, grid: Field, start: Field) -> Field:
    """Turns a forward displacement round by fixed-point iteration: back(y) = -field(y + back(y)).

    Args:
        field: Where each point goes, float32 (H, W, 2), px; must not fold (its gradient stays below 1).
        grid: The coordinates of every pixel, float32 (H, W, 2).
        start: A first guess, such as the previous frame's result.

    Returns:
        Where each point comes from, relative to itself, exact to about 0.01 px.
    """
    back, last = start, math.inf
    for _ in range(_MOST_STEPS):
        better = -sample(field, grid + back)
        change = cv2.norm(better, back, cv2.NORM_INF)
        back = better
        if change < _SETTLED or (change >= last and change < _NEVER_SETTLES):
            return back
        last = change
    raise AssertionError("a displacement field folds over itself")


def write_clip(painter: ClipPainter, out: Path) -> None:
    """Writes one clip: its frames, its flow, and last its record, which says that the clip is complete.

    Args:
        painter: The clip.
        out: The corpus's folder.

    Raises:
        MeuError: A file cannot be written.
    """
    record, flow = painter.truth()
    folder = out / "train_data" / record.clip
    for number, frame in enumerate(painter.frames()):
        done, png = cv2.imencode(".png", frame, _PNG)
        if not done:
            raise MeuError(f"{folder}: OpenCV cannot write PNG pictures; install opencv-contrib-python-headless again")
        with whole_file(folder / f"{number:05d}.png") as stream_:
            stream_.write(png.tobytes())
    record_file, flow_file = truth_files(out, record.clip)
    with whole_file(flow_file) as stream_:
        np.savez_compressed(stream_, **flow._asdict())
    with whole_file(record_file) as stream_:
        stream_.write(record.model_dump_json(indent=1).encode() + b"\n")


def clear_clip(clip: str, out: Path) -> None:
    """Removes what a killed writer left of a clip.

    Raises:
        MeuError: The folder cannot be changed.
    """
    folder = out / "train_data" / clip
    if folder.exists():
        with explained(folder):
            shutil.rmtree(folder)


def sample(values: Picture, at: Field) -> Picture:
    """Looks values up between the pixels, linearly.

    Args:
        values: Float32 (H, W, channels).
        at: Coordinates, x then y, float32 (H, W, 2), px.
    """
    # Always two planes, and never two channels: OpenCV 5.0 hangs when the second map is an empty array, and looks
    # two channels up 1/32 px coarse where one or three come out exact.
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    planes = cv2.split(values) if values.shape[2] == 2 else (values,)
    found = [cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101) for plane in planes]
    return (cv2.merge(found) if len(found) > 1 else found[0]).astype(np.float32, copy=False)


def _site_truth(site: FieldSite) -> SiteTruth:
    return SiteTruth(
        au=site.au.code,
        region=site.region,
        centre=site.centre,
        amplitude=site.amplitude,
        direction=site.direction,
        octant=octant(*site.direction),
    )
