"""Every view of the product, drawn with one text in every place that somebody else fills."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from bot import replies, sync_texts, texts
from bot.settings import VENDOR_ADDRESSES
from bot.views import (
    beginning,
    conflicts,
    credentials,
    desk,
    expiry,
    guidance,
    home,
    ladder,
    mapping,
    notices,
    onboarding,
    outbound,
    sync_settings,
)
from bot.views.onboarding import Scene
from core.domain.access import Person, Role
from core.domain.errors import Layer
from core.domain.events import (
    ConflictFound,
    ConnectionEstablished,
    ConnectionRemoved,
    ConnectionTestFailedRepeatedly,
    ContestedField,
    CredentialsEnding,
    DomainEvent,
    EndpointPaused,
    FindingClosed,
    FindingOpened,
)
from core.domain.expiry import TermKind
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.domain.secret import Secret
from core.onboarding import codec
from core.onboarding.forms import OpenedForm
from core.onboarding.service import Entry
from core.onboarding.steps import (
    Choosing,
    Closed,
    CloseReason,
    Diagnosing,
    Done,
    EnteringCredentials,
    Reviewing,
    Saving,
    Step,
    Target,
    Tested,
    Testing,
)
from core.outbound import endpoints as outbound_core
from core.outbound.attempts import Attempt, Result
from core.outbound.catalogue import TYPES
from core.pms.common_guide import COMMON
from core.pms.expressions import Flaw
from core.pms.guide import Suggestion
from core.pms.registry import VENDORS, Registry
from core.pms.report import CheckReport, Failure, Mark, Rung
from core.pms.vendor import Vendor
from core.store.connections import Connection, ConnectionStatus
from core.store.conversations import Conversation
from core.store.edits import Conflict, Edit
from core.store.hotels import Hotel, Member
from core.store.webhook_endpoints import Endpoint, Paused
from core.store.webhook_messages import Delivery, DeliveryState, Message
from core.sync.choice import Choice
from core.sync.editing import Question
from core.sync.expiry import Dates
from core.sync.found import FindingKind
from core.sync.mapping import FieldMapping, Problem, Tried, Wrong
from core.sync.plan import Frequency, Retention, SyncSettings

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADA: Final = Person("T0INN", "U0ADA")
CONVERSATION: Final = "8c1d0000-0000-0000-0000-000000000000"
CONTROL: Final = f"{CONVERSATION}.7"
CONNECTION: Final = "c0ffee00-0000-0000-0000-000000000000"
SECRET: Final = "c4n4ry-d0-n0t-sh0w"


FINDINGS: Final[tuple[tuple[FindingKind, dict[str, object]], ...]] = (
    (FindingKind.QUIET, {"news": 3, "usual": 40}),
    (FindingKind.FLAT, {"hours": 6, "usual": 30}),
    (FindingKind.FLAT, {"same": 1, "times": 25}),
    (FindingKind.TRUNCATED, {"entity": "bookings", "read": 1000, "missing": 123}),
    (FindingKind.NO_POST, {"found": 7}),
    (FindingKind.NO_QUEUE, {"code": "permission.missing"}),
    (FindingKind.COUNTS, {name: [3, 4] for name in sync_texts.COUNTED}),
)
SETTINGS: Final = SyncSettings(Frequency.HOURLY, Choice(past_days=45), Retention.YEAR)
DATES: Final = Dates(NOW, NOW.date(), 90, NOW.date(), NOW.date(), "pms.aurora.example")


@dataclass(frozen=True)
class Drawn:
    """One view: a message with its text, or the blocks of the Home, or a modal."""

    message: str | None = None
    blocks: Any = None
    modal: Any = None

    @property
    def surface(self) -> str:
        if self.modal is not None:
            return "modal"
        return "home" if self.message is None else "message"

    @property
    def shown(self) -> Any:
        """All that is drawn, as data."""
        return [self.message, self.blocks, self.modal]


Gallery = dict[str, Drawn]


def draw_all(text: str, registry: Registry | None = None) -> Gallery:
    """Draw everything with `text` in place of what hotels, vendors and people are called or answer."""
    registry = registry or Registry(VENDOR_ADDRESSES)
    drawn: Gallery = {}
    for vendor in registry:
        if vendor.is_available:
            drawn |= _thread(text, registry, vendor)
            drawn |= _dashboards(text, registry, vendor)
            drawn |= _notices(text, registry, vendor)
            drawn[f"{vendor.key} form"] = Drawn(modal=_form(vendor, text))
    drawn |= _records(text, registry, registry[VendorKey.CUSTOM])
    drawn |= _systems(text, registry)
    return drawn | _answers(text, registry)


def steps(vendor: Vendor, text: str) -> Iterator[tuple[str, Step]]:
    """Yield every step in every state, with a name."""
    target, draft = Target(vendor.key), "d1"
    passed = report(text)
    yield "choosing", Choosing()
    yield "entering", EnteringCredentials(target)
    yield "entering for the same property", EnteringCredentials(replace(target, property_id="p1"))
    yield "entering again", EnteringCredentials(target, 3, "draft.expired")
    yield "testing", Testing(target, draft, 1)
    yield "tested", Tested(target, draft, 1, passed)
    yield "reviewing", Reviewing(target, draft, 1, passed)
    yield "reviewing little", Reviewing(target, draft, 1, CheckReport(identity=passed.identity))
    yield "saving", Saving(target, draft, 1, passed)
    yield "done", Done(target, CONNECTION, passed)
    yield "done without identity", Done(target, CONNECTION, CheckReport())
    yield "done and rated", Done(target, CONNECTION, passed, 4)
    for reason in CloseReason:
        for at in range(1, 5):
            yield f"closed at {at}, {reason}", Closed(reason, at, target if at > 1 else None, "U0BEN")
    for code in sorted({*COMMON, *vendor.guide.suggestions, "no.guide.knows"}):
        failed = replace(passed, failure=Failure(code, Layer.HTTP, blanks(text), text, Entity.GUESTS))
        yield f"diagnosing {code}", Diagnosing(target, draft, 2, failed)
    yield "diagnosing an interruption", Diagnosing(target, draft, 2, CheckReport.interrupted())


def report(text: str) -> CheckReport:
    """Return a whole test, with a rung for each mark and the vendor's words in every place."""
    marks = [*Mark, *Mark, *Mark]
    layers = [layer for layer in Layer if layer is not Layer.PERMISSIONS]
    rungs = [Rung(layer, marks.pop()) for layer in layers]
    rungs += [Rung(Layer.PERMISSIONS, marks.pop(), entity) for entity in Entity]
    identity = PropertyIdentity(text, text, text, text, text, text)
    return CheckReport(tuple(rungs), 1234, identity, PropertyOverview(23, 6))


