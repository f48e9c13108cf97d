"""How far annotators agree, with each other and with the drafts they were shown."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pydantic import Field

from meu_data.progress import Progress, Silent
from meu_data.records import ANNOTATION_STAGES, Record, Review
from meu_data.review.verdicts.adjudication import (
    Policy,
    adjudicate,
    check_expert,
    newest_per_annotator,
    sends_back,
    usable,
)
from meu_data.review.verdicts.statistics import Choices, Presence, Spread, Values
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.ledger import Ledger
from meu_data.store.projects import count_sent
from meu_data.store.reviews import count_reviews, name_annotators, pseudonyms, reviews_by_sample

ALL = "all"
UNFLAGGED = "(no flag)"


class Distances(Record):
    """Edit distances draft → proof of the reviews that keep the sample; 0 equal to 1 nothing in common."""

    group: str = Field(description="`all`, an annotator, or a model")
    reviews: int
    motion_analysis: Spread | None
    expression_inference: Spread | None
    conclusion: Spread | None
    texts: Spread | None = Field(description="the three texts joined")


class Acceptance(Record):
    """What became of the drafts of one group: reviews that had a draft and gave a verdict."""

    group: str = Field(description="`all`, a model, or a kind of flag")
    judged: int
    accept: int
    unchanged: int = Field(description="of the accepted, where nothing was changed")
    fixed: int
    reject: int
    needs_expert: int
    accept_share: float | None = Field(description="of the judged")
    unchanged_share: float | None = Field(description="of the judged")


class AnnotatorWork(Record):
    """What one person did."""

    annotator: str
    reviews: int
    skipped: int
    faults: int
    lead_time_s: float | None = Field(description="median over the usable reviews")


class _Work:
    """One person's reviews."""

    def __init__(self) -> None:
        self._reviews = self._skipped = self._faults = 0
        self._lead_time_s = Values()

    def add(self, review: Review) -> None:
        self._reviews += 1
        self._skipped += review.skipped
        self._faults += review.fault is not None
        if usable(review) and review.lead_time_s is not None:
            self._lead_time_s.add(review.lead_time_s)

    def record(self, annotator: str) -> AnnotatorWork:
        lead = self._lead_time_s.spread()
        return AnnotatorWork(
            annotator=annotator,
            reviews=self._reviews,
            skipped=self._skipped,
            faults=self._faults,
            lead_time_s=lead.median if lead else None,
        )


class _Edits:
    """How much one group of drafts was changed."""

    def __init__(self) -> None:
        self._reviews = 0
        self._stages = {stage: Values() for stage in ANNOTATION_STAGES}
        self._texts = Values()

    def add(self, review: Review) -> None:
        self._reviews += 1
        for stage in ANNOTATION_STAGES:
            if stage in review.edits:
                self._stages[stage].add(review.edits[stage])
        if review.edit_distance is not None:
            self._texts.add(review.edit_distance)

    def record(self, group: str) -> Distances:
        return Distances.model_validate(
            {
                "group": group,
                "reviews": self._reviews,
                "texts": self._texts.spread(),
                **{stage: values.spread() for stage, values in self._stages.items()},
            }
        )


