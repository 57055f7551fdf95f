"""Canonical records as lines of JSON: one a line, sorted by external id, the same bytes for the same data.

Keys are sorted. Instants are UTC with `Z`, dates hotel-local (both ISO 8601); an amount is a text, so that no
reader rounds it; what is not known is null.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from core.domain.hotel import Booking, Entity, Guest, Money, Record, Reference, Room
from core.pms.vendor import PmsAdapter


@dataclass(frozen=True, slots=True)
class Export:
    """All records of one kind, and what could not be read of them."""

    lines: tuple[str, ...]
    set_aside: int
    unknown_values: int


async def export(adapter: PmsAdapter, entity: Entity) -> Export:
    """Read every record of a kind; of one that came twice the last word counts.

    Raises: what the adapter raises.
    """
    lines: dict[str, str] = {}
    set_aside = unknown_values = 0
    async for page in adapter.pages(entity):
        lines |= {record.external_id: line_of(record) for record in page.records}
        set_aside += page.set_aside
        unknown_values += page.unknown_values
    return Export(tuple(lines[key] for key in sorted(lines)), set_aside, unknown_values)


def line_of(record: Record) -> str:
    """Return a record as one line of JSON, without the line's end."""
    return _JSON.encode(record)


def _plain(value: Any) -> Any:
    """Return what JSON has no word for in words that it has."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 9.50 and 9.5 are equal, and must be the same bytes
    return {name: getattr(value, name) for name in _NAMES[type(value)]}


_NAMES: Final[Mapping[type, Sequence[str]]] = {
    kind: [field.name for field in fields(kind)] for kind in (Booking, Guest, Room, Money, Reference)
}
_JSON: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
"""Made once: a first sync writes a hundred thousand lines."""
