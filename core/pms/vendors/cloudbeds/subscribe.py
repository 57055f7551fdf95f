"""Asks Cloudbeds to post what changes: one subscription for each event, all to the same address.

Source: postWebhook, getWebhooks and deleteWebhook of version 1.3. Four of the events were seen or stand on
Cloudbeds's own pages; the others are from a list that is not its own, so one that is refused is done without.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from core.domain.errors import VendorAnswerUnreadableError
from core.domain.secret import Secret
from core.pms.vendor import Access, Subscriptions
from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.fields import Row
from core.pms.vendors.cloudbeds.line import CloudbedsLine, unreadable
from core.pms.vendors.cloudbeds.wire import SUBSCRIBE, SUBSCRIPTIONS, UNSUBSCRIBE

Event = tuple[str, str]

SEEN: Final[tuple[Event, ...]] = (
    ("reservation", "created"),
    ("reservation", "status_changed"),
    ("reservation", "dates_changed"),
    ("reservation", "deleted"),
)
EVENTS: Final[tuple[Event, ...]] = (
    *SEEN,
    ("reservation", "accommodation_changed"),
    ("guest", "created"),
    ("guest", "details_changed"),
    ("housekeeping", "room_condition_changed"),
)
"""What our records hang on."""


@dataclass(frozen=True, slots=True)
class _Held:
    """One subscription of ours."""

    id: str
    event: Event
    endpoint: str


async def ensure(access: Access, url: Secret, prefix: str) -> None:
    """Have every event posted to `url`, and none to an older address of ours.

    The new ones come first, so that nothing is missed in between.
    """
    async with _open(access) as desk:
        held = await desk.held(prefix)
        present = {one.event for one in held if one.endpoint == url.reveal()}
        for event in EVENTS:
            if event not in present:
                await desk.subscribe(event, url)
        for one in held:
            if one.endpoint != url.reveal():
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

    def __init__(self, line: CloudbedsLine, property_id: str | None) -> None:
        self._line = line
        self._named: Mapping[str, str] = {"propertyID": property_id} if property_id else {}

    async def held(self, prefix: str) -> list[_Held]:
        body, request_id = await self._line.ask(SUBSCRIPTIONS, self._named)
        rows = body.get("data")
        if not isinstance(rows, list):
            raise unreadable(SUBSCRIPTIONS, request_id)
        found = (_held(row) for row in rows if isinstance(row, dict))
        return [one for one in found if one is not None and one.endpoint.startswith(prefix)]

    async def subscribe(self, event: Event, url: Secret) -> None:
        entity, action = event
        wish = {**self._named, "object": entity, "action": action, "endpointUrl": url.reveal()}
        try:
            await self._line.change("POST", SUBSCRIBE, wish)
        except VendorAnswerUnreadableError:
            if event in SEEN:
                raise

    async def unsubscribe(self, one: _Held) -> None:
        await self._line.change("DELETE", UNSUBSCRIBE, {"subscriptionID": one.id})


@asynccontextmanager
async def _open(access: Access) -> AsyncIterator[_Desk]:
    line = CloudbedsLine(access)
    line.property_id = access.values.get("property_id", "").strip() or None
    try:
        yield _Desk(line, line.property_id)
    finally:
        await line.aclose()


def _held(row: Row) -> _Held | None:
    event, data = fields.inner(row, "event"), fields.inner(row, "subscriptionData")
    texts = (row.get("id"), event.get("entity"), event.get("action"), data.get("endpoint"))
    if not all(isinstance(text, str) for text in texts):
        return None
    number, entity, action, endpoint = map(str, texts)
    return _Held(number, (entity, action), endpoint)


SUBSCRIPTIONS_OF_CLOUDBEDS: Final = Subscriptions(ensure, remove, held)
