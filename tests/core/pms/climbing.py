"""An adapter that climbs as far as it is told, and then goes well, goes wrong or never comes back."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from core.domain.errors import Layer
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.pms.vendor import Page, PmsAdapter

HOME: Final = PropertyIdentity("property-1", "Hotel Aurora")
FIGURES: Final = PropertyOverview(rooms=128, arrivals_today=23)
NETWORK: Final = (Layer.POLICY, Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)

Climb = Callable[[Layer], None]
Happens = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """What goes well."""


async def hangs() -> None:
    """What never comes back."""
    await asyncio.Event().wait()


def raises(error: Exception) -> Happens:
    """What goes wrong in one way."""

    async def happens() -> None:
        raise error

    return happens


@dataclass
class Adapter:
    """An adapter whose every call climbs the network and then does as it is told."""

    climb: Climb = field(default=lambda layer: None)
    network: tuple[Layer, ...] = NETWORK
    identifying: Happens = nothing
    figures: Happens = nothing
    reading: Mapping[Entity, Happens] = field(default_factory=dict)
    first: Mapping[Entity, Page] = field(default_factory=dict)
    asked: list[tuple[Entity, int | None]] = field(default_factory=list)
    closed: int = 0
    open_pages: int = 0

    def open(self, climb: Climb) -> PmsAdapter:
        self.climb = climb
        return self

    def reach(self) -> None:
        for layer in self.network:
            self.climb(layer)

    async def identify(self) -> PropertyIdentity:
        self.reach()
        await self.identifying()
        return HOME

    async def overview(self) -> PropertyOverview:
        self.reach()
        await self.figures()
        return FIGURES

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        self.asked.append((entity, page_size))
        self.open_pages += 1
        try:
            self.reach()
            await self.reading.get(entity, nothing)()
            while True:
                yield self.first.get(entity, Page((), "more"))
        finally:
            self.open_pages -= 1

    async def aclose(self) -> None:
        assert self.open_pages == 0, "the list is closed before the line"
        self.closed += 1
