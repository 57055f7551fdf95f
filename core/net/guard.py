"""Which addresses may be reached: one grammar, one list of names, one table of addresses.

    text ─▶ read_url ─▶ admit(host, port) ─▶ DNS ─▶ choose(place, answers) ─▶ addresses to connect to

`judge` walks this way for an address that an admin typed; the client walks the same functions each time it
opens a connection. A text is read once, by a grammar so narrow that no two parsers can disagree on it.
What the policy is for, and what it has been tried against: OWASP API7:2023, ASVS 5.0 1.3.6.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from core.net.names import ends_in_number, mixes_scripts, to_ascii
from core.net.special import is_loopback, is_public, is_special_name, read_address

MAX_URL_LENGTH: Final = 2048
MAX_ANSWERS: Final = 16
"""A name with more addresses than this is a lever to multiply connections."""

PORTS: Final = frozenset({443, 8443})

_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)"
    r"(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_AUTHORITY: Final = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]|[^@:\[\]]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_BASE_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_ENCODED_DELIMITER: Final = re.compile(r"%(?:25|2f|5c)", re.IGNORECASE)
_SHOWABLE: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}")


class Reason(StrEnum):
    """Why an address is refused (or not). Fixed words, so they are safe in a log."""

    ALLOWED = "allowed"
    MALFORMED = "not an absolute address that every parser reads alike"
    SCHEME = "only https"
    USER_INFORMATION = "a user name or password in the address"
    QUERY = "a query or fragment in a base address"
    PATH = "a path that climbs, hides characters or nests encodings"
    PORT = "a port other than 443 and 8443"
    LITERAL = "an IP address instead of a name"
    NAME = "not a host name"
    SPECIAL_NAME = "a name that is local to some network"
    MIXED_SCRIPTS = "a look-alike name of mixed scripts"
    UNRESOLVED = "a name without an address"
    TOO_MANY_ADDRESSES = "more than 16 addresses"
    SPECIAL_ADDRESS = "an address that is not public"


class RefusalError(Exception):
    """The policy says no. `host` is what may be shown of the host: `?` when it is not plainly one."""

    def __init__(self, reason: Reason, host: str = "?") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.host = host if _SHOWABLE.fullmatch(host) else "?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says of an address. `reason` is for logs; people get one wording for every refusal."""

    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Door:
    """A port of this machine that the development profile may reach, such as a sandbox's."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What may be reached. `allow` holds `host:port` entries of this machine, for development only.

    Raises: ValueError, naming the entry, when one is not a loopback host and port or when the profile is
    not `development`.
    """

    profile: str = "production"
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.profile not in {"production", "development"}:
            raise ValueError(f"unknown profile {self.profile!r}")
        for entry in self.allow:
            if self.profile == "production":
                raise ValueError(f"{entry!r} cannot be allowed in the production profile")
            if read_door(entry) is None:
                raise ValueError(f"{entry!r} is not a loopback host:port")

    @property
    def doors(self) -> frozenset[Door]:
        """The allowed ports of this machine."""
        return _doors(self.profile, self.allow)


@dataclass(frozen=True, slots=True)
class Place:
    """A host and port that may be looked up: a public name in its ASCII form, or a door."""

    host: str
    port: int
    is_door: bool = False

    @property
    def literal(self) -> str | None:
        """The address, when the host is one (only a door's can be) and need not be looked up."""
        return self.host if read_address(self.host) else None

    @property
    def details(self) -> dict[str, str]:
        """What an error may tell of the place."""
        return {"host": self.host, "port": str(self.port)}


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that has been read: where to go, whether by TLS, and what to ask for there."""

    place: Place
    is_tls: bool
    path_and_query: str

    @property
    def authority(self) -> str:
        """The host and, unless it is the scheme's own, the port: what the Host header says."""
        host = f"[{self.place.host}]" if ":" in self.place.host else self.place.host
        return host if self.place.port == (443 if self.is_tls else 80) else f"{host}:{self.place.port}"


def judge(
    url: str,
    *,
    resolve: Callable[[str], Sequence[str]],
    profile: str = "production",
    allow: Iterable[str] = (),
) -> Verdict:
    """Say whether a base address, as an admin typed it, may be used.

    `resolve(host)` returns the addresses of a name and is asked once, or not at all when the text is refused
    already; an OSError counts as a name without address. `allow` is ignored outside development.
    """
    try:
        place = read_url(url, _doors(profile, allow)).place
        choose(place, [place.literal] if place.literal else _ask(resolve, place))
    except RefusalError as refusal:
        return Verdict(allowed=False, reason=refusal.reason.value)
    return Verdict(allowed=True, reason=Reason.ALLOWED.value)