def blanks(text: str) -> dict[str, str]:
    """Return details that fill every blank of every suggestion with the text."""
    suggestions = [
        *COMMON.values(),
        *(one for vendor in VENDORS for one in vendor.guide.suggestions.values()),
    ]
    own = {"vendor", "code", "layer", "entity", "facts", "request_id"}
    return dict.fromkeys({name for one in suggestions for name in _names(one)} - own, text)


def _names(suggestion: Suggestion) -> Iterator[str]:
    parts = (suggestion.title, suggestion.explanation, *suggestion.actions, suggestion.message or "")
    for part in parts:
        yield from (name for _, name, _, _ in string.Formatter().parse(part) if name)


def values(vendor: Vendor, text: str) -> Mapping[str, str]:
    """Return what was typed, were a secret ever among the open values."""
    return {field.key: SECRET if field.secret else text for field in vendor.fields}


def scene(vendor: Vendor, text: str, registry: Registry, step: Step) -> Scene:
    """Return what the thread of a step is about."""
    conversation = Conversation(CONVERSATION, ADA, codec.to_json(step), 7, True, NOW, NOW, NOW)
    return Scene(
        conversation,
        registry,
        text,
        values(vendor, text),
        has_notice_channel=False,
        consents=frozenset({vendor.key}),
        connected_to=VendorKey.CUSTOM,
    )


def _thread(text: str, registry: Registry, vendor: Vendor) -> Gallery:
    drawn: Gallery = {}
    for name, step in steps(vendor, text):
        about = scene(vendor, text, registry, step)
        for card in onboarding.thread(about, step):
            drawn[f"{vendor.key} {name}: {card.key}"] = Drawn(card.text, list(card.blocks))
        guide = guidance.of_step(registry, step)
        drawn[f"{vendor.key} {name}: guide"] = Drawn("What the guide says", guide)
    testing = scene(vendor, text, registry, Testing(Target(vendor.key), "d1", 1))
    card = onboarding.testing_progress(testing, ladder.rungs(report(text)))
    drawn[f"{vendor.key} progress"] = Drawn(card.text, list(card.blocks))
    return drawn


def connection(vendor: Vendor, text: str, status: ConnectionStatus) -> Connection:
    """Return a connection that the vendor and the admin have filled with the text."""
    return Connection(
        id=CONNECTION,
        vendor=vendor.key,
        sealed=SECRET,
        status=status,
        values=values(vendor, text),
        origin=text,
        property_id=text,
        property_name=text,
        last_synced_at=NOW if status is ConnectionStatus.ACTIVE else None,
        last_error=text if status is ConnectionStatus.REAUTH_REQUIRED else None,
        created_at=NOW,
        connected_by="U0ADA",
        details={"city": text, "country": text},
    )