class _Verdicts:
    """What was said of one group of drafts."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._unchanged = 0

    def add(self, review: Review) -> None:
        self._counts[review.verdict or ""] += 1
        self._unchanged += review.verdict == "accept" and not any(review.edits.values())

    def record(self, group: str) -> Acceptance:
        judged = self._counts.total()
        return Acceptance(
            group=group,
            judged=judged,
            accept=self._counts["accept"],
            unchanged=self._unchanged,
            fixed=self._counts["fixed"],
            reject=self._counts["reject"],
            needs_expert=self._counts["needs_expert"],
            accept_share=_share(self._counts["accept"], judged),
            unchanged_share=_share(self._unchanged, judged),
        )


class Groups:
    """Every current review, by who wrote it, whose draft it is about, and what was flagged in that."""

    def __init__(self) -> None:
        self._annotators: dict[str, _Work] = defaultdict(_Work)
        self.distances, self.verdicts = _Edits(), _Verdicts()
        self._distances_by_annotator: dict[str, _Edits] = defaultdict(_Edits)
        self._distances_by_model: dict[str, _Edits] = defaultdict(_Edits)
        self._verdicts_by_model: dict[str, _Verdicts] = defaultdict(_Verdicts)
        self._verdicts_by_flag: dict[str, _Verdicts] = defaultdict(_Verdicts)

    def add(self, review: Review) -> None:
        """Counts one review."""
        self._annotators[review.annotator].add(review)
        if review.draft is None or not usable(review):
            return
        model = review.draft.model
        # The text of a sample that is sent back was not meant as a correction.
        if not sends_back(review):
            self.distances.add(review)
            self._distances_by_annotator[review.annotator].add(review)
            self._distances_by_model[model].add(review)
        if review.verdict is not None:
            self.verdicts.add(review)
            self._verdicts_by_model[model].add(review)
            for kind in set(review.draft_flags) or {UNFLAGGED}:
                self._verdicts_by_flag[kind].add(review)

    def work(self, labels: Mapping[str, str]) -> tuple[AnnotatorWork, ...]:
        """What each annotator did, in the order of the labels."""
        return tuple(self._annotators[name].record(label) for name, label in labels.items() if name in self._annotators)

    def distances_of_annotators(self, labels: Mapping[str, str]) -> tuple[Distances, ...]:
        """What each annotator changed, in the order of the labels."""
        found = self._distances_by_annotator
        return tuple(found[name].record(label) for name, label in labels.items() if name in found)

    def distances_of_models(self) -> tuple[Distances, ...]:
        """What was changed in each model's drafts."""
        return tuple(edits.record(model) for model, edits in sorted(self._distances_by_model.items()))

    def acceptance_of_models(self) -> tuple[Acceptance, ...]:
        """What was said of each model's drafts."""
        return tuple(verdicts.record(model) for model, verdicts in sorted(self._verdicts_by_model.items()))

    def acceptance_by_flag(self) -> tuple[Acceptance, ...]:
        """What was said of the drafts with each kind of flag."""
        return tuple(verdicts.record(kind) for kind, verdicts in sorted(self._verdicts_by_flag.items()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


class Alpha(Record):
    """Krippendorff's nominal alpha of one question, over the samples that two or more people answered."""

    label: str
    alpha: float | None = Field(description="None where it was never coded, or everybody always said the same")
    low: float | None = Field(default=None, description="where alpha lies with 95 %, by bootstrap over the samples")
    high: float | None = None
    samples: int = Field(description="answered by two or more people")
    coded: int | None = Field(default=None, description="of these, where somebody coded it; AUs only")
    coded_by_all: int | None = Field(default=None, description="of these, where everybody did; AUs only")


class Outcomes(Record):
    """What a policy makes of the reviewed samples."""

    policy: str
    kept: int
    sent_back: int = Field(description="rejected, or left to an expert")
    undecided: dict[str, int] = Field(description="samples without an outcome, by reason")


class AgreementReport(Record):
    """The current reviews of a workspace. Agreement counts one vote per person, their newest usable review.

    Only what people said themselves is a vote; what one changed in another's annotation is none.
    """

    pushed: int = Field(description="samples that have, or had, a task")
    coverage: float | None = Field(description="of these, the share with a review")
    edited: int = Field(description="reviews that somebody changed in another's annotation")
    samples: int
    reviews: int
    skipped: int
    faults: int
    overlapping: int = Field(description="samples with usable reviews by two or more people")
    outcomes: Outcomes
    keeping: Alpha = Field(description="whether to keep the sample or send it back")
    emotion: Alpha = Field(description="among those who keep it")
    aus: tuple[Alpha, ...] = Field(description="among those who keep it; every AU of a draft or a proof")
    distances: Distances
    distances_by_annotator: tuple[Distances, ...]
    distances_by_model: tuple[Distances, ...]
    acceptance: Acceptance
    acceptance_by_model: tuple[Acceptance, ...]
    acceptance_by_flag: tuple[Acceptance, ...]
    annotators: tuple[AnnotatorWork, ...]


@on_a_sound_ledger
def agreement(
    ledger: Ledger, policy: Policy, *, names: bool = False, progress: Progress | None = None
) -> AgreementReport:
    """Sums up the current reviews in one pass; memory does not grow with their number.

    Args:
        ledger: Where the reviews are; annotators who have no pseudonym yet get one.
        policy: Under which the outcomes are counted.
        names: Show people's names instead of their pseudonyms.
        progress: Told of every sample.

    Raises:
        MeuError: The policy's expert has reviewed nothing, or may be several people.
    """
    progress = progress or Silent()
    labels = labels_of(ledger, names=names)
    policy = check_expert(policy, pseudonyms(ledger))
    outcomes, votes, groups = _OutcomeCounts(policy), _Votes(), Groups()
    progress.start("agreement", count_reviews(ledger).samples)
    edited = 0
    for _, reviews in reviews_by_sample(ledger):
        outcomes.add(reviews)
        for review in reviews:
            groups.add(review)
            edited += review.edited_from is not None
        progress.advance()
    for _, own in reviews_by_sample(ledger, own=True):
        # An expert has seen what the others said.
        votes.add(newest_per_annotator(review for review in own if not review.expert))
    progress.finish()
    work = groups.work(labels)
    pushed = count_sent(ledger)
    return AgreementReport(
        pushed=pushed,
        coverage=_share(min(outcomes.samples, pushed), pushed),
        edited=edited,
        samples=outcomes.samples,
        reviews=sum(one.reviews for one in work),
        skipped=sum(one.skipped for one in work),
        faults=sum(one.faults for one in work),
        overlapping=votes.keeping.samples,
        outcomes=outcomes.record(str(policy._replace(expert=labels.get(policy.expert, "")))),
        keeping=_choice("keeping", votes.keeping),
        emotion=_choice("emotion", votes.emotion),
        aus=votes.au_records(),
        distances=groups.distances.record(ALL),
        distances_by_annotator=groups.distances_of_annotators(labels),
        distances_by_model=groups.distances_of_models(),
        acceptance=groups.verdicts.record(ALL),
        acceptance_by_model=groups.acceptance_of_models(),
        acceptance_by_flag=groups.acceptance_by_flag(),
        annotators=work,
    )


def labels_of(ledger: Ledger, *, names: bool) -> dict[str, str]:
    """What annotators are called in a report, by their names: pseudonyms, in the order of these, or the names."""
    with ledger.transaction():
        name_annotators(ledger)
    in_order = sorted(pseudonyms(ledger).items(), key=lambda one: _order(one[1]))
    return {name: name if names else pseudonym for name, pseudonym in in_order}


class _OutcomeCounts:
    """What the policy makes of the samples."""

    def __init__(self, policy: Policy) -> None:
        self.samples = 0
        self._policy = policy
        self._kept = 0
        self._sent_back = 0
        self._undecided: Counter[str] = Counter()

    def add(self, reviews: Sequence[Review]) -> None:
        self.samples += 1
        outcome = adjudicate(reviews, self._policy)
        if outcome.reason is not None:
            self._undecided[outcome.reason] += 1
        elif outcome.kept:
            self._kept += 1
        else:
            self._sent_back += 1

    def record(self, policy: str) -> Outcomes:
        return Outcomes(
            policy=policy,
            kept=self._kept,
            sent_back=self._sent_back,
            undecided=dict(sorted(self._undecided.items())),
        )


class _Votes:
    """Answers of several people about the same samples."""

    def __init__(self) -> None:
        self.keeping, self.emotion, self._aus = Choices(), Choices(), Presence()
        self._seen: set[str] = set()

    def add(self, votes: Sequence[Review]) -> None:
        self.keeping.add(["back" if sends_back(vote) else "keep" for vote in votes])
        proofs = [vote.proof for vote in votes if vote.proof is not None and not sends_back(vote)]
        self.emotion.add([proof.emotion or "" for proof in proofs])
        self._aus.add([frozenset(proof.aus) for proof in proofs])
        self._seen.update(*(proof.aus for proof in proofs))
        self._seen.update(*(vote.draft.annotation.aus for vote in votes if vote.draft is not None))

    def au_records(self) -> tuple[Alpha, ...]:
        return tuple(map(self._au_record, sorted(self._seen, key=_au_order)))

    def _au_record(self, code: str) -> Alpha:
        low, high = self._aus.interval(code) or (None, None)
        return Alpha(
            label=code,
            alpha=_rounded(self._aus.alpha(code)),
            low=_rounded(low),
            high=_rounded(high),
            samples=self._aus.samples,
            coded=self._aus.ticked_by_any[code],
            coded_by_all=self._aus.ticked_by_all[code],
        )


def _choice(label: str, choices: Choices) -> Alpha:
    low, high = choices.interval() or (None, None)
    return Alpha(
        label=label,
        alpha=_rounded(choices.alpha()),
        low=_rounded(low),
        high=_rounded(high),
        samples=choices.samples,
    )


def _order(pseudonym: str) -> tuple[int, str]:
    """Behind annotator-99 comes annotator-100."""
    return len(pseudonym), pseudonym


def _au_order(code: str) -> tuple[int, str]:
    return int(re.sub(r"\D", "", code) or 0), code


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
