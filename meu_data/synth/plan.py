"""What each clip of a synthetic corpus shows, decided before a single pixel is drawn."""

import math
from typing import NamedTuple

import numpy as np

from meu_data.face.au_notation import facs_notation, parse_aus
from meu_data.records import ActionUnit

# Which stream of random numbers a draw belongs to: the streams never share a seed.
STREAM_TABLE, STREAM_SUBJECT, STREAM_CLIP, STREAM_SITES, STREAM_FRAME, STREAM_COURSE = 1, 2, 3, 4, 5, 6

# Peak displacement of one AU on a face as large as in a 640x480 frame, px.
WEAKEST, STRONGEST = 0.4, 4.0
# The lids have little room: more than this would fold the skin over the eye.
_STRONGEST_LID = 2.0
_LID_AUS = frozenset({5, 7})

MAX_SHIFT, MAX_ROTATION_DEG, MAX_SCALE = 2.0, 1.0, 0.01
MAX_LIGHT = 0.02
_BLINK_PEAK = 0.85

# AU combinations by emotion. Prototypes and major variants of the FACS Investigator's Guide (Ekman, Friesen &
# Hager 2002, table 10-2) and EMFACS (Friesen & Ekman 1983); the partial and one-sided forms are those that
# micro-expression coders report (DFME: Zhao et al., IEEE TAFFC 2023, arXiv 2301.00985, which scores
# unilateral AUs; one-sided 12/14 for contempt: Ekman & Friesen 1986).
EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "happiness": ("6+12", "L12", "12", "6+12+25"),
    "surprise": ("1+2", "1+2+5+26", "R1+R2", "1+2+5+25+26"),
    "anger": ("4+7", "4+5+7+23", "17+23", "4"),
    "disgust": ("9", "4+L10", "10+17", "4+9+25"),
    "sadness": ("1+4+15", "15+17", "1+15", "R15+17"),
    "fear": ("1+2+4+5+20", "20+25", "5+20+26", "R20"),
    "contempt": ("R14", "L14", "L12+L14", "R10+R14"),
}
_EMOTION_SPELLINGS = (str.lower, " {}".format, "{} ".format, str.capitalize, str.upper)


class Wave(NamedTuple):
    """A slow sine that is zero at the onset; never further from zero than `amplitude`."""

    amplitude: float
    period: float
    phase: float


class Blink(NamedTuple):
    """A blink: `peak` of the eye's opening is closed at frame `centre`, nothing `half_width` frames away."""

    centre: float
    half_width: float
    peak: float


class Course(NamedTuple):
    """How an expression comes and goes: unlike on both sides, with a hold, and not always wholly gone at the offset.

    `steepness` shapes the rise (1 is even, more is slow at both ends), `relaxing` the decay (1 is even, more is fast
    at first). Between `hold_from` and `hold_to`, frames around the apex, it only creeps, between `held` and 1. `rest`
    is what is left at the offset.
    """

    steepness: float
    relaxing: float
    hold_from: float
    hold_to: float
    held: float
    rest: float


class ClipPlan(NamedTuple):
    """Everything about one clip that does not depend on the picture's size.

    `strengths` holds the peak displacement of each AU in px of a 640x480 frame; `dx` and `dy` are in the same
    unit, `rotation` in degrees clockwise, `scale` and `light` relative to 1.
    """

    subject: int
    clip: int
    emotion: str
    aus: tuple[ActionUnit, ...]
    strengths: tuple[float, ...]
    emotion_text: str
    aus_text: str
    onset: int
    apex: int
    offset: int
    frames: int
    dx: Wave
    dy: Wave
    rotation: Wave
    scale: Wave
    light: Wave
    blink: Blink | None
    noise_sd: float
    course: Course | None = None

    @property
    def subject_name(self) -> str:
        """As the sheet's Subject column and DFME's folders have it: `sub0001`."""
        return f"sub{self.subject + 1:04d}"

    @property
    def filename(self) -> str:
        """The clip's folder and its cell in the sheet's Filename column: `sub0001_01`."""
        return f"{self.subject_name}_{self.clip + 1:02d}"


def stream(seed: int, kind: int, *place: int) -> np.random.Generator:
    """The random numbers of one place in the corpus, independent of all others.

    Args:
        seed: The corpus's seed.
        kind: One of the `STREAM_` numbers.
        place: Subject, clip, frame, as far as they apply.
    """
    return np.random.default_rng([seed, kind, *place])


def expression_order(seed: int) -> list[tuple[str, str]]:
    """All (emotion, AUs) of `EXPRESSIONS` in the order in which the clips take them.

    Every emotion comes once before any comes twice, so that small corpora are varied too.
    """
    rng = stream(seed, STREAM_TABLE)
    emotions = [list(EXPRESSIONS)[k] for k in rng.permutation(len(EXPRESSIONS))]
    shuffled = {emotion: [EXPRESSIONS[emotion][k] for k in rng.permutation(4)] for emotion in emotions}
    return [(emotion, shuffled[emotion][turn]) for turn in range(4) for emotion in emotions]


