"""How a request to Apaleo is put together."""

from datetime import datetime, timedelta, timezone

import pytest

from core.pms.vendors.apaleo.wire import (
    API_SETTING,
    IDENTITY_SETTING,
    OPERATIONS,
    RATE_LIMIT,
    base_url,
    origins,
    refuse_client_id,
    refuse_client_secret,
    refuse_property_id,
    url_of,
    utc,
)
from tests.shared import shared_json


def test_instants_are_written_in_utc_without_fractions_of_a_second() -> None:
    vienna = timezone(timedelta(hours=2))
    assert utc(datetime(2026, 8, 22, 1, 30, 15, 999, tzinfo=vienna)) == "2026-08-21T23:30:15Z"


def test_lists_are_joined_by_commas_and_everything_else_is_encoded() -> None:
    query = {
        "status": "Confirmed,InHouse",
        "from": "2026-08-22T10:00:00Z",
        "propertyIds": "A&B",
        "pageSize": 7,
    }
    assert url_of("https://api.example.com", "/booking/v1/reservations", query) == (
        "https://api.example.com/booking/v1/reservations"
        "?status=Confirmed,InHouse&from=2026-08-22T10:00:00Z&propertyIds=A%26B&pageSize=7"
    )
    assert url_of("https://api.example.com", "/x") == "https://api.example.com/x"


def test_each_operation_asks_for_the_permissions_that_apaleos_own_list_names() -> None:
    listed = {
        (item["method"], item["path"]): item["scopes_any_of"]
        for item in shared_json("vendors/specs/apaleo/apaleo-operations-and-scopes.n8n-9e5a6fd.json")[
            "operations"
        ]
    }
    assert {operation.path: operation.scopes for operation in OPERATIONS} == {
        operation.path: frozenset(listed["GET", operation.path]) for operation in OPERATIONS
    }
    assert all(operation.scope in operation.scopes or not operation.scopes for operation in OPERATIONS)


WEBHOOKS = "https://webhook.apaleo.com:443"


def test_apaleos_own_limit_is_declared() -> None:
    assert (RATE_LIMIT.requests, RATE_LIMIT.per_s) == (3500, 60)


@pytest.mark.parametrize(
    ("addresses", "api", "identity", "origin"),
    [
        ({}, "https://api.apaleo.com", "https://identity.apaleo.com",
         ("https://api.apaleo.com:443", "https://identity.apaleo.com:443", WEBHOOKS)),
        ({"APALEO_URL": "", "APALEO_IDENTITY_URL": ""}, "https://api.apaleo.com", "https://identity.apaleo.com",
         ("https://api.apaleo.com:443", "https://identity.apaleo.com:443", WEBHOOKS)),
        ({"APALEO_URL": "http://127.0.0.1:81/", "APALEO_IDENTITY_URL": "http://127.0.0.1:82"},
         "http://127.0.0.1:81", "http://127.0.0.1:82",
         ("http://127.0.0.1:81", "http://127.0.0.1:82", WEBHOOKS)),
        ({"APALEO_URL": "http://[::1]:81", "APALEO_IDENTITY_URL": "http://[::1]:81"},
         "http://[::1]:81", "http://[::1]:81", ("http://[::1]:81", WEBHOOKS)),
        ({"APALEO_URL": "http://localhost"}, "http://localhost", "https://identity.apaleo.com",
         ("http://localhost:80", "https://identity.apaleo.com:443", WEBHOOKS)),
    ],
    ids=["default", "empty", "sandbox", "one-address", "one-setting"],
)  # fmt: skip
def test_the_operator_says_where_both_servers_are_and_the_admin_cannot(
    addresses: dict[str, str], api: str, identity: str, origin: tuple[str, ...]
) -> None:
    assert (base_url(addresses, API_SETTING), base_url(addresses, IDENTITY_SETTING)) == (api, identity)
    assert origins({"property_id": "https://elsewhere.example.com"}, addresses) == origin


@pytest.mark.parametrize(
    ("refuse", "text", "about"),
    [
        (refuse_client_id, "manager@hotel.example.com", "e-mail"),
        (refuse_client_id, "ABCD SP APP", "blank"),
        (refuse_client_id, "ABCD-SP-ÄPP", "special"),
        (refuse_client_secret, "two words", "blank"),
        (refuse_client_secret, "two\u00a0words", "blank"),
        (refuse_client_secret, "geheim\u200b", "special"),
        (refuse_property_id, "Hotel Aurora", "name"),
        (refuse_property_id, "VIE,SZG", "One property"),
        (refuse_property_id, "MÜC", "special"),
    ],
)
def test_what_is_certainly_wrong_is_refused_with_a_reason(refuse: object, text: str, about: str) -> None:
    assert callable(refuse)
    reason = refuse(text)
    assert reason is not None
    assert about in reason


@pytest.mark.parametrize("text", ["SDXE-AC-MYAPP", "ABCD-SP-APPDOINGSOMETHING", "anyOpaque_id.42", " MUC\n"])
def test_the_look_of_an_id_or_a_secret_is_no_reason_to_refuse(text: str) -> None:
    assert [refuse(text) for refuse in (refuse_client_id, refuse_client_secret, refuse_property_id)] == [
        None,
        None,
        None,
    ]
