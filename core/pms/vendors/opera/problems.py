"""From OHIP's refusals to ours. Pure.

OHIP answers in a form of its own (`exceptionDetailType`), in OAuth's, in plain text, or not at all, so that
no body is taken for JSON before it has been looked at. Its words are only compared with those that we know
and never passed on: they may repeat what was sent. Only a code such as `OPERAWS-GEN01244` is kept.

Source: OHIP User Guide, "Common Error Messages"; the phrases of the token endpoint and the numbers of the
codes are from other integrators' public code and notes, one or two tenants each.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    FeatureUnsupportedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.net.client import Answer

_CODE: Final = re.compile(r"OPERAWS-[A-Z]{3}[0-9]{5}")
_MEMBERS: Final = ("error", "error_description", "title", "detail", "message")
"""Where a JSON body says what is wrong; `type` only repeats the status in words."""

_MAX_SAID: Final = 4000

_UNKNOWN_HOTEL: Final = "OPERAWS-GEN01242"
_NOT_YOUR_HOTEL: Final = "OPERAWS-GEN01244"
_NOT_YOUR_HUB: Final = "OPERAWS-GEN01265"


class ScopeRefusedError(CredentialsRefusedError):
    """The gateway does not take this scope or this kind of grant."""


class NothingFoundError(VendorAnswerUnreadableError):
    """OPERA knows the address and has nothing under it (404 with a code of its own)."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an error's body says: OPERA's own code, and the words in lower case."""

    code: str | None
    phrases: tuple[str, ...]

    def has(self, *needles: str) -> bool:
        """Say whether any of these occurs in what was said."""
        return any(needle in phrase for needle in needles for phrase in self.phrases)

    def is_bare(self, word: str) -> bool:
        """Say whether this word is all that was said."""
        return bool(self.phrases) and all(phrase.strip(" .") == word for phrase in self.phrases)


Details = dict[str, str]


def said(answer: Answer) -> Said:
    """Read an error's body, in whichever form it is."""
    text = answer.body[:_MAX_SAID].decode("utf-8", "replace").strip()
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = text
    members = [body.get(name) for name in _MEMBERS] if isinstance(body, dict) else [text]
    phrases = tuple(part.strip().lower() for part in members if isinstance(part, str) and part.strip())
    code = body.get("o:errorCode") if isinstance(body, dict) else None
    return Said(code if isinstance(code, str) and _CODE.fullmatch(code) else None, phrases)


def refine(answer: Answer) -> KnownError | None:
    """Return the error that a property call's answer means, where it says more than its status."""
    if answer.status < 400:
        return None
    words = said(answer)
    details = _details(answer, words)
    match answer.status:
        case 400 if words.has("not supported for the current database version"):
            details["feature"] = "what this version of Innkeeper asks for"
            return FeatureUnsupportedError("opera.version_too_old", Layer.HTTP, details=details)
        case 400 | 404 if words.code == _UNKNOWN_HOTEL:
            return PropertyNotFoundError("opera.hotel_unknown", Layer.PROPERTY, details=details)
        case 400:
            return VendorAnswerUnreadableError("vendor.request_refused", Layer.HTTP, details=details)
        case 401:
            return CredentialsRefusedError("opera.token_refused", Layer.AUTHENTICATION, details=details)
        case 403:
            return _forbidden(words, details)
        case 404 if words.code is not None:
            return NothingFoundError("opera.nothing_found", Layer.HTTP, details=details)
        case _:
            return None


def refine_token(answer: Answer) -> KnownError | None:
    """Return the error that the token endpoint's answer means.

    Oracle documents 400 as `the authentication information provided is not valid`, hence no fault of ours.
    """
    if answer.status < 400:
        return None
    words = said(answer)
    details = _details(answer, words)
    for needles, make in _AT_THE_DOOR:
        if words.has(*needles):
            return make(details)
    match answer.status:
        case 400:
            return CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION, details=details)
        case 402:
            return _password_refused(details)
        case 403 if words.is_bare("forbidden"):
            return _address_shut_out(details)
        case 403:
            return CredentialsRefusedError("opera.client_retired", Layer.AUTHENTICATION, details=details)
        case _:
            return None


def _forbidden(words: Said, details: Details) -> KnownError:
    if words.code == _NOT_YOUR_HOTEL or words.has("data for resort"):
        return PropertyNotFoundError("opera.hotel_refused", Layer.PROPERTY, details=details)
    if words.code == _NOT_YOUR_HUB or words.has("data for hub"):
        return PropertyNotFoundError("opera.hub_refused", Layer.PROPERTY, details=details)
    if words.has("no subscribed plan"):
        return PermissionMissingError("opera.not_subscribed", Layer.PERMISSIONS, details=details)
    if words.is_bare("forbidden"):
        return _address_shut_out(details)
    return PermissionMissingError("permission.missing", Layer.PERMISSIONS, details=details)


def _enterprise_missing(details: Details) -> KnownError:
    return CredentialsRefusedError("opera.enterprise_missing", Layer.AUTHENTICATION, details=details)


def _gateway_mismatch(details: Details) -> KnownError:
    return CredentialsRefusedError("opera.gateway_mismatch", Layer.AUTHENTICATION, details=details)


def _app_key_refused(details: Details) -> KnownError:
    return CredentialsRefusedError("opera.app_key_refused", Layer.AUTHENTICATION, details=details)


def _scheme_refused(details: Details) -> KnownError:
    return ScopeRefusedError("opera.scheme_refused", Layer.AUTHENTICATION, details=details)


def _password_refused(details: Details) -> KnownError:
    return CredentialsExpiredError("opera.password_refused", Layer.AUTHENTICATION, details=details)


def _address_shut_out(details: Details) -> KnownError:
    return PermissionMissingError("opera.address_shut_out", Layer.HTTP, details=details)


_AT_THE_DOOR: Final[tuple[tuple[tuple[str, ...], Callable[[Details], KnownError]], ...]] = (
    (("enterprise id is required",), _enterprise_missing),
    (("does not have access to gateway",), _gateway_mismatch),
    (("failed to authenticate application",), _app_key_refused),
    (("invalid_scope", "invalid_grant_type_or_scope", "unsupported_grant_type"), _scheme_refused),
    (("invalid_grant",), _password_refused),
)
"""What the token endpoint says, whatever its status, and what that means; the first that fits."""


def _details(answer: Answer, words: Said) -> Details:
    details = {"status": str(answer.status)}
    return details if words.code is None else details | {"error": words.code}
