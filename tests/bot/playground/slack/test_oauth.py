"""Installing the app in a browser, and tokens that rotate."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.playground.slack.seed import HOTEL, hotel_seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.conftest import Api, manifest_with
from tests.bot.playground.slack.tiny_bot import QUICK, Json
from tests.clock import FakeClock

BACK = "http://127.0.0.1:8000/slack/oauth_redirect"
CLIENT = {"client_id": hotel_seed().app.client_id, "client_secret": hotel_seed().app.client_secret}


def rotating() -> Json:
    """Return a manifest whose tokens rotate and whose redirect address is registered."""
    manifest = manifest_with()
    manifest["settings"]["token_rotation_enabled"] = True
    manifest["oauth_config"]["redirect_urls"] = ["http://127.0.0.1:8000/slack"]
    return manifest


@pytest.fixture
async def server(hour: FakeClock) -> AsyncIterator[tuple[Standin, str]]:
    """A stand-in whose second hotel has not installed the app yet, with rotating tokens."""
    seed = hotel_seed(installed=(HOTEL,))
    app = create_standin(seed=seed, clock=hour, manifest=rotating(), lifetimes=QUICK)
    async with serve(app) as base_url:
        yield standin_of(app), base_url


def question(**changes: str) -> dict[str, str]:
    """Return what the app sends a person to the authorise page with."""
    return {
        "client_id": CLIENT["client_id"],
        "scope": "chat:write,commands",
        "redirect_uri": BACK,
        "state": "s1",
        "team": "T0SEA",
        **changes,
    }


async def decide(http: aiohttp.ClientSession, answer: str = "allow", **changes: str) -> dict[str, list[str]]:
    """Go through the page as a browser would; return what the app is sent back with."""
    query = question(**changes)
    async with http.get("/oauth/v2/authorize", params=query) as page:
        text = await page.text()
        assert page.status == 200, text
    proof = re.search(r'name="proof" value="([^"]+)"', text)
    chosen = re.search(r'value="([^"]+)" selected', text)
    assert proof
    assert chosen
    form = {"proof": proof[1], "team": chosen[1], "answer": answer}
    async with http.post("/oauth/v2/authorize", params=query, data=form, allow_redirects=False) as gone:
        assert gone.status == 302
        address = urlsplit(gone.headers["location"])
    assert address.geturl().startswith(BACK)
    return parse_qs(address.query)


async def exchange(api: Api, **args: Any) -> Json:
    """Call oauth.v2.access as the app."""
    return await api("oauth.v2.access", token=None, **{**CLIENT, **args})


async def test_allowing_installs_the_app(http: aiohttp.ClientSession, api: Api, standin: Standin) -> None:
    """The code buys a token for that workspace, once; the state comes back untouched."""
    back = await decide(http)
    assert back["state"] == ["s1"]
    granted = await exchange(api, code=back["code"][0], redirect_uri=BACK)
    assert {name: granted[name] for name in ("team", "bot_user_id", "authed_user", "token_type")} == {
        "team": {"id": "T0SEA", "name": "Hotel Seaview"},
        "bot_user_id": "U0SEAAPP",
        "authed_user": {"id": "U0FINN"},
        "token_type": "bot",
    }
    assert (await api("auth.test", token=granted["access_token"]))["team_id"] == "T0SEA"
    assert (await exchange(api, code=back["code"][0]))["error"] == "code_already_used"


async def test_denying_says_so(http: aiohttp.ClientSession, standin: Standin) -> None:
    """No code, and the reason."""
    assert await decide(http, "deny") == {"error": ["access_denied"], "state": ["s1"]}
    assert standin.world.installation("T0SEA") is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri: loopback only"),
        ({"redirect_uri": "http://127.0.0.1:8000@evil.example/"}, "bad_redirect_uri: loopback only"),
        ({"redirect_uri": "http://127.0.0.1:8000/other"}, "bad_redirect_uri"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "chat:write,admin"}, "invalid_scope: admin"),
    ],
)
async def test_a_wrong_question_is_not_asked(
    http: aiohttp.ClientSession, changes: dict[str, str], problem: str
) -> None:
    """The page says what is wrong instead."""
    async with http.get("/oauth/v2/authorize", params=question(**changes)) as page:
        assert (page.status, (await page.text()).startswith(problem)) == (400, True)


async def test_an_answer_needs_the_page_s_proof(http: aiohttp.ClientSession, standin: Standin) -> None:
    """Another site cannot press Allow."""
    form = {"proof": "guess", "team": "T0SEA", "answer": "allow"}
    async with http.post("/oauth/v2/authorize", params=question(), data=form) as page:
        assert page.status == 400
    assert standin.tickets.oauth_codes == {}


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"client_id": "9.9", "code": "a"}, "invalid_client_id"),
        ({"client_secret": "wrong", "code": "a"}, "bad_client_secret"),
        ({"code": "guess"}, "invalid_code"),
        ({"grant_type": "refresh_token", "refresh_token": "xoxe-guess"}, "invalid_refresh_token"),
    ],
)
async def test_a_wrong_exchange_is_refused(api: Api, args: Json, error: str) -> None:
    """Slack's word says what was wrong."""
    assert (await exchange(api, **args))["error"] == error


async def test_a_code_lives_ten_minutes_and_for_its_address(
    http: aiohttp.ClientSession, api: Api, hour: FakeClock
) -> None:
    """Another redirect_uri does not fit, and later it is unknown."""
    code = (await decide(http))["code"][0]
    assert (await exchange(api, code=code, redirect_uri=f"{BACK}2"))["error"] == "bad_redirect_uri"
    hour.advance(601)
    assert (await exchange(api, code=code, redirect_uri=BACK))["error"] == "invalid_code"


async def test_rotating_tokens_end_and_renew_once(
    http: aiohttp.ClientSession, api: Api, hour: FakeClock
) -> None:
    """After twelve hours the token is expired; a refresh token works a single time."""
    first = await exchange(api, code=(await decide(http))["code"][0])
    assert first["expires_in"] == 43_200
    hour.advance(43_201)
    assert (await api("auth.test", token=first["access_token"]))["error"] == "token_expired"
    renew = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await exchange(api, **renew)
    assert (await api("auth.test", token=second["access_token"]))["ok"]
    assert (await exchange(api, **renew))["error"] == "invalid_refresh_token"
    assert second["refresh_token"] != first["refresh_token"]
