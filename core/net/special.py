"""Names and addresses that lead to no vendor: what the registries set apart, and what clouds hide on top.

The tables are our own, because none of the ready predicates is meant as a security policy: `ipaddress`
calls NAT64, 6to4, multicast and the clouds' metadata services global.
Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries, IANA Special-Use Domain Names, RFC 6052.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_SPECIAL_V4: Final = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches local listeners
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata service is 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's WireServer: public by every registry, reachable in every Azure machine
        "169.254.0.0/16",  # link-local; the clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service is 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # automatic multicast tunnelling
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and 255.255.255.255
    )
)

_UNICAST_V6: Final = IPv6Network("2000::/3")
"""All that has ever been given out. Loopback, mapped IPv4, NAT64, unique local, multicast are outside."""

_SPECIAL_V6: Final = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo (IPv4 inside), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The upper half of an interface id whose lower half is an IPv4 address (RFC 5214)."""

_LOOPBACK_V4: Final = IPv4Network("127.0.0.0/8")
_LOOPBACK_V6: Final = IPv6Address("::1")

_SPECIAL_SUFFIXES: Final = frozenset(
    {
        "alt",
        "arpa",
        "invalid",
        "local",
        "localhost",
        "onion",
        "test",  # special use by RFC; not `example`: nobody answers for it in public, and tests need it
        "internal",  # reserved by ICANN for private use; clouds and Docker answer for it
        "corp",
        "home",
        "mail",  # withheld by ICANN for ever, because private networks use them
        "cluster",
        "consul",
        "docker",
        "intranet",
        "lan",
        "localdomain",
        "private",
        "svc",  # never delegated, and common inside a network
    }
)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a text spells canonically; None for anything else, a zone id included."""
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether a vendor may live there."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_V4)
    if address not in _UNICAST_V6 or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return False
    return not any(address in network for network in _SPECIAL_V6)


def is_loopback(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is this machine's own, spelled without detours."""
    if isinstance(address, IPv4Address):
        return address in _LOOPBACK_V4
    return address == _LOOPBACK_V6


def is_special_name(host: str) -> bool:
    """Whether a lower-case ASCII name is local by its last label."""
    return host.rpartition(".")[2] in _SPECIAL_SUFFIXES
