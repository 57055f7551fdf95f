"""What the admin typed, read once: where the PMS answers, in which version, with which key.

Only what is certainly wrong is refused here. Whether the address may be reached at all (http, private
networks, unusual ports) is the address policy's decision, not ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from core.domain.errors import InputRefusedError, Layer
from core.net.names import to_ascii

ENDPOINT_LABEL: Final = "Endpoint URL"
VERSION_LABEL: Final = "Version"

KNOWN_VERSIONS: Final = ("1",)
"""The versions of the contract that this adapter speaks."""

_PORTS: Final = {"https": 443, "http": 80}
_VISIBLE: Final = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a PMS answers: `origin` (scheme://host:port) and the path in front of `/v1`, if any."""

    origin: str
    prefix: str


def endpoint_of(values: Mapping[str, str]) -> Endpoint:
    """Return the endpoint: scheme and host in lower case, the port spelled out, no `/v1` at its end.

    Raises: InputRefusedError (`input.missing`, `input.malformed`) when the values name no address.
    """
    text = values.get("endpoint", "").strip()
    if not text:
        raise InputRefusedError("input.missing", Layer.INPUT, details={"field": ENDPOINT_LABEL})
    if (reason := refuse_endpoint(text)) is not None:
        details = {"field": ENDPOINT_LABEL, "reason": reason}
        raise InputRefusedError("input.malformed", Layer.INPUT, details=details)
    parts = urlsplit(text)
    prefix = parts.path.rstrip("/")
    for version in KNOWN_VERSIONS:
        prefix = prefix.removesuffix(f"/v{version}").rstrip("/")
    return Endpoint(f"{parts.scheme}://{_host(parts)}:{parts.port or _PORTS[parts.scheme]}", prefix)


def version_of(values: Mapping[str, str]) -> str:
    """Return the version to speak, our newest when none is given.

    Raises: InputRefusedError (`version.unsupported`) for one that we do not know.
    """
    version = values.get("version", "").strip() or KNOWN_VERSIONS[-1]
    if version not in KNOWN_VERSIONS:
        details = {"field": VERSION_LABEL, "supported": ", ".join(KNOWN_VERSIONS)}
        raise InputRefusedError("version.unsupported", Layer.INPUT, details=details)
    return version


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive the key: the endpoint's own."""
    return (endpoint_of(values).origin,)


def refuse_endpoint(text: str) -> str | None:
    """Say why the text cannot be the address of a PMS."""
    try:
        parts = urlsplit(text.strip())
        is_port = parts.port != 0
    except ValueError:
        return "This is no web address; one looks like https://pms.your-hotel.com/innkeeper"
    if "@" in parts.netloc:
        return "Leave user name and password out of the address; the key has a field of its own"
    if parts.scheme not in _PORTS or not is_port or _host(parts) is None:
        return "Start with https:// and the server's name, such as https://pms.your-hotel.com/innkeeper"
    if "?" in text or "#" in text:
        return "Leave out everything from the first ? or # on"
    if not _VISIBLE.fullmatch(parts.path):
        return "Behind the server's name only plain letters, digits and signs without blanks can stand"
    return None


def refuse_key(text: str) -> str | None:
    """Say why the text cannot travel as a key: a header holds visible ASCII only."""
    if _VISIBLE.fullmatch(text.strip()):
        return None
    return "The key holds a blank, a line break or a special character; copy it once more without them"


def refuse_version(text: str) -> str | None:
    """Say why we cannot speak this version."""
    if text.strip() in ("", *KNOWN_VERSIONS):
        return None
    return f"Innkeeper speaks version {' and '.join(KNOWN_VERSIONS)}; type just the number"


def _host(parts: SplitResult) -> str | None:
    """Return the host's one ASCII spelling; None when there is none."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else to_ascii(host)
