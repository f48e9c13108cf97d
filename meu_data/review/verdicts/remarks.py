"""What annotators want to be heard, with a link to each task, and how each annotator compares with the others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

from pydantic import Field

from meu_data.progress import SILENT, Progress
from meu_data.records import Record, Review
from meu_data.review.verdicts.adjudication import newest_per_annotator, sends_back, usable
from meu_data.review.verdicts.agreement import ALL, labels_of
from meu_data.review.verdicts.statistics import Choices, Values
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.ledger import Ledger
from meu_data.store.projects import known_projects
from meu_data.store.reviews import count_reviews, reviews_by_sample

RemarkKind = Literal["contradiction", "rule", "needs_expert", "reject", "comment"]
KINDS: tuple[RemarkKind, ...] = get_args(RemarkKind)


class Remark(Record):
    """One thing that somebody should look at."""

    annotator: str
    kind: RemarkKind
    sample_id: str
    text: str = Field(description="the person's comment, or what contradicts what")
    link: str = Field(description="the task in a browser; empty where the project is no longer known")


class Comparison(Record):
    """One person beside the others."""

    annotator: str = Field(description="`all`, or a person")
    reviews: int
    lead_time_s: float | None = Field(description="median")
    edits: float | None = Field(description="mean edit distance draft → proof of the texts, 0 to 1")
    alpha: float | None = Field(description="on the emotion, with the majority of the others; for `all`, of everybody")
    shared: int = Field(description="samples that others have answered, too")
    contradictions: int = Field(description="reviews whose text, ticks and claims contradict each other")
    flags_introduced: int = Field(description="findings of proofs that their drafts did not have")


class ReviewsReport(Record):
    """All remarks, the most pressing kind first, and everybody's figures."""

    remarks: tuple[Remark, ...]
    annotators: tuple[Comparison, ...]


@on_a_sound_ledger
def reviews(ledger: Ledger, *, names: bool = False, progress: Progress = SILENT) -> ReviewsReport:
    """Collects the remarks of the current reviews, and compares the annotators.

    Args:
        ledger: Where the reviews are; annotators who have no pseudonym yet get one.
        names: Show people's names instead of their pseudonyms.
        progress: Told of every sample.
    """
    labels = labels_of(ledger, names=names)
    projects = {project.key: project for project in known_projects(ledger)}
    remarks: list[Remark] = []
    people: dict[str, _Figures] = defaultdict(_Figures)
    progress.start("reviews", count_reviews(ledger).samples)
    for _, current in reviews_by_sample(ledger):
        for review in current:
            project = projects.get(review.project)
            link = project.task_link(review.task) if project is not None else ""
            remarks += _remarks(review, labels[review.annotator], link)
            for group in (ALL, review.annotator):
                people[group].add(review)
        progress.advance()
    for _, own in reviews_by_sample(ledger, own=True):
        _compare(own, people)
    progress.finish()
    remarks.sort(key=lambda remark: (KINDS.index(remark.kind), remark.annotator, remark.sample_id))
    everybody = {ALL: ALL} | labels
    return ReviewsReport(
        remarks=tuple(remarks),
        annotators=tuple(people[name].record(label) for name, label in everybody.items() if name in people),
    )


def _remarks(review: Review, annotator: str, link: str) -> Iterator[Remark]:
    said: dict[RemarkKind, str] = {}
    if review.contradictions:
        said["contradiction"] = "; ".join(review.contradictions)
    elif review.fault:
        said["rule"] = review.fault
    if review.verdict in ("needs_expert", "reject"):
        said[review.verdict] = review.comment
    elif review.comment:
        said["comment"] = review.comment
    for kind, text in said.items():
        yield Remark(annotator=annotator, kind=kind, sample_id=review.sample_id, text=text, link=link)


def _compare(own: Sequence[Review], people: Mapping[str, "_Figures"]) -> None:
    """Counts what each person answered on a sample beside the majority of the others."""
    votes = {
        vote.annotator: vote.proof.emotion or ""
        for vote in newest_per_annotator(review for review in own if not review.expert)
        if vote.proof is not None and not sends_back(vote)
    }
    people[ALL].answers.add(list(votes.values()))
    for name, answer in votes.items():
        others = Counter(other for person, other in votes.items() if person != name)
        if others:
            # Of equally many votes the one that agrees, so that a tie is held against nobody.
            most = max(others.values())
            people[name].answers.add([answer, answer if others[answer] == most else others.most_common(1)[0][0]])


class _Figures:
    def __init__(self) -> None:
        self.answers = Choices()
        self._reviews = self._contradictions = self._introduced = 0
        self._lead_time_s, self._edits = Values(), Values()

    def add(self, review: Review) -> None:
        self._reviews += 1
        self._contradictions += bool(review.contradictions)
        self._introduced += len(set(review.proof_flags) - set(review.draft_flags))
        if not usable(review):
            return
        if review.lead_time_s is not None:
            self._lead_time_s.add(review.lead_time_s)
        if review.edit_distance is not None and not sends_back(review):
            self._edits.add(review.edit_distance)

    def record(self, label: str) -> Comparison:
        lead, edits, alpha = self._lead_time_s.spread(), self._edits.spread(), self.answers.alpha()
        return Comparison(
            annotator=label,
            reviews=self._reviews,
            lead_time_s=lead.median if lead else None,
            edits=edits.mean if edits else None,
            alpha=None if alpha is None else round(alpha, 4),
            shared=self.answers.samples,
            contradictions=self._contradictions,
            flags_introduced=self._introduced,
        )
