"""The sandbox's identity server: the token endpoint, and a consent page with two buttons."""

import base64
import html
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from core.pms.vendors.apaleo.sandbox.clients import AURORA_ACCOUNT, CLIENT_SECRET, CLIENTS
from core.pms.vendors.apaleo.sandbox.tokens import LIFETIME, Issuer, Permit

_FORM: Final = "application/x-www-form-urlencoded"
_OFFLINE: Final = "offline_access"

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Apaleo (sandbox)</title>
<style>body{{font:16px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}}
button{{font:inherit;padding:.5rem 1.5rem;margin-right:1rem}}</style>
{content}</html>
"""
_QUESTION: Final = """<h1>Let Innkeeper in?</h1>
<p>This is a rehearsal: a pretended Apaleo on this machine.</p>
<p><b>{client}</b> asks for the account <b>{account}</b>:</p><ul>{scopes}</ul>
<form method="post">{hidden}
<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>
"""
_TROUBLE: Final = """<h1>Something went wrong</h1>
<p>Sorry! We could not process your request.</p><p>{error}</p>
"""
"""What a person gets who was sent here with a wrong question (apaleo/api#74)."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 as base64url: the only method here."""


class OAuthError(Exception):
    """The identity server refuses in one word."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class IdentityDesk:
    """Checks apps, people's consent, and what they hand in.

    People are sent back to this machine, or to one of `redirect_uris`, which must be met to the letter. Every
    consent must be asked for with PKCE: whether Apaleo demands it is not known.
    """

    def __init__(self, issuer: Issuer, redirect_uris: frozenset[str] = frozenset()) -> None:
        self._issuer = issuer
        self._redirect_uris = redirect_uris

    def token(self, content_type: str, authorization: str, body: bytes) -> dict[str, object]:
        """Answer `POST /connect/token`. Raises: OAuthError."""
        if content_type.partition(";")[0].strip().lower() != _FORM:
            raise OAuthError("invalid_request")
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        client_id = _client(authorization, form)
        client, wish = CLIENTS[client_id], form.get("grant_type")
        if wish == "client_credentials":
            if client.account is None or set(form.get("scope", "").split()) - client.scopes:
                raise OAuthError("invalid_scope")  # so it is said to a store app (apaleo/api#48)
            return self._answer(Permit(client_id, client.account, client.scopes))
        if wish not in {"authorization_code", "refresh_token"}:
            raise OAuthError("unsupported_grant_type")
        if not client.is_connect:
            raise OAuthError("unauthorized_client")
        if wish == "refresh_token":
            permit = self._issuer.renew(form.get("refresh_token", ""), client_id)
        else:
            permit = self._issuer.redeem(
                form.get("code", ""), client_id, form.get("redirect_uri", ""), form.get("code_verifier", "")
            )
        if permit is None:
            raise OAuthError("invalid_grant")
        return self._answer(permit)

    def consent_page(self, query: Mapping[str, str]) -> str:
        """Answer `GET /connect/authorize` with a page to press one of two buttons on. Raises: OAuthError."""
        self._check(query)
        content = _QUESTION.format(
            client=html.escape(query["client_id"]),
            account=AURORA_ACCOUNT,
            scopes="".join(f"<li>{html.escape(scope)}</li>" for scope in query["scope"].split()),
            hidden="".join(
                f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
                for name, value in query.items()
            ),
        )
        return _PAGE.format(content=content)

    def decide(self, form: Mapping[str, str]) -> str:
        """Return where the person is sent with the decision. Raises: OAuthError."""
        self._check(form)
        back = {"error": "access_denied"}
        if form.get("decision") == "allow":
            permit = Permit(form["client_id"], AURORA_ACCOUNT, frozenset(form["scope"].split()))
            code = self._issuer.code(permit, form["redirect_uri"], form["code_challenge"])
            back = {"code": code, "scope": form["scope"]}
        if "state" in form:
            back["state"] = form["state"]
        return f"{form['redirect_uri']}{'&' if '?' in form['redirect_uri'] else '?'}{urlencode(back)}"

    def _check(self, query: Mapping[str, str]) -> None:
        """Raise the word for why nobody can be asked for a consent like this."""
        client, uri = CLIENTS.get(query.get("client_id", "")), query.get("redirect_uri", "")
        is_known = uri in self._redirect_uris or _is_loopback(uri)
        if client is None or not client.is_connect or not is_known:
            raise OAuthError("unauthorized_client")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type")
        if not (scopes := set(query.get("scope", "").split())) or scopes - client.scopes:
            raise OAuthError("invalid_scope")
        is_s256 = query.get("code_challenge_method") == "S256"
        if not (is_s256 and _CHALLENGE.fullmatch(query.get("code_challenge", ""))):
            raise OAuthError("invalid_request")

    def _answer(self, permit: Permit) -> dict[str, object]:
        answer: dict[str, object] = {
            "access_token": self._issuer.token(permit),
            "expires_in": int(LIFETIME.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(sorted(permit.scopes)),
        }
        if _OFFLINE in permit.scopes:
            answer["refresh_token"] = self._issuer.refresh_token(permit)
        return answer


def trouble_page(error: str) -> str:
    """Return the page of somebody who was sent here with a wrong question."""
    return _PAGE.format(content=_TROUBLE.format(error=html.escape(error)))


def _client(authorization: str, form: Mapping[str, str]) -> str:
    """Return the app that calls, by Basic or by the form, as Apaleo allows both."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise OAuthError("invalid_client") from None
        client_id, secret = unquote_plus(client_id), unquote_plus(secret)
    if client_id not in CLIENTS or secret != CLIENT_SECRET:
        raise OAuthError("invalid_client")
    return client_id


def _is_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK
