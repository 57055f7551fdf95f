"""Where vendors send people back to: one clear page, and the thread goes on by itself."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from bot import pages, texts
from core.domain.hotel import VendorKey
from core.onboarding.consenting import ConsentRefusal, Consents, LetIn

log = structlog.get_logger()

LONGEST: Final = 4096
"""Characters of a state or a code; vendors' codes are far shorter."""


def consent_endpoint(consents: Consents) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint for `/oauth/{vendor}/callback`."""

    async def come_back(request: Request) -> Response:
        vendor = _vendor_of(request.path_params["vendor"])
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        if vendor is None or not state or len(state) > LONGEST or len(code) > LONGEST:
            return _page(texts.CONSENT_REFUSALS[ConsentRefusal.UNKNOWN], vendor, 400)
        try:
            ended = await consents.finish(vendor, state, code)
        except SQLAlchemyError as error:
            log.warning("consent_interrupted", error=type(error).__name__)
            return _page(texts.CONSENT_INTERRUPTED, vendor, 503)
        if isinstance(ended, LetIn):
            return _page(texts.CONSENT_GIVEN, vendor, 200, ended.hotel_name)
        return _page(texts.CONSENT_REFUSALS[ended], vendor, 400)

    return come_back


def _vendor_of(word: str) -> VendorKey | None:
    return next((key for key in VendorKey if key.value.lower() == word), None)


def _page(words: tuple[str, str], vendor: VendorKey | None, status: int, hotel: str = "") -> Response:
    name = vendor.value if vendor else "the vendor"
    title, text = (part.format(vendor=name, hotel=hotel) for part in words)
    return pages.response(title, text, status)
