"""A write that comes twice is done once; a key is for one request of one caller, for a day."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.domain.errors import CredentialsRefusedError, Layer, VendorUnavailableError
from core.store.idempotency import idempotency_key
from tests.bot.api.desk import CUSTOM, Desk, token
from tests.core.onboarding.house import BOREAL

KEY = {"Idempotency-Key": "a-key-of-ours"}


async def test_the_second_request_is_answered_as_the_first(desk: Desk) -> None:
    """Even when what it did has been undone since."""
    first = await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    await desk.ask("DELETE", "/configuration")
    opened, deeds = len(desk.house.pms.opened), await desk.house.deeds()
    again = await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (
        None,
        "true",
    )
    assert (len(desk.house.pms.opened), await desk.house.deeds()) == (opened, deeds)
    assert await desk.house.connection() is None


async def test_without_a_key_it_is_done_twice(desk: Desk) -> None:
    """The control of the above."""
    for _ in range(2):
        assert (await desk.connect()).status_code == 200
    assert len(desk.house.pms.opened) == 2


async def test_a_key_is_for_one_request(desk: Desk) -> None:
    await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    other_body = await desk.ask("POST", "/configuration", {**CUSTOM, "version": "1"}, **KEY)
    other_path = await desk.ask("DELETE", "/configuration", **KEY)
    assert [answer.status_code for answer in (other_body, other_path)] == [422, 422]
    assert await desk.house.connection() is not None


async def test_a_key_is_one_callers(desk: Desk) -> None:
    """Whoever else has it, in this hotel or another, neither sees the answer nor is held up."""
    await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    colleague = await desk.ask("POST", "/configuration", CUSTOM, held=token(subject="user-2"), **KEY)
    stranger = await desk.ask("POST", "/configuration", CUSTOM, held=token(hotel=BOREAL.id), **KEY)
    assert "idempotency-replayed" not in {*colleague.headers, *stranger.headers}
    assert len(desk.house.pms.opened) == 3


async def test_two_at_once_are_one(desk: Desk) -> None:
    """The one that comes while the other is under way is asked to come again."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def pause() -> None:
        begun.set()
        await go_on.wait()

    desk.house.pms.pause = pause
    first = asyncio.create_task(desk.ask("POST", "/configuration", CUSTOM, **KEY))
    await asyncio.wait_for(begun.wait(), 10)
    second = await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    go_on.set()
    assert (second.status_code, second.headers["retry-after"]) == (409, "2")
    assert (await first).status_code == 200
    assert (await desk.ask("POST", "/configuration", CUSTOM, **KEY)).json() == (await first).json()
    assert len(desk.house.pms.opened) == 1


async def test_many_at_once_are_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.ask("POST", "/configuration", CUSTOM, **KEY) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(desk.house.pms.opened) == 1


async def test_a_refusal_that_is_final_is_kept(desk: Desk) -> None:
    desk.house.pms.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
    first = await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    desk.house.pms.failure = None
    again = await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    assert (first.status_code, again.json()) == (422, first.json())
    assert again.headers["content-type"] == "application/problem+json"


async def test_a_failure_of_ours_is_not_kept(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key may then be tried again."""

    async def broken(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("SAVE", None, OSError("the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("core.onboarding.saving.ConnectionKeeper.keep", broken)
        first = await sqlite_desk.ask("POST", "/configuration", CUSTOM, **KEY)
    assert (first.status_code, first.headers["retry-after"]) == (503, "5")
    assert (await sqlite_desk.ask("POST", "/configuration", CUSTOM, **KEY)).status_code == 200


async def test_a_request_whose_process_died_can_be_asked_anew_after_a_minute(desk: Desk) -> None:
    await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    now = desk.house.clock.now()
    async with desk.house.database.system() as unit:  # as it was left in the middle
        await unit.connection.execute(
            sa.update(idempotency_key).values(status=None, expires_at=now + timedelta(minutes=1))
        )
    assert (await desk.ask("POST", "/configuration", CUSTOM, **KEY)).status_code == 409
    desk.house.clock.advance(60)
    assert (await desk.ask("POST", "/configuration", CUSTOM, **KEY)).status_code == 200
    assert len(desk.house.pms.opened) == 2


async def test_after_a_day_a_key_is_forgotten(desk: Desk) -> None:
    await desk.ask("POST", "/configuration", CUSTOM, **KEY)
    desk.house.clock.advance(24 * 3600 - 1)
    assert (await desk.ask("POST", "/configuration", CUSTOM, **KEY)).headers["idempotency-replayed"] == "true"
    desk.house.clock.advance(1)
    assert "idempotency-replayed" not in (await desk.ask("POST", "/configuration", CUSTOM, **KEY)).headers
    assert len(desk.house.pms.opened) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
async def test_a_key_that_is_none_is_refused(sqlite_desk: Desk, key: str) -> None:
    answer = await sqlite_desk.ask("POST", "/configuration", CUSTOM, **{"Idempotency-Key": key})
    assert answer.status_code == 400
    assert sqlite_desk.house.pms.opened == []


async def test_a_test_keeps_nothing(sqlite_desk: Desk) -> None:
    """It is a question: whoever asks again wants to know how it is now."""
    for _ in range(2):
        await sqlite_desk.ask("POST", "/test-connection", CUSTOM, **KEY)
    assert len(sqlite_desk.house.pms.opened) == 2


async def test_a_vendor_that_is_away_is_told_as_a_failed_test(sqlite_desk: Desk) -> None:
    sqlite_desk.house.pms.failure = VendorUnavailableError("vendor.unavailable", Layer.HTTP)
    answer = await sqlite_desk.connect()
    assert (answer.status_code, answer.json()["details"]["diagnosis"]["party"]) == (422, "vendor")
