"""Grounding that waits for a quiet moment: it takes a core's time, and calls under way should not wait for it."""

from collections import deque
from itertools import chain

from meu_data.choices import Language, Recipe
from meu_data.grounding.verify import store_grounding
from meu_data.records import Draft, Motion, Sample
from meu_data.store.drafts import ungrounded
from meu_data.store.ledger import Ledger

_MOST_REMEMBERED = 10_000


class Backlog:
    """The drafts of one model and language that have no grounding yet; the ledger knows them, too."""

    def __init__(self, ledger: Ledger, recipe: Recipe, model: str, lang: Language) -> None:
        """Begins empty; what an earlier run left is found by `drain`."""
        self._ledger, self._scope = ledger, (recipe, model, lang)
        self._recent: deque[str] = deque(maxlen=_MOST_REMEMBERED)

    def add(self, sample_id: str) -> None:
        """A draft was stored without its grounding."""
        self._recent.append(sample_id)

    def work(self, count: int) -> int:
        """Grounds a few of the drafts that were added, in one transaction.

        Returns:
            How many it looked at; 0 when there is nothing to do.
        """
        chosen = [self._recent.popleft() for _ in range(min(count, len(self._recent)))]
        pages = (ungrounded(self._ledger, *self._scope, name) for name in chosen)
        self._ground(list(chain.from_iterable(chain.from_iterable(pages))))
        return len(chosen)

    def drain(self) -> None:
        """Grounds every draft that has no grounding, also those of earlier runs."""
        self._recent.clear()
        for page in ungrounded(self._ledger, *self._scope):
            self._ground(page)

    def _ground(self, drafts: list[tuple[Sample, Motion, Draft]]) -> None:
        if drafts:
            with self._ledger.transaction():
                for draft in drafts:
                    store_grounding(self._ledger, *draft)
