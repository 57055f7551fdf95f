"""Which hotel it is: chosen among those that a key opens, with its clock and its currency. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import Layer, PropertyNotFoundError
from core.domain.hotel import PropertyIdentity
from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.fields import Row

SHOWN: Final = 12
"""How many hotels are named when one has to be chosen."""


@dataclass(frozen=True, slots=True)
class House:
    """The hotel as getHotels tells it; `zone` is None where we do not know the time zone."""

    id: str
    name: str
    zone: ZoneInfo | None
    currency: str | None


def choose(hotels: Sequence[Row], wanted: str | None, request_id: str | None) -> House:
    """Return the hotel with the wanted number, or the only one there is.

    Raises: PropertyNotFoundError (`property.not_found`, `cloudbeds.property_unknown`,
    `cloudbeds.property_needed`, whose details name the hotels), UnreadableRowError.
    """
    if wanted is not None:
        hotels = [hotel for hotel in hotels if fields.identifier(hotel, "propertyID") == wanted]
        if not hotels:
            raise PropertyNotFoundError("cloudbeds.property_unknown", Layer.PROPERTY, request_id=request_id)
    if not hotels:
        raise PropertyNotFoundError("property.not_found", Layer.PROPERTY, request_id=request_id)
    if len(hotels) > 1:
        raise PropertyNotFoundError(
            "cloudbeds.property_needed",
            Layer.PROPERTY,
            details={"hotels": _names(hotels)},
            request_id=request_id,
        )
    hotel = hotels[0]
    return House(
        id=fields.needed_id(hotel, "propertyID"),
        name=fields.needed(hotel, "propertyName"),
        zone=fields.time_zone(hotel, "propertyTimezone"),
        currency=fields.currency(hotel.get("propertyCurrency")),
    )


def identity(house: House, details: Row) -> PropertyIdentity:
    """Return the property; town and country come from getHotelDetails, which has no time zone."""
    address = fields.inner(details, "propertyAddress")
    return PropertyIdentity(
        external_id=house.id,
        name=house.name,
        city=fields.text(address, "propertyCity"),
        country=fields.text(address, "propertyCountry"),
        timezone=house.zone.key if house.zone else None,
        currency=house.currency or fields.currency(details.get("propertyCurrency")),
    )


def _names(hotels: Sequence[Row]) -> str:
    named = [
        f"{fields.text(hotel, 'propertyName') or 'unnamed'} ({fields.identifier(hotel, 'propertyID') or '?'})"
        for hotel in hotels
    ]
    more = len(named) - SHOWN
    return ", ".join(named[:SHOWN]) + (f" and {more} more" if more > 0 else "")
