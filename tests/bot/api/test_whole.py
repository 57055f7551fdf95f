"""The whole product behind the API: a hotel is connected to a simulated PMS, synced and disconnected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bot.compose import compose
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from bot.playground.slack.serving import serve
from bot.running import doors
from bot.web import create_web
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.store import hotels
from core.store.hotels import Hotel
from tests.bot.api.desk import BASE, METRICS_TOKEN, bearing, settings, token
from tests.clock import START
from tests.databases import Place

DEADLINE_S = 60.0


@dataclass
class Whole:
    """The product and the simulated PMS, over HTTP."""

    client: httpx.AsyncClient
    sandboxes: Sandboxes

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(
            method, BASE + path, json=body, headers=bearing(token("manager", "h"))
        )

    def custom(self, **changed: str) -> dict[str, Any]:
        """Return what opens the simulated PMS that speaks our open contract."""
        form = self.sandboxes.form(VendorKey.CUSTOM)
        return {"pmsType": "Custom", "apiKey": form["api_key"], "endpoint": form["endpoint"], **changed}

    async def first_run(self) -> Any:
        """Wait for the end of the first sync."""
        async with asyncio.timeout(DEADLINE_S):
            while not (found := (await self.ask("GET", "/runs?outcome=complete")).json()["runs"]):
                await asyncio.sleep(0.2)
        return found[0]


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Whole]:
    async with open_sandboxes() as sandboxes:
        decided = settings(
            database_url=place.url,
            innkeeper_profile="development",
            innkeeper_allow_loopback=sandboxes.loopback,
            slack_api_url="http://127.0.0.1:9/api/",  # nobody listens there: notices wait
            metrics_token=METRICS_TOKEN,
            **{name.lower(): url for name, url in sandboxes.addresses.items()},
        )
        async with compose(decided) as innkeeper:
            async with innkeeper.database.system() as unit:
                await hotels.add_hotel(unit, Hotel("h", "Hotel Aurora", "Europe/Vienna"), "T", START)
            stop = asyncio.Event()
            working = asyncio.create_task(innkeeper.work(stop))
            more = doors(innkeeper, decided)
            web = create_web(innkeeper.database, None, Secret(""), None, _connected, None, more)
            async with serve(web) as address, httpx.AsyncClient(base_url=address, timeout=30) as client:
                yield Whole(client, sandboxes)
            stop.set()
            await working


async def _connected() -> bool:
    return True


async def test_from_the_first_test_to_the_end(sqlite_place: Place) -> None:
    async with opened(sqlite_place) as whole:
        tested = (await whole.ask("POST", "/test-connection", whole.custom())).json()
        assert tested["success"] is True
        assert {rung["mark"] for rung in tested["details"]["rungs"]} == {"passed", "skipped"}
        assert (await whole.ask("GET", "/configuration")).status_code == 404
        made = (await whole.ask("POST", "/configuration", whole.custom())).json()
        assert made["config"]["endpoint"] == whole.custom()["endpoint"]

        run = await whole.first_run()
        assert (run["cause"], run["counts"]["read"]) == ("first", run["counts"]["new"])
        told = (await whole.ask("GET", "/statistics")).json()
        assert sum(told["records"].values()) == run["counts"]["new"] > 0
        assert told["lagSeconds"] < DEADLINE_S
        page = (await whole.ask("GET", "/records/bookings?limit=5")).json()
        assert len(page["records"]) == 5
        one = page["records"][0]
        shown = (await whole.ask("GET", f"/records/bookings/{one['externalId']}")).json()
        assert shown["record"] == one["record"]

        figures = (await whole.client.get("/metrics", headers=bearing(METRICS_TOKEN))).text
        assert 'innkeeper_sync_runs_total{outcome="complete",vendor="Custom"} 1.0' in figures
        assert 'innkeeper_tests_total{code="passed",vendor="Custom"} 2.0' in figures
        assert (await whole.ask("DELETE", "/configuration")).status_code == 200
        assert (await whole.ask("GET", "/records/bookings")).json()["records"] == []


async def test_the_address_policy_is_the_wizards(sqlite_place: Place) -> None:
    """What it forbids is never contacted; what was named is, which is the control."""
    async with opened(sqlite_place) as whole:
        for endpoint in ("https://127.0.0.1/x", "https://169.254.169.254/latest", "http://pms.example.com"):
            answer = await whole.ask("POST", "/test-connection", whole.custom(endpoint=endpoint))
            told = answer.json()
            assert (answer.status_code, told["success"]) == (200, False), told
            assert told["details"]["diagnosis"]["layer"] == "policy"
        refused = (await whole.ask("POST", "/test-connection", whole.custom(apiKey="wrong-key"))).json()
        assert refused["details"]["diagnosis"]["layer"] == "authentication"
        assert refused["suggestions"]
