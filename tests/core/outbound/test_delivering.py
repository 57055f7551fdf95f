"""Messages on their way to a real server: signed, tried again, given up, sent again; each under one id."""

import asyncio
import socket
from contextlib import suppress
from datetime import timedelta
from typing import Final

import pytest
from standardwebhooks import WebhookVerificationError
from starlette.responses import Response, StreamingResponse

from core.audit import AuditAction
from core.domain.events import EndpointPaused
from core.jobs.queue import Job, RetryLater
from core.outbound import attempts, delivering
from core.outbound.attempts import Result
from core.outbound.delivering import Deliverer
from core.outbound.patience import PAUSES
from core.outbound.publishing import DELIVER
from core.store.webhook_endpoints import Paused, webhook_endpoint
from core.store.webhook_messages import DeliveryState, webhook_delivery, webhook_message
from tests.core.onboarding.house import ADA, AURORA, BOREAL, as_, as_hotel
from tests.core.onboarding.line import Waiting
from tests.core.outbound.desk import EVENT, TYPE, Desk
from tests.core.outbound.systems import never, status

DELIVERED: Final = DeliveryState.DELIVERED
WAITING: Final = DeliveryState.WAITING
DEAD: Final = DeliveryState.DEAD

DAY_S: Final = 86_400.0
A_STEP_S: Final = 90_000.0
"""Longer than the longest pause, its chance included."""


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second's patience instead of fifteen."""
    monkeypatch.setattr(attempts, "DEADLINE_S", 0.5)


async def test_a_message_arrives_signed(desk: Desk) -> None:
    """As the standard's own library has it; with ids, and nothing of who did it."""
    issued = await desk.add()
    await desk.happen()
    assert await desk.send(issued.endpoint.id) is None
    [came] = desk.system.arrived
    said = came.verified(issued.secret.reveal())
    assert said == {
        "type": TYPE,
        "timestamp": desk.house.clock.now().isoformat().replace("+00:00", "Z"),
        "data": {
            "hotelId": AURORA.id,
            "connectionId": "connection-1",
            "pmsType": "Mews",
            "propertyName": "Hotel Aurora",
        },
    }
    assert came.headers["content-type"] == "application/json"
    assert came.headers["user-agent"].startswith("Innkeeper/")
    assert "authorization" not in came.headers
    with pytest.raises(WebhookVerificationError):
        came.verified((await desk.add(desk.systems[1])).secret.reveal())
    assert await desk.states() == [DELIVERED]


async def test_one_message_and_one_delivery_for_each_system(desk: Desk) -> None:
    """Written with the fact, and only for those who want it; each system has a lane of its own."""
    one, two = await desk.add(), await desk.add(desk.systems[1])
    await desk.happen()
    assert len(await desk.rows(webhook_message)) == 1
    assert {row.endpoint_id for row in await desk.rows(webhook_delivery)} == {
        one.endpoint.id,
        two.endpoint.id,
    }
    assert await desk.house.waiting(DELIVER) == sorted(
        Waiting.of(
            DELIVER,
            key=f"webhook:{issued.endpoint.id}",
            lane=f"webhook:{issued.endpoint.id}",
            hotel_id=AURORA.id,
            endpoint_id=issued.endpoint.id,
        )
        for issued in (one, two)
    )
    await desk.send(one.endpoint.id)
    await desk.send(two.endpoint.id)
    assert desk.systems[0].arrived[0].id == desk.systems[1].arrived[0].id
    assert desk.systems[0].arrived[0].body == desk.systems[1].arrived[0].body


async def test_what_is_undone_is_not_told(desk: Desk) -> None:
    await desk.add()
    with pytest.raises(ZeroDivisionError):
        async with desk.house.database.transaction(as_hotel()) as unit:
            await desk.announce(unit, EVENT, desk.house.clock.now())
            raise ZeroDivisionError
    assert await desk.rows(webhook_message) == []
    assert await desk.house.waiting(DELIVER) == []


async def test_another_type_or_another_hotel_is_not_told(desk: Desk) -> None:
    await desk.add(types=["pms.sync.troubled"])
    await desk.happen()
    await desk.happen(tenant=as_hotel(BOREAL.id))
    assert await desk.rows(webhook_message) == []


