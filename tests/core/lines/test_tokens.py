"""Tokens that several processes share: one renewal for each expiry, whoever asks and however many."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    RateLimitedError,
    TryLaterError,
    VendorUnavailableError,
)
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines.tokens import LEASE, StoredTokens
from core.net.budget import Budget, PacedClient, RateLimit
from core.net.client import Answer, Call
from core.pms.tokens import Grant
from core.store import connections, hotels
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from core.store.hotels import Hotel
from tests.clock import FakeClock

HOTEL = Hotel("11111111-1111-1111-1111-111111111111", "Hotel Aurora", "Europe/Vienna")
TENANT = TenantContext(HOTEL.id)
CONNECTION = Connection(
    id="22222222-2222-2222-2222-222222222222",
    vendor=VendorKey.APALEO,
    sealed="c2.x.y",
    status=ConnectionStatus.ACTIVE,
    values={},
    origin="https://api.vendor.example",
    property_id="VIE",
    property_name="Hotel Aurora",
)
LIFE_S = 3600.0


class TokenEndpoint:
    """A vendor that rotates refresh tokens and ends the whole family when an old one is used again."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.good = "refresh-0"
        self.asked: list[str] = []
        self.trouble: KnownError | None = None
        self.takes_s = 0.0

    async def __call__(self, refresh_token: Secret | None) -> Grant:
        assert refresh_token is not None
        self.asked.append(refresh_token.reveal())
        await asyncio.sleep(self.takes_s)
        if self.trouble is not None:
            raise self.trouble
        if refresh_token.reveal() != self.good:
            self.good = "revoked"
            raise CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
        number = next(self._numbers)
        self.good = f"refresh-{number}"
        return Grant(Secret(f"access-{number}"), LIFE_S, Secret(self.good))


class Office:
    """A hotel with a connection, and as many processes' token sources as a test wants."""

    def __init__(self, database: Database, clock: FakeClock, endpoint: TokenEndpoint) -> None:
        self._database = database
        self._clock = clock
        self._endpoint = endpoint
        self._vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), clock)
        self.refusals = 0

    async def open(self) -> None:
        async with self._database.system() as unit:
            await hotels.add_hotel(unit, HOTEL, "T1", self._clock.now())
        async with self._database.transaction(TENANT) as tenant:
            await connections.save(tenant, CONNECTION, self._clock.now())

    def source(self) -> StoredTokens:
        async def on_refused() -> None:
            self.refusals += 1

        first = Secret("refresh-0")
        return StoredTokens(
            self._database, self._vault, self._clock, TENANT, CONNECTION, first, self._endpoint, on_refused
        )


@pytest.fixture
def endpoint() -> TokenEndpoint:
    return TokenEndpoint()


@pytest.fixture
async def office(database: Database, clock: FakeClock, endpoint: TokenEndpoint) -> Office:
    opened = Office(database, clock, endpoint)
    await opened.open()
    return opened


async def test_a_token_is_fetched_once_and_then_shared(office: Office, endpoint: TokenEndpoint) -> None:
    """Whichever process asks next gets the one that is there."""
    first, second = office.source(), office.source()
    assert (await first.token()).reveal() == "access-1"
    assert (await second.token()).reveal() == "access-1"
    assert endpoint.asked == ["refresh-0"]


async def test_many_who_ask_at_once_cause_one_renewal(office: Office, endpoint: TokenEndpoint) -> None:
    """Twenty callers in five sources, and a vendor that takes its time."""
    endpoint.takes_s = 0.1
    sources = [office.source() for _ in range(5)]

    tokens = await asyncio.gather(*(source.token() for source in sources * 4))

    assert {token.reveal() for token in tokens} == {"access-1"}
    assert endpoint.asked == ["refresh-0"]


async def test_a_token_is_renewed_before_it_ends(
    office: Office, endpoint: TokenEndpoint, clock: FakeClock
) -> None:
    """At four fifths of its life, with the rotated refresh token."""
    source = office.source()
    await source.token()
    clock.advance(LIFE_S * 0.8 - 1)
    assert (await source.token()).reveal() == "access-1"
    clock.advance(2)
    assert (await source.token()).reveal() == "access-2"
    assert endpoint.asked == ["refresh-0", "refresh-1"]


async def test_a_refused_token_is_renewed_once_for_all_who_were_refused(
    office: Office, endpoint: TokenEndpoint
) -> None:
    """Ten callers come back with the same 401."""
    endpoint.takes_s = 0.05
    sources = [office.source() for _ in range(10)]
    old = await sources[0].token()

    tokens = await asyncio.gather(*(source.renew(old) for source in sources))

    assert {token.reveal() for token in tokens} == {"access-2"}
    assert len(endpoint.asked) == 2


