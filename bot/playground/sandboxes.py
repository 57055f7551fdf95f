"""The vendors' simulated hotels, each a server of its own on loopback, and what to type to reach them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import typer

from bot.playground.slack.serving import serve
from core.domain.clock import Clock, SystemClock
from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.custom import sandbox as custom
from core.pms.vendors.mews import sandbox as mews


@dataclass(frozen=True, slots=True)
class Hint:
    """What a newcomer types into one vendor's form; `lines` are (label, value)."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sandboxes:
    """The addresses of the running sandboxes, and the switches that make them misbehave."""

    mews: str
    custom: str
    faults: Mapping[VendorKey, Faults]

    @property
    def loopback(self) -> tuple[str, ...]:
        """Their exact `host:port` pairs, for INNKEEPER_ALLOW_LOOPBACK."""
        return tuple(url.removeprefix("http://") for url in (self.mews, self.custom))

    def hints(self) -> tuple[Hint, ...]:
        """Return what to type, and what to type to see a test fail."""
        return (
            Hint(
                "Mews",
                (
                    ("Access token", mews.ACCESS_TOKEN),
                    ("Client token", mews.CLIENT_TOKEN),
                    ("Fails: a switched-off integration", mews.DISABLED_ACCESS_TOKEN),
                    ("Fails: may not read guests", mews.NO_CUSTOMERS_ACCESS_TOKEN),
                    ("Fails: a token for a whole chain", mews.PORTFOLIO_ACCESS_TOKEN),
                ),
            ),
            Hint(
                "Custom PMS",
                (
                    ("API key", custom.FULL_KEY),
                    ("Endpoint URL", self.custom),
                    ("Version", "1"),
                    ("Fails: may read bookings only", custom.BOOKINGS_ONLY_KEY),
                    ("Fails: an expired key", custom.EXPIRED_KEY),
                    ("Fails: an address inside the hotel", "https://10.0.0.12/api"),
                ),
            ),
        )


@asynccontextmanager
async def open_sandboxes(
    *, mews_port: int = 0, custom_port: int = 0, clock: Clock | None = None
) -> AsyncIterator[Sandboxes]:
    """Run every sandbox; port 0 takes any that is free."""
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        now = clock.now()
        faults = {VendorKey.MEWS: Faults(), VendorKey.CUSTOM: Faults()}
        mews_app = mews.create_sandbox(open_hotel(now), faults=faults[VendorKey.MEWS], clock=clock)
        custom_app = custom.create_sandbox(open_hotel(now), faults=faults[VendorKey.CUSTOM], clock=clock)
        yield Sandboxes(
            mews=await stack.enter_async_context(serve(mews_app, port=mews_port)),
            custom=await stack.enter_async_context(serve(custom_app, port=custom_port)),
            faults=faults,
        )


async def run_sandboxes(*, mews_port: int, custom_port: int) -> None:
    """Run the sandboxes alone until interrupted, and say how to use them."""
    async with open_sandboxes(mews_port=mews_port, custom_port=custom_port) as sandboxes:
        typer.echo(f"MEWS_URL={sandboxes.mews}")
        typer.echo(f"INNKEEPER_ALLOW_LOOPBACK={','.join(sandboxes.loopback)}")
        for hint in sandboxes.hints():
            typer.echo(f"\n{hint.title}")
            for label, value in hint.lines:
                typer.echo(f"  {label}: {value}")
        await asyncio.Event().wait()
