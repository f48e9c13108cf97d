"""A limit in USD that what was spent, what is under way and what comes next may not pass together."""

import math
from typing import Self

from meu_data.errors import MeuError
from meu_data.store.attempts import in_flight_usd, spent_usd
from meu_data.store.ledger import Ledger

# Whole billionths of a dollar: sums of thousands of small floats would drift.
_PER_USD = 1_000_000_000


class Budget:
    """Money with reservations. The limit is of the workspace: what earlier runs spent counts."""

    def __init__(self, limit_usd: float | None, *, spent_usd: float = 0.0, reserved_usd: float = 0.0) -> None:
        """Prefer `Budget.of`.

        Raises:
            MeuError: The limit is no amount of money.
        """
        if limit_usd is not None and not limit_usd >= 0:
            raise MeuError(f"--budget {limit_usd} is no amount: give USD from 0, or `inf` for no limit")
        bounded = limit_usd is not None and math.isfinite(limit_usd)
        self._limit = math.floor((limit_usd or 0.0) * _PER_USD + 0.5) if bounded else None
        self._spent = _up(spent_usd)
        self._reserved = _up(reserved_usd)

    @classmethod
    def of(cls, ledger: Ledger, limit_usd: float | None) -> Self:
        """The budget of a workspace: calls that may have been billed and calls under way count at their estimates."""
        return cls(limit_usd, spent_usd=spent_usd(ledger), reserved_usd=in_flight_usd(ledger))

    @property
    def limit_usd(self) -> float | None:
        """The limit; None when there is none."""
        return None if self._limit is None else self._limit / _PER_USD

    @property
    def spent_usd(self) -> float:
        """What is spent for good."""
        return self._spent / _PER_USD

    @property
    def reserved_usd(self) -> float:
        """What calls under way may cost."""
        return self._reserved / _PER_USD

    @property
    def left_usd(self) -> float:
        """What may still be reserved; infinite without a limit, never below nought."""
        return math.inf if self._limit is None else max(0, self._limit - self._spent - self._reserved) / _PER_USD

    def reserve(self, usd: float) -> bool:
        """Sets money aside for a call, if there is enough.

        Args:
            usd: The most that the call is expected to cost.

        Returns:
            Whether it was set aside. When not, calls under way may still give some back (`settle`).
        """
        if self._limit is not None and self._spent + self._reserved + _up(usd) > self._limit:
            return False
        self._reserved += _up(usd)
        return True

    def settle(self, reserved: float, actual: float) -> None:
        """Ends a reservation.

        Args:
            reserved: What was reserved, USD.
            actual: What the call cost; its estimate when that is not known, nought when nothing was billed.
        """
        self._reserved = max(0, self._reserved - _up(reserved))
        self._spent += _up(actual)


def _up(usd: float) -> int:
    # A sum such as .1 + .2 is a hair above what its parts are; that hair is no billionth of a dollar.
    return math.ceil(round(usd * _PER_USD, 3))
