"""Generated addresses: nothing that is allowed leads anywhere it must not, and a planted hole is found."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpx
import idna
import pytest
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from core.domain.errors import KnownError
from core.net import guard
from core.net.client import Call, GuardedClient
from core.net.guard import AddressPolicy, judge
from core.net.special import is_public
from tests.core.net.servers import Dial

DOOR = "127.0.0.1:9400"

SEEDS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "localhost.",
    "hotel-pms.com",
    "hotel-pms.com.",
    "api.hotel-pms.com",
    "xn--gstehaus-0za.example",
    "g\u00e4stehaus.example",
    "h\u043etel.example",
    "nas.lan",
    "a.internal",
    "127\u30020\u30020\u30021",
    "\uff11\uff12\uff17.0.0.1",
]
NOISE = [
    *"@:/\\?#[]%.;&=- \t\r\n\x00\u200b\u3002\uff0e\u212a\u0131\u2100\u06f1",
    "%00",
    "%2e",
    "%2f",
    "%40",
    "..",
    "//",
]

SPECIAL = [
    "0.0.0.0",
    "10.0.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "172.31.0.1",
    "192.0.0.192",
    "192.168.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2001:0:a00:1::",
    "2001:db8::1",
    "2002:a00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]

PUBLIC = ["198.41.0.4", "2606:4700::1111"]

hosts = st.sampled_from(SEEDS) | st.lists(
    st.sampled_from([*SEEDS, *NOISE, "a", "com", "0"]) | st.characters(), max_size=4
).map("".join)
users = st.sampled_from(["", "", "", "u@", "u:p@", "hotel-pms.com@", "hotel-pms.com\\@"])
ports = st.sampled_from(["", "", ":443", ":8443", ":9400", ":80", ":0443", ":", ":22"])
schemes = st.sampled_from(["https://", "https://", "HTTPS://", "http://", "https:/", "//", "ftp://"])
tails = st.sampled_from(["", "/", "/v1", "/../", "/%2e%2e/", "?a=b", "#a", "/@", "\\"]) | st.text(max_size=8)
addresses = (
    st.sampled_from([*PUBLIC, *SPECIAL])
    | st.ip_addresses(v=4).map(str)
    | st.ip_addresses(v=6, network="2000::/3").map(str)
)


@st.composite
def noisy(draw: st.DrawFn, urls: st.SearchStrategy[str]) -> str:
    """An address with something inserted anywhere."""
    url = draw(urls)
    at = draw(st.integers(0, len(url)))
    return f"{url[:at]}{draw(st.sampled_from(NOISE))}{url[at:]}"


composed = st.builds("".join, st.tuples(schemes, users, hosts, ports, tails))
plausible = st.builds("https://{}{}/".format, st.sampled_from(SEEDS), st.sampled_from(["", ":443", ":9400"]))
questions = st.one_of(
    st.tuples(composed | plausible | noisy(composed) | noisy(plausible), st.just(PUBLIC)),
    st.tuples(st.just("https://hotel-pms.com/"), st.lists(addresses, max_size=3)),
)
"""Either the text is hostile or the answers are: two at once would hide each other."""


def is_known_bad(text: str) -> bool:
    """Whether an address is not for us by another table than our own: Python's, and what that forgets."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        forgotten = {IPv4Address("168.63.129.16"), IPv4Address("192.0.0.192")}
        return not address.is_global or address.is_multicast or address in forgotten
    return (
        address not in IPv6Network("2000::/3")
        or not address.is_global
        or address.sixtofour is not None
        or address.teredo is not None
    )


def is_number(host: str) -> bool:
    """Whether the C library reads a host as an address."""
    try:
        return bool(socket.inet_aton(host))
    except OSError:
        return False


def agree(url: str, host: str) -> bool:
    """Whether others read the same host in a URL as we do, give or take the root's dot and `xn--`."""
    readings = [urlsplit(url).hostname or ""]
    if url.isascii():
        readings.append(httpx.URL(url).raw_host.decode())
    try:
        return {unicode_name(reading.removesuffix(".")) for reading in readings} == {unicode_name(host)}
    except UnicodeError:
        return False


