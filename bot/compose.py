"""The composition root: the only file that builds objects, ties them together, and closes them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from sqlalchemy.exc import OperationalError

from bot.attendance import Attendance
from bot.conversation import Conversation
from bot.dashboard import HomeTab
from bot.display import ThreadDisplay
from bot.founding import Founding
from bot.front_desk import FrontDesk
from bot.gate import Gate
from bot.installations import Installations, SingleInstallation
from bot.listeners import register
from bot.listeners.house import House
from bot.notifier import SlackNotifier
from bot.settings import Settings
from bot.talk import Talk
from bot.workspaces import StoredInstallations, install_flow
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.credentials.vault import Vault
from core.domain.clock import Clock, SystemClock
from core.domain.errors import Layer
from core.jobs.engine import open_engine
from core.jobs.queue import Handler, Job, JobWorker
from core.lines.clients import PacedClients
from core.membership import Membership
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.onboarding import housekeeping
from core.onboarding import service as onboarding
from core.onboarding.consenting import Consents
from core.onboarding.disconnecting import Disconnector
from core.onboarding.forms import CredentialForms
from core.onboarding.saving import ConnectionSaver
from core.onboarding.service import OnboardingService
from core.onboarding.testing import ConnectionTester
from core.outbox import DELIVER, Outbox
from core.pms.registry import Registry
from core.store.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Innkeeper:
    """The whole product, put together: the Slack app, the worker and its handlers, and what both stand on."""

    app: AsyncApp
    worker: JobWorker
    handlers: dict[str, Handler]
    database: Database
    onboarding: OnboardingService
    clock: Clock
    consents: Consents
    attendance: Attendance
    install_flow: AsyncOAuthFlow | None = None
    """How the app is installed in further workspaces; None where one bot token is all there is."""

    async def work(self, stop: asyncio.Event) -> None:
        """Perform jobs and keep house until told to stop."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.worker.run(self.handlers, stop))
            tasks.create_task(self._keep_house(stop))

    async def _keep_house(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await housekeeping.tidy(self.database, self.onboarding, self.clock)
            except OperationalError as error:  # the database is away: what is due stays due
                log.warning("housekeeping_put_off", error=type(error.orig).__name__)
            try:
                await asyncio.wait_for(stop.wait(), housekeeping.EVERY_S)
            except TimeoutError:
                continue


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
        if settings.slack_client_id:
            stored = StoredInstallations(database, keyset, settings.slack_api_url, clock)
            flow = _install_flow(settings, stored, database, clock)
            innkeeper = _assemble(settings, database, Vault(keyset, clock), stored, clock, flow)
        else:
            single = SingleInstallation(settings.bot_token, settings.slack_api_url)
            innkeeper = _assemble(settings, database, Vault(keyset, clock), single, clock)
        stack.push_async_callback(innkeeper.attendance.all_done)
        yield innkeeper


def _assemble(
    settings: Settings,
    database: Database,
    vault: Vault,
    installations: Installations,
    clock: Clock,
    flow: AsyncOAuthFlow | None = None,
) -> Innkeeper:
    def open_client(observe: Callable[[Layer], None]) -> GuardedClient:
        return GuardedClient(settings.policy, observe=observe)

    queue, worker = open_engine(database, clock)
    registry = Registry(settings.addresses, apps=settings.apps)
    service = OnboardingService(database, queue, clock)
    forms = CredentialForms(database, service, vault, registry, clock)
    consents = Consents(database, service, forms, vault, registry, clock, open_client, settings.public_url)
    membership = Membership(database, service, clock)
    gate = Gate(membership)
    home = HomeTab(database, gate, installations, registry, clock)
    founding = Founding(gate, membership)
    conversation = Conversation(gate, founding, service, forms, consents)
    front_desk = FrontDesk(gate, membership, Disconnector(database, queue, service, clock), registry)
    offered = frozenset(vendor.key for vendor in registry if consents.are_offered(vendor))
    display = ThreadDisplay(database, installations, registry, clock, offered)
    talk = Talk(database, gate, service, conversation, front_desk, registry, clock)

    async def show(job: Job) -> None:
        await display.show(str(job.payload["hotel_id"]), str(job.payload["conversation_id"]))

    clients = PacedClients(vault, Budget(database, clock), clock, open_client)
    tester = ConnectionTester(database, service, vault, registry, display, clock, clients)
    saver = ConnectionSaver(database, queue, service, vault, clock)
    outbox = Outbox(database, SlackNotifier(database, installations, registry), clock)
    handlers: dict[str, Handler] = {
        onboarding.SHOW: show,
        onboarding.CHECK: tester.handle,
        onboarding.SAVE: saver.handle,
        onboarding.REFRESH_DASHBOARD: home.refresh,
        DELIVER: outbox.deliver,
    }
    app = _slack_app(settings, installations)
    register(app, House(conversation, founding, front_desk, home, talk, installations))
    attendance = Attendance()
    app.listener_runner.listener_start_handler = attendance
    return Innkeeper(app, worker, handlers, database, service, clock, consents, attendance, flow)


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
