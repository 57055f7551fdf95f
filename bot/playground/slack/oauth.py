"""Installing the app in a browser, as far as a bot's own install flow needs it."""

import html
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.playground.slack.http_delivery import LOOPBACK
from bot.playground.slack.standin import Standin
from bot.playground.slack.tickets import OAuthCode

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Install {app}</title>
<h1>Install {app}</h1>
<p>{app} asks to be allowed: {scopes}.</p>
<form method="post">
<input type="hidden" name="proof" value="{proof}">
<p><label>Workspace <select name="team">{teams}</select></label></p>
<p><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></p>
</form></html>
"""


class OAuthPages:
    """Asks a person whether the app may be installed, and sends them back to the app."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin
        self._proof = secrets.token_urlsafe(24)

    async def ask(self, request: Request) -> Response:
        """Show the question."""
        problem = self._problem(request.query_params)
        if problem:
            return PlainTextResponse(problem, 400)
        world = self._standin.world
        chosen = request.query_params.get("team")
        teams = "".join(
            f'<option value="{html.escape(team.id)}"{" selected" if team.id == chosen else ""}>'
            f"{html.escape(team.name)}</option>"
            for team in world.teams.values()
        )
        return HTMLResponse(
            PAGE.format(
                app=html.escape(world.manifest.name),
                scopes=html.escape(request.query_params.get("scope", "")),
                proof=self._proof,
                teams=teams,
            )
        )

    async def answer(self, request: Request) -> Response:
        """Take the answer and go back to the app with a code, or without."""
        problem = self._problem(request.query_params)
        form = await request.form()
        if problem or not secrets.compare_digest(_field(form, "proof"), self._proof):
            return PlainTextResponse(problem or "This page is too old.", 400)
        team = self._standin.world.teams.get(_field(form, "team"))
        redirect_uri = request.query_params["redirect_uri"]
        back = {"state": request.query_params.get("state", "")}
        if team is None or _field(form, "answer") != "allow":
            return _redirect(redirect_uri, {"error": "access_denied", **back})
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(24)}"
        owner = next(person.id for person in self._standin.world.people.values() if person.team_id == team.id)
        self._standin.tickets.oauth_codes[code] = OAuthCode(
            team.id, owner, redirect_uri, self._standin.world.now()
        )
        return _redirect(redirect_uri, {"code": code, **back})

    def _problem(self, query: Mapping[str, str]) -> str | None:
        """Return why the app may not even ask."""
        world = self._standin.world
        redirect_uri = query.get("redirect_uri", "")
        registered = world.manifest.redirect_urls
        if query.get("client_id") != world.app.client_id:
            return "invalid_client_id"
        if urlsplit(redirect_uri).hostname not in LOOPBACK:
            return "bad_redirect_uri: loopback only"
        if registered and not redirect_uri.startswith(registered):
            return "bad_redirect_uri"
        asked = set(query.get("scope", "").split(",")) - {""}
        if not asked:
            return "no_scopes"
        unknown = asked - set(world.manifest.scopes)
        return f"invalid_scope: {', '.join(sorted(unknown))}" if unknown else None


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _redirect(uri: str, query: Mapping[str, str]) -> Response:
    joint = "&" if "?" in uri else "?"
    return RedirectResponse(f"{uri}{joint}{urlencode(query)}", 302)
