"""Apaleo's identity server: tokens for a hotel's own app, and for hotels that let us in on Apaleo's page.

Its errors are one word each, and the same word means different things in the two ways in. What each means was
learnt from https://github.com/apaleo/api/issues/48, 91, 122, 152, 155 and 291 (read 2026-11-22);
`invalid_client` is what OAuth demands and was not seen there.
"""

import base64
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote_plus, urlencode

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.http import Refine, VendorHttp
from core.pms.tokens import Grant
from core.pms.vendor import Access, Authorization, AuthorizationRequest
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.wire import (
    APP_ID,
    APP_SECRET,
    AUTHORIZE_PATH,
    CONSENT_SCOPES,
    IDENTITY_SETTING,
    TOKEN_PATH,
    base_url,
    url_of,
)

REQUEST_ID: Final = "apaleo-tracking-id"

_VISIBLE: Final = re.compile(r"[!-~]+")


class IdentityServer:
    """Fetches tokens in the one way that the credentials allow. `granted` is what the last token may do."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._has_begun = False
        self.granted: frozenset[str] | None = None

    @property
    def has_consent(self) -> bool:
        """Whether the hotel let our own app in, and has no app of its own."""
        return bool(self._access.secrets.get("refresh_token"))

    async def fetch(self, refresh_token: Secret | None) -> Grant:
        """Return a token; a refresh token, if the way in has one, comes with it or stays as it was.

        The first is the one that came with the consent, if it is at hand: a refresh token may be replaced
        when it is used, so a mere connection test must not use it up.

        Raises: CredentialsRefusedError (`auth.refused`, `apaleo.wrong_client_type`), CredentialsExpiredError,
        and VendorUnavailableError (`apaleo.app_unusable`) when it is the operator's app that is refused: no
        hotel's credentials are the worse for that.
        """
        first, held = self._access.secrets.get("access_token"), self._access.secrets.get("refresh_token")
        if first and held and refresh_token is None and not self._has_begun:
            self._has_begun = True
            return Grant(first, refresh_token=held)
        held = refresh_token or held
        grant = await (self._by_consent(held) if held else self._by_own_app())
        self.granted = grant.scopes
        return grant

    async def exchange(self, code: str, request: AuthorizationRequest) -> Grant:
        """Return the first tokens of a hotel that has just let us in.

        Raises: CredentialsRefusedError (`apaleo.code_refused`): codes are good once, and for five minutes.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": request.redirect_uri,
            "code_verifier": request.verifier.reveal(),
        }
        grant = await self._ask(_app_of(self._access), form, _refused_code)
        if grant.refresh_token is None:  # it would all be over in an hour
            raise _app_unusable("offline_access")
        return grant

    async def _by_own_app(self) -> Grant:
        client_id, secret = self._access.values.get("client_id"), self._access.secrets.get("client_secret")
        if not client_id or not secret:
            field = "Client secret" if client_id else "Client ID"
            raise InputRefusedError("input.missing", Layer.INPUT, details={"field": field})
        # No `scope`: who asks for one that was not granted gets none at all (apaleo/api#48, #122).
        return await self._ask(
            _basic(client_id, secret.reveal()), {"grant_type": "client_credentials"}, _refused_app
        )

    async def _by_consent(self, held: Secret) -> Grant:
        form = {"grant_type": "refresh_token", "refresh_token": held.reveal()}
        return await self._ask(_app_of(self._access), form, _refused_consent)

    async def _ask(self, authorization: Secret, form: Mapping[str, str], refine: Refine) -> Grant:
        access = self._access
        http = VendorHttp(access.client, access.clock, refine=refine, request_id_header=REQUEST_ID)
        answer = await http.send(
            Call(
                "POST",
                base_url(access.addresses, IDENTITY_SETTING) + TOKEN_PATH,
                {
                    "Authorization": authorization,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                urlencode(form).encode(),
            )
        )
        return _grant(answer)


def consent_url(access: Access, request: AuthorizationRequest) -> str:
    """Return Apaleo's page on which a hotel lets our app in."""
    query = {
        "response_type": "code",
        "client_id": _app_setting(access, APP_ID),
        "redirect_uri": request.redirect_uri,
        "scope": " ".join(CONSENT_SCOPES),
        "state": request.state,
        "code_challenge": request.challenge,
        "code_challenge_method": "S256",
    }
    return url_of(base_url(access.addresses, IDENTITY_SETTING), AUTHORIZE_PATH, query)


async def exchange(access: Access, code: str, request: AuthorizationRequest) -> Grant:
    """Return the tokens for a code that Apaleo has sent a person back with."""
    return await IdentityServer(access).exchange(code, request)


AUTHORIZATION: Final = Authorization(
    app_settings=(APP_ID, APP_SECRET), scopes=CONSENT_SCOPES, consent_url=consent_url, exchange=exchange
)


def _grant(answer: Answer) -> Grant:
    """Read a token answer; fields that OAuth lets a server leave out may be missing."""
    body = answer.json()
    row = body if isinstance(body, dict) else fields.NOTHING
    token, refresh_token = fields.text(row, "access_token"), fields.text(row, "refresh_token")
    if token is None or not _VISIBLE.fullmatch(token):
        raise VendorAnswerUnreadableError(
            "vendor.answer_unreadable", Layer.AUTHENTICATION, details={"field": "access_token"}
        )
    scope, seconds = fields.text(row, "scope"), fields.count(row, "expires_in")
    return Grant(
        Secret(token),
        float(seconds) if seconds else None,
        Secret(refresh_token) if refresh_token else None,
        frozenset(scope.split()) if scope else None,
    )


def _refused_app(answer: Answer) -> KnownError | None:
    """Return what is wrong with a hotel's own app."""
    details = {"status": str(answer.status), "error": (word := _word(answer)) or "none"}
    match word:
        case "invalid_client":
            return CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION, details=details)
        case "invalid_scope" | "unauthorized_client" | "invalid_grant":
            return CredentialsRefusedError("apaleo.wrong_client_type", Layer.AUTHENTICATION, details=details)
        case _:
            return _walled_off(answer)


