"""The reviews in the ledger: every version of every annotation that was pulled, and the annotators' pseudonyms."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from meu_data.errors import MeuError, printable
from meu_data.records import Review
from meu_data.store.ledger import Ledger
from meu_data.store.stored import stored

_CURRENT = (
    "gone = 0 AND updated_at = (SELECT max(v.updated_at) FROM reviews v"
    " WHERE v.project = reviews.project AND v.annotation_id = reviews.annotation_id)"
)
# What annotators said themselves, before anybody else changed it.
_OWN = (
    "gone = 0 AND edited = 0 AND updated_at = (SELECT max(v.updated_at) FROM reviews v"
    " WHERE v.project = reviews.project AND v.annotation_id = reviews.annotation_id AND v.edited = 0)"
)
# Of the current reviews of one sample, the oldest annotation first.
_BEGUN = "created_at, project, annotation_id"


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
        utc = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):  # at the end of the year 9999, west of Greenwich, is the year 10000
        raise MeuError(f"{printable(time)!r} is no time as the server writes it (2026-11-20T09:08:07Z)") from None
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
    known = ledger.db.value("SELECT 1 FROM reviews WHERE project = ? AND annotation_id = ? AND updated_at = ?", key)
    ledger.db.execute(
        "REPLACE INTO reviews (project, annotation_id, updated_at, sample_id, annotator, created_at, gone, record,"
        " edited) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (
            *key,
            review.sample_id,
            review.annotator,
            instant(review.created_at),
            review.model_dump_json(),
            review.edited_from is not None,
        ),
    )
    return not known


def mark_gone(ledger: Ledger, project: str, annotation_ids: Iterable[int]) -> int:
    """Notes that annotations are no longer on the server; call inside a transaction. They stay as history.

    Returns:
        How many annotations were not known to be gone before.
    """
    query = "UPDATE reviews SET gone = 1 WHERE project = ? AND annotation_id = ? AND gone = 0"
    return sum(bool(ledger.db.execute(query, (project, number))) for number in annotation_ids)


def current_reviews(ledger: Ledger, sample_id: str) -> list[Review]:
    """The newest version of every annotation of a sample that still is on its server, oldest annotation first."""
    query = f"SELECT record FROM reviews WHERE sample_id = ? AND {_CURRENT} ORDER BY {_BEGUN}"
    return [stored(Review, record) for (record,) in ledger.db.rows(query, (sample_id,))]


def reviews_by_sample(ledger: Ledger, *, own: bool = False) -> Iterator[tuple[str, list[Review]]]:
    """Every sample that has a current review, by id, with what `current_reviews` says of it; read in pages.

    Args:
        ledger: Where they are.
        own: What annotators said themselves instead: the version before somebody else changed it.
    """
    samples = "SELECT DISTINCT sample_id FROM reviews WHERE gone = 0"
    query = (
        "SELECT sample_id, record FROM reviews WHERE sample_id BETWEEN ? AND ?"
        f" AND {_OWN if own else _CURRENT} ORDER BY sample_id, {_BEGUN}"
    )
    for page in ledger.db.pages(samples, key="sample_id"):
        rows = ledger.db.rows(query, (page[0][0], page[-1][0]))
        for sample_id, group in groupby(rows, key=itemgetter(0)):
            yield sample_id, [stored(Review, record) for _, record in group]


def ever_at_fault(ledger: Ledger, ids: Iterable[str]) -> set[str]:
    """Which of some samples have, or had, a review that breaks a rule or contradicts itself."""
    known = sorted(ids)
    query = (
        "SELECT DISTINCT sample_id FROM reviews WHERE record ->> 'fault' IS NOT NULL"
        f" AND sample_id IN ({', '.join('?' * len(known))})"
    )
    return {sample_id for (sample_id,) in ledger.db.rows(query, known)}


def annotations_there(ledger: Ledger, project: str) -> set[int]:
    """The annotations of a project that are not known to be gone."""
    query = "SELECT annotation_id FROM reviews WHERE project = ? AND gone = 0"
    return {number for (number,) in ledger.db.rows(query, (project,))}


def annotations_of_tasks(ledger: Ledger, project: str, tasks: Mapping[int, str]) -> set[int]:
    """The annotations of some tasks (their samples' ids by the tasks' numbers) that are not known to be gone."""
    ids = sorted(set(tasks.values()))
    query = (
        "SELECT annotation_id, json_extract(record, '$.task') FROM reviews WHERE project = ? AND gone = 0"
        f" AND sample_id IN ({', '.join('?' * len(ids))})"
    )
    return {number for number, task in ledger.db.rows(query, (project, *ids)) if task in tasks}


def annotated_samples(ledger: Ledger, project: str, annotation_id: int) -> set[str]:
    """The samples that versions of an annotation are about."""
    query = "SELECT DISTINCT sample_id FROM reviews WHERE project = ? AND annotation_id = ?"
    return {sample_id for (sample_id,) in ledger.db.rows(query, (project, annotation_id))}


def count_reviews(ledger: Ledger) -> ReviewCounts:
    """How many current reviews there are, of how many samples, by how many people."""
    columns = "count(*), count(DISTINCT sample_id), count(DISTINCT annotator)"
    ((reviews, samples, annotators),) = ledger.db.rows(f"SELECT {columns} FROM reviews WHERE {_CURRENT}")
    return ReviewCounts(reviews, samples, annotators)


def name_annotators(ledger: Ledger) -> None:
    """Gives every annotator without a pseudonym the next one; call inside a transaction.

    Pseudonyms are numbered in the order in which people began (then by name), so two workspaces that pull the same
    project from its start agree, and an annotator who joins later renames nobody.
    """
    query = (
        "SELECT annotator FROM reviews WHERE annotator NOT IN (SELECT name FROM annotators)"
        " GROUP BY annotator ORDER BY min(created_at), annotator"
    )
    count = ledger.db.value("SELECT count(*) FROM annotators")
    for number, (name,) in enumerate(ledger.db.rows(query), start=count + 1):
        ledger.db.execute("INSERT INTO annotators (name, pseudonym) VALUES (?, ?)", (name, f"annotator-{number:02d}"))


def pseudonyms(ledger: Ledger) -> dict[str, str]:
    """Pseudonyms by the names on the server."""
    return dict(ledger.db.rows("SELECT name, pseudonym FROM annotators"))
