"""The whole way through the sandbox's own consent page: allowed or not, exchanged, renewed, ended."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.guard import AddressPolicy
from core.pms.sandbox.faults import Fault
from core.pms.tokens import Grant
from core.pms.vendor import Access
from core.pms.vendors.cloudbeds.adapter import CloudbedsAdapter
from core.pms.vendors.cloudbeds.consent import AUTHORIZATION, Renewal, consent_url, exchange
from core.pms.vendors.cloudbeds.sandbox import CLIENT_ID, CLIENT_SECRET
from core.pms.vendors.cloudbeds.sandbox.app import create_sandbox
from core.pms.vendors.cloudbeds.wire import PREFIX
from tests.core.pms.benches.cloudbeds import bench
from tests.core.pms.contract import Bench, ListeningClient, read_all
from tests.core.pms.serving import serve
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.cloudbeds.scripted import APPS, REQUEST, RETURN

ASKED = {"client_id": CLIENT_ID, "redirect_uri": RETURN, "response_type": "code", "state": "state-1"}
EIGHT_HOURS_S = 28_800


class Page(HTMLParser):
    """The form on a page: its hidden fields, its buttons, and any tag that a form has no use for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.buttons: dict[str, str] = {}
        self.tags: set[str] = set()
        self._button = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        if tag == "input":
            self.fields[named["name"]] = named["value"]
        self._button = named.get("value", "") if tag == "button" else ""

    def handle_data(self, data: str) -> None:
        if self._button:
            self.buttons[data.strip()] = self._button
            self._button = ""


@dataclass
class House:
    """A sandbox that is served, our line to it, and the browser of somebody who works there."""

    bench: Bench
    address: str
    client: ListeningClient
    browser: httpx.AsyncClient

    def access(self, grant: Grant | None = None, app: Mapping[str, Secret] | None = None) -> Access:
        """Return what the adapter needs, with the tokens that a consent has brought."""
        given = {"access_token": grant.access_token, "refresh_token": grant.refresh_token} if grant else {}
        return Access(
            values={},
            secrets={name: token for name, token in given.items() if token},
            client=self.client,
            clock=self.bench.clock,
            addresses={"CLOUDBEDS_URL": self.address},
            apps={**APPS, **(app or {})},
        )

    async def press(self, button: str, url: str) -> dict[str, str]:
        """Open the page, press a button on it, and return what is carried back to our own address."""
        page = Page((await self.browser.get(url)).text)
        sent = await self.browser.post(url, data={**page.fields, "decision": page.buttons[button]})
        assert sent.status_code == 303
        parts = urlsplit(sent.headers["location"])
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == RETURN
        return dict(parse_qsl(parts.query))

    async def code(self) -> str:
        """Return a fresh code of somebody who let us in."""
        return (await self.press("Allow Access", consent_url(self.access(), REQUEST)))["code"]

    async def grant(self) -> Grant:
        """Return the tokens of a fresh consent."""
        return await exchange(self.access(), await self.code(), REQUEST)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house; whatever is said on our line is held against Cloudbeds's specification at the end."""
    opened = bench()
    async with serve(opened.app) as address, httpx.AsyncClient() as browser:
        policy = AddressPolicy("development", (urlsplit(address).netloc,))
        client = ListeningClient(policy, opened.faults)
        yield House(opened, address, client, browser)
        await client.aclose()
    for call in client.calls:
        opened.check_call(call)
    for call, given in client.answers:
        opened.check_answer(call, given)


# There and back


async def test_whoever_lets_us_in_is_sent_back_with_a_code_and_the_hotel_can_be_read(house: House) -> None:
    url = consent_url(house.access(), REQUEST)
    back = await house.press("Allow Access", url)
    assert back.keys() == {"code", "state"}
    assert back["state"] == REQUEST.state
    grant = await AUTHORIZATION.exchange(house.access(), back["code"], REQUEST)
    assert (grant.expires_in_s, bool(grant.refresh_token)) == (EIGHT_HOURS_S, True)
    adapter = CloudbedsAdapter(house.access(grant))
    assert await adapter.identify() == house.bench.identity
    assert await adapter.overview() == house.bench.overview
    for entity in Entity:
        assert records_of(await read_all(adapter, entity)) == house.bench.records(entity)
    assert sum("access_token" in call.url for call in house.client.calls) == 1


async def test_whoever_does_not_let_us_in_is_sent_back_too(house: House) -> None:
    back = await house.press("Deny", consent_url(house.access(), REQUEST))
    assert back == {"error": "access_denied", "state": REQUEST.state}


async def test_the_page_says_who_asks_for_what_and_nothing_in_it_is_run(house: House) -> None:
    state = '"><script>alert(1)</script>&amp;'
    found = await house.browser.get(consent_url(house.access(), replace(REQUEST, state=state)))
    page = Page(found.text)
    assert found.headers["content-type"].startswith("text/html")
    assert page.fields == ASKED | {"state": state}
    assert page.buttons == {"Allow Access": "allow", "Deny": "deny"}
    assert "script" not in page.tags
    assert "Innkeeper" in found.text


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"client_id": "somebody-else"}, 401),
        ({"redirect_uri": "https://evil.example/return"}, 400),
        ({"redirect_uri": "http://127.0.0.1.evil.example/return"}, 400),
        ({"redirect_uri": "http://[evil"}, 400),
        ({"redirect_uri": "javascript://localhost/%0aalert(1)"}, 400),
        ({"redirect_uri": ""}, 400),
        ({"response_type": "token"}, 400),
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_apps(
    house: House, wrong: dict[str, str], status: int
) -> None:
    url = f"{house.address}{PREFIX}oauth"
    for sent in (
        await house.browser.get(url, params=ASKED | wrong),
        await house.browser.post(url, data={**ASKED, **wrong, "decision": "allow"}),
    ):
        assert (sent.status_code, sent.headers.get("location")) == (status, None)


