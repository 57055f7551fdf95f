"""One open line to protel I/O: asks, sees that the question was acknowledged, and waits for the answer."""

from collections.abc import Callable
from typing import Final
from uuid import uuid4

from core.domain.clock import Clock
from core.domain.errors import KnownError, Layer, TryLaterError, VendorAnswerUnreadableError
from core.domain.secret import Secret
from core.net.budget import Sends
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.mailbox import Mailbox
from core.pms.vendors.protel.io.envelope import ACKNOWLEDGEMENT, CONTENT_TYPE, Envelope, opened, sealed
from core.pms.vendors.protel.io.markup import UnreadableXmlError
from core.pms.vendors.protel.io.messages import READ, Search, read_request, soap_action

PATIENCE_S: Final = 4.0
"""A connection test asks two or three times within its deadline."""

RETRY_AFTER_S: Final = 30.0
"""When to look again for an answer that has not come."""


class AnswerPendingError(TryLaterError):
    """protel has acknowledged the question and not answered it yet."""


class ProtelIoLine:
    """Asks in the name of one hotel at the endpoint that protel issued for asynchronous messages.

    `patience_s` is how long an answer is waited for before it counts as pending.
    """

    def __init__(
        self,
        endpoint: str,
        hotel_id: str,
        token: Secret,
        client: Sends,
        clock: Clock,
        mailbox: Mailbox,
        *,
        patience_s: float = PATIENCE_S,
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._endpoint = endpoint
        self._hotel_id = hotel_id
        self._token = token
        self._http = VendorHttp(client, clock)
        self._clock = clock
        self._mailbox = mailbox
        self._patience_s = patience_s
        self._new_id = new_id

    async def search(self, search: Search) -> Envelope:
        """Return the answer to a search; asks only when the same question is not open already.

        Raises: AnswerPendingError when it was acknowledged and is not answered yet: the same search, later,
        goes on waiting.
        """
        asked = await self._mailbox.expect(f"{self._hotel_id} {search}", new := self._new_id())
        if asked == new:
            await self._submit(read_request(self._hotel_id, search, new, self._clock.now()), READ)
        answer = await self._mailbox.collect(asked, deadline_s=self._patience_s)
        if answer is None:
            raise AnswerPendingError(
                "protel.awaiting_answer",
                Layer.PROPERTY,
                retry_after_s=RETRY_AFTER_S,
                details={"correlation_id": asked},
            )
        return opened(answer)

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _submit(self, question: Envelope, name: str) -> None:
        headers: dict[str, str | Secret] = {
            "content-type": CONTENT_TYPE,
            "soapaction": soap_action(name),
            "authorization": Secret(f"Bearer {self._token.reveal().strip()}"),
            "correlationid": question.correlation_id,
        }
        try:
            answer = await self._http.send(Call("POST", self._endpoint, headers, sealed(question)))
            if not _is_receipt(answer, question.correlation_id):
                raise VendorAnswerUnreadableError("protel.not_acknowledged", Layer.HTTP)
        except KnownError:
            await self._mailbox.forget(question.correlation_id)
            raise


def _is_receipt(answer: Answer, correlation_id: str) -> bool:
    """Say whether an answer is the receipt for this very question."""
    try:
        receipt = opened(answer.body)
    except UnreadableXmlError:
        return False
    return receipt.payload.tag == ACKNOWLEDGEMENT and (
        (receipt.relates_to or receipt.correlation_id) == correlation_id
    )
