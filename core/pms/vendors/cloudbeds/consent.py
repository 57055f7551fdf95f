"""The other way in: OAuth 2.0, for whoever runs Innkeeper as a technology partner of Cloudbeds.

Source: https://developers.cloudbeds.com/docs/alternative-oauth-20-authentication-method and the OpenAPI
document of version 1.3, read 2026-11-22. What the app may read is chosen on the partner's App Details page,
and PKCE is not documented.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final
from urllib.parse import urlencode

from core.domain.errors import CredentialsExpiredError, KnownError, Layer, VendorAnswerUnreadableError
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.http import VendorHttp
from core.pms.tokens import Grant
from core.pms.vendor import Access, Authorization, AuthorizationRequest
from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.refusals import refine_token
from core.pms.vendors.cloudbeds.wire import REQUEST_ID, SCOPES, base_url

CLIENT_ID: Final = "CLOUDBEDS_CLIENT_ID"
CLIENT_SECRET: Final = "CLOUDBEDS_CLIENT_SECRET"  # noqa: S105 - the name of a setting

_LIFE: Final = range(1, 366 * 86_400)
"""What a token's life in seconds can be; 8 hours is what integrators see."""


def consent_url(access: Access, request: AuthorizationRequest) -> str:
    """Return the page on which a user of the hotel lets us in."""
    asked = {
        "client_id": access.apps[CLIENT_ID].reveal(),
        "redirect_uri": request.redirect_uri,
        "response_type": "code",
        "state": request.state,
    }
    return f"{base_url(access.addresses)}oauth?{urlencode(asked)}"


async def exchange(access: Access, code: str, request: AuthorizationRequest) -> Grant:
    """Return the tokens for a code, which is good once and for ten minutes.

    Raises: CredentialsRefusedError (`cloudbeds.code_refused`) for one that is not good any more, and
    VendorAnswerUnreadableError (`cloudbeds.app_refused`) where Cloudbeds does not know our own app.
    """
    asked = {"grant_type": "authorization_code", "redirect_uri": request.redirect_uri, "code": code}
    return await _ask(access, asked, is_renewal=False)


LAPSES_AFTER: Final = timedelta(days=365)
"""For how long a refresh token is good without use; each use begins the time anew. So integrators read
Cloudbeds's own page, whose words we have not seen."""

AUTHORIZATION: Final = Authorization(
    app_settings=(CLIENT_ID, CLIENT_SECRET),
    scopes=SCOPES,
    consent_url=consent_url,
    exchange=exchange,
    lapses_after=LAPSES_AFTER,
)


class Renewal:
    """Fetches access tokens for one line: first the one that came with the consent, then by refreshing.

    A refresh token is replaced when it is used, so it is not used before it must be.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._is_given = False

    async def fetch(self, refresh_token: Secret | None) -> Grant:
        """Return a token.

        Raises: CredentialsExpiredError (`auth.expired`) where there is no refresh token, or it is refused.
        """
        first, held = self._access.secrets.get("access_token"), self._access.secrets.get("refresh_token")
        if refresh_token is None and first and not self._is_given:
            self._is_given = True
            return Grant(first, refresh_token=held)
        token = refresh_token or held
        if not token:
            raise CredentialsExpiredError("auth.expired", Layer.AUTHENTICATION, details={"status": "none"})
        asked = {"grant_type": "refresh_token", "refresh_token": token.reveal()}
        return await _ask(self._access, asked, is_renewal=True)


async def _ask(access: Access, asked: Mapping[str, str], *, is_renewal: bool) -> Grant:
    http = VendorHttp(
        access.client,
        access.clock,
        refine=partial(refine_token, is_renewal=is_renewal),
        request_id_header=REQUEST_ID,
    )
    call = Call(
        "POST",
        f"{base_url(access.addresses)}access_token",
        {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
        urlencode({**asked, **_app(access)}).encode(),
    )
    answer = await http.send(call)
    try:
        return _grant(answer.json())
    except KnownError as error:
        error.request_id = http.request_id(answer)
        raise


def _app(access: Access) -> Mapping[str, str]:
    """Return our own credentials at Cloudbeds, which an operator may have taken away since the consent."""
    try:
        client_id, client_secret = access.apps[CLIENT_ID], access.apps[CLIENT_SECRET]
    except KeyError as error:
        raise VendorAnswerUnreadableError(
            "cloudbeds.app_refused", Layer.AUTHENTICATION, details={"status": "none"}
        ) from error
    return {"client_id": client_id.reveal(), "client_secret": client_secret.reveal()}


def _grant(body: object) -> Grant:
    row = body if isinstance(body, dict) else fields.NOTHING
    if (token := fields.text(row, "access_token")) is None:
        details = {"field": "access_token"}
        raise VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP, details=details)
    refresh, life = fields.text(row, "refresh_token"), fields.amount(row, "expires_in")
    return Grant(
        Secret(token),
        expires_in_s=float(life) if life is not None and int(life) in _LIFE else None,
        refresh_token=Secret(refresh) if refresh else None,
    )
