"""What the calls of one run cost, before and after."""

from datetime import UTC, datetime

from meu_data.choices import Mode
from meu_data.drafting.money.estimate import at_most
from meu_data.drafting.money.prices import Cost, Prices
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Usage
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MeuError

_FREE = Cost(usd=0.0, as_of="no price known")


class Meter:
    """Prices of one run."""

    def __init__(self, prices: Prices, mode: Mode, *, limited: bool) -> None:
        """Takes the price tables.

        Args:
            prices: The workspace's prices.
            mode: How the calls are made.
            limited: Whether a budget depends on the prices: then every model must have one.
        """
        self._prices, self._mode, self._limited = prices, mode, limited

    def cost(self, spec: RequestSpec, usage: Usage) -> Cost:
        """What a call cost.

        A model behind an endpoint of the user's own costs nothing unless `prices.toml` says otherwise.

        Raises:
            MeuError: No price is known.
        """
        try:
            return self._prices.price_of(spec.provider, spec.model, usage, self._mode, datetime.now(UTC))
        except MeuError:
            if self._limited or not provider(spec.provider).unbilled():
                raise
            return _FREE

    def at_most(self, spec: RequestSpec) -> float:
        """The most a call can cost, USD."""
        return self.cost(spec, at_most(spec)).usd
