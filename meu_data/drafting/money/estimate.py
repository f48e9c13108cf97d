"""How many tokens a request will take, before it is sent."""

import json
from functools import cache

from meu_data.drafting.providers import provider
from meu_data.drafting.providers.base import Usage
from meu_data.drafting.requests.spec import RequestSpec
from meu_data.store.attempts import output_so_far
from meu_data.store.ledger import Ledger

# A token holds about four letters of English prose, but digits are a token each, and the prompts are full of numbers.
_ASCII_PER_TOKEN = 3.0
# Chinese characters and punctuation: one to one and a half per token.
_OTHER_PER_TOKEN = 1.0

# Until a model has answered: the FGMU text with its claims, and the thinking that a level allows.
_ANSWER = 1200
_THINKING = {"minimal": 100, "low": 600, "medium": 2000, "high": 6000, None: 2000}
# Means of fewer answers than this say little.
_ENOUGH_ANSWERS = 5


def likely(spec: RequestSpec, mean_output: float | None = None) -> Usage:
    """The tokens that a request will probably take, rather too many than too few.

    Text: three ASCII characters or one other character per token. Pictures: by media resolution and model family.
    Output: `mean_output`, else 1,200 tokens and a share for thinking by its level; never above the request's limit.

    Args:
        spec: The request.
        mean_output: What the model's answers took so far (`mean_output` below), thinking included.
    """
    output = _ANSWER + _THINKING[spec.thinking] if mean_output is None else round(mean_output)
    return Usage(input_tokens=_input_tokens(spec), output_tokens=min(output, spec.max_output_tokens))


def at_most(spec: RequestSpec) -> Usage:
    """The most tokens that a request can be billed for: the whole output limit is used up."""
    return Usage(input_tokens=_input_tokens(spec), output_tokens=spec.max_output_tokens)


def mean_output(ledger: Ledger, model: str) -> float | None:
    """Mean output tokens of a model's answers so far, thinking included; None while there are hardly any."""
    mean, count = output_so_far(ledger, model)
    return mean if count >= _ENOUGH_ANSWERS else None


def text_tokens(text: str) -> int:
    """Tokens of a text, by its characters."""
    ascii_only = len(text.encode("ascii", "ignore"))
    return round(ascii_only / _ASCII_PER_TOKEN + (len(text) - ascii_only) / _OTHER_PER_TOKEN)


def _input_tokens(spec: RequestSpec) -> int:
    said = sum(text_tokens(turn.text) for turn in spec.turns) + text_tokens(spec.text)
    fixed = _fixed_tokens(spec.system) + _fixed_tokens(json.dumps(spec.response_schema))
    picture = provider(spec.provider).picture_tokens(spec.model, spec.media_resolution)
    return said + fixed + len(spec.pictures) * picture


@cache
def _fixed_tokens(text: str) -> int:
    """Tokens of a text that all requests of a run share."""
    return text_tokens(text)
