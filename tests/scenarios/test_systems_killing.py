"""Kill -9 while the hotel's own system has a message in its hands: it comes again, under the same id."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.responses import Response

from bot.playground.keeper import BotKeeper
from core.store import webhook_endpoints, webhook_messages
from core.store.webhook_messages import DeliveryState
from tests.core.outbound.systems import System, open_system, status
from tests.scenarios.process import ProcessStage, environment_of
from tests.scenarios.stage import found_hotel, free_port
from tests.scenarios.test_systems import add_system, open_list
from tests.scenarios.wizard import connect, custom

pytestmark = pytest.mark.chaos


@asynccontextmanager
async def reachable(stage: ProcessStage, folder: Path) -> AsyncIterator[System]:
    """Run a system that the bot's process may call."""
    async with open_system() as system:
        doors = (*stage.settings.innkeeper_allow_loopback, system.door)
        stage.settings = stage.settings.model_copy(update={"innkeeper_allow_loopback": doors})
        await stage.keeper.stop()
        environment = environment_of(stage.settings) | {"INNKEEPER_PORT": str(free_port())}
        stage.keeper = BotKeeper(environment, folder, pauses_s=(0.2,))
        await stage.keeper.start()
        await stage.comes_up()
        yield system
        await stage.keeper.stop()


async def test_killed_between_sending_and_noting(process_stage: ProcessStage, tmp_path: Path) -> None:
    """Nothing is lost: what the system had is sent once more, so that it can tell by the id."""
    async with reachable(process_stage, tmp_path) as system:
        ada = await found_hotel(process_stage)
        await open_list(ada)
        secret = await add_system(ada, system.url)
        await ada.closes()
        released = asyncio.Event()

        async def held() -> Response:
            await released.wait()
            return status(204)

        system.answers = [held]
        await connect(ada, "Custom PMS", custom(process_stage))
        await system.until(1)
        await process_stage.kill()
        released.set()
        await system.until(2)
        first, again = system.arrived[:2]
        assert (first.type, first.id, first.body) == ("pms.external.connected", again.id, again.body)
        assert again.verified(secret)
        await ada.hears("have arrived from Custom PMS", "#managers")
        await process_stage.at_rest()
        async with process_stage.database.transaction(await process_stage.tenant()) as unit:
            [endpoint] = await webhook_endpoints.list_endpoints(unit)
            found = await webhook_messages.list_deliveries(unit, endpoint.id)
        assert {one.state for one in found} == {DeliveryState.DELIVERED}
        assert len({one.id for one in system.arrived}) == len(found)