def _dashboards(text: str, registry: Registry, vendor: Vendor) -> Gallery:
    drawn: Gallery = {}
    for role in Role:
        for status in ConnectionStatus:
            held = connection(vendor, text, status)
            name = f"{vendor.key} {role.name} {status}"
            hotel = Hotel("h1", text, text, "C0MANAGERS")
            model = home.Dashboard(hotel, role, held, "U0BEN", True, NOW)
            drawn[f"{name}: home"] = Drawn(blocks=home.dashboard(registry, model))
            drawn[f"{name}: menu"] = Drawn("Menu", desk.menu(hotel, role, held, registry))
            drawn[f"{name}: status"] = Drawn("Status", desk.status(role, held, registry))
            told = replace(model, dates=replace(DATES, certificate_of=text))
            drawn[f"{name}: home with ends"] = Drawn(blocks=home.dashboard(registry, told))
        blocks = [*home.connection_blocks(registry, held), *desk.where_the_dashboard_is()]
        drawn[f"{vendor.key} {role.name}: modal"] = Drawn(
            modal=replies.note("Dashboard", blocks, "Dashboard")
        )
    drawn[f"{vendor.key}: sync settings"] = Drawn(modal=sync_settings.settings_form(vendor, SETTINGS))
    drawn[f"{vendor.key}: expiry"] = Drawn(modal=expiry.form(vendor, replace(DATES, certificate_of=text)))
    drawn[f"{vendor.key}: expiry unknown"] = Drawn(modal=expiry.form(vendor, Dates()))
    drawn[f"{vendor.key}: disconnecting"] = Drawn("Sure?", desk.disconnecting(held, registry))
    return drawn


def _notices(text: str, registry: Registry, vendor: Vendor) -> Gallery:
    events: tuple[DomainEvent, ...] = (
        ConnectionEstablished(CONNECTION, vendor.key, text, "U0ADA"),
        ConnectionEstablished(CONNECTION, vendor.key, text, "U0ADA", replaced=True),
        ConnectionRemoved(CONNECTION, vendor.key, text, "U0ADA"),
        ConnectionTestFailedRepeatedly(CONVERSATION, vendor.key, "auth.refused", 3, "U0ADA"),
        ConnectionTestFailedRepeatedly(CONVERSATION, vendor.key, text, 3, "U0ADA"),
        *(
            CredentialsEnding(CONNECTION, vendor.key, text, kind, NOW, NOW.date(), 14, text)
            for kind in TermKind
        ),
        *(FindingOpened(CONNECTION, vendor.key, text, kind, facts) for kind, facts in FINDINGS),
        *(FindingClosed(CONNECTION, vendor.key, text, kind, NOW) for kind in FindingKind),
    )
    drawn = {}
    for number, event in enumerate(events):
        said, blocks = notices.notice(registry, event)
        drawn[f"{vendor.key} notice {number}, {event.name}"] = Drawn(said, blocks)
    return drawn


def _records(text: str, registry: Registry, vendor: Vendor) -> Gallery:
    """Draw conflicts and mappings: values, records and people of the API may be called anything."""
    shown = (
        ContestedField("rate", text, NOW, text, text),
        ContestedField("last_name", "U0ADA", NOW),
    )
    event = ConflictFound(CONNECTION, vendor.key, text, CONVERSATION, 1, Entity.GUESTS, text, shown)
    said, blocks = notices.notice(registry, event)
    made = Edit(Entity.BOOKINGS, "b-1", "rate", text, text, text, NOW, is_contested=True)
    conflict = Conflict(CONVERSATION, Entity.BOOKINGS, "b-1", 1, NOW)
    question = Question(conflict, text, (made,))
    typed = FieldMapping({Entity.BOOKINGS: {"rate": "rate"}}, {Entity.BOOKINGS: {"extra": "rate"}}, 1)
    tried = Tried({"rate": text}, {"rate": text, "companion_ids": [text]}, {"extra": text}, ())
    wrong = Tried({}, None, {}, (Problem(text, Wrong.UNKNOWN_FIELD), Problem("rate", Flaw.SYNTAX, 3)))
    results = {"previewed": mapping.previewed(tried), "wrong": mapping.previewed(wrong)}
    return {
        f"{vendor.key} conflict": Drawn(said, blocks),
        f"{vendor.key} conflicts": Drawn(modal=conflicts.listed(vendor, [question], "*Settled*")),
        **{
            f"{vendor.key} mapping {name}": Drawn(modal=mapping.form(vendor, Entity.BOOKINGS, typed, result))
            for name, result in results.items()
        },
    }


