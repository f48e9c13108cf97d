"""How sound each sample is: the grounding of its worst draft or its map's trust, the lesser, as for annotators."""

from typing import NamedTuple

import numpy as np

from meu_data.records import REJECTED, Draft, Grounding, Motion, Sample


class Standing(NamedTuple):
    """What is known of one sample; `score` is that of its least grounded draft."""

    trust: float | None = None
    score: float | None = None
    drafted: bool = False
    serious: bool = False

    @property
    def soundness(self) -> float | None:
        """The lesser of both; None where neither is known."""
        return min((value for value in (self.trust, self.score) if value is not None), default=None)


class Standings:
    """The standing of every sample; about 200 bytes each."""

    def __init__(self) -> None:
        self.of: dict[str, Standing] = {}

    def add_sample(self, sample: Sample) -> None:
        """Notes a sample of which nothing else may be known."""
        self.of[sample.id] = Standing()

    def add_motion(self, motion: Motion) -> None:
        """Notes a map."""
        self.of[motion.sample_id] = self.of[motion.sample_id]._replace(trust=motion.quality.trust)

    def add_draft(self, draft: Draft, grounding: Grounding | None) -> None:
        """Notes a draft; a version that a repair replaced does not count."""
        if draft.model.endswith(REJECTED):
            return
        known = self.of[draft.sample_id]._replace(drafted=True)
        if grounding is not None:
            score = grounding.score if known.score is None else min(known.score, grounding.score)
            known = known._replace(score=score, serious=known.serious or not grounding.sound)
        self.of[draft.sample_id] = known

    def worst(self, most: int) -> list[str]:
        """The ids of the least sound, the worst first; what has no flaw at all is not among them."""
        known = [(one.soundness, name) for name, one in self.of.items() if one.soundness is not None]
        return [name for value, name in sorted(known) if value is not None and value < 1][:most]

    def at_random(self, most: int, but: list[str]) -> list[str]:
        """So many others, the same ones each time, by id."""
        left = sorted(self.of.keys() - set(but))
        chosen = np.random.default_rng(0).permutation(len(left))[:most]
        return [left[place] for place in sorted(chosen)]
