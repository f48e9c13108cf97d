"""Puts the pictures back into an export that was written without pixels, where the corpus's frames are."""

from meu_data.hydrate.stage import HydrateError, HydrateSummary, hydrate

__all__ = ["HydrateError", "HydrateSummary", "hydrate"]
