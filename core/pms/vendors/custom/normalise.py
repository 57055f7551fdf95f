"""From the open contract's JSON to canonical records. Pure.

The rules are those of docs/custom-pms.md: a field that we do not know is ignored, a word that we do not know
becomes UNKNOWN, and a record with a field of the wrong shape is set aside, because half-understood figures
are worse than a missing row. The envelope has no such mercy: a page that is not a page is refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from core.domain.errors import Layer, VendorAnswerUnreadableError
from core.domain.hotel import (
    Booking,
    BookingStatus,
    DayFigures,
    Entity,
    Guest,
    PropertyIdentity,
    PropertyOverview,
    Record,
    Reference,
    Room,
    RoomStatus,
)
from core.pms.expressions import ExpressionError
from core.pms.reshaping import Reshape, as_it_came
from core.pms.rows import UnreadableRowError
from core.pms.vendor import Page
from core.pms.vendors.custom.fields import MAX_ID, Fields, UnreadableFieldError, text_of

BOOKING_STATUS: Final[Mapping[str, BookingStatus]] = {
    status.value: status for status in BookingStatus if status is not BookingStatus.UNKNOWN
}
ROOM_STATUS: Final[Mapping[str, RoomStatus]] = {
    status.value: status for status in RoomStatus if status is not RoomStatus.UNKNOWN
}
"""The contract speaks our own words, so these tables are the enums themselves."""

_CURSOR: Final = re.compile(r"[!-~]{1,512}")


def identity(body: object) -> PropertyIdentity:
    """Return the property as `GET /v1/property` tells it.

    Raises: VendorAnswerUnreadableError, whose details name the field that is missing or wrong.
    """
    try:
        fields = Fields.of(body, "property")
        return PropertyIdentity(
            external_id=fields.id("id"),
            name=fields.needed("name"),
            city=fields.text("city"),
            country=fields.text("country"),
            timezone=fields.zone("timezone"),
            currency=fields.currency("currency"),
        )
    except UnreadableFieldError as error:
        raise _unreadable(Layer.PROPERTY, error.field) from error


def overview(body: object) -> PropertyOverview:
    """Return the two figures by which a manager recognises the own hotel."""
    try:
        fields = Fields.of(body, "property")
        return PropertyOverview(rooms=fields.count("rooms"), arrivals_today=fields.count("arrivals_today"))
    except UnreadableFieldError as error:
        raise _unreadable(Layer.PROPERTY, error.field) from error


def day_figures(body: object) -> DayFigures:
    """Return what the same answer tells of today, as far as it does."""
    seen = overview(body)
    try:
        fields = Fields.of(body, "property")
        return DayFigures(
            seen.rooms,
            seen.arrivals_today,
            fields.count("departures_today"),
            fields.count("in_house"),
            fields.count("cancelled_today"),
        )
    except UnreadableFieldError as error:
        raise _unreadable(Layer.PROPERTY, error.field) from error


def page(entity: Entity, body: object, request_id: str | None = None, reshape: Reshape = as_it_came) -> Page:
    """Return one page of records, with what could not be read counted beside it.

    Raises: VendorAnswerUnreadableError when the body is no page at all.
    """
    if not isinstance(body, dict) or not isinstance(rows := body.get("data"), list):
        raise _unreadable(Layer.HTTP, "data")
    # A missing `next_cursor` is no last page: who misspells the field would lose every page but the first.
    next_cursor = body.get("next_cursor", 0)
    if next_cursor is not None and not (isinstance(next_cursor, str) and _CURSOR.fullmatch(next_cursor)):
        raise _unreadable(Layer.HTTP, "next_cursor")
    records = tuple(record for row in rows if (record := _record(entity, row, reshape)) is not None)
    return Page(
        records=records,
        next_cursor=next_cursor,
        request_id=request_id,
        unknown_values=sum(map(_is_unknown, records)),
        set_aside=len(rows) - len(records),
    )


def read_row(entity: Entity, row: object) -> Record:
    """Return one row of a list as a record. Raises: UnreadableRowError, which names the field."""
    try:
        return _READERS[entity](Fields.of(row, "data"))
    except UnreadableFieldError as error:
        raise UnreadableRowError(error.field) from error


def _record(entity: Entity, row: object, reshape: Reshape) -> Record | None:
    try:
        return read_row(entity, reshape(entity, row))
    except (UnreadableRowError, ExpressionError):
        return None


def _is_unknown(record: Record) -> bool:
    return getattr(record, "status", None) in (BookingStatus.UNKNOWN, RoomStatus.UNKNOWN)


def _booking(fields: Fields) -> Booking:
    arrival, departure = fields.day("arrival"), fields.day("departure")
    if departure < arrival:
        raise UnreadableFieldError("departure")
    return Booking(
        external_id=fields.id("id"),
        confirmation_number=fields.text("confirmation_number"),
        status=BOOKING_STATUS.get(fields.needed("status"), BookingStatus.UNKNOWN),
        arrival=arrival,
        departure=departure,
        guest_id=fields.text("guest_id", MAX_ID),
        companion_ids=tuple(text_of(item, "companion_ids", MAX_ID) for item in fields.items("companion_ids")),
        room_id=fields.text("room_id", MAX_ID),
        room_type=fields.text("room_type"),
        rate=fields.text("rate"),
        adults=fields.count("adults"),
        children=fields.count("children"),
        total=fields.money("total"),
        source=fields.text("source"),
        references=tuple(_reference(item) for item in fields.items("references")),
        created_at=fields.instant("created_at"),
        updated_at=fields.changed_at(),
        cancelled_at=fields.instant("cancelled_at"),
    )


def _reference(item: object) -> Reference:
    fields = Fields.of(item, "references")
    return Reference(kind=fields.needed("kind"), value=fields.needed("value"))


def _guest(fields: Fields) -> Guest:
    return Guest(
        external_id=fields.id("id"),
        first_name=fields.text("first_name"),
        last_name=fields.text("last_name"),
        email=fields.text("email"),
        phone=fields.text("phone"),
        nationality=fields.text("nationality"),
        language=fields.text("language"),
        updated_at=fields.changed_at(),
    )


def _room(fields: Fields) -> Room:
    return Room(
        external_id=fields.id("id"),
        name=fields.needed("name"),
        status=ROOM_STATUS.get(fields.needed("status"), RoomStatus.UNKNOWN),
        room_type=fields.text("room_type"),
        floor=fields.text("floor"),
        capacity=fields.count("capacity"),
        is_active=fields.flag("is_active", default=True),
        updated_at=fields.changed_at(),
    )


_READERS: Final[Mapping[Entity, Callable[[Fields], Record]]] = {
    Entity.BOOKINGS: _booking,
    Entity.GUESTS: _guest,
    Entity.ROOMS: _room,
}


def _unreadable(layer: Layer, field: str) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError("vendor.answer_unreadable", layer, details={"field": field})
