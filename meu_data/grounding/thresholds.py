"""Where grounding draws its lines, each with its reason.

What is measured has its thresholds where it is measured: `motion.regions`, `motion.quality`. What readers of the
measurement share stands beside it: `face.regions.NEAR_OCTANTS`, `language.fit.NEAR_BINS`, `records.LEAST_COHERENCE`.
"""

from meu_data.records import FlagSeverity

# Beyond three regions the evidence for one AU, or motion that no AU explains, is a list and no statement any more.
MOST_PER_AU = 3
MOST_UNEXPLAINED = 3

# When so much of the face moves one way, the head moved in a way the subtraction did not catch: no expression does it.
DRIFT_SHARE = 0.6

# A blink closes so much of the eye's opening; brows, cheeks and turns of the head close at most .1 of it.
LEAST_BLINK = 0.15

# From here to `motion.regions.SIGNIFICANT`, where a region counts as moving, a claim of slight motion is a matter
# of judgement.
ALMOST_MOVING = 2.0

# A direction just beyond the tolerance may be an AU's beside another one's; further off it contradicts the AU.
ALMOST_NEAR_OCTANTS = 2

# What is left of the score after a flag: two serious ones halve it, and it takes seven minor ones to do so.
KEEPS: dict[FlagSeverity, float] = {"serious": 0.7, "minor": 0.9, "note": 0.98}