async def test_errors_then_success_is_one_message_under_one_id(desk: Desk) -> None:
    """The time of the attempt is new and signed each time; the id and the body are the same."""
    issued = await desk.add()
    desk.system.answers = [status(500), status(503), status(404)]
    await desk.happen()
    await desk.send(issued.endpoint.id)
    for pause in PAUSES[:3]:
        assert await desk.states() == [WAITING]
        await desk.wait(pause.total_seconds() * 1.1)
    arrived = desk.system.arrived
    assert len(arrived) == 4
    assert len({(came.id, came.body) for came in arrived}) == 1
    assert len({came.headers["webhook-timestamp"] for came in arrived}) == 4
    assert all(came.is_signed_by(issued.secret.reveal()) for came in arrived)
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert (delivery.state, delivery.attempts, delivery.last_status) == (DELIVERED, 4, 204)
    endpoint = await desk.endpoint(issued.endpoint.id)
    assert (endpoint.failures, endpoint.failing_since, endpoint.hold_until) == (0, None, None)


async def test_the_first_pause_is_waited_for_in_the_line(desk: Desk) -> None:
    """Five seconds are not left to the tick; hours are."""
    issued = await desk.add()
    desk.system.answers = [status(500), status(500)]
    await desk.happen()
    pause = await desk.send(issued.endpoint.id)
    assert pause is not None
    assert 4.5 <= pause <= 5.5
    desk.house.clock.advance(pause)
    assert await desk.send(issued.endpoint.id) is None
    await desk.house.clear_line()
    await desk.tidy()
    assert await desk.house.waiting(DELIVER) == []
    desk.house.clock.advance(330)
    await desk.tidy()
    assert [one.kind for one in await desk.house.waiting(DELIVER)] == [DELIVER]


async def test_after_ten_attempts_it_is_given_up_and_can_be_sent_again(desk: Desk) -> None:
    """Over about three days; then one press sends it, under its id, with all attempts before it again."""
    issued = await desk.add()
    desk.system.usual = status(500)
    await desk.happen()
    begun = desk.house.clock.now()
    await desk.send(issued.endpoint.id)
    for pause in PAUSES:
        await desk.wait(pause.total_seconds() * 1.1)
    assert len(desk.system.arrived) == 10
    assert timedelta(days=3) < desk.house.clock.now() - begun < timedelta(days=4)
    assert await desk.states() == [DEAD]
    await desk.wait(A_STEP_S)
    assert len(desk.system.arrived) == 10
    desk.system.usual = status(200)
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert await desk.endpoints.send_again(as_(ADA), issued.endpoint.id, delivery.message.id) == 1
    assert await desk.endpoints.send_again(as_(ADA), issued.endpoint.id, delivery.message.id) == 0
    await desk.send(issued.endpoint.id)
    assert len({came.id for came in desk.system.arrived}) == 1
    assert await desk.states() == [DELIVERED]


async def test_410_pauses_the_system_and_tells_the_managers_once(desk: Desk) -> None:
    issued = await desk.add()
    desk.system.usual = status(410)
    await desk.happen()
    await desk.happen()
    await desk.send(issued.endpoint.id)
    assert len(desk.system.arrived) == 1
    endpoint = await desk.endpoint(issued.endpoint.id)
    assert endpoint.paused is Paused.GONE
    assert desk.announced == [EndpointPaused(endpoint.id, "127.0.0.1", "gone", desk.house.clock.now())]
    assert await desk.house.deeds() == [
        (AuditAction.WEBHOOK_ADDED, ADA.user_id),
        (AuditAction.WEBHOOK_PAUSED, None),
    ]
    await desk.happen()
    assert len(await desk.rows(webhook_message)) == 2, "a paused system is told nothing"
    desk.system.usual = status(200)
    assert await desk.endpoints.resume(as_(ADA), endpoint.id)
    await desk.send(endpoint.id)
    assert await desk.states() == [DEAD, DELIVERED]


