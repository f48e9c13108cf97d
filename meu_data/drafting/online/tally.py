"""What a run has done so far, in numbers and in one line."""

import time
from collections import Counter

from meu_data.drafting.providers.base import Reply, Usage
from meu_data.progress import Progress, note

_SECONDS_BETWEEN_NOTES = 1.0


class Tally:
    """Counts a run and tells its progress; `counts` holds how the samples ended (`done`, `failed`, `held`, ...)."""

    def __init__(self, progress: Progress, samples: int, stage: str = "draft") -> None:
        self.counts: Counter[str] = Counter()
        self.calls = self.unknown = self.uncounted = self.input_tokens = self.output_tokens = 0
        self.usd = 0.0
        self._progress, self._samples, self._looked_at = progress, samples, 0
        self._began = self._noted = time.monotonic()
        progress.start(stage, samples)

    def passed(self, samples: int) -> None:
        """So many samples had nothing to do."""
        if samples:
            self._looked_at += samples
            self._progress.advance(samples)

    def ended(self, how: str) -> None:
        """One sample is through."""
        self.counts[how] += 1
        self.passed(1)

    def called(self, reply: Reply | None, usd: float, *, unknown: bool = False) -> None:
        """One call is over."""
        usage = (reply.usage if reply else None) or Usage()
        self.uncounted += reply is not None and reply.usage is None
        self.calls += 1
        self.unknown += unknown
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens + usage.thinking_tokens
        self.usd += usd
        now = time.monotonic()
        if now - self._noted >= _SECONDS_BETWEEN_NOTES:
            self._noted = now
            note(self._progress, self.line(now - self._began))

    def line(self, seconds: float) -> str:
        """The run in one line, after so many seconds."""
        failed = self.counts["failed"] + self.counts["blocked"] + self.counts["problems"] + self.counts["put_off"]
        ended = sum(self.counts.values())
        projected = self.usd / ended * (ended + self._samples - self._looked_at) if ended else 0.0
        return (
            f"{self.counts['done']} done, {failed} failed, {self.counts['held']} held, "
            f"{60 * self.calls / max(seconds, 1e-9):.0f} req/min, "
            f"{self.input_tokens / 1000:.0f}k + {self.output_tokens / 1000:.0f}k tokens, "
            f"${self.usd:.4f} so far, ${projected:.2f} in all"
        )

    def finish(self) -> None:
        """The run is over."""
        self._progress.finish()
