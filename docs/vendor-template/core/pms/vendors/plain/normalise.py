"""From Plain's JSON to canonical records. Pure.

A word that we do not know becomes UNKNOWN and is counted; a row with a field of the wrong shape is set aside
and counted. The envelope has no such mercy: a page that is no page is refused.
"""

from collections.abc import Callable, Mapping
from typing import Final

from core.domain.errors import Layer, VendorAnswerUnreadableError
from core.domain.hotel import (
    Booking,
    BookingStatus,
    Entity,
    Guest,
    PropertyIdentity,
    PropertyOverview,
    Record,
    Room,
    RoomStatus,
)
from core.pms.vendor import Page
from core.pms.vendors.plain.fields import Fields, UnreadableFieldError
from core.pms.vendors.plain.words import HOUSEKEEPING, STATES


def identity(body: object) -> PropertyIdentity:
    """Return the hotel as it is told. Raises: VendorAnswerUnreadableError, which names the field."""
    try:
        hotel = Fields.of(body)
        return PropertyIdentity(
            external_id=hotel.own_id(),
            name=hotel.needed("name"),
            city=hotel.text("city"),
            country=hotel.text("country"),
            timezone=hotel.needed("timezone"),
            currency=hotel.text("currency"),
        )
    except UnreadableFieldError as error:
        raise _unreadable(Layer.PROPERTY, str(error)) from None


def overview(body: object) -> PropertyOverview:
    """Return the two figures by which a manager recognises the own hotel."""
    try:
        hotel = Fields.of(body)
        return PropertyOverview(rooms=hotel.count("rooms"), arrivals_today=hotel.count("arrivals"))
    except UnreadableFieldError as error:
        raise _unreadable(Layer.PROPERTY, str(error)) from None


def page(entity: Entity, body: object, offset: int, request_id: str | None = None) -> Page:
    """Return the page that begins at an offset, with what could not be read counted beside it."""
    if not isinstance(body, dict) or not isinstance(rows := body.get("rows"), list):
        raise _unreadable(Layer.HTTP, "rows")
    # A missing `has_more` is no last page: it would silently lose every page but the first.
    if not isinstance(has_more := body.get("has_more"), bool):
        raise _unreadable(Layer.HTTP, "has_more")
    records = tuple(record for row in rows if (record := _record(entity, row)) is not None)
    return Page(
        records=records,
        next_cursor=str(offset + len(rows)) if has_more else None,
        request_id=request_id,
        unknown_values=sum(map(_is_unknown, records)),
        set_aside=len(rows) - len(records),
    )


def _record(entity: Entity, row: object) -> Record | None:
    try:
        return _READERS[entity](Fields.of(row))
    except UnreadableFieldError:
        return None


def _is_unknown(record: Record) -> bool:
    return getattr(record, "status", None) in (BookingStatus.UNKNOWN, RoomStatus.UNKNOWN)


def _booking(row: Fields) -> Booking:
    return Booking(
        external_id=row.own_id(),
        confirmation_number=row.text("number"),
        status=STATES.get(row.needed("state"), BookingStatus.UNKNOWN),
        arrival=row.day("arrival"),
        departure=row.day("departure"),
        guest_id=row.id("guest_id"),
        room_id=row.id("room_id"),
        room_type=row.text("room_type"),
        adults=row.count("adults"),
        children=row.count("children"),
        total=row.money("total", "currency"),
        created_at=row.instant("created"),
        updated_at=row.instant("modified"),
    )


def _guest(row: Fields) -> Guest:
    return Guest(
        external_id=row.own_id(),
        first_name=row.text("first_name"),
        last_name=row.text("last_name"),
        email=row.text("email"),
        phone=row.text("phone"),
        nationality=row.text("country"),
        language=row.text("language"),
        updated_at=row.instant("modified"),
    )


def _room(row: Fields) -> Room:
    return Room(
        external_id=row.own_id(),
        name=row.needed("name"),
        status=HOUSEKEEPING.get(row.needed("housekeeping"), RoomStatus.UNKNOWN),
        room_type=row.text("type"),
        floor=row.text("floor"),
        updated_at=row.instant("modified"),
    )


_READERS: Final[Mapping[Entity, Callable[[Fields], Record]]] = {
    Entity.BOOKINGS: _booking,
    Entity.GUESTS: _guest,
    Entity.ROOMS: _room,
}


def _unreadable(layer: Layer, field: str) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError("vendor.answer_unreadable", layer, details={"field": field})
