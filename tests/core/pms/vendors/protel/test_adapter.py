"""What the adapter asks, and what it makes of answers that the sandbox never gives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    FeatureUnsupportedError,
    InputRefusedError,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.check import Ladder, check
from core.pms.vendors.protel.description import VENDOR
from tests.core.pms.benches.protel import SECRETS, bench, values
from tests.core.pms.contract import open_line, read_all
from tests.core.pms.vendors.protel.scripted import ROW, VALUES, adapter, answer, listed


async def test_the_key_travels_in_its_header_and_nowhere_else() -> None:
    """Blanks that came along with a pasted key are dropped; the first call asks for next to nothing."""
    line, client = adapter(answer(listed()), key=Secret(" key-1\n"))
    assert await line.identify() == PropertyIdentity("2691", "protel 2691", timezone="Europe/Vienna")
    [call] = client.calls
    assert (call.method, call.body) == ("GET", None)
    assert call.url == (
        "https://protel.example.com:443/hotel/reservations?modifiedAfter=2026-08-22T09%3A00%3A00Z&maxResponses=1"
    )
    assert call.headers == {"accept": "application/json", "x-api-key": Secret("key-1")}


async def test_no_figures_are_made_up() -> None:
    line, client = adapter()
    assert await line.overview() == PropertyOverview()
    assert client.calls == []


async def test_a_read_of_everything_goes_two_years_back_page_by_page() -> None:
    line, client = adapter(answer(listed(ROW, offset=100)), answer(listed(ROW)))
    pages = await read_all(line, Entity.BOOKINGS)
    first = {"modifiedAfter": "2024-08-22T10:00:00Z", "maxResponses": "100"}
    assert client.asked == [first, {**first, "offsetID": "100"}]
    assert [len(page.records) for page in pages] == [1, 1]


async def test_changes_are_asked_for_with_ten_minutes_of_overlap() -> None:
    """And with a second more, because `after` leaves out the instant itself; fractions are dropped."""
    line, client = adapter(answer(listed()))
    since = datetime(2026, 8, 22, 11, 30, 0, 250_000, timezone(timedelta(hours=2)))
    await read_all(line, Entity.BOOKINGS, changed_since=since, page_size=7)
    assert client.asked == [{"modifiedAfter": "2026-08-22T09:19:59Z", "maxResponses": "7"}]


async def test_no_more_is_asked_for_than_was_ever_seen() -> None:
    line, client = adapter(answer(listed()))
    await read_all(line, Entity.BOOKINGS, page_size=1000)
    assert client.asked[0]["maxResponses"] == "100"


async def test_a_cursor_is_enough_to_go_on() -> None:
    """Hours later, by another adapter, the same question goes on where it stood."""
    line, first = adapter(answer(listed(ROW, offset=2)), answer(listed(ROW)))
    since = datetime(2026, 8, 1, tzinfo=UTC)
    pages = await read_all(line, Entity.BOOKINGS, changed_since=since, page_size=2)
    again, second = adapter(answer(listed(ROW)))
    assert await read_all(again, Entity.BOOKINGS, cursor=pages[0].next_cursor, page_size=2) == pages[1:]
    assert second.asked == first.asked[1:]


async def test_an_empty_page_is_not_taken_for_the_end() -> None:
    line, _ = adapter(answer(listed(offset=5)), answer(listed(ROW)))
    assert [len(page.records) for page in await read_all(line, Entity.BOOKINGS)] == [0, 1]


async def test_an_answer_that_points_back_to_its_own_page_is_stopped() -> None:
    """The one program that is known to call the interface has a guard against it, so it may really happen."""
    line, client = adapter(answer(listed(ROW, offset=5)), answer(listed(ROW, offset=5)))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await read_all(line, Entity.BOOKINGS)
    assert raised.value.code == "protel.page_repeated"
    assert len(client.calls) == 2


@pytest.mark.parametrize("entity", [Entity.GUESTS, Entity.ROOMS])
async def test_guests_and_rooms_are_refused_and_not_made_up(entity: Entity) -> None:
    line, client = adapter()
    with pytest.raises(FeatureUnsupportedError) as raised:
        await read_all(line, entity)
    assert raised.value.details == {"feature": entity.value}
    assert client.calls == []
    assert entity not in VENDOR.entities


async def test_a_bare_403_names_what_was_asked_for() -> None:
    line, _ = adapter(Answer(403, {}, b""))
    with pytest.raises(PermissionMissingError) as raised:
        await read_all(line, Entity.BOOKINGS)
    assert raised.value.details == {"status": "403", "entity": "bookings"}


async def test_protel_io_under_the_address_is_not_the_rest_interface() -> None:
    line, _ = adapter(Answer(200, {"content-type": "application/soap+xml"}, b"<env:Envelope/>"))
    with pytest.raises(AddressMisdirectedError) as raised:
        await line.identify()
    assert raised.value.details == {"content_type": "application/soap+xml"}


@pytest.mark.parametrize("key", VALUES)
def test_values_that_are_not_whole_open_no_line(key: str) -> None:
    with pytest.raises(InputRefusedError):
        adapter(values={**VALUES, key: ""})


async def test_hanging_up_closes_the_client() -> None:
    line, client = adapter()
    await line.aclose()
    assert not client.is_open


async def test_the_key_goes_to_the_typed_address_only() -> None:
    """The suite skips this for protel, because it wants all kinds of record in one go."""
    async with open_line(bench()) as line, line.adapter() as opened:
        await opened.identify()
        await opened.overview()
        await read_all(opened, Entity.BOOKINGS)
    [origin] = VENDOR.origins(values(line.address), {})
    assert len(line.calls) > 3
    for call in line.calls:
        parts = urlsplit(call.url)
        assert f"{parts.scheme}://{parts.hostname}:{parts.port}" == origin
        assert SECRETS["api_key"].reveal() not in call.url


async def test_changes_come_with_what_changed_shortly_before() -> None:
    """What was late to show up over there is not lost; what is older does not come again."""
    async with open_line(replace(bench(), vendor=VENDOR)) as line:
        line.bench.clock.advance(3600)
        touched, at = line.bench.touch(Entity.BOOKINGS), line.bench.clock.now()
        line.bench.clock.advance(3600)
        async with line.adapter() as opened:
            late = await read_all(opened, Entity.BOOKINGS, changed_since=at + timedelta(minutes=10))
            over = await read_all(
                opened, Entity.BOOKINGS, changed_since=at + timedelta(minutes=10, seconds=1)
            )
    assert [record.external_id for page in late for record in page.records] == [touched]
    assert [page.records for page in over] == [()]


async def test_the_connection_test_passes_and_asks_for_bookings_only() -> None:
    async with open_line(bench()) as line, line.adapter() as opened:
        report = await check(Ladder(tuple(sorted(VENDOR.entities))), lambda climb: opened)
    assert report.passed
    assert [rung.entity for rung in report.rungs if rung.entity] == [Entity.BOOKINGS]
    assert report.overview == PropertyOverview()