def plan_clip(seed: int, subject: int, clip: int, clips: int) -> ClipPlan:
    """Decides one clip; depends on no subject after this one.

    Args:
        seed: The corpus's seed.
        subject: Number of the subject, from 0.
        clip: Number of the clip among the subject's, from 0.
        clips: How many clips each subject has.
    """
    index = subject * clips + clip
    order = expression_order(seed)
    emotion, notation = order[index % len(order)]
    aus = parse_aus(notation)
    rng = stream(seed, STREAM_CLIP, subject, clip)
    length = int(rng.triangular(20, 24, 60))
    onset = int(rng.integers(3, 6))
    apex = onset + max(8, round(length * rng.uniform(0.4, 0.55)))
    offset = onset + length
    shift, heading = rng.uniform(0.2, MAX_SHIFT), rng.uniform(0, 2 * math.pi)
    blinks = index % 3 == 1 and not any(au.number in _LID_AUS for au in aus)
    return ClipPlan(
        subject=subject,
        clip=clip,
        emotion=emotion,
        aus=aus,
        strengths=_strengths(aus, rng),
        emotion_text=spell_emotion(emotion, index),
        # The second time an expression comes, it is in another notation.
        aus_text=spell_aus(aus, index + index // len(order)),
        onset=onset,
        apex=apex,
        offset=offset,
        frames=offset + int(rng.integers(2, 4)),
        dx=_wave(shift * math.cos(heading), length, rng),
        dy=_wave(shift * math.sin(heading), length, rng),
        rotation=_wave(rng.uniform(0, MAX_ROTATION_DEG), length, rng),
        scale=_wave(rng.uniform(0, MAX_SCALE), length, rng),
        light=_wave(rng.uniform(0, MAX_LIGHT), length, rng),
        blink=_blink(onset, apex, offset, index % 2 == 1, rng) if blinks else None,
        noise_sd=rng.uniform(1.0, 1.5),
    )


def film(plan: ClipPlan, seed: int, fps: float) -> ClipPlan:
    """The same expression as a camera of so many frames per second sees it, with a course of its own.

    A micro-expression lasts up to half a second, its onset up to .26 s (Yan, Wu, Liang, Chen & Fu 2013, How fast are
    the leaked facial expressions).

    Args:
        plan: What happens.
        seed: The corpus's seed.
        fps: Frames per second.
    """
    rng = stream(seed, STREAM_COURSE, plan.subject, plan.clip)
    seconds = rng.uniform(0.25, 0.5)
    length = max(6, round(seconds * fps))
    before, behind = (round(rng.uniform(0.1, 0.3) * fps) + 1 for _ in range(2))
    rise = min(max(rng.uniform(0.3, 0.6), 2 / length), 0.26 / seconds)
    onset, offset = before, before + length
    apex = onset + max(2, round(rise * length))
    hold = rng.uniform(0, 0.2) * length
    ahead = rng.uniform(0, 1)
    course = Course(
        steepness=rng.uniform(1.2, 3),
        relaxing=rng.uniform(1, 2.5),
        hold_from=apex - min(ahead * hold, (apex - onset) / 2),
        hold_to=apex + min((1 - ahead) * hold, (offset - apex) / 2),
        held=rng.uniform(0.92, 0.98),
        rest=rng.uniform(0, 0.15),
    )
    return plan._replace(
        onset=onset,
        apex=apex,
        offset=offset,
        frames=offset + behind,
        dx=_wave(plan.dx.amplitude, length, rng),
        dy=_wave(plan.dy.amplitude, length, rng),
        rotation=_wave(plan.rotation.amplitude, length, rng),
        scale=_wave(plan.scale.amplitude, length, rng),
        light=_wave(plan.light.amplitude, length, rng),
        blink=plan.blink and Blink(apex + rng.uniform(-0.5, 0.5) * length, rng.uniform(0.05, 0.12) * fps, _BLINK_PEAK),
        course=course,
    )


def plan_corpus(seed: int, subjects: int, clips: int) -> list[ClipPlan]:
    """The plans of all clips, by subject, then clip."""
    return [plan_clip(seed, subject, clip, clips) for subject in range(subjects) for clip in range(clips)]


def spell_emotion(emotion: str, index: int) -> str:
    """An emotion as a sheet typed by hand has it: stray blanks, any case."""
    return _EMOTION_SPELLINGS[index % len(_EMOTION_SPELLINGS)](emotion)


def spell_aus(aus: tuple[ActionUnit, ...], index: int) -> str:
    """AUs in one of the notations of the DFME sheets: "4+L10", "AU6+AU12", "Right AU1 + Right AU2"."""
    if index % 2 == 0:
        return facs_notation(aus)
    if any(au.side for au in aus):
        word = {"L": "Left ", "R": "Right "}
        return " + ".join(f"{word.get(au.side or '', '')}AU{au.number}" for au in aus)
    return "+".join(f"AU{au.number}" for au in aus)


def _strengths(aus: tuple[ActionUnit, ...], rng: np.random.Generator) -> tuple[float, ...]:
    whole = math.exp(rng.uniform(math.log(0.55), math.log(STRONGEST)))
    drawn = []
    for au in aus:
        limit = _STRONGEST_LID if au.number in _LID_AUS else STRONGEST
        strength = whole * rng.uniform(0.7, 1.15)
        # Where 1 and 4 act together the inner brows still rise (FACS manual, combination 1+4).
        if au.number == 4 and any(other.number == 1 for other in aus):
            strength /= 2
        drawn.append(float(min(max(strength, WEAKEST), limit)))
    return tuple(drawn)


def _wave(amplitude: float, length: int, rng: np.random.Generator) -> Wave:
    return Wave(float(amplitude), float(length * rng.uniform(1.2, 3)), float(rng.uniform(0, 2 * math.pi)))


def _blink(onset: int, apex: int, offset: int, at_apex: bool, rng: np.random.Generator) -> Blink:
    half_width = float(rng.uniform(4, 7))
    if at_apex:
        closed = rng.uniform(0.3, 0.6)
        centre = apex + 2 * half_width / math.pi * math.acos(math.sqrt(closed / _BLINK_PEAK))
    else:
        centre = max(apex + half_width + 1, rng.uniform(apex, offset))
    return Blink(float(centre), half_width, _BLINK_PEAK)
