"""One clip, what was measured on it and a draft of it, by hand, for the tests of what annotators see."""

from collections.abc import Mapping

from meu_data.face.aus import parse_aus
from meu_data.face.regions import REGIONS, Direction, Intensity
from meu_data.records import Draft, Flag, Grounding, HeadMotion, Motion, QualityFlag, RegionMotion, Sample
from meu_data.review.screen.fields import Answers
from tests.builders import sound_quality
from tests.review.builders import SAMPLE, make_annotation, make_draft

ANSWERS = Answers(aus=("AU1", "AU6", "AU12", "LAU12", "RAU12"), emotions=("fear", "happiness"))
FLAGS = (
    Flag(kind="emotion", subject="fear", severity="serious", en="The emotion is <wrong>.", zh="情绪有误。"),
    Flag(kind="colour", subject="chin", severity="minor", en="The colour is & wrong.", zh="颜色有误。"),
    Flag(kind="colour", subject="cheek", severity="note", en="That colour, too.", zh="那个颜色也是。"),
)
# Strength to mean magnitude, px.
_MEANS: dict[Intensity, float] = {"none": 0.1, "slight": 0.4, "moderate": 1.0, "strong": 2.0}

Moves = Mapping[str, tuple[Direction, Intensity]]


def a_sample(aus: str = "6+L12", emotion: str = "happiness") -> Sample:
    return Sample(
        id=SAMPLE,
        corpus="dfme",
        split="train",
        subject="s1",
        clip="a <b>",
        onset=1,
        apex=5,
        offset=9,
        emotion=emotion,
        aus=parse_aus(aus),
        onset_frame="a/1.png",
        apex_frame="a/5.png",
        width=640,
        height=480,
        sheet="train.xlsx",
        row=2,
    )


def a_motion(moves: Moves | None = None, *, coherence: float = 0.9, doubts: tuple[QualityFlag, ...] = ()) -> Motion:
    still: tuple[Direction, Intensity] = ("right", "none")
    told = {name: (moves or {}).get(name, still) for name in REGIONS}
    return Motion(
        sample_id=SAMPLE,
        recipe="robust",
        solver="opencv-5.0",
        onset_sha256="0" * 64,
        apex_sha256="1" * 64,
        width=640,
        height=480,
        faces=1,
        face_box=(0, 0, 100, 100),
        landmarks=((1.0, 2.0),),
        nose=(50, 50),
        head_motion=HeadMotion(method="nose", dx=0.0, dy=0.0),
        regions=tuple(
            RegionMotion(
                region=name,
                mean=_MEANS[intensity],
                max=3.0,
                dx=0.0,
                dy=0.0,
                direction_deg=0.0,
                octant=octant,
                coherence=coherence,
                significance=9.0,
                intensity=intensity,
            )
            for name, (octant, intensity) in told.items()
        ),
        quality=sound_quality().model_copy(update={"flags": doubts}),
        map_file="maps/robust/a.png",
        map_sha256="0" * 64,
    )


def a_draft(aus: tuple[str, ...] = ("LAU12", "AU6"), emotion: str = "happiness") -> Draft:
    return make_draft(annotation=make_annotation(emotion, aus))


def a_grounding(flags: tuple[Flag, ...] = FLAGS, score: float = 0.6174) -> Grounding:
    return Grounding(sample_id=SAMPLE, score=score, flags=flags)
