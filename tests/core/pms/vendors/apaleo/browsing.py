"""A browser just large enough for a consent page: it opens a page and presses one of its buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.types import ASGIApp


@dataclass
class Page(HTMLParser):
    """What a page says, what its one form would send, and what its buttons add."""

    says: str = ""
    method: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._button: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            assert "action" not in told, "a form without an action goes to where it came from"
            self.method = told["method"]
        elif tag == "input":
            self.hidden[told["name"]] = told["value"]
        elif tag == "button":
            self._button = told["name"], told["value"]

    def handle_data(self, data: str) -> None:
        self.says += data
        if self._button:
            self.buttons[data] = self._button
            self._button = None


class Browser:
    """Opens pages and follows no redirection: it tells where it would have gone."""

    def __init__(self, app: ASGIApp | None = None) -> None:
        transport = httpx.ASGITransport(app) if app else None
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._url = ""
        self.page = Page()
        self.sent_to = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def open(self, url: str) -> int:
        """Open a page and return its status."""
        found = await self._client.get(url)
        assert found.headers["content-type"] == "text/html; charset=utf-8"
        self._url, self.page = url, Page()
        self.page.feed(found.text)
        return found.status_code

    async def press(self, label: str) -> Mapping[str, str]:
        """Press a button and return what its answer carries back to whoever sent us here."""
        name, value = self.page.buttons[label]
        assert self.page.method == "post"
        back = await self._client.post(self._url, data={**self.page.hidden, name: value})
        assert back.status_code == 302, back.text
        self.sent_to, _, query = back.headers["location"].partition("?")
        assert urlsplit(self.sent_to).scheme
        return dict(parse_qsl(query, strict_parsing=True))
