"""The reviews in the ledger: every version of every annotation that was pulled, and the annotators' pseudonyms."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from meu_data.errors import MeuError
from meu_data.records import Review
from meu_data.store.ledger import Ledger

_CURRENT = (
    "gone = 0 AND updated_at = (SELECT max(v.updated_at) FROM reviews v"
    " WHERE v.project = reviews.project AND v.annotation_id = reviews.annotation_id)"
)
# Of the current reviews of one sample, the oldest annotation first.
_BEGUN = "created_at, project, annotation_id"
_PAGE = 200


class ReviewCounts(NamedTuple):
    """How much has been reviewed, by the current reviews."""

    reviews: int
    samples: int
    annotators: int


def instant(time: str) -> str:
    """A time in the one form whose order as text is the order in time: `2026-11-20T09:08:07.000000Z`.

    Servers leave out the fraction of a whole second, and `09:08:07Z` would sort behind `09:08:07.5Z`.

    Args:
        time: RFC 3339; UTC where it names no zone.

    Raises:
        MeuError: It is no time.
    """
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        raise MeuError(f"{time!r} is no time as the server writes it (2026-11-20T09:08:07Z)") from None
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{utc:%Y-%m-%dT%H:%M:%S.%f}Z"


def store_review(ledger: Ledger, review: Review) -> bool:
    """Stores one version of an annotation; call inside a transaction.

    Args:
        ledger: Where to.
        review: The version; one that is there already is replaced, because the rules that read it may have changed.

    Returns:
        Whether this version was not there yet.
    """
    key = (review.project, review.annotation_id, instant(review.updated_at))
    known = ledger.read("SELECT 1 FROM reviews WHERE project = ? AND annotation_id = ? AND updated_at = ?", key)
    ledger.write(
        "REPLACE INTO reviews (project, annotation_id, updated_at, sample_id, annotator, created_at, gone, record)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (*key, review.sample_id, review.annotator, instant(review.created_at), review.model_dump_json()),
    )
    return not known


def mark_gone(ledger: Ledger, project: str, annotation_ids: Iterable[int]) -> int:
    """Notes that annotations are no longer on the server; call inside a transaction. They stay as history.

    Returns:
        How many annotations were not known to be gone before.
    """
    query = "UPDATE reviews SET gone = 1 WHERE project = ? AND annotation_id = ? AND gone = 0"
    return sum(bool(ledger.write(query, (project, number))) for number in annotation_ids)


def current_reviews(ledger: Ledger, sample_id: str) -> list[Review]:
    """The newest version of every annotation of a sample that still is on its server, oldest annotation first."""
    query = f"SELECT record FROM reviews WHERE sample_id = ? AND {_CURRENT} ORDER BY {_BEGUN}"  # noqa: S608 - own text
    return [Review.model_validate_json(record) for (record,) in ledger.read(query, (sample_id,))]


def reviews_by_sample(ledger: Ledger) -> Iterator[tuple[str, list[Review]]]:
    """Every sample that has a current review, by id, with what `current_reviews` says of it; read in pages."""
    query = (
        "SELECT sample_id, record FROM reviews WHERE sample_id > ? AND sample_id <= ?"  # noqa: S608 - own text
        f" AND {_CURRENT} ORDER BY sample_id, {_BEGUN}"
    )
    for first, last in _pages(ledger):
        for sample_id, rows in groupby(ledger.read(query, (first, last)), key=itemgetter(0)):
            yield sample_id, [Review.model_validate_json(record) for _, record in rows]


def reviewed_samples(ledger: Ledger) -> Iterator[str]:
    """The ids of the samples that have a current review, in order; read in pages."""
    query = (
        "SELECT DISTINCT sample_id FROM reviews WHERE sample_id > ? AND sample_id <= ?"  # noqa: S608 - own text
        f" AND {_CURRENT} ORDER BY sample_id"
    )
    for bounds in _pages(ledger):
        yield from (sample_id for (sample_id,) in ledger.read(query, bounds))


def count_reviews(ledger: Ledger) -> ReviewCounts:
    """How many current reviews there are, of how many samples, by how many people."""
    columns = "count(*), count(DISTINCT sample_id), count(DISTINCT annotator)"
    ((reviews, samples, annotators),) = ledger.read(f"SELECT {columns} FROM reviews WHERE {_CURRENT}")  # noqa: S608
    return ReviewCounts(reviews, samples, annotators)


def history(ledger: Ledger, project: str, annotation_id: int) -> list[Review]:
    """All versions of one annotation that were pulled, oldest first."""
    query = "SELECT record FROM reviews WHERE project = ? AND annotation_id = ? ORDER BY updated_at"
    return [Review.model_validate_json(record) for (record,) in ledger.read(query, (project, annotation_id))]


def name_annotators(ledger: Ledger) -> None:
    """Gives every annotator without a pseudonym the next one; call inside a transaction.

    Pseudonyms are numbered in the order in which people began (then by name), so two workspaces that pull the same
    project from its start agree, and an annotator who joins later renames nobody.
    """
    query = (
        "SELECT annotator FROM reviews WHERE annotator NOT IN (SELECT name FROM annotators)"
        " GROUP BY annotator ORDER BY min(created_at), annotator"
    )
    ((count,),) = ledger.read("SELECT count(*) FROM annotators")
    for number, (name,) in enumerate(ledger.read(query), start=count + 1):
        ledger.write("INSERT INTO annotators (name, pseudonym) VALUES (?, ?)", (name, f"annotator-{number:02d}"))


def pseudonyms(ledger: Ledger) -> dict[str, str]:
    """Pseudonyms by the names on the server."""
    return dict(ledger.read("SELECT name, pseudonym FROM annotators"))


def _pages(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Ranges of sample ids, each from behind the first to the last, that together hold every review."""
    query = (
        "SELECT max(sample_id) FROM (SELECT DISTINCT sample_id FROM reviews WHERE sample_id > ?"  # noqa: S608 - own text
        f" ORDER BY sample_id LIMIT {_PAGE})"
    )
    first = ""
    while (last := ledger.read(query, (first,))[0][0]) is not None:
        yield first, last
        first = last
