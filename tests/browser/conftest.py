"""One browser for all tests of pages; they share its event loop (`loop_scope="session"`)."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import launched, opened
from tests.browser.gallery import Gallery


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A running Chromium; without one the tests are skipped."""
    async with launched() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def gallery(browser: Browser) -> AsyncIterator[Gallery]:
    """The gallery of blocks, wide, with its samples."""
    async with opened(browser) as page:
        yield await Gallery.open(page)
