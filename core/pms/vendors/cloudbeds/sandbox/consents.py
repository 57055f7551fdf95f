"""The sandbox's consent page and its tokens: codes that are good once, refresh tokens that are replaced.

That a refresh token which was replaced ends everything that came from it is stricter than what Cloudbeds
documents: whoever keeps an old one shall notice here.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final
from urllib.parse import urlencode, urlsplit

from core.domain.clock import Clock
from core.pms.vendors.cloudbeds.sandbox.keys import CLIENT_ID, CLIENT_SECRET, PROPERTY, Key
from core.pms.vendors.cloudbeds.sandbox.refusing import Json, no, oauth

CODE_LIFE: Final = timedelta(minutes=10)
TOKEN_LIFE_S: Final = 28_800
"""Eight hours, as integrators see."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_BAD_CODE: Final = "The authorization code is invalid or has expired."
_BAD_REFRESH: Final = "The refresh token is invalid."
_NO_CLIENT: Final = r"Entity not found: CloudBeds\MyFrontDesk\API\Models\Client"

_PAGE: Final = """<!doctype html>
<html lang="en">
<title>Cloudbeds sandbox: allow access?</title>
<meta name="viewport" content="width=device-width">
<style>body {{ max-width: 32rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }}
button {{ font: inherit; padding: .5rem 1rem; margin-right: .5rem }}</style>
<h1>Allow access?</h1>
<p>This is a rehearsal, not Cloudbeds. <b>Innkeeper</b> asks to read the hotel, its reservations, guests,
rooms and housekeeping.</p>
<form method="post">
{fields}
<button name="decision" value="allow">Allow Access</button>
<button name="decision" value="deny">Deny</button>
</form>
"""


@dataclass(frozen=True, slots=True)
class _Code:
    redirect_uri: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Family:
    """What came from one consent: only the latest pair is good."""

    access_token: str
    refresh_token: str
    expires_at: datetime


class Consents:
    """Remembers who was let in. `redirect_uris` are allowed beside those on this machine."""

    def __init__(self, clock: Clock, redirect_uris: frozenset[str] = frozenset()) -> None:
        self._clock = clock
        self._redirect_uris = redirect_uris
        self._numbers = itertools.count(1)
        self._codes: dict[str, _Code] = {}
        self._families: dict[int, _Family] = {}
        self._refreshed: dict[str, int] = {}

    def page(self, asked: Mapping[str, str]) -> str:
        """Return the page that asks for consent. Raises: RefusalError for an app or an address not known."""
        self._check(asked)
        fields = "\n".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">'
            for name, text in asked.items()
        )
        return _PAGE.format(fields=fields)

    def decide(self, asked: Mapping[str, str]) -> str:
        """Return where the browser goes next, with a code or with a refusal."""
        self._check(asked)
        answer = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("decision") != "allow":
            return _with(asked["redirect_uri"], {"error": "access_denied", **answer})
        code = f"sandbox-code-{next(self._numbers):04d}"
        self._codes[code] = _Code(asked["redirect_uri"], self._clock.now() + CODE_LIFE)
        return _with(asked["redirect_uri"], {"code": code, **answer})

    def grant(self, form: Mapping[str, str]) -> Json:
        """Return tokens for a code or a refresh token. Raises: RefusalError."""
        if form.get("client_id") != CLIENT_ID:
            raise oauth(401, "server_error", error_description=_NO_CLIENT)
        if form.get("client_secret") != CLIENT_SECRET:
            raise oauth(401, "invalid_client", message="Client authentication failed")
        match form.get("grant_type"):
            case "authorization_code":
                return self._from_code(form)
            case "refresh_token":
                return self._from_refresh(form)
            case _:
                raise oauth(400, "unsupported_grant_type", message="The grant type is not supported.")

    def key_of(self, access_token: str) -> Key | None:
        """Return what an access token opens; None for one that is unknown, replaced or over."""
        for family in self._families.values():
            if family.access_token == access_token and self._clock.now() < family.expires_at:
                return Key()
        return None

    def _from_code(self, form: Mapping[str, str]) -> Json:
        code = self._codes.pop(form.get("code", ""), None)
        if (
            code is None
            or code.expires_at <= self._clock.now()
            or code.redirect_uri != form.get("redirect_uri")
        ):
            raise oauth(401, "server_error", error_description=_BAD_CODE)
        return self._issue(next(self._numbers))

    def _from_refresh(self, form: Mapping[str, str]) -> Json:
        used = form.get("refresh_token", "")
        number = self._refreshed.get(used)
        family = None if number is None else self._families.get(number)
        if number is None or family is None:
            raise oauth(400, "invalid_request", message=_BAD_REFRESH)
        if family.refresh_token != used:  # somebody has kept an old one: nobody knows who is who
            del self._families[number]
            raise oauth(400, "invalid_request", message=_BAD_REFRESH)
        return self._issue(number)

    def _issue(self, number: int) -> Json:
        serial = next(self._numbers)
        expires_at = self._clock.now() + timedelta(seconds=TOKEN_LIFE_S)
        family = _Family(f"sandbox-access-{serial:04d}", f"sandbox-refresh-{serial:04d}", expires_at)
        self._families[number] = family
        self._refreshed[family.refresh_token] = number
        return {
            "access_token": family.access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE_S,
            "refresh_token": family.refresh_token,
            "resources": [{"type": "property", "id": PROPERTY}],
        }

    def _check(self, asked: Mapping[str, str]) -> None:
        if asked.get("client_id") != CLIENT_ID:
            raise oauth(401, "server_error", error_description=_NO_CLIENT)
        uri = asked.get("redirect_uri", "")
        if uri not in self._redirect_uris and not _is_loopback(uri):
            raise no("The redirect URI is not the one of this app.", 400)
        if asked.get("response_type", "code") != "code":
            raise oauth(400, "unsupported_response_type", message="response_type must be code")


def _is_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK


def _with(uri: str, answer: Mapping[str, str]) -> str:
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}"
