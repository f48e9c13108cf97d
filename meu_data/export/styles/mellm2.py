"""Style `mellm2`: the measured motion of the regions as text, no picture, for language models without eyes.

MELLM's second version (github.com/zyzhangUstc/MELLM, MELLM_pipeline/flow_feature.py) gives one line a region with
mean and largest magnitude and a direction, and asks for the action units and Negative, Positive or Surprise. Its
regions are 29; ours are those of `regions.REGIONS`, and their sides are the picture's.
"""

from collections.abc import Iterator

import pyarrow as pa

from meu_data.choices import Language
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles.columns import LABELS, MOTION, labels, region_motion
from meu_data.export.styles.question import motion_question
from meu_data.export.styles.row import ExportRow, Style
from meu_data.face.aus import au_label
from meu_data.face.emotions import COARSE_NAMES, COARSE_OF, coarse_classes
from meu_data.face.regions import DIRECTION_NAMES, region_name
from meu_data.records import RegionMotion


def rows(truth: SampleTruth) -> Iterator[ExportRow]:
    """One row: a line for each region, and the action units and the coarse class as the answer."""
    lang, coarse = truth.lang, COARSE_OF[truth.emotion]
    lines = [_line(region, lang) for region in truth.motion.regions]
    classes = [COARSE_NAMES[name][lang] for name in coarse_classes(truth.choices)]
    question = motion_question(lines, classes, lang)
    answer = _answer(truth, COARSE_NAMES[coarse][lang])
    yield ExportRow(
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
