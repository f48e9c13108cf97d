"""What a run defers: writes until a commit that several calls share, grounding until a quiet moment."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

from meu_data.choices import Language, Recipe
from meu_data.grounding.verify import store_grounding
from meu_data.records import Draft, Motion, Sample
from meu_data.store.drafts import ungrounded
from meu_data.store.ledger import Ledger

_T = TypeVar("_T")


class Commits:
    """Collects writes and commits them together, soon; a write is done when its `do` returns."""

    def __init__(self, ledger: Ledger) -> None:
        """Takes the ledger to write to; nobody else may write to it while a loop turns."""
        self._ledger = ledger
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    async def do(self, write: Callable[[], _T]) -> _T:
        """Runs a write inside a transaction and returns its result once that is committed.

        Raises:
            LedgerError: The transaction failed; none of its writes has happened.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_T] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._commit)
        self._waiting.append((write, done))
        return await done

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            with self._ledger.transaction():
                results = [write() for write, _ in waiting]
        except BaseException as error:
            for _, done in waiting:
                if not done.done():
                    done.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, done), result in zip(waiting, results, strict=True):
            if not done.done():
                done.set_result(result)


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
