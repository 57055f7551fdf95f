"""What everybody needs, however they see, hear or touch: names, contrast, room for a finger."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import NARROW, WIDE, Scheme, check, keep_picture, opened
from tests.browser.gallery import Gallery
from tests.browser.workspace import NOW, Workspace, message, modal

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LEAST_CONTRAST = 4.5
LEAST_TARGET_PX = 40


async def _gallery(page: Page) -> None:
    await Gallery.open(page)


async def _welcome(page: Page) -> None:
    await Workspace.open(page, "", welcomed=False)


async def _thread(page: Page) -> None:
    workspace = await Workspace.open(page)
    workspace.tell_message("D0ADA", message(1, "U0APP", "Between us", ephemeral=True, only_for="U0ADA"))
    await page.get_by_role("button", name="1 reply").click()


async def _channel(page: Page) -> None:
    await Workspace.open(page, "C0MAN")


async def _home(page: Page) -> None:
    await Workspace.open(page, "home")


async def _modal(page: Page) -> None:
    workspace = await Workspace.open(page)
    workspace.tell_modal(modal(errors={"API key": "Please fill in this field."}))
    await expect(page.get_by_test_id("modal")).to_be_visible()


async def _wire(page: Page) -> None:
    workspace = await Workspace.open(page)
    told = {
        "at": NOW,
        "team": "T0INN",
        "ms": 12,
        "summary": "Ada Lindqvist · " + "a long summary " * 12,
        "body": {"a": 1},
    }
    workspace.entries = [
        {**told, "n": 1, "direction": "slack→app", "name": "block_actions", "ok": True, "error": None},
        {
            **told,
            "n": 2,
            "direction": "app→slack",
            "name": "views.open",
            "ok": False,
            "error": "expired_trigger_id",
        },
    ]
    await page.get_by_role("button", name="Wire", exact=True).locator("visible=true").click()
    await page.get_by_test_id("wire").locator("summary").first.click()


SCENES: dict[str, Callable[[Page], Awaitable[None]]] = {
    "gallery": _gallery,
    "welcome": _welcome,
    "thread": _thread,
    "channel": _channel,
    "home": _home,
    "modal": _modal,
    "wire": _wire,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scene", SCENES)
async def test_a_scene_is_for_everybody(browser: Browser, scene: str, width: int, scheme: Scheme) -> None:
    """Wide and narrow, by day and by night; a picture of each is kept in var/screenshots."""
    async with opened(browser, width=width, scheme=scheme) as page:
        await SCENES[scene](page)
        await keep_picture(page, f"{scene}-{width}-{scheme}", whole=scene == "gallery")
        assert await check(page, "unnamed") == []
        assert await check(page, "brokenReferences") == []
        assert await check(page, "sidewaysOverflow") == []
        assert await check(page, "faintText", LEAST_CONTRAST) == []
        if width == NARROW:
            assert await check(page, "smallTargets", LEAST_TARGET_PX) == []
