"""What the drafts cost so far, by the ledger of attempts."""

from meu_data.records import Record
from meu_data.store.ledger import Ledger

# An attempt that may have been billed counts at its estimate.
_SPENT = "CASE state WHEN 'unknown' THEN coalesce(usd, estimate_usd) WHEN 'open' THEN 0 ELSE coalesce(usd, 0) END"


class ModelSpending(Record):
    """The calls to one model."""

    model: str
    calls: int
    answered: int
    unknown: int
    in_flight: int
    input_tokens: int
    output_tokens: int
    thinking_tokens: int
    cached_tokens: int
    usd: float
    unknown_usd: float
    in_flight_usd: float
    priced_as_of: str | None


def spending(ledger: Ledger) -> tuple[ModelSpending, ...]:
    """The cost of each model's drafts, by name.

    Returns:
        `usd` holds what was billed and, as `unknown_usd`, the estimates of calls that may have been billed;
        `in_flight_usd` is what open calls (a batch under way) are estimated at and stands beside it.
        `priced_as_of` is the newest day and table by which a call was priced.
    """
    query = (
        "SELECT model, count(*), sum(state = 'answered'), sum(state = 'unknown'), sum(state = 'open'),"  # noqa: S608
        " total(input), total(output), total(thinking), total(cached),"
        f" total({_SPENT}), total(CASE state WHEN 'unknown' THEN {_SPENT} ELSE 0 END),"
        " total(CASE state WHEN 'open' THEN estimate_usd ELSE 0 END), max(priced_as_of)"
        " FROM attempts GROUP BY model ORDER BY model"
    )
    names = list(ModelSpending.model_fields)
    return tuple(ModelSpending.model_validate(dict(zip(names, row, strict=True))) for row in ledger.read(query))


def spent_usd(ledger: Ledger) -> float:
    """What all calls cost that are over; USD."""
    # Only this module's own words are put into the text.
    ((usd,),) = ledger.read(f"SELECT total({_SPENT}) FROM attempts")  # noqa: S608
    return float(usd)


def in_flight_usd(ledger: Ledger) -> float:
    """What the calls under way are estimated at; USD."""
    ((usd,),) = ledger.read("SELECT total(estimate_usd) FROM attempts WHERE state = 'open'")
    return float(usd)