async def test_a_public_address_is_good_when_the_app_has_it() -> None:
    ours, opened = "https://innkeeper.example/oauth/return?hotel=1", bench()
    app = create_sandbox(
        opened.hotel, faults=opened.faults, clock=opened.clock, redirect_uris=frozenset({ours})
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as browser:
        asked = {"client_id": CLIENT_ID, "redirect_uri": ours, "decision": "allow"}
        sent = await browser.post(f"{PREFIX}oauth", data=asked)
    assert sent.headers["location"] == f"{ours}&code=sandbox-code-0001"


# Codes


async def test_a_code_is_good_once_and_for_ten_minutes(house: House) -> None:
    late, used = await house.code(), await house.code()
    house.bench.clock.advance(timedelta(minutes=10, seconds=-1).total_seconds())
    await exchange(house.access(), used, REQUEST)
    for code in (used, late, "sandbox-code-9999", ""):
        with pytest.raises(CredentialsRefusedError) as raised:
            await exchange(house.access(), code, REQUEST)
        assert raised.value.code == "cloudbeds.code_refused"
        assert raised.value.request_id is not None
        house.bench.clock.advance(1)
    await house.grant()


async def test_a_code_is_good_for_the_address_it_was_sent_to(house: House) -> None:
    elsewhere = replace(REQUEST, redirect_uri="http://127.0.0.1:3000/elsewhere")
    with pytest.raises(CredentialsRefusedError):
        await exchange(house.access(), await house.code(), elsewhere)


@pytest.mark.parametrize("name", ["CLOUDBEDS_CLIENT_ID", "CLOUDBEDS_CLIENT_SECRET"])
async def test_a_wrong_app_is_ours_to_mend_and_the_code_stays_good(house: House, name: str) -> None:
    code = await house.code()
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await exchange(house.access(app={name: Secret("wrong")}), code, REQUEST)
    assert raised.value.code == "cloudbeds.app_refused"
    await exchange(house.access(), code, REQUEST)


async def test_a_body_that_is_no_form_is_not_read(house: House) -> None:
    """Cloudbeds ignores JSON without a word."""
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": RETURN,
        "code": await house.code(),
    }
    url = f"{house.address}{PREFIX}access_token"
    assert (await house.browser.post(url, json=form)).status_code == 401
    odd = await house.browser.post(url, data=form | {"grant_type": "password"})
    assert (odd.status_code, odd.json()["error"]) == (400, "unsupported_grant_type")
    assert (await house.browser.get(url)).status_code == 404
    assert (await house.browser.post(url, data=form)).status_code == 200


# Tokens


async def test_a_refresh_token_is_replaced_when_it_is_used_and_the_new_one_goes_on(house: House) -> None:
    """Three times eight hours on one line, which asks with the latest refresh token each time."""
    adapter = CloudbedsAdapter(house.access(await house.grant()))
    for _ in range(3):
        house.bench.clock.advance(EIGHT_HOURS_S)
        assert await adapter.identify() == house.bench.identity
    assert sum("access_token" in call.url for call in house.client.calls) == 4


async def test_who_keeps_a_refresh_token_that_was_replaced_ends_the_consent(house: House) -> None:
    """The newer token dies with it, and the hotel has to let us in anew."""
    grant = await house.grant()
    newer = await Renewal(house.access()).fetch(grant.refresh_token)
    assert newer.refresh_token != grant.refresh_token
    for token in (grant.refresh_token, newer.refresh_token):
        with pytest.raises(CredentialsExpiredError) as raised:
            await Renewal(house.access()).fetch(token)
        assert raised.value.code == "auth.expired"
    with pytest.raises(CredentialsExpiredError):
        await CloudbedsAdapter(house.access(newer)).identify()
    assert await CloudbedsAdapter(house.access(await house.grant())).identify() == house.bench.identity


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault.RATE_LIMITED, RateLimitedError, "vendor.rate_limited"),
        (Fault.SERVER_ERROR, VendorUnavailableError, "vendor.unavailable"),
        (Fault.UNAVAILABLE, VendorUnavailableError, "vendor.unavailable"),
    ],
)
async def test_trouble_while_a_token_is_renewed_passes_and_uses_nothing_up(
    house: House, fault: Fault, kind: type[KnownError], code: str
) -> None:
    adapter = CloudbedsAdapter(house.access(await house.grant()))
    house.bench.clock.advance(EIGHT_HOURS_S)
    house.bench.faults.on(Fault.WRONG_KEY, entity="property", times=1)
    house.bench.faults.on(fault, times=1)
    with pytest.raises(KnownError) as raised:
        await adapter.identify()
    assert (type(raised.value), raised.value.code) == (kind, code)
    assert house.client.calls[-1].url.endswith("/access_token")
    assert await adapter.identify() == house.bench.identity
