"""Canonical records: what a booking, a guest and a room are, whichever vendor they came from.

Dates are hotel-local, instants are aware UTC and end in `_at`, money is Decimal with its ISO 4217 currency.
Vendor words stay in the vendor's folder; a value that a vendor invents later becomes UNKNOWN.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class VendorKey(StrEnum):
    """The six systems, spelled as the `pms_type` column has always spelled them."""

    OPERA = "Opera"
    MEWS = "Mews"
    CLOUDBEDS = "Cloudbeds"
    PROTEL = "Protel"
    APALEO = "Apaleo"
    CUSTOM = "Custom"


class Entity(StrEnum):
    """The three kinds of record that we keep in sync."""

    BOOKINGS = "bookings"
    GUESTS = "guests"
    ROOMS = "rooms"


class BookingStatus(StrEnum):
    """Where a booking stands."""

    INQUIRY = "inquiry"
    TENTATIVE = "tentative"
    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"


class RoomStatus(StrEnum):
    """What housekeeping says of a room."""

    CLEAN = "clean"
    INSPECTED = "inspected"
    DIRTY = "dirty"
    OUT_OF_SERVICE = "out_of_service"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class PropertyIdentity:
    """The hotel as the vendor knows it; `external_id` is the vendor's own id of it."""

    external_id: str
    name: str
    city: str | None = None
    country: str | None = None
    timezone: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class PropertyOverview:
    """Two figures by which a manager recognises the own hotel; None where the vendor does not tell."""

    rooms: int | None = None
    arrivals_today: int | None = None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What two systems can compare of one day; None where one of them does not tell.

    `departures` are of guests who came, `in_house` are stays, `cancelled` would have arrived on that day.
    `day` says which it is, where it is not the calendar's.
    """

    rooms: int | None = None
    arrivals: int | None = None
    departures: int | None = None
    in_house: int | None = None
    cancelled: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Another system's number for the same booking, such as a channel's; `kind` says whose."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Booking:
    """One stay. `arrival` and `departure` are hotel-local dates; `total` is gross of the whole stay."""

    external_id: str
    confirmation_number: str | None
    status: BookingStatus
    arrival: date
    departure: date
    guest_id: str | None = None
    companion_ids: tuple[str, ...] = ()
    room_id: str | None = None
    room_type: str | None = None
    rate: str | None = None
    adults: int | None = None
    children: int | None = None
    total: Money | None = None
    source: str | None = None
    references: tuple[Reference, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who stays or books. Only what a stay needs: no papers, no birth dates, no notes."""

    external_id: str
    first_name: str | None
    last_name: str | None
    email: str | None = None
    phone: str | None = None
    nationality: str | None = None
    language: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """One place to sleep. `name` is what is written on the door."""

    external_id: str
    name: str
    status: RoomStatus
    room_type: str | None = None
    floor: str | None = None
    capacity: int | None = None
    is_active: bool = True
    updated_at: datetime | None = None


Record = Booking | Guest | Room
