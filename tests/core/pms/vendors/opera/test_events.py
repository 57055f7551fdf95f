"""Business events: reading is taking, so what was taken is kept before anything else."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from core.domain.errors import KnownError, VendorUnavailableError
from core.domain.hotel import Entity
from core.pms.vendors.opera import events
from core.pms.vendors.opera.events import Batch, BusinessEvent, EventQueue, event
from core.pms.vendors.opera.fields import UnreadableRowError
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.sandbox import HOTEL_ID
from core.pms.vendors.opera.wire import MAX_EVENTS
from tests.core.pms.vendors.opera.scripted import (
    ScriptedClient,
    access_to,
    answer,
    parameters,
    token,
    wordless,
)
from tests.core.pms.vendors.opera.test_fields import ODD
from tests.shared import shared_json

VIENNA = ZoneInfo("Europe/Vienna")
EMPTY = wordless(204)


def row(number: int, **header: object) -> dict[str, Any]:
    """Return one event as OPERA sends it."""
    named = {
        "moduleName": "Reservation",
        "actionType": "UPDATE RESERVATION",
        "primaryKey": f"57{number}",
        "createdDateTime": "2026-08-22 12:00:00.0",
        "hotelId": HOTEL_ID,
        **header,
    }
    details = [{"dataElement": "NAME", "newValue": "Clarke"}]
    return {
        "businessEvent": {"header": named, "details": details},
        "businessEventId": {"id": str(number)},
    }


def batch(first: int, count: int = MAX_EVENTS) -> Any:
    """Return an answer with so many events."""
    return answer({"businessEventData": [row(first + number) for number in range(count)]})


def queue_of(*answers: Any, zone: ZoneInfo | None = VIENNA) -> tuple[EventQueue, ScriptedClient]:
    """Return a queue, and the client at its other end."""
    client = ScriptedClient(token(), *answers)
    return EventQueue(OperaLine(access_to(client)), "INNKEEPER", zone), client


async def test_each_batch_is_kept_before_the_next_one_is_taken() -> None:
    """The destructive dequeue: what OPERA has answered is gone from its queue."""
    queue, client = queue_of(batch(1), batch(21), batch(41, 5))
    kept: list[tuple[int, list[str]]] = []

    async def keep(taken: Batch) -> None:
        calls = len(client.calls) - 1
        kept.append((calls, [one.id for one in taken.events]))

    assert await queue.drain(keep) == 45
    assert [calls for calls, _ in kept] == [1, 2, 3]
    assert [id_ for _, ids in kept for id_ in ids] == [str(number) for number in range(1, 46)]


async def test_a_batch_that_cannot_be_kept_stops_the_taking_at_once() -> None:
    """One batch may be lost then, which the next read of changes makes good; never a second one."""
    queue, client = queue_of(batch(1), batch(21))

    async def keep(taken: Batch) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        await queue.drain(keep)
    assert len(client.calls) == 2


async def test_trouble_on_the_way_leaves_what_was_kept_before() -> None:
    queue, _ = queue_of(batch(1), wordless(503))
    kept: list[Batch] = []

    async def keep(taken: Batch) -> None:
        kept.append(taken)

    with pytest.raises(VendorUnavailableError):
        await queue.drain(keep)
    assert len(kept) == 1


async def test_an_empty_queue_is_no_content_and_nothing_to_keep() -> None:
    queue, client = queue_of(EMPTY)

    async def keep(taken: Batch) -> None:
        raise AssertionError("there is nothing to keep")

    assert await queue.drain(keep) == 0
    assert len(client.calls) == 2


async def test_a_full_batch_may_be_the_last() -> None:
    queue, client = queue_of(batch(1), EMPTY)
    taken: list[Batch] = []

    async def keep(one: Batch) -> None:
        taken.append(one)

    assert await queue.drain(keep) == MAX_EVENTS
    assert (len(taken), len(client.calls)) == (1, 3)


async def test_one_visit_takes_so_many_batches_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """300 calls a minute are for all readers of a gateway together."""
    monkeypatch.setattr(events, "MOST_BATCHES", 3)
    queue, client = queue_of(*[batch(1)] * 9)

    async def keep(taken: Batch) -> None:
        pass

    assert await queue.drain(keep) == 60
    assert len(client.calls) == 4


async def test_events_are_asked_for_twenty_at_a_time_under_the_systems_own_code() -> None:
    queue, client = queue_of(EMPTY)

    async def keep(taken: Batch) -> None:
        pass

    await queue.drain(keep)
    call = client.calls[-1]
    assert f"/int/v1/externalSystem/INNKEEPER/hotels/{HOTEL_ID}/businessEvents?" in call.url
    assert parameters(call) == [("limit", "20")]


async def test_an_event_that_cannot_be_read_is_counted_and_the_others_are_kept() -> None:
    rows = [row(1), {"businessEvent": {}}, row(2, moduleName=None), row(3)]
    queue, client = queue_of(answer({"businessEventData": rows}))
    kept: list[Batch] = []

    async def keep(taken: Batch) -> None:
        kept.append(taken)

    await queue.drain(keep)
    (found,) = kept
    assert ([one.id for one in found.events], found.set_aside) == (["1", "3"], 2)
    assert found.request_id == client.calls[-1].headers["x-request-id"]


async def test_a_full_batch_of_unreadable_events_is_not_the_end() -> None:
    unreadable = answer({"businessEventData": [{}] * MAX_EVENTS})
    queue, _ = queue_of(unreadable, batch(1, 2))
    kept: list[Batch] = []

    async def keep(taken: Batch) -> None:
        kept.append(taken)

    assert await queue.drain(keep) == 2
    assert [one.set_aside for one in kept] == [MAX_EVENTS, 0]


def test_oracles_own_examples_of_events_are_read() -> None:
    """Numbers come as texts and as numbers, times by the hotel's clock."""
    rows = shared_json("vendors/examples/ohip-int-getBusinessEvents-200.json")["businessEventData"]
    found = [event(one, VIENNA) for one in rows]
    assert found[0] == BusinessEvent(
        "1971133", Entity.GUESTS, "NEW PROFILE", "1280812", datetime(2021, 7, 8, 8, 50, 4, tzinfo=UTC)
    )
    assert found[2] == BusinessEvent(
        "2130690", Entity.BOOKINGS, "NEW RESERVATION", "919074", datetime(2021, 7, 8, 9, 15, 38, tzinfo=UTC)
    )
    assert len(found) == len(rows)


