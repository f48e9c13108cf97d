"""Writes to the ledger that wait for a commit which several calls share."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

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
