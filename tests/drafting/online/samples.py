"""Small rendered samples for the tests of online drafting, with pictures on the disk."""

import hashlib
import json
import math
from pathlib import Path

from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import OCTANTS, REGIONS
from meu_data.records import HeadMotion, Motion, RegionMotion, Sample, Source
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import LANDMARKS, sound_quality

SMILE = {"left_mouth_corner": ("up-left", "strong"), "right_mouth_corner": ("up-right", "strong")}
_LENGTH = {"none": 0.02, "slight": 0.3, "moderate": 0.9, "strong": 2.0}
# Bytes that begin like a PNG: nobody on the way looks further.
FRAMES = {"00001": b"\x89PNG onset", "00005": b"\x89PNG apex"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def region(name, octant="right", intensity="none"):
    length = _LENGTH[intensity]
    angle = 45 * OCTANTS.index(octant)
    return RegionMotion(
        region=name,
        mean=length,
        max=2 * length,
        dx=length * math.cos(math.radians(angle)),
        dy=length * math.sin(math.radians(angle)),
        direction_deg=angle,
        octant=octant,
        coherence=0.9,
        significance=10 * length,
        intensity=intensity,
    )


def make_motion(identifier, moves=None, picture=PICTURE):
    moves = SMILE if moves is None else moves
    return Motion(
        sample_id=identifier,
        recipe="mellm",
        solver="opencv",
        onset_sha256=hashlib.sha256(FRAMES["00001"]).hexdigest(),
        apex_sha256=hashlib.sha256(FRAMES["00005"]).hexdigest(),
        width=64,
        height=64,
        faces=1,
        face_box=(0, 0, 60, 60),
        landmarks=LANDMARKS,
        nose=(30, 30),
        head_motion=HeadMotion(method="nose", dx=0.0, dy=0.0),
        quality=sound_quality(),
        regions=tuple(region(name, *moves.get(name, ())) for name in REGIONS),
        map_file=f"maps/{identifier.replace('/', '__')}.png",
        map_sha256=hashlib.sha256(picture).hexdigest(),
    )


def make_sample(identifier, aus="12", emotion="happiness", row=2):
    return Sample(
        id=identifier,
        corpus="dfme",
        split="train",
        subject="s1",
        clip="c1",
        onset=1,
        apex=5,
        offset=9,
        emotion=emotion,
        aus=parse_aus(aus),
        onset_frame="c1/00001.png",
        apex_frame="c1/00005.png",
        width=64,
        height=64,
        sheet="sheet.xlsx",
        row=row,
    )


def identifier(number):
    return f"dfme/s1/c{number:06d}/1-5"


def make_workspace(root: Path, count: int, picture: bytes = PICTURE) -> Workspace:
    """A workspace of `count` rendered samples; closes with the caller."""
    frames = root / "frames"
    (frames / "c1").mkdir(parents=True, exist_ok=True)
    for name, data in FRAMES.items():
        (frames / "c1" / f"{name}.png").write_bytes(data)
    (root / "work").mkdir(exist_ok=True)
    (root / "work" / "meu.toml").write_text('recipe = "mellm"\n')
    workspace = Workspace.open(root / "work", create=True)
    add_samples(workspace, frames, count, picture)
    return workspace


def add_samples(workspace, frames, count, picture=PICTURE, aus="12"):
    """Makes the workspace hold samples 1 to `count`."""
    names = [identifier(number) for number in range(1, count + 1)]
    source = Source(corpus="dfme", split="train", sheet="sheet.xlsx", frames=str(frames))
    workspace.ledger.replace_source(source, [make_sample(n, aus, row=i) for i, n in enumerate(names, 2)])
    (workspace.root / "maps").mkdir(exist_ok=True)
    with workspace.ledger.transaction():
        for name in names:
            motion = make_motion(name, picture=picture)
            (workspace.root / motion.map_file).write_bytes(picture)
            workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))


SMILE_CLAIMS = [
    {"region": "left_mouth_corner", "colour": "blue", "direction": "up-left", "intensity": "strong", "au": "AU12"},
    {"region": "right_mouth_corner", "colour": "magenta", "direction": "up-right", "intensity": "strong", "au": "AU12"},
]
SMILE_TEXT = "Both corners of the mouth pull strongly up and outward: AU12 (lip corner puller)."


def good_answer(sample_id, *, claims=SMILE_CLAIMS, text=SMILE_TEXT, **changes):
    """The text of a right answer about a smile; its one statement has the claims and the text."""
    answer = {
        "sample_id": sample_id,
        "motion_analysis": [{"text": text, "claims": claims}],
        "expression_inference": "AU12 (lip corner puller) is typical of happiness.",
        "conclusion": "The micro-expression is happiness, with AU12 (lip corner puller).",
        "aus": ["AU12"],
        "emotion": "happiness",
    }
    return json.dumps(answer | changes)


CHINESE = {
    "motion_analysis": [{"text": "两侧嘴角强烈地向外上方移动，对应AU12（嘴角上扬）。", "claims": SMILE_CLAIMS}],
    "expression_inference": "AU12（嘴角上扬）是高兴的典型表现。",
    "conclusion": "微表情为高兴，包含AU12（嘴角上扬）。",
}
"""What `good_answer` says, as changes of it."""


def plain_answer(sample_id):
    """The same in the form of answers that are stored from before there were statements."""
    answer = json.loads(good_answer(sample_id)) | {"motion_analysis": SMILE_TEXT, "claims": SMILE_CLAIMS}
    return json.dumps(answer)


def good_reading(wording, **changes):
    """What a second reader answers that has understood the texts of `good_answer`."""
    claims = [
        {"region": f"{side}_mouth_corner", "moves": True, "direction": f"up-{side}", "colour": "none"}
        | {"intensity": "strong", "au": "AU12"}
        for side in ("left", "right")
    ]
    texts = json.loads(good_answer(wording))
    quotes = (SMILE_TEXT, texts["expression_inference"], texts["conclusion"])
    statements = [
        {"quote": quote, "claims": found, "aus": ["AU12"], "denied_aus": []}
        for quote, found in zip(quotes, (claims, [], []), strict=True)
    ]
    return json.dumps({"sample_id": wording, "statements": statements, "emotion": "happiness"} | changes)
