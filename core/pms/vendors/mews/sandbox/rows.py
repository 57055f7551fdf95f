"""Single rows as Mews sends them, with every field that its specification requires. Pure."""

import uuid
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from core.pms.sandbox.hotel import Place, SimulatedGuest

Json = dict[str, object]

OPENED: Final = datetime(2024, 3, 1, 8, tzinfo=UTC)
"""When the property came to Mews: everything that never changes was made then."""

LANGUAGE: Final = "en-GB"

MANY: Final = 50_000
"""How many rendered rows are remembered: a record never changes, and rendering it costs most of an answer."""


@lru_cache(maxsize=MANY)
def id_of(place: Place, kind: str, number: int = 0) -> str:
    """Return the UUID of anything at this hotel."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:innkeeper:sandbox:mews:{place.name}:{kind}:{number}"))


def utc(moment: datetime) -> str:
    """Return an instant as Mews writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def service(place: Place, number: int, name: str, *, is_bookable: bool, is_active: bool = True) -> Json:
    """Return what is sold: by the night when bookable, else by the piece."""
    moments = (
        "BeforeCheckIn",
        "AfterCheckIn",
        "DuringStay",
        "BeforeCheckOut",
        "AfterCheckOut",
        "DuringCheckOut",
    )
    bookable = {
        "StartOffset": "P0M0DT15H0M0S",
        "EndOffset": "P0M0DT11H0M0S",
        "OccupancyStartOffset": "P0M0DT15H0M0S",
        "OccupancyEndOffset": "P0M0DT11H0M0S",
        "TimeUnit": "Day",
        "TimeUnitPeriod": "Day",
    }
    additional = {"Promotions": dict.fromkeys(moments, False)}
    return {
        "Id": id_of(place, "service", number),
        "EnterpriseId": id_of(place, "property"),
        "IsActive": is_active,
        "Name": name,
        "Names": {LANGUAGE: name},
        "Options": {"BillAsPackage": False},
        "Ordering": number,
        "Data": {
            "Discriminator": "Bookable" if is_bookable else "Additional",
            "Value": bookable if is_bookable else additional,
        },
        "ExternalIdentifier": None,
        "CreatedUtc": utc(OPENED),
        "UpdatedUtc": utc(OPENED),
    }


def category(
    place: Place, kind: str, number: int, service: int, type_: str, name: str, capacity: int
) -> Json:
    """Return a kind of space, rented out by one service."""
    return {
        "Id": id_of(place, kind, number),
        "EnterpriseId": id_of(place, "property"),
        "ServiceId": id_of(place, "service", service),
        "IsActive": True,
        "Type": type_,
        "Classification": "Other",
        "Names": {"de-AT": f"{name} (de)", LANGUAGE: name},
        "ShortNames": {},
        "Descriptions": {},
        "Ordering": number,
        "Capacity": capacity,
        "ExtraCapacity": 0,
        "ExternalIdentifier": None,
        "AccountingCategoryId": None,
    }


def resource(
    place: Place, kind: str, number: int, name: str, floor: str, state: str, updated_at: datetime
) -> Json:
    """Return one space."""
    return {
        "Id": id_of(place, kind, number),
        "EnterpriseId": id_of(place, "property"),
        "IsActive": True,
        "ParentResourceId": None,
        "Name": name,
        "State": state,
        "Descriptions": {},
        "CreatedUtc": utc(OPENED),
        "UpdatedUtc": utc(updated_at),
        "Data": {"Discriminator": "Space", "Value": {"FloorNumber": floor, "LocationNotes": None}},
        "ExternalNames": {},
        "Directions": {},
    }


def assignment(place: Place, kind: str, number: int, category: str, category_number: int) -> Json:
    """Return which kind one space is."""
    resource, target = id_of(place, kind, number), id_of(place, category, category_number)
    return {
        "Id": str(uuid.uuid5(uuid.UUID(resource), target)),
        "IsActive": True,
        "ResourceId": resource,
        "CategoryId": target,
        "CreatedUtc": utc(OPENED),
        "UpdatedUtc": utc(OPENED),
    }


def customer(place: Place, kind: str, guest: SimulatedGuest) -> Json:
    """Return one person's profile."""
    return {
        "Id": id_of(place, kind, guest.number),
        "ChainId": id_of(place, "chain"),
        "Number": str(guest.number),
        "Title": None,
        "Sex": None,
        "FirstName": guest.first_name,
        "LastName": guest.last_name,
        "SecondLastName": None,
        "NationalityCode": guest.nationality,
        "PreferredLanguageCode": guest.language,
        "LanguageCode": guest.language,
        "Email": guest.email,
        "HasOtaEmail": False,
        "Phone": guest.phone,
        "CreatedUtc": utc(guest.created_at),
        "UpdatedUtc": utc(guest.updated_at),
        "Classifications": [],
        "Options": [],
        "CompanyId": None,
        "MergeTargetId": None,
        "ActivityState": "Active",
        "IsActive": True,
        "PreferredSpaceFeatures": [],
        "CreatorProfileId": id_of(place, "profile"),
        "UpdaterProfileId": id_of(place, "profile"),
    }
