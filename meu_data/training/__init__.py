"""Training with rewards and tools (extra `training`): `UCGRPOTrainer` learns when a closer look helps."""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.training.ucgrpo import UCGRPOTrainer
    from meu_data.training.utility import Settings
else:
    __getattr__, __dir__ = lazy(
        __name__,
        {"Settings": "meu_data.training.utility:Settings", "UCGRPOTrainer": "meu_data.training.ucgrpo:UCGRPOTrainer"},
    )

__all__ = ["Settings", "UCGRPOTrainer"]
