"""The one way to the rows: a transaction, opened with the key to a single hotel or as the system.

A function that touches a hotel's rows takes a `TenantUnit`, and only a `TenantContext` opens one. The few
look-ups that come before a hotel is known, and background work across hotels, take a `SystemUnit` and say
so in their signature. PostgreSQL enforces the same with row-level security: each transaction tells the
server whose rows it may see, so a forgotten predicate finds nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator

from core.domain.access import TenantContext

SYSTEM: Final = "*"
"""What the row-level policy reads as `every hotel`."""

BUSY_TIMEOUT_S: Final = 2.0
"""How long a transaction waits to begin, behind whomever: under Slack's 3 seconds, so that the person gets an
answer. On PostgreSQL as long for a row that somebody else is changing."""

_ONE_TRY_S: Final = 0.1
"""SQLite's own wait for its lock is tried in pieces: one long wait would not know when time is up."""

_SCOPE: Final = sa.text(
    "SELECT set_config('innkeeper.hotel_id', :scope, true), set_config('lock_timeout', :patience, true)"
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant; naive values are refused, and what SQLite stored naive comes back aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive instant: nobody could say which hour it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the instant aware, whichever database it comes from."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Unit:
    """One transaction. What must happen only once it is kept is handed to `after_commit`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []

    @property
    def is_postgres(self) -> bool:
        """Whether the rows live in PostgreSQL."""
        return self.connection.dialect.name == "postgresql"

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` when this transaction has been kept; never when it was rolled back."""
        self._after_commit.append(call)

    def _committed(self) -> None:
        for call in self._after_commit:
            call()


class TenantUnit(Unit):
    """A transaction that may touch the rows of one hotel."""

    def __init__(self, connection: AsyncConnection, tenant: TenantContext) -> None:
        super().__init__(connection)
        self.tenant = tenant

    @property
    def hotel_id(self) -> str:
        """The hotel whose rows this transaction may touch."""
        return self.tenant.hotel_id


class SystemUnit(Unit):
    """A transaction before or across hotels: look-ups by workspace, jobs, keys."""


class Database:
    """An engine and its transactions. Build with `Database.open`, end with `aclose`.

    A transaction that cannot begin in time raises sqlalchemy.exc.OperationalError, as do a server that is
    gone and a disk that is full.
    """

    def __init__(self, engine: AsyncEngine, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._engine = engine
        self._busy_timeout_s = busy_timeout_s
        # SQLite has one writer. Queueing here is fair and costs no sleep; SQLite's own lock is for others.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        self._given_up: set[asyncio.Task[None]] = set()

    @classmethod
    def open(cls, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> "Database":
        """Return a database for `sqlite:///path` or `postgresql://…`; nothing is contacted yet."""
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"))
            configure_sqlite(engine.sync_engine, min(busy_timeout_s, _ONE_TRY_S))
        else:
            engine = create_async_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=10
            )
        return cls(engine, busy_timeout_s)

    @property
    def engine(self) -> AsyncEngine:
        """The engine, for migrations and for the job engine's own connections."""
        return self._engine

    @property
    def is_postgres(self) -> bool:
        """Whether the rows live in PostgreSQL."""
        return self._engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def transaction(self, tenant: TenantContext) -> AsyncIterator[TenantUnit]:
        """Open a transaction on one hotel's rows; kept when the block ends, undone when it raises."""
        async with self._begin(tenant.hotel_id) as connection:
            unit = TenantUnit(connection, tenant)
            yield unit
        unit._committed()

    @asynccontextmanager
    async def system(self) -> AsyncIterator[SystemUnit]:
        """Open a transaction before or across hotels."""
        async with self._begin(SYSTEM) as connection:
            unit = SystemUnit(connection)
            yield unit
        unit._committed()

    @asynccontextmanager
    async def _begin(self, scope: str) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                yield await self._begin_alone(stack, self._writer)
                return
            connection = await self._begin_beside_others(scope)
            stack.push_async_exit(connection)
            yield connection
            await connection.commit()

    async def _begin_alone(self, stack: AsyncExitStack, writer: asyncio.Lock) -> AsyncConnection:
        """Begin on SQLite: first among ourselves, then against other processes, with one deadline for both.

        Only the wait for ourselves is ever cancelled: SQLite would go on to take the lock for nobody.
        """
        now = asyncio.get_running_loop().time
        until = now() + self._busy_timeout_s
        try:
            async with asyncio.timeout_at(until):
                await stack.enter_async_context(writer)
        except TimeoutError:
            raise _too_late() from None
        while True:
            try:
                return await stack.enter_async_context(self._engine.begin())
            except sa.exc.OperationalError as error:
                if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_BUSY" or now() >= until:
                    raise

    async def _begin_beside_others(self, scope: str) -> AsyncConnection:
        """Begin on PostgreSQL, whether the pool is empty, the server gone, or there and silent.

        psycopg needs many seconds to give a silent server up (3.3), so that is left to a task of its own.
        """
        beginning = asyncio.create_task(self._connect(scope))
        in_time: set[asyncio.Task[AsyncConnection]] = set()
        try:
            in_time, _ = await asyncio.wait({beginning}, timeout=self._busy_timeout_s)
        finally:
            if not in_time:
                ending = asyncio.create_task(_give_up(beginning))
                self._given_up.add(ending)
                ending.add_done_callback(self._given_up.discard)
        if not in_time:
            raise _too_late()
        return beginning.result()

    async def _connect(self, scope: str) -> AsyncConnection:
        try:
            return await self._enter(scope)
        except sa.exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return await self._enter(scope)  # the pool's connections were to a server that has restarted since

    async def _enter(self, scope: str) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            patience = f"{self._busy_timeout_s:g}s"
            await connection.execute(_SCOPE, {"scope": scope, "patience": patience})
        except BaseException:
            await connection.close()
            raise
        return connection

    async def aclose(self) -> None:
        """Close every connection."""
        await asyncio.gather(*self._given_up, return_exceptions=True)
        await self._engine.dispose()


async def _give_up(beginning: "asyncio.Task[AsyncConnection]") -> None:
    """End a transaction that nobody waits for any more, also one that has just begun."""
    beginning.cancel()
    (outcome,) = await asyncio.gather(beginning, return_exceptions=True)
    if isinstance(outcome, AsyncConnection):
        await outcome.close()


def _too_late() -> sa.exc.OperationalError:
    return sa.exc.OperationalError("BEGIN", None, TimeoutError("the transaction could not begin in time"))


def configure_sqlite(engine: sa.Engine, busy_timeout_s: float) -> None:
    """Set an engine to WAL, foreign keys, and transactions that take the write lock at once.

    A deferred transaction that reads and then writes can fail half-way with `database is locked` whatever
    the time-out; `BEGIN IMMEDIATE` waits at the start, where waiting is harmless.
    """

    @sa.event.listens_for(engine, "connect")
    def _connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # we begin and commit ourselves
        cursor = dbapi_connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(busy_timeout_s * 1000)}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
