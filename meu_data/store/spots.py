"""What was spotted in clips: laid over the sheet's values by the view `spotted`, never written into them."""

from collections.abc import Iterator
from typing import NamedTuple

from meu_data.records import Sample, Spot
from meu_data.store.ledger import Ledger
from meu_data.store.stored import stored


class StoredSpot(NamedTuple):
    """What is stored of a sample.

    Attributes:
        inputs: Hash of what it was found from.
        applied: Whether it counts; else it is only what the sheet's apex was compared with.
        spot: What was found.
        holds: Whether the sheet still says what it said then.
    """

    inputs: str
    applied: bool
    spot: Spot
    holds: bool


class SpotCounts(NamedTuple):
    """Micro-expressions without a usable apex; samples whose apex the motion chose, and whose is halfway, unseen."""

    waiting: int
    spotted: int
    halfway: int


_SHEET = "json_extract(s.record, '$.onset', '$.apex', '$.offset', '$.onset_frame', '$.apex_frame')"


def samples_as_in_sheet(
    ledger: Ledger, *, only: str | None = None, limit: int | None = None
) -> Iterator[tuple[Sample, StoredSpot | None]]:
    """Every sample with the sheet's own onset and apex, and what was spotted for it, by id."""
    query = (
        f"SELECT s.id, s.record, p.inputs, p.applied, p.record, p.sheet = {_SHEET}"
        " FROM samples s LEFT JOIN spots p ON p.sample_id = s.id WHERE (? IS NULL OR s.id = ?)"
    )
    for page in ledger.db.pages(query, (only, only), key="s.id", limit=limit):
        for _, record, inputs, applied, spot, holds in page:
            found = inputs and StoredSpot(inputs, bool(applied), stored(Spot, spot), bool(holds))
            yield stored(Sample, record), found or None


def store_spot(
    ledger: Ledger, sample: Sample, spot: Spot, frames: tuple[str, str], inputs: str, *, apply: bool
) -> None:
    """Stores what was spotted, replacing what was there; call inside a transaction.

    Args:
        ledger: Where.
        sample: The sample with the sheet's values.
        spot: What was found.
        frames: The paths of the onset and the apex frame that were found, below the source's frames folder.
        inputs: Hash of what it was found from.
        apply: Whether it counts.
    """
    ledger.db.execute(
        f"REPLACE INTO spots SELECT ?, ?, {_SHEET}, ?, ?, ?, ? FROM samples s WHERE s.id = ?",
        (sample.id, inputs, apply, *frames, spot.model_dump_json(), sample.id),
    )


def drop_spot(ledger: Ledger, sample_id: str) -> None:
    """Forgets what was spotted, so that the sheet's values count again; call inside a transaction."""
    ledger.db.execute("DELETE FROM spots WHERE sample_id = ?", (sample_id,))


def count_spots(ledger: Ledger) -> SpotCounts:
    """How many micro-expressions wait for an apex, and how many samples have one that is not the sheet's."""
    ((waiting, spotted, halfway),) = ledger.db.rows(
        "SELECT coalesce(sum((apex IS NULL OR apex <= onset OR json_extract(record, '$.apex_frame') IS NULL)"
        " AND coalesce(json_extract(record, '$.kind'), 'micro') = 'micro'), 0),"
        " coalesce(sum(json_extract(record, '$.spot.method') = 'motion'), 0),"
        " coalesce(sum(json_extract(record, '$.spot.method') = 'middle'), 0)"
        " FROM (SELECT record, json_extract(record, '$.onset') AS onset, json_extract(record, '$.apex') AS apex"
        " FROM spotted)"
    )
    return SpotCounts(waiting, spotted, halfway)
