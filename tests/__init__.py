"""Tests mirror the package."""

import signal
from pathlib import Path

# Of the repository.
ROOT = Path(__file__).parents[1]

# Python ends itself by the signal where that came within an `eval`, as for a dataclass; shells call both 130.
INTERRUPTED = (130, -signal.SIGINT)
