"""The counts of an agreement report that take one review at a time: by annotator, by model, by kind of flag."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from pydantic import Field

from meu_data.records import ProofField, Record, Review
from meu_data.review.verdicts.adjudication import sends_back, usable
from meu_data.review.verdicts.spread import Spread, Values

STAGES: tuple[ProofField, ...] = ("motion_analysis", "expression_inference", "conclusion")
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
        self._stages = {stage: Values() for stage in STAGES}
        self._texts = Values()

    def add(self, review: Review) -> None:
        self._reviews += 1
        for stage in STAGES:
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
