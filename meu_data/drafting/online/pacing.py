"""How fast calls may go out: concurrency that halves on faults and recovers, pauses of the pool, a circuit breaker."""

import asyncio
import random
from collections import deque
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from meu_data.errors import MissingExtraError
from meu_data.records import Record

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Pacing(Record):
    """Delays and limits of a run; seconds. The defaults are for a service, tests use shorter ones."""

    first_delay: float = 1.0
    longest_delay: float = 60.0
    patience: int = 5
    """Server faults that one sample may meet in a run, and unknowns that it is sent again for."""
    outage_strikes: int = 3
    """So many rounds of nothing but faults are an outage: of the service, then, and not of one sample."""
    breaker_strikes: int = 8
    outage: float = 7200.0
    """The breaker opens after so many rounds of nothing but faults that last at least so long."""
    longest_pause: float = 900.0
    """The longest that the pool is held back at once, whatever the service asks for."""
    equal_refusals: int = 5
    """So many refusals for one reason, with no answer between, stop the run: they are not about one sample."""
    timeout: float = 120.0


class RunStopped(Exception):  # noqa: N818 - a run that ends early is no error of its own
    """No more calls are to be made."""


class Gate:
    """Lets calls through. One event loop, whose clock is the only one, and no locks."""

    def __init__(self, pacing: Pacing, concurrency: int, rpm: int | None = None, *, canary: bool = False) -> None:
        """Takes the limits; with `canary` one call goes alone, until the service has answered one."""
        self._pacing, self._most = pacing, concurrency
        self.now = asyncio.get_running_loop().time
        # What would go wrong with all of them, as a wrong key, one call finds out as well.
        self._allowed = 1.0 if canary else float(concurrency)
        self._proved = not canary
        self._active = 0
        self._strikes, self._last_strike, self._first_strike = 0, 0.0, 0.0
        self._tolerable = 0.0
        self._open_again = 0.0
        self._turns: deque[asyncio.Future[None]] = deque()
        self._stopped = asyncio.Event()
        self._limiter = _limiter(rpm) if rpm else None

    @property
    def allowed(self) -> int:
        """How many calls may be under way at once just now."""
        return max(1, int(self._allowed))

    @property
    def stopped(self) -> bool:
        """Whether no more calls are to be made."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Lets nothing through any more; calls under way are not touched."""
        self._stopped.set()
        self._wake(len(self._turns))

    async def enter(self) -> float:
        """Waits until a call may go out.

        Returns:
            When it went out, on the loop's clock; for `fault`.

        Raises:
            RunStopped: No more calls are to be made.
        """
        if self._limiter is not None:
            await self._unless_stopped(self._limiter.acquire())
        while not self.stopped:
            pause = self._open_again - self.now()
            if pause > 0:
                await self.sleep(pause)
            elif self._active < self.allowed:
                self._active += 1
                return self.now()
            else:
                turn = asyncio.get_running_loop().create_future()
                self._turns.append(turn)
                await turn
        raise RunStopped

    def leave(self) -> None:
        """A call is over."""
        self._active -= 1
        self._wake(1)

    async def sleep(self, seconds: float) -> None:
        """Waits, but not when the run stops.

        Raises:
            RunStopped: No more calls are to be made.
        """
        await self._unless_stopped(asyncio.sleep(seconds))

    async def _unless_stopped(self, waited: Coroutine[None, None, None]) -> None:
        both = asyncio.create_task(waited), asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
        if self.stopped:
            raise RunStopped

    def pause(self, seconds: float) -> float:
        """Holds the whole pool back, for `longest_pause` at the most; returns for how long from now on."""
        until = self.now() + min(seconds, self._pacing.longest_pause)
        self._open_again = max(self._open_again, until)
        return self._open_again - self.now()

    @property
    def outage(self) -> bool:
        """Whether nothing but faults has come for several rounds."""
        return self._strikes >= self._pacing.outage_strikes

    def success(self) -> None:
        """The service works: the first answer opens the pool.

        Later concurrency recovers: by half with every round up to half of what was too much, then by one.
        """
        self._strikes = 0
        if not self._proved:
            self._allowed = float(self._most)
        grown = 0.5 if self._allowed < self._tolerable else 1 / self._allowed
        self._allowed = min(float(self._most), self._allowed + grown)
        self._wake(1 if self._proved else self._most)
        self._proved = True

    def fault(self, began: float) -> bool:
        """The service fails.

        Calls that went out before the last strike tell nothing new; so a pool that fails together is one strike.

        Args:
            began: When the call went out.

        Returns:
            Whether this has gone on for so long that the run should stop.
        """
        now = self.now()
        if began <= self._last_strike:
            return False
        if self._strikes == 0:
            self._first_strike = now
            self._tolerable = self._allowed / 2
        self._strikes += 1
        self._last_strike = now
        self._allowed = max(1.0, self._allowed / 2)
        pacing = self._pacing
        return self._strikes >= pacing.breaker_strikes and now - self._first_strike >= pacing.outage

    def delay(self, tries: int) -> float:
        """Seconds to wait after so many faults (from 1): doubled each time, the upper half of it by chance."""
        longest: float = min(self._pacing.longest_delay, self._pacing.first_delay * 2 ** (tries - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret

    def pause_length(self) -> float:
        """Seconds to pause for when the service does not say."""
        return self.delay(max(1, self._strikes))

    def _wake(self, count: int) -> None:
        while count > 0 and self._turns:
            turn = self._turns.popleft()
            if not turn.done():
                turn.set_result(None)
                count -= 1


def _limiter(rpm: int) -> "AsyncLimiter":
    try:
        from aiolimiter import AsyncLimiter
    except ImportError as error:
        raise MissingExtraError("--rpm needs the package aiolimiter: run `pip install 'meu-data[gemini]'`") from error
    # A bucket of a tenth of a second keeps the calls spread over the minute.
    return AsyncLimiter(max(1.0, rpm / 600), max(0.1, 60 / rpm))


def quota_message(message: str, now: datetime | None = None) -> str:
    """What to tell about a daily quota that is used up.

    Gemini's requests per day are counted from midnight Pacific time (ai.google.dev/gemini-api/docs/rate-limits).
    """
    return f"the daily quota is used up; it resets at midnight Pacific time{_in_utc(now)} ({message})"


def _in_utc(now: datetime | None) -> str:
    try:
        pacific = (now or datetime.now(UTC)).astimezone(ZoneInfo("America/Los_Angeles"))
    except ZoneInfoNotFoundError:
        # Windows without the tzdata package.
        return ""
    midnight = (pacific + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.astimezone(UTC).strftime(", %Y-%m-%d %H:%M UTC")
