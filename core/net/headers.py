"""What may stand in a request's headers: a value that a person typed must not become a second header."""

import re
from collections.abc import Mapping
from typing import Final

from core.domain.errors import InputRefusedError, Layer
from core.domain.secret import Secret

MAX_VALUE_LENGTH: Final = 16 * 1024

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE: Final = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")

_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that steer the connection or speak for somebody else; nobody but this folder sets them."""


def wire_headers(headers: Mapping[str, str | Secret]) -> list[tuple[bytes, bytes]]:
    """Return the headers as they are written to the wire, secrets revealed.

    Raises: InputRefusedError (`input.malformed`), whose `details["field"]` is the header's name; a name that
    is itself refused is not repeated.
    """
    return [_wire_header(name, value) for name, value in headers.items()]


def _wire_header(name: str, value: str | Secret) -> tuple[bytes, bytes]:
    if not _NAME.fullmatch(name) or name.lower() in _OURS or name.lower().startswith("proxy-"):
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": "header"})
    text = value.reveal() if isinstance(value, Secret) else value
    if len(text) > MAX_VALUE_LENGTH or not _VALUE.fullmatch(text):
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": name})
    return name.encode("ascii"), text.encode("ascii")
