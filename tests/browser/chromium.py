"""A real Chromium for the tests of pages: found on this machine, driven without a window.

Pages come from the checkout through request interception, so these tests listen on no port. The address is
a name under `localhost`, which browsers trust as they trust the playground's own.
"""

import mimetypes
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright

CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent
UI: Final = CHECKOUT / "bot" / "playground" / "ui"
SCREENSHOTS: Final = CHECKOUT / "var" / "screenshots"
CHECKS: Final = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
ORIGIN: Final = "http://playground.localhost"
WIDE, NARROW = 1280, 400
HEIGHT: Final = 860

Scheme = Literal["light", "dark"]

FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str:
    """Return where Chromium is; skip the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)})")
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Run a browser."""
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, *, width: int = WIDE, scheme: Scheme = "light", origin: str = ORIGIN
) -> AsyncIterator[Page]:
    """Open an empty page, wide or narrow (then with touch); an error in the page's scripts fails the test."""
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        has_touch=width < 900,
        reduced_motion="reduce",
        base_url=origin,
        timezone_id="Europe/Stockholm",
    )
    context.set_default_timeout(10_000)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
        assert errors == []
    finally:
        await context.close()


async def serve_files(page: Page) -> None:
    """Answer the page's requests with the files of the UI."""

    async def answer(route: Route) -> None:
        path = UI / (urlsplit(route.request.url).path.lstrip("/") or "index.html")
        if not path.is_file():
            await route.fulfill(status=404, body="")
            return
        kind, _ = mimetypes.guess_type(path.name)
        await route.fulfill(path=path, content_type=kind or "application/octet-stream")

    await page.route(f"{ORIGIN}/**", answer)


async def check(page: Page, name: str, *arguments: Any) -> Any:
    """Run one of the checks in checks.js and return what it found wrong."""
    return await page.evaluate(f"(given) => {{ {CHECKS}; return {name}(...given); }}", list(arguments))


async def keep_picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=whole)
