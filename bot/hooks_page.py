"""Where vendors and hotels' own systems post to: the body read within bounds, the rest is core's.

An address is a secret: nothing here writes a path into a log, and uvicorn's access log is off.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from core.inbound.protel import ProtelReceiver
from core.inbound.receiver import MAX_BYTES, Receiver
from core.pms.vendors.protel.io import markup

log = structlog.get_logger()

TRY_AGAIN_S: Final = 30

Endpoint = Callable[[Request], Awaitable[Response]]


def hook_routes(receiver: Receiver, protel: ProtelReceiver) -> list[Route]:
    """Return the routes of everything that is posted to us by others than Slack."""

    async def take_post(request: Request) -> Response:
        body = await read_body(request, MAX_BYTES)
        if body is None:
            return Response(status_code=413)
        vendor, token = request.path_params["vendor"], request.path_params["token"]
        answer = await receiver.receive(vendor, token, dict(request.headers), body)
        headers = {"retry-after": str(answer.retry_after_s)} if answer.retry_after_s is not None else None
        return Response(status_code=answer.status, headers=headers)

    async def take_answer(request: Request) -> Response:
        body = await read_body(request, markup.MAX_BYTES)
        if body is None:
            return Response(status_code=413)
        receipt = await protel.receive(request.path_params["token"], dict(request.headers), body)
        return Response(receipt.body, receipt.status, dict(receipt.headers))

    return [
        Route("/hooks/{vendor}/{token}", _patiently(take_post), methods=["POST"]),
        Route("/protel/{token}", _patiently(take_answer), methods=["POST"]),
    ]


async def read_body(request: Request, most: int) -> bytes | None:
    """Return the body; None for one that is larger than `most`, of which no more is read than that."""
    if int(request.headers.get("content-length", "0") or 0) > most:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def _patiently(endpoint: Endpoint) -> Endpoint:
    """Ask to come back where the database is away: what was not kept must not be acknowledged."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except SQLAlchemyError as error:
            log.warning("post_not_taken", error=type(error).__name__)
            return Response(status_code=503, headers={"retry-after": str(TRY_AGAIN_S)})
        except ClientDisconnect:
            return Response(status_code=400)

    return answer
