"""From an answer of the unofficial interface to canonical bookings. Pure.

What is read is what one integrator's program was seen to read, and no more: the profiles inside hold an
e-mail address without an id or a name, which makes no guest, so not even that is looked at.
Source: github.com/serdarahmanov/protel-integration at 9388364, of 2026-03-10. Nothing here is protel's word.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import Layer, VendorAnswerUnreadableError
from core.domain.hotel import Booking, BookingStatus, Money, Reference
from core.pms.vendor import Page
from core.pms.vendors.protel.rest.fields import (
    Row,
    UnreadableRowError,
    amount,
    count,
    currency,
    day,
    inner,
    instant,
    needed,
    rows,
    text,
)
from core.pms.vendors.protel.words import PROTEL_IO, status_of

KNOWN: Final = frozenset({"reservations", "messageHeader", "processReferences"})
"""The members that an answer was seen to have; one with none of them is some other answer."""

ADULT: Final = "adult"
CHILD: Final = "child"


def page(body: object, zone: ZoneInfo, asked: int) -> tuple[Page, int | None]:
    """Return the bookings of one answer, and the offset of the next page, None on the last.

    `asked` is how many were asked for. Raises: VendorAnswerUnreadableError for what is no such answer, or
    does not say how to go on.
    """
    if not isinstance(body, dict) or not body.keys() & KNOWN:
        raise unreadable("reservations")
    found = body.get("reservations")
    if found is not None and not isinstance(found, list):
        raise unreadable("reservations")
    listed: list[object] = found or []
    records: list[Booking] = []
    unknown = 0
    for item in listed:
        try:
            booking, odd = _booking(item if isinstance(item, dict) else {}, zone)
        except UnreadableRowError:
            continue
        records.append(booking)
        unknown += odd
    offset = _next_offset(body, is_full=len(listed) >= asked)
    read = Page(tuple(records), None, unknown_values=unknown, set_aside=len(listed) - len(records))
    return read, offset


def unreadable(field: str) -> VendorAnswerUnreadableError:
    """Return the error for an answer in which this field is not what it was seen to be."""
    return VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP, details={"field": field})


def _next_offset(body: Row, *, is_full: bool) -> int | None:
    header = inner(body, "messageHeader")
    more = header.get("moreDataIndicator")
    if not isinstance(more, bool) and (more is not None or is_full):
        raise unreadable("moreDataIndicator")  # a full page has to say whether it is the last
    if not more:
        return None
    offset = header.get("moreDataOffsetID")
    if not isinstance(offset, int) or isinstance(offset, bool):
        raise unreadable("moreDataOffsetID")
    return offset


def _booking(row: Row, zone: ZoneInfo) -> tuple[Booking, int]:
    """Return the booking, and how many of its words we had no meaning for."""
    arrival, departure = day(row, "arrivalDate", zone), day(row, "departureDate", zone)
    if departure < arrival:
        raise UnreadableRowError("departureDate")
    own, references = _numbers(rows(row, "reservationIds"))
    adults, children, strangers = _heads(row)
    status = status_of(needed(row, "resStatus"))
    slices = rows(row, "slices")
    total, is_mixed = _total(slices, arrival, departure)
    booking = Booking(
        external_id=own,
        confirmation_number=None,
        status=status,
        arrival=arrival,
        departure=departure,
        room_type=_room_type(slices),
        adults=adults,
        children=children,
        total=total,
        source=text(inner(row, "segmentation"), "distributionChannel"),
        references=references,
        updated_at=instant(row, "lastModifyDateTime", zone),
    )
    return booking, (status is BookingStatus.UNKNOWN) + is_mixed + strangers


def _numbers(ids: Sequence[Row]) -> tuple[str, tuple[Reference, ...]]:
    """Return protel's own id, or the only one there is, and the others with whose they are.

    Of several that are not marked as protel's, none is better than another: today's first may be tomorrow's
    second, and one booking would become two.
    """
    named = [(text(item, "idContext"), number) for item in ids if (number := text(item, "id"))]
    ours = [number for context, number in named if _is_own(context)]
    if not ours and len(named) == 1:
        return named[0][1], ()
    if not ours:
        raise UnreadableRowError("reservationIds")
    others = (Reference(context, number) for context, number in named if context and not _is_own(context))
    return ours[0], tuple(others)


def _is_own(context: str | None) -> bool:
    return context is not None and context.casefold() == PROTEL_IO.casefold()


def _heads(row: Row) -> tuple[int | None, int | None, int]:
    """Return adults, children, and how many groups of people are neither."""
    counts = rows(row, "guestCounts")
    if not counts:
        return None, None, 0
    heads = {ADULT: 0, CHILD: 0}
    strangers = 0
    for item in counts:
        kind, number = (text(item, "ageQualifyingCode") or "").casefold(), count(item, "count")
        if kind in heads and number is not None:
            heads[kind] += number
        else:
            strangers += 1
    return heads[ADULT], heads[CHILD], strangers


def _room_type(slices: Sequence[Row]) -> str | None:
    """Return the booked type, where there is one, else the type of the room that was given."""
    for item in slices:
        room = inner(item, "room")
        if found := text(room, "roomTypePreset") or text(room, "roomType"):
            return found
    return None


def _total(slices: Sequence[Row], arrival: date, departure: date) -> tuple[Money | None, bool]:
    """Return the price of the stay, and whether it is in several currencies, which have no sum.

    A slice is a part of the stay and has a `single` amount. Whether that is the part's or one night's, nobody
    has written down, so a sum is only made where each part is one night and both mean the same.
    """
    prices = [inner(item, "rate", "price") for item in slices]
    amounts = [value for price in prices if (value := amount(price, "singleAmountAfterTax")) is not None]
    currencies = {code for price in prices if (code := currency(price, "currencyCode"))}
    nights = max(1, (departure - arrival).days)
    if len(currencies) != 1 or not len(slices) == len(amounts) == nights:
        return None, len(currencies) > 1
    return Money(sum(amounts, Decimal(0)), currencies.pop()), False
