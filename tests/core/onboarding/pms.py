"""A PMS to order: it opens the property it is told to, and fails as it is told to."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from core.domain.errors import Layer, PermissionMissingError
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.pms.tokens import Fetch
from core.pms.vendor import Access, Page, PmsAdapter

HOME: Final = PropertyIdentity("property-1", "Hotel Aurora", "Stockholm", "SE", "Europe/Stockholm", "SEK")
AWAY: Final = replace(HOME, external_id="property-2")


@dataclass
class Pms:
    """A PMS as it is just now: which property the credentials open, and what goes wrong."""

    identity: PropertyIdentity = HOME
    failure: Exception | None = None
    pause: Callable[[], Awaitable[None]] | None = None
    """What it waits for in the middle of a test."""
    missing: set[Entity] = field(default_factory=set)
    fetch: Fetch | None = None
    """Where its tokens come from, one of which it refuses; None for a PMS without tokens."""
    used: list[Secret] = field(default_factory=list)
    opened: list[Access] = field(default_factory=list)
    closed: int = 0

    def connect(self, access: Access) -> PmsAdapter:
        """Open a line; what it was opened with is kept to be looked at."""
        self.opened.append(access)
        return _Line(self, access)


class _Line:
    def __init__(self, pms: Pms, access: Access) -> None:
        self._pms = pms
        self._access = access

    async def identify(self) -> PropertyIdentity:
        if self._pms.pause:
            await self._pms.pause()
        if self._pms.failure:
            raise self._pms.failure
        if self._pms.fetch:
            tokens = self._access.keep_tokens(self._pms.fetch)
            self._pms.used.append(await tokens.renew(await tokens.token()))
        return self._pms.identity

    async def overview(self) -> PropertyOverview:
        return PropertyOverview(rooms=128, arrivals_today=23)

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        if entity in self._pms.missing:
            raise PermissionMissingError("permission.missing", Layer.PERMISSIONS)
        yield Page((), None)

    async def aclose(self) -> None:
        self._pms.closed += 1
        await self._access.client.aclose()


def open_client(observe: Callable[[Layer], None]) -> GuardedClient:
    """Open the real client; the PMS to order never uses it."""
    return GuardedClient(AddressPolicy(), observe=observe)
