"""The thread of one attempt: a root message with the progress, and one message for each step reached.

`thread` is the whole wanted state; the display compares it with what is there and changes the difference.
A finished step is one line without controls, so an old button cannot be pressed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from bot import ids, texts
from bot.views import ladder, review
from bot.views.controls import back, cancel
from bot.views.parts import (
    Block,
    Element,
    actions,
    bullets,
    button,
    context,
    header,
    instant,
    link,
    numbered,
    safe,
    section,
)
from core.domain.hotel import VendorKey
from core.onboarding.steps import (
    Choosing,
    Closed,
    CloseReason,
    Diagnosing,
    Done,
    EnteringCredentials,
    LiveStep,
    Reviewing,
    Saving,
    Step,
    Tested,
    Testing,
    is_open,
    target_of,
)
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store.conversations import Conversation


@dataclass(frozen=True, slots=True)
class Card:
    """One message: `key` names its place in the thread, `text` is what notifications and readers say."""

    key: str
    text: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the thread is about, beyond the step itself."""

    conversation: Conversation
    registry: Registry
    hotel_name: str
    values: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the open (not secret) fields of the form, once it was sent."""
    has_notice_channel: bool = True
    by_consent: bool = False
    """Whether the vendor let us in at its own page, instead of somebody typing credentials."""
    consents: frozenset[VendorKey] = frozenset()
    """The vendors at whose own page people can let us in."""
    connected_to: VendorKey | None = None
    """The PMS that the hotel is connected to while this attempt goes on, if any."""
    can_explain: bool = False
    """Whether there is a model that explains a failed test in the person's language."""
    awaiting_since: datetime | None = None
    """When the vendor was asked what it has acknowledged and not answered yet."""

    @property
    def control(self) -> str:
        """The value of every control: which attempt, and for which version of it."""
        return f"{self.conversation.id}.{self.conversation.version}"


def thread(scene: Scene, step: Step) -> list[Card]:
    """Return every message of the attempt, from the root to the present step."""
    reached = step.at if isinstance(step, Closed) else step.number
    done = [_finished(scene, step, number) for number in range(1, reached)]
    return [_root(scene, step), *done, _present(scene, step)]


def _root(scene: Scene, step: Step) -> Card:
    target = target_of(step)
    goal = scene.registry[target.vendor].display_name if target else "your PMS"
    if isinstance(step, Closed):
        state = _closing(step)
    elif isinstance(step, Done):
        state = f"{texts.step_title(5)}\n{texts.progress_bar(5)}"
    else:
        state = f"{texts.step_title(step.number)}\n{texts.progress_bar(step.number)}"
    title = f"Connect {goal} to {scene.hotel_name}"
    blocks = [header(title), section(state)]
    if is_open(step):
        blocks.append(context(f"{texts.THREAD_HELP} You can stop at any time and go on later."))
    return Card("root", f"{safe(title)}: {state.splitlines()[0]}", blocks)


def _finished(scene: Scene, step: Step, number: int) -> Card:
    target = target_of(step)
    vendor = scene.registry[target.vendor].display_name if target else ""
    lines = {
        1: f"PMS: {vendor}",
        2: "Credentials entered privately and sealed",
        3: "Connection tested: everything works",
        4: "Reviewed, confirmed and saved",
    }
    line = f"✓ {texts.step_title(number)}: {lines[number]}"
    return Card(str(number), line, [context(line)])


def _present(scene: Scene, step: Step) -> Card:
    match step:
        case Choosing():
            blocks = _choosing(scene)
        case EnteringCredentials():
            blocks = _entering(scene, step)
        case Testing(target):
            blocks = _testing(scene, scene.registry[target.vendor])
        case Diagnosing():
            blocks = _diagnosing(scene, step)
        case Tested():
            blocks = _tested(scene, step)
        case Reviewing():
            blocks = review.reviewing(
                scene.registry,
                scene.control,
                step,
                scene.values,
                by_consent=scene.by_consent,
                connected_to=scene.connected_to,
            )
        case Saving():
            blocks = [_title(4), section("⏳ Saving the connection…")]
        case Done():
            blocks = review.done(scene.registry, scene.control, step, has_channel=scene.has_notice_channel)
        case Closed():
            line = f"{texts.step_title(step.at)}: {_closing(step)}"
            return Card(str(step.at), line, [context(line), context("Type `/pms connect` to start again.")])
        case _:
            assert_never(step)
    return Card(str(step.number), _spoken(scene, step), blocks)


def _spoken(scene: Scene, step: LiveStep) -> str:
    """Say the step in a sentence, for notifications and screen readers."""
    target = target_of(step)
    vendor = scene.registry[target.vendor].display_name if target else "your PMS"
    what = {
        "Choosing": "choose the PMS your hotel uses today.",
        "EnteringCredentials": f"enter the credentials of {vendor} in a private form.",
        "Testing": f"testing the connection to {vendor}.",
        "Diagnosing": f"the test of {vendor} failed; here is why and what to do.",
        "Tested": f"the test of {vendor} passed.",
        "Reviewing": "is this your hotel? Review and save.",
        "Saving": "saving the connection.",
        "Done": f"{vendor} is connected.",
    }
    return f"{texts.step_title(step.number)}: {what[type(step).__name__]}"


