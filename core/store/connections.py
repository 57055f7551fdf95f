"""A hotel's one connection to its PMS, in the table that the original system kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from core.domain.hotel import VendorKey
from core.store.database import TenantUnit, UtcDateTime, metadata

external_pms_config = sa.Table(
    "external_pms_config",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, unique=True),
    sa.Column("pms_type", sa.String(16), nullable=False),
    sa.Column("api_key_encrypted", sa.Text, nullable=False),
    sa.Column("version", sa.String(32)),
    sa.Column("endpoint", sa.String(500)),
    sa.Column("status", sa.String(24), nullable=False, index=True),
    sa.Column("last_synced_at", UtcDateTime),
    sa.Column("last_error", sa.String(64)),
    sa.Column("metadata", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)


class ConnectionStatus(StrEnum):
    """How a connection stands. `REAUTH_REQUIRED`: the vendor no longer accepts the credentials."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"
    REAUTH_REQUIRED = "REAUTH_REQUIRED"


@dataclass(frozen=True, slots=True)
class Connection:
    """One hotel's line to one PMS.

    `sealed` is one sealed JSON object of every secret field; `values` are the fields that are no secret.
    `origin` is the address (or addresses) the secrets may be sent to, as bound into the ciphertext.
    """

    id: str
    vendor: VendorKey
    sealed: str
    status: ConnectionStatus
    values: Mapping[str, str]
    origin: str
    property_id: str
    property_name: str
    version: str | None = None
    endpoint: str | None = None
    last_synced_at: datetime | None = None
    last_error: str | None = None
    created_at: datetime | None = None
    connected_by: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """What else the vendor said of the property: city, country, currency, timezone."""
    is_by_consent: bool = False
    """Whether the vendor let us in at its own page, instead of somebody typing credentials."""
    updated_at: datetime | None = field(default=None, compare=False)
    """When somebody last changed it; set by the store."""


def _connection(row: Any) -> Connection:
    extra = row.metadata
    return Connection(
        id=row.id,
        vendor=VendorKey(row.pms_type),
        sealed=row.api_key_encrypted,
        status=ConnectionStatus(row.status),
        values=extra["values"],
        origin=extra["origin"],
        property_id=extra["property_id"],
        property_name=extra["property_name"],
        version=row.version,
        endpoint=row.endpoint,
        last_synced_at=row.last_synced_at,
        last_error=row.last_error,
        created_at=row.created_at,
        connected_by=extra.get("connected_by"),
        details=extra.get("details", {}),
        is_by_consent=extra.get("by_consent", False),
        updated_at=row.updated_at,
    )


_OWN: Final = sa.select(external_pms_config).where(external_pms_config.c.hotel_id == sa.bindparam("own"))
"""Built once: nearly everything that is done for a hotel asks for it."""


async def load(unit: TenantUnit) -> Connection | None:
    """Return the hotel's connection; None when it has none."""
    found = await unit.connection.execute(_OWN, {"own": unit.hotel_id})
    row = found.first()
    return _connection(row) if row else None


async def save(unit: TenantUnit, new: Connection, now: datetime) -> None:
    """Store the hotel's connection: a hotel has one, so another one goes, with all that hangs on it."""
    own, same = external_pms_config.c.hotel_id == unit.hotel_id, external_pms_config.c.id == new.id
    values = {
        "pms_type": new.vendor.value,
        "api_key_encrypted": new.sealed,
        "version": new.version,
        "endpoint": new.endpoint,
        "status": new.status.value,
        "last_synced_at": new.last_synced_at,
        "last_error": new.last_error,
        "metadata": {
            "values": dict(new.values),
            "origin": new.origin,
            "property_id": new.property_id,
            "property_name": new.property_name,
            "connected_by": new.connected_by,
            "by_consent": new.is_by_consent,
            "details": dict(new.details),
        },
        "created_at": new.created_at or now,
        "updated_at": now,
    }
    await unit.connection.execute(sa.delete(external_pms_config).where(own, sa.not_(same)))
    changed = await unit.connection.execute(sa.update(external_pms_config).where(own, same).values(values))
    if not changed.rowcount:
        await unit.connection.execute(
            sa.insert(external_pms_config).values(id=new.id, hotel_id=unit.hotel_id, **values)
        )


async def note_sync(
    unit: TenantUnit, connection_id: str, error: str | None, synced_at: datetime | None = None
) -> None:
    """Note how the last sync went, without touching what a person may be changing at this moment."""
    values: dict[str, Any] = {"last_error": error}
    if synced_at is not None:
        values["last_synced_at"] = synced_at
    await unit.connection.execute(
        sa.update(external_pms_config)
        .where(external_pms_config.c.hotel_id == unit.hotel_id, external_pms_config.c.id == connection_id)
        .values(**values)
    )


async def remove(unit: TenantUnit, connection_id: str) -> bool:
    """Delete the connection and its credentials; False when it was not (or no longer) there."""
    gone = await unit.connection.execute(
        sa.delete(external_pms_config).where(
            external_pms_config.c.hotel_id == unit.hotel_id, external_pms_config.c.id == connection_id
        )
    )
    return bool(gone.rowcount)
