"""Eight processes, one account, a vendor that rotates: as many renewals as expiries, none revoked."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.store.database import Database
from tests.clock import FakeClock
from tests.core.lines.test_tokens import Office, TokenEndpoint
from tests.core.pms.serving import serve
from tests.databases import Place

pytestmark = pytest.mark.chaos

PROCESSES, ROUNDS = 8, 100


class RotatingVendor:
    """Gives each refresh token one answer; one that comes again ends everything."""

    def __init__(self) -> None:
        self.count = 0
        self.reused = 0

    async def answer(self, request: Request) -> Response:
        asked = json.loads(await request.body())["refresh_token"]
        if asked != f"refresh-{self.count}":
            self.reused += 1
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.count += 1
        await asyncio.sleep(0.002)
        told = {"access_token": f"access-{self.count}", "refresh_token": f"refresh-{self.count}"}
        return JSONResponse(told)


async def test_every_expiry_is_renewed_exactly_once(place: Place) -> None:
    """The vendor counts; a refresh token used twice would show."""
    database = Database.open(place.url)
    await Office(database, FakeClock(), TokenEndpoint()).open()
    await database.aclose()
    vendor = RotatingVendor()
    async with serve(Starlette(routes=[Route("/token", vendor.answer, methods=["POST"])])) as url:
        outputs = await asyncio.gather(*(_process(place.url, f"{url}/token") for _ in range(PROCESSES)))

    assert (vendor.count, vendor.reused) == (ROUNDS, 0)
    assert outputs == [b""] * PROCESSES


async def _process(database_url: str, endpoint: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.core.lines.storm",
        database_url,
        endpoint,
        str(ROUNDS),
        cwd=Path(__file__).resolve().parent.parent.parent.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output
