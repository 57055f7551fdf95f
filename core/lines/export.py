"""Canonical records as lines of JSON: one a line, sorted by external id, the same bytes for the same data.

Keys are sorted. Instants are UTC with `Z`, dates hotel-local (both ISO 8601); an amount is a text, so that no
reader rounds it; what is not known is null.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.domain.hotel import Entity, Record
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
    return json.dumps(_plain(record), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 9.50 and 9.5 are equal, and must be the same bytes
    return value
