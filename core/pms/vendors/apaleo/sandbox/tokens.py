"""The sandbox's tokens: what was given to whom, until when, and in whose place a refresh token stands."""

import base64
import hashlib
import itertools
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from core.domain.clock import Clock

LIFETIME: Final = timedelta(seconds=3600)
"""Seen in a real token (apaleo/api#136)."""
CODE_LIFETIME: Final = timedelta(minutes=5)
"""From the words of Apaleo's own error page (apaleo/api#429)."""

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, 4.1."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a token stands for; `family` is the consent that it goes back to, None for a custom app."""

    client_id: str
    account: str
    scopes: frozenset[str]
    family: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code: for one client, one way back, and whoever knows what was hashed."""

    permit: Permit
    redirect_uri: str
    challenge: str
    expires_at: datetime


class Issuer:
    """Gives out tokens and takes them back.

    A refresh token is good once: a new one comes with each use, and a second use of an old one ends the whole
    consent. Whether Apaleo does so is not known; a sandbox had better be the stricter.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._tokens: dict[str, tuple[Permit, datetime]] = {}
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, Permit] = {}
        self._used: dict[str, Permit] = {}

    def token(self, permit: Permit) -> str:
        """Give out an access token."""
        text = self._made("access")
        self._tokens[text] = (permit, self._clock.now() + LIFETIME)
        return text

    def permit_of(self, token: str) -> Permit | None:
        """Return what an access token stands for; None when it is unknown or has ended."""
        permit, ends_at = self._tokens.get(token, (None, self._clock.now()))
        return permit if ends_at > self._clock.now() else None

    def code(self, permit: Permit, redirect_uri: str, challenge: str) -> str:
        """Give out an authorization code; every consent is a family of tokens of its own."""
        text, family = self._made("code"), next(self._numbers)
        ends_at = self._clock.now() + CODE_LIFETIME
        self._codes[text] = Code(replace(permit, family=family), redirect_uri, challenge, ends_at)
        return text

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Permit | None:
        """Take a code back, once; None when anything about it is wrong."""
        found = self._codes.pop(code, None)
        if found is None or found.expires_at <= self._clock.now():
            return None
        if (found.permit.client_id, found.redirect_uri) != (client_id, redirect_uri):
            return None
        is_same = _VERIFIER.fullmatch(verifier) and challenge_of(verifier) == found.challenge
        return found.permit if is_same else None

    def refresh_token(self, permit: Permit) -> str:
        """Give out a refresh token."""
        text = self._made("refresh")
        self._refresh[text] = permit
        return text

    def renew(self, refresh_token: str, client_id: str) -> Permit | None:
        """Take a refresh token back; one that was used before ends all that came of the same consent."""
        if (stolen := self._used.get(refresh_token)) is not None:
            self._end(stolen.family)
            return None
        permit = self._refresh.get(refresh_token)
        if permit is None or permit.client_id != client_id:
            return None
        self._used[refresh_token] = self._refresh.pop(refresh_token)
        return permit

    def _end(self, family: int | None) -> None:
        self._refresh = {text: permit for text, permit in self._refresh.items() if permit.family != family}
        self._tokens = {text: held for text, held in self._tokens.items() if held[0].family != family}

    def _made(self, kind: str) -> str:
        return f"sandbox-{kind}-{next(self._numbers):06d}"


def challenge_of(verifier: str) -> str:
    """Return what PKCE's S256 makes of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
