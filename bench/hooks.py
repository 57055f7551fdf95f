"""How soon a PMS that posts is answered: signed posts at a steady pace, kept in the database, over real HTTP.

A time is what passes between the moment at which a post is due and its answer, so a post that waits behind
another one counts in full. The control is the same server and the same posts with a handler that only reads
the body.
"""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Final

import aiohttp
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.places import places
from bench.results import Goal, Result
from bot.hooks_page import hook_routes
from bot.playground.slack.serving import serve
from core.credentials import keyset
from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import SystemClock
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.inbound.addresses import Addresses, Issued
from core.inbound.mailbox import MailRoom
from core.inbound.protel import ProtelReceiver
from core.inbound.receiver import Receiver
from core.jobs.engine import open_engine
from core.pms.registry import Registry
from core.store import connections, hooks, hotels
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database, TenantUnit
from core.store.hotels import Hotel

HOTEL: Final = Hotel("bench-hotel", "Hotel Aurora", "Europe/Vienna")
PATH: Final = "/hooks/custom/"
SETTLE_POSTS: Final = 20
"""Sent before the time counts: the first ones open connections and unwrap the hotel's key."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post, and with which secret."""

    url: str
    secret: Secret


async def measure_hooks(folder: Path, per_s: int, seconds: float) -> list[Result]:
    """Post at this pace for so long to either database, each beside a bare handler."""
    found = []
    with places(folder) as opened:
        for engine, place in opened.items():
            database = Database.open(place.url)
            async with serve(Starlette(routes=[Route(PATH + "{token}", _bare, methods=["POST"])])) as address:
                bare, _ = await _run(Target(f"{address}{PATH}x", Secret("whsec_" + "A" * 32)), per_s, seconds)
            app, issued = await _bot(database)
            async with serve(app) as address:
                assert issued.signing_secret is not None, "a custom PMS signs"
                url = issued.url.reveal().replace("https://innkeeper.example", address)
                times, refused = await _run(Target(url, issued.signing_secret), per_s, seconds)
            kept = await _kept(database)
            await database.aclose()
            found.append(
                _result(engine, times, bare, f"{per_s} a second for {seconds:g} s; {kept} kept", refused)
            )
    return found


def _result(engine: str, times: list[float], bare: list[float], remark: str, refused: int) -> Result:
    value, baseline = _p99(times), _p99(bare)
    return Result(
        f"Answer to a post, {engine}: p99",
        value,
        "ms",
        baseline,
        value / baseline,
        goal=Goal("value", 200),
        remark=f"{remark}, {refused} refused; median {sorted(times)[len(times) // 2]:.1f} ms",
    )


async def _run(target: Target, per_s: int, seconds: float) -> tuple[list[float], int]:
    """Return the times in ms, and how many were not answered with yes."""
    clock = asyncio.get_running_loop().time
    async with aiohttp.ClientSession() as pms:

        async def send(due: float) -> tuple[float, int]:
            await asyncio.sleep(max(0.0, due - clock()))
            body = json.dumps(_notice()).encode()
            async with pms.post(target.url, data=body, headers=_signed(target.secret, body)) as answer:
                return (clock() - due) * 1e3, answer.status

        await asyncio.gather(*(send(clock()) for _ in range(SETTLE_POSTS)))
        begun = clock() + 0.2
        answers = await asyncio.gather(*(send(begun + n / per_s) for n in range(int(per_s * seconds))))
    return [took for took, _ in answers], sum(status != 204 for _, status in answers)


async def _bare(request: Request) -> Response:
    await request.body()
    return Response(status_code=204)


async def _bot(database: Database) -> tuple[Starlette, Issued]:
    """Return the bot's own routes over a database with one connected hotel, and its address."""
    clock = SystemClock()
    vault, registry = Vault(LocalKeyset.parse(keyset.generate()), clock), Registry({})
    queue, _ = open_engine(database, clock)
    async with database.system() as unit:
        await hotels.add_hotel(unit, HOTEL, "T-bench", clock.now())
    async with database.transaction(TenantContext(HOTEL.id)) as own:
        await connections.save(own, _connection(), clock.now())
        addresses = Addresses(vault, clock, "https://innkeeper.example")
        issued = await addresses.issue(own, _connection(), registry[VendorKey.CUSTOM])

    async def no_tokens(unit: TenantUnit) -> tuple[Secret, ...]:
        return ()

    mail_room = MailRoom(database, queue, vault, clock, "")
    receiver = Receiver(database, queue, vault, registry, clock)
    protel = ProtelReceiver(database, queue, clock, mail_room, no_tokens)
    return Starlette(routes=hook_routes(receiver, protel)), issued


async def _kept(database: Database) -> int:
    async with database.transaction(TenantContext(HOTEL.id)) as unit:
        return await hooks.count_posts(unit, _connection().id, 1_000_000)


def _connection() -> Connection:
    return Connection(
        id="bench-connection",
        vendor=VendorKey.CUSTOM,
        sealed="",
        status=ConnectionStatus.ACTIVE,
        values={},
        origin="https://pms.example:443",
        property_id="hotel-aurora",
        property_name="Hotel Aurora",
    )


def _notice() -> Mapping[str, object]:
    return {
        "type": "booking.updated",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"property_id": "hotel-aurora", "ids": [str(uuid.uuid4())]},
    }


def _signed(secret: Secret, body: bytes) -> dict[str, str]:
    number, now = str(uuid.uuid4()), datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret.reveal()).sign(number, now, body.decode()),
    }


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]
