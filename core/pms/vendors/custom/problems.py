"""From the open contract's error words to ours. Pure.

Only words that the contract knows are taken over. Whatever else an error body says stays where it is: a
server may repeat in it what it was sent, and that includes the key.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.net.client import Answer
from core.pms.vendors.custom.endpoint import VERSION_LABEL

SCOPES: Final = ("property:read", "bookings:read", "guests:read", "rooms:read")
"""What a key may be allowed to do."""

_VERSION: Final = re.compile(r"[0-9]{1,3}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def refine(answer: Answer) -> KnownError | None:
    """Return the error that the body's `code` names; None for a success, a foreign or an unknown body."""
    if answer.status < 400:
        return None
    try:
        problem = answer.json()
    except KnownError:
        return None
    if not isinstance(problem, dict) or not isinstance(code := problem.get("code"), str):
        return None
    return _ERRORS[code](problem, {"status": str(answer.status)}) if code in _ERRORS else None


def _refused(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    return CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION, details=details)


def _expired(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    expired = problem.get("expired_at")
    if isinstance(expired, str) and (day := _DAY.match(expired)):
        details["expired_on"] = day.group()
    return CredentialsExpiredError("auth.expired", Layer.AUTHENTICATION, details=details)


def _forbidden(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    if missing := _known(problem.get("missing"), SCOPES.__contains__):
        details["missing"] = missing
    return PermissionMissingError("permission.missing", Layer.PERMISSIONS, details=details)


def _no_property(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    return PropertyNotFoundError("property.not_found", Layer.PROPERTY, details=details)


def _unsupported(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    details["field"] = VERSION_LABEL
    details["supported"] = _known(problem.get("supported"), _VERSION.fullmatch) or "none named"
    return InputRefusedError("version.unsupported", Layer.HTTP, details=details)


def _stale_cursor(problem: Mapping[str, object], details: dict[str, str]) -> KnownError:
    return VendorAnswerUnreadableError("vendor.cursor_refused", Layer.HTTP, details=details)


_ERRORS: Final[Mapping[str, Callable[[Mapping[str, object], dict[str, str]], KnownError]]] = {
    "invalid_api_key": _refused,
    "key_expired": _expired,
    "forbidden": _forbidden,
    "property_not_found": _no_property,
    "unsupported_version": _unsupported,
    "invalid_cursor": _stale_cursor,
}
"""`rate_limited`, `internal`, `unavailable`, `not_found` and `invalid_request` say what their status says."""


def _known(listed: object, is_known: Callable[[str], object]) -> str:
    """Return, separated by commas, those of the listed words that we recognise."""
    words = listed if isinstance(listed, list) else []
    return ", ".join(word for word in words[:10] if isinstance(word, str) and is_known(word))
