"""What protel I/O posts: answers into the mailbox, notices into the post; acknowledged once it is kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

import structlog

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.inbound.allowance import Allowance
from core.inbound.mailbox import MailRoom
from core.inbound.posts import packed, work_of
from core.inbound.receiver import MOST_KEPT
from core.inbound.tokens import hash_of
from core.jobs.queue import JobQueue
from core.pms.vendors.protel.io.messages import hotel_of
from core.pms.vendors.protel.io.notices import delivery_key, hints
from core.pms.vendors.protel.io.receive import Delivery, Kind, receive
from core.store import connections, hooks, mail
from core.store.database import Database, TenantUnit
from core.store.hooks import Post, PostState

log = structlog.get_logger()

TokensInUse = Callable[[TenantUnit], Awaitable[Sequence[Secret]]]
"""Finds the tokens that protel may show for a hotel: its connection's, and those that are being tested."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What protel is told within its call."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class ProtelReceiver:
    """Takes protel's calls for every hotel."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        clock: Clock,
        mail_room: MailRoom,
        tokens_in_use: TokensInUse,
        allowance: Allowance | None = None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._mail_room = mail_room
        self._tokens_in_use = tokens_in_use
        self._allowance = allowance or Allowance(clock)

    async def receive(self, token: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Take one call to `/protel/{token}`; header names in lower case.

        The address says which hotel it is, the token in the header that it is protel. What nobody asked is
        acknowledged and dropped, or it would be sent for ever.
        """
        token_hash = hash_of(token)
        if token_hash is None:
            return Receipt(HTTPStatus.NOT_FOUND)
        async with self._database.system() as unit:
            hotel_id = await mail.hotel_of(unit, token_hash)
        if hotel_id is None:
            return Receipt(HTTPStatus.NOT_FOUND)
        if self._allowance.spend(token_hash) is not None:
            return Receipt(HTTPStatus.TOO_MANY_REQUESTS, headers={"retry-after": "1"})
        async with self._database.transaction(TenantContext(hotel_id)) as tenant_unit:
            tokens = await self._tokens_in_use(tenant_unit)
            reception = receive(headers, body, tokens=tokens)
            if reception.delivery is None:
                log.warning("protel_refused", hotel=hotel_id, status=reception.status)
            elif reception.delivery.kind is Kind.ANSWER:
                answered = reception.delivery.correlation_id
                is_asked = await self._mail_room.deliver(tenant_unit, answered, body)
                log.info("protel_answer", hotel=hotel_id, was_asked=is_asked)
            else:
                await self._note(tenant_unit, reception.delivery)
        return Receipt(reception.status, reception.body, reception.headers)

    async def _note(self, unit: TenantUnit, notice: Delivery) -> None:
        """Keep a notice as post, if it is about the stays of the hotel that is connected."""
        connection = await connections.load(unit)
        if (
            connection is None
            or connection.vendor is not VendorKey.PROTEL
            or hotel_of(notice.envelope) != connection.property_id
            or not (found := hints(notice.envelope))
            or await hooks.count_posts(unit, connection.id, MOST_KEPT) >= MOST_KEPT
        ):
            log.info("protel_notice_dropped", hotel=unit.hotel_id, name=notice.name)
            return
        post = Post(
            id=str(uuid4()),
            connection_id=connection.id,
            delivery_key=delivery_key(notice),
            received_at=self._clock.now(),
            state=PostState.NEW,
            hints=packed(found),
        )
        if await hooks.add_post(unit, post):
            await self._queue.enqueue(unit, work_of(unit.hotel_id))
