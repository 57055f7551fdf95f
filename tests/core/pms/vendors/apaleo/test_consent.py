"""The sandbox's consent page and its tokens, walked through as a person's browser and our app do it."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from core.pms.vendors.apaleo.sandbox import CLIENT_ID, CLIENT_SECRET, CONNECT_CLIENT_ID, create_sandbox
from core.pms.vendors.apaleo.sandbox.tokens import CODE_LIFETIME, LIFETIME, challenge_of
from core.pms.vendors.apaleo.wire import ACCOUNT, AUTHORIZE_PATH, CONSENT_SCOPES, TOKEN_PATH
from tests.core.pms.benches.apaleo import bench
from tests.core.pms.contract import BenchClock
from tests.core.pms.vendors.apaleo.browsing import Browser

VERIFIER = "a-verifier-of-rfc-7636-length." + "0123456789abcdef"
CALLBACK = "http://127.0.0.1:3000/oauth/apaleo/callback"
PUBLIC = "https://bot.example.com/oauth/apaleo/callback"
QUESTION = {
    "response_type": "code",
    "client_id": CONNECT_CLIENT_ID,
    "redirect_uri": CALLBACK,
    "scope": " ".join(CONSENT_SCOPES),
    "state": "state-1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}
ANSWER = {
    "grant_type": "authorization_code",
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
}


class Apaleo:
    """A sandbox with a person's browser and our app in front of it."""

    def __init__(self) -> None:
        opened = bench()
        self.clock: BenchClock = opened.clock
        app = create_sandbox(
            opened.hotel, faults=opened.faults, clock=opened.clock, redirect_uris=frozenset({PUBLIC})
        )
        self.browser = Browser(app)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

    async def ask(self, **changes: str) -> int:
        """Open the consent page with these changes to a good question, of which "" takes a part away."""
        asked = {name: text for name, text in {**QUESTION, **changes}.items() if text}
        return await self.browser.open(f"{AUTHORIZE_PATH}?{urlencode(asked)}")

    async def code(self, **changes: str) -> str:
        """Return the code of somebody who said yes."""
        assert await self.ask(**changes) == 200
        return (await self.browser.press("Allow"))["code"]

    async def token(self, app: str = CONNECT_CLIENT_ID, **form: str) -> httpx.Response:
        """Ask the token endpoint."""
        return await self.client.post(TOKEN_PATH, data=form, auth=(app, CLIENT_SECRET))

    async def granted(self, **form: str) -> dict[str, Any]:
        """Return tokens, which must be given."""
        found = await self.token(**form)
        assert found.status_code == 200, found.text
        body: dict[str, Any] = found.json()
        return body

    async def reads(self, access_token: str) -> bool:
        """Say whether a token opens the API."""
        found = await self.client.get(ACCOUNT.path, headers={"Authorization": f"Bearer {access_token}"})
        return found.status_code == 200


@pytest.fixture
async def apaleo() -> AsyncIterator[Apaleo]:
    """A sandbox in whose account our store app is known."""
    opened = Apaleo()
    async with opened.browser, opened.client:
        yield opened


def assert_refused(found: httpx.Response, word: str) -> None:
    """Fail unless the token endpoint said this one word."""
    assert (found.status_code, found.json()) == (400, {"error": word})


async def test_a_person_sees_who_asks_for_what_and_comes_back_with_a_code(apaleo: Apaleo) -> None:
    assert await apaleo.ask() == 200
    for told in (CONNECT_CLIENT_ID, "AURO", "rehearsal", *CONSENT_SCOPES):
        assert told in apaleo.browser.page.says
    back = await apaleo.browser.press("Allow")
    assert apaleo.browser.sent_to == CALLBACK
    assert back == {"code": back["code"], "scope": QUESTION["scope"], "state": "state-1"}
    tokens = await apaleo.granted(**ANSWER, code=back["code"])
    assert tokens == {
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": " ".join(sorted(CONSENT_SCOPES)),
    }
    assert await apaleo.reads(tokens["access_token"])


async def test_a_person_who_says_no_is_sent_back_without_a_code(apaleo: Apaleo) -> None:
    await apaleo.ask()
    assert await apaleo.browser.press("Deny") == {"error": "access_denied", "state": "state-1"}
    assert apaleo.browser.sent_to == CALLBACK


async def test_no_state_is_no_state(apaleo: Apaleo) -> None:
    await apaleo.ask(state="")
    assert (await apaleo.browser.press("Deny")) == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"client_id": "NOBO-AC-NOBODY"}, "unauthorized_client"),
        ({"client_id": CLIENT_ID}, "unauthorized_client"),
        ({"redirect_uri": "https://elsewhere.example.com/oauth/apaleo/callback"}, "unauthorized_client"),
        ({"redirect_uri": PUBLIC + "/"}, "unauthorized_client"),
        ({"redirect_uri": "javascript:alert(1)//127.0.0.1"}, "unauthorized_client"),
        ({"redirect_uri": "http://127.0.0.1@elsewhere.example.com/"}, "unauthorized_client"),
        ({"redirect_uri": "http://[::1"}, "unauthorized_client"),
        ({"redirect_uri": ""}, "unauthorized_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": QUESTION["scope"] + " reservations.manage"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
    ],
)
async def test_a_wrong_question_ends_on_a_page_of_its_own_and_nobody_is_sent_anywhere(
    apaleo: Apaleo, changes: dict[str, str], word: str
) -> None:
    """As at Apaleo, which calls an address that is not the app's to the letter `unauthorized_client`."""
    assert await apaleo.ask(**changes) == 400
    assert word in apaleo.browser.page.says
    assert not apaleo.browser.page.buttons
    asked = {name: text for name, text in {**QUESTION, **changes}.items() if text}
    posted = await apaleo.client.post(AUTHORIZE_PATH, data={**asked, "decision": "allow"})
    assert (posted.status_code, "location" in posted.headers) == (400, False)


