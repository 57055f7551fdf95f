"""What an admin may type for a PMS of one's own, and what becomes of it."""

import pytest

from core.domain.errors import InputRefusedError
from core.pms.vendors.custom.endpoint import (
    endpoint_of,
    origins,
    refuse_endpoint,
    refuse_key,
    refuse_version,
    version_of,
)


@pytest.mark.parametrize(
    ("text", "origin", "prefix"),
    [
        ("https://pms.example.com", "https://pms.example.com:443", ""),
        ("https://pms.example.com/", "https://pms.example.com:443", ""),
        ("https://pms.example.com/innkeeper/", "https://pms.example.com:443", "/innkeeper"),
        ("https://pms.example.com/innkeeper/v1", "https://pms.example.com:443", "/innkeeper"),
        ("https://pms.example.com/innkeeper/v1/", "https://pms.example.com:443", "/innkeeper"),
        ("https://pms.example.com/v1", "https://pms.example.com:443", ""),
        ("https://pms.example.com/v12", "https://pms.example.com:443", "/v12"),
        ("  HTTPS://PMS.Example.COM.:8443/Case  ", "https://pms.example.com:8443", "/Case"),
        ("http://127.0.0.1:8800/hotel", "http://127.0.0.1:8800", "/hotel"),
        ("http://localhost", "http://localhost:80", ""),
        ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443", "/x"),
        ("https://hôtel.example.com/x", "https://xn--htel-vqa.example.com:443", "/x"),
    ],
)
def test_an_address_is_read_into_origin_and_path(text: str, origin: str, prefix: str) -> None:
    """However it is spelled, one server has one origin, and `/v1` is ours to add."""
    endpoint = endpoint_of({"endpoint": text})
    assert (endpoint.origin, endpoint.prefix) == (origin, prefix)
    assert origins({"endpoint": text}, {}) == (origin,)
    assert refuse_endpoint(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pms.example.com", "Start with https://"),
        ("ftp://pms.example.com", "Start with https://"),
        ("https://", "Start with https://"),
        ("https:///path", "Start with https://"),
        ("https://pms.example.com:0", "Start with https://"),
        ("https://pms example.com", "Start with https://"),
        ("https://pms.example.com\\.evil.example", "Start with https://"),
        ("https://pms.example.com:port", "This is no web address"),
        ("https://pms.example.com:99999", "This is no web address"),
        ("https://[::1", "This is no web address"),
        ("https://anna:pass@pms.example.com", "Leave user name"),
        ("https://pms.example.com@evil.example", "Leave user name"),
        ("https://pms.example.com/?key=1", "Leave out everything"),
        ("https://pms.example.com/?", "Leave out everything"),
        ("https://pms.example.com/#top", "Leave out everything"),
        ("https://pms.example.com/a b", "Behind the server's name"),
        ("https://pms.example.com/zürich", "Behind the server's name"),
    ],
)
def test_what_is_no_address_is_refused_with_a_reason(text: str, reason: str) -> None:
    refusal = refuse_endpoint(text)
    assert refusal is not None
    assert refusal.startswith(reason)
    with pytest.raises(InputRefusedError) as raised:
        endpoint_of({"endpoint": text})
    assert raised.value.code == "input.malformed"
    assert raised.value.details == {"field": "Endpoint URL", "reason": refusal}


@pytest.mark.parametrize("values", [{}, {"endpoint": ""}, {"endpoint": "  "}])
def test_a_missing_address_is_named(values: dict[str, str]) -> None:
    with pytest.raises(InputRefusedError) as raised:
        origins(values, {})
    assert (raised.value.code, raised.value.details) == ("input.missing", {"field": "Endpoint URL"})


@pytest.mark.parametrize("text", ["sandbox_aurora", "  pasted-with-blanks \n", "!~", "a" * 500])
def test_a_key_of_visible_characters_is_taken(text: str) -> None:
    assert refuse_key(text) is None


@pytest.mark.parametrize("text", ["two words", "line\nbreak", "schlüssel", "tab\there", "nul\x00"])
def test_a_key_that_no_header_can_carry_is_refused(text: str) -> None:
    assert refuse_key(text) is not None


@pytest.mark.parametrize("text", ["", "1", " 1 "])
def test_our_version_is_the_default(text: str) -> None:
    assert refuse_version(text) is None
    assert version_of({"version": text}) == "1"


@pytest.mark.parametrize("text", ["2", "v1", "1.0", "../x"])
def test_a_version_we_do_not_speak_is_refused(text: str) -> None:
    assert refuse_version(text) == "Innkeeper speaks version 1; type just the number"
    with pytest.raises(InputRefusedError) as raised:
        version_of({"version": text})
    assert raised.value.code == "version.unsupported"
    assert raised.value.details == {"field": "Version", "supported": "1"}


def test_no_version_at_all_means_ours() -> None:
    assert version_of({}) == "1"
