"""What the admin typed: which gateway, which hotel, which of the two schemes."""

from base64 import b64decode
from collections.abc import Mapping

import pytest

from core.domain.errors import InputRefusedError, Layer
from core.domain.secret import Secret
from core.pms.credentials_form import FieldErrors, Typed, read
from core.pms.vendors.opera.account import (
    account_of,
    gateway_of,
    origins,
    refuse_app_key,
    refuse_client_id,
    refuse_enterprise_id,
    refuse_gateway,
    refuse_hotel_id,
    refuse_secret,
)
from core.pms.vendors.opera.description import VENDOR
from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    HOTEL_ID,
    PASSWORD,
    USER,
)
from core.pms.vendors.opera.wire import SCOPES
from tests.core.pms.vendors.opera.scripted import GATEWAY, OCIM, SECRETS, SSD, SSD_SECRETS


def test_an_enterprise_id_means_client_credentials() -> None:
    account = account_of(OCIM, SECRETS)
    assert (account.gateway, account.hotel_id, account.enterprise_id) == (
        f"{GATEWAY}:443",
        HOTEL_ID,
        ENTERPRISE_ID,
    )
    assert account.forms == tuple({"grant_type": "client_credentials", "scope": scope} for scope in SCOPES)
    scheme, _, text = account.client.reveal().partition(" ")
    assert (scheme, b64decode(text).decode()) == ("Basic", f"{CLIENT_ID}:{CLIENT_SECRET}")


def test_an_integration_user_means_the_password_grant() -> None:
    account = account_of(SSD, SSD_SECRETS)
    (form,) = account.forms
    assert account.enterprise_id is None
    assert form == {"grant_type": "password", "username": USER, "password": Secret(PASSWORD)}


@pytest.mark.parametrize(
    ("values", "secrets", "code", "field"),
    [
        ({"enterprise_id": ""}, {}, "opera.scheme_missing", "Enterprise ID"),
        ({"enterprise_id": "", "username": " "}, {"password": Secret("")}, "opera.scheme_missing",
         "Enterprise ID"),
        ({"username": USER}, {"password": Secret(PASSWORD)}, "opera.scheme_unclear", "Enterprise ID"),
        ({"username": USER}, {}, "opera.scheme_unclear", "Enterprise ID"),
        ({}, {"password": Secret(PASSWORD)}, "opera.scheme_unclear", "Enterprise ID"),
        ({"enterprise_id": "", "username": USER}, {}, "input.missing", "Integration user's password"),
        ({"enterprise_id": ""}, {"password": Secret(PASSWORD)}, "input.missing", "Integration user"),
        ({"gateway_url": " "}, {}, "input.missing", "Gateway URL"),
        ({"gateway_url": f"{GATEWAY}/oauth/v1"}, {}, "input.malformed", "Gateway URL"),
        ({"client_id": ""}, {}, "input.missing", "Client ID"),
        ({"hotel_id": ""}, {}, "input.missing", "Hotel ID"),
        ({}, {"app_key": Secret(" ")}, "input.missing", "Application key"),
        ({}, {"client_secret": Secret("")}, "input.missing", "Client secret"),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_said(
    values: Mapping[str, str], secrets: Mapping[str, Secret], code: str, field: str
) -> None:
    with pytest.raises(InputRefusedError) as raised:
        account_of({**OCIM, **values}, {**SECRETS, **secrets})
    assert (raised.value.code, raised.value.layer) == (code, Layer.INPUT)
    assert raised.value.details["field"] == field


def test_values_that_were_never_typed_are_missing_too() -> None:
    for values, secrets in (({}, SECRETS), (OCIM, {})):
        with pytest.raises(InputRefusedError):
            account_of(values, secrets)


def test_blanks_around_values_and_the_case_of_hexadecimal_letters_do_not_matter() -> None:
    typed = {name: f" {value}\n" for name, value in OCIM.items()} | {
        "enterprise_id": f" {ENTERPRISE_ID.lower()} "
    }
    secrets = {"app_key": Secret(f" {APP_KEY.upper()} "), "client_secret": Secret(f"{CLIENT_SECRET}\n")}
    assert account_of(typed, secrets) == account_of(OCIM, SECRETS)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://a.hospitality-api.eu.ocs.oraclecloud.com",
         "https://a.hospitality-api.eu.ocs.oraclecloud.com:443"),
        ("HTTPS://A.Hospitality-API.eu.ocs.oc-test.com/", "https://a.hospitality-api.eu.ocs.oc-test.com:443"),
        ("https://gateway.example.com:8443", "https://gateway.example.com:8443"),
        ("http://127.0.0.1:8100", "http://127.0.0.1:8100"),
        ("http://[::1]:8100", "http://[::1]:8100"),
        ("http://localhost", "http://localhost:80"),
    ],
)  # fmt: skip
def test_the_gateway_alone_may_receive_the_credentials(typed: str, origin: str) -> None:
    assert gateway_of({"gateway_url": typed}) == origin
    assert origins({"gateway_url": typed}, {"OPERA_URL": "https://elsewhere.example.com"}) == (origin,)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("gateway.example.com", "https://"),
        ("ftp://gateway.example.com", "https://"),
        ("https://", "https://"),
        ("https://gateway.example.com:0", "https://"),
        ("https://gateway.example.com:port", "web address"),
        ("https://user:pass@gateway.example.com", "user name"),
        ("https://gateway.example.com/oauth/v1/tokens", "/oauth"),
        ("https://gateway.example.com?x=1", "/oauth"),
        ("https://gateway.example.com#top", "/oauth"),
    ],
)
def test_what_is_no_gateway_is_refused_with_a_reason(text: str, about: str) -> None:
    reason = refuse_gateway(text)
    assert reason is not None
    assert about in reason


