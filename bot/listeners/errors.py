"""The one place where an exception becomes words for the person, and a line in the log for us."""

import asyncio
import contextlib
import uuid
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot import texts
from bot.gate import BarredError, NoHotelError
from bot.payloads import Body, said
from bot.replies import in_thread, note, privately
from bot.slack_trouble import SLACK_TROUBLE
from core.domain.access import NotAllowedError

log = structlog.get_logger()

ACK_POLL_S: Final = 0.01


def words_for(error: Exception) -> str:
    """Return what to say of an error; one that we did not foresee gets a reference that the log knows too."""
    match error:
        case NotAllowedError():
            return texts.refused(error.action, error.needed, error.held)
        case BarredError():
            return texts.BARRED[error.barred.value]
        case NoHotelError():
            return texts.NO_HOTEL
        case OperationalError() | PoolTimeoutError() | DBAPIError(connection_invalidated=True):
            log.error("database_unavailable", error=type(error.__cause__ or error).__name__)
            return texts.BUSY
        case _:
            reference = uuid.uuid4().hex[:8]
            # The traceback carries no local values, and no message of ours holds what was typed.
            log.error("unforeseen", reference=reference, exc_info=error)
            return texts.BUG.format(reference=reference)


def register(app: AsyncApp) -> None:
    """Register the handler."""

    @app.error
    async def explain(
        error: Exception, body: Body, client: AsyncWebClient, response: BoltResponse | None
    ) -> BoltResponse | None:
        text = words_for(error)
        if response is not None and body.get("type") == "view_submission":
            # Not acknowledged yet: the answer itself carries the words, and the form is not lost in silence.
            return BoltResponse(status=200, body={"response_action": "push", "view": note(text)})
        # Bolt looks every 10 ms whether a listener has acknowledged, and forgets that it did when this
        # returns; whoever fails right after acknowledging would count as silent (slack-bolt 1.30).
        await asyncio.sleep(2 * ACK_POLL_S)
        with contextlib.suppress(*SLACK_TROUBLE):
            await _tell(client, body, text)
        return None


async def _tell(client: AsyncWebClient, body: Body, text: str) -> None:
    if body.get("type") != "event_callback":
        await privately(client, body)(text)
    elif body["event"].get("type") == "message" and (heard := said(body)):
        await in_thread(client, heard)(text)
