"""A drafting run and its surroundings: Ctrl-C, and a thread of its own where a loop runs already, as in a notebook."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
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


@contextlib.contextmanager
def signals_call(interrupted: Callable[[], None], interrupt: Interrupt | None) -> Iterator[None]:
    """Inside, Ctrl-C and SIGTERM call this in the running loop; `interrupt` does outside the main thread."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in numbers:
            loop.add_signal_handler(number, interrupted)
    except (NotImplementedError, RuntimeError, ValueError):
        # Not on this system, or not in the main thread: Ctrl-C then does what it does there.
        if interrupt is not None:
            interrupt.calls(lambda: loop.call_soon_threadsafe(interrupted))
        yield
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


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
