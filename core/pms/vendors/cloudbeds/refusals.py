"""From Cloudbeds's refusals to ours. Pure.

Most refusals come with status 200 and `"success": false`, so the words are all there is to go by. They are
only compared, never passed on: they may repeat what was sent, or name a guest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.client import Answer
from core.pms.vendors.cloudbeds.fields import NOTHING, Row


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal's words mean; `details` are for the explanation."""

    error: type[KnownError]
    code: str
    layer: Layer
    details: Mapping[str, str]


REFUSALS: Final[Mapping[str, Refusal]] = {
    "user who approved this connection is not active": Refusal(
        CredentialsExpiredError, "cloudbeds.user_inactive", Layer.AUTHENTICATION, {}
    ),
    "application is not available to be connected": Refusal(
        CredentialsExpiredError, "cloudbeds.app_disconnected", Layer.AUTHENTICATION, {}
    ),
    "have an invalid status": Refusal(PropertyNotFoundError, "cloudbeds.property_closed", Layer.PROPERTY, {}),
    "none of the included property id": Refusal(
        PropertyNotFoundError, "cloudbeds.property_unknown", Layer.PROPERTY, {}
    ),
    'please specify "propertyid"': Refusal(
        PropertyNotFoundError,
        "cloudbeds.property_needed",
        Layer.PROPERTY,
        {"hotels": "Cloudbeds does not say which"},
    ),
    "scope required for this call": Refusal(
        PermissionMissingError, "permission.missing", Layer.PERMISSIONS, {}
    ),
}
"""By a piece of the message, in small letters.

The first, third and fourth are https://developers.cloudbeds.com/docs/common-api-errors-in-progress, the fifth
is https://developers.cloudbeds.com/docs/supporting-group-accounts; the others were published by integrators
who saw them in 2026.
"""


def refusal(body: Row) -> KnownError | None:
    """Return the error that an answer of status 200 stands for; None when it is a success.

    `success` is a boolean in most answers, a text in some, and missing where there is no envelope.
    """
    if str(body.get("success")).lower() not in {"false", "0"}:
        return None
    details = {"status": "200"}
    return _meant(body, details) or VendorAnswerUnreadableError(
        "cloudbeds.refused", Layer.HTTP, details=details
    )


def refine(answer: Answer) -> KnownError | None:
    """Return a better name for an answer that the table of statuses would take too literally."""
    if not 400 <= answer.status < 500:
        return None
    details, body = {"status": str(answer.status)}, said(answer)
    if (known := _meant(body, details)) is not None:
        return known
    if answer.status in (401, 403) and body is NOTHING:
        return _blocked(details)
    if answer.status == 401 and str(body.get("hint")).startswith('Missing "Authorization"'):
        return CredentialsRefusedError("cloudbeds.key_not_seen", Layer.AUTHENTICATION, details=details)
    return None


def refine_token(answer: Answer, *, is_renewal: bool) -> KnownError | None:
    """Return what the token endpoint means; only what it says of the code or the token is a verdict on it.

    With which status it refuses a refresh token is not published, so that of a success may be one, too.
    """
    details, body = {"status": str(answer.status)}, said(answer)
    error = body.get("error")
    if answer.status not in (400, 401, 403) and not (answer.status == 200 and error):
        return None
    if body is NOTHING:
        return _blocked(details)
    message = f"{body.get('error_description')} {body.get('message')}".lower()
    if is_renewal and (error == "invalid_grant" or "refresh token is invalid" in message):
        return CredentialsExpiredError("auth.expired", Layer.AUTHENTICATION, details=details)
    if not is_renewal and (error == "invalid_grant" or "authorization code is invalid" in message):
        return CredentialsRefusedError("cloudbeds.code_refused", Layer.AUTHENTICATION, details=details)
    if error == "invalid_client" or "entity not found" in message:
        return VendorAnswerUnreadableError("cloudbeds.app_refused", Layer.AUTHENTICATION, details=details)
    if error == "server_error":
        return VendorUnavailableError("vendor.unavailable", Layer.HTTP, details=details)
    return VendorAnswerUnreadableError("vendor.request_refused", Layer.HTTP, details=details)


def said(answer: Answer) -> Row:
    """Return an error's body; an empty one when it is none of Cloudbeds's own."""
    try:
        body = answer.json()
    except KnownError:
        return NOTHING
    return body if isinstance(body, dict) else NOTHING


def _meant(body: Row, details: Mapping[str, str]) -> KnownError | None:
    """Return what the words of a refusal mean, where we know them."""
    message = str(body.get("message")).lower()
    for words, meant in REFUSALS.items():
        if words in message:
            return meant.error(meant.code, meant.layer, details={**details, **meant.details})
    return None


def _blocked(details: Mapping[str, str]) -> KnownError:
    """Not the API speaks but what stands in front of it, which keeps callers out who asked for too much."""
    return VendorUnavailableError("cloudbeds.blocked", Layer.HTTP, details=details)
