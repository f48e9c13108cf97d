"""What a workspace holds, for a person who comes back to it."""

from pydantic import Field

from meu_data.records import Problem, Record
from meu_data.store.attempts import ModelSpending, spending
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.reviews import count_reviews
from meu_data.store.spots import count_spots
from meu_data.store.workspace import Workspace


class SourceStatus(Record):
    """One corpus and split."""

    corpus: str
    split: str
    samples: int
    sheet: str
    frames: str


class Status(Record):
    """How far a workspace is."""

    sources: tuple[SourceStatus, ...]
    samples: int
    waiting: int = Field(description="micro-expressions without a usable apex: `meu-data spot`")
    spotted: int = Field(description="samples whose apex was found in the frames")
    halfway: int = Field(description="samples whose apex is the frame halfway from onset to offset")
    maps: int
    drafts: int
    reviews: int
    reviewed_samples: int
    annotators: int
    problems: int
    spending: tuple[ModelSpending, ...]


class ProblemList(Record):
    """All that could not be done."""

    problems: tuple[Problem, ...]


@on_a_sound_ledger
def workspace_status(workspace: Workspace) -> Status:
    """Counts what each stage has done."""
    ledger = workspace.ledger
    of_source = ledger.count_by_source()
    counts = ledger.counts()
    reviewed = count_reviews(ledger)
    spots = count_spots(ledger)
    return Status(
        sources=tuple(
            SourceStatus(
                corpus=source.corpus,
                split=source.split,
                samples=of_source.get(place, 0),
                sheet=source.sheet,
                frames=source.frames,
            )
            for place, source in sorted(ledger.sources().items())
        ),
        samples=counts["samples"],
        waiting=spots.waiting,
        spotted=spots.spotted,
        halfway=spots.halfway,
        maps=counts["motion"],
        drafts=counts["drafts"],
        reviews=reviewed.reviews,
        reviewed_samples=reviewed.samples,
        annotators=reviewed.annotators,
        problems=counts["problems"],
        spending=spending(ledger),
    )


@on_a_sound_ledger
def workspace_problems(workspace: Workspace) -> ProblemList:
    """Lists the problems of all stages."""
    return ProblemList(problems=tuple(workspace.ledger.problems()))
