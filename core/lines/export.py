"""Canonical records as lines of JSON: one a line, sorted by external id, the same bytes for the same data.

Keys are sorted. Instants are UTC with `Z`, dates hotel-local (both ISO 8601); an amount is a text, so that no
reader rounds it; what is not known is null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

import orjson

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
    members = _members(record)
    for name in _INSTANTS[type(record)]:
        instant: datetime | None = members[name]
        if instant is not None and instant.tzinfo is not UTC:
            members[name] = instant.astimezone(UTC)
    return orjson.dumps(members, _plain, _OPTIONS).decode()


def _plain(value: Any) -> Any:
    """Return what JSON has no word for in words that it has."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 9.50 and 9.5 are equal, and must be the same bytes
    return _members(value)


def _members(value: Any) -> dict[str, Any]:
    names, values_of = _SORTED[type(value)]
    return dict(zip(names, values_of(value), strict=True))


def _sorted_members(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(sorted(field.name for field in fields(kind)))
    return names, attrgetter(*names)


_SORTED: Final[Mapping[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]]] = {
    kind: _sorted_members(kind) for kind in (Booking, Guest, Room, Money, Reference)
}
"""Looked up once: a first sync writes a hundred thousand lines."""
_INSTANTS: Final = {
    kind: [name for name in names if name.endswith("_at")] for kind, (names, _) in _SORTED.items()
}
_OPTIONS: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_UTC_Z
"""Passed through, because members of a class would stand in its order."""
