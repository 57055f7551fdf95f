"""Adds a hotel's row, or changes the one that is there, in one statement: two at once both succeed."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import TenantUnit


async def upsert(
    unit: TenantUnit, table: sa.Table, row: Mapping[str, Any], *, changed: tuple[str, ...]
) -> None:
    """Add `row` to the unit's hotel; where its primary key is there already, set the columns in `changed`.

    Raises: sqlalchemy.exc.IntegrityError when the row that is there is another hotel's.
    """
    dialect = postgresql if unit.is_postgres else sqlite
    own = {**row, "hotel_id": unit.hotel_id}
    kept = await unit.connection.execute(
        dialect.insert(table)
        .values(own)
        .on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: row[name] for name in changed},
            where=table.c.hotel_id == unit.hotel_id,
        )
        .returning(table.c.hotel_id)
    )
    if kept.first() is None:  # another hotel's, which is not touched: let the database say so
        await unit.connection.execute(sa.insert(table).values(own))
