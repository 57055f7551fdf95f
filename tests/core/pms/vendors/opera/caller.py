"""Asks the sandbox whatever a test wants to, by the rules or against them."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import httpx

from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    EXTERNAL_SYSTEM,
    HOTEL_ID,
    PASSWORD,
    USER,
    create_sandbox,
)
from core.pms.vendors.opera.sandbox.queue import Queue
from core.pms.vendors.opera.wire import RESERVATIONS, SCOPES, TOKENS, Operation
from tests.core.pms.contract import NOON, BenchClock

Query = Sequence[tuple[str, str]]

FORM = {"grant_type": "client_credentials", "scope": SCOPES[0]}
SSD_FORM = {"grant_type": "password", "username": USER, "password": PASSWORD}


@cache
def _season() -> Hotel:
    """Return the books that every caller gets a copy of: to write them takes longer than most tests."""
    return open_hotel(NOON)


def basic(client_id: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> str:
    """Return a client's header."""
    return f"Basic {b64encode(f'{client_id}:{secret}'.encode()).decode()}"


class Caller:
    """Asks a sandbox whatever a test wants to, with good headers unless told otherwise."""

    def __init__(self) -> None:
        self.clock, self.faults = BenchClock(NOON), Faults()
        season = _season()
        self.hotel = Hotel(
            season.place, season.rooms.values(), season.guests.values(), season.bookings.values()
        )
        self.delays: list[float] = []
        self.queue = Queue(self.hotel)
        app = create_sandbox(
            self.hotel, faults=self.faults, clock=self.clock, delay=self._delay, queue=self.queue
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
        self.headers: dict[str, str] = {}

    async def _delay(self, seconds: float) -> None:
        self.delays.append(seconds)

    async def sign_in(
        self, form: Mapping[str, str] = FORM, *, client: str = CLIENT_ID, **headers: str | None
    ) -> httpx.Response:
        """Ask for a token; a header that is None is left out."""
        given = {
            "authorization": basic(client),
            "x-app-key": APP_KEY,
            "enterpriseid": ENTERPRISE_ID,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        kept = {name: value for name, value in given.items() if value is not None}
        return await self.client.post(TOKENS, data=dict(form), headers=kept)

    async def enter(self, **given: Any) -> "Caller":
        """Sign in, and use what was given from now on."""
        answer = await self.sign_in(**given)
        assert answer.status_code == 200, answer.text
        self.headers = {
            "authorization": f"Bearer {answer.json()['access_token']}",
            "x-app-key": given.get("x_app_key", APP_KEY),
            "x-hotelid": HOTEL_ID,
        }
        return self

    async def ask(self, operation: Operation, query: Query = (), /, **headers: str | None) -> httpx.Response:
        """Ask for something; a header that is None is left out."""
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        kept = {name: value for name, value in given.items() if value is not None}
        path = operation.url("", hotel=HOTEL_ID, system=EXTERNAL_SYSTEM)
        return await self.client.get(path, params=list(query), headers=kept)

    async def rows(self, query: Query) -> list[dict[str, Any]]:
        """Return reservations, which must be given."""
        found = await self.ask(RESERVATIONS, query)
        assert found.status_code == 200, found.text
        rows: list[dict[str, Any]] = found.json()["reservations"]["reservationInfo"]
        return rows


def near(caller: Caller) -> Query:
    """Return a search that finds every stay of the season."""
    today = caller.hotel.place.today(NOON)
    return (
        ("arrivalStartDate", str(today - timedelta(days=365))),
        ("arrivalEndDate", str(today + timedelta(days=365))),
    )


def assert_refused(found: httpx.Response, status: int, code: str | None = None, words: str = "") -> None:
    """Fail unless the answer is an error in OPERA's own form."""
    assert found.status_code == status, found.text
    body = found.json()
    assert body.get("o:errorCode") == (None if code is None else f"OPERAWS-{code}")
    assert words in body["detail"]