def unicode_name(host: str) -> str:
    return ".".join(map(idna.ulabel, host.split(".")))


def hole(url: str, answers: Sequence[str], profile: str) -> str | None:
    """Return what is wrong with what the guard allows; None when nothing is."""
    asked: list[str] = []

    def resolve(host: str) -> Sequence[str]:
        asked.append(host)
        return answers

    if not judge(url, resolve=resolve, profile=profile, allow=[DOOR]).allowed:
        return None
    if not asked:
        is_door = profile == "development" and urlsplit(url).netloc == DOOR
        return None if is_door else "allowed without a look-up"
    (host,) = asked
    wrongs = {
        "without TLS": not url.lower().startswith("https://"),
        "a hidden character": not url.isprintable() or " " in url,
        "an address for a name": is_number(host),
        "a local name": "." not in host or host.endswith((".lan", ".internal", ".localhost")),
        "others read another host": not host.isascii() or not agree(url, host),
        "not public": any(map(is_known_bad, answers)),
    }
    return next((wrong for wrong, is_so in wrongs.items() if is_so), None)


search = settings(
    max_examples=2000, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def first_hole(profile: str) -> tuple[str, list[str], str | None] | None:
    """Return the simplest question whose answer is wrong, and what is wrong; None when there is none."""
    try:
        url, answers = find(questions, lambda q: hole(q[0], q[1], profile) is not None, settings=search)
    except NoSuchExample:
        return None
    return url, answers, hole(url, answers, profile)


@pytest.mark.parametrize("profile", ["production", "development"])
def test_no_generated_address_finds_a_hole(profile: str) -> None:
    assert first_hole(profile) is None


def test_the_generator_also_finds_what_is_allowed() -> None:
    """A search among addresses that are all refused would prove nothing."""
    url, _ = find(questions, lambda q: judge(q[0], resolve=lambda _: q[1]).allowed, settings=search)
    assert url.startswith("https://")


def leaking(network: str) -> Callable[[IPv4Address | IPv6Address], bool]:
    """Return the real table with a hole for one network."""
    return lambda address: str(address).startswith(network) or is_public(address)


def folding(host: str) -> str | None:
    """A friendlier reader of names, which maps what looks alike."""
    try:
        return idna.encode(host, uts46=True).decode().rstrip(".")
    except UnicodeError:
        return None


PLANTED: list[tuple[str, object]] = [
    ("is_public", leaking("64:ff9b::")),
    ("is_public", leaking("2002:")),
    ("is_public", leaking("168.63.")),
    ("is_public", leaking("100.100.")),
    ("choose", lambda _place, answers: tuple(answers)),
    ("ends_in_number", lambda _host: False),
    ("is_special_name", lambda _name: False),
    ("to_ascii", folding),
]


@pytest.mark.parametrize(("name", "broken"), PLANTED)
def test_a_planted_hole_is_found(name: str, broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, name, broken)
    assert first_hole("production") is not None


def dialled(url: str, answers: Sequence[str]) -> list[str]:
    """Return the addresses that the live client dials for a URL."""
    dial = Dial()

    async def resolve(_host: str) -> Sequence[str]:
        return answers

    async def call() -> None:
        client = GuardedClient(AddressPolicy(), resolve=resolve, dial=dial)
        with pytest.raises(KnownError):
            await client.send(Call("GET", url))
        await client.aclose()

    asyncio.run(call())
    return [address for address, _port in dial.dialled]


def test_the_live_client_dials_nothing_else() -> None:
    """The same search with a network that records what is dialled: all judged good, or nothing at all."""
    seen: list[str] = []

    def goes_astray(question: tuple[str, list[str]]) -> bool:
        url, answers = question
        addresses = dialled(url, answers)
        seen.extend(addresses)
        return any(map(is_known_bad, addresses)) or addresses not in ([], answers)

    with pytest.raises(NoSuchExample):
        find(questions, goes_astray, settings=settings(search, max_examples=300))
    assert seen
