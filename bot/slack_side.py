"""Builds who answers in Slack, and who performs the jobs that end there."""

from datetime import datetime

from bot.desks.answering import Answering
from bot.desks.caution import Caution
from bot.desks.conflicts import ConflictDesk
from bot.desks.conversation import Conversation
from bot.desks.dashboard import HomeTab
from bot.desks.expiry import ExpiryDesk
from bot.desks.founding import Founding
from bot.desks.front import FrontDesk
from bot.desks.guidebook import Guidebook
from bot.desks.mapping import MappingDesk
from bot.desks.outbound import OutboundDesk
from bot.desks.post import PostDesk
from bot.desks.sync import RunDisplay, SyncDesk
from bot.desks.talk import Talk
from bot.display import ThreadDisplay
from bot.gate import Gate
from bot.hotel_side import HotelSide
from bot.installations import Installations
from bot.listeners.house import House
from bot.notifier import SlackNotifier
from bot.settings import Settings
from core import inbound
from core.domain.events import DomainEvent
from core.guidance.advisor import Advisor
from core.guidance.asking import Asks
from core.guidance.entries import entries
from core.guidance.library import Library
from core.guidance.sheets import Sheets
from core.jobs.queue import Handler, Job
from core.onboarding import service as onboarding
from core.onboarding.saving import ConnectionSaver
from core.onboarding.testing import ConnectionTester
from core.outbound import publishing
from core.outbound.delivering import Deliverer
from core.outbox import DELIVER, REFRESH_DASHBOARDS, Outbox, announce
from core.pms.pasted import Spotter
from core.store.database import TenantUnit
from core.sync import counting, keep_alive, requests
from core.sync.counting import Counter
from core.sync.editing import Arbiter
from core.sync.expiry import CredentialDates
from core.sync.plan import Planner
from core.sync.post import PostReaction
from core.sync.running import SyncRunner
from core.sync.trying import MappingTrial


def build_house(
    settings: Settings, hotels: HotelSide, installations: Installations, model: Asks | None
) -> House:
    """Return whom the listeners hand over to."""
    database, registry, clock = hotels.database, hotels.registry, hotels.clock
    gate = Gate(hotels.membership)
    spotter = Spotter(registry)
    founding = Founding(gate, hotels.membership, spotter)
    conversation = Conversation(gate, founding, hotels.onboarding, hotels.forms, hotels.consents)
    front_desk = FrontDesk(gate, hotels.membership, hotels.disconnector, registry)
    library = Library(entries(registry))
    advisor = Advisor(
        model, Sheets(library, registry), database, clock, spotter, settings.openai_daily_tokens
    )
    answering = Answering(database, hotels.membership, advisor, clock)
    caution = Caution(spotter, registry, database, hotels.membership, hotels.onboarding, clock)
    guidebook = Guidebook(database, library, registry)
    talk = Talk(
        database,
        gate,
        hotels.onboarding,
        conversation,
        front_desk,
        guidebook,
        answering,
        caution,
        registry,
        clock,
    )
    return House(
        conversation=conversation,
        founding=founding,
        front_desk=front_desk,
        home=HomeTab(database, gate, installations, registry, clock),
        talk=talk,
        answering=answering,
        guidebook=guidebook,
        installations=installations,
        sync=SyncDesk(database, gate, hotels.requests, Planner(database, clock), registry, clock),
        post=PostDesk(database, gate, hotels.addresses, registry),
        caution=caution,
        conflicts=ConflictDesk(database, gate, Arbiter(database, hotels.queue, clock), registry),
        systems=OutboundDesk(database, gate, hotels.endpoints),
        mapping=MappingDesk(gate, MappingTrial(database, hotels.opener, registry, clock), hotels.requests),
        expiry=ExpiryDesk(gate, CredentialDates(database, hotels.queue, clock), registry),
    )


def build_handlers(hotels: HotelSide, installations: Installations, house: House) -> dict[str, Handler]:
    """Return who performs which kind of job."""
    database, queue, registry, clock = hotels.database, hotels.queue, hotels.registry, hotels.clock
    offered = frozenset(vendor.key for vendor in registry if hotels.consents.are_offered(vendor))
    display = ThreadDisplay(
        database, installations, registry, clock, offered, can_explain=house.answering.has_model
    )
    tester = ConnectionTester(
        database,
        hotels.onboarding,
        hotels.vault,
        registry,
        display,
        clock,
        hotels.clients,
        hotels.mail_room,
    )
    saver = ConnectionSaver(database, queue, hotels.onboarding, hotels.vault, clock)
    runs = RunDisplay(database, installations, registry, clock)
    syncs = SyncRunner(database, hotels.opener, registry, hotels.closing, hotels.subscriber, runs, clock)
    outbox = Outbox(database, SlackNotifier(database, installations, registry, clock), clock)

    async def tell(unit: TenantUnit, event: DomainEvent, now: datetime) -> None:
        await announce(unit, queue, event, now)

    deliverer = Deliverer(database, hotels.vault, hotels.open_caller, tell, clock)

    async def show(job: Job) -> None:
        await display.show(str(job.payload["hotel_id"]), str(job.payload["conversation_id"]))

    return {
        onboarding.SHOW: show,
        onboarding.CHECK: tester.handle,
        onboarding.SAVE: saver.handle,
        REFRESH_DASHBOARDS: house.home.refresh,
        requests.SYNC: syncs.handle,
        requests.SHOW: runs.show,
        keep_alive.KEEP_ALIVE: hotels.keep_alive.handle,
        counting.COUNT: Counter(database, queue, hotels.opener, clock).handle,
        inbound.WORK: PostReaction(database, queue, registry, clock).handle,
        DELIVER: outbox.deliver,
        publishing.DELIVER: deliverer.handle,
    }