@pytest.mark.parametrize("address", [CALLBACK, PUBLIC, "https://localhost:8443/back?from=apaleo"])
async def test_people_are_sent_back_to_this_machine_or_to_a_declared_address(
    apaleo: Apaleo, address: str
) -> None:
    code = await apaleo.code(redirect_uri=address)
    assert apaleo.browser.sent_to == address.partition("?")[0]
    assert await apaleo.granted(**{**ANSWER, "redirect_uri": address}, code=code)


async def test_an_address_with_a_query_keeps_it(apaleo: Apaleo) -> None:
    await apaleo.ask(redirect_uri=f"{CALLBACK}?from=apaleo")
    back = await apaleo.browser.press("Deny")
    assert back == {"from": "apaleo", "error": "access_denied", "state": "state-1"}


async def test_what_a_stranger_puts_into_the_question_stays_text(apaleo: Apaleo) -> None:
    hostile = '"><script>alert(1)</script>'
    await apaleo.ask(state=hostile)
    assert apaleo.browser.page.hidden["state"] == hostile
    assert (await apaleo.browser.press("Allow"))["state"] == hostile


# The code


async def test_a_code_is_good_once(apaleo: Apaleo) -> None:
    code = await apaleo.code()
    await apaleo.granted(**ANSWER, code=code)
    assert_refused(await apaleo.token(**ANSWER, code=code), "invalid_grant")


async def test_a_code_is_good_for_five_minutes(apaleo: Apaleo) -> None:
    assert timedelta(minutes=5) == CODE_LIFETIME
    early, late = await apaleo.code(), await apaleo.code()
    apaleo.clock.advance(299)
    await apaleo.granted(**ANSWER, code=early)
    apaleo.clock.advance(1)
    assert_refused(await apaleo.token(**ANSWER, code=late), "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "sandbox-code-000099"},
        {"code": ""},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": ""},
        {"code_verifier": ""},
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": challenge_of(VERIFIER)},
    ],
    ids=[
        "another-code",
        "no-code",
        "another-address",
        "no-address",
        "no-proof",
        "wrong-proof",
        "the-question",
    ],
)
async def test_a_code_is_only_for_whoever_can_prove_to_have_asked(
    apaleo: Apaleo, changes: Mapping[str, str]
) -> None:
    form = {**ANSWER, "code": await apaleo.code(), **changes}
    assert_refused(await apaleo.token(**form), "invalid_grant")


async def test_a_proof_shorter_than_the_standard_asks_for_is_none(apaleo: Apaleo) -> None:
    code = await apaleo.code(code_challenge=challenge_of("short"))
    form = {**ANSWER, "code": code, "code_verifier": "short"}
    assert_refused(await apaleo.token(**form), "invalid_grant")


async def test_a_hotels_own_app_has_no_consents(apaleo: Apaleo) -> None:
    code = await apaleo.code()
    assert_refused(await apaleo.token(CLIENT_ID, **ANSWER, code=code), "unauthorized_client")
    refresh = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-000001"}
    assert_refused(await apaleo.token(CLIENT_ID, **refresh), "unauthorized_client")


# The tokens


async def test_a_token_ends_after_an_hour(apaleo: Apaleo) -> None:
    assert timedelta(hours=1) == LIFETIME
    token = (await apaleo.granted(**ANSWER, code=await apaleo.code()))["access_token"]
    apaleo.clock.advance(3599)
    assert await apaleo.reads(token)
    apaleo.clock.advance(1)
    assert not await apaleo.reads(token)


async def test_a_refresh_token_is_replaced_when_it_is_used(apaleo: Apaleo) -> None:
    first = await apaleo.granted(**ANSWER, code=await apaleo.code())
    second = await apaleo.granted(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert {first["refresh_token"], first["access_token"]}.isdisjoint(second.values())
    assert await apaleo.reads(second["access_token"])
    third = await apaleo.granted(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert await apaleo.reads(third["access_token"])


async def test_a_refresh_token_that_is_used_twice_ends_the_consent_and_no_other(apaleo: Apaleo) -> None:
    first = await apaleo.granted(**ANSWER, code=await apaleo.code())
    other = await apaleo.granted(**ANSWER, code=await apaleo.code())
    second = await apaleo.granted(grant_type="refresh_token", refresh_token=first["refresh_token"])
    for stolen in (first, second):
        again = await apaleo.token(grant_type="refresh_token", refresh_token=stolen["refresh_token"])
        assert_refused(again, "invalid_grant")
        assert not await apaleo.reads(stolen["access_token"])
    assert await apaleo.reads(other["access_token"])
    assert await apaleo.granted(grant_type="refresh_token", refresh_token=other["refresh_token"])


async def test_a_refresh_token_nobody_gave_out_is_refused(apaleo: Apaleo) -> None:
    found = await apaleo.token(grant_type="refresh_token", refresh_token="sandbox-refresh-000099")
    assert_refused(found, "invalid_grant")


async def test_without_offline_access_there_is_no_refresh_token(apaleo: Apaleo) -> None:
    tokens = await apaleo.granted(**ANSWER, code=await apaleo.code(scope="reservations.read"))
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "reservations.read"
