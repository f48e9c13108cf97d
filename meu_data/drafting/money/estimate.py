"""How many tokens a request will take, before it is sent, and what its calls cost."""

import json
from datetime import UTC, datetime
from functools import lru_cache

from meu_data.choices import Mode
from meu_data.drafting.money.prices import Cost, Prices
from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Usage
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.errors import MeuError
from meu_data.store.attempts import ENOUGH_ANSWERS, output_so_far
from meu_data.store.ledger import Ledger

# A token holds about four letters of English prose, but digits are a token each, and the prompts are full of numbers.
_ASCII_PER_TOKEN = 3.0
# Chinese characters and punctuation: one to one and a half per token.
_OTHER_PER_TOKEN = 1.0

# Until a model has answered: the FGMU text with its claims, and the thinking that a level allows.
_ANSWER = 1200
_THINKING = {"minimal": 100, "low": 600, "medium": 2000, "high": 6000, None: 2000}


def likely(spec: RequestSpec, mean_output: float | None = None) -> Usage:
    """The tokens that a request will probably take, rather too many than too few.

    Text: three ASCII characters or one other character per token. Pictures: by media resolution and model family.
    Output: `mean_output`, else 1,200 tokens and a share for thinking by its level; never above the request's limit.
    """
    output = _ANSWER + _THINKING[spec.thinking] if mean_output is None else round(mean_output)
    return Usage(input_tokens=_input_tokens(spec), output_tokens=min(output, spec.max_output_tokens))


def at_most(spec: RequestSpec) -> Usage:
    """The most tokens that a request can be billed for: the whole output limit is used up."""
    return Usage(input_tokens=_input_tokens(spec), output_tokens=spec.max_output_tokens)


def mean_output(ledger: Ledger, model: str) -> float | None:
    """Mean output tokens of a model's answers so far, thinking included; None while there are hardly any."""
    mean, count = output_so_far(ledger, model)
    return mean if count >= ENOUGH_ANSWERS else None


def text_tokens(text: str) -> int:
    """Tokens of a text, by its characters."""
    ascii_only = len(text.encode("ascii", "ignore"))
    return round(ascii_only / _ASCII_PER_TOKEN + (len(text) - ascii_only) / _OTHER_PER_TOKEN)


def _input_tokens(spec: RequestSpec) -> int:
    text = sum(text_tokens(turn.text) for turn in spec.turns) + text_tokens(spec.text)
    fixed = _fixed_tokens(spec.system) + _fixed_tokens(json.dumps(spec.response_schema))
    service = provider(spec.provider)
    shown = 0
    for picture in spec.pictures:
        if picture.clip is not None and picture.clip.place is None and service.clip_tokens is not None:
            shown += picture.clip.pictures * service.clip_tokens(spec.model, spec.media_resolution)
        else:
            shown += service.picture_tokens(spec.model, spec.media_resolution)
    return text + fixed + shown


@lru_cache(maxsize=256)
def _fixed_tokens(text: str) -> int:
    """Tokens of a text that many requests of a run share."""
    return text_tokens(text)


_FREE = Cost(usd=0.0, as_of="no price known")


class Meter:
    """Prices of one run."""

    def __init__(self, prices: Prices, mode: Mode, *, limited: bool, past: tuple[float, int] = (0.0, 0)) -> None:
        """Takes the price tables.

        Args:
            prices: The workspace's prices.
            mode: How the calls are made.
            limited: Whether a budget depends on the prices: then every model must have one.
            past: What answers of the model in this mode have cost, USD, and how many there were.
        """
        self._prices, self._mode, self._limited = prices, mode, limited
        self._usd, self._answers = past
        self._dearer = 1.0

    def cost(self, spec: RequestSpec, usage: Usage) -> Cost:
        """What a call cost.

        A model behind an endpoint of the user's own costs nothing unless `prices.toml` says otherwise.

        Raises:
            MeuError: No price is known.
        """
        try:
            return self._prices.price_of(spec.provider, spec.model, usage, self._mode, datetime.now(UTC))
        except MeuError:
            if self._limited or not provider(spec.provider).unbilled():
                raise
            return _FREE

    def at_most(self, spec: RequestSpec) -> float:
        """The most a call can cost, USD: by the request's limits, or by what answers have cost beyond them."""
        return self.cost(spec, at_most(spec)).usd * self._dearer

    def learn(self, spec: RequestSpec, reserved: float, usd: float) -> None:
        """A call was answered: the next ones may be as much dearer than thought as this one was."""
        self._answers, self._usd = self._answers + 1, self._usd + usd
        if usd > reserved > 0:
            self._dearer = max(self._dearer, usd / self.cost(spec, at_most(spec)).usd)

    def usual(self, most: float) -> float:
        """What a call that was maybe billed counts at, USD: the mean of those that were, `most` while there are few."""
        return min(most, self._usd / self._answers) if self._answers >= ENOUGH_ANSWERS else most
