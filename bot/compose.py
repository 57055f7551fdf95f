"""The composition root: the hotel side and the Slack side tied together, started and closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from sqlalchemy.exc import OperationalError

from bot.api.assembly import open_api
from bot.api.serving import Api
from bot.attendance import Attendance
from bot.desks.guidebook import Guidebook
from bot.hotel_side import HotelSide, build
from bot.installations import Installations, SingleInstallation
from bot.listeners import register
from bot.metrics import Metrics
from bot.settings import Settings
from bot.slack_side import build_handlers, build_house
from bot.workspaces import StoredInstallations, install_flow
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.credentials.vault import Vault
from core.domain.clock import Clock, SystemClock
from core.guidance.asking import Asks
from core.inbound import housekeeping as inbound_housekeeping
from core.inbound.protel import ProtelReceiver
from core.inbound.receiver import Receiver
from core.jobs.queue import Handler, JobQueue, JobWorker
from core.onboarding import housekeeping
from core.onboarding.consenting import Consents
from core.onboarding.service import OnboardingService
from core.outbound import housekeeping as outbound_housekeeping
from core.store.database import Database
from core.sync import housekeeping as sync_housekeeping
from core.sync import schedule
from core.sync.ending import Closing
from core.sync.expiry import ExpiryWatch
from core.sync.keep_alive import KeepAlive
from core.sync.schedule import Scheduler

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Innkeeper:
    """The whole product, put together: the Slack app, the worker and its handlers, and what both stand on."""

    app: AsyncApp
    queue: JobQueue
    worker: JobWorker
    handlers: dict[str, Handler]
    database: Database
    onboarding: OnboardingService
    clock: Clock
    consents: Consents
    attendance: Attendance
    scheduler: Scheduler
    closing: Closing
    keep_alive: KeepAlive
    expiry: ExpiryWatch
    receiver: Receiver
    protel: ProtelReceiver
    metrics: Metrics
    guidebook: Guidebook
    install_flow: AsyncOAuthFlow | None = None
    """How the app is installed in further workspaces; None where one bot token is all there is."""
    api: Api | None = None
    """The REST API; None where no secret was set that its tokens could be signed with."""

    async def work(self, stop: asyncio.Event) -> None:
        """Perform jobs and keep house until told to stop."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.worker.run(self.handlers, stop))
            tasks.create_task(self._keep_house(stop))
            tasks.create_task(self._keep_time(stop))

    async def _keep_time(self, stop: asyncio.Event) -> None:
        """Look for hotels whose sync is due."""
        while not stop.is_set():
            try:
                await self.scheduler.tick()
            except OperationalError as error:  # the database is away: what is due stays due
                log.warning("schedule_put_off", error=type(error.orig).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), schedule.TICK_S)

    async def _keep_house(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await housekeeping.tidy(self.database, self.onboarding, self.clock)
                await sync_housekeeping.tidy(self.database, self.closing, self.clock)
                await self.expiry.warn()
                await self.keep_alive.tick()
                await inbound_housekeeping.tidy(self.database, self.clock)
                await outbound_housekeeping.tidy(self.database, self.queue, self.clock)
            except OperationalError as error:  # the database is away: what is due stays due
                log.warning("housekeeping_put_off", error=type(error.orig).__name__)
            try:
                await asyncio.wait_for(stop.wait(), housekeeping.EVERY_S)
            except TimeoutError:
                continue


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[Asks | None]:
    """Open the language model, where there is one. Its library is large, and loaded only then."""
    if not settings.openai_key:
        yield None
        return
    from core.guidance.model import Model, ModelPlace  # noqa: PLC0415 - 60 MB and half a second

    place = ModelPlace(
        settings.openai_base_url, settings.openai_key, settings.openai_model, settings.openai_reasoning_effort
    )
    async with aclosing(Model(place)) as model:
        yield model


@asynccontextmanager
async def compose(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Innkeeper]:
    """Build everything from settings, and close it at the end; tests bring their own clock.

    Raises: SettingsError when the encryption key is not the database's.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        database = Database.open(settings.database_url)
        stack.push_async_callback(database.aclose)
        keyset = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
        async with database.system() as unit:
            await verify_keys(unit, keyset, clock)
        model = await stack.enter_async_context(open_model(settings))
        hotels = build(settings, database, Vault(keyset, clock), clock)
        if settings.slack_client_id:
            stored = StoredInstallations(database, keyset, settings.slack_api_url, clock)
            flow = _install_flow(settings, stored, database, clock)
            innkeeper = _assemble(settings, hotels, stored, model, flow)
        else:
            single = SingleInstallation(settings.bot_token, settings.slack_api_url)
            innkeeper = _assemble(settings, hotels, single, model)
        stack.enter_context(innkeeper.metrics.counting())
        stack.push_async_callback(innkeeper.attendance.all_done)
        yield innkeeper


def _assemble(
    settings: Settings,
    hotels: HotelSide,
    installations: Installations,
    model: Asks | None,
    flow: AsyncOAuthFlow | None = None,
) -> Innkeeper:
    house = build_house(settings, hotels, installations, model)
    app = _slack_app(settings, installations)
    register(app, house)
    attendance = Attendance()
    app.listener_runner.listener_start_handler = attendance
    return Innkeeper(
        app=app,
        queue=hotels.queue,
        worker=hotels.worker,
        handlers=build_handlers(hotels, installations, house),
        database=hotels.database,
        onboarding=hotels.onboarding,
        clock=hotels.clock,
        consents=hotels.consents,
        attendance=attendance,
        scheduler=Scheduler(hotels.database, hotels.queue, hotels.clock),
        closing=hotels.closing,
        keep_alive=hotels.keep_alive,
        expiry=ExpiryWatch(hotels.database, hotels.queue, hotels.clock),
        receiver=hotels.receiver,
        protel=hotels.protel,
        metrics=Metrics(hotels.database, hotels.clock),
        guidebook=house.guidebook,
        install_flow=flow,
        api=open_api(settings, hotels),
    )


def _install_flow(
    settings: Settings, installations: StoredInstallations, database: Database, clock: Clock
) -> AsyncOAuthFlow:
    return install_flow(
        installations,
        database,
        clock,
        client_id=settings.slack_client_id,
        client_secret=settings.client_secret,
        public_url=settings.public_url,
        api_url=settings.slack_api_url,
    )


def _slack_app(settings: Settings, installations: Installations) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)  # Bolt cannot call a bound method here

    return AsyncApp(
        name="innkeeper",
        authorize=authorize,  # type: ignore[arg-type]  # Bolt itself turns None away
        request_verification_enabled=False,  # bot.web checks signatures, and that none comes twice
        client=installations.template,
        process_before_response=False,
    )
