"""Host names: one spelling for DNS and TLS, and no look-alikes."""

import pytest

from core.net.names import ends_in_number, mixes_scripts, to_ascii


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Api.Vendor.COM", "api.vendor.com"),
        ("api.vendor.com.", "api.vendor.com"),
        ("a" * 63 + ".com", "a" * 63 + ".com"),
        ("1password.com", "1password.com"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"),
        ("отель.example", "xn--e1amhq6c.example"),
        ("ホテル予約.example", "xn--ddkyb8bu80q9t2c.example"),
    ],
)
def test_a_host_name_has_one_ascii_form(typed: str, name: str) -> None:
    assert to_ascii(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "..",
        ".vendor.com",
        "api.vendor.com..",
        "-api.vendor.com",
        "api-.vendor.com",
        "api_1.vendor.com",
        "a" * 64 + ".com",
        ".".join(["a" * 60] * 5),
        "api*.vendor.com",
        "xn--.vendor.com",
        "xn--a.vendor.com",
        "xn--api-.vendor.com",
        "ab--cd.vendor.com",
        "\uff41pi.vendor.com",
        "api\uff0evendor.com",
        "api。vendor.com",
        "①.vendor.com",
        "BÜCHER.example",
        "\u212aelvin.example",
        "ﬁsh.example",
        "a\u00adb.example",
    ],
)
def test_what_would_be_folded_or_breaks_the_grammar_is_no_host_name(typed: str) -> None:
    assert to_ascii(typed) is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.1",
        "0x",
        "1.2.3.4.5",
        "api.0x1",
        "1.",
    ],
)
def test_a_host_that_ends_in_a_number_is_an_address(host: str) -> None:
    assert ends_in_number(host)


@pytest.mark.parametrize("host", ["1.example", "0xff.example", "4chan.org", "0xg", "x0x1"])
def test_a_host_that_ends_in_a_word_is_a_name(host: str) -> None:
    assert not ends_in_number(host)


@pytest.mark.parametrize(
    ("typed", "mixed"),
    [
        ("api.vendor.example", False),
        ("bücher.отель.example", False),  # one script a label is enough
        ("col·lecció.example", False),
        ("ホテル予約-24.example", False),
        ("호텔.example", False),
        ("cloudb\u0435ds.example", True),  # a Cyrillic e
        ("xn--cloudbds-h8g.example", True),  # the same, already encoded
        ("\u03bfpera.example", True),  # a Greek o
        ("hotel予約.example", True),
        ("ホテル호텔.example", True),
    ],
)
def test_a_label_of_several_scripts_is_found_however_it_is_spelled(typed: str, mixed: bool) -> None:
    name = to_ascii(typed)
    assert name is not None
    assert mixes_scripts(name) is mixed