async def test_five_days_of_failing_pause_it(desk: Desk) -> None:
    """Counted from the first failure, with no success in between; the managers are told once."""
    issued = await desk.add()
    desk.system.usual = status(500)
    await desk.happen()
    await desk.wait(0)
    for _ in range(9):
        await desk.happen()
        await desk.wait(0.5 * DAY_S)
    assert (await desk.endpoint(issued.endpoint.id)).paused is None
    await desk.wait(0.5 * DAY_S)
    assert (await desk.endpoint(issued.endpoint.id)).paused is Paused.FAILING
    await desk.wait(DAY_S)
    assert [event.why for event in desk.announced if isinstance(event, EndpointPaused)] == ["failing"]


async def test_a_failure_every_few_days_does_not_pause_it(desk: Desk) -> None:
    issued = await desk.add()
    for _ in range(4):
        desk.system.answers = [status(500)]
        await desk.happen()
        await desk.send(issued.endpoint.id)
        await desk.house.clear_line()
        async with desk.house.database.system() as unit:
            await unit.connection.execute(webhook_message.delete())
        desk.house.clock.advance(3 * DAY_S)
    assert (await desk.endpoint(issued.endpoint.id)).paused is None


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        (status(302, location="http://127.0.0.1:1/"), Result.REDIRECTED, 302),
        (status(307, location="/elsewhere"), Result.REDIRECTED, 307),
        (status(400), Result.REFUSED, 400),
        (status(500), Result.REFUSED, 500),
        (Response("x" * (3 * 1024 * 1024)), Result.UNREADABLE, None),
        (never, Result.TIMEOUT, None),
    ],
    ids=["302", "307", "400", "500", "too large", "never"],
)
async def test_what_is_no_success_is_tried_again(
    desk: Desk, hurried: None, answer: Response, result: Result, code: int | None
) -> None:
    """A redirect is not followed: nothing but the address itself is ever called."""
    issued = await desk.add()
    desk.system.answers = [answer]
    await desk.happen()
    await desk.send(issued.endpoint.id)
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert (delivery.state, delivery.last_result, delivery.last_status) == (WAITING, result, code)
    assert [came.path for came in desk.system.arrived] == ["/events"]
    await desk.wait(6)
    assert await desk.states() == [DELIVERED]


async def test_a_system_that_dribbles_does_not_hold_us(desk: Desk, hurried: None) -> None:
    """The deadline is for the whole answer, however often a byte comes."""
    dripping = asyncio.Event()

    async def drip() -> Response:
        async def bytes_of() -> object:
            while not dripping.is_set():
                yield b"."
                await asyncio.sleep(0.05)

        return StreamingResponse(bytes_of())  # type: ignore[arg-type]

    issued = await desk.add()
    desk.system.answers = [drip]
    await desk.happen()
    async with asyncio.timeout(5):
        await desk.send(issued.endpoint.id)
    dripping.set()
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert (delivery.state, delivery.last_result) == (WAITING, Result.TIMEOUT)


