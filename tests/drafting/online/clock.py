"""A clock that stands still while something happens and jumps where all would wait, and a service that lives by it."""

import asyncio
import itertools
import selectors

from meu_data.drafting.providers.base import Provider, Reply, Usage
from tests.drafting.online.samples import good_answer


class _JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: the moment until which it should wait has come at once."""

    now = 1000.0

    def select(self, timeout=None):
        assert timeout is not None, "nothing is left that could wake the loop"
        # Every turn takes a little: what is due in a time too short for a float would never come.
        self.now += max(timeout, 2**-30)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop of simulated time; what takes two hours by its clock takes no time at all."""

    def __init__(self):
        self.selector = _JumpingSelector()
        super().__init__(self.selector)

    def time(self):
        return self.selector.now


def run(work):
    """As `asyncio.run`, by that clock."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(work)


class Clockwork:
    """A provider as any package may offer one. Every call takes a second.

    `script[sample]` has the errors that its calls meet in turn, `always` what all others meet; `calls` keeps which
    sample was asked about at which moment.
    """

    def __init__(self):
        self.script, self.always, self.calls = {}, None, []
        self.provider = Provider(
            connect=lambda **_: self,
            body=lambda spec, pictures: {},
            read_reply=lambda raw: Reply(text=raw, finish_reason="STOP", usage=Usage(input_tokens=1), raw=raw),
            unbilled=lambda: True,
        )

    async def call(self, spec, pictures):
        self.calls.append((asyncio.get_running_loop().time(), spec.sample_id))
        await asyncio.sleep(1)
        line = self.script.get(spec.sample_id)
        error = line.pop(0) if line else self.always
        if error is not None:
            raise error
        answer = good_answer(spec.sample_id)
        return Reply(text=answer, finish_reason="STOP", usage=Usage(input_tokens=1, output_tokens=1), raw=answer)

    async def close(self):
        pass

    def times(self, sample):
        """The seconds between one call about a sample and the next."""
        moments = [moment for moment, asked in self.calls if asked == sample]
        return [later - earlier for earlier, later in itertools.pairwise(moments)]
