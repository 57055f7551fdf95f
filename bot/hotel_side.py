"""Builds what knows hotels and nothing of Slack: services, lines to the PMSs, the sync, and what comes in."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.settings import Settings
from core.credentials.vault import Vault
from core.domain.clock import Clock
from core.domain.errors import Layer
from core.domain.secret import Secret
from core.inbound.addresses import Addresses
from core.inbound.mailbox import MailRoom
from core.inbound.protel import ProtelReceiver
from core.inbound.receiver import Receiver
from core.jobs.engine import open_engine
from core.jobs.queue import JobQueue, JobWorker
from core.lines.clients import PacedClients
from core.lines.opening import LineOpener
from core.lines.proofs import protel_tokens
from core.membership import Membership
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.onboarding.consenting import Consents
from core.onboarding.disconnecting import Disconnector
from core.onboarding.forms import CredentialForms
from core.onboarding.service import OnboardingService
from core.outbound.endpoints import Endpoints
from core.pms.registry import Registry
from core.store.database import Database, TenantUnit
from core.sync.ending import Closing
from core.sync.keep_alive import KeepAlive
from core.sync.requests import SyncRequests
from core.sync.subscribing import Subscriber


@dataclass(frozen=True, slots=True)
class HotelSide:
    """One of each, over one database."""

    database: Database
    vault: Vault
    clock: Clock
    registry: Registry
    queue: JobQueue
    worker: JobWorker
    onboarding: OnboardingService
    membership: Membership
    forms: CredentialForms
    consents: Consents
    disconnector: Disconnector
    clients: PacedClients
    opener: LineOpener
    closing: Closing
    keep_alive: KeepAlive
    subscriber: Subscriber
    requests: SyncRequests
    addresses: Addresses
    mail_room: MailRoom
    receiver: Receiver
    protel: ProtelReceiver
    endpoints: Endpoints
    open_caller: Callable[[], GuardedClient]
    """How the hotel's own systems are called."""


def build(settings: Settings, database: Database, vault: Vault, clock: Clock) -> HotelSide:
    """Return everything, tied together; nothing is contacted yet."""

    def open_client(observe: Callable[[Layer], None]) -> GuardedClient:
        return GuardedClient(settings.policy, observe=observe)

    def open_caller() -> GuardedClient:
        return GuardedClient(settings.policy)

    async def tokens_in_use(unit: TenantUnit) -> tuple[Secret, ...]:
        return await protel_tokens(unit, vault, clock)

    queue, worker = open_engine(database, clock)
    registry = Registry(settings.addresses, apps=settings.apps)
    service = OnboardingService(database, queue, clock)
    mail_room = MailRoom(database, queue, vault, clock, settings.public_url)
    forms = CredentialForms(database, service, vault, registry, clock, mail_room)
    clients = PacedClients(vault, Budget(database, clock), clock, open_client)
    opener = LineOpener(database, queue, vault, registry, clients, clock, mail_room)
    addresses = Addresses(vault, clock, settings.public_url)
    subscriber = Subscriber(database, opener, addresses, registry, clock)
    return HotelSide(
        database=database,
        vault=vault,
        clock=clock,
        registry=registry,
        queue=queue,
        worker=worker,
        onboarding=service,
        membership=Membership(database, service, clock),
        forms=forms,
        consents=Consents(database, service, forms, vault, registry, clock, open_client, settings.public_url),
        disconnector=Disconnector(database, queue, service, clock, subscriber),
        clients=clients,
        opener=opener,
        closing=Closing(database, queue, opener, clock),
        keep_alive=KeepAlive(database, queue, opener, registry, clock),
        subscriber=subscriber,
        requests=SyncRequests(database, queue, clock),
        addresses=addresses,
        mail_room=mail_room,
        receiver=Receiver(database, queue, vault, registry, clock),
        protel=ProtelReceiver(database, queue, clock, mail_room, tokens_in_use),
        endpoints=Endpoints(database, queue, vault, settings.policy, open_caller, clock),
        open_caller=open_caller,
    )
