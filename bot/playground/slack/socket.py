"""Socket Mode: the app opens WebSockets and gets its parcels through any one of them."""

import asyncio
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.slack.delivery import NotDeliveredError, Parcel
from bot.playground.slack.state import Json
from bot.playground.slack.tickets import Lifetimes

MOST_CONNECTIONS = 10

DisconnectReason = Literal["warning", "refresh_requested", "too_many_websockets"]


@dataclass(eq=False, slots=True)
class Connection:
    """One socket of the app, and the envelopes that it has not acknowledged yet."""

    websocket: WebSocket
    waiting: dict[str, asyncio.Future[Json | None]] = field(default_factory=dict)

    async def ask(self, envelope: Json) -> Json | None:
        """Send an envelope and wait for its acknowledgement.

        Raises: NotDeliveredError when the socket ends before.
        """
        future: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = future
        try:
            await self.websocket.send_json(envelope)
            return await future
        except (WebSocketDisconnect, RuntimeError):
            raise NotDeliveredError("connection_lost") from None
        finally:
            self.waiting.pop(envelope["envelope_id"], None)

    def acknowledge(self, message: Json) -> None:
        """Take the app's acknowledgement of an envelope; unknown and late ones mean nothing."""
        future = self.waiting.get(str(message.get("envelope_id")))
        if future is not None and not future.done():
            payload = message.get("payload")
            future.set_result(payload if isinstance(payload, dict) else None)

    def lose(self) -> None:
        """Tell everybody who waits that nothing will come any more."""
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(NotDeliveredError("connection_lost"))


class SocketTransport:
    """Keeps the app's sockets."""

    def __init__(self, app_id: str, lifetimes: Lifetimes, on_change: Callable[[bool], None]) -> None:
        self._app_id = app_id
        self._lifetimes = lifetimes
        self._on_change = on_change
        self._tickets: dict[str, float] = {}
        self._connections: list[Connection] = []
        self._arrived = asyncio.Condition()
        self._turn = 0

    @property
    def connected(self) -> bool:
        """Whether the app has a socket open."""
        return bool(self._connections)

    async def run(self) -> None:
        """Do nothing: the app comes to us."""

    def ticket(self) -> str:
        """Return a ticket for one socket."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = asyncio.get_running_loop().time()
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        """Serve one socket of the app until it closes."""
        issued = self._tickets.pop(websocket.path_params["ticket"], None)
        now = asyncio.get_running_loop().time()
        if issued is None or now - issued > self._lifetimes.socket_ticket_s:
            await websocket.close(4403)
            return
        await websocket.accept()
        if len(self._connections) >= MOST_CONNECTIONS:
            await websocket.send_json(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        await self._attend(Connection(websocket))

    async def _attend(self, connection: Connection) -> None:
        await connection.websocket.send_json(self._hello())
        async with self._arrived:
            self._connections.append(connection)
            self._arrived.notify_all()
        if len(self._connections) == 1:
            self._on_change(True)
        try:
            while True:
                connection.acknowledge(await connection.websocket.receive_json())
        except (WebSocketDisconnect, ValueError):
            pass  # gone, or it spoke something else than JSON: either way this socket is over
        finally:
            self._connections.remove(connection)
            connection.lose()
            if not self._connections:
                self._on_change(False)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def send(self, parcel: Parcel) -> Json | None:
        """Send an envelope down any socket and wait for its acknowledgement.

        Raises: NotDeliveredError.
        """
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": parcel.kind,
            "accepts_response_payload": parcel.accepts_answer,
            "payload": parcel.payload,
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.retry_reason}
        try:
            async with asyncio.timeout(self._lifetimes.ack_s):
                return await (await self._any_connection()).ask(envelope)
        except TimeoutError:
            raise NotDeliveredError("timeout") from None

    async def _any_connection(self) -> Connection:
        """Wait until there is a socket; take turns when there are several."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self._connections)
        self._turn += 1
        return self._connections[self._turn % len(self._connections)]

    async def warn(self, reason: DisconnectReason = "warning") -> None:
        """Ask the app to open new sockets in time; the old ones stay."""
        for connection in list(self._connections):
            await connection.websocket.send_json(_disconnect(reason))

    async def refresh(self) -> None:
        """Tell the app that its sockets end, and end them."""
        old = list(self._connections)
        await self.warn("refresh_requested")
        await asyncio.sleep(self._lifetimes.disconnect_grace_s)
        await self._close(connection for connection in old if connection in self._connections)

    async def cut(self) -> None:
        """Break all sockets without a word, as a network does."""
        await self._close(list(self._connections))

    async def _close(self, connections: Iterable[Connection]) -> None:
        for connection in connections:
            connection.lose()
            await connection.websocket.close(1011)


def _disconnect(reason: DisconnectReason) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}}