def test_an_event_of_a_module_that_we_do_not_read_is_kept_without_a_kind() -> None:
    """In one of Oracle's examples the module is a number."""
    found = event(row(1, moduleName=14, primaryKey=7), None)
    assert found == BusinessEvent("1", None, "UPDATE RESERVATION", "7", None)


@pytest.mark.parametrize("module", ["HOUSEKEEPING", "Housekeeping", "housekeeping"])
def test_modules_are_known_in_any_spelling(module: str) -> None:
    assert event(row(1, moduleName=module), VIENNA).entity is Entity.ROOMS


@given(odd=ODD)
def test_no_event_is_odd_enough_to_crash(odd: object) -> None:
    names = ("moduleName", "actionType", "primaryKey", "createdDateTime")
    for one in (
        {"businessEvent": odd, "businessEventId": odd},
        {"businessEvent": {"header": odd}, "businessEventId": {"id": odd}},
        {"businessEvent": {"header": dict.fromkeys(names, odd)}, "businessEventId": {"id": "1"}},
    ):
        try:
            assert isinstance(event(one, VIENNA), BusinessEvent)
        except UnreadableRowError:
            continue


def test_what_events_say_of_people_and_prices_is_never_kept() -> None:
    assert "Clarke" not in repr(event(row(1), VIENNA))


async def test_a_system_that_is_not_set_up_is_named() -> None:
    body = {"type": "Bad Request", "title": "Not set up.", "o:errorCode": "OPERAWS-GEN01187"}
    queue, _ = queue_of(answer(body, 400))

    async def keep(taken: Batch) -> None:
        pass

    with pytest.raises(KnownError) as raised:
        await queue.drain(keep)
    assert raised.value.details["error"] == "OPERAWS-GEN01187"
