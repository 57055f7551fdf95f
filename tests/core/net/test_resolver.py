"""The system's resolver: asked in a thread, by a bounded crew, not for ever."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.domain.errors import VendorUnreachableError
from core.net import resolver
from core.net.guard import Place

PLACE = Place("api.hotel-pms.com", 443)


@pytest.fixture
def crew_of_two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A crew of its own for the test, so that hanging threads end with it."""
    monkeypatch.setattr(resolver, "CREW", 2)
    resolver._crew.cache_clear()
    yield
    resolver._crew().shutdown()
    resolver._crew.cache_clear()


def answering(*addresses: str) -> Callable[..., Any]:
    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        assert host == PLACE.host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    return getaddrinfo


async def test_all_addresses_come_in_the_systems_order(
    monkeypatch: pytest.MonkeyPatch, crew_of_two: None
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("2606:4700::1111", "198.41.0.4"))
    assert await resolver.system_resolve(PLACE.host) == ["2606:4700::1111", "198.41.0.4"]


async def test_the_real_resolver_knows_this_machine() -> None:
    assert set(await resolver.system_resolve("localhost")) <= {"127.0.0.1", "::1"}


async def test_a_hanging_resolver_holds_up_neither_the_loop_nor_the_call(
    monkeypatch: pytest.MonkeyPatch, crew_of_two: None
) -> None:
    """Look-ups beyond the crew wait their turn and time out like the hanging ones; no thread is added."""
    released = threading.Event()
    asked: list[str] = []

    def hang(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        released.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(resolver, "DEADLINE_S", 0.2)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    try:
        errors = await asyncio.gather(
            *(resolver.look_up(resolver.system_resolve, PLACE) for _ in range(6)), return_exceptions=True
        )
    finally:
        released.set()
        ticking.cancel()
    assert [getattr(error, "code", error) for error in errors] == ["dns.timeout"] * 6
    assert all(isinstance(error, VendorUnreachableError) for error in errors)
    assert len(asked) == 2
    assert ticks > 5
