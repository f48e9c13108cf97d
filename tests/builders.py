"""Records that several test packages need and none of them is about."""

import math
from collections.abc import Mapping

from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import OCTANTS, REGIONS, Direction, Intensity
from meu_data.records import HeadMotion, Motion, Quality, RegionMotion, Sample

Moves = Mapping[str, tuple[Direction, Intensity]]
SAMPLE_ID = "dfme/sub0001/sub0001_01/12-20"
# Of a face that nobody looks at, only its eyes have a place.
LANDMARKS = ((0.0, 0.0),) * 36 + ((20.0, 25.0),) * 6 + ((44.0, 25.0),) * 6 + ((0.0, 0.0),) * 20
# Mean magnitude in px by intensity: only the order matters.
_LENGTH = {"none": 0.02, "slight": 0.3, "moderate": 0.9, "strong": 2.0}


def sound_quality() -> Quality:
    """The quality of a map that raises no flag."""
    return Quality(
        head_residual_px=0.05,
        coherence=0.9,
        inconsistency_px=0.05,
        light_change=0.0,
        sharpness=0.2,
        saturated=0.0,
        eye_distance_px=120.0,
    )


def make_region(name: str, octant: Direction, intensity: Intensity, coherence: float = 0.9) -> RegionMotion:
    length = _LENGTH[intensity]
    angle = 0 if octant == "none" else 45 * OCTANTS.index(octant)
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    return RegionMotion(
        region=name,
        mean=length,
        max=2 * length,
        dx=dx,
        dy=dy,
        direction_deg=angle,
        octant=octant,
        coherence=coherence,
        significance=10 * length,
        intensity=intensity,
    )


def make_motion(moves: Moves, sample_id: str = SAMPLE_ID, coherence: float = 0.9) -> Motion:
    """Motion of a face on which only the named regions move."""
    still: tuple[Direction, Intensity] = ("right", "none")
    return Motion(
        sample_id=sample_id,
        recipe="robust",
        solver="opencv",
        onset_sha256="0" * 64,
        apex_sha256="1" * 64,
        width=640,
        height=480,
        faces=1,
        face_box=(0, 0, 100, 100),
        landmarks=LANDMARKS,
        nose=(50, 50),
        head_motion=HeadMotion(method="nose", dx=0.0, dy=0.0),
        regions=tuple(make_region(name, *moves.get(name, still), coherence) for name in REGIONS),
        quality=sound_quality(),
        map_file="maps/x.png",
        map_sha256="2" * 64,
    )


def make_sample(aus: str, emotion: str = "happiness", sample_id: str = SAMPLE_ID) -> Sample:
    """A sample with these AUs in FACS notation."""
    return Sample(
        id=sample_id,
        corpus="dfme",
        split="train",
        subject="sub0001",
        clip="sub0001_01",
        onset=12,
        apex=20,
        offset=30,
        emotion=emotion,
        aus=parse_aus(aus),
        onset_frame="sub0001_01/00012.png",
        apex_frame="sub0001_01/00020.png",
        width=640,
        height=480,
        sheet="sheet.xlsx",
        row=2,
    )
