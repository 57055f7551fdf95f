"""From OPERA's profiles and its housekeeping board to our guests and rooms."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from core.domain.hotel import Guest, Room, RoomStatus
from core.pms.vendors.opera.fields import UnreadableRowError
from core.pms.vendors.opera.normalise import guest, is_person, is_room, page, profile_id, room
from core.pms.vendors.opera.words import HOUSEKEEPING
from tests.core.pms.vendors.opera.test_fields import ODD
from tests.shared import shared_json

PROFILE: dict[str, Any] = {
    "profileIdList": [{"id": "680001", "type": "Profile"}],
    "profile": {
        "profileType": "Guest",
        "customer": {
            "personName": [
                {"givenName": "Jenny", "nameType": "Alternate"},
                {"givenName": "Jennifer", "surname": "Clarke", "nameType": "Primary"},
            ],
            "nationality": "GB",
            "language": "en-GB",
        },
        "lastModifyDateTime": "2026-08-20T16:00:00Z",
    },
}
PERSON_RECORD = Guest(
    external_id="680001",
    first_name="Jennifer",
    last_name="Clarke",
    nationality="GB",
    language="en-GB",
    updated_at=datetime(2026, 8, 20, 16, tzinfo=UTC),
)


def read_guest(**changes: Any) -> Guest:
    """Return the person as they are read with these changes of the profile."""
    return guest({**PROFILE, "profile": {**PROFILE["profile"], **changes}})[0]


# Guests


def test_a_plain_profile_is_read_whole() -> None:
    assert guest(PROFILE) == (PERSON_RECORD, 0)
    assert profile_id(PROFILE) == "680001"


def test_oracles_own_example_of_a_profile_is_read_without_papers_birthday_and_address() -> None:
    """Its id has no kind, its words are in capitals, and it has a company's fields beside the person's."""
    (row,) = shared_json("vendors/examples/ohip-crm-getProfile-200.json")["profiles"]["profileInfo"]
    assert guest(row) == (
        Guest(
            external_id="a",
            first_name="Thomas",
            last_name="Smith",
            email="eg@example.com",
            phone="+1 415 555 0100",
            nationality="US",
            language="EN",
            updated_at=datetime(2000, 9, 3, 14, 56, 18, 259000, tzinfo=UTC),
        ),
        0,
    )


def test_a_profile_that_says_nothing_is_a_person_with_a_number() -> None:
    example = shared_json("vendors/examples/ohip-crm-getProfiles-200.constructed-from-schema.json")
    (row,) = example["profileSummaries"]["profileInfo"]
    assert is_person(row)
    assert guest(row) == (Guest("687128", None, None), 0)


@pytest.mark.parametrize("row", [{}, {"profileIdList": []}, {"profileIdList": [{"id": "7", "type": "CRS"}]}])
def test_a_profile_without_an_id_is_unreadable(row: dict[str, Any]) -> None:
    with pytest.raises(UnreadableRowError) as raised:
        guest(row)
    assert raised.value.field == "profileIdList"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(None, True), ("Guest", True), ("GUEST", True), ("Company", False), ("Agent", False), ("Group", False)],
)
def test_companies_agents_and_groups_are_no_guests(kind: str | None, expected: bool) -> None:
    assert is_person({"profile": {"profileType": kind}}) is expected


def phones(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return telephones as OPERA wraps them."""
    return {"telephones": {"telephoneInfo": [{"telephone": row} for row in rows]}}


