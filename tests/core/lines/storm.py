"""Many processes that ask for the same connection's token, and a vendor that counts; see test_storm.py.

The benchmark lets a longer storm loose.
"""

import asyncio
import json
import sys
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.clock import SystemClock
from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.secret import Secret
from core.lines.tokens import StoredTokens
from core.pms.tokens import Grant
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.lines.test_tokens import CONNECTION, TENANT, Office, TokenEndpoint
from tests.core.pms.serving import serve

CHECKOUT = Path(__file__).resolve().parent.parent.parent.parent


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


async def let_loose(database_url: str, processes: int, rounds: int) -> tuple[RotatingVendor, list[bytes]]:
    """Let so many processes live through so many expiries; return the vendor and what they printed."""
    database = Database.open(database_url)
    await Office(database, FakeClock(), TokenEndpoint()).open()
    await database.aclose()
    vendor = RotatingVendor()
    async with serve(Starlette(routes=[Route("/token", vendor.answer, methods=["POST"])])) as url:
        outputs = await asyncio.gather(
            *(_process(database_url, f"{url}/token", rounds) for _ in range(processes))
        )
    return vendor, outputs


async def _process(database_url: str, endpoint: str, rounds: int) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.core.lines.storm", database_url, endpoint, str(rounds)),
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return output


async def main(database_url: str, endpoint: str, rounds: int) -> None:
    """Ask for a token, have it refused, and ask again, until the vendor has given out enough."""
    database = Database.open(database_url, busy_timeout_s=20)
    vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), SystemClock())
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

        async def fetch(refresh_token: Secret | None) -> Grant:
            assert refresh_token is not None
            answer = await client.post(endpoint, json={"refresh_token": refresh_token.reveal()})
            if answer.status_code != 200:
                raise CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
            told = answer.json()
            return Grant(Secret(told["access_token"]), 3600, Secret(told["refresh_token"]))

        async def on_refused() -> None:
            print("refused", flush=True)

        source = StoredTokens(
            database, vault, SystemClock(), TENANT, CONNECTION, Secret("refresh-0"), fetch, on_refused
        )
        token = await source.token()
        while int(token.reveal().removeprefix("access-")) < rounds:
            token = await source.renew(token)
    await database.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
