"""Tests mirror the package."""

from pathlib import Path

# Of the repository.
ROOT = Path(__file__).parents[1]