async def test_trouble_at_the_endpoint_is_no_verdict(
    office: Office, endpoint: TokenEndpoint, clock: FakeClock
) -> None:
    """While the old token is good it serves; when there is none, the caller is told to come back."""
    endpoint.trouble = VendorUnavailableError("vendor.unavailable", Layer.HTTP)
    source = office.source()
    with pytest.raises(TryLaterError):
        await source.token()
    endpoint.trouble = None
    assert (await source.token()).reveal() == "access-1"
    endpoint.trouble = VendorUnavailableError("vendor.unavailable", Layer.HTTP)
    clock.advance(LIFE_S * 0.8 + 1)
    assert (await source.token()).reveal() == "access-1"
    assert office.refusals == 0


async def test_a_refusal_for_good_asks_for_new_credentials(office: Office, endpoint: TokenEndpoint) -> None:
    """The caller learns it, the manager is asked, and nothing is deleted."""
    endpoint.good = "something-else"
    with pytest.raises(CredentialsExpiredError):
        await office.source().token()
    assert office.refusals == 1


async def test_the_loser_of_a_race_uses_the_winners_token(
    office: Office, endpoint: TokenEndpoint, database: Database, clock: FakeClock
) -> None:
    """A process whose lease ran out while the vendor thought about it must not call the credential bad."""
    slow = office.source()
    await slow.token()
    clock.advance(LIFE_S)
    endpoint.takes_s = 0.2
    asking = asyncio.create_task(slow.token())
    await asyncio.sleep(0.1)
    clock.advance(31)  # its lease is over; another process takes one and asks with the same refresh token
    endpoint.takes_s = 0.0
    winner = asyncio.create_task(office.source().token())

    tokens = await asyncio.gather(asking, winner, return_exceptions=True)

    assert {type(token) for token in tokens} <= {Secret, CredentialsExpiredError}
    assert any(isinstance(token, Secret) and token.reveal() == "access-2" for token in tokens)


async def test_a_renewal_that_comes_late_is_kept(
    office: Office, endpoint: TokenEndpoint, clock: FakeClock
) -> None:
    """The process slept past its lease, and what it brings is the only token that is still good."""
    sleeper = office.source()

    async def sleeps(refresh_token: Secret | None) -> Grant:
        grant = await endpoint(refresh_token)
        clock.advance(LEASE.total_seconds() + 1)
        return grant

    sleeper._fetch = sleeps
    await sleeper.token()

    assert (await office.source().token()).reveal() == "access-1"
    assert (endpoint.asked, office.refusals) == (["refresh-0"], 0)


async def test_a_lease_by_a_clock_that_was_ahead_is_no_lease(
    office: Office, endpoint: TokenEndpoint, clock: FakeClock
) -> None:
    """A process died with it, a day ahead of the time; the clock is right again."""
    await office.source().token()
    clock.advance(86_400)
    endpoint.takes_s = 60
    dying = asyncio.create_task(office.source().token())
    while len(endpoint.asked) < 2:
        await asyncio.sleep(0.01)
    dying.cancel()
    clock.advance(-86_400 + LIFE_S)
    endpoint.takes_s = 0.0
    assert (await asyncio.wait_for(office.source().token(), 5)).reveal() == "access-2"


async def test_a_renewal_does_not_wait_longer_than_its_lease_lasts(
    database: Database, clock: FakeClock, office: Office
) -> None:
    """The account rests for a minute: the renewal is put off, and the lease is free again."""
    limit = RateLimit(60, 60)
    budget = Budget(database, clock)
    await budget.rest("account", limit, 60)
    sent: list[Call] = []

    class Wire:
        async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
            sent.append(call)
            raise AssertionError("its turn is a minute away")

        async def aclose(self) -> None: ...

    client = PacedClient(Wire(), budget, "account", limit, clock)

    async def fetch(refresh_token: Secret | None) -> Grant:
        await client.send(Call("POST", "https://api.vendor.example/token"))
        raise AssertionError("never sent")

    source = office.source()
    source._fetch = fetch
    with pytest.raises(RateLimitedError):
        await source.token()
    assert sent == []
    assert (await office.source().token()).reveal() == "access-1"


async def test_a_dead_process_delays_the_next_by_its_lease_only(
    office: Office, endpoint: TokenEndpoint, clock: FakeClock
) -> None:
    """Killed between asking and storing, the lease is left; when it is over the next one asks."""
    dying = office.source()
    endpoint.takes_s = 3600
    asking = asyncio.create_task(dying.token())
    await asyncio.sleep(0.1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    endpoint.takes_s = 0.0
    clock.advance(timedelta(seconds=31).total_seconds())
    assert (await office.source().token()).reveal() == "access-1"
