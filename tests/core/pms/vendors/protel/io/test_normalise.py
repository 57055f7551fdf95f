"""From OTA's reservations to records: what is taken, what is tolerated, what is refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Booking, BookingStatus, Guest, Money, PropertyIdentity, Reference
from core.pms.vendors.protel.io import attributes
from core.pms.vendors.protel.io.attributes import UnreadableReservationError
from core.pms.vendors.protel.io.envelope import OTA, opened
from core.pms.vendors.protel.io.markup import Element
from core.pms.vendors.protel.io.messages import hotel_of, noted, reservations
from core.pms.vendors.protel.io.normalise import Stay, identity, stay
from tests.core.pms.vendors.protel.io.samples import STAY, enveloped, listed, retrieved

VIENNA = ZoneInfo("Europe/Vienna")

ANNA = Guest(
    external_id="501",
    first_name="Anna",
    last_name="Müller",
    email="anna@example.com",
    phone="+44 1632 960001",
    nationality="AT",
    language="de",
    updated_at=datetime(2026, 8, 1, tzinfo=UTC),
)
BEN = Guest("502", "Ben", "Müller")


def element(text: str) -> Element:
    [found], _ = reservations(opened(retrieved(listed(text))))
    return found


def changed(old: str, new: str) -> Stay:
    """Return the stay that is made of the sample with one thing changed."""
    assert old in STAY
    return stay(element(STAY.replace(old, new)), VIENNA)


def test_a_full_reservation() -> None:
    assert stay(element(STAY), VIENNA) == Stay(
        Booking(
            external_id="4711",
            confirmation_number="4711",
            status=BookingStatus.CHECKED_IN,
            arrival=date(2026, 8, 21),
            departure=date(2026, 8, 24),
            guest_id="501",
            companion_ids=("502",),
            room_id="101",
            room_type="DBL",
            rate="Flexible",
            adults=2,
            children=2,
            total=Money(Decimal("387.50"), "EUR"),
            source="WEB",
            references=(Reference("Booking.com", "372"),),
            created_at=datetime(2026, 7, 12, 18, 22, 31, tzinfo=UTC),
            updated_at=datetime(2026, 8, 20, 12, 30, tzinfo=UTC),
        ),
        guests=(BEN, ANNA),
    )


def test_the_least_that_a_list_gives() -> None:
    """Lists have limited details, on-premise ones no prices."""
    least = (
        '<HotelReservation ResStatus="Reserved"><UniqueID Type="14" ID="1"/><RoomStays><RoomStay>'
        '<TimeSpan Start="2026-08-21" End="2026-08-21"/></RoomStay></RoomStays></HotelReservation>'
    )
    day = date(2026, 8, 21)
    assert stay(element(least), VIENNA) == Stay(Booking("1", "1", BookingStatus.CONFIRMED, day, day))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Type="14" ID="4711"', 'Type="27" ID="4711"'),
        ('ID="4711" ID_Context="protelIO"', 'ID="4711" ID_Context="CRS"'),
        ('ID="4711" ID_Context', 'ID="" ID_Context'),
        (' ResStatus="In-house"', ""),
        ('Start="2026-08-21"', 'Start="21.08.2026"'),
        ('End="2026-08-24"', ""),
        ('End="2026-08-24"', 'End="2026-08-20"'),
        ("RoomStays>", "Services>"),
    ],
)
def test_a_half_understood_reservation_is_no_stay(old: str, new: str) -> None:
    with pytest.raises(UnreadableReservationError):
        changed(old, new)


def test_a_word_that_nobody_has_heard_of_is_unknown_and_counted() -> None:
    found = changed("In-house", "XX")
    assert (found.booking.status, found.unknown_values) == (BookingStatus.UNKNOWN, 1)


@pytest.mark.parametrize(
    ("old", "new", "heads"),
    [
        ('AgeQualifyingCode="7"', 'AgeQualifyingCode="9"', (2, 1, 1)),
        ('AgeQualifyingCode="10" Count="2"', 'AgeQualifyingCode="10" Count="two"', (0, 2, 1)),
        ('AgeQualifyingCode="10" ', "", (0, 2, 1)),
    ],
)
def test_people_of_no_known_age_are_counted_as_such(old: str, new: str, heads: tuple[int, int, int]) -> None:
    found = changed(old, new)
    assert (found.booking.adults, found.booking.children, found.unknown_values) == heads


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("AmountAfterTax", "AmountBeforeTax"),
        ('CurrencyCode="EUR"', 'CurrencyCode="euro"'),
        ("387.50", "387,50"),
    ],
)
def test_a_price_is_gross_and_in_a_currency_or_none(old: str, new: str) -> None:
    assert changed(old, new).booking.total is None


def test_without_a_mark_the_first_guest_is_the_first() -> None:
    found = changed(' PrimaryIndicator="true"', "").booking
    assert (found.guest_id, found.companion_ids) == ("502", ("501",))


def test_people_without_an_id_and_companies_are_no_guests() -> None:
    assert changed('Type="1" ID="502"', 'Type="4" ID="502"').guests == (ANNA,)
    assert changed('Type="1" ID="502"', 'Type="1" ID=""').guests == (ANNA,)
    company = "<Profile><CompanyInfo/></Profile>"
    inner = STAY[STAY.index("<Profile><Customer>") : STAY.index("</ProfileInfo>")]
    assert changed(inner, company).guests == (ANNA,)


def test_a_rate_without_a_name_goes_by_its_code() -> None:
    assert changed(' RatePlanName="Flexible"', "").booking.rate == "FLX"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-08-21", date(2026, 8, 21)),
        ("2026-08-21T15:00:00", date(2026, 8, 21)),
        ("2026-08-21T00:00:00+02:00", date(2026, 8, 21)),
        ("2026-08-21T22:30:00Z", date(2026, 8, 22)),
    ],
)
def test_dates_are_the_hotels_own(sent: str, expected: date) -> None:
    assert attributes.day(Element("a", {"Start": sent}), "Start", VIENNA) == expected


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+14:00", "soon", ""])
def test_an_instant_that_cannot_be_told_is_none(sent: str) -> None:
    assert attributes.instant(Element("a", {"at": sent}), "at", VIENNA) is None


def test_a_missing_element_is_like_a_missing_attribute() -> None:
    assert attributes.text(None, "a") is None
    assert attributes.count(None, "a") is None
    with pytest.raises(UnreadableReservationError) as raised:
        attributes.day(None, "Start", VIENNA)
    assert raised.value.field == "Start"


def test_the_hotel_is_named_by_its_reservations() -> None:
    """One question for today's arrivals is the smallest there is; some days have none."""
    named = STAY.replace("</RoomStay>", '<BasicPropertyInfo HotelName="Hotel Aurora"/></RoomStay>')
    home = PropertyIdentity("2691", "Hotel Aurora", timezone="Europe/Vienna")
    assert identity([element(STAY), element(named)], "2691", VIENNA) == home
    nameless = PropertyIdentity("2691", "protel 2691", timezone="Europe/Vienna")
    assert identity([element(STAY)], "2691", VIENNA) == identity([], "2691", VIENNA) == nameless


