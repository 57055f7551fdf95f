"""What Slack saw acknowledged is not dropped when the process is told to stop."""

import asyncio
from typing import cast

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import attendance
from bot.attendance import Attendance

REQUEST = cast(AsyncBoltRequest, None)
"""What is asked for makes no difference."""


class Work:
    """A listener as Bolt runs it: a task of its own, which says first that it begins."""

    def __init__(self, people: Attendance) -> None:
        self._people = people
        self.may_finish = asyncio.Event()
        self.is_done = False

    async def begin(self) -> asyncio.Task[None]:
        begun = asyncio.Event()

        async def run() -> None:
            await self._people.handle(REQUEST, None)
            begun.set()
            await self.may_finish.wait()
            self.is_done = True

        task = asyncio.create_task(run())
        await begun.wait()
        return task


async def test_the_process_waits_for_a_listener_that_is_at_work() -> None:
    """It ends when the listener has ended, and not before."""
    people = Attendance()
    work = Work(people)
    await work.begin()

    leaving = asyncio.create_task(people.all_done())
    await asyncio.sleep(0)
    assert not leaving.done()
    work.may_finish.set()
    async with asyncio.timeout(5):
        await leaving
    assert work.is_done


async def test_who_is_done_is_not_waited_for() -> None:
    people = Attendance()
    work = Work(people)
    work.may_finish.set()
    await (await work.begin())

    async with asyncio.timeout(1):
        await people.all_done()


async def test_the_process_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the grace it leaves, and what was at work goes on until the loop ends."""
    monkeypatch.setattr(attendance, "GRACE_S", 0.01)
    people = Attendance()
    work = Work(people)
    task = await work.begin()

    async with asyncio.timeout(5):
        await people.all_done()
    assert not task.done()
    work.may_finish.set()
    await task
