"""How a question to Cloudbeds is put together."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.pms.vendors.cloudbeds.description import KEEP_ALIVE, REREAD, VENDOR
from core.pms.vendors.cloudbeds.sandbox.keys import KEYS, REVOKED_KEY
from core.pms.vendors.cloudbeds.wire import (
    MAX_PAGE,
    OPERATIONS,
    RATE_LIMIT,
    SCOPES,
    base_url,
    moment,
    origins,
    query,
    refuse_key,
    refuse_property_id,
)


def test_times_are_written_without_a_zone_and_mean_utc() -> None:
    """The form with `T` and `Z` is not among those that Cloudbeds documents."""
    vienna = timezone(timedelta(hours=2))
    assert moment(datetime(2026, 8, 22, 1, 30, 15, 999, tzinfo=vienna)) == "2026-08-21 23:30:15"
    assert moment(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00:00"


def test_flags_are_words_and_blanks_survive_the_journey() -> None:
    asked = {"includeDeleted": True, "sortByRecent": False, "modifiedFrom": "2026-08-21 23:30:15", "page": 2}
    assert query(asked) == (
        "includeDeleted=true&sortByRecent=false&modifiedFrom=2026-08-21+23%3A30%3A15&page=2"
    )


@pytest.mark.parametrize(
    ("addresses", "base", "origin"),
    [
        ({}, "https://api.cloudbeds.com/api/v1.3/", "https://api.cloudbeds.com:443"),
        ({"CLOUDBEDS_URL": ""}, "https://api.cloudbeds.com/api/v1.3/", "https://api.cloudbeds.com:443"),
        (
            {"CLOUDBEDS_URL": "https://api.eu.cloudbeds.example.com/"},
            "https://api.eu.cloudbeds.example.com/api/v1.3/",
            "https://api.eu.cloudbeds.example.com:443",
        ),
        (
            {"CLOUDBEDS_URL": "http://127.0.0.1:8100"},
            "http://127.0.0.1:8100/api/v1.3/",
            "http://127.0.0.1:8100",
        ),
        ({"CLOUDBEDS_URL": "http://[::1]:8100"}, "http://[::1]:8100/api/v1.3/", "http://[::1]:8100"),
    ],
)
def test_the_operator_says_where_cloudbeds_is_and_the_admin_cannot(
    addresses: dict[str, str], base: str, origin: str
) -> None:
    assert base_url(addresses) == base
    assert origins({"property_id": "1", "endpoint": "https://elsewhere.example.com"}, addresses) == (origin,)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("manager@hotel.example.com", "e-mail"),
        ("cbat_abc def", "blank"),
        ("cbat_abc\u200bdef", "special"),
        ("live1_us2a_Xk3", "begins with cbat_"),
        ("CBAT_abc", "begins with cbat_"),
    ],
)
def test_what_is_certainly_no_key_is_refused_with_a_reason(text: str, about: str) -> None:
    assert about in (refuse_key(text) or "")


@pytest.mark.parametrize("text", [*KEYS, REVOKED_KEY, "  cbat_x\n"])
def test_every_key_begins_alike_and_nothing_more_is_certain(text: str) -> None:
    assert refuse_key(text) is None


@pytest.mark.parametrize(
    ("text", "is_good"),
    [("318267", True), (" 7061304407766 ", True), ("Hotel Aurora", False), ("318267a", False), ("٣", False)],
)
def test_a_property_id_is_a_number(text: str, is_good: bool) -> None:
    assert (refuse_property_id(text) is None) is is_good


def test_one_question_needs_one_right_and_all_of_them_read() -> None:
    assert SCOPES == (
        "read:hotel",
        "read:reservation",
        "read:guest",
        "read:room",
        "read:housekeeping",
    )
    assert {operation.method[:3] for operation in OPERATIONS} == {"get"}


def test_what_the_sync_must_know_is_declared() -> None:
    """Below the published limit; the key is used long before it dies; everything is read again each night."""
    assert (VENDOR.rate_limit, RATE_LIMIT.requests, RATE_LIMIT.per_s) == (RATE_LIMIT, 4, 1)
    assert timedelta(0) < KEEP_ALIVE <= timedelta(days=30) / 4
    assert timedelta(days=1) == REREAD
    assert MAX_PAGE == 100
