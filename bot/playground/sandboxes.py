"""The vendors' simulated hotels, each a server of its own on loopback, and what to type to reach them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import typer

from bot.playground.rehearsals import REHEARSALS
from bot.playground.slack.serving import serve
from core.domain.clock import Clock, SystemClock
from core.domain.hotel import VendorKey
from core.pms.registry import Registry
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.posting import Post, is_loopback
from core.pms.sandbox.season import open_hotel

POST_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Hint:
    """What a newcomer types into one vendor's form; `lines` are (label, value)."""

    vendor: VendorKey
    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """The addresses of the running sandboxes, and the switches that make them misbehave."""

    urls: Mapping[VendorKey, str]
    faults: Mapping[VendorKey, Faults]
    hotels: Mapping[VendorKey, Hotel]
    """Whose books may be changed while they run."""

    @property
    def loopback(self) -> tuple[str, ...]:
        """Their exact `host:port` pairs, for INNKEEPER_ALLOW_LOOPBACK."""
        return tuple(url.removeprefix("http://") for url in self.urls.values())

    @property
    def addresses(self) -> dict[str, str]:
        """The settings that point to the sandboxes."""
        return {name: self.urls[key] for key, one in REHEARSALS.items() for name in one.addresses}

    @property
    def apps(self) -> dict[str, str]:
        """The settings of the operator's own apps at the sandboxes, which need a PUBLIC_URL."""
        return {name: value for one in REHEARSALS.values() for name, value in one.apps.items()}

    def form(self, key: VendorKey) -> dict[str, str]:
        """Return what to type into a vendor's form, by field key."""
        return {name: value.format(url=self.urls[key]) for name, value in REHEARSALS[key].form.items()}

    def hints(self) -> tuple[Hint, ...]:
        """Return what to type, and what to type to see a test fail."""
        return tuple(self._hint(key) for key in REHEARSALS)

    def _hint(self, key: VendorKey) -> Hint:
        vendor, typed = Registry({})[key], self.form(key)
        labels = {field.key: field.label for field in vendor.fields}
        works = [(label, typed[name]) for name, label in labels.items() if name in typed]
        fails = [(f"Fails: {why} ({labels[name]})", value) for why, name, value in REHEARSALS[key].fails]
        more = [(label, value.format(url=self.urls[key])) for label, value in REHEARSALS[key].more]
        return Hint(key, vendor.display_name, (*works, *more, *fails))


@asynccontextmanager
async def open_post() -> AsyncIterator[Post]:
    """Yield the way in which sandboxes call the bot: on this machine, and nobody else."""
    async with httpx.AsyncClient(trust_env=False, timeout=POST_TIMEOUT_S) as client:

        async def post(url: str, headers: Mapping[str, str], body: bytes) -> int | None:
            if not is_loopback(url):
                return None
            try:
                return (await client.post(url, headers=dict(headers), content=body)).status_code
            except httpx.TransportError:
                return None

        yield post


@asynccontextmanager
async def open_sandboxes(*, first_port: int = 0, clock: Clock | None = None) -> AsyncIterator[Sandboxes]:
    """Run every sandbox, from one port upwards; 0 takes any that are free."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        now = clock.now()
        post = await stack.enter_async_context(open_post())
        faults = {key: Faults() for key in REHEARSALS}
        hotels = {key: open_hotel(now) for key in REHEARSALS}
        urls = {}
        for number, (key, rehearsal) in enumerate(REHEARSALS.items()):
            means: dict[str, Any] = {
                "faults": faults[key],
                "clock": clock,
                **({"post": post} if rehearsal.posts else {}),
            }
            app = rehearsal.create_sandbox(hotels[key], **means)
            port = first_port + number if first_port else 0
            urls[key] = await stack.enter_async_context(serve(app, port=port))
        yield Sandboxes(urls, faults, hotels)


async def run_sandboxes(first_port: int) -> None:
    """Run the sandboxes alone until interrupted, and say how to use them."""
    async with open_sandboxes(first_port=first_port) as sandboxes:
        for name, value in {**sandboxes.addresses, **sandboxes.apps}.items():
            typer.echo(f"{name}={value}")
        typer.echo(f"INNKEEPER_ALLOW_LOOPBACK={','.join(sandboxes.loopback)}")
        for hint in sandboxes.hints():
            typer.echo(f"\n{hint.title}")
            for label, value in hint.lines:
                typer.echo(f"  {label}: {value}")
        await asyncio.Event().wait()
