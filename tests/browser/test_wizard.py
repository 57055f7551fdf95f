"""A newcomer in a real browser connects a hotel in five steps, wide and narrow, at every PMS.

Every screen is kept under var/screenshots/, to be looked at.
"""

import pytest
from playwright.async_api import Browser, Page, expect

from bot.playground.rehearsals import REHEARSALS
from core.domain.hotel import VendorKey
from core.pms.registry import Registry
from core.store import connections
from tests.browser.chromium import NARROW, WIDE, keep_picture, opened
from tests.databases import Place
from tests.scenarios.stage import Stage, open_stage
from tests.scenarios.wizard import MEWS, form_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class Visitor:
    """Somebody at the page, who keeps a picture of every screen."""

    def __init__(self, page: Page, stage: Stage, name: str) -> None:
        self.page = page
        self._stage = stage
        self._name = name
        self._screens = 0

    async def goes_to(self, place: str, user: str = "U0ADA") -> None:
        await self.page.goto(f"{self._stage.base_url}/#/T0INN/{user}/{place}")

    async def types(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).last.click()

    async def sees(self, text: str, *, within_ms: int = 15_000) -> None:
        await expect(self.page.get_by_text(text).last).to_be_visible(timeout=within_ms)

    async def fills(self, form: dict[str, str]) -> None:
        for label, value in form.items():
            field = self.page.get_by_label(label, exact=True)
            if await field.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(label=value)
            else:
                await field.fill(value)

    async def keeps(self, screen: str) -> None:
        self._screens += 1
        await keep_picture(self.page, f"{self._name}-{self._screens:02}-{screen}")


async def _sets_up(visitor: Visitor) -> None:
    await visitor.goes_to("home")
    await visitor.sees("Welcome to Innkeeper")
    await visitor.keeps("first-run")
    await visitor.presses("Set Up Hotel")
    await visitor.fills({"Hotel name": "Hotel Aurora"})
    await visitor.keeps("set-up")
    await visitor.presses("Save")
    await visitor.sees("No PMS is connected yet")
    await visitor.keeps("home-before")


async def _begins(visitor: Visitor, vendor: str) -> None:
    await visitor.goes_to("messages")
    await visitor.types("/pms connect")
    await visitor.sees("I have opened a private thread for you")
    await visitor.page.get_by_text("Continue", exact=True).last.click()
    await visitor.sees("Choose the PMS your hotel uses today")
    await visitor.keeps("step-1")
    await visitor.presses(vendor)
    await visitor.sees("Enter Credentials")
    await visitor.keeps("step-2")


async def _fails_once(visitor: Visitor, form: dict[str, str], key: VendorKey) -> None:
    """Type what the sandbox says fails, as a curious newcomer does."""
    _, field, value = REHEARSALS[key].fails[0]
    label = next(one.label for one in Registry({})[key].fields if one.key == field)
    await visitor.presses("Enter Credentials")
    await visitor.fills({**form, label: value})
    await visitor.keeps("form")
    await visitor.presses("Test")
    await visitor.sees("Who must act:")
    await visitor.keeps("step-3-failed")


async def _finishes(visitor: Visitor, form: dict[str, str]) -> None:
    await visitor.presses("Edit Credentials")
    await visitor.fills(form)
    await visitor.presses("Test")
    await visitor.sees("the credentials work")
    await visitor.keeps("step-3-passed")
    await visitor.presses("Next")
    await visitor.sees("Is this your hotel?")
    await visitor.page.get_by_label("I confirm the information is correct").check()
    await visitor.keeps("step-4")
    await visitor.presses("Save Configuration")
    await visitor.sees("View Dashboard")
    await visitor.keeps("step-5")


@pytest.mark.parametrize(
    ("key", "width"),
    [*((key, WIDE) for key in VendorKey), (VendorKey.MEWS, NARROW), (VendorKey.OPERA, NARROW)],
)
async def test_a_newcomer_connects_a_hotel(
    browser: Browser, sqlite_place: Place, key: VendorKey, width: int
) -> None:
    """From the first look at Home to the connected dashboard, by mouse and keyboard alone."""
    async with open_stage(sqlite_place.url, "socket") as stage, opened(browser, width=width) as page:
        visitor = Visitor(page, stage, f"wizard-{key.value.lower()}-{width}")
        form = form_of(stage, key)
        await _sets_up(visitor)
        await _begins(visitor, Registry({})[key].display_name)
        await _fails_once(visitor, form, key)
        await _finishes(visitor, form)

        await visitor.goes_to("home")
        await visitor.sees("Active")
        await visitor.keeps("home-after")
        async with stage.database.transaction(await stage.tenant()) as unit:
            connection = await connections.load(unit)
        assert connection is not None
        assert connection.vendor is key


async def test_a_newcomer_signs_in_at_the_vendor_instead(browser: Browser, sqlite_place: Place) -> None:
    """The vendor's page opens beside Slack; when it closes, the test in the thread is under way."""
    async with open_stage(sqlite_place.url, "socket") as stage, opened(browser, width=WIDE) as page:
        visitor = Visitor(page, stage, "consent")
        await _sets_up(visitor)
        await _begins(visitor, "Cloudbeds")
        await visitor.presses("Authorize with Cloudbeds")
        await visitor.sees("good once, for ten minutes")
        await visitor.keeps("link")
        async with page.context.expect_page() as opening:
            await page.get_by_text("Open Cloudbeds", exact=True).last.click()
        vendors_own = await opening.value
        await vendors_own.get_by_role("button", name="Allow Access").click()
        await expect(vendors_own.get_by_text("Thank you")).to_be_visible()
        await keep_picture(vendors_own, "consent-thank-you")
        await vendors_own.close()

        await visitor.sees("the credentials work")
        await visitor.presses("Next")
        await visitor.sees("Authorized at Cloudbeds")
        await visitor.keeps("step-4")


async def test_disconnecting_asks_first(browser: Browser, sqlite_place: Place) -> None:
    """The question can be declined; confirmed, the dashboard is empty again."""
    async with open_stage(sqlite_place.url, "socket") as stage, opened(browser) as page:
        visitor = Visitor(page, stage, "disconnect")
        await _sets_up(visitor)
        await _begins(visitor, "Mews")
        await visitor.presses("Enter Credentials")
        await visitor.fills(MEWS)
        await visitor.presses("Test")
        await visitor.presses("Next")
        await visitor.page.get_by_label("I confirm the information is correct").check()
        await visitor.presses("Save Configuration")
        await visitor.sees("View Dashboard")
        await visitor.goes_to("home")

        await visitor.presses("Disconnect")
        await visitor.keeps("question")
        await visitor.presses("Keep it")
        await visitor.sees("Active")
        await visitor.presses("Disconnect")
        await visitor.sees("Disconnect the PMS?")
        await visitor.presses("Disconnect")
        await visitor.sees("No PMS is connected yet")
