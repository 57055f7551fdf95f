"""What day it is at a property: for windows, and for the nightly count, in one place so that they agree."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.store.connections import Connection
from core.store.hotels import Hotel


def at_property(now: datetime, connection: Connection, hotel: Hotel | None) -> datetime:
    """Return an instant as the property's own clock shows it: its zone as the vendor tells it, else ours."""
    return now.astimezone(_zone(connection.details.get("timezone") or (hotel.timezone if hotel else "UTC")))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
