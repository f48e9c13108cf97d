"""Which of several people's reviews of one sample counts, by a policy the user chooses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from meu_data.errors import MeuError
from meu_data.records import Annotation, Review
from meu_data.store.reviews import instant

# Why a sample has no outcome; closed, so that callers can count them.
UNREVIEWED = "nobody has reviewed it"
UNUSABLE = "every review of it was skipped or breaks a rule"
NO_EXPERT = "no usable review by the expert"
SPLIT_ON_KEEPING = "the annotators disagree about keeping it"
SPLIT_ON_EMOTION = "the annotators disagree about the emotion"
SPLIT_ON_AUS = "the annotators disagree about the AUs"
NO_SINGLE_REVIEW = "no single review has the labels of the majority"


class Policy(NamedTuple):
    """How to choose; `str` of it is what `parse_policy` reads. `expert` alone is the round of experts."""

    kind: Literal["latest", "majority", "expert"]
    expert: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.expert}" if self.expert else self.kind


class Outcome(NamedTuple):
    """The review that counts, which may be one that rejects the sample; or why there is none."""

    review: Review | None
    reason: str | None

    @property
    def kept(self) -> bool:
        """Whether there is a review and it neither rejects the sample nor sends it to an expert."""
        return self.review is not None and not sends_back(self.review)


def parse_policy(text: str) -> Policy:
    """Reads `latest`, `majority`, `expert` or `expert:NAME`.

    Raises:
        MeuError: It is none of these.
    """
    kind, colon, name = text.strip().partition(":")
    if kind == "expert" and name.strip():
        return Policy("expert", name.strip())
    if kind == "expert" and not colon:
        return Policy("expert")
    if kind == "latest" and not colon:
        return Policy("latest")
    if kind == "majority" and not colon:
        return Policy("majority")
    raise MeuError(f"{text!r} is no policy; choose latest, majority, expert or expert:NAME")


def check_expert(policy: Policy, annotators: Mapping[str, str]) -> Policy:
    """Makes sure that the expert of a policy is exactly one of the people whose reviews were pulled.

    Args:
        policy: Any policy; one without an expert comes back as it is.
        annotators: Pseudonyms by the names on the server, as `reviews.pseudonyms` gives them.

    Returns:
        The policy with the expert's name as the server has it; the pseudonym is understood, too.

    Raises:
        MeuError: Nobody goes by that name, or several people do.
    """
    if not policy.expert:
        return policy
    found = sorted(
        name for name, pseudonym in annotators.items() if is_named(name, policy.expert) or pseudonym == policy.expert
    )
    exact = [name for name in found if name == policy.expert]
    if len(exact or found) == 1:
        return Policy("expert", (exact or found)[0])
    if found:
        raise MeuError(f"{policy.expert!r} may be {' or '.join(found)}; write the whole name: expert:{found[0]}")
    known = ", ".join(f"{pseudonym} ({name})" for name, pseudonym in sorted(annotators.items(), key=lambda one: one[1]))
    raise MeuError(f"nobody called {policy.expert!r} has reviewed anything; annotators: {known or 'none'}")


def is_named(annotator: str, name: str) -> bool:
    """Whether an annotator, as the server names the person, goes by a name: in full, or up to the @ of the e-mail."""
    return name.casefold() in (annotator.casefold(), annotator.casefold().partition("@")[0])


def usable(review: Review) -> bool:
    """Whether a review says something: it was not skipped, breaks no rule and has a text."""
    return not review.skipped and review.fault is None and review.proof is not None


def sends_back(review: Review) -> bool:
    """Whether a review says that the sample should not be used as it is."""
    return review.verdict in ("reject", "needs_expert")


def newest_per_annotator(reviews: Iterable[Review]) -> list[Review]:
    """Each annotator's newest usable review, the newest first: one vote for every person.

    Args:
        reviews: Current reviews of one sample, in any order, of any project.
    """
    newest: dict[str, Review] = {}
    for review in sorted(filter(usable, reviews), key=_age):
        newest[review.annotator] = review
    return sorted(newest.values(), key=_age, reverse=True)


def adjudicate(reviews: Sequence[Review], policy: Policy) -> Outcome:
    """Chooses the review of a sample that counts.

    - `latest`: the newest usable one, whoever wrote it.
    - `majority`: one vote per annotator, their newest usable review. First on keeping the sample at all; then those
      who keep it vote on the emotion and on every AU. More than half decides, half is a tie. The outcome is the newest
      review that holds exactly the labels of the majority, because a text has one author.
    - `expert`: the newest usable review of the round of experts; where there is none, the majority of the annotators.
    - `expert:NAME`: that person's newest usable review, and nobody else's.

    Args:
        reviews: The current reviews of one sample, in any order. Several annotators, any project.
        policy: How to choose.

    Returns:
        The review, or the reason why none counts. A sample that is sent back has a review whose verdict says so.
    """
    if not reviews:
        return Outcome(None, UNREVIEWED)
    votes = newest_per_annotator(reviews)
    if policy.kind == "expert" and not policy.expert:
        votes = [vote for vote in votes if vote.expert][:1] or votes
    elif policy.kind == "expert":
        return _first((vote for vote in votes if is_named(vote.annotator, policy.expert)), NO_EXPERT)
    if policy.kind == "latest" or not votes:
        return _first(votes, UNUSABLE)
    return _by_majority(votes)


def _by_majority(votes: Sequence[Review]) -> Outcome:
    """The outcome of at least one vote; newest first."""
    back = [vote for vote in votes if sends_back(vote)]
    if 2 * len(back) > len(votes):
        return Outcome(back[0], None)
    if 2 * len(back) == len(votes):
        return Outcome(None, SPLIT_ON_KEEPING)
    labels = [(vote, _proof(vote).emotion, set(_proof(vote).aus)) for vote in votes if not sends_back(vote)]
    emotion, most = Counter(label for _, label, _ in labels).most_common(1)[0]
    if 2 * most <= len(labels):
        return Outcome(None, SPLIT_ON_EMOTION)
    coded = Counter(au for _, _, aus in labels for au in aus)
    if any(2 * count == len(labels) for count in coded.values()):
        return Outcome(None, SPLIT_ON_AUS)
    agreed = {au for au, count in coded.items() if 2 * count > len(labels)}
    return _first((vote for vote, label, aus in labels if (label, aus) == (emotion, agreed)), NO_SINGLE_REVIEW)


def _first(reviews: Iterable[Review], otherwise: str) -> Outcome:
    chosen = next(iter(reviews), None)
    return Outcome(chosen, None if chosen else otherwise)


def _proof(review: Review) -> Annotation:
    assert review.proof is not None, "only usable reviews vote"
    return review.proof


def _age(review: Review) -> tuple[str, int, str]:
    return instant(review.updated_at), review.annotation_id, review.project
