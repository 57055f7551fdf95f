"""A canonical record as the row that is stored: its line, and the columns that lists and counts ask for."""

import hashlib
from dataclasses import replace

from core.domain.hotel import Booking, Record, Room
from core.lines.export import line_of
from core.store.records import Row


def row_of(record: Record) -> Row:
    """Return a record's row; its digest tells whether the vendor says something else the next time."""
    body = line_of(record)
    return Row(
        external_id=record.external_id,
        body=body,
        digest=hashlib.blake2b(body.encode(), digest_size=16).hexdigest(),
        status=record.status.value if isinstance(record, Booking | Room) else None,
        arrival=record.arrival if isinstance(record, Booking) else None,
        departure=record.departure if isinstance(record, Booking) else None,
        updated_at=record.updated_at,
    )


def showing(row: Row, record: Record) -> Row:
    """Return a row that shows a record, and still knows what the vendor last told."""
    return replace(row_of(record), digest=row.digest, updated_at=row.updated_at)
