"""The published description is true: what it allows is answered as it says, what it forbids is refused."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from core.store.database import Database
from tests.bot.api.desk import BASE, Desk, bearing, furnish, open_desk, token
from tests.bot.api.test_auth import ASKED
from tests.clock import FakeClock
from tests.core.onboarding.house import House
from tests.databases import Place

EXAMPLES = 15
"""For each operation, right ones and wrong ones: a dozen operations must not take a minute."""


IN_WORDS = ("testConnection", "connect", "addWebhook")


@contextmanager
def served(place: Place) -> Iterator[str]:
    """Serve a furnished hotel from a thread of its own, as schemathesis asks without an event loop."""
    address: list[str] = []
    up, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def run() -> None:
        database = Database.open(place.url)
        house = House(database, FakeClock())
        await house.furnish()
        async with open_desk(house, innkeeper_api_per_minute=100_000) as desk:
            await furnish(desk)
            address.append(str(desk.client.base_url))
            up.set()
            await stop.wait()
        await database.aclose()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert up.wait(30)
    yield address[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()


@pytest.fixture(scope="module")
def address(sqlite_files: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a furnished hotel's API."""
    with served(sqlite_files.fresh(tmp_path_factory.mktemp("described"))) as found:
        yield found


@pytest.fixture(scope="module")
def operations(address: str) -> dict[str, Any]:
    """The operations by their ids, as a client reads them."""
    schema = schemathesis.openapi.from_url(f"{address}{BASE}/openapi.json")
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    return {one.definition.raw["operationId"]: one for one in found}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("name", ASKED)
def test_every_operation_keeps_to_its_description(
    operations: dict[str, Any], name: str, mode: GenerationMode
) -> None:
    """Allowed and forbidden requests, checked by schemathesis's own rules; whether it takes a token, too.

    What each PMS needs is said in words alone, so a request that fits may still lack a field; and which
    addresses may be called is for the policy to say.
    """
    operation = operations[name]
    excluded = [positive_data_acceptance] if name in IN_WORDS else []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        # What is wrong with an empty list is lost on the way: it is sent as nothing at all.
        assume(not any(value in ([], {}, None) for value in (case.query or {}).values()))
        if mode is GenerationMode.POSITIVE and "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = uuid.uuid4().hex  # each is for one request
        case.call_and_validate(headers=bearing(token()), excluded_checks=excluded)

    ask()


def test_the_description_is_a_description(address: str) -> None:
    """OpenAPI 3.1, in which nothing that is kept secret has a place in an answer."""
    document = httpx.get(f"{address}{BASE}/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"
    config = document["components"]["schemas"]["Config"]["properties"]
    assert config.keys() == {
        "id",
        "pmsType",
        "version",
        "endpoint",
        "status",
        "lastSyncedAt",
        "createdAt",
        "updatedAt",
    }
    fields = document["components"]["schemas"]["Credentials"]["properties"]["credentials"]["description"]
    assert "Opera: `gateway_url`, `app_key`" in fields


async def test_the_description_needs_no_token(sqlite_desk: Desk) -> None:
    assert (await sqlite_desk.client.get(f"{BASE}/openapi.json")).status_code == 200
