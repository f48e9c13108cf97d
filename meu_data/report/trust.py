"""How far the maps can be believed: trust, the measures behind it, and what made them doubtful."""

from array import array
from collections import Counter
from typing import Any

import numpy as np

from meu_data.choices import Language
from meu_data.grounding.doubts import MAP_DOUBTS, REASONS
from meu_data.records import Motion, QualityFlag, RegionState, UnmeasurableReason
from meu_data.report.tables import Say, Section, Table, bars, figure, histogram, share, words

# The measures of a map, and what they are called.
_MEASURES: dict[str, tuple[str, str]] = {
    "eye_distance_px": ("distance between the eyes, px of the frame", "两眼间距（原帧像素）"),
    "head_residual_px": ("head motion left, px of the map", "残余头动（图像素）"),
    "inconsistency_px": ("forward-backward error, px of the map", "前后向误差（图像素）"),
    "coherence": ("coherence", "一致性"),
    "light_change": ("change of light, grey levels", "光照变化（灰度级）"),
    "light_rest": ("light left unexplained, grey levels", "未解释的光照（灰度级）"),
    "sharpness": ("sharpness", "清晰度"),
    "saturated": ("share saturated", "过曝或全黑比例"),
}
_QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


class TrustCounts:
    """The maps added so far; a few figures of each are kept."""

    def __init__(self) -> None:
        self._trust = array("d")
        self._measures: dict[str, array[float]] = {name: array("d") for name in _MEASURES}
        self._flags: Counter[QualityFlag] = Counter()
        self._states: Counter[RegionState] = Counter()
        self._reasons: Counter[UnmeasurableReason] = Counter()

    def add(self, motion: Motion) -> None:
        """Counts one map."""
        quality: Any = motion.quality
        self._trust.append(quality.trust)
        self._flags.update(quality.flags)
        for name, found in self._measures.items():
            value = getattr(quality, name)
            if value is not None:
                found.append(value)
        for region in motion.regions:
            self._states[region.state] += 1
            if region.reason:
                self._reasons[region.reason] += 1

    def section(self, say: Say, lang: Language) -> Section:
        """Trust in tenths, flags, measures and regions."""
        title = say("Trust in the maps", "运动图的可信度")
        maps, regions = len(self._trust), self._states.total()
        if not maps:
            return Section("trust", title, "", empty=say("There are no maps yet.", "尚无运动图。"))
        head = [say("trust", "可信度"), say("maps", "图数")]
        tables = [Table(say("Trust, 0 to 1", "可信度（0到1）"), head, histogram(self._trust))]
        if self._flags:
            flags = bars((MAP_DOUBTS[flag][lang], count) for flag, count in self._flags.most_common())
            head = [say("flag", "疑点"), say("maps", "图数")]
            tables.append(Table(say("What makes maps doubtful", "可疑的原因"), head, flags))
        rows = [
            words(say(*_MEASURES[name]), *(figure(float(one)) for one in np.quantile(found, _QUANTILES)))
            for name, found in self._measures.items()
            if found
        ]
        head = [
            say("measure", "指标"), say("least", "最小"), "5 %", "25 %", say("median", "中位数"), "75 %", "95 %",
            say("most", "最大"),
        ]  # fmt: skip
        note = say("What each means and when it raises a flag: docs/quality.md", "各指标的含义与阈值见docs/quality.md")
        tables.append(Table(say("Measures of the maps", "图像质量指标"), head, rows, note))
        states = {"moving": say("moving", "有运动"), "still": say("still", "静止")}
        rows = [
            words(name, self._states[state], share(self._states[state], regions))  # type: ignore[index]
            for state, name in states.items()
        ]
        hidden = say("not measurable: ", "无法测量：")
        rows += [
            words(f"{hidden}{REASONS[reason][lang]}", count, share(count, regions))
            for reason, count in self._reasons.most_common()
        ]
        head = [say("state", "状态"), say("regions", "部位数"), say("share", "占比")]
        tables.append(Table(say("Regions of all maps", "所有图的部位"), head, rows))
        return Section("trust", title, say(f"{maps} maps.", f"共{maps}张图。"), tables)
