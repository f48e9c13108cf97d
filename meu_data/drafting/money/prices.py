"""What a call costs on a day: the price tables of genai-prices, and the workspace's own `prices.toml`, which wins.

Prices have dates: `gemini-3.8-flash` costs twice as much from 2027-01-01. So a cost always says the day and the
table it was reckoned by.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field, ValidationError

from meu_data.choices import Mode
from meu_data.drafting.providers import provider as provider_of
from meu_data.drafting.providers.base import Usage
from meu_data.errors import MeuError, MissingExtraError
from meu_data.given_files import read_toml
from meu_data.records import Record

FILE = "prices.toml"
# Google: batch and flex cost half of the standard price (ai.google.dev/gemini-api/docs/pricing, 2026-10-07).
_DISCOUNT = 0.5
# Input tokens up to which every model has one price per token.
_ONE_TIER = 50_000


class Cost(Record):
    """What some tokens cost."""

    usd: float
    as_of: str = Field(description="the day whose price it is, and the table: `2026-11-20 genai-prices 0.2.3`")


class OwnPrice(Record):
    """One `[[price]]` of `prices.toml`; USD per million tokens, thinking billed as output."""

    model: str
    from_day: date = Field(alias="from", description="first day (UTC) on which this price holds")
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0, description="cached input; as input when not given")
    discount: float = Field(default=_DISCOUNT, ge=0, le=1, description="share of the price paid in batch and flex mode")

    def usd(self, usage: Usage, mode: Mode) -> float:
        """The cost of one call, USD."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        share = 1.0 if mode == "online" else self.discount
        fresh = (usage.input_tokens - cached) * self.input + _billed_output(usage) * self.output
        # A cached token costs the same in every mode (genai-prices on gemini-2.5-pro, checked there on 2026-10-14).
        return (fresh * share + cached * (self.input if self.cached is None else self.cached)) / 1e6


class Prices:
    """The prices that hold in one workspace."""

    def __init__(self, own: Iterable[OwnPrice] = (), *, file: Path = Path(FILE)) -> None:
        """Prefer `Prices.read`."""
        self._own = sorted(own, key=lambda price: price.from_day)
        self._file = file

    @classmethod
    def read(cls, root: Path) -> Self:
        """The prices of a workspace, with its `prices.toml` where there is one.

        Raises:
            MeuError: `prices.toml` cannot be read or holds something else than `[[price]]` tables.
        """
        path = root / FILE
        entries = read_toml(path, "[[price]]")
        tables = entries.pop("price", [])
        if entries or not isinstance(tables, list):
            raise MeuError(f"{path}: only [[price]] tables may stand here, such as {_example('gemini-4-carbon')}")
        return cls((_own_price(path, number, table) for number, table in enumerate(tables, start=1)), file=path)

    def price_of(self, provider: str, model: str, usage: Usage, mode: Mode, when: datetime) -> Cost:
        """What one call costs.

        Price one call at a time: above 200,000 input tokens some models cost more, so the price of a sum of calls
        is not the sum of their prices.

        Args:
            provider: Whose model it is.
            model: The model's name as the service takes it.
            usage: Tokens of the call; the cached ones are part of the input.
            mode: Batch and flex are cheaper.
            when: The moment of the call; a price holds by UTC day.

        Raises:
            MeuError: No table knows the model; the message says how to add it.
            MissingExtraError: genai-prices is not installed and `prices.toml` does not know the model.
        """
        day = when.astimezone(UTC).date()
        own = next((price for price in reversed(self._own) if price.model == model and price.from_day <= day), None)
        if own is not None:
            return Cost(usd=own.usd(usage, mode), as_of=f"{day} {FILE}")
        price_id = provider_of(provider).price_id
        usd = None if price_id is None else _table_usd(price_id, model, usage, mode, day)
        if usd is None:
            raise MeuError(
                f"no price is known for the model {model!r}: add it to {self._file}, such as {_example(model, day)} "
                "(USD per million tokens; 0 for a model of your own)"
            )
        return Cost(usd=usd, as_of=f"{day} genai-prices {_table_version()}")


def _example(model: str, day: date | None = None) -> str:
    return f'[[price]] with lines model = "{model}", from = {day or "2026-11-01"}, input = 2.0, output = 10.0'


def _own_price(path: Path, number: int, table: object) -> OwnPrice:
    try:
        return OwnPrice.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "table"
        raise MeuError(f"{path}: price {number}: {name}: {first['msg']}; write {_example('NAME')}") from error


def _billed_output(usage: Usage) -> int:
    return usage.output_tokens + usage.thinking_tokens


@cache
def _table_version() -> str:
    return version("genai-prices")


def _table_usd(provider_id: str, model: str, usage: Usage, mode: Mode, day: date) -> float | None:
    """The cost by genai-prices, USD; None when it does not know the model."""
    try:
        if usage.input_tokens > _ONE_TIER:
            return float(_table_price(provider_id, model, usage, mode, day))
        rates = _rates(provider_id, model, mode, day)
    except LookupError:
        return None
    cached = min(usage.cached_tokens, usage.input_tokens)
    fresh = usage.input_tokens - cached
    return fresh * rates.input + cached * rates.cached + _billed_output(usage) * rates.output


class _Rates(NamedTuple):
    """USD per token of a call within the lowest tier."""

    input: float
    output: float
    cached: float


@cache
def _rates(provider_id: str, model: str, mode: Mode, day: date) -> _Rates:
    # Asking the table takes a third of a millisecond: too long for every call of a fast run.
    probes = (
        Usage(input_tokens=_ONE_TIER),
        Usage(output_tokens=_ONE_TIER),
        Usage(input_tokens=_ONE_TIER, cached_tokens=_ONE_TIER),
    )
    return _Rates(*(float(_table_price(provider_id, model, probe, mode, day) / _ONE_TIER) for probe in probes))


def _table_price(provider_id: str, model: str, usage: Usage, mode: Mode, day: date) -> Decimal:
    """The cost by genai-prices, USD.

    Raises:
        LookupError: It does not know the model.
    """
    full = _calculate(provider_id, model, usage, day, batch=False)
    if mode == "online" or provider_id != "google":
        return full
    # A price context that the table does not know is ignored without a word and gives the full price. The table
    # has no flex prices, and batch prices of some models only; so the result is compared, and halved here if need be.
    reduced = _calculate(provider_id, model, usage, day, batch=True)
    if reduced < full:
        return reduced
    cached = min(usage.cached_tokens, usage.input_tokens)
    of_cache = _calculate(provider_id, model, Usage(input_tokens=cached, cached_tokens=cached), day, batch=False)
    return of_cache + (full - of_cache) * Decimal(_DISCOUNT)


def _calculate(provider_id: str, model: str, usage: Usage, day: date, *, batch: bool) -> Decimal:
    try:
        import genai_prices
    except ImportError as error:
        extra = "gemini" if provider_id == "google" else "openai"
        raise MissingExtraError(
            f"prices need the package genai-prices: run `pip install 'meu-data[{extra}]'`"
        ) from error
    tokens = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=_billed_output(usage),
        cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
    )
    calculation = genai_prices.calc_price(
        tokens,
        model.removeprefix("models/"),
        provider_id=provider_id,
        genai_request_timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        price_context={"processing": "batch"} if batch else None,
    )
    return calculation.total_price