def _refused_consent(answer: Answer) -> KnownError | None:
    """Return why a refresh token is no longer good.

    `invalid_request` is said to one from before the app's scopes changed (apaleo/api#152).
    """
    word = _word(answer)
    if word in {"invalid_grant", "invalid_scope", "invalid_request"}:
        details = {"status": str(answer.status), "error": word}
        return CredentialsExpiredError("auth.expired", Layer.AUTHENTICATION, details=details)
    return _refused_operator(answer)


def _refused_code(answer: Answer) -> KnownError | None:
    """Return why an authorization code brings no tokens."""
    if (word := _word(answer)) == "invalid_grant":
        details = {"status": str(answer.status), "error": word}
        return CredentialsRefusedError("apaleo.code_refused", Layer.AUTHENTICATION, details=details)
    return _refused_operator(answer)


def _refused_operator(answer: Answer) -> KnownError | None:
    """Return what is wrong with our own app, which is never the hotel's fault."""
    word = _word(answer)
    if word in {"invalid_client", "unauthorized_client", "invalid_scope"} or answer.status == 401:
        return _app_unusable(word or "invalid_client")
    return _walled_off(answer)


def _walled_off(answer: Answer) -> KnownError | None:
    """Return the error for a 403: OAuth has none, so it comes from something that stands in front."""
    if answer.status != 403:
        return None
    return VendorUnavailableError("vendor.unavailable", Layer.HTTP, details={"status": "403"})


def _word(answer: Answer) -> str | None:
    """Return the one word of an OAuth error (RFC 6749, 5.2), if it is one that we know."""
    if answer.status not in {400, 401}:
        return None
    try:
        body = answer.json()
    except KnownError:
        return None
    word = body.get("error") if isinstance(body, dict) else None
    return word if isinstance(word, str) and word in _WORDS else None


_WORDS: Final = frozenset(
    {"invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "unauthorized_client"}
)


def _app_unusable(why: str) -> VendorUnavailableError:
    return VendorUnavailableError("apaleo.app_unusable", Layer.AUTHENTICATION, details={"error": why})


def _app_setting(access: Access, name: str) -> str:
    if not (setting := access.apps.get(name)):
        raise _app_unusable(f"{name} is not set")
    return setting.reveal()


def _app_of(access: Access) -> Secret:
    return _basic(_app_setting(access, APP_ID), _app_setting(access, APP_SECRET))


def _basic(client_id: str, client_secret: str) -> Secret:
    """Return the header's value; both halves are form-encoded first, as RFC 6749 (2.3.1) has it."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return Secret("Basic " + base64.b64encode(pair.encode()).decode())
