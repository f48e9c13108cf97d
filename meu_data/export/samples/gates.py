"""The quality gates of an export: what an annotation must have to become a row."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from meu_data.choices import Origin, Verdict
from meu_data.errors import MeuError
from meu_data.export.styles.row import Style
from meu_data.review.verdicts.adjudication import Policy, parse_policy

UNGROUNDED = "no grounding score"
DEFAULT_VERDICTS: tuple[Verdict, ...] = ("accept", "fixed")


class SampleLeftOut(Exception):  # noqa: N818
    """A sample that is not wanted; the text is the reason, which is counted."""


class Gates(NamedTuple):
    """What lets an annotation through.

    Attributes:
        policy: Which of several people's reviews counts.
        verdicts: What the person must have said of the draft.
        min_grounding: The least score of the text against the measured motion, 0 to 1; None lets all through.
        model: Whose drafts; None for anybody's.
        allow_contradictions: Let through what contradicts itself: text, emotion, AUs and claims.
    """

    policy: Policy
    verdicts: tuple[Verdict, ...] = DEFAULT_VERDICTS
    min_grounding: float | None = None
    model: str | None = None
    allow_contradictions: bool = False

    def check_verdict(self, verdict: Verdict | None) -> None:
        """Lets a verdict through.

        Raises:
            LeftOut: It is not one of those wanted.
        """
        if verdict not in self.verdicts:
            raise SampleLeftOut(f"the verdict is {verdict or 'missing'}")

    def check_grounding(self, score: float | None) -> None:
        """Lets a score through.

        Args:
            score: Of the text that the row would tell; None when it has none.

        Raises:
            LeftOut: It is lower than wanted, or there is none and one is wanted.
        """
        if self.min_grounding is None:
            return
        if score is None:
            raise SampleLeftOut(UNGROUNDED)
        if score < self.min_grounding:
            raise SampleLeftOut(f"grounding below {self.min_grounding:g}")


def choose_gates(
    style: Style,
    source: Origin,
    *,
    policy: str | None,
    default_policy: str,
    verdicts: Sequence[str] | None,
    min_grounding: float | None,
    model: str | None,
    allow_contradictions: bool = False,
) -> Gates:
    """Reads what a user asked for, and refuses what could not be looked at.

    Raises:
        MeuError: A word is unknown, a number out of range, or a gate makes no sense for the source or the style.
    """
    if source not in get_args(Origin):
        raise MeuError(f"there is no source {source!r}; choose from: {', '.join(sorted(get_args(Origin)))}")
    if source != "proofread":
        for option, value in (("--policy", policy), ("--verdict", verdicts)):
            if value is not None:
                raise MeuError(f"{option} looks at reviews, which --source {source} does not use; leave it out")
        if not style.drafted:
            for option, asked in (("--min-grounding", min_grounding), ("--model", model)):
                if asked is not None:
                    raise MeuError(f"{option} looks at drafts, and the style {style.name} needs none; leave it out")
    if min_grounding is not None and not 0 <= min_grounding <= 1:
        raise MeuError(f"--min-grounding {min_grounding:g}: give a score from 0 to 1")
    wanted = tuple(verdicts) if verdicts is not None else DEFAULT_VERDICTS
    if unknown := [verdict for verdict in wanted if verdict not in get_args(Verdict)]:
        raise MeuError(f"there is no verdict {unknown[0]!r}; choose from: {', '.join(get_args(Verdict))}")
    if not wanted:
        raise MeuError(f"--verdict names none; choose from: {', '.join(get_args(Verdict))}")
    known = tuple(verdict for verdict in get_args(Verdict) if verdict in wanted)
    return Gates(parse_policy(policy or default_policy), known, min_grounding, model, allow_contradictions)
