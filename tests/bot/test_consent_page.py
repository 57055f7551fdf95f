"""Where vendors send people back to: every end has a page of its own, which says what to do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.routing import Route

from bot import texts
from bot.consent_page import LONGEST, consent_endpoint
from core.domain.hotel import VendorKey
from core.onboarding.consenting import ConsentRefusal, Consents, LetIn

STATE, CODE = "canary-state", "canary-code"


@dataclass
class Desk:
    """The consents, as far as the page knows them."""

    end: LetIn | ConsentRefusal | Exception = field(default_factory=lambda: LetIn("Hotel <b>Aurora</b>"))
    taken: list[tuple[VendorKey, str, str]] = field(default_factory=list)

    async def finish(self, vendor: VendorKey, state: str, code: str) -> LetIn | ConsentRefusal:
        self.taken.append((vendor, state, code))
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who comes back to us."""
    web = Starlette(routes=[Route("/oauth/{vendor}/callback", consent_endpoint(cast(Consents, desk)))])
    transport = httpx.ASGITransport(web)
    async with httpx.AsyncClient(transport=transport, base_url="https://innkeeper.example") as client:
        yield client


async def test_who_was_let_in_reads_for_which_hotel(browser: httpx.AsyncClient, desk: Desk) -> None:
    """The name is text, whatever it looks like; the page may not be kept, framed or told on."""
    page = await browser.get("/oauth/cloudbeds/callback", params={"state": STATE, "code": CODE})

    assert (page.status_code, desk.taken) == (200, [(VendorKey.CLOUDBEDS, STATE, CODE)])
    assert "Hotel &lt;b&gt;Aurora&lt;/b&gt;" in page.text
    assert "<b>" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("refusal", list(ConsentRefusal))
async def test_every_refusal_says_what_to_do(
    browser: httpx.AsyncClient, desk: Desk, refusal: ConsentRefusal
) -> None:
    desk.end = refusal
    page = await browser.get("/oauth/apaleo/callback", params={"state": STATE, "error": "access_denied"})

    title, _ = texts.CONSENT_REFUSALS[refusal]
    assert page.status_code == 400
    assert title.format(vendor="Apaleo") in page.text
    assert desk.taken == [(VendorKey.APALEO, STATE, "")]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/oauth/nobody/callback", {"state": STATE, "code": CODE}),
        ("/oauth/APALEO/callback", {"state": STATE, "code": CODE}),
        ("/oauth/apaleo/callback", {}),
        ("/oauth/apaleo/callback", {"code": CODE}),
        ("/oauth/apaleo/callback", {"state": "x" * (LONGEST + 1), "code": CODE}),
        ("/oauth/apaleo/callback", {"state": STATE, "code": "x" * (LONGEST + 1)}),
    ],
)
async def test_what_no_vendor_sends_reaches_nobody(
    browser: httpx.AsyncClient, desk: Desk, path: str, query: dict[str, str]
) -> None:
    page = await browser.get(path, params=query)

    assert (page.status_code, desk.taken) == (400, [])
    assert "had its time" in page.text


async def test_a_database_that_is_away_is_ours_to_mend(browser: httpx.AsyncClient, desk: Desk) -> None:
    """No traceback, no address, no state."""
    desk.end = OperationalError("SELECT canary", {}, Exception("canary"))
    page = await browser.get("/oauth/apaleo/callback", params={"state": STATE, "code": CODE})

    assert page.status_code == 503
    assert texts.CONSENT_INTERRUPTED[0] in page.text
    assert "canary" not in page.text
