"""All that is known of one sample, gathered to be looked at."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import get_args

from pydantic import Field

from meu_data.choices import Recipe
from meu_data.errors import MeuError
from meu_data.records import Draft, Grounding, Motion, Problem, Record, Review, Sample, Stage
from meu_data.store.attempts import attempts_of
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.drafts import groundings
from meu_data.store.projects import task_links
from meu_data.store.reviews import current_reviews, pseudonyms
from meu_data.store.workspace import Workspace


class CheckedDraft(Record):
    """A draft and its check."""

    draft: Draft
    grounding: Grounding | None = Field(description="null before `verify`")


class Event(Record):
    """One thing that happened to the sample."""

    at: str = Field(description="RFC 3339, UTC")
    what: str


class ShownSample(Record):
    """One sample; reviewers appear under pseudonyms."""

    sample: Sample
    motions: tuple[Motion, ...] = Field(description="by the recipes that were asked for, as far as they are rendered")
    drafts: tuple[CheckedDraft, ...]
    reviews: tuple[Review, ...]
    problems: tuple[Problem, ...]
    history: tuple[Event, ...] = Field(description="calls of models and reviews, oldest first")
    tasks: tuple[str, ...] = Field(description="links")
    output: str | None = Field(default=None, description="the picture that was written")


@on_a_sound_ledger
def sample_facts(workspace: Workspace, sample_id: str, recipes: Sequence[Recipe]) -> ShownSample:
    """Gathers what the ledger knows of a sample.

    Args:
        workspace: Where it is.
        sample_id: Its id.
        recipes: Whose maps.

    Raises:
        MeuError: There is no such sample.
    """
    ledger = workspace.ledger
    sample = ledger.samples_of([sample_id]).get(sample_id)
    if sample is None:
        raise MeuError(f"there is no sample {sample_id!r}{_some(workspace)}")
    names = pseudonyms(ledger)
    checked = {(one.model, one.lang): one.grounding for one in groundings(ledger, sample_id)}
    reviews = tuple(
        review.model_copy(update={"annotator": names.get(review.annotator, "annotator")})
        for review in current_reviews(ledger, sample_id)
    )
    stages: tuple[Stage, ...] = get_args(Stage)
    return ShownSample(
        sample=sample,
        motions=tuple(motion for recipe in recipes if (motion := ledger.motion(sample_id, recipe))),
        drafts=tuple(
            CheckedDraft(draft=draft, grounding=checked.get((draft.model, draft.lang)))
            for draft in ledger.drafts(sample_id)
        ),
        reviews=reviews,
        problems=tuple(problem for stage in stages if (problem := ledger.problem(stage, sample))),
        history=tuple(sorted(_events(workspace, sample_id, reviews), key=lambda one: one.at)),
        tasks=tuple(task_links(ledger, sample_id)),
    )


def _events(workspace: Workspace, sample_id: str, reviews: Sequence[Review]) -> Iterator[Event]:
    for made in attempts_of(workspace.ledger, sample_id).attempts:
        at = datetime.fromtimestamp(made.opened, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        cost = "" if made.usd is None else f", {made.usd:.4f} USD"
        yield Event(at=at, what=f"{made.model} was asked for a {made.asked_for} ({made.lang}): {made.state}{cost}")
    for review in reviews:
        said = "skipped" if review.skipped else review.verdict or "no verdict"
        edited = "" if not review.edit_distance else f", texts changed by {review.edit_distance:.2f}"
        yield Event(at=review.updated_at, what=f"{review.annotator}: {said}{edited}")


def _some(workspace: Workspace) -> str:
    """Ids that there are, for who does not know any."""
    some = [sample.id for sample in workspace.ledger.samples(limit=3)]
    return f"; there are, for example, {', '.join(some)}" if some else "; run `meu-data extract` first"
