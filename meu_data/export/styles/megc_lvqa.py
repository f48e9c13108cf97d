"""The questions of the Micro-Expression Grand Challenge about long videos (ME-LVQA, since 2026), word for word.

Six a video, as in the challenge's own files: how many expressions there are, how many micro- and macro-expressions,
which action units, and of two expressions whether they are micro or macro. Numbers are answered by JSON numbers, units
by the challenge's names in the order of their numbers, and by an empty text where none is coded; of a video with one
expression the fifth and the sixth question are the same. Sources: github.com/MEGC2026/megc2026.github.io,
files/me_lvqa_samm_casme3.jsonl (training, with answers), and the blank test files as
github.com/KeiraLalala/Bayesuan-Prior-Driven-Pseudo-Profile-Reasoning_MEGC2026 has them (Q&A_jsonl).
"""

EVENTS = "How many expression events appear in this video?"
MICRO = "How many micro-expression events appear in this video?"
MACRO = "How many macro-expression events appear in this video?"
UNITS_IN_ALL = "What distinct action units appear in this video?"
TYPE = "What is the expression type of the {number}-th expression event in this video?"
TYPES = ("micro-expression", "macro-expression")
