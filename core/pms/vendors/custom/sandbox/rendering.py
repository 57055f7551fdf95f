"""The simulated hotel in the open contract's words. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from core.domain.hotel import BookingStatus, Entity, Money
from core.pms.sandbox.hotel import (
    Hotel,
    SimulatedBooking,
    SimulatedGuest,
    SimulatedRecord,
    SimulatedRoom,
)

Json = dict[str, object]

STAYED: Final = frozenset({BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT})


def property_of(hotel: Hotel, now: datetime) -> Json:
    """Return the answer to `GET /v1/property`."""
    place, stays = hotel.place, hotel.bookings.values()
    today = place.today(now)
    return {
        "id": property_id(hotel),
        "name": place.name,
        "city": place.city,
        "country": place.country,
        "timezone": place.timezone,
        "currency": place.currency,
        "rooms": sum(room.is_active for room in hotel.rooms.values()),
        "arrivals_today": len(hotel.arrivals_on(today)),
        "departures_today": sum(stay.departure == today and stay.status in STAYED for stay in stays),
        "in_house": sum(stay.status is BookingStatus.CHECKED_IN for stay in stays),
        "cancelled_today": sum(
            stay.arrival == today and stay.status is BookingStatus.CANCELLED for stay in stays
        ),
        "time": instant(now),
        "api_version": "1",
    }


def property_id(hotel: Hotel) -> str:
    """Return the hotel's id: its name, made plain."""
    return hotel.place.name.lower().replace(" ", "-")


def records(hotel: Hotel, entity: Entity) -> list[Json]:
    """Return every record of one kind, the longest unchanged first, ties by id."""
    books: Mapping[Entity, Mapping[int, SimulatedRecord]] = {
        Entity.BOOKINGS: hotel.bookings,
        Entity.GUESTS: hotel.guests,
        Entity.ROOMS: hotel.rooms,
    }
    rendered = [_record(record) for record in books[entity].values()]
    return sorted(rendered, key=lambda record: (str(record["updated_at"]), str(record["id"])))


def instant(moment: datetime) -> str:
    """Return an instant as the sandbox writes it: UTC, whole milliseconds, so that texts sort like times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _record(record: SimulatedRecord) -> Json:
    match record:
        case SimulatedBooking():
            return _booking(record)
        case SimulatedGuest():
            return _guest(record)
        case SimulatedRoom():
            return _room(record)


def _booking(booking: SimulatedBooking) -> Json:
    channel = booking.channel_number
    return {
        "id": f"bk-{booking.number:05d}",
        "confirmation_number": booking.confirmation_number,
        "status": booking.status.value,
        "arrival": booking.arrival.isoformat(),
        "departure": booking.departure.isoformat(),
        "guest_id": _guest_id(booking.guest),
        "companion_ids": [_guest_id(number) for number in booking.companions],
        "room_id": None if booking.room is None else _room_id(booking.room),
        "room_type": booking.room_type.name,
        "rate": booking.rate,
        "adults": booking.adults,
        "children": booking.children,
        "total": _money(booking.total),
        "source": booking.source,
        "references": [{"kind": booking.source, "value": channel}] if channel else [],
        "created_at": instant(booking.created_at),
        "updated_at": instant(booking.updated_at),
        "cancelled_at": instant(booking.cancelled_at) if booking.cancelled_at else None,
    }


def _guest(guest: SimulatedGuest) -> Json:
    return {
        "id": _guest_id(guest.number),
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "email": guest.email,
        "phone": guest.phone,
        "nationality": guest.nationality,
        "language": guest.language,
        "updated_at": instant(guest.updated_at),
    }


def _room(room: SimulatedRoom) -> Json:
    return {
        "id": _room_id(room.number),
        "name": room.name,
        "status": room.status.value,
        "room_type": room.room_type.name,
        "floor": room.floor,
        "capacity": room.room_type.capacity,
        "is_active": room.is_active,
        "updated_at": instant(room.updated_at),
    }


def _guest_id(number: int) -> str:
    return f"gu-{number:05d}"


def _room_id(number: int) -> str:
    return f"rm-{number:03d}"


def _money(money: Money) -> Json:
    return {"amount": str(money.amount), "currency": money.currency}
