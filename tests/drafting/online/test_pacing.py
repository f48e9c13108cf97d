"""How fast calls go out, by a clock that jumps."""

import asyncio

import pytest

from meu_data.drafting.online.pacing import Gate, Pacing, RunStopped
from tests.drafting.online import clock

POOL = 8
SHORT = 1e-5


@pytest.fixture
def simulated():
    """Runs a coroutine function; returns what it returns."""

    def run(work):
        return clock.run(work())

    return run


async def entered(gate, count):
    """The moments at which so many calls, which never end, are let through."""
    return sorted(await asyncio.gather(*(gate.enter() for _ in range(count))))


def test_a_pool_pauses_for_as_long_as_it_is_told_and_halves(simulated):
    async def work():
        gate = Gate(Pacing(), POOL)
        began = await entered(gate, POOL)
        assert [gate.fault(moment) for moment in began] == [False] * POOL
        for _ in range(POOL):
            gate.pause(600)
            gate.leave()
        again = await entered(gate, POOL // 2)
        # All eight went out together and were one strike: four may go now, and the next only as one ends.
        waiting = asyncio.ensure_future(gate.enter())
        await asyncio.sleep(60)
        assert not waiting.done()
        gate.leave()
        return began, [*again, await waiting]

    began, again = simulated(work)
    assert began == pytest.approx([1000] * POOL, abs=SHORT)
    assert again == pytest.approx([1600] * (POOL // 2) + [1660], abs=SHORT)


def test_the_longest_pause_counts(simulated):
    async def work():
        gate = Gate(Pacing(), 1)
        gate.pause(3)
        gate.pause(2)
        return await gate.enter()

    assert simulated(work) == pytest.approx(1003, abs=SHORT)


def test_no_service_holds_a_pool_back_for_hours(simulated):
    async def work():
        gate = Gate(Pacing(), 1)
        assert gate.pause(3600) == 900
        return await gate.enter()

    assert simulated(work) == pytest.approx(1900, abs=SHORT)


def test_one_call_goes_alone_until_it_is_answered(simulated):
    async def work():
        gate = Gate(Pacing(), POOL, canary=True)
        began = await gate.enter()
        others = [asyncio.ensure_future(gate.enter()) for _ in range(POOL)]
        await asyncio.sleep(10)
        waited = [other.done() for other in others]
        gate.fault(began)
        gate.leave()
        await asyncio.sleep(1)
        alone = sum(other.done() for other in others)
        gate.success()
        await asyncio.sleep(1)
        return waited, alone, sum(other.done() for other in others)

    assert simulated(work) == ([False] * POOL, 1, POOL)


def test_an_outage_of_minutes_is_waited_out(simulated):
    """Half an hour of nothing but faults: the default patience is two hours."""

    async def work():
        gate = Gate(Pacing(), 1)
        lasting = []
        while gate.now() < 1000 + 1800:
            began = await gate.enter()
            lasting.append(gate.fault(began))
            gate.leave()
            if gate.outage:
                gate.pause(gate.pause_length())
            else:
                await asyncio.sleep(1)
        return any(lasting), gate.outage, len(lasting) < 100

    assert simulated(work) == (False, True, True)


def test_a_pool_that_works_again_recovers(simulated):
    async def work():
        gate = Gate(Pacing(), POOL)
        gate.fault(await gate.enter())
        seen = [gate.allowed]
        for _ in range(24):
            gate.success()
            seen.append(gate.allowed)
        return seen

    # About as many answers as go out at once let one more through.
    seen = simulated(work)
    assert seen == sorted(seen)
    assert [seen.count(allowed) for allowed in range(4, 8)] == [5, 5, 7, 7]
    assert seen[-1] == POOL


def test_what_an_outage_has_halved_again_and_again_recovers_fast_up_to_half(simulated):
    async def work():
        gate = Gate(Pacing(), 64)
        for _ in range(6):
            began = await gate.enter()
            await asyncio.sleep(1)
            gate.fault(began)
            gate.leave()
            await asyncio.sleep(1)
        lowest = gate.allowed
        for _ in range(64):
            gate.success()
        return lowest, gate.allowed

    assert simulated(work) == (1, 32)


def test_nobody_is_waited_for_longer_than_a_quarter_of_an_hour(simulated):
    async def work():
        gate = Gate(Pacing(), 1)
        return gate.pause(3600)

    assert simulated(work) == 900


@pytest.mark.parametrize(("every", "stops"), [(8.0, False), (9.0, True)])
def test_the_breaker_opens_after_enough_faults_that_last(simulated, every, stops):
    """Eight rounds in a row, of which the first was the given time ago; 60 seconds are enough."""

    async def work():
        gate = Gate(Pacing(breaker_strikes=8, outage=60.0), 1)
        for _ in range(8):
            began = await gate.enter()
            await asyncio.sleep(1)
            lasting = gate.fault(began)
            gate.leave()
            await asyncio.sleep(every - 1)
        return lasting

    assert simulated(work) is stops


def test_calls_per_minute_are_spread_evenly(simulated):
    """1,200 in a minute are one in 50 ms, two of them at once at the most."""

    async def work():
        return await entered(Gate(Pacing(), 100, rpm=1200), 40)

    moments = simulated(work)
    assert moments[-1] - moments[0] == pytest.approx(38 * 0.05, abs=0.051)
    assert all(later - earlier >= 0.049 for earlier, later in zip(moments, moments[2:], strict=False))


def test_a_stop_ends_every_wait(simulated):
    async def work():
        gate = Gate(Pacing(), 1)
        gate.pause(7200)
        waiting = [asyncio.ensure_future(gate.enter()) for _ in range(3)]
        await asyncio.sleep(1)
        gate.stop()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        return gate.now(), [type(each) for each in ended]

    moment, ended = simulated(work)
    assert moment == pytest.approx(1001, abs=SHORT)
    assert ended == [RunStopped] * 3