def _title(number: int) -> Block:
    return header(texts.step_title(number))


def _closing(step: Closed) -> str:
    by = f"<@{step.by}>" if step.by else "a colleague"
    return texts.CLOSED[step.reason].format(by=by if step.reason is CloseReason.TAKEN_OVER else "")


def _choosing(scene: Scene) -> list[Block]:
    intro = "Choose the PMS your hotel uses today. You can go back later."
    cards = [_vendor_card(scene, vendor) for vendor in scene.registry]
    return [_title(1), section(intro), *cards, actions(cancel(scene.control))]


def _vendor_card(scene: Scene, vendor: Vendor) -> Block:
    name = f"*{vendor.display_name}*"
    if not vendor.is_available:
        return section(
            f"{name}  ·  not yet in this version\n{vendor.tagline}  {link(vendor.docs_url, 'About it')}"
        )
    lines = (
        f"{name}  ·  {vendor.quality.in_short}  ·  about {vendor.guide.minutes} minutes",
        vendor.tagline,
        f"You will need {vendor.guide.in_short}.  {link(vendor.docs_url, 'Documentation')}",
    )
    choose = button(vendor.display_name, f"{ids.CHOOSE}:{vendor.key.value}", scene.control)
    return section("\n".join(lines), accessory=choose)


def _entering(scene: Scene, step: EnteringCredentials) -> list[Block]:
    vendor = scene.registry[step.target.vendor]
    blocks = [_title(2), section(vendor.guide.summary)]
    if step.problem:
        blocks.insert(1, section(f"⚠️ {ladder.in_one_line(vendor, step.problem)}"))
    blocks += [
        section(f"*What you need*\n{bullets(vendor.guide.you_need)}"),
        section(f"*Where to find it*\n{numbered(vendor.guide.where_to_find)}"),
        section(f"*What it must be allowed to do*\n{bullets(vendor.guide.permissions)}"),
        context(f"🔒 {texts.PRIVACY_OF_FORM}"),
    ]
    controls = [button("Enter Credentials", ids.OPEN_FORM, scene.control, style="primary")]
    controls += _authorize(scene, vendor)
    if step.target.property_id is None:
        controls.append(back(scene.control))
    return [*blocks, actions(*controls, cancel(scene.control))]


def _testing(scene: Scene, vendor: Vendor) -> list[Block]:
    if scene.awaiting_since is not None:
        return [
            _title(3),
            section(texts.AWAITING.format(vendor=vendor.display_name)),
            context(f"Asked {instant(scene.awaiting_since)}."),
            actions(back(scene.control), cancel(scene.control)),
        ]
    return [
        _title(3),
        section(f"⏳ Testing the connection to {vendor.display_name}. This takes a few seconds, 15 at most."),
        actions(back(scene.control), cancel(scene.control)),
    ]


def _diagnosing(scene: Scene, step: Diagnosing) -> list[Block]:
    vendor = scene.registry[step.target.vendor]
    return [
        _title(3),
        *ladder.explained(vendor, step.report, step.run),
        actions(
            button("Retry", ids.RETRY, scene.control, style="primary"),
            button("Edit Credentials", ids.OPEN_FORM, scene.control),
            *_authorize(scene, vendor),
            *([button("Explain This", ids.EXPLAIN, scene.control)] if scene.can_explain else []),
            button("Support Bundle", ids.SUPPORT_BUNDLE, scene.control),
            back(scene.control),
            cancel(scene.control),
        ),
    ]


def _authorize(scene: Scene, vendor: Vendor) -> list[Element]:
    """Return the way in over the vendor's own page, where there is one."""
    if vendor.key not in scene.consents:
        return []
    return [button(f"Authorize with {vendor.display_name}", ids.AUTHORIZE, scene.control)]


def _tested(scene: Scene, step: Tested) -> list[Block]:
    vendor = scene.registry[step.target.vendor]
    took = f"{step.report.took_ms / 1000:.1f}"
    return [
        _title(3),
        section(f"*{vendor.display_name} is reachable and the credentials work.*  Tested in {took} s."),
        section(ladder.rungs(step.report)),
        *ladder.remarked(vendor, step.report),
        actions(
            button("Next", ids.NEXT, scene.control, style="primary"),
            back(scene.control),
            cancel(scene.control),
        ),
    ]


def testing_progress(scene: Scene, rungs: str) -> Card:
    """Return step 3 with the rungs climbed so far."""
    blocks = [_title(3), section("⏳ Testing the connection…"), section(rungs)]
    return Card(
        "3", "Testing the connection.", [*blocks, actions(back(scene.control), cancel(scene.control))]
    )