def _systems(text: str, registry: Registry) -> Gallery:
    """Draw the hotel's own systems: an address may have anything in its path, and a type come from later."""
    used = Endpoint(CONNECTION, f"https://{text}/{text}?{text}", text, tuple(TYPES), "sealed", "U0ADA", NOW)
    found = [
        outbound_core.Standing(used, 0, 0),
        outbound_core.Standing(replace(used, delivered_at=NOW, types=(text,)), 3, 2),
    ]
    for result in Result:
        failing = replace(used, failing_since=NOW, last_result=result.value, last_status=500)
        found.append(outbound_core.Standing(failing, 1, 1))
    found += [outbound_core.Standing(replace(used, paused=paused), 0, 1) for paused in Paused]
    message = Message("msg_1", text, "{}", NOW)
    dead = [
        Delivery(message, CONNECTION, DeliveryState.DEAD, 10, NOW, NOW, 500, result.value)
        for result in Result
    ]
    issued = outbound_core.Issued(used, Secret("whsec_c2VjcmV0"))
    drawn: Gallery = {
        "no systems": Drawn(modal=outbound.listed([], may_change=True)),
        "adding a system": Drawn(modal=outbound.form()),
        "a new system": Drawn(modal=outbound.added(issued)),
        "a new secret": Drawn(modal=outbound.rotated(issued)),
        "nothing failed": Drawn(modal=outbound.failed(found[0], [], may_change=True)),
    }
    for may_change in (True, False):
        said = {CONNECTION: outbound.tested(Attempt(Result.REFUSED, 404))}
        for number in range(0, len(found), 5):
            listed = outbound.listed(found[number : number + 5], may_change=may_change, said=said)
            drawn[f"systems {number}, {may_change}"] = Drawn(modal=listed)
        failed = outbound.failed(found[1], dead[:10], may_change=may_change, said="On the way")
        drawn[f"failed, {may_change}"] = Drawn(modal=failed)
    for why in (Paused.GONE, Paused.FAILING):
        sentence, blocks = notices.notice(registry, EndpointPaused(CONNECTION, text, why.value, NOW))
        drawn[f"a system is paused: {why}"] = Drawn(sentence, blocks)
    return drawn


def _form(vendor: Vendor, text: str) -> Any:
    return credentials.credentials_form(OpenedForm("f" * 43, vendor, vendor.fields, values(vendor, text)))


def _answers(text: str, registry: Registry) -> Gallery:
    hotel, members = (
        Hotel("h1", text, text),
        [Member(Person("T0INN", f"U{n}"), Role(n % 3 + 2)) for n in range(60)],
    )
    drawn: Gallery = {
        "first run": Drawn(blocks=home.first_run(runs_workspace=True)),
        "first run of another": Drawn(blocks=home.first_run(runs_workspace=False)),
        "help": Drawn("Help", desk.help_page()),
        "asking to cancel": Drawn(texts.ASK_CANCEL, guidance.asking_to_cancel(CONTROL)),
        "nothing to disconnect": Drawn("Nothing", desk.disconnecting(None, registry)),
        "role form": Drawn(modal=desk.role_form()),
        "first hotel form": Drawn(modal=desk.hotel_form(None, text or "UTC")),
        "hotel form": Drawn(modal=desk.hotel_form(replace(hotel, notice_channel_id="C0MANAGERS"), "UTC")),
    }
    for entry in Entry:
        for link in ("https://hotel.slack.com/archives/D1/p1", None):
            said, blocks = beginning.entered(entry, Choosing(), "U0BEN", link)
            drawn[f"{entry}, {bool(link)}"] = Drawn(said, blocks)
    drawn |= {f"note: {said[:20]}": Drawn(modal=replies.note(said)) for said in texts.FORM_REFUSALS.values()}
    drawn |= {f"barred: {name}": Drawn(blocks=home.turned_away(said)) for name, said in texts.BARRED.items()}
    for role in Role:
        for runs_workspace in (True, False):
            model = home.Dashboard(hotel, role, None, None, runs_workspace, NOW)
            drawn[f"{role.name} {runs_workspace}: empty home"] = Drawn(blocks=home.dashboard(registry, model))
        drawn[f"{role.name}: empty menu"] = Drawn("Menu", desk.menu(hotel, role, None, registry))
        drawn[f"{role.name}: no status"] = Drawn("Status", desk.status(role, None, registry))
        drawn[f"{role.name}: team"] = Drawn("Team", desk.team(members, role))
    return drawn
