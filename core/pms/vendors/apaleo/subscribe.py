"""Asks Apaleo to post what changes: one subscription for all topics of one property.

Apaleo first calls the address with a health check, and makes no subscription where that is not answered; so
the bot must be serving when this is called. What happened before is never posted: subscribe first, read then.
`booking/*` is of the whole account and would have to be asked for without a property, so it is done without.
Source: https://apaleo.dev/guides/webhook/create-subscription.html, apaleo/api issues 247 and 382.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from core.domain.errors import AddressMisdirectedError, Layer, VendorAnswerUnreadableError
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.vendor import Access, Subscriptions
from core.pms.vendors.apaleo.line import ApaleoLine
from core.pms.vendors.apaleo.wire import SUBSCRIPTIONS, WEBHOOK_SETTING, base_url

EVENTS: Final = ("reservation/*", "unit/*", "unitgroup/*", "maintenance/*")

DEADLINE_S: Final = 30.0
"""Apaleo waits ten seconds for our answer to its health check, before it answers us."""


@dataclass(frozen=True, slots=True)
class _Held:
    """One subscription of ours."""

    id: str
    endpoint: str
    events: frozenset[str]


async def ensure(access: Access, url: Secret, prefix: str) -> None:
    """Have everything posted to `url`, and nothing to an older address of ours; the new one comes first."""
    async with _open(access) as desk:
        held = await desk.held(prefix)
        present = [one for one in held if one.endpoint == url.reveal() and one.events >= set(EVENTS)]
        if not present:
            await desk.subscribe(url)
        for one in held:
            if one not in present[:1]:
                await desk.unsubscribe(one)


async def remove(access: Access, prefix: str) -> int:
    """End every subscription of ours; return how many there were."""
    async with _open(access) as desk:
        held = await desk.held(prefix)
        for one in held:
            await desk.unsubscribe(one)
    return len(held)


async def held(access: Access, prefix: str) -> tuple[str, ...]:
    """Return the ids of our subscriptions."""
    async with _open(access) as desk:
        return tuple(one.id for one in await desk.held(prefix))


class _Desk:
    """Where subscriptions are made and ended, for one property."""

    def __init__(self, line: ApaleoLine, address: str, property_id: str) -> None:
        self._line = line
        self._address = address
        self._property_id = property_id

    async def held(self, prefix: str) -> list[_Held]:
        try:
            answer = await self._line.call(Call("GET", self._address))
        except AddressMisdirectedError:  # 404 is what some accounts are told that have none
            return []
        rows = [] if answer.status == 204 else answer.json()
        if not isinstance(rows, list):
            raise VendorAnswerUnreadableError(
                "vendor.answer_unreadable", Layer.HTTP, details={"operation": SUBSCRIPTIONS}
            )
        found = (_held(row) for row in rows)
        return [one for one in found if one is not None and one.endpoint.startswith(prefix)]

    async def subscribe(self, url: Secret) -> None:
        wish = {"endpointUrl": url.reveal(), "events": EVENTS, "propertyIds": [self._property_id]}
        headers: dict[str, str | Secret] = {"Content-Type": "application/json"}
        call = Call("POST", self._address, headers, json.dumps(wish).encode())
        await self._line.call(call, deadline_s=DEADLINE_S)

    async def unsubscribe(self, one: _Held) -> None:
        await self._line.call(Call("DELETE", f"{self._address}/{quote(one.id, safe='')}"))


@asynccontextmanager
async def _open(access: Access) -> AsyncIterator[_Desk]:
    line = ApaleoLine(access)
    address = base_url(access.addresses, WEBHOOK_SETTING) + SUBSCRIPTIONS
    try:
        yield _Desk(line, address, access.values.get("property_id", "").strip())
    finally:
        await line.aclose()


def _held(row: object) -> _Held | None:
    """Return a subscription; older ones tell topics instead of events, and are replaced."""
    if not isinstance(row, dict):
        return None
    number, endpoint = row.get("id"), row.get("endpointUrl") or row.get("endpoint")
    if not isinstance(number, str) or not isinstance(endpoint, str):
        return None
    events = row.get("events")
    known = events if isinstance(events, list) else []
    return _Held(number, endpoint, frozenset(event for event in known if isinstance(event, str)))


SUBSCRIPTIONS_OF_APALEO: Final = Subscriptions(ensure, remove, held)
