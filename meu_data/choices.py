"""The closed lists a user chooses from; light, so that the command line can name them without loading a stage."""

from typing import Literal

Language = Literal["en", "zh"]
Recipe = Literal["mellm", "robust"]
# What a workspace without a setting of its own uses, and what has no workspace.
DEFAULT_RECIPE: Recipe = "robust"
Solver = Literal["fused", "opencv"]
Engine = Literal["local", "dask"]
Mode = Literal["online", "flex", "batch"]
Tier = Literal["standard", "flex"]
Images = Literal["map", "map+pair", "pair", "video"]
# What a request tells a model beside the pictures: all that is known, the corpus's labels alone, or nothing.
Facts = Literal["measured+labels", "labels", "none"]
DEFAULT_FACTS: Facts = "measured+labels"
MediaResolution = Literal["low", "medium", "high"]
Thinking = Literal["minimal", "low", "medium", "high"]
OnUnknown = Literal["hold", "resend"]
StyleName = Literal[
    "unifer-cot",
    "unifer-rlvr",
    "meu",
    "mer",
    "meu+mer",
    "mellm",
    "mellm2",
    "megc-vqa",
    "actfer",
    "actfer-rl",
    "preference",
]
# Whose phrasing: ours, or that of the papers' own files; the challenge's changed from 2025 to 2026.
Words = Literal["ours", "authors", "authors-2025", "authors-2026"]
Origin = Literal["proofread", "drafts"]
Verdict = Literal["accept", "fixed", "reject", "needs_expert"]
# Which of a coder's AUs count: all that were written (MEGC's own reading), or those written without doubt.
AuReading = Literal["all", "certain"]
# Which expressions a stage is about: long ones are in corpora of videos beside the brief ones.
Kind = Literal["micro", "macro", "all"]
# Whose apex is looked for in the frames: where the sheet has none, where it cannot be one, everybody's.
SpotWhich = Literal["missing", "disordered", "all"]
Delivery = Literal["local", "embed"]
# The least trust of a map that no person has confirmed.
# One grave flag, three slight ones, or a face of which three quarters could not be measured (`motion.trust`) bring a
# map below it. Any gate from 0.41 on keeps 95 % of planted bad clips out and at most 5 % of clean ones; this low one
# leaves those in that are small or noisy and still measured right (`benchmarks/trust.py`).
DEFAULT_MIN_TRUST = 0.5

# Seconds that `check` takes for the rows of one file at most.
DEFAULT_CHECK_SECONDS = 60.0
