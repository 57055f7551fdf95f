"""The table of addresses, at its edges."""

import pytest

from core.net.special import is_loopback, is_public, is_special_name, read_address

SPECIAL_RANGES = [
    ("0.0.0.0", "0.255.255.255"),
    ("10.0.0.0", "10.255.255.255"),
    ("100.64.0.0", "100.127.255.255"),
    ("127.0.0.0", "127.255.255.255"),
    ("168.63.129.16", "168.63.129.16"),
    ("169.254.0.0", "169.254.255.255"),
    ("172.16.0.0", "172.31.255.255"),
    ("192.0.0.0", "192.0.0.255"),
    ("192.0.2.0", "192.0.2.255"),
    ("192.31.196.0", "192.31.196.255"),
    ("192.52.193.0", "192.52.193.255"),
    ("192.88.99.0", "192.88.99.255"),
    ("192.168.0.0", "192.168.255.255"),
    ("192.175.48.0", "192.175.48.255"),
    ("198.18.0.0", "198.19.255.255"),
    ("198.51.100.0", "198.51.100.255"),
    ("203.0.113.0", "203.0.113.255"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
]

OUTSIDE_EVERY_UNICAST_BLOCK = [
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::8.8.8.8",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::808:808",
    "64:ff9b:1::808:808",
    "100::1",
    "1fff:ffff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


def public(text: str) -> bool:
    address = read_address(text)
    assert address is not None, text
    return is_public(address)


@pytest.mark.parametrize(("first", "last"), SPECIAL_RANGES)
def test_a_special_block_is_closed_to_its_edges_and_not_beyond(first: str, last: str) -> None:
    """The first and last address of a block are refused; the neighbours are public unless a block follows."""
    assert not public(first)
    assert not public(last)
    low, high = read_address(first), read_address(last)
    assert low is not None
    assert high is not None
    outside = [str(low - 1) if int(low) else None, str(high + 1)]
    neighbours = [
        text for text in outside if text and text not in {"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}
    ]
    assert [public(text) for text in neighbours] == [True] * len(neighbours)


@pytest.mark.parametrize("text", OUTSIDE_EVERY_UNICAST_BLOCK)
def test_what_is_no_global_unicast_address_is_not_public(text: str) -> None:
    assert not public(text)


@pytest.mark.parametrize("text", ["2a00:1450::5efe:a00:1", "2a00:1450::200:5efe:a00:1"])
def test_an_ipv4_address_in_an_isatap_interface_id_is_not_public(text: str) -> None:
    assert not public(text)


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450::8a"]
)
def test_an_ordinary_address_is_public(text: str) -> None:
    assert public(text)


@pytest.mark.parametrize(
    "text", ["", "127.1", "0177.0.0.1", "2130706433", "fe80::1%eth0", "8.8.8.8 ", "٨.8.8.8"]
)
def test_only_a_canonical_spelling_is_read_as_an_address(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", False),
        ("8.8.8.8", False),
    ],
)
def test_loopback_is_only_what_needs_no_detour(text: str, expected: bool) -> None:
    address = read_address(text)
    assert address is not None
    assert is_loopback(address) is expected


def test_a_name_is_special_by_its_last_label_alone() -> None:
    names = ["localhost", "db.internal", "x.y.svc", "local.example.com", "internal-api.example.com"]
    assert [is_special_name(name) for name in names] == [True, True, True, False, False]
