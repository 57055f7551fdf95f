"""What surrounds the conversations: the welcome, the wire, the banner, the reset, and narrow screens."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.chromium import NARROW, check, opened
from tests.browser.workspace import NOW, Workspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def workspace(browser: Browser) -> AsyncIterator[Workspace]:
    """The page, wide, at the app's Messages tab."""
    async with opened(browser) as page:
        yield await Workspace.open(page)


async def test_a_first_visit_needs_no_address_and_is_welcomed(browser: Browser) -> None:
    """Without an address one arrives as the manager; the guide is there once, and whenever asked for."""
    async with opened(browser) as page:
        workspace = await Workspace.open(page, "", welcomed=False)
        await expect(page).to_have_url(re.compile("#/T0INN/U0ADA/messages$"))
        guide = page.get_by_role("region", name="Welcome")
        await guide.get_by_role("button", name="Type it for me").click()
        await expect(page.get_by_label("Message Innkeeper")).to_have_value("/pms connect")
        workspace.answers["hints"] = (
            200,
            {"cards": [{"title": "Mews", "lines": [{"label": "Token", "value": "abc"}]}]},
        )
        await guide.get_by_role("button", name="Show sandbox credentials").click()
        await expect(guide.get_by_text("abc")).to_be_visible()
        await guide.get_by_role("button", name="Hide welcome").click()
        await page.reload()
        await expect(page.get_by_test_id("message").first).to_be_visible()
        await expect(guide).to_be_hidden()
        await page.get_by_role("button", name="Welcome", exact=True).click()
        await expect(guide).to_be_visible()


async def test_the_wire_shows_what_travels(workspace: Workspace) -> None:
    """Entries arrive live, unfold to their body with nothing turned around, and can be filtered."""
    page = workspace.page
    entry = {"n": 1, "at": NOW, "team": "T0INN", "ms": 12, "ok": True, "error": None, "summary": "Ada"}
    workspace.entries = [
        {**entry, "direction": "slack→app", "name": "block_actions", "body": {"a": "x\u202ey"}}
    ]
    drawer = page.get_by_test_id("wire")
    await expect(drawer).to_be_hidden()
    await page.get_by_role("button", name="Wire", exact=True).click()
    failed = {
        "n": 2,
        "direction": "app→slack",
        "name": "views.open",
        "ok": False,
        "error": "expired",
        "body": {},
    }
    workspace.tell(type="wire", entry={**entry, **failed})
    rows = drawer.get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await rows.first.locator("summary").click()
    await expect(rows.first).to_contain_text('"a": "x\\u202ey"')
    await drawer.get_by_role("button", name="Failed").click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("expired")


async def test_a_lost_line_is_told_and_taken_up_again(workspace: Workspace) -> None:
    """The banner says that the playground is gone and disappears when it is back; so with the app."""
    page = workspace.page
    await workspace.lines[-1].close()
    banner = page.locator(".banner")
    await expect(banner).to_contain_text("does not answer")
    await expect(banner).to_be_hidden()
    workspace.tell(type="status", text="The app is not connected.", connected=False)
    await expect(banner).to_contain_text("The app is not connected.")
    workspace.tell(type="status", text="The app is connected.", connected=True)
    await expect(banner).to_contain_text("The app is connected.")
    await expect(banner).to_have_class(re.compile("good"))


async def test_reset_asks_first(workspace: Workspace) -> None:
    """Only a yes wipes the playground; then the page loads anew."""
    page = workspace.page
    await page.get_by_role("button", name="Reset", exact=True).click()
    await page.get_by_role("button", name="Keep everything").click()
    assert workspace.posted("reset") == []
    await page.get_by_role("button", name="Reset", exact=True).click()
    await page.get_by_role("button", name="Wipe and start over").click()
    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    async with page.expect_navigation():
        workspace.tell(type="reset")
    assert workspace.posted("reset") == [{}]


async def test_one_pane_at_a_time_on_a_narrow_screen(browser: Browser) -> None:
    """List, conversation and thread follow one another and back; nothing scrolls sideways."""
    async with opened(browser, width=NARROW) as page:
        await Workspace.open(page, "")
        await expect(page.get_by_role("link", name="general")).to_be_visible()
        await page.get_by_role("link", name="Innkeeper").click()
        await expect(page.get_by_role("link", name="general")).to_be_hidden()
        await page.get_by_role("button", name="1 reply").click()
        await expect(page.get_by_role("tab", name="Home")).to_be_hidden()
        assert await check(page, "sidewaysOverflow") == []
        await page.get_by_role("button", name="Leave thread").click()
        await page.get_by_role("button", name="All conversations").click()
        await expect(page.get_by_role("link", name="general")).to_be_visible()
