"""Gives the clips of a filled workspace frames on the disk and a face with all its regions on an aligned map."""

import hashlib
import math

import cv2
import numpy as np

from meu_data.records import Claim, RegionMotion, Source
from meu_data.store.ledger import MotionState
from tests.export.conftest import png

FRAME, MAP = (96, 80), (120, 120)
# Frame to map: half as large again, moved.
ALIGNMENT = ((1.5, 0.0, -12.0), (0.0, 1.5, -6.0))
FRAMES = "frames"


def landmarks():
    """A schematic face in the layout of the 68 points, on the frame; (x, y), px."""
    jaw = [(-1.1 * math.cos(math.pi * k / 16), 0.3 + 1.5 * math.sin(math.pi * k / 16)) for k in range(17)]
    brows = [
        (side * (0.85 - 0.16 * k), -0.35) for side, order in ((-1, range(5)), (1, range(4, -1, -1))) for k in order
    ]
    nose = [(0, 0), (0, 0.2), (0, 0.4), (0, 0.6), *((0.12 * k, 0.75) for k in (-2, -1, 0, 1, 2))]
    eye = [(-0.18, 0), (-0.06, -0.07), (0.06, -0.07), (0.18, 0), (0.06, 0.07), (-0.06, 0.07)]
    eyes = [(centre + x, y) for centre in (-0.5, 0.5) for x, y in eye]
    lips = [(-0.4, 1.15), (-0.26, 1.05), (-0.1, 1.0), (0, 1.02), (0.1, 1.0), (0.26, 1.05)]
    mouth = (
        lips + [(-x, 2.3 - y) for x, y in lips] + [(0.8 * x, 1.15 + 0.3 * (y - 1.15)) for x, y in (*lips[:1], *lips)]
    )
    points = [*jaw, *brows, *nose, *eyes, *mouth, (0, 1.2)]
    assert len(points) == 68
    return tuple((48 + 24 * x, 26 + 24 * y) for x, y in points)


def measured(region, mean, octant="up", intensity="moderate"):
    """The motion of one region."""
    angle = {"up": 270.0, "down": 90.0, "up-left": 225.0}[octant]
    numbers = {"mean": mean, "max": 2 * mean, "dx": 0.0, "dy": -mean, "direction_deg": angle}
    return RegionMotion(region=region, octant=octant, coherence=0.9, significance=5.0, intensity=intensity, **numbers)


REGIONS = (
    measured("left_mouth_corner", 0.5),
    measured("right_mouth_corner", 0.9),
    measured("left_cheekbone", 0.7),
    measured("glabella", 0.3, "down", "slight"),
    measured("left_cheek", 0.2, intensity="slight"),
    measured("chin", 0.01, intensity="none"),
)
COLOURS = {"up": "purple", "down": "yellow-green", "none": "none"}


def claim(region, au=None, direction="up", intensity="moderate"):
    """One claim, in the colour of its direction."""
    return Claim(region=region, colour=COLOURS[direction], direction=direction, intensity=intensity, au=au)


CLAIMS = (
    claim("left_mouth_corner", "AU12"),
    claim("right_mouth_corner", "AU12"),
    claim("left_cheekbone", "AU6"),
    claim("glabella", "AU4", "down", "slight"),
    claim("left_cheek", intensity="slight"),
    claim("chin", direction="none", intensity="none"),
)


def show_faces(corpus, *, encode=".png", **changes):
    """Writes frames, aligned maps and drafts for every clip; `changes` go into the drafts.

    Returns:
        The folder of the frames.
    """
    ledger, folder = corpus.workspace.ledger, corpus.workspace.root / FRAMES
    motions = dict(pair for pair in ((sample.id, motion) for sample, motion in ledger.samples_with_motion("robust")))
    for place in sorted(ledger.sources()):
        samples = [sample for sample in corpus.samples if (sample.corpus, sample.split) == place]
        samples = [
            sample.model_copy(
                update={name: getattr(sample, name).replace(".png", encode) for name in ("onset_frame", "apex_frame")}
            )
            for sample in samples
        ]
        ledger.replace_source(Source(corpus=place[0], split=place[1], sheet="s.xlsx", frames=str(folder)), samples)
        for sample in samples:
            hashes = [write_frame(folder / name, name) for name in (sample.onset_frame, sample.apex_frame)]
            number = corpus.samples.index(next(one for one in corpus.samples if one.id == sample.id))
            path = corpus.render(sample, png(1000 + number, MAP))
            motion = motions[sample.id].model_copy(
                update={
                    "onset_sha256": hashes[0],
                    "apex_sha256": hashes[1],
                    "width": FRAME[0],
                    "height": FRAME[1],
                    "face_box": (-3, 5, 70, 90),
                    "landmarks": landmarks(),
                    "alignment": ALIGNMENT,
                    "regions": REGIONS,
                    "map_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                }
            )
            with ledger.transaction():
                for recipe in ("robust", "mellm"):
                    drawn = motion.model_copy(update={"recipe": recipe})
                    ledger.store_motion(drawn, MotionState("inputs", "frames", motion.map_file))
            for draft in ledger.drafts(sample.id):
                corpus.draft(sample, lang=draft.lang, **{"claims": CLAIMS} | changes)
    return folder


def write_frame(path, seed):
    """Writes a frame of noise in the format of its ending; returns the hash of the file."""
    pixels = np.random.default_rng(list(seed.encode())).integers(0, 256, (FRAME[1], FRAME[0], 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fill_for(corpus, style, splits):
    """Fills a workspace with what any style needs: frames, drafts, and reviews that change them.

    Returns:
        The source to export the style from.
    """
    corpus.fill(splits)
    show_faces(corpus)
    for sample in corpus.samples:
        corpus.review(sample, conclusion=f"A person says {sample.emotion}.")
    return "proofread" if style == "preference" else "drafts"
