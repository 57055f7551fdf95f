"""From the stand-in to the app: one parcel, one answer within the time that Slack waits."""

import time
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from bot.playground.slack.faults import Faults
from bot.playground.slack.state import Json
from bot.playground.slack.wire import Exchange, WireLog

ParcelKind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something for the app. `attempt` counts repetitions of an event from 0."""

    kind: ParcelKind
    name: str
    team: str
    payload: Json
    accepts_answer: bool = False
    attempt: int = 0
    retry_reason: str = ""


class NotDeliveredError(Exception):
    """The app did not take the parcel in time; `retry` is False when it asked for no repetition."""

    def __init__(self, reason: str, *, retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


class Transport(Protocol):
    """How parcels travel: over a socket that the app opened, or as signed requests to it."""

    @property
    def connected(self) -> bool:
        """Whether the app can be reached now."""
        ...

    async def send(self, parcel: Parcel) -> Json | None:
        """Hand a parcel over and return what the app answers with its acknowledgement.

        Raises: NotDeliveredError when no acknowledgement came in time.
        """
        ...

    async def run(self) -> None:
        """Do what the transport has to do in the background, until cancelled."""
        ...


class Courier:
    """Carries parcels and writes each down."""

    def __init__(self, transport: Transport, wire: WireLog, faults: Faults) -> None:
        self._transport = transport
        self._wire = wire
        self._faults = faults

    async def carry(self, parcel: Parcel) -> Json | None:
        """Deliver a parcel; return the app's answer.

        Raises: NotDeliveredError.
        """
        started = time.perf_counter()
        try:
            answer = await self._transport.send(parcel)
            if self._faults.drop_ack.take():
                raise NotDeliveredError("timeout")
        except NotDeliveredError as lost:
            self._note(parcel, started, error=lost.reason)
            raise
        self._note(parcel, started)
        return answer

    def _note(self, parcel: Parcel, started: float, error: str | None = None) -> None:
        self._wire.add(
            Exchange(
                "slack→app",
                parcel.name,
                parcel.team,
                parcel.payload,
                ms=round((time.perf_counter() - started) * 1000),
                ok=error is None,
                error=error,
                warnings=[f"attempt {parcel.attempt + 1}"] if parcel.attempt else [],
            )
        )


def again(parcel: Parcel, reason: str) -> Parcel:
    """Return the parcel for its next attempt."""
    return replace(parcel, attempt=parcel.attempt + 1, retry_reason=reason)
