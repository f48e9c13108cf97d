"""Runs a drafting run where an event loop is running already, as in a notebook: in a thread of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


class Interrupt:
    """Carries Ctrl-C to a run in another thread, which gets no signals."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None

    def calls(self, stop: Callable[[], object]) -> None:
        """From now on an interrupt calls this, in whatever thread it comes."""
        self._stop = stop

    def send(self) -> None:
        """Interrupts the run, once it can be."""
        if self._stop is not None:
            self._stop()


def loop_is_running() -> bool:
    """Whether this thread has a running event loop, so that `asyncio.run` would be refused."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_thread(work: Callable[[Interrupt], _T]) -> _T:
    """Does the work in another thread and waits for it; Ctrl-C is passed on, and its end waited for.

    `work` takes what tells it of Ctrl-C.

    Returns:
        What the work returns; what it raises is raised here.
    """
    interrupt = Interrupt()
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(work, interrupt)
        while True:
            try:
                return future.result()
            except KeyboardInterrupt:
                if future.done():
                    raise
                interrupt.send()