@pytest.mark.parametrize("text", [APP_KEY, f" {APP_KEY.upper()}\n"])
def test_an_application_key_is_a_uuid_of_version_4(text: str) -> None:
    assert refuse_app_key(text) is None


@pytest.mark.parametrize(
    "text", ["", "decade00c0de4bad8acec0ffee000001", APP_KEY.replace("-4", "-1"), f"{APP_KEY}0"]
)
def test_what_is_certainly_no_application_key_is_refused(text: str) -> None:
    assert refuse_app_key(text) is not None


@pytest.mark.parametrize(
    "text", ["SANDBOX-AURORA-Client", "acme-CHAIN-prod-ENT1-Client", "6bd3f2b8-1f0e-4c67-9f2c-0a3f6f9f7c11"]
)
def test_a_client_id_may_be_a_name_or_a_guid(text: str) -> None:
    assert refuse_client_id(text) is None


def test_client_ids_and_secrets_are_visible_characters_in_one_piece() -> None:
    assert refuse_client_id("id:secret") is not None
    assert refuse_client_id("my client") is not None
    assert refuse_secret("se cret") is not None
    assert refuse_secret("geheimniß") is not None
    assert refuse_secret(" s3cr3t:with~signs\n") is None


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("HOTEL1", True),
        (" SAND01 ", True),
        ("a/b", False),
        ("HOTEL 1", False),
        ("", False),
        ("H" * 21, False),
    ],
)
def test_a_hotel_id_is_a_short_code(text: str, is_good: bool) -> None:
    assert (refuse_hotel_id(text) is None) is is_good


@pytest.mark.parametrize(
    ("text", "is_good"),
    [("ENT123", True), ("ent123", True), ("A", True), ("TOOLONG99", False), ("EN-1", False), ("", False)],
)
def test_an_enterprise_id_has_up_to_eight_letters_and_digits(text: str, is_good: bool) -> None:
    assert (refuse_enterprise_id(text) is None) is is_good


@pytest.mark.parametrize(
    ("typed", "is_ocim"),
    [
        ({**OCIM, "username": ""}, True),
        ({**SSD, "password": PASSWORD}, False),
    ],
)
def test_what_the_form_lets_through_makes_an_account(typed: Mapping[str, str], is_ocim: bool) -> None:
    """Both schemes go through the one form; what is not needed is left empty."""
    raw = {**typed, "app_key": APP_KEY, "client_secret": CLIENT_SECRET}
    form = read(VENDOR.fields, {name: Secret(text) for name, text in raw.items()})
    assert isinstance(form, Typed)
    assert (account_of(form.values, form.secrets).enterprise_id is not None) is is_ocim


def test_the_form_asks_for_each_value_that_is_always_needed() -> None:
    form = read(VENDOR.fields, {})
    assert isinstance(form, FieldErrors)
    assert form.texts.keys() == {"gateway_url", "app_key", "client_id", "client_secret", "hotel_id"}
