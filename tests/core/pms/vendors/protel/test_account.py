"""What an admin may type for protel, and what becomes of it."""

from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import InputRefusedError
from core.pms.vendors.protel.account import (
    Account,
    Interface,
    account_of,
    origins,
    refuse_base_url,
    refuse_hotel_id,
    refuse_interface,
    refuse_key,
    refuse_zone,
)
from core.pms.vendors.protel.description import VENDOR
from tests.core.pms.vendors.protel.scripted import VALUES


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://protel.example.com", "https://protel.example.com:443"),
        ("https://protel.example.com/", "https://protel.example.com:443"),
        ("https://protel.example.com/Hotel/v1/", "https://protel.example.com:443/Hotel/v1"),
        ("https://protel.example.com/v1/reservations", "https://protel.example.com:443/v1"),
        ("https://protel.example.com/v1/reservations/", "https://protel.example.com:443/v1"),
        ("https://protel.example.com/myreservations", "https://protel.example.com:443/myreservations"),
        ("  HTTPS://Protel.Example.COM.:8443/x ", "https://protel.example.com:8443/x"),
        ("http://127.0.0.1:8800", "http://127.0.0.1:8800"),
        ("http://localhost", "http://localhost:80"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]:443/x"),
        ("https://hôtel.example.com", "https://xn--htel-vqa.example.com:443"),
    ],
)
def test_an_address_is_the_one_in_front_of_the_reservations(text: str, base: str) -> None:
    values = {**VALUES, "base_url": text}
    assert account_of(values) == Account(Interface.REST_BETA, base, "2691", ZoneInfo("Europe/Vienna"))
    assert base.startswith(origins(values, {}))
    assert refuse_base_url(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("protel.example.com", "Start with https://"),
        ("ftp://protel.example.com", "Start with https://"),
        ("https://", "Start with https://"),
        ("https://protel.example.com:0", "Start with https://"),
        ("https://protel example.com", "Start with https://"),
        ("https://protel.example.com:port", "This is no web address"),
        ("https://[::1", "This is no web address"),
        ("https://anna:pass@protel.example.com", "Leave user name"),
        ("https://protel.example.com@evil.example", "Leave user name"),
        ("https://protel.example.com/?key=1", "Leave out everything"),
        ("https://protel.example.com/#top", "Leave out everything"),
        ("https://protel.example.com/a b", "Behind the server's name"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str, reason: str) -> None:
    refusal = refuse_base_url(text)
    assert refusal is not None
    assert refusal.startswith(reason)
    with pytest.raises(InputRefusedError) as raised:
        origins({**VALUES, "base_url": text}, {})
    assert raised.value.code == "input.malformed"
    assert raised.value.details == {"field": "Base URL or endpoint", "reason": refusal}


@pytest.mark.parametrize("text", ["REST beta", "rest BETA", " REST (beta) ", "rest-beta"])
def test_the_beta_is_chosen_by_its_name(text: str) -> None:
    assert refuse_interface(text) is None
    assert account_of({**VALUES, "interface": text}) == account_of(VALUES)


@pytest.mark.parametrize("text", ["REST", "beta", "yes", "protel", "SOAP"])
def test_nothing_else_is_taken_for_consent(text: str) -> None:
    assert refuse_interface(text) == "Choose protel I/O or REST beta."
    with pytest.raises(InputRefusedError):
        account_of({**VALUES, "interface": text})


@pytest.mark.parametrize("text", ["protel I/O", "Protel IO", "protel-i/o"])
def test_protel_io_keeps_its_endpoint_as_it_was_given(text: str) -> None:
    """With REST we add the path ourselves; here the whole of it is protel's."""
    values = {**VALUES, "interface": text, "base_url": "https://io.example/async/reservations"}
    account = account_of(values)
    assert (account.interface, account.base) == (
        Interface.PROTEL_IO,
        "https://io.example:443/async/reservations",
    )


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("interface", "Interface"),
        ("base_url", "Base URL or endpoint"),
        ("hotel_id", "Hotel ID"),
        ("time_zone", "Time zone"),
    ],
)
def test_a_missing_value_is_named_by_its_label(key: str, label: str) -> None:
    for values in ({**VALUES, key: "  "}, {name: text for name, text in VALUES.items() if name != key}):
        with pytest.raises(InputRefusedError) as raised:
            account_of(values)
        assert (raised.value.code, raised.value.details) == ("input.missing", {"field": label})


@pytest.mark.parametrize("text", ["2691", "AUR-1", " 12345678901234567890123456789012 "])
def test_an_id_may_be_any_short_code(text: str) -> None:
    assert refuse_hotel_id(text) is None


@pytest.mark.parametrize("text", ["Hotel Aurora", "", "zürich", "1" * 33])
def test_a_name_is_no_id(text: str) -> None:
    assert refuse_hotel_id(text) is not None


@pytest.mark.parametrize("text", ["Europe/Vienna", " America/New_York ", "UTC"])
def test_a_zone_is_known(text: str) -> None:
    assert refuse_zone(text) is None


@pytest.mark.parametrize("text", ["Vienna", "Europe", "CEST+2", "../../etc/passwd", "", "\x00"])
def test_a_zone_is_not_guessed(text: str) -> None:
    assert refuse_zone(text) is not None


def test_a_key_is_what_a_header_can_carry() -> None:
    assert refuse_key(" a-Key_1! \n") is None
    for text in ("two words", "line\nbreak", "schlüssel", "nul\x00"):
        assert refuse_key(text) is not None


def test_the_form_is_short_and_has_one_secret_and_no_address_of_ours() -> None:
    """No invented host: nothing is filled in, and nothing is looked up in the settings."""
    assert [(field.label, field.secret, field.required, field.default) for field in VENDOR.fields] == [
        ("Interface", False, True, ""),
        ("Base URL or endpoint", False, True, ""),
        ("API key or token", True, True, ""),
        ("Hotel ID", False, True, ""),
        ("Time zone", False, True, ""),
    ]
    assert VENDOR.origins(VALUES, {"PROTEL_URL": "https://elsewhere.example.com"}) == (
        "https://protel.example.com:443",
    )
    with pytest.raises(InputRefusedError):
        VENDOR.origins({}, {})