@pytest.mark.parametrize(
    ("requestor", "expected"),
    [('Type="10" ID="2691"', "2691"), ('Type="1" ID="2691"', None), ('Type="10"', None), ("", None)],
)
def test_a_notice_says_for_which_hotel_it_is(requestor: str, expected: str | None) -> None:
    message = (
        f'<OTA_HotelResNotifRQ xmlns="{OTA}"><POS><Source><RequestorID {requestor}/></Source></POS>'
        "</OTA_HotelResNotifRQ>"
    )
    assert hotel_of(opened(enveloped(message))) == expected


def test_a_notice_and_an_answer_hold_the_same() -> None:
    notice = enveloped(
        f'<OTA_HotelResNotifRQ xmlns="{OTA}" Version="5.000"><HotelReservations>{STAY}</HotelReservations>'
        "</OTA_HotelResNotifRQ>"
    )
    [found], is_more = reservations(opened(notice))
    assert stay(found, VIENNA) == stay(element(STAY), VIENNA)
    assert not is_more


@pytest.mark.parametrize(
    ("attributes", "echo", "number"),
    [('CorrelationID="c" EchoToken="e"', "e", "c"), ('CorrelationID="c"', "c", "c"), ("", "q-1", "q-1")],
)
def test_the_answer_to_a_notice_gives_back_what_it_was_given(attributes: str, echo: str, number: str) -> None:
    notice = opened(enveloped(f'<OTA_HotelResNotifRQ xmlns="{OTA}" {attributes}/>'))
    reply = noted(notice, datetime(2026, 8, 22, 10, tzinfo=UTC))
    assert (reply.name, reply.correlation_id, reply.relates_to) == ("OTA_HotelResNotifRS", "q-1", "q-1")
    assert (reply.payload.get("EchoToken"), reply.payload.get("CorrelationID")) == (echo, number)


def test_an_answer_says_when_there_is_more() -> None:
    assert reservations(opened(retrieved("<Success/>", 'MoreIndicator="true"'))) == ([], True)
    assert reservations(opened(retrieved("<Success/>", 'MoreIndicator="false"'))) == ([], False)


@pytest.mark.parametrize(
    ("error", "kind", "code", "status"),
    [
        ('Type="4" Code="497"', CredentialsRefusedError, "auth.refused", "OTA error 4 497"),
        ('Type="6"', PermissionMissingError, "permission.missing", "OTA error 6"),
        ('Type="3" ShortText="x"', VendorAnswerUnreadableError, "protel.refused", "OTA error 3"),
        ('Type="&#60;b&#62;"', VendorAnswerUnreadableError, "protel.refused", "OTA error"),
    ],
)
def test_protels_own_no_is_named_by_its_number_alone(
    error: str, kind: type[KnownError], code: str, status: str
) -> None:
    """Its text may repeat what was asked, or hold personal data."""
    body = retrieved(f"<Errors><Error {error}>Anna Müller is not here</Error></Errors>")
    with pytest.raises(kind) as raised:
        reservations(opened(body))
    assert (raised.value.code, raised.value.details) == (code, {"status": status})


@pytest.mark.parametrize("message", ["<e:Fault/>", "<other/>"])
def test_another_message_is_no_answer(message: str) -> None:
    with pytest.raises(VendorAnswerUnreadableError):
        reservations(opened(enveloped(message)))


def test_an_answer_that_does_not_claim_success_is_none() -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        reservations(opened(retrieved("")))
    assert raised.value.details == {"field": "OTA_ResRetrieveRS"}
