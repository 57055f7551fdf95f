"""Who calls: a bearer token (JWT, HS256) names the person, the hotel and the role; nothing else does."""

import re
from dataclasses import dataclass
from typing import Any, Final

import jwt

from bot.api.problems import ProblemError
from core.domain.access import Person, Role, TenantContext
from core.domain.secret import Secret

ALGORITHM: Final = "HS256"
"""The only one: which algorithm counts is never the token's own word."""
LEEWAY_S: Final = 10
"""How far the clock of whoever makes the tokens may be off."""
MAX_TOKEN: Final = 4096
CLAIMS: Final = ("exp", "sub", "hotelId", "role")

_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,60}")
_HOTEL: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")
_ROLES: Final = {role.name.lower(): role for role in Role}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token names: the key to the hotel's rows, and the role it vouches for."""

    tenant: TenantContext
    role: Role

    @property
    def name(self) -> str:
        """The caller in one word, for what is counted and kept by caller."""
        assert self.tenant.person is not None, "a token always names somebody"
        return f"{self.tenant.hotel_id}/{self.tenant.person.user_id}"


class TokenReader:
    """Tells who calls. Issuer and audience are only looked at where they were configured."""

    def __init__(self, secret: Secret, issuer: str = "", audience: str = "") -> None:
        self._secret = secret
        self._issuer = issuer or None
        self._audience = audience or None

    def read(self, header: str | None) -> Caller:
        """Return whom the `Authorization` header names.

        Raises: ProblemError (401), which says no more than that.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _refused()
        claims = self._claims(token.strip())
        subject, hotel_id, role = (claims.get(name) for name in ("sub", "hotelId", "role"))
        if not (isinstance(subject, str) and _SUBJECT.fullmatch(subject)):
            raise _refused("invalid_token")
        if not (isinstance(hotel_id, str) and _HOTEL.fullmatch(hotel_id)):
            raise _refused("invalid_token")
        if not (isinstance(role, str) and role.lower() in _ROLES):
            raise _refused("invalid_token")
        held = _ROLES[role.lower()]
        return Caller(TenantContext(hotel_id, Person.of_token(subject), held), held)

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > MAX_TOKEN:
            raise _refused("invalid_token")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret.reveal(),
                algorithms=[ALGORITHM],
                leeway=LEEWAY_S,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": list(CLAIMS), "verify_aud": self._audience is not None},
            )
        except (jwt.InvalidTokenError, ValueError, OverflowError, RecursionError):
            # Whatever garbage breaks it is garbage. Which check it failed is nobody's business.
            raise _refused("invalid_token") from None
        return claims


def _refused(error: str = "") -> ProblemError:
    said = f', error="{error}"' if error else ""
    challenge = {"WWW-Authenticate": f'Bearer realm="innkeeper"{said}'}
    return ProblemError(401, "Send a valid bearer token.", headers=challenge)
