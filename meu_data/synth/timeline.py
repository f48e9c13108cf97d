"""The time courses of one clip: expression, head, blink, light. All are at rest at the onset."""

import math

from meu_data.records import HeadMotion
from meu_data.synth.plan import Blink, ClipPlan, Course, Wave


def expression_course(plan: ClipPlan, frame: float) -> float:
    """How far the expression is there: 0 up to the onset, exactly 1 at the apex, at most a rest at the offset."""
    if plan.course is not None:
        return _natural(plan, plan.course, frame)
    if frame <= plan.onset or frame >= plan.offset:
        return 0.0
    if frame <= plan.apex:
        return _ease((frame - plan.onset) / (plan.apex - plan.onset))
    return _ease((plan.offset - frame) / (plan.offset - plan.apex))


def _natural(plan: ClipPlan, course: Course, frame: float) -> float:
    """Rise, creep, decay, rest; each part is monotonic, so that the apex is the only summit."""
    if frame <= plan.onset:
        return 0.0
    if frame >= plan.offset:
        return course.rest
    if frame < course.hold_from:
        part = (frame - plan.onset) / (course.hold_from - plan.onset)
        up, down = part**course.steepness, (1 - part) ** course.steepness
        return float(course.held * up / (up + down))
    if frame <= course.hold_to:
        end = course.hold_from if frame < plan.apex else course.hold_to
        away = 0.0 if frame == plan.apex else (frame - plan.apex) / (end - plan.apex)
        return 1 - (1 - course.held) * away
    part = (plan.offset - frame) / (plan.offset - course.hold_to)
    return float(course.rest + (course.held - course.rest) * part**course.relaxing)


def head_course(plan: ClipPlan, frame: float, unit: float) -> HeadMotion:
    """Where the head is, relative to the onset.

    Args:
        plan: The clip.
        frame: The frame's number.
        unit: Size of the face relative to a 640x480 frame's; the shift grows with it.

    Returns:
        A similarity around the tip of the nose; the identity at the onset.
    """
    return HeadMotion(
        method="similarity",
        dx=unit * wave(plan.dx, frame, plan.onset),
        dy=unit * wave(plan.dy, frame, plan.onset),
        rotation_deg=wave(plan.rotation, frame, plan.onset),
        scale=1 + wave(plan.scale, frame, plan.onset),
    )


def light_course(plan: ClipPlan, frame: float) -> float:
    """The brightness relative to the onset's."""
    return 1 + wave(plan.light, frame, plan.onset)


def eye_closure(blink: Blink | None, frame: float) -> float:
    """How much of the eye's opening a blink has closed, 0 to 1."""
    if blink is None or abs(frame - blink.centre) >= blink.half_width:
        return 0.0
    return blink.peak * math.cos(math.pi / 2 * (frame - blink.centre) / blink.half_width) ** 2


def wave(wave: Wave, frame: float, onset: int) -> float:
    """The value of a wave: zero at the onset, within ±amplitude everywhere."""
    turn = 2 * math.pi / wave.period
    return wave.amplitude * (math.sin(turn * frame + wave.phase) - math.sin(turn * onset + wave.phase)) / 2


def _ease(part: float) -> float:
    # Slow at both ends, as skin moves: the third-degree smooth step.
    return part * part * (3 - 2 * part)