def mails(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return e-mail addresses as OPERA wraps them."""
    return {"emails": {"emailInfo": [{"email": row} for row in rows]}}


@pytest.mark.parametrize(
    ("profile", "phone", "email"),
    [
        ({}, None, None),
        (phones({"phoneNumber": "1"}, {"phoneNumber": "2", "primaryInd": True}), "2", None),
        (phones({"phoneNumber": "1", "phoneTechType": "FAX", "primaryInd": True}, {"phoneNumber": "2"}),
         "2", None),
        (phones({"phoneNumber": "1", "phoneTechType": "fax"}), None, None),
        (phones({"phoneNumber": " ", "primaryInd": True}, {"phoneNumber": "2"}, {"phoneNumber": "3"}),
         "2", None),
        (mails({"emailAddress": "a@example.com"}, {"emailAddress": "b@example.com", "primaryInd": "true"}),
         None, "b@example.com"),
        (mails({}, {"emailAddress": "a@example.com"}), None, "a@example.com"),
        ({"emails": [], "telephones": {"telephoneInfo": ["1"]}}, None, None),
    ],
)  # fmt: skip
def test_of_several_the_main_address_and_number_are_kept_and_never_a_fax(
    profile: dict[str, Any], phone: str | None, email: str | None
) -> None:
    found = read_guest(**profile)
    assert (found.phone, found.email) == (phone, email)


@pytest.mark.parametrize(
    ("customer", "nationality", "language"),
    [
        ({}, None, None),
        ({"nationality": "GB", "language": "en"}, "GB", "en"),
        ({"nationality": "British", "citizenCountry": {"code": "GB"}}, "GB", None),
        ({"nationality": "gbr", "citizenCountry": {"code": "GBR"}}, None, None),
        ({"language": "E"}, None, None),
        ({"language": "E", "personName": [{"language": "fr-CA"}]}, None, "fr-CA"),
    ],
)
def test_a_hotels_own_codes_of_languages_and_nations_are_left_out(
    customer: dict[str, Any], nationality: str | None, language: str | None
) -> None:
    found = read_guest(customer=customer)
    assert (found.nationality, found.language) == (nationality, language)


def test_of_a_profiles_times_only_those_with_an_offset_count() -> None:
    assert read_guest(lastModifyDateTime="2026-08-20 18:00:00.0").updated_at is None


# Rooms


BOARD_ROW: dict[str, Any] = {
    "roomId": "112",
    "floor": "01,LF",
    "roomType": {"roomType": "STDK", "pseudoRoom": False, "maximumOccupancy": "2"},
    "housekeeping": {"housekeepingRoomStatus": {"housekeepingRoomStatus": "Dirty"}},
}


def test_oracles_own_example_of_the_housekeeping_board_is_read() -> None:
    rows = shared_json("vendors/examples/ohip-hsk-getHousekeepingOverview-200.json")["housekeepingRoomInfo"][
        "housekeepingRooms"
    ]["room"]
    found = page(filter(is_room, rows), room, None, None)
    assert found.records[:2] == (
        Room("112", "112", RoomStatus.DIRTY, "STDK", "01,LF"),
        Room("114", "114", RoomStatus.DIRTY, "STDQ", "01,LF"),
    )
    assert (len(found.records), found.set_aside, found.unknown_values) == (len(rows), 0, 0)


@pytest.mark.parametrize(("word", "expected"), HOUSEKEEPING.items())
def test_every_published_room_status_has_a_word_of_ours(word: str, expected: RoomStatus) -> None:
    row = {**BOARD_ROW, "housekeeping": {"housekeepingRoomStatus": {"housekeepingRoomStatus": word}}}
    assert room(row) == (Room("112", "112", expected, "STDK", "01,LF", 2), 0)


def test_a_room_says_what_opera_says_of_it() -> None:
    levitating = {"housekeepingRoomStatus": {"housekeepingRoomStatus": "Levitating"}}
    assert room({"roomId": 7, "housekeeping": levitating}) == (Room("7", "7", RoomStatus.UNKNOWN), 1)
    assert room({"roomId": "7"}) == (Room("7", "7", RoomStatus.UNKNOWN), 0)
    with pytest.raises(UnreadableRowError) as raised:
        room({**BOARD_ROW, "roomId": None})
    assert raised.value.field == "roomId"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (BOARD_ROW, True),
        ({}, True),
        ({"roomType": {"pseudoRoom": True}}, False),
        ({"roomType": {"pseudoRoom": "Y"}}, False),
        ({"roomType": {"meetingRoom": True}}, False),
        ({"meetingRoom": True}, False),
    ],
)
def test_rooms_on_paper_and_meeting_rooms_are_no_rooms(row: dict[str, Any], expected: bool) -> None:
    assert is_room(row) is expected


@given(odd=ODD)
def test_no_other_row_is_odd_enough_to_crash(odd: object) -> None:
    names = ("profileIdList", "profile", "roomId", "roomType", "housekeeping", "floor", "meetingRoom")
    profile = dict.fromkeys(("customer", "emails", "telephones", "profileType", "lastModifyDateTime"), odd)
    customer = {"personName": odd, "nationality": odd, "citizenCountry": odd, "language": odd}
    readers: tuple[Callable[[], object], ...] = (
        lambda: guest(dict.fromkeys(names, odd)),
        lambda: guest({**PROFILE, "profile": profile}),
        lambda: guest({**PROFILE, "profile": {"customer": customer}}),
        lambda: guest({**PROFILE, "profile": {"emails": {"emailInfo": odd}, "customer": odd}}),
        lambda: room(dict.fromkeys(names, odd)),
        lambda: room({**BOARD_ROW, "housekeeping": {"housekeepingRoomStatus": odd}}),
    )
    for reader in readers:
        with suppress(UnreadableRowError):
            reader()
    is_room(dict.fromkeys(names, odd))
    is_person({"profile": odd})
