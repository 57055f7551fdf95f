"""One of many processes that ask for the same connection's token; started by test_storm.py."""

import asyncio
import sys

import httpx

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.clock import SystemClock
from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.secret import Secret
from core.lines.tokens import StoredTokens
from core.pms.tokens import Grant
from core.store.database import Database
from tests.core.lines.test_tokens import CONNECTION, TENANT


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