def read_url(text: str, doors: frozenset[Door], *, is_base: bool = True) -> Target:
    """Read a URL and hold it against every rule that needs no DNS.

    A base address has no query and a plain path; a request built on one (`is_base=False`) may have a query
    and encoded characters. Raises: RefusalError.
    """
    if len(text) > MAX_URL_LENGTH or "\\" in text or any(map(_is_hidden, text)):
        raise RefusalError(Reason.MALFORMED)
    url = _URL.fullmatch(text)
    if url is None:
        raise RefusalError(Reason.MALFORMED)
    scheme = url["scheme"].lower()
    if scheme not in {"https", "http"}:
        raise RefusalError(Reason.SCHEME)
    if url["fragment"] is not None or (is_base and url["query"] is not None):
        raise RefusalError(Reason.QUERY)
    host, port = _read_authority(url["authority"], 443 if scheme == "https" else 80)
    if scheme == "http" and Door(host.lower(), port) not in doors:
        raise RefusalError(Reason.SCHEME, host)
    place = admit(host, port, doors)
    path, query = url["path"] or "/", url["query"] or ""
    if not (path + query).isascii() or not _is_plain_path(path, is_base=is_base):
        raise RefusalError(Reason.PATH, host)
    return Target(place, scheme == "https", path + query)


def admit(host: str, port: int, doors: frozenset[Door]) -> Place:
    """Return the place that a host and port name. Raises: RefusalError."""
    if Door(host.lower(), port) in doors:
        return Place(host.lower(), port, is_door=True)
    if port not in PORTS:
        raise RefusalError(Reason.PORT, host)
    if ":" in host or ends_in_number(host.lower()):
        raise RefusalError(Reason.LITERAL, host)
    name = to_ascii(host)
    if name is None:
        raise RefusalError(Reason.NAME, host)
    if "." not in name or is_special_name(name):
        raise RefusalError(Reason.SPECIAL_NAME, name)
    if mixes_scripts(name):
        raise RefusalError(Reason.MIXED_SCRIPTS, name)
    return Place(name, port)


def choose(place: Place, answers: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses that may be connected to: all that DNS answered, or none of them.

    One bad answer among good ones refuses the lot: whoever mixes them wants us to pick the bad one next.
    Raises: RefusalError.
    """
    if not answers:
        raise RefusalError(Reason.UNRESOLVED, place.host)
    if len(answers) > MAX_ANSWERS:
        raise RefusalError(Reason.TOO_MANY_ADDRESSES, place.host)
    may_be_reached = is_loopback if place.is_door else is_public
    addresses = [read_address(answer) for answer in answers]
    if not all(address is not None and may_be_reached(address) for address in addresses):
        raise RefusalError(Reason.SPECIAL_ADDRESS, place.host)
    return tuple(map(str, addresses))


def read_door(entry: str) -> Door | None:
    """Return the door that a `host:port` entry names; None unless it is this machine's, spelled plainly."""
    authority = _AUTHORITY.fullmatch(entry)
    if authority is None or authority["port"] is None or int(authority["port"]) > 65535:
        return None
    host = _unbracketed(authority["host"].lower())
    address = read_address(host)
    is_ours = host == "localhost" or (address is not None and is_loopback(address))
    return Door(host, int(authority["port"])) if is_ours else None


def _doors(profile: str, allow: Iterable[str]) -> frozenset[Door]:
    if profile != "development":
        return frozenset()
    return frozenset(door for entry in allow if (door := read_door(entry)) is not None)


def _ask(resolve: Callable[[str], Sequence[str]], place: Place) -> Sequence[str]:
    try:
        return resolve(place.host)
    except OSError:
        raise RefusalError(Reason.UNRESOLVED, place.host) from None


def _read_authority(text: str, default_port: int) -> tuple[str, int]:
    if "@" in text:
        raise RefusalError(Reason.USER_INFORMATION)
    authority = _AUTHORITY.fullmatch(text)
    if authority is None:
        raise RefusalError(Reason.MALFORMED)
    return _unbracketed(authority["host"]), int(authority["port"] or default_port)


def _unbracketed(host: str) -> str:
    return host.removeprefix("[").removesuffix("]")


def _is_plain_path(path: str, *, is_base: bool) -> bool:
    """Whether a path means the same to everyone who decodes it on its way."""
    if is_base and ("//" in path or _ENCODED_DELIMITER.search(path) or not _BASE_PATH.fullmatch(path)):
        return False
    try:
        decoded = unquote(path, errors="strict")
    except UnicodeError:
        return False
    climbs = any(segment.partition(";")[0] in {".", ".."} for segment in decoded.split("/"))
    return not climbs and not any(_is_hidden(char) for char in decoded.replace(" ", ""))


def _is_hidden(char: str) -> bool:
    """Whether a character cannot be seen: white space, controls, zero width, bidi marks, surrogates."""
    return unicodedata.category(char)[0] in {"C", "Z"}
