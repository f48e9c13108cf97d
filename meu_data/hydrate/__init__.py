"""Puts the pictures back into an export that was written without pixels, where the corpus's frames are.

Empty until it is used, see `meu_data`.
"""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.hydrate.stage import HydrateError, HydrateSummary, hydrate
else:
    __getattr__, __dir__ = lazy(
        __name__,
        {name: f"meu_data.hydrate.stage:{name}" for name in ("HydrateError", "HydrateSummary", "hydrate")},
    )

__all__ = ["HydrateError", "HydrateSummary", "hydrate"]
