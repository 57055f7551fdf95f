"""Tokens, scopes and ways of writing a Web API call."""

import json
from typing import Any

import aiohttp
import pytest

from bot.playground.slack.seed import SISTER, hotel_seed
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Token
from tests.bot.playground.slack.conftest import Api

BOT = hotel_seed().bot_token("T0INN")
APP = hotel_seed().app.app_token


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-somebody-else", "invalid_auth"),
        ("users.list", APP, "not_allowed_token_type"),
        ("apps.connections.open", BOT, "not_allowed_token_type"),
        ("apps.connections.open", "xapp-wrong", "invalid_auth"),
        ("chat.sendEverything", BOT, "unknown_method"),
    ],
)
async def test_a_call_without_the_right_token_is_refused(
    api: Api, method: str, token: str | None, error: str
) -> None:
    """Slack's word says whether there was no token, a wrong one, or one of the wrong kind."""
    assert (await api(method, token=token))["error"] == error


async def test_a_token_says_who_it_belongs_to(api: Api) -> None:
    """auth.test tells two workspaces' tokens apart, and knows the app's own."""
    hotel, sister = await api("auth.test"), await api("auth.test", token=hotel_seed().bot_token(SISTER))
    assert (hotel["team_id"], hotel["user_id"], hotel["bot_id"]) == ("T0INN", "U0INNAPP", "B0INNAPP")
    assert (sister["team_id"], sister["user_id"]) == ("T0SEA", "U0SEAAPP")
    assert (await api("auth.test", token=APP))["app_id"] == "A0INNKEEPER"


async def test_a_token_reaches_its_own_workspace_only(api: Api) -> None:
    """Another workspace's channel and people do not exist for it."""
    token = hotel_seed().bot_token(SISTER)
    posted = await api("chat.postMessage", token=token, channel="C0FRONTDESK", text="Hello")
    found = await api("users.info", token=token, user="U0ADA")
    assert (posted["error"], found["error"]) == ("channel_not_found", "user_not_found")


async def test_a_missing_scope_is_named(api: Api, standin: Standin) -> None:
    """The answer says which scope would do and which are held; the header lists them too."""
    standin.world.installations["T0INN"].scopes = ["chat:write"]
    assert await api("users.info", user="U0ADA") == {
        "ok": False,
        "error": "missing_scope",
        "needed": "users:read",
        "provided": "chat:write",
    }


@pytest.mark.parametrize("form", ["json", "form", "query", "get"])
async def test_arguments_may_be_written_in_every_way_of_the_sdk(
    http: aiohttp.ClientSession, form: str
) -> None:
    """JSON, a form with JSON inside, and the query all say the same."""
    blocks = [{"type": "divider"}]
    bearer = {"authorization": f"Bearer {BOT}"}
    nested = {"channel": "C0FRONTDESK", "text": "Hello", "blocks": json.dumps(blocks)}
    requests: dict[str, dict[str, Any]] = {
        "json": {"method": "POST", "json": {**nested, "blocks": blocks}, "headers": bearer},
        "form": {"method": "POST", "data": {**nested, "token": BOT}},
        "query": {"method": "POST", "params": nested, "headers": bearer},
        "get": {"method": "GET", "params": {**nested, "token": BOT}},
    }
    async with http.request(url="/api/chat.postMessage", **requests[form]) as answer:
        body = await answer.json()
    assert body["ok"], body
    assert body["message"]["blocks"][0]["type"] == "divider"
    assert answer.headers["x-oauth-scopes"].startswith("app_mentions:read,")


@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        ("{", "application/json", "invalid_json"),
        ("[]", "application/json", "json_not_object"),
        ("a", "text/csv", "invalid_post_type"),
        ("blocks=%5B", "application/x-www-form-urlencoded", "invalid_blocks_format"),
    ],
)
async def test_unreadable_bodies_are_refused(
    http: aiohttp.ClientSession, data: str, kind: str, error: str
) -> None:
    """Slack has a word for each kind of nonsense."""
    headers = {"content-type": kind, "authorization": f"Bearer {BOT}"}
    url = "/api/chat.postMessage?channel=C0FRONTDESK"
    async with http.post(url, data=data, headers=headers) as answer:
        assert (await answer.json())["error"] == error


async def test_a_test_call_repeats_what_was_said(api: Api) -> None:
    """api.test needs no token and fails when asked to."""
    assert (await api("api.test", token=None, foo="bar"))["args"] == {"foo": "bar"}
    assert (await api("api.test", token=None, error="my_error"))["error"] == "my_error"


async def test_revoking_the_last_token_uninstalls(api: Api, standin: Standin) -> None:
    """A test run changes nothing; the real one ends the token, and without tokens the app is gone."""
    assert (await api("auth.revoke", test="1"))["revoked"] is False
    assert (await api("auth.revoke"))["revoked"] is True
    assert (await api("auth.test"))["error"] == "account_inactive"
    assert standin.world.installation("T0INN") is None


async def test_revoking_one_of_two_tokens_leaves_the_other(api: Api, standin: Standin) -> None:
    """The revoked one is told apart from one that never was."""
    standin.world.tokens["xoxb-other"] = Token("xoxb-other", "T0INN", "bot")
    await api("auth.revoke")
    assert (await api("auth.test"))["error"] == "token_revoked"
    assert (await api("auth.test", token="xoxb-other"))["ok"]


async def test_uninstalling_needs_the_apps_own_secret(api: Api, standin: Standin) -> None:
    """A wrong client secret changes nothing."""
    app = standin.world.app
    refused = await api("apps.uninstall", client_id=app.client_id, client_secret="wrong")
    assert refused["error"] == "bad_client_secret"
    assert (await api("apps.uninstall", client_id=app.client_id, client_secret=app.client_secret))["ok"]
    assert standin.world.installation("T0INN") is None
