"""How long one file may be looked into."""

import time
from collections.abc import Callable


class TimeLimit:
    """Counts the processor's time since it was made, so that a busy machine takes nothing away."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.process_time) -> None:
        """Begins to count; with 0 seconds it never ends."""
        self._clock = clock
        self._end = clock() + seconds if seconds else None

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self._end is not None and self._clock() >= self._end
