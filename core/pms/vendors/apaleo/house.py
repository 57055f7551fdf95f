"""Which of an account's properties is meant, and what is to be known of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import Layer, PropertyNotFoundError, VendorAnswerUnreadableError
from core.domain.hotel import PropertyIdentity
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import Row, UnreadableRowError

SHOWN: Final = 20
"""How many properties are listed to somebody who has to choose."""


@dataclass(frozen=True, slots=True)
class House:
    """The property and its clock."""

    identity: PropertyIdentity
    zone: ZoneInfo


def open_properties(rows: Iterable[Row]) -> list[Row]:
    """Return the properties that are hotels: no templates, none that was archived."""
    return [row for row in rows if row.get("isTemplate") is not True and row.get("isArchived") is not True]


def chosen(rows: Iterable[Row], wanted: str) -> Row:
    """Return the property with the id that was typed, or the only one when none was.

    Raises: PropertyNotFoundError (`apaleo.property_needed`, `apaleo.property_unknown`, whose details list the
    properties; `property.not_found` when there is none at all).
    """
    found = open_properties(rows)
    if not found:
        raise PropertyNotFoundError("property.not_found", Layer.PROPERTY)
    details = {"properties": ", ".join(map(_named, found[:SHOWN])) + (" …" if len(found) > SHOWN else "")}
    if not wanted:
        if len(found) == 1:
            return found[0]
        raise PropertyNotFoundError("apaleo.property_needed", Layer.PROPERTY, details=details)
    for row in found:
        if fields.text(row, "id") == wanted:
            return row
    details["property"] = wanted
    raise PropertyNotFoundError("apaleo.property_unknown", Layer.PROPERTY, details=details)


def identity(row: Row) -> PropertyIdentity:
    """Return the property as the list of properties tells it.

    Raises: VendorAnswerUnreadableError without id or name.
    """
    location = fields.inner(row, "location")
    try:
        return PropertyIdentity(
            external_id=fields.needed(row, "id"),
            name=fields.needed(row, "name"),
            city=fields.text(location, "city"),
            country=fields.text(location, "countryCode"),
            timezone=fields.text(row, "timeZone"),
            currency=fields.text(row, "currencyCode"),
        )
    except UnreadableRowError as error:
        raise VendorAnswerUnreadableError(
            "vendor.answer_unreadable", Layer.PROPERTY, details={"field": error.field}
        ) from error


def house_of(row: Row) -> House:
    """Return the property and its clock; better no date than one that is a day off.

    Raises: VendorAnswerUnreadableError (`apaleo.time_zone_unknown`).
    """
    try:
        return House(identity(row), fields.zone(row, "timeZone"))
    except UnreadableRowError as error:
        raise VendorAnswerUnreadableError(
            "apaleo.time_zone_unknown", Layer.PROPERTY, details={"field": error.field}
        ) from error


def bedrooms(rows: Iterable[Row]) -> Mapping[str, str | None]:
    """Return the names of unit groups by id."""
    return {id_: fields.text(row, "name") for row in rows if (id_ := fields.text(row, "id"))}


def _named(row: Row) -> str:
    return f"{fields.text(row, 'id')} ({fields.text(row, 'name')})"