async def test_nobody_listens(desk: Desk) -> None:
    """A port without a server, in the policy's eyes allowed."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        desk.system.url = f"http://127.0.0.1:{closed.getsockname()[1]}/events"
    desk.__post_init__()
    issued = await desk.add()
    await desk.happen()
    await desk.send(issued.endpoint.id)
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert (delivery.state, delivery.last_result) == (WAITING, Result.UNREACHABLE)


async def test_retry_after_is_kept_to(desk: Desk) -> None:
    """For everything that waits for the system; an hour at most."""
    issued = await desk.add()
    desk.system.answers = [status(429, retry_after="1200"), status(503, retry_after="99999999")]
    await desk.happen()
    await desk.happen()
    await desk.send(issued.endpoint.id)
    await desk.wait(1100)
    assert len(desk.system.arrived) == 1
    await desk.wait(101)
    assert len(desk.system.arrived) == 2
    await desk.wait(3500)
    assert len(desk.system.arrived) == 2
    await desk.wait(101)
    assert await desk.states() == [DELIVERED, DELIVERED]


async def test_a_dead_system_is_called_less_and_less(desk: Desk) -> None:
    """Whatever waits for it: twenty messages do not mean twenty calls each time."""
    issued = await desk.add()
    desk.system.usual = status(500)
    for _ in range(20):
        await desk.happen()
    for _ in range(60):
        await desk.wait(60)
    assert 15 < len(desk.system.arrived) < 25
    assert (await desk.endpoint(issued.endpoint.id)).failures == len(desk.system.arrived)
    desk.system.usual = status(200)
    await desk.wait(301)
    await desk.wait(A_STEP_S)
    assert await desk.states() == [DELIVERED] * 20


async def test_a_message_that_is_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    """It waits for its next time in the table, not in the lane."""
    issued = await desk.add()
    desk.system.answers = [status(500)]
    for _ in range(3):
        await desk.happen()
    await desk.send(issued.endpoint.id)
    await desk.wait(5.0)
    await desk.wait(1.0)
    assert await desk.states() == [DELIVERED] * 3
    assert len(desk.system.arrived) == 4


async def test_killed_between_sending_and_noting(desk: Desk) -> None:
    """The system has it, we do not know: it is sent again under the same id, so that it can tell."""
    issued = await desk.add()
    desk.system.answers = [never]
    await desk.happen()
    dying = asyncio.create_task(desk.send(issued.endpoint.id))
    await desk.system.until(1)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    desk.deliverer = desk.another_worker()
    await desk.send(issued.endpoint.id)
    assert await desk.states() == [DELIVERED]
    assert len({(came.id, came.body) for came in await desk.system.until(2)}) == 1


async def test_two_workers_at_once_note_it_once(desk: Desk) -> None:
    """Where the lane's promise is broken, as by a worker that was taken for dead."""
    issued = await desk.add()
    desk.system.usual = status(500)
    await desk.happen()
    other = desk.another_worker()
    await asyncio.gather(desk.send(issued.endpoint.id), _handle(other, issued.endpoint.id))
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert delivery.attempts == 1
    assert (await desk.endpoint(issued.endpoint.id)).failures == 1


async def test_a_system_that_is_removed_hears_nothing_more(desk: Desk) -> None:
    """Also where a message is on its way in this very moment."""
    issued = await desk.add()
    released = asyncio.Event()

    async def held() -> Response:
        await released.wait()
        return status(200)

    desk.system.answers = [held]
    await desk.happen()
    await desk.happen()
    sending = asyncio.create_task(desk.send(issued.endpoint.id))
    await desk.system.until(1)
    assert await desk.endpoints.remove(as_(ADA), issued.endpoint.id)
    released.set()
    await sending
    assert len(desk.system.arrived) == 1
    assert await desk.rows(webhook_endpoint) == []
    assert await desk.states() == []


async def test_the_other_systems_do_not_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four hang, and hold the room for attempts; the worker's other slots stay free for other work."""
    monkeypatch.setattr(delivering, "ROOM", 1)
    desk.deliverer = desk.another_worker()
    one, two = await desk.add(), await desk.add(desk.systems[1])
    desk.system.answers = [never]
    await desk.happen()
    hanging = asyncio.create_task(desk.send(one.endpoint.id))
    await desk.system.until(1)
    assert await desk.send(two.endpoint.id) == delivering.ROOM_PAUSE_S
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
    assert await desk.send(two.endpoint.id) is None
    assert len(desk.systems[1].arrived) == 1


async def test_what_is_old_is_forgotten(desk: Desk) -> None:
    """What was delivered after three days, what was given up after thirty; waiting ends after four."""
    issued = await desk.add()
    await desk.happen()
    await desk.send(issued.endpoint.id)
    desk.system.usual = status(500)
    await desk.happen()
    await desk.send(issued.endpoint.id)
    assert await desk.states() == [DELIVERED, WAITING]
    desk.house.clock.advance(3.5 * DAY_S)
    await desk.tidy()
    assert await desk.states() == [WAITING]
    desk.house.clock.advance(DAY_S)
    await desk.tidy()
    assert await desk.states() == [DEAD]
    desk.house.clock.advance(25 * DAY_S)
    await desk.tidy()
    assert await desk.states() == [DEAD]
    desk.house.clock.advance(DAY_S)
    await desk.tidy()
    assert await desk.rows(webhook_message) == []
    assert await desk.states() == []


async def _handle(worker: Deliverer, endpoint_id: str) -> None:
    with suppress(RetryLater):
        await worker.handle(Job(1, DELIVER, {"hotel_id": AURORA.id, "endpoint_id": endpoint_id}, 1))
