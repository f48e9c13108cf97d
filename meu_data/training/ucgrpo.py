"""UC-GRPO: TRL's GRPOTrainer that learns when a closer look helps. docs/ucgrpo.md has the formulas and their sources.

Of the answers to a query one half may zoom and the other may not. What their rewards differ by is the query's utility
of looking; it becomes credit on the tokens of the zooms. TRL is subclassed at three places, and nothing of it is
copied: which environment an answer has, what the rewards were, and the advantages, which TRL takes as (B, T) as well
(trl/trainer/grpo_trainer.py, `_compute_loss`, TRL 1.16).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import numpy as np

from meu_data import rewards
from meu_data.choices import Language
from meu_data.environments.trl import FaceInspection, WithoutZoom, told_in
from meu_data.errors import MeuError, MissingExtraError
from meu_data.training.utility import (
    DEFAULT_SETTINGS,
    EmotionMean,
    Numbers,
    Settings,
    advantages_by_half,
    answered_zooms,
    contrastive_utility,
    credit,
    zoom_spans,
)

try:
    import torch
    from trl import GRPOTrainer
except ImportError as error:  # pragma: no cover - the default suite has no torch
    raise MissingExtraError("UC-GRPO needs PyTorch and TRL; run `pip install meu-data[training]`") from error

# The environments by the column `environment`, as TRL routes them: whether there is a zoom, and in what language.
_ENVIRONMENTS: Mapping[str, Callable[[], WithoutZoom]] = {
    f"{name} {lang}": told_in(environment, lang)
    for name, environment in (("zoom", FaceInspection), ("no zoom", WithoutZoom))
    for lang in get_args(Language)
}


class UCGRPOTrainer(GRPOTrainer):  # type: ignore[misc]  # TRL is not installed where this is checked
    """GRPO with credit for the looks that helped, on rows of `--style actfer-rl --for trl`.

    Attributes:
        utilities: The utility of each query of the last batch, in its order.
        emotion_mean: The moving mean of the utility by emotion.
        credits: float64 (B, T), what the last batch's advantages got beyond GRPO's.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        settings: Settings = DEFAULT_SETTINGS,
        reward_funcs: Any = None,  # noqa: ANN401
        **options: Any,  # noqa: ANN401
    ) -> None:
        """As `GRPOTrainer`, whose `environment_factory` is the inspection.

        Args:
            *args: See GRPOTrainer.
            settings: The numbers of UC-GRPO.
            reward_funcs: `rewards.multi_level` when None.
            **options: See GRPOTrainer.

        Raises:
            MeuError: The answers to a query cannot be halved, or several processes share them.
        """
        super().__init__(
            *args, reward_funcs=reward_funcs or [rewards.multi_level], environment_factory=_ENVIRONMENTS, **options
        )
        if self.num_generations % 2 or self.num_generations < 4:
            raise MeuError(
                f"num_generations is {self.num_generations}: UC-GRPO halves the answers to a query and compares within "
                "each half, so take an even number, 4 or more"
            )
        if self.accelerator.num_processes > 1:
            raise MeuError("UC-GRPO runs in one process; with several, the answers to a query lie on different ones")
        self.settings = settings
        self.emotion_mean = EmotionMean(settings.decay)
        self.utilities: list[float] = []
        self.credits: Numbers = np.zeros((0, 0))
        self._rewards, self._completions = np.zeros(0), list[object]()

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        if not self.model.training:  # an evaluation answers as it would be used: with all tools
            return super()._generate_and_score_completions([_routed(row, True) for row in inputs])  # type: ignore[no-any-return]
        size, place = self.num_generations, np.arange(len(inputs))
        allowed = place % size < size // 2
        batch = super()._generate_and_score_completions(
            [_routed(row, may) for row, may in zip(inputs, allowed, strict=True)]
        )
        answered = [answered_zooms(completion) for completion in self._completions]
        values = self._calibrated(inputs, np.array([len(one) for one in answered], float), allowed)
        spans = [
            zoom_spans(self._pieces(ids), written, one)
            for ids, written, one in zip(batch["completion_ids"], self._written(batch), answered, strict=True)
        ]
        self.credits = credit(spans, (values * self.settings.credit).tolist(), batch["completion_ids"].shape[1])
        advantages = advantages_by_half(self._rewards, allowed, size)[:, None] + self.credits
        like = batch["advantages"]
        batch["advantages"] = torch.tensor(advantages, dtype=like.dtype, device=like.device)
        return batch  # type: ignore[no-any-return]

    def _calibrated(self, inputs: Sequence[Mapping[str, Any]], zooms: Numbers, allowed: Any) -> Numbers:  # noqa: ANN401
        """The calibrated utility of each answer's query."""
        size, price, own = self.num_generations, self.settings.price, self.settings.own
        groups = [slice(start, start + size) for start in range(0, len(inputs), size)]
        known = np.nan_to_num(self._rewards)
        self.utilities = [contrastive_utility(known[group], zooms[group], allowed[group], price) for group in groups]
        emotions = [str(inputs[group.start].get("emotion")) for group in groups]
        self.emotion_mean.add(emotions, self.utilities)
        means = [self.emotion_mean.by_emotion[emotion] for emotion in emotions]
        for name, value in (("utility", np.mean(self.utilities)), ("zooms", zooms[allowed].mean())):
            self._metrics["train"][f"ucgrpo/{name}"].append(float(value))
        found = own * np.array(self.utilities) + (1 - own) * np.array(means)
        return np.repeat(found, size)

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any) -> Any:  # noqa: ANN401
        found = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        weighed = (found * self.reward_weights.to(found.device).unsqueeze(0)).nansum(dim=1)
        weighed[torch.isnan(found).all(dim=1)] = torch.nan
        self._rewards, self._completions = weighed.double().cpu().numpy(), list(completions)
        return found

    def _pieces(self, ids: Any) -> list[str]:  # noqa: ANN401
        """The text of each token. Qwen's tokens are bytes, of which blank and line break have letters of their own."""
        tokens = self._tokenizer.convert_ids_to_tokens(ids.tolist())
        return [(token or "").replace("Ġ", " ").replace("Ċ", "\n") for token in tokens]

    @staticmethod
    def _written(batch: Mapping[str, Any]) -> list[list[int]]:
        mask = batch["completion_mask"] * batch.get("tool_mask", 1)
        return mask.tolist()  # type: ignore[no-any-return]


def _routed(row: dict[str, Any], may_zoom: bool) -> dict[str, Any]:
    """The row with the environment that answers it."""
    name = f"{'zoom' if may_zoom else 'no zoom'} {row.get('lang')}"
    return row | {"environment": name if name in _ENVIRONMENTS else name.rpartition(" ")[0] + " en"}
