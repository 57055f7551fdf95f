"""The sandbox is as strict as what was seen allows, and plays what is to be rehearsed."""

from collections.abc import Mapping

import pytest

from core.domain.errors import (
    CredentialsRefusedError,
    FeatureUnsupportedError,
    KnownError,
    PermissionMissingError,
    RateLimitedError,
)
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Fault
from core.pms.vendor import RateLimit
from core.pms.vendors.protel.sandbox import FULL_KEY, LOCKED_KEY, REFUSED_KEY
from tests.core.pms.benches.protel import bench
from tests.core.pms.contract import Line, ListeningClient, open_line, read_all

GOOD = "modifiedAfter=2026-08-20T00%3A00%3A00Z&maxResponses=2"


async def ask(
    line: Line, query: str, *, path: str = "/reservations", method: str = "GET", **headers: str
) -> Answer:
    """Ask by hand, beside the adapter; what is said so is not held against the document."""
    async with line.adapter():
        client = line.clients.pop()
        named: Mapping[str, str] = {"x-api-key": FULL_KEY, "accept": "application/json", **headers}
        return await ListeningClient.send(client, Call(method, f"{line.address}{path}?{query}", named))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "maxResponses=2",
        "modifiedAfter=2026-08-20T00%3A00%3A00Z",
        f"{GOOD}&offset=2",
        f"{GOOD}&offsetID=two",
        f"{GOOD}&offsetID=-1",
        f"{GOOD}&maxResponses=3",
        "modifiedAfter=2026-08-20T00%3A00%3A00Z&maxResponses=0",
        "modifiedAfter=2026-08-20T00%3A00%3A00Z&maxResponses=101",
        "modifiedAfter=2026-08-20T00%3A00%3A00&maxResponses=2",
        "modifiedAfter=yesterday&maxResponses=2",
    ],
)
async def test_what_was_never_seen_is_refused(query: str) -> None:
    async with open_line(bench()) as line:
        assert (await ask(line, GOOD)).status == 200
        assert (await ask(line, query)).status == 400


async def test_paths_methods_and_types_are_exact() -> None:
    async with open_line(bench()) as line:
        assert (await ask(line, GOOD, path="/Reservations")).status == 404
        assert (await ask(line, GOOD, path="/reservations/")).status == 404
        assert (await ask(line, GOOD, method="POST")).status == 405
        assert (await ask(line, GOOD, accept="text/html")).status == 406


@pytest.mark.parametrize(
    ("key", "error"),
    [
        ("", CredentialsRefusedError),
        ("sandbox-protel-nobody", CredentialsRefusedError),
        (REFUSED_KEY, CredentialsRefusedError),
        (LOCKED_KEY, PermissionMissingError),
    ],
)
async def test_other_keys_rehearse_other_refusals(key: str, error: type[KnownError]) -> None:
    async with open_line(bench()) as line, line.adapter({"api_key": Secret(key)}) as adapter:
        with pytest.raises(error):
            await adapter.identify()


async def test_too_many_calls_are_told_when_to_come_back() -> None:
    async with open_line(bench(limit=RateLimit(requests=2, per_s=60))) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.identify()
        with pytest.raises(RateLimitedError) as raised:
            await adapter.identify()
        assert raised.value.retry_after_s == 61
        line.bench.clock.advance(61)
        await adapter.identify()


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Fault.EXPIRED_KEY, "auth.refused"), (Fault.PROPERTY_MISSING, "http.not_found")],
)
async def test_faults_that_this_interface_has_no_words_for(fault: Fault, code: str) -> None:
    """A key is good or not: nothing tells one that has ended, or a hotel that is gone."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        line.bench.faults.on(fault, times=1)
        with pytest.raises(KnownError) as raised:
            await adapter.identify()
        assert raised.value.code == code


async def test_a_fault_of_bookings_leaves_the_greeting_alone_and_the_other_way_round() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        line.bench.faults.on(Fault.FORBIDDEN, entity="bookings")
        await adapter.identify()
        with pytest.raises(PermissionMissingError):
            await read_all(adapter, Entity.BOOKINGS, page_size=1)
        line.bench.faults.clear()
        line.bench.faults.on(Fault.FORBIDDEN, entity="property")
        await read_all(adapter, Entity.BOOKINGS)
        with pytest.raises(PermissionMissingError):
            await adapter.identify()


async def test_what_the_interface_does_not_have_is_refused() -> None:
    """The contract suite skips these kinds, and nothing else."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        assert len(await read_all(adapter, Entity.BOOKINGS, page_size=90)) >= 3
        for entity in (Entity.GUESTS, Entity.ROOMS):
            with pytest.raises(FeatureUnsupportedError):
                await read_all(adapter, entity)
    assert set(Entity) - bench().vendor.entities == {Entity.GUESTS, Entity.ROOMS}
