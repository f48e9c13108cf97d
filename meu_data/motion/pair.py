"""One pair of frames from decoded pictures to its map: the part of the work that needs no workspace."""

import functools
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from meu_data.choices import DEFAULT_RECIPE, Recipe, Solver
from meu_data.errors import FrameError, MeuError
from meu_data.face.alignment import Alignment, align_points, crop, face_alignment
from meu_data.face.areas import region_areas
from meu_data.face.landmark_layout import eye_distance
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.colour_map import mmc_map
from meu_data.motion.detection import Face, FaceFinder
from meu_data.motion.face_checks import with_face
from meu_data.motion.flow import tvl1
from meu_data.motion.gaze import lids_before_turning_eyes
from meu_data.motion.head_motion import nose_point, subtract_head_motion
from meu_data.motion.lids import lid_closures
from meu_data.motion.neighbours import Beside, steadied, times_shared
from meu_data.motion.occlusion import covered_regions, darkly_covered, unexplained
from meu_data.motion.outside import outside_motion
from meu_data.motion.quality import Matched, map_quality
from meu_data.motion.regions import region_motion
from meu_data.motion.registration import register
from meu_data.motion.same_face import face_distance
from meu_data.motion.trust import unmeasurable, with_trust
from meu_data.records import HeadMotion, Quality, RegionMotion

DEFAULT_MAP_SIZE = 448

_NOTHING_BESIDE = Beside()

# Level 3 of zlib is within 2 % of the size of level 9 on these maps, in a third of the time.
_PNG_COMPRESSION = 3


class Measurement(NamedTuple):
    """What was measured on a pair.

    Attributes:
        face: The face of the onset frame, in its pixels.
        nose: (x, y), px of the frame.
        alignment: From frame to map, where the map is a crop; everything below is in the map's pixels.
        head_motion: What was taken out of the flow.
        regions: The motion of every region that lies inside the picture.
        quality: How far the map can be trusted.
        picture: The map, uint8 (H, W, 3), BGR.
    """

    face: Face
    nose: tuple[int, int]
    alignment: Alignment | None
    head_motion: HeadMotion
    regions: list[RegionMotion]
    quality: Quality
    picture: NDArray[np.uint8]


def measure(
    onset_bgr: NDArray[np.uint8],
    apex_bgr: NDArray[np.uint8],
    *,
    recipe: Recipe = DEFAULT_RECIPE,
    solver: Solver = "fused",
    map_size: int = DEFAULT_MAP_SIZE,
    finder: FaceFinder | None = None,
    beside: Beside = _NOTHING_BESIDE,
) -> Measurement:
    """Finds the face, computes the flow, takes head motion out, measures the regions and draws the map.

    Recipe `mellm` works on the whole frames, with the defaults of TV-L1 and the motion of the nose; recipe `robust`
    on the aligned face crop, with head and light registered first (`registration.register`), a TV-L1 that stops
    earlier (epsilon .03, three warps: on small motions a tighter one only smooths more), and each region's standard
    error (`noise.pair_noise`).

    Args:
        onset_bgr: uint8 (H, W, 3), BGR.
        apex_bgr: uint8 (H, W, 3), BGR, the same size.
        recipe: How motion is measured and drawn.
        solver: Which TV-L1.
        map_size: Side of the crop of recipe `robust`, px.
        finder: Loaded face models; the packaged ones when None, loaded once per process.
        beside: The frames next to these two; recipe `robust` averages them in against noise, `mellm` knows none.

    Raises:
        NoFaceError: There is no face on the onset frame, or its nose lies outside the picture.
        OtherFaceError: The apex does not show the face of the onset.
        FrameError: The frames, or those beside them, differ in size.
        MeuError: The solver is not there.
    """
    if onset_bgr.shape != apex_bgr.shape:
        sizes = " and ".join(f"{picture.shape[1]}x{picture.shape[0]}" for picture in (onset_bgr, apex_bgr))
        raise FrameError(f"onset and apex are of different sizes: {sizes}")
    if any(frame.shape != onset_bgr.shape for frames in beside for frame in frames):
        raise FrameError("a frame beside onset or apex is of another size than they are")
    finder = finder or _packaged_finder()
    face = finder.find(_gray(onset_bgr))
    distance = face_distance(onset_bgr, apex_bgr, face, finder)
    if recipe == "robust":
        measured = _robust(onset_bgr, apex_bgr, face, solver, map_size, beside)
    else:
        measured = _mellm(onset_bgr, apex_bgr, face, solver)
    unit = eye_distance(face.landmarks) * (measured.alignment.scale if measured.alignment else 1.0)
    quality = with_face(measured.quality, face, distance, _gray(apex_bgr))
    quality, regions = with_trust(quality, measured.regions, measured.head_motion, unit)
    return measured._replace(quality=quality, regions=regions)


