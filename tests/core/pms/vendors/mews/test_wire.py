"""How a request to Mews is put together."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.domain.secret import Secret
from core.pms.vendors.mews.wire import (
    CLIENT,
    OPERATIONS,
    Tokens,
    base_url,
    batches,
    interval,
    origins,
    refuse_token,
    utc,
)


def test_the_tokens_travel_in_the_body_without_the_blanks_pasted_around_them() -> None:
    tokens = Tokens(client=Secret(" client-1\n"), access=Secret("\taccess-1 "))
    assert json.loads(tokens.body({"Limitation": {"Count": 7}})) == {
        "ClientToken": "client-1",
        "AccessToken": "access-1",
        "Client": CLIENT,
        "Limitation": {"Count": 7},
    }


def test_the_client_is_our_name_and_version() -> None:
    """Certification asks for a name that nobody else uses."""
    name, _, version = CLIENT.partition(" ")
    assert name == "Innkeeper"
    assert version[0].isdigit()


def test_no_address_ends_in_a_slash_and_the_version_is_part_of_the_reservations_path() -> None:
    assert not [operation.path for operation in OPERATIONS if operation.path.strip("/") != operation.path]
    assert "reservations/getAll/2023-06-06" in {operation.path for operation in OPERATIONS}


def test_instants_are_written_in_utc_to_the_second() -> None:
    vienna = timezone(timedelta(hours=2))
    assert utc(datetime(2026, 8, 22, 1, 30, 15, 999, tzinfo=vienna)) == "2026-08-21T23:30:15Z"
    assert interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == {
        "StartUtc": "2026-01-01T00:00:00Z",
        "EndUtc": "2026-02-01T00:00:00Z",
    }


def test_ids_are_asked_for_a_thousand_at_a_time() -> None:
    ids = [str(number) for number in range(2001)]
    assert [len(batch) for batch in batches(ids)] == [1000, 1000, 1]
    assert [id_ for batch in batches(ids) for id_ in batch] == ids
    assert list(batches([])) == []


@pytest.mark.parametrize(
    ("addresses", "base", "origin"),
    [
        ({}, "https://api.mews.com", "https://api.mews.com:443"),
        ({"MEWS_URL": ""}, "https://api.mews.com", "https://api.mews.com:443"),
        (
            {"MEWS_URL": "https://api.mews-demo.com/"},
            "https://api.mews-demo.com",
            "https://api.mews-demo.com:443",
        ),
        ({"MEWS_URL": "http://127.0.0.1:8100"}, "http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ({"MEWS_URL": "http://[::1]:8100"}, "http://[::1]:8100", "http://[::1]:8100"),
        ({"MEWS_URL": "http://localhost"}, "http://localhost", "http://localhost:80"),
    ],
)
def test_the_operator_says_where_mews_is_and_the_admin_cannot(
    addresses: dict[str, str], base: str, origin: str
) -> None:
    assert base_url(addresses) == base
    assert origins({"endpoint": "https://elsewhere.example.com"}, addresses) == (origin,)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("manager@hotel.example.com", "e-mail"),
        ("C0FFEE C0FFEE", "blank"),
        ("C0FFEE\u00a0C0FFEE", "blank"),
        ("C0FFEE\u200bC0FFEE", "special"),
        ("clé-de-l-hôtel", "special"),
    ],
)
def test_what_is_certainly_no_token_is_refused_with_a_reason(text: str, about: str) -> None:
    reason = refuse_token(text)
    assert reason is not None
    assert about in reason


@pytest.mark.parametrize(
    "text",
    [
        "C0FFEE00C0FFEE00C0FFEE00C0FFEE00-FACADE0FACADE0FACADE0FACADE0001",
        "  C0FFEE-FACADE\n",
        "any-opaque-text_of.visible~characters",
    ],
)
def test_mews_calls_tokens_opaque_so_their_shape_is_no_reason_to_refuse(text: str) -> None:
    assert refuse_token(text) is None
