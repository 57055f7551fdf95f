"""What changes rarely at a hotel: who it is, its clock, its currency, its business date. Pure.

Two modules tell it, and a client may lack either, so everything here can be missing.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import PropertyIdentity
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.fields import Row

IN_STEP: Final = timedelta(days=2)
"""How far the business date may be from the calendar in a hotel at work. In training environments it stands
still for years, and then all that is of interest lies around the business date."""


@dataclass(frozen=True, slots=True)
class House:
    """The hotel's clock and its business date; `zone` is None where OPERA does not tell it."""

    zone: ZoneInfo | None
    business_date: date | None
    rooms: int | None = None

    def calendar(self, now: datetime) -> date:
        """Return the date that the hotel's own clock shows, or Greenwich's where we do not know it."""
        return now.astimezone(self.zone or UTC).date()

    def today(self, now: datetime) -> date:
        """Return the date around which the hotel works."""
        calendar = self.calendar(now)
        business = self.business_date or calendar
        return calendar if abs(business - calendar) <= IN_STEP else business

    def open_day(self, now: datetime) -> date:
        """Return the business date: yesterday's for hours, until the night audit has closed it."""
        return self.business_date or self.calendar(now)


def house_of(hotel: Row, dates: Row) -> House:
    """Return what `getHotel` and `getBusinessDate` tell."""
    info = fields.inner(hotel, "hotelConfigInfo")
    formats = fields.inner(info, "propertyControls", "dateTimeFormatting")
    rooms = fields.count(fields.inner(info, "generalInformation"), "roomCount")
    open_days = (fields.day(row, "businessDate") for row in fields.rows(dates, "hotels"))
    return House(fields.zone(formats, "timeZoneRegion"), next(open_days, None), rooms or None)


def identity(hotel_id: str, hotel: Row, house: House) -> PropertyIdentity:
    """Return the property; its code stands in for a name that we may not read."""
    info = fields.inner(hotel, "hotelConfigInfo")
    address = fields.inner(info, "address")
    currency = fields.inner(info, "propertyControls", "currencyFormatting")
    return PropertyIdentity(
        external_id=hotel_id,
        name=fields.text(info, "hotelName") or hotel_id,
        city=fields.text(address, "cityName"),
        country=fields.text(fields.inner(address, "country"), "code"),
        timezone=house.zone.key if house.zone else None,
        currency=fields.text(currency, "currencyCode"),
    )
