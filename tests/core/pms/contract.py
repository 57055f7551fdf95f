"""What a vendor brings to the contract suite, and the open line on which the suite plays.

A vendor's bench is a module `tests/core/pms/benches/<vendor>.py` with a function `bench() -> Bench`.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, Record
from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.sandbox.faults import RECORD_FAULTS, WIRE_FAULTS, Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.vendor import Access, Page, PmsAdapter, Vendor
from tests.core.pms import benches
from tests.core.pms.serving import serve

NOON = datetime(2026, 8, 22, 10, 0, tzinfo=UTC)

HASTE_S = 2.0
"""The suite's patience with an answer that does not come; the adapters' own is 10 seconds."""


@dataclass
class BenchClock:
    """A clock that a test moves."""

    instant: datetime = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Bench:
    """A vendor's sandbox and what is true in it.

    `values` and `addresses` are made from the address at which the sandbox is served. `records` tells what
    an adapter must have read of a kind in the end. `touch` changes one record now and returns its external
    id. `check_call` and `check_answer` fail when an exchange breaks the vendor's published document.
    `page_size` makes at least three pages of every list.
    """

    vendor: Vendor
    app: ASGIApp
    hotel: Hotel
    faults: Faults
    clock: BenchClock
    identity: PropertyIdentity
    overview: PropertyOverview
    secrets: Mapping[str, Secret]
    wrong_secrets: Mapping[str, Secret]
    values: Callable[[str], Mapping[str, str]]
    addresses: Callable[[str], Mapping[str, str]]
    records: Callable[[Entity], Mapping[str, Record]]
    touch: Callable[[Entity], str]
    check_call: Callable[[Call], None]
    check_answer: Callable[[Call, Answer], None]
    page_size: Mapping[Entity, int]
    cannot_tell_changes: frozenset[Entity] = frozenset()
    """Kinds of records of which the vendor does not say when they changed: all are read every time."""


class ListeningClient(GuardedClient):
    """The real client with less patience, which remembers what was said.

    An answer given while the wire or a record was spoilt on purpose is not kept: it breaks the document.
    """

    def __init__(self, policy: AddressPolicy, faults: Faults) -> None:
        super().__init__(policy)
        self._faults = faults
        self.calls: list[Call] = []
        self.answers: list[tuple[Call, Answer]] = []

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        is_spoilt = any(switch.fault in WIRE_FAULTS | RECORD_FAULTS for switch in self._faults.switches)
        self.calls.append(call)
        answer = await super().send(call, deadline_s=min(deadline_s, HASTE_S))
        if not is_spoilt:
            self.answers.append((call, answer))
        return answer


@dataclass
class Line:
    """A bench that is being served, and the means to open adapters to it."""

    bench: Bench
    address: str
    clients: list[ListeningClient] = field(default_factory=list)

    @asynccontextmanager
    async def adapter(
        self, secrets: Mapping[str, Secret] | None = None, **known: Any
    ) -> AsyncIterator[PmsAdapter]:
        """Open the vendor's adapter, with its good credentials unless told otherwise.

        `known` is what is known from before: `standing` and `memory` of the access.
        """
        assert self.bench.vendor.connect is not None
        door = urlsplit(self.address).netloc
        client = ListeningClient(AddressPolicy("development", (door,)), self.bench.faults)
        self.clients.append(client)
        access = Access(
            values=self.bench.values(self.address),
            secrets=self.bench.secrets if secrets is None else secrets,
            client=client,
            clock=self.bench.clock,
            addresses=self.bench.addresses(self.address),
            **known,
        )
        adapter = self.bench.vendor.connect(access)
        try:
            yield adapter
        finally:
            await adapter.aclose()

    @property
    def calls(self) -> list[Call]:
        """Every call that was sent so far."""
        return [call for client in self.clients for call in client.calls]

    def check_exchanges(self) -> None:
        """Fail when anything that was said breaks the vendor's published document."""
        for client in self.clients:
            for call in client.calls:
                self.bench.check_call(call)
            for call, answer in client.answers:
                self.bench.check_answer(call, answer)


@asynccontextmanager
async def open_line(bench: Bench) -> AsyncIterator[Line]:
    """Serve the bench's sandbox on this machine; hold everything said against the document at the end."""
    async with serve(bench.app) as address:
        line = Line(bench, address)
        yield line
        line.check_exchanges()


async def read_all(
    adapter: PmsAdapter,
    entity: Entity,
    *,
    changed_since: datetime | None = None,
    cursor: str | None = None,
    page_size: int | None = None,
) -> list[Page]:
    """Return every page of a kind."""
    pages = adapter.pages(entity, changed_since=changed_since, cursor=cursor, page_size=page_size)
    async with aclosing(pages):
        return [page async for page in pages]


def bench_names() -> list[str]:
    """Return the vendors that have a bench, by the names of their modules."""
    return sorted(module.name for module in pkgutil.iter_modules(benches.__path__))


def open_bench(name: str) -> Bench:
    """Return a vendor's bench, fresh."""
    opened = importlib.import_module(f"{benches.__name__}.{name}").bench()
    assert isinstance(opened, Bench)
    return opened
