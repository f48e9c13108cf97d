"""Style `mellm2`: the measured motion of the regions as text, no picture, for language models without eyes.

MELLM's second version (github.com/zyzhangUstc/MELLM, MELLM_pipeline/flow_feature.py) gives one line a region with
mean and largest magnitude and a direction, and asks for the action units and Negative, Positive or Surprise. Its
regions are 29; ours are those of `regions.REGIONS`, and their sides are the picture's. In the authors' words the
regions, their order, the form of a line and the prompt are theirs, and the answer has the prompt's three steps.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.choices import Language
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.authors_text import MELLM2_REGIONS, mellm2_question
from meu_data.export.styles.columns import LABELS, MOTION, labels, region_motion
from meu_data.export.styles.question import motion_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.face.aus import au_label
from meu_data.face.emotions import COARSE_NAMES, COARSE_OF, coarse_classes
from meu_data.face.regions import DIRECTION_NAMES, region_name
from meu_data.records import RegionMotion

# `describe_flow_direction`: below these no direction is told.
_STILL_PX, _SCATTERED = 1e-4, 0.15
_COMPASS = ("right", "up-right", "up", "up-left", "left", "down-left", "down", "down-right")


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: a line for each region, and the action units and the coarse class as the answer."""
    lang = truth.lang
    lines = [_line(region, lang) for region in truth.motion.regions]
    classes = [COARSE_NAMES[name][lang] for name in coarse_classes(truth.choices)]
    question = motion_question(lines, classes, lang)
    yield _row(truth, question, _answer(truth, _coarse(truth)))


def authors_rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """The same in the authors' words: a line for each of their regions that was measured, and a reasoned answer."""
    measured = {region.region: region for region in truth.motion.regions if region.measurable}
    lines = [_authors_line(name, measured[ours]) for name, ours in MELLM2_REGIONS if ours in measured]
    units = ", ".join(f"AU{number}" for number in dict.fromkeys(unit.number for unit in truth.aus)) or "none"
    answer = (
        f"### 1. {truth.texts.motion_analysis.strip()}\n"
        f"### 2. {truth.texts.expression_inference.strip()}\n"
        f"### 3. {truth.texts.conclusion.strip()}\n"
        f"Action units: {units}\nMicro-expression: {_coarse(truth)}"
    )
    yield _row(truth, mellm2_question(lines), answer)


def _row(truth: SampleTruth, question: str, answer: str) -> ExportRow:
    coarse = COARSE_OF[truth.emotion]
    return ExportRow(
        id=truth.sample.id,
        pictures=(),
        user=question,
        assistant=answer,
        answer=answer,
        fields={"question": question, "answer": answer},
        labels={"coarse": coarse, "motion": region_motion(truth)} | labels(truth, ()),
    )


def _line(region: RegionMotion, lang: Language) -> str:
    name, where = region_name(region.region, lang), DIRECTION_NAMES[region.octant][lang]
    # Down is 90 degrees, as in the picture's coordinates.
    if lang == "en":
        strength = f"mean {region.mean:.2f} px, largest {region.max:.2f} px"
        return f"{name}: {strength}, {where} ({region.direction_deg:.0f}°)"
    return f"{name}：平均 {region.mean:.2f} 像素，最大 {region.max:.2f} 像素，{where}（{region.direction_deg:.0f}°）"


def _authors_line(name: str, region: RegionMotion) -> str:
    """A line as `flow_feature.get_prompt` prints it, slips and all: released weights have seen no other."""
    size = f'"mean_magnitude":{round(region.mean, 3)},"max_magnitude":{round(region.max, 3)}'
    return f'{{"region":"{name},{size},"direction":{_authors_direction(region)}}}'


def _authors_direction(region: RegionMotion) -> str:
    """The direction as `roi_combine.describe_flow_direction` words it, angles counter-clockwise from the right."""
    if region.mean < _STILL_PX:
        return f"No significant motion detected (mean magnitude ≈ {region.mean:.6g})."
    if region.coherence < _SCATTERED:
        return (
            "No clear dominant direction (motion is more isotropic or noisy; "
            f"mean magnitude ≈ {region.mean:.6g}, concentration ≈ {region.coherence:.3f})."
        )
    angle = -region.direction_deg % 360
    return f"{_COMPASS[round(angle / 45) % 8]}({round(angle) % 360}°))"


def _coarse(truth: SampleTruth) -> str:
    return COARSE_NAMES[COARSE_OF[truth.emotion]][truth.lang]


def _answer(truth: SampleTruth, coarse: str) -> str:
    units = [au_label(unit, truth.lang) for unit in truth.aus]
    if truth.lang == "en":
        return f"Action units: {', '.join(units) or 'none'}\nMicro-expression: {coarse}"
    return f"动作单元：{'、'.join(units) or '无'}\n微表情：{coarse}"


STYLE = Style(
    name="mellm2",
    fields=(pa.field("question", pa.string()), pa.field("answer", pa.string())),
    labels=(pa.field("coarse", pa.string()), pa.field("motion", pa.list_(MOTION)), *LABELS),
    rows=rows,
    trains="answer",
    pictured=False,
    about="Each row is one micro-expression told in words: the measured motion of every region of the face, and as the "
    "answer its action units and whether it is negative, positive or a surprise. There is no picture.",
    drafted=False,
    needs=("emotion", "AUs"),
)
AUTHORS = STYLE._replace(
    rows=authors_rows,
    words="authors",
    recipe="mellm",
    lang="en",
    drafted=True,
    about="Each row is one micro-expression told in the words of MELLM's second version: a line for each of its 29 "
    "regions and its prompt of three steps; the answer reasons in these steps, to the action units and whether the "
    "expression is negative, positive or a surprise. There is no picture.",
)
