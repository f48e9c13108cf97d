"""How sound each sample is: the grounding of its worst draft or its map's trust, the lesser, as for annotators."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from meu_data.choices import Language
from meu_data.grounding.doubts import MAP_DOUBTS
from meu_data.records import REJECTED, Draft, Grounding, Motion, Sample
from meu_data.report.tables import Cell, Say, Section, Table, card_anchor, figure, words


class Standing(NamedTuple):
    """What is known of one sample; `score` is of its least grounded draft, `why` the first thing wrong with that."""

    trust: float | None = None
    score: float | None = None
    why: str = ""
    drafted: bool = False
    serious: bool = False

    @property
    def soundness(self) -> float | None:
        """The lesser of both; None where neither is known."""
        return min((value for value in (self.trust, self.score) if value is not None), default=None)


class Standings:
    """The standing of every sample; about 200 bytes each."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._doubts: dict[str, str] = {}
        self.of: dict[str, Standing] = {}

    def add_sample(self, sample: Sample) -> None:
        """Notes a sample of which nothing else may be known."""
        self.of[sample.id] = Standing()

    def add_motion(self, motion: Motion) -> None:
        """Notes a map."""
        quality = motion.quality
        self.of[motion.sample_id] = self.of[motion.sample_id]._replace(trust=quality.trust)
        if quality.flags:
            self._doubts[motion.sample_id] = MAP_DOUBTS[quality.flags[0]][self._lang]

    def add_draft(self, draft: Draft, grounding: Grounding | None) -> None:
        """Notes a draft; a version that a repair replaced does not count."""
        if draft.model.endswith(REJECTED):
            return
        known = self.of[draft.sample_id]._replace(drafted=True)
        if grounding is not None:
            known = known._replace(serious=known.serious or not grounding.sound)
            if known.score is None or grounding.score < known.score:
                why = next(iter(grounding.sentences(self._lang)), "")
                known = known._replace(score=grounding.score, why=why)
        self.of[draft.sample_id] = known

    def why(self, name: str) -> str:
        """What makes a sample the least sound: of its map, or of its draft, whichever is the lesser."""
        one = self.of[name]
        doubted = one.trust is not None and (one.score is None or one.trust < one.score)
        return self._doubts.get(name, "") if doubted else one.why

    def worst(self, most: int) -> list[str]:
        """The ids of the least sound, the worst first; what has no flaw at all is not among them."""
        known = [(one.soundness, name) for name, one in self.of.items() if one.soundness is not None]
        return [name for value, name in sorted(known) if value is not None and value < 1][:most]

    def at_random(self, most: int, but: list[str]) -> list[str]:
        """So many others, the same ones each time, by id."""
        left = sorted(self.of.keys() - set(but))
        chosen = np.random.default_rng(0).permutation(len(left))[:most]
        return [left[place] for place in sorted(chosen)]


def first_section(say: Say, standings: Standings, ids: Sequence[str]) -> Section:
    """The samples to fix first, and why; each leads to its card."""
    rows = [
        [
            Cell(name, link=card_anchor(name)),
            Cell(figure(standings.of[name].soundness)),
            *words(figure(standings.of[name].score), figure(standings.of[name].trust), standings.why(name)),
        ]
        for name in ids
    ]
    head = [
        say("sample", "样本"), say("soundness", "可靠度"), say("grounding of the draft", "草稿核对得分"),
        say("trust in the map", "图像可信度"), say("the first thing wrong", "首要问题"),
    ]  # fmt: skip
    return Section(
        "first",
        say("Fix first", "优先处理"),
        say("The least sound samples.", "最不可靠的样本。"),
        [Table(say("Samples to look at first", "应先查看的样本"), head, rows)] if rows else [],
        say("Nothing is wrong, as far as is known.", "目前未发现问题。"),
    )
