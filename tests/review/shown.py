"""One clip, what was measured on it and a draft of it, by hand, for the tests of what annotators see."""

from meu_data.records import Draft, Flag, Grounding, Motion, QualityFlag, Sample
from meu_data.review.screen.fields import Answers
from tests.builders import Moves, make_motion, make_sample, sound_quality
from tests.review.builders import SAMPLE, make_annotation, make_draft

ANSWERS = Answers(aus=("AU1", "AU6", "AU12", "LAU12", "RAU12"), emotions=("fear", "happiness"))
FLAGS = (
    Flag(kind="emotion", subject="fear", severity="serious", en="The emotion is <wrong>.", zh="情绪有误。"),
    Flag(kind="colour", subject="chin", severity="minor", en="The colour is & wrong.", zh="颜色有误。"),
    Flag(kind="colour", subject="cheek", severity="note", en="That colour, too.", zh="那个颜色也是。"),
)


def a_sample(aus: str = "6+L12", emotion: str = "happiness") -> Sample:
    place = {"subject": "s1", "clip": "a <b>", "onset": 1, "apex": 5, "offset": 9, "sheet": "train.xlsx"}
    frames = {"onset_frame": "a/1.png", "apex_frame": "a/5.png"}
    return make_sample(aus, emotion, SAMPLE).model_copy(update=place | frames)


def a_motion(moves: Moves | None = None, *, coherence: float = 0.9, doubts: tuple[QualityFlag, ...] = ()) -> Motion:
    quality = sound_quality().model_copy(update={"flags": doubts})
    drawn = {"quality": quality, "map_file": "maps/robust/a.png", "map_sha256": "0" * 64}
    return make_motion(moves or {}, SAMPLE, coherence).model_copy(update=drawn)


def a_draft(aus: tuple[str, ...] = ("LAU12", "AU6"), emotion: str = "happiness") -> Draft:
    return make_draft(annotation=make_annotation(emotion, aus))


def a_grounding(flags: tuple[Flag, ...] = FLAGS, score: float = 0.6174) -> Grounding:
    return Grounding(sample_id=SAMPLE, score=score, flags=flags)
