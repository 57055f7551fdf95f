"""The gallery page as tests use it: draw these blocks, tell what was sent; and short ways to write blocks."""

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Locator, Page

from tests.browser.chromium import serve_files

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gallery:
    """The gallery, open in a page."""

    page: Page

    @classmethod
    async def open(cls, page: Page) -> "Gallery":
        """Open it, with its samples."""
        await serve_files(page)
        await page.goto("/gallery.html")
        await page.wait_for_function("globalThis.gallery !== undefined")
        return cls(page)

    async def draw(self, *blocks: Json) -> Locator:
        """Show only these blocks; drawing again changes them in place."""
        await self.page.evaluate(
            """(blocks) => {
                if (!document.querySelector("[data-title=mine]")) gallery.clear();
                gallery.draw("mine", blocks);
            }""",
            list(blocks),
        )
        return self.page.locator("[data-title=mine] .sample-frame")

    async def acts(self) -> list[Json]:
        """Return what was sent since the last time."""
        acts: list[Json] = await self.page.evaluate("gallery.acts.splice(0)")
        return acts

    async def state(self) -> Json:
        """Return what is typed and chosen in the drawn blocks."""
        state: Json = await self.page.evaluate(
            "gallery.readState(document.querySelector('[data-title=mine] .sample-frame'))"
        )
        return state


def plain(text: str) -> Json:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Json:
    """Return an option."""
    return {"text": plain(text), "value": value}


def section(text: str, block_id: str = "b") -> Json:
    """Return a section with marked-up text."""
    return {"type": "section", "block_id": block_id, "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: Json, block_id: str = "b") -> Json:
    """Return a row of elements."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(label: str, element: Json, **more: Any) -> Json:
    """Return an input block whose block_id is its label; the element's action_id is "v"."""
    return {
        "type": "input",
        "block_id": label,
        "label": plain(label),
        "element": {"action_id": "v", **element},
        **more,
    }


NEXT: Final[Json] = {"type": "button", "action_id": "go", "text": plain("Next")}
CITIES: Final = [option("Oslo", "o"), option("Rome", "r")]
