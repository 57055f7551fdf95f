"""What the admin typed, read once: where Plain answers, and the reasons to refuse it.

Only what is certainly wrong is refused here. Whether the address may be reached at all is the address
policy's decision, not ours.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from core.domain.errors import InputRefusedError, Layer
from core.net.names import to_ascii
from core.pms.vendor import RateLimit

BASE_URL: Final = "Base URL"
RATE_LIMIT: Final = RateLimit(requests=60, per_s=60)
"""https://plain.example.com/developers/limits"""

_VISIBLE: Final = re.compile(r"[!-~]+")


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive the key. Raises: InputRefusedError."""
    text = values.get("base_url", "").strip()
    if not text:
        raise InputRefusedError("input.missing", Layer.INPUT, details={"field": BASE_URL})
    if (reason := refuse_base_url(text)) is not None:
        details = {"field": BASE_URL, "reason": reason}
        raise InputRefusedError("input.malformed", Layer.INPUT, details=details)
    parts = urlsplit(text)
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    return (f"{parts.scheme}://{to_ascii(parts.hostname or '')}:{port}",)


def refuse_base_url(text: str) -> str | None:
    """Say why the text cannot be Plain's address."""
    try:
        parts = urlsplit(text.strip())
        is_port = parts.port != 0
    except ValueError:
        return "This is no web address. Copy the one that Plain shows."
    if parts.scheme not in {"https", "http"} or not is_port or to_ascii(parts.hostname or "") is None:
        return "Start with https:// and the server's name, as Plain shows it."
    if "@" in parts.netloc or parts.query or parts.fragment or parts.path.strip("/"):
        return "Only https:// and the server's name belong here, nothing before or behind them."
    return None


def refuse_key(text: str) -> str | None:
    """Say why the text cannot travel as a key: a header holds visible ASCII only."""
    if _VISIBLE.fullmatch(text.strip()):
        return None
    return "There is a blank or a special character in it. Copy the key again, in one piece."
