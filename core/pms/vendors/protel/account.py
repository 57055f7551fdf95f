"""What the admin typed, read once: which interface, where it answers, for which hotel, by which clock.

protel publishes no host, so there is no default for the address: it comes with the key from protel or Planet.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from core.domain.errors import InputRefusedError, Layer
from core.net.names import to_ascii

INTERFACE: Final = "Interface"
BASE_URL: Final = "Base URL or endpoint"
API_KEY: Final = "API key or token"
HOTEL_ID: Final = "Hotel ID"
TIME_ZONE: Final = "Time zone"


class Interface(StrEnum):
    """Which of protel's two interfaces is to be used. Neither is preset: nobody gets the beta by accident."""

    PROTEL_IO = "protel I/O"
    REST_BETA = "REST beta"


RESERVATIONS: Final = "/reservations"
"""The one path of the REST interface that is known below the base address."""

Refuse = Callable[[str], str | None]

_PORTS: Final = {"https": 443, "http": 80}
_VISIBLE: Final = re.compile(r"[!-~]*")
_HOTEL_ID: Final = re.compile(r"[!-~]{1,32}")


@dataclass(frozen=True, slots=True)
class Account:
    """Where reservations are asked for, and whose they are.

    `base` is the address in front of their path with REST, and with protel I/O the endpoint itself.
    """

    interface: Interface
    base: str
    hotel_id: str
    zone: ZoneInfo


def account_of(values: Mapping[str, str]) -> Account:
    """Return what was typed as an account.

    Raises: InputRefusedError (`input.missing`, `input.malformed`).
    """
    interface = _interface(_typed(values, "interface", INTERFACE, refuse_interface))
    assert interface is not None, "what is none was refused"
    parts = _parts(values)
    return Account(
        interface,
        base=_origin(values) + (parts.path if interface is Interface.PROTEL_IO else _path(parts)),
        hotel_id=_typed(values, "hotel_id", HOTEL_ID, refuse_hotel_id),
        zone=ZoneInfo(_typed(values, "time_zone", TIME_ZONE, refuse_zone)),
    )


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive the key: the one that was typed."""
    return (_origin(values),)


def refuse_interface(text: str) -> str | None:
    """Say why the text chooses none of the interfaces."""
    if _interface(text) is not None:
        return None
    return f"Choose {Interface.PROTEL_IO} or {Interface.REST_BETA}."


def refuse_base_url(text: str) -> str | None:
    """Say why the text cannot be the address of the interface."""
    try:
        parts = urlsplit(text.strip())
        is_port = parts.port != 0
    except ValueError:
        return "This is no web address. Copy the one that protel or Planet gave you with the key."
    if "@" in parts.netloc:
        return "Leave user name and password out of the address. The key has a field of its own."
    if parts.scheme not in _PORTS or not is_port or _host(parts) is None:
        return "Start with https:// and the server's name, as protel or Planet gave it to you."
    if "?" in text or "#" in text:
        return "Leave out everything from the first ? or # on."
    if not _VISIBLE.fullmatch(parts.path):
        return "Behind the server's name only plain letters, digits and signs without blanks can stand."
    return None


def refuse_key(text: str) -> str | None:
    """Say why the text cannot travel as a key: a header holds visible ASCII only."""
    if _VISIBLE.fullmatch(text.strip()):
        return None
    return "There is a blank, a line break or a special character in it. Copy the key again, in one piece."


def refuse_hotel_id(text: str) -> str | None:
    """Say why the text cannot be an id; in protel I/O one has up to 32 characters."""
    if _HOTEL_ID.fullmatch(text.strip()):
        return None
    return "A Hotel ID is a number or a short code without blanks, of at most 32 characters."


def refuse_zone(text: str) -> str | None:
    """Say why the text is no time zone that this machine knows."""
    try:
        ZoneInfo(text.strip())
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder such as `Europe`
        return "Write it as region and city, such as Europe/Vienna or America/New_York."
    return None


def _interface(text: str) -> Interface | None:
    return next((one for one in Interface if _letters(one) == _letters(text)), None)


def _typed(values: Mapping[str, str], key: str, label: str, refuse: Refuse) -> str:
    text = values.get(key, "").strip()
    if not text:
        raise InputRefusedError("input.missing", Layer.INPUT, details={"field": label})
    if (reason := refuse(text)) is not None:
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": label, "reason": reason})
    return text


def _parts(values: Mapping[str, str]) -> SplitResult:
    return urlsplit(_typed(values, "base_url", BASE_URL, refuse_base_url))


def _origin(values: Mapping[str, str]) -> str:
    """Return scheme://host:port, the port spelled out."""
    parts = _parts(values)
    return f"{parts.scheme}://{_host(parts)}:{parts.port or _PORTS[parts.scheme]}"


def _path(parts: SplitResult) -> str:
    """Return the path in front of the reservations; who pasted the whole address meant the same."""
    return parts.path.rstrip("/").removesuffix(RESERVATIONS).rstrip("/")


def _host(parts: SplitResult) -> str | None:
    """Return the host's one ASCII spelling; None when there is none."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else to_ascii(host)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