def _mellm(onset_bgr: NDArray[np.uint8], apex_bgr: NDArray[np.uint8], face: Face, solver: Solver) -> Measurement:
    landmarks = face.landmarks.astype(np.float64)
    onset, apex = _gray(onset_bgr), _gray(apex_bgr)
    raw_flow = tvl1(onset, apex, solver=solver)
    flow, head_motion = subtract_head_motion(raw_flow, landmarks, method="nose")
    regions = region_motion(flow, landmarks)
    size = eye_distance(face.landmarks)
    quality = map_quality(onset, apex, raw_flow, flow, landmarks, regions, eye_distance_px=size, solver=solver)
    regions.append(outside_motion(flow, np.array((head_motion.dx, head_motion.dy)), landmarks)[0])
    picture = mmc_map(onset_bgr, flow, recipe="mellm")
    return Measurement(face, nose_point(face.landmarks), None, head_motion, regions, quality, picture)


def _robust(
    onset_bgr: NDArray[np.uint8],
    apex_bgr: NDArray[np.uint8],
    face: Face,
    solver: Solver,
    map_size: int,
    near: Beside,
) -> Measurement:
    alignment = face_alignment(face.landmarks, map_size)
    landmarks = align_points(face.landmarks, alignment)
    areas = list(region_areas(landmarks, map_size, map_size))
    # Between the two the head may have moved, but not far: the landmarks of the onset say where the apex's face is.
    alone = _gray(onset_bgr), _gray(apex_bgr)
    calm = [
        steadied(frame, [_gray(other) for other in others], face.landmarks)
        for frame, others in zip(alone, near, strict=True)
    ]
    shared = times_shared(*alone, face.landmarks, [one.apart for one in calm])
    onset, apex = (one.picture for one in calm)
    pair = register(onset, apex, alignment, landmarks, areas, solver=solver, shared_error=shared)
    regions = region_motion(
        pair.flow,
        landmarks,
        areas=areas,
        inside=pair.inside,
        washed=pair.washed,
        noise=pair.noise,
        turn_px=pair.head_motion.turn_px,
        scale=alignment.scale,
    )
    rest = unexplained(pair.onset, pair.matched, pair.rest)
    covered = covered_regions(rest, areas)
    covered |= darkly_covered(pair.onset, areas) & darkly_covered(pair.apex, areas)
    regions = [unmeasurable(region, "occluded") if region.region in covered else region for region in regions]
    sideways = lids_before_turning_eyes(regions)
    regions = [unmeasurable(region, "gaze") if region.region in sideways else region for region in regions]
    closures = lid_closures(pair.onset, pair.apex, landmarks)
    regions = [
        region.model_copy(update={"closure": closures[region.region]}) if region.region in closures else region
        for region in regions
    ]
    quality = map_quality(
        pair.onset,
        pair.apex,
        pair.rest,
        pair.flow,
        landmarks,
        regions,
        eye_distance_px=eye_distance(face.landmarks),
        solver=solver,
        matched=Matched(pair.matched, rest, pair.light),
    )
    beside = pair.total - pair.similarity
    outside, where = outside_motion(
        beside,
        pair.similarity,
        landmarks,
        seen=pair.inside & ~pair.washed,
        noise=pair.noise,
        turn_px=pair.head_motion.turn_px,
    )
    regions.append(outside)
    onset_crop = crop(onset_bgr, alignment)
    drawn = np.where(where[..., None], beside, pair.flow)
    picture = mmc_map(onset_crop, drawn, recipe="robust", landmarks=landmarks, inside=pair.inside, beside=where)
    return Measurement(face, nose_point(face.landmarks), alignment, pair.head_motion, regions, quality, picture)


@functools.cache
def _packaged_finder() -> FaceFinder:
    return FaceFinder(find_landmark_model())


def _gray(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def png_bytes(picture: NDArray[np.uint8]) -> bytes:
    """A picture as a PNG file, the same bytes for the same picture.

    Raises:
        MeuError: OpenCV could not encode it.
    """
    done, encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, _PNG_COMPRESSION])
    if not done:
        raise MeuError(f"a picture of shape {picture.shape} could not be written as PNG")
    return bytes(encoded)
