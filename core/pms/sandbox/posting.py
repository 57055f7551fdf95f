"""How a sandbox calls others: only on this machine, and without waiting long for anybody."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

Post = Callable[[str, Mapping[str, str], bytes], Awaitable[int | None]]
"""`post(url, headers, body)` returns the status; None when nobody answered."""


def is_loopback(url: str) -> bool:
    """Whether an address is one of this machine's: a rehearsal calls nobody else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}


class Courier:
    """Carries posts in the background, each on its own: nobody waits for them, and one that fails is lost."""

    def __init__(self, post: Post | None) -> None:
        self._post = post
        self._under_way: set[asyncio.Task[int | None]] = set()

    def send(self, url: str, body: Mapping[str, object]) -> None:
        """Send a JSON body soon; nothing without a way to send, or outside of a running loop."""
        if self._post is None or not is_loopback(url):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        headers = {"content-type": "application/json"}
        task = loop.create_task(_send(self._post, url, headers, json.dumps(body).encode()))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def greet(self, url: str, body: Mapping[str, object]) -> bool:
        """Send a JSON body now; return whether it was answered with yes."""
        if self._post is None or not is_loopback(url):
            return False
        headers = {"content-type": "application/json"}
        status = await self._post(url, headers, json.dumps(body).encode())
        return status is not None and 200 <= status < 300


async def _send(post: Post, url: str, headers: Mapping[str, str], body: bytes) -> int | None:
    return await post(url, headers, body)
