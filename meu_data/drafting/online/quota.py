"""When a daily quota is full again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def quota_message(message: str, now: datetime | None = None) -> str:
    """What to tell about a daily quota that is used up.

    Gemini's requests per day are counted from midnight Pacific time (ai.google.dev/gemini-api/docs/rate-limits).

    Args:
        message: The service's own words.
        now: The moment, with a zone; this one when None.
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
