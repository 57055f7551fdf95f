"""A wire in front of PostgreSQL that can be cut, or fall silent, and be mended."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from tests.scenarios.stage import free_port


class Wire:
    """Carries bytes between the bot and the server's socket, as long as it is whole."""

    def __init__(self, url: str) -> None:
        parsed = sa.make_url(url)
        host, port = parsed.query["host"], parsed.port or 5432
        assert isinstance(host, str), "the tests' server listens on one socket file"
        self._socket = f"{host}/.s.PGSQL.{port}"
        self.port = free_port()
        self.url = parsed.set(host="127.0.0.1", port=self.port, query={}).render_as_string(
            hide_password=False
        )
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def mend(self) -> None:
        """Let connections through."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Break every connection and refuse new ones, as a server does that restarts."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def silence(self) -> None:
        """Take what is sent and pass nothing on, as a network does that has lost its way."""
        self._flowing.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        server_reader, server_writer = await asyncio.open_unix_connection(self._socket)
        self._ends |= {writer, server_writer}
        try:
            await asyncio.gather(self._carry(reader, server_writer), self._carry(server_reader, writer))
        finally:
            self._ends -= {writer, server_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """Yield a wire to a database that is whole at first."""
    wire = Wire(url)
    await wire.mend()
    try:
        yield wire
    finally:
        wire._flowing.set()
        await wire.cut()
