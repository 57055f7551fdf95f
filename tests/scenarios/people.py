"""People at the playground, so that a test reads like what happened.

    async with meeting(base_url) as meet:
        ada = await meet("Ada")
        await ada.types("/pms connect")
        await ada.clicks("Mews")
        await ada.fills({"Access token": "…"})
        assert await ada.submits() is None
        await ada.sees("Step 3 of 5")

Everything goes over real HTTP and a real WebSocket. Whatever a person looks for may take a moment to
appear; after `PATIENCE_S` they give up, and the failure shows what was on their screen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp

from tests.scenarios.page import Page
from tests.scenarios.screen import Control, Json, elements, readable, typed_value

PATIENCE_S = 20.0

LOOKS_FROM = {"Finn": "T0SEA", "Gro": "T0SEA"}
"""The workspace from which a seeded person looks; all others look from the first hotel's."""

Found = TypeVar("Found")

REDRAWN = 409
"""What the client answers when a control was redrawn before the click arrived."""
REDRAWN_MOST = 5


class RefusedError(Exception):
    """The client did not let the person do it."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(body.get("error", str(body)))
        self.status = status
        self.body = body


class Person:
    """One person with the page open."""

    def __init__(self, session: aiohttp.ClientSession, name: str) -> None:
        self.name = name
        self.who = {"team": LOOKS_FROM.get(name, "T0INN"), "user": f"U0{name.upper()}"}
        self.page = Page()
        self._session = session
        self._news = asyncio.Condition()
        self._typed: dict[tuple[str, str], Any] = {}

    # what they do

    async def types(self, text: str, channel: str | None = None, *, thread: str | None = None) -> None:
        """Type to the app, or into "#channel"; `thread` is words of the message to reply to."""
        body = {"channel": self.page.channel_id(channel), "text": text}
        if thread is not None:
            root = await self._until(lambda: self.page.root(channel, thread), f"a message with {thread!r}")
            body["thread_ts"] = root["ts"]
        await self.does("say", **body)

    async def clicks(self, label: str, *, in_: str | None = None, confirm: bool = True) -> None:
        """Click the button, or choose the option, that says `label`; `confirm` answers if it asks first.

        `in_` narrows the search: "modal", "home", a "#channel", or words of the message it stands in. What is
        redrawn under somebody's finger is clicked again where it then stands.
        """
        for _ in range(REDRAWN_MOST):
            found = await self.finds(label, in_=in_)
            if found.asks_first and not confirm:
                return
            try:
                await self.presses(found)
            except RefusedError as refused:
                if refused.status != REDRAWN:
                    raise
            else:
                return
        raise AssertionError(f"{label!r} is redrawn all the time")

    async def finds(self, label: str, *, in_: str | None = None) -> Control:
        """Wait for a button or option; the newest one wins."""
        return await self._until(lambda: self.page.control(label, in_), f"{label!r} to click")

    async def presses(self, what: Control) -> None:
        """Press a control, even one that may be gone by now."""
        await self.does(
            "act",
            container=what.container,
            block_id=what.block_id,
            action_id=what.action_id,
            value=what.value,
            state=self._state() if what.container["type"] == "view" else {},
        )

    async def fills(self, values: Mapping[str, Any]) -> None:
        """Fill the open modal's inputs by their labels; options go by their words."""
        view = await self.modal()
        for label, value in values.items():
            blocks = (block for block in view["blocks"] if block.get("label", {}).get("text") == label)
            block = next(blocks, None)
            assert block is not None, f"no input {label!r}; on screen:\n{self._screen()}"
            element = block["element"]
            self._typed[block["block_id"], element["action_id"]] = typed_value(element, value)

    async def submits(self) -> dict[str, str] | None:
        """Send the modal off; return the errors under its inputs by their labels, None when it was taken."""
        view = await self.modal()
        labels = {block["block_id"]: block["label"]["text"] for block in view["blocks"] if "label" in block}
        try:
            answer = await self.does("submit", view_id=view["view_id"], state=self._state())
        except RefusedError as refused:
            if "errors" not in refused.body:
                raise
            answer = refused.body
        errors = {labels[block_id]: text for block_id, text in answer.get("errors", {}).items()}
        if not errors:
            self._typed.clear()
        return errors or None

    async def closes(self, *, everything: bool = False) -> None:
        """Close the modal on top, or all of them."""
        view = await self.modal()
        self._typed.clear()
        await self.does("close", view_id=view["view_id"], all=everything)

    async def home(self, *words: str) -> list[str]:
        """Open the app's Home and return its texts, once it shows all of the words."""
        await self.does("home", tab="home")

        def find() -> list[str] | None:
            lines = readable(self.page.home)
            return lines if lines and all(any(word in line for line in lines) for word in words) else None

        return await self._until(find, f"the Home with {words}")

    async def opens_messages(self) -> None:
        """Open the app's Messages tab."""
        await self.does("home", tab="messages")

    async def invites(self, member: str, channel: str) -> None:
        """Bring a person (by id), or "app", into "#channel"."""
        await self.does("invite", channel=self.page.channel_id(channel), member=member)

    async def stops(self, message: Json) -> None:
        """Press Slack's own Stop in the thread of a message to the app, once it stands there."""

        def find() -> bool | None:
            working = [one["thread_ts"] for one in self.page.activity if one["status"] == "processing"]
            return message["ts"] in working or None

        await self._until(find, "Stop under the thread")
        await self.does("stop", channel=self.page.channel_id(None), thread_ts=message["ts"])

    # what they see

    async def sees(self, text: str, *, within_s: float = PATIENCE_S) -> str:
        """Wait until the text is somewhere on the screen; return the whole line."""

        def find() -> str | None:
            return next((line for line in self.texts() if text in line), None)

        return await self._until(find, repr(text), within_s)

    async def hears(self, words: str, channel: str, *, within_s: float = PATIENCE_S) -> None:
        """Wait until a message in "#channel" holds the words."""

        def find() -> bool | None:
            return any(words in message["text"] for message in self.page.messages(channel)) or None

        await self._until(find, f"{words!r} in {channel}", within_s)

    async def sees_times(self, text: str, times: int) -> None:
        """Wait until so many lines on the screen hold the text."""

        def find() -> bool | None:
            return sum(text in line for line in self.texts()) >= times or None

        await self._until(find, f"{text!r} {times} times")

    async def sees_no_more(self, text: str, *, within_s: float = PATIENCE_S) -> None:
        """Wait until the text is nowhere on the screen."""
        await self._until(lambda: None if self.can_see(text) else True, f"{text!r} disappear", within_s)

    def can_see(self, text: str) -> bool:
        """Tell whether the text is on the screen now."""
        return any(text in line for line in self.texts())

    async def modal(self, title: str | None = None) -> Json:
        """Wait for an open modal (of that title) and return it."""

        def find() -> Json | None:
            view = self.page.view
            return view if view and title in (None, view["title"]) else None

        return await self._until(find, f"a modal {title or ''}")

    async def sees_no_modal(self) -> None:
        """Wait until no modal is open."""
        await self._until(lambda: True if self.page.view is None else None, "the modal close")

    def texts(self) -> list[str]:
        """Return everything the person can read now."""
        return self.page.texts()

    # how it works

    def _state(self) -> dict[str, dict[str, Any]]:
        """Return what was typed into the inputs that are still there."""
        state: dict[str, dict[str, Any]] = {}
        for block, element in elements((self.page.view or {}).get("blocks", [])):
            key = (block["block_id"], element["action_id"])
            if key in self._typed:
                state.setdefault(key[0], {})[key[1]] = self._typed[key]
        return state

    def _screen(self) -> str:
        return "\n".join(f"  | {line}" for line in self.texts())

    async def _until(
        self, find: Callable[[], Found | None], what: str, within_s: float = PATIENCE_S
    ) -> Found:
        try:
            async with asyncio.timeout(within_s), self._news:
                while (found := find()) is None:
                    await self._news.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"{self.name} does not see {what}; on screen:\n{self._screen()}") from None

    async def does(self, deed: str, **body: Any) -> Json:
        """Do anything the client can do, by its name in the UI's interface.

        Raises: RefusedError.
        """
        headers = {"X-Playground": "1"}
        async with self._session.post(
            f"/ui/api/{deed}", json={**self.who, **body}, headers=headers
        ) as answer:
            said: Json = await answer.json()
            if answer.status >= 400:
                raise RefusedError(answer.status, said)
            return said

    async def watch(self, opened: asyncio.Event) -> None:
        """Keep the page up to date until cancelled."""
        async with self._session.ws_connect("/ui/api/live", params=self.who) as line:
            async for frame in line:
                news = frame.json()
                if news["type"] == "reset":
                    async with self._session.get("/ui/api/snapshot", params=self.who) as answer:
                        news = {"type": "snapshot", "snapshot": await answer.json()}
                async with self._news:
                    self.page.take(news)
                    self._news.notify_all()
                opened.set()


Meet = Callable[[str], Awaitable[Person]]


@asynccontextmanager
async def meeting(base_url: str) -> AsyncIterator[Meet]:
    """Yield a way to let the seeded people open their pages: `ada = await meet("Ada")`."""
    watching: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(base_url) as session:

        async def meet(name: str) -> Person:
            person = Person(session, name)
            opened = asyncio.Event()
            watching.add(asyncio.create_task(person.watch(opened)))
            await asyncio.wait_for(opened.wait(), PATIENCE_S)
            return person

        try:
            yield meet
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
