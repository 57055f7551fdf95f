"""Who the token is, sockets, installing and uninstalling."""

import secrets

from bot.playground.slack.state import Json, Token
from bot.playground.slack.tickets import OAuthCode
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods


def api_test(call: Call) -> Json:
    """Answer whatever was said; fail as asked to."""
    if call.maybe("error"):
        raise ApiError(call.need("error"), args=call.args)
    return {"args": call.args}


def auth_test(call: Call) -> Json:
    """Say who the token belongs to."""
    world = call.standin.world
    if call.owner is None:
        return {"app_name": world.manifest.name, "app_id": world.app.id}
    team = world.teams[call.team_id]
    return {
        "url": f"{call.origin}/",
        "team": team.name,
        "user": world.people[call.installation.bot_user_id].name,
        "team_id": team.id,
        "user_id": call.installation.bot_user_id,
        "bot_id": call.installation.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """Hand out the address of a socket."""
    sockets = call.standin.sockets
    if sockets is None:
        raise ApiError("socket_mode_disabled")
    return {"url": f"{call.origin.replace('http', 'ws', 1)}/socket/{sockets.ticket()}"}


def auth_revoke(call: Call) -> Json:
    """End the token that calls; without tokens the app is no longer installed."""
    if call.flag("test"):
        return {"revoked": False}
    world = call.standin.world
    world.tokens[call.token or ""].revoked = True
    if not any(token.team_id == call.team_id and not token.revoked for token in world.tokens.values()):
        call.standin.uninstall(call.team_id)
    return {"revoked": True}


def apps_uninstall(call: Call) -> Json:
    """Take the app out of the workspace of the token."""
    _check_client(call, call.need("client_id"), call.need("client_secret"))
    call.standin.uninstall(call.team_id)
    return {}


def _check_client(call: Call, client_id: str, client_secret: str) -> None:
    app = call.standin.world.app
    if client_id != app.client_id:
        raise ApiError("invalid_client_id")
    if not secrets.compare_digest(client_secret.encode(), app.client_secret.encode()):
        raise ApiError("bad_client_secret")


def oauth_access(call: Call) -> Json:
    """Exchange a code, or a refresh token, for a bot token."""
    client_id, client_secret = call.basic or (call.maybe("client_id"), call.maybe("client_secret"))
    _check_client(call, client_id or "", client_secret or "")
    if call.maybe("grant_type") == "refresh_token":
        return _refresh(call)
    code = _use_code(call)
    world = call.standin.world
    installation = world.install(code.team_id, code.installer)
    return _grant(call, code.team_id) | {
        "token_type": "bot",
        "scope": ",".join(installation.scopes),
        "bot_user_id": installation.bot_user_id,
        "app_id": world.app.id,
        "team": {"id": code.team_id, "name": world.teams[code.team_id].name},
        "enterprise": None,
        "authed_user": {"id": code.installer},
        "is_enterprise_install": False,
    }


def _use_code(call: Call) -> OAuthCode:
    standin = call.standin
    code = standin.tickets.oauth_codes.get(call.maybe("code") or "")
    if code is None or standin.world.now() - code.issued_at > standin.lifetimes.oauth_code_s:
        raise ApiError("invalid_code")
    if code.is_used:
        raise ApiError("code_already_used")
    if (call.maybe("redirect_uri") or code.redirect_uri) != code.redirect_uri:
        raise ApiError("bad_redirect_uri")
    code.is_used = True
    return code


def _grant(call: Call, team_id: str) -> Json:
    """Issue a bot token; with rotation it ends after hours and a refresh token comes along."""
    world, lifetime = call.standin.world, call.standin.lifetimes.rotated_token_s
    if not world.manifest.rotates_tokens:
        token = _issue(call, Token(f"xoxb-{team_id}-{secrets.token_hex(12)}", team_id, "bot"))
        return {"access_token": token}
    bot = Token(f"xoxe.xoxb-{team_id}-{secrets.token_hex(12)}", team_id, "bot", world.now() + lifetime)
    refresh = Token(f"xoxe-{team_id}-{secrets.token_hex(12)}", team_id, "refresh")
    return {
        "access_token": _issue(call, bot),
        "refresh_token": _issue(call, refresh),
        "expires_in": int(lifetime),
    }


def _issue(call: Call, token: Token) -> str:
    call.standin.world.tokens[token.text] = token
    return token.text


def _refresh(call: Call) -> Json:
    world = call.standin.world
    token = world.tokens.get(call.need("refresh_token"))
    if token is None or token.kind != "refresh" or token.revoked:
        raise ApiError("invalid_refresh_token")
    token.revoked = True
    installation = world.installations[token.team_id]
    return _grant(call, token.team_id) | {
        "token_type": "bot",
        "scope": ",".join(installation.scopes),
        "bot_user_id": installation.bot_user_id,
        "app_id": world.app.id,
        "team": {"id": token.team_id, "name": world.teams[token.team_id].name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


METHODS: Methods = {
    "api.test": Method(api_test, token="none"),
    "auth.test": Method(auth_test, token="either"),
    "auth.revoke": Method(auth_revoke),
    "apps.connections.open": Method(connections_open, token="app"),
    "apps.uninstall": Method(apps_uninstall),
    "oauth.v2.access": Method(oauth_access, token="none"),
}
