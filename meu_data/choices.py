"""The closed lists a user chooses from; light, so that the command line can name them without loading a stage."""

from typing import Literal

Language = Literal["en", "zh"]
Recipe = Literal["mellm"]
Solver = Literal["fused", "opencv"]
Llm = Literal["offline"]
Style = Literal["unifer-cot"]
Dialect = Literal["hf"]
Origin = Literal["proofread", "drafts"]
