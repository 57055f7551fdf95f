"""The playground's page over a made-up server that says what a test wants, and remembers what it was sent."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from playwright.async_api import Page, Route, WebSocketRoute

from tests.browser.chromium import ORIGIN, serve_files
from tests.browser.gallery import NEXT, Json, actions, plain, section
from tests.browser.gallery import field as input_block

NOW: Final = 1_795_000_000.0
ARRIVES_WITHIN_S: Final = 10.0
ROOT: Final = f"{NOW - 300:.6f}"


def person(user: str, real_name: str, title: str, **more: Any) -> Json:
    """Return a person as the server tells of them."""
    initials = "".join(word[0] for word in real_name.split())
    told = {"id": user, "name": user.lower(), "real_name": real_name, "title": title, "initials": initials}
    return {**told, "color": "#00857a", "tz": "Europe/Stockholm", "team_id": "T0INN", **more}


def message(ts: float | str, user: str, text: str, **more: Any) -> Json:
    """Return a message as the server tells of it; `ts` may be seconds before now."""
    stamp = ts if isinstance(ts, str) else f"{NOW - ts:.6f}"
    rest = {"is_app": user == "U0APP", "blocks": None, "thread_ts": None, "reply_count": 0}
    return {"ts": stamp, "user": user, "text": text, **rest, "edited": False, "ephemeral": False, **more}


def channel(channel_id: str, name: str, **more: Any) -> Json:
    """Return a channel with Ada and Ben in it."""
    told = {"id": channel_id, "name": name, "kind": "channel", "topic": f"All about {name}"}
    rest = {"members": ["U0ADA", "U0BEN"], "app_is_member": True, "is_archived": False, "is_shared": False}
    return {**told, **rest, **more}


def modal(view_id: str = "V1", **more: Any) -> Json:
    """Return a modal with two fields."""
    text = {"type": "plain_text_input"}
    blocks = [input_block("API key", text), input_block("Version", text, optional=True)]
    told = {"view_id": view_id, "type": "modal", "title": "Credentials", "submit": "Save", "close": "Cancel"}
    return {**told, "blocks": blocks, "state": {}, "hash": "1", "errors": {}, **more}


def snapshot(user: str = "U0ADA") -> Json:
    """Return what the page shows when it opens."""
    people = [
        person("U0ADA", "Ada Lindqvist", "General manager", is_owner=True, is_admin=True),
        person("U0BEN", "Ben Okafor", "Front office manager"),
        person("U0DEV", "Dev Patel", "Contractor", is_ultra_restricted=True),
        person("U0APP", "Innkeeper", "", is_bot=True),
    ]
    step = [section("*Step 1 of 5*", "s1"), actions(NEXT, block_id="s2")]
    direct = [
        message(ROOT, "U0ADA", "/pms connect"),
        message(299, "U0APP", "Step 1 of 5", blocks=step, thread_ts=ROOT),
    ]
    return {
        "team": {"id": "T0INN", "name": "Hotel Aurora", "domain": "aurora"},
        "teams": [{"id": "T0INN", "name": "Hotel Aurora"}, {"id": "T0SEA", "name": "Hotel Seaview"}],
        "me": next(one for one in people if one["id"] == user),
        "people": people,
        "app": {
            "id": "A0",
            "name": "Innkeeper",
            "bot_user_id": "U0APP",
            "command": ["/pms"],
            "connected": True,
            "dm_channel": "D0ADA",
        },
        "channels": [
            channel("C0GEN", "general"),
            channel("C0MAN", "managers", app_is_member=False),
            channel("D0ADA", "directmessage", kind="dm", members=[user], prompts=[], activity=[]),
        ],
        "messages": {
            "C0GEN": [message(900, "U0BEN", "Good morning"), message(890, "U0BEN", "All")],
            "D0ADA": direct,
        },
        "home": {"blocks": [{"type": "header", "block_id": "h", "text": plain("Good day, Ada")}]},
        "view": None,
        "depth": 0,
        "now": NOW,
    }


@dataclass  # without slots: the driver hangs its own wrappers on bound methods
class Workspace:
    """The page and its server; `posts` are (path, body) in order, `answers` the next answers by path."""

    page: Page
    posts: list[tuple[str, Json]] = field(default_factory=list)
    answers: dict[str, tuple[int, Json]] = field(default_factory=dict)
    entries: list[Json] = field(default_factory=list)
    lines: list[WebSocketRoute] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, page: Page, place: str = "messages", *, welcomed: bool = True) -> "Workspace":
        """Open the page at a place, as Ada; `welcomed` leaves out the card of a first visit."""
        self = cls(page)
        await serve_files(page)
        await page.route(f"{ORIGIN}/ui/api/**", self._answer)
        await page.route_web_socket(f"{ORIGIN.replace('http', 'ws')}/ui/api/live**", self._live)
        if welcomed:
            await page.add_init_script("localStorage.setItem('playground.welcomed', 'yes')")
        await page.goto(f"/#/T0INN/U0ADA/{place}" if place else "/")
        await page.wait_for_selector("body.ready")
        return self

    async def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path.removeprefix("/ui/api/")
        if request.method == "POST":
            assert request.headers["x-playground"] == "1"
            self.posts.append((path, json.loads(request.post_data or "{}")))
        status, body = self.answers.pop(path, (200, self._default(path, request.url)))
        await route.fulfill(status=status, json=body)

    def _default(self, path: str, url: str) -> Json:
        if path == "snapshot":
            user = parse_qs(urlsplit(url).query).get("user", ["U0ADA"])[0]
            self.seen.append(user)
            return snapshot(user)
        return {"entries": self.entries} if path == "wire" else {"ok": True}

    def _live(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        user = parse_qs(urlsplit(line.url).query)["user"][0]
        line.send(json.dumps({"type": "snapshot", "snapshot": snapshot(user)}))

    def tell(self, **event: Any) -> None:
        """Send an event to the page."""
        self.lines[-1].send(json.dumps(event))

    def tell_message(self, where: str, what: Json) -> None:
        """Send a new or changed message."""
        self.tell(type="message", channel=where, message=what)

    def tell_modal(self, view: Json | None, depth: int = 1) -> None:
        """Open, change or close the modal."""
        self.tell(type="view", view=view, depth=depth if view else 0)

    async def until_posted(self, path: str, expected: list[Json]) -> None:
        """Wait until just these bodies were sent to a path: the page goes on before the server has them."""
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while self.posted(path) != expected:
            assert time.monotonic() < deadline, self.posted(path)
            await asyncio.sleep(0.01)

    def posted(self, path: str) -> list[Json]:
        """Return the bodies sent to a path, without who acts."""
        return [
            {name: part for name, part in body.items() if name not in ("team", "user")}
            for at, body in self.posts
            if at == path
        ]
