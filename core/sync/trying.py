"""Tries a field mapping on records read live from the PMS, and saves one that holds on all of them."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.domain.errors import Layer, VendorUnavailableError
from core.domain.hotel import Entity
from core.lines.export import line_of
from core.lines.opening import LineOpener
from core.pms.registry import Registry
from core.pms.vendor import PmsAdapter, Vendor
from core.store import connections, hotels, records
from core.store.connections import Connection
from core.store.database import Database, TenantUnit
from core.sync import mapping
from core.sync.mapping import FieldMapping, Problem, Texts, Tried, check, together, try_on

SAMPLE: Final = 20
"""Records that a mapping must hold on before it is saved."""
READ_S: Final = 10.0
PAGES_MOST: Final = 3


class Result(StrEnum):
    """What came of saving. STALE: somebody else has saved another version meanwhile."""

    SAVED = "saved"
    REFUSED = "refused"
    STALE = "stale"
    NOT_CONNECTED = "not_connected"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: what was wrong, and on how many records it was tried."""

    result: Result
    problems: tuple[Problem, ...] = ()
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Mapped:
    """A hotel's connection, and what of it is mapped."""

    vendor: Vendor
    connection: Connection
    mapping: FieldMapping


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping of one kind of record as somebody typed it, over the version that they saw."""

    entity: Entity
    fields: Texts
    extras: Texts
    version: int


class MappingTrial:
    """Previews and saves mappings for a hotel's managers.

    Every method raises NotAllowedError below manager; those that read also what adapters raise.
    """

    def __init__(self, database: Database, opener: LineOpener, registry: Registry, clock: Clock) -> None:
        self._database = database
        self._opener = opener
        self._registry = registry
        self._clock = clock

    async def current(self, tenant: TenantContext) -> Mapped | None:
        """Return what is mapped; None when nothing is connected."""
        async with self._database.transaction(tenant) as unit:
            return await self._mapped(unit)

    async def preview(self, tenant: TenantContext, draft: Draft) -> Tried | None:
        """Return what a draft makes of the newest record; None when there is none, or no PMS.

        A draft that cannot be right is not tried, but told what is wrong.
        """
        mapped = await self.current(tenant)
        if mapped is None:
            return None
        if problems := check(mapped.vendor, draft.entity, draft.fields, draft.extras):
            return Tried({}, None, {}, problems)
        rows = await self._sample(tenant, mapped.vendor, draft.entity, 1)
        return try_on(mapped.vendor, draft.entity, draft.fields, draft.extras, rows[-1]) if rows else None

    async def save(self, tenant: TenantContext, draft: Draft) -> Saved:
        """Save a draft that holds on every one of `SAMPLE` records; what is not mapped may be odd in some."""
        mapped = await self.current(tenant)
        if mapped is None:
            return Saved(Result.NOT_CONNECTED)
        if problems := check(mapped.vendor, draft.entity, draft.fields, draft.extras):
            return Saved(Result.REFUSED, problems)
        rows = await self._sample(tenant, mapped.vendor, draft.entity, SAMPLE)
        tried = [try_on(mapped.vendor, draft.entity, draft.fields, draft.extras, row) for row in rows]
        problems = tuple(
            problem
            for problem in together(tried)
            if problem.is_extra or problem.name in draft.fields or problem.failing == len(tried)
        )
        if problems:
            return Saved(Result.REFUSED, problems, len(tried))
        async with self._database.transaction(tenant) as unit:
            now_mapped = await self._mapped(unit)
            if now_mapped is None or now_mapped.connection.id != mapped.connection.id:
                return Saved(Result.NOT_CONNECTED)
            if now_mapped.mapping.version != draft.version:
                return Saved(Result.STALE)
            following = now_mapped.mapping.having(draft.entity, draft.fields, draft.extras)
            await mapping.save(unit, mapped.connection, draft.entity, following, self._clock.now())
        return Saved(Result.SAVED, tried=len(tried))

    async def _mapped(self, unit: TenantUnit) -> Mapped | None:
        assert unit.tenant.person is not None, "only a person maps fields"
        demand(Action.SYNC, await hotels.role_of(unit, unit.tenant.person))
        connection = await connections.load(unit)
        if connection is None:
            return None
        found = await mapping.read(unit, connection.id)
        return Mapped(self._registry[connection.vendor], connection, found)

    async def _sample(self, tenant: TenantContext, vendor: Vendor, entity: Entity, most: int) -> list[object]:
        """Return rows of the PMS, the newest last; canonical lines where rows are fixed."""
        rows: list[object] = []

        def listen(_: Entity, row: object) -> object:
            rows.append(row)
            return row

        async with self._database.transaction(tenant) as unit:
            newest = await records.newest_change(unit, entity)
        _, adapter = await self._opener.open(tenant, reshape=listen)
        try:
            async with asyncio.timeout(READ_S):
                latest: list[object] = []
                if newest is not None and entity in vendor.quality.tells_changes:
                    latest = await _read(adapter, vendor, entity, rows, newest, 1)
                if len(latest) >= most:
                    return latest
                return await _read(adapter, vendor, entity, rows, None, most - len(latest)) + latest
        except TimeoutError:
            raise VendorUnavailableError("sync.hung", Layer.HTTP) from None
        finally:
            await adapter.aclose()


async def _read(
    adapter: PmsAdapter,
    vendor: Vendor,
    entity: Entity,
    rows: list[object],
    since: datetime | None,
    most: int,
) -> list[object]:
    """Return some rows; `rows` is what the line hears of them in the PMS's own form."""
    rows.clear()
    lines: list[object] = []
    reading = adapter.pages(entity, changed_since=since, page_size=SAMPLE)
    pages = 0
    async with contextlib.aclosing(reading):
        async for page in reading:
            lines += [json.loads(line_of(record)) for record in page.records]
            pages += 1
            if max(len(rows), len(lines)) >= most or pages == PAGES_MOST:
                break
    return (list(rows) if vendor.read_row else lines)[-most:]
