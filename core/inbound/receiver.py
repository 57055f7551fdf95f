"""Takes what a PMS posts: whose is it, who sent it, was it here before; kept first and answered then.

Everything happens in one transaction of the hotel that the address belongs to, so what was answered with yes
is never lost, and what was not is sent again and is then either kept or known already. The body may claim
what it likes: the hotel comes from the address alone.
"""

import hashlib
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Final

import structlog

from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import UnreadableCredentialError
from core.inbound.addresses import secret_slot
from core.inbound.allowance import Allowance
from core.inbound.posts import packed, work_of
from core.inbound.tokens import hash_of
from core.jobs.queue import JobQueue
from core.pms.post import Hint, PostReader, UnreadablePostError
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store import hooks
from core.store.database import Database, TenantUnit
from core.store.hooks import Hook, Post, PostState

log = structlog.get_logger()

MAX_BYTES: Final = 256 * 1024
"""Several times what any vendor is known to send in one call."""
MOST_KEPT: Final = 5000
"""Posts of one connection, worked on or not. A flood beyond it becomes one post: look at everything again."""
FLOOD: Final = "flood"
FLOOD_ID: Final = "\0flood"
"""Nobody's own id: those can be printed."""
KNOWN_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told: a status, and when to come back. Never a reason."""

    status: int
    retry_after_s: int | None = None


_TAKEN: Final = Answer(HTTPStatus.NO_CONTENT)
_UNKNOWN: Final = Answer(HTTPStatus.NOT_FOUND)


class Receiver:
    """Takes posts for every hotel."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        vault: Vault,
        registry: Registry,
        clock: Clock,
        allowance: Allowance | None = None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._vault = vault
        self._readers = {
            vendor.key.value.lower(): (vendor, vendor.post) for vendor in registry if vendor.post
        }
        self._clock = clock
        self._allowance = allowance or Allowance(clock)
        self._hotels: OrderedDict[str, str] = OrderedDict()

    async def receive(self, vendor_word: str, token: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take one call to `/hooks/{vendor_word}/{token}`; header names in lower case."""
        if len(body) > MAX_BYTES:
            return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        token_hash, reading = hash_of(token), self._readers.get(vendor_word)
        if token_hash is None or reading is None:
            return _UNKNOWN
        hotel_id = await self._hotel_of(token_hash)
        if hotel_id is None:
            return _UNKNOWN
        if (wait_s := self._allowance.spend(token_hash)) is not None:
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, ceil(wait_s))
        async with self._database.transaction(TenantContext(hotel_id)) as unit:
            return await self._take(unit, token_hash, reading, headers, body)

    async def _take(
        self,
        unit: TenantUnit,
        token_hash: str,
        reading: tuple[Vendor, PostReader],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        vendor, reader = reading
        found = await hooks.load_hook(unit, token_hash, self._clock.now())
        if found is None or found.vendor is not vendor.key:
            return _UNKNOWN
        if not await self._is_genuine(unit, found, reader, headers, body):
            log.warning("post_not_genuine", hotel=unit.hotel_id, vendor=vendor.key.value)
            return Answer(HTTPStatus.UNAUTHORIZED)
        try:
            delivery_id, hints = reader.delivery_id(headers, body), reader.hints(body)
        except UnreadablePostError:
            log.warning("post_unreadable", hotel=unit.hotel_id, vendor=vendor.key.value, size=len(body))
            return Answer(HTTPStatus.BAD_REQUEST)
        if await self._is_full(unit, found.connection_id):
            delivery_id = FLOOD_ID
            hints = tuple(Hint(entity, None, None, FLOOD) for entity in sorted(vendor.entities))
        post = self._post(found.connection_id, delivery_id, body, hints)
        is_numbered = delivery_id not in {None, FLOOD_ID}
        tells_when = is_numbered or any(hint.occurred_at for hint in hints)
        if await hooks.add_post(unit, post, tells_when=tells_when) and post.state is PostState.NEW:
            await self._queue.enqueue(unit, work_of(unit.hotel_id))
        return _TAKEN

    async def _is_genuine(
        self, unit: TenantUnit, found: Hook, reader: PostReader, headers: Mapping[str, str], body: bytes
    ) -> bool:
        if reader.verify is None:
            return True
        if found.sealed_secret is None:
            return False
        place = secret_slot(found.vendor, found.token_hash)
        try:
            secret = await self._vault.open(unit, place, found.sealed_secret)
        except UnreadableCredentialError:
            return False
        return reader.verify(headers, body, secret)

    async def _is_full(self, unit: TenantUnit, connection_id: str) -> bool:
        """Whether there is no room for another post, even without those that are worked on."""
        if await hooks.count_posts(unit, connection_id, MOST_KEPT) < MOST_KEPT:
            return False
        await hooks.forget_finished(unit, connection_id)
        return await hooks.count_posts(unit, connection_id, MOST_KEPT) >= MOST_KEPT

    def _post(
        self, connection_id: str, delivery_id: str | None, body: bytes, hints: tuple[Hint, ...]
    ) -> Post:
        """Return what is kept; without an id of the vendor's the body tells repetitions."""
        told = b"body\0" + body if delivery_id is None else b"id\0" + delivery_id.encode()
        return Post(
            id=str(uuid.uuid4()),
            connection_id=connection_id,
            delivery_key=hashlib.sha256(told).hexdigest(),
            received_at=self._clock.now(),
            state=PostState.NEW if hints else PostState.IGNORED,
            hints=packed(hints),
        )

    async def _hotel_of(self, token_hash: str) -> str | None:
        """Return whose address this is: remembered, for it never changes. Whether it is still good does."""
        if (known := self._hotels.get(token_hash)) is not None:
            return known
        async with self._database.system() as unit:
            hotel_id = await hooks.hotel_of(unit, token_hash)
        if hotel_id is not None:
            self._hotels[token_hash] = hotel_id
            if len(self._hotels) > KNOWN_MOST:
                self._hotels.popitem(last=False)
        return hotel_id
