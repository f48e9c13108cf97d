"""What a run has done so far, in numbers and in one line."""

import time
from collections import Counter
from collections.abc import Iterable

from meu_data.drafting.online.refusals import same_reason
from meu_data.drafting.providers.base import Reply, Usage
from meu_data.drafting.requests.worklist import Work
from meu_data.progress import Progress, note

_SECONDS_BETWEEN_NOTES = 1.0
_TOP_REASONS = 3


class Tally:
    """Counts a run and tells its progress; `counts` holds how the samples ended (`done`, `failed`, `held`, ...)."""

    def __init__(self, progress: Progress, samples: int, stage: str = "draft") -> None:
        self.counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self.calls = self.unknown = self.uncounted = self.input_tokens = self.output_tokens = 0
        self.usd = 0.0
        self._progress, self._samples, self._looked_at = progress, samples, 0
        self._began = self._noted = time.monotonic()
        self._waits_until = 0.0
        progress.start(stage, samples)

    def passed(self, samples: int) -> None:
        """So many samples had nothing to do."""
        if samples:
            self._looked_at += samples
            self._progress.advance(samples)

    def ended(self, how: str, reason: str = "") -> None:
        """One sample is through; `reason` tells why it has no draft."""
        self.counts[how] += 1
        if how != "done" and reason:
            self._reasons[same_reason(reason)] += 1
        self.passed(1)

    def failed_after_all(self, works: Iterable[Work]) -> None:
        """What had been put off so far has failed for good."""
        failed = sum(work.base is None for work in works)
        self.counts["put_off"] -= failed
        self.counts["failed"] += failed

    def waits(self, seconds: float, why: str) -> None:
        """The whole run waits."""
        now = time.monotonic()
        if now + seconds < self._waits_until + _SECONDS_BETWEEN_NOTES:
            return  # calls that went out together are told to wait together
        self._noted, self._waits_until = now, now + seconds
        note(self._progress, f"waiting {seconds:.0f} s, because of {why}")

    @property
    def reasons(self) -> dict[str, int]:
        """Why samples have no draft, the most frequent reasons first, with how many samples each."""
        return dict(self._reasons.most_common(_TOP_REASONS))

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self._began

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
