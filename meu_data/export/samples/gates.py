"""The quality gates of an export: what an annotation must have to become a row."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from meu_data.choices import DEFAULT_MIN_TRUST, Origin, Verdict
from meu_data.errors import MeuError
from meu_data.export.samples.truth import RowError
from meu_data.export.styles.row import Style
from meu_data.records import Motion, QualityFlag, Sample
from meu_data.review.verdicts.adjudication import Policy, parse_policy

UNGROUNDED = "no grounding score"
DEFAULT_VERDICTS: tuple[Verdict, ...] = ("accept", "fixed")
# Questions about a map call brightness motion, which is untrue of what light made bright, however low the gate is.
_UNTRUE: frozenset[QualityFlag] = frozenset({"light_change"})


class SampleLeftOut(Exception):  # noqa: N818
    """A sample that is not wanted; the text is the reason, which is counted."""


class UntrustedMapError(RowError):
    """A map that cannot be believed, by its flags: the sample is listed as a problem, for a person to look at."""

    def __init__(self, file: str, reason: str, flags: tuple[QualityFlag, ...]) -> None:
        super().__init__(file, reason)
        self.flags = flags


class Gates(NamedTuple):
    """What lets an annotation through.

    Attributes:
        policy: Which of several people's reviews counts.
        verdicts: What the person must have said of the draft.
        min_grounding: The least score of the text against the measured motion, 0 to 1; None lets all through.
        model: Whose drafts; None for anybody's.
        allow_contradictions: Let through what contradicts itself: text, emotion, AUs and claims.
        min_trust: The least trust of a map that no person has confirmed, 0 to 1.
    """

    policy: Policy
    verdicts: tuple[Verdict, ...] = DEFAULT_VERDICTS
    min_grounding: float | None = None
    model: str | None = None
    allow_contradictions: bool = False
    min_trust: float = DEFAULT_MIN_TRUST

    def check_map(self, sample: Sample, motion: Motion, style: Style, *, confirmed: bool) -> None:
        """Lets a map through that can be believed, or that a person has confirmed.

        Args:
            sample: Whose map.
            motion: What was measured on it, with its trust and flags.
            style: A style that shows the map also needs it to be bright from motion alone.
            confirmed: Whether the person whose row it is found the map's colours to be the face's motion.

        Raises:
            UntrustedMapError: It cannot.
        """
        quality = motion.quality
        untrue = _UNTRUE.intersection(quality.flags) if style.pictured else frozenset()
        if confirmed or (quality.trust >= self.min_trust and not untrue):
            return
        flags = f" ({', '.join(quality.flags)}; docs/quality.md)" if quality.flags else ""
        if quality.trust < self.min_trust:
            why = f"its trust is {quality.trust:.2f}, below {self.min_trust:g}{flags}"
            passes = ", or let it pass with a lower --min-trust"
        else:
            why = f"the row would call motion what light made bright{flags}"
            passes = ""
        looks = f"compare it with both frames and confirm it in Label Studio{passes}"
        raise UntrustedMapError(sample.sheet, f"the map cannot be believed: {why}; {looks}", quality.flags)

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
    min_trust: float | None = None,
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
    min_trust = DEFAULT_MIN_TRUST if min_trust is None else min_trust
    if not 0 <= min_trust <= 1:
        raise MeuError(f"--min-trust {min_trust:g}: give a number from 0 to 1")
    wanted = tuple(verdicts) if verdicts is not None else DEFAULT_VERDICTS
    if unknown := [verdict for verdict in wanted if verdict not in get_args(Verdict)]:
        raise MeuError(f"there is no verdict {unknown[0]!r}; choose from: {', '.join(get_args(Verdict))}")
    if not wanted:
        raise MeuError(f"--verdict names none; choose from: {', '.join(get_args(Verdict))}")
    known = tuple(verdict for verdict in get_args(Verdict) if verdict in wanted)
    return Gates(parse_policy(policy or default_policy), known, min_grounding, model, allow_contradictions, min_trust)
