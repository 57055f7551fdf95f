"""Real workers at work: a dead system delays nobody, and two workers do not call one twice at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.responses import Response

from core.outbound.publishing import DELIVER
from core.store.webhook_messages import DeliveryState
from tests.core.jobs.desk import Desk as Jobs
from tests.core.onboarding.house import House
from tests.core.outbound.desk import Desk, open_desk
from tests.core.outbound.systems import status

MESSAGES = 25


@asynccontextmanager
async def working(desk: Desk, workers: int) -> AsyncIterator[None]:
    """Let real workers perform what waits."""
    stop = asyncio.Event()
    running = [
        asyncio.create_task(
            Jobs(desk.house.database).worker.run({DELIVER: desk.another_worker().handle}, stop)
        )
        for _ in range(workers)
    ]
    yield
    stop.set()
    await asyncio.gather(*running)


async def test_a_dead_system_delays_nobody(desk: Desk) -> None:
    """One takes every call and answers none; the other has all of its messages meanwhile."""
    await desk.add()
    await desk.add(desk.systems[1])
    released = asyncio.Event()

    async def held() -> Response:
        await released.wait()
        return status(503)

    desk.systems[0].usual = held
    for _ in range(MESSAGES):
        await desk.happen()
    async with working(desk, 1):
        await desk.systems[1].until(MESSAGES)
        assert len(desk.systems[0].arrived) <= 1
        released.set()


@pytest.mark.postgres
async def test_two_workers_share_the_work(postgres_house: House) -> None:
    """Each message arrives once, and a system is never called by both at a time."""
    async with open_desk(postgres_house) as desk:
        await desk.add()
        under_way, most = 0, 0

        async def slowly() -> Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.02)
            under_way -= 1
            return status(200)

        desk.system.usual = slowly
        async with working(desk, 2):
            for _ in range(MESSAGES):
                await desk.happen()
                await asyncio.sleep(0.01)
            await desk.system.until(MESSAGES)
        assert set(Counter(came.id for came in desk.system.arrived).values()) == {1}
        assert most == 1
        assert await desk.states() == [DeliveryState.DELIVERED] * MESSAGES
