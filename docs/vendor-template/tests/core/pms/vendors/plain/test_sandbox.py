"""The sandbox is as strict as Plain says it is."""

import httpx
import pytest

from core.pms.sandbox.faults import Faults
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.plain.sandbox import BOOKINGS_ONLY_KEY, EXPIRED_KEY, FULL_KEY, create_sandbox
from tests.core.pms.contract import NOON, BenchClock


def caller(key: str, clock: BenchClock) -> httpx.AsyncClient:
    """Return somebody who holds a key."""
    app = create_sandbox(open_hotel(NOON), faults=Faults(), clock=clock)
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://pms/api/v2", headers={"x-api-key": key})


@pytest.mark.parametrize(
    ("key", "path", "status"),
    [
        (FULL_KEY, "hotel", 200),
        (FULL_KEY, "hotel?x=1", 400),
        (FULL_KEY, "rooms?limit=101", 400),
        (FULL_KEY, "rooms?offset=two", 400),
        (FULL_KEY, "invented", 404),
        (BOOKINGS_ONLY_KEY, "reservations", 200),
        (BOOKINGS_ONLY_KEY, "guests", 403),
        (EXPIRED_KEY, "hotel", 401),
        ("", "hotel", 401),
    ],
)
async def test_who_asks_for_what_is_answered_with(key: str, path: str, status: int) -> None:
    async with caller(key, BenchClock()) as client:
        assert (await client.get(path)).status_code == status


async def test_the_61st_request_of_a_minute_has_to_wait() -> None:
    clock = BenchClock()
    async with caller(FULL_KEY, clock) as client:
        answers = [await client.get("hotel") for _ in range(61)]
        assert [answer.status_code for answer in answers] == [200] * 60 + [429]
        assert answers[-1].headers["retry-after"] == "61"
        clock.advance(61)
        assert (await client.get("hotel")).status_code == 200
