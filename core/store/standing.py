"""Which records are stored for good, so that nobody need ask what belongs to them once more."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from core.domain.hotel import Entity
from core.store.database import TenantUnit
from core.store.records import among, own, record

SETTLED_AFTER: Final = timedelta(minutes=2)
"""How long after a change of a record a vendor may still be writing what belongs to it."""


async def standing(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> Mapping[str, datetime | None]:
    """Return those of the ids that are stored, with the vendor's instant of the change that is.

    None stands for an instant that is not known, or lies so shortly before we read that the record is better
    read again.
    """
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.updated_at, record.c.changed_at).where(
            *own(unit, entity), among(unit, ids), record.c.gone_at.is_(None)
        )
    )
    return {
        row.external_id: row.updated_at
        if row.updated_at is not None and row.changed_at - row.updated_at >= SETTLED_AFTER
        else None
        for row in found
    }
