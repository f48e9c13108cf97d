"""What results are made by: one version for each part of the program whose results are stored.

A stored result counts as stale when the version that made it is another. A version says nothing by itself, so
tests/store/test_made_from.py pins each to a hash of the code it stands for, and fails when that code changes under
an unchanged version: then either raise the version here, and stored results become stale, or, where results stay
the same, renew the pin with `make pins`.
"""

from typing import NamedTuple


class MadeFrom(NamedTuple):
    """A version and the code it stands for.

    `modules` are below `meu_data`, with all that they import; a data file of the package counts as imported by the
    modules of its folder. `apart` are versions that go into the same hash of inputs: their code is not counted twice.
    """

    version: int
    modules: tuple[str, ...]
    apart: tuple["MadeFrom", ...] = ()


FUSED_SOLVER = MadeFrom(1, ("motion.tvl1_fused",))
RENDER = MadeFrom(14, ("motion.render_job",), apart=(FUSED_SOLVER,))
SPOT = MadeFrom(3, ("spotting.job",), apart=(FUSED_SOLVER,))
EVIDENCE = MadeFrom(4, ("grounding.evidence",))
GROUNDING_RULES = MadeFrom(18, ("grounding.ground",), apart=(EVIDENCE,))
OFFLINE_WRITER = MadeFrom(5, ("drafting.offline.writer",))
ANSWER_PARSER = MadeFrom(5, ("drafting.requests.answers",))
SECOND_READER = MadeFrom(2, ("drafting.requests.readings",), apart=(ANSWER_PARSER, GROUNDING_RULES, EVIDENCE))
REVIEW_TASKS = MadeFrom(7, ("review.screen.tasks",), apart=(GROUNDING_RULES, EVIDENCE))
REVIEW_PICTURES = MadeFrom(1, ("review.screen.pictures",))
