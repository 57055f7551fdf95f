"""Steps 4 and 5: is this your hotel, and the celebration."""

from collections.abc import Mapping

from bot import ids, sync_texts, texts
from bot.views.configuration import configuration
from bot.views.controls import back, cancel
from bot.views.parts import (
    Block,
    actions,
    bullets,
    button,
    context,
    divider,
    fields,
    header,
    option,
    safe,
    section,
)
from bot.views.post import receive_button
from core.domain.hotel import VendorKey
from core.onboarding.steps import Done, Reviewing
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.vendor import Vendor
from core.sync.plan import USUAL


def reviewing(
    registry: Registry,
    control: str,
    step: Reviewing,
    values: Mapping[str, str],
    *,
    by_consent: bool,
    connected_to: VendorKey | None,
) -> list[Block]:
    """Return step 4: what the vendor says of the hotel, what will be stored, and the confirmation."""
    vendor = registry[step.target.vendor]
    blocks = [
        header(texts.step_title(4)),
        section("*Is this your hotel?* This is what the vendor reports right now."),
        fields(_property(step.report)),
        divider(),
        section("*What will be saved*"),
        fields([("PMS", vendor.display_name), *configuration(vendor, values, by_consent=by_consent)]),
        section(
            "*What happens then*\n"
            + bullets(
                (
                    f"Innkeeper reads {_entities(vendor)}, at once and then {sync_texts.FREQUENCIES[USUAL]} "
                    "unless Sync Settings say otherwise. It never writes to your PMS.",
                    "Members of this hotel's team see the connection; nobody sees the credentials again.",
                    "To stop, press *Disconnect* in Home or type `/pms disconnect`: "
                    "the credentials are then deleted.",
                )
            )
        ),
    ]
    if connected_to and step.target.property_id is None:
        name = registry[connected_to].display_name
        blocks.append(section(f"⚠️ This replaces the present connection to *{name}*."))
    return [*blocks, *_confirmation(control)]


def _confirmation(control: str) -> list[Block]:
    box = {
        "type": "checkboxes",
        "action_id": ids.CONFIRM_BOX,
        "options": [option(texts.CONFIRM_INFORMATION, "yes")],
    }
    return [
        actions(box, block_id=ids.CONFIRM_BLOCK),
        actions(
            button("Save Configuration", ids.SAVE, control, style="primary"),
            button("Edit Credentials", ids.OPEN_FORM, control),
            back(control),
            cancel(control),
        ),
    ]


def done(registry: Registry, control: str, step: Done, *, has_channel: bool) -> list[Block]:
    """Return step 5: it works, what comes next, and how it went."""
    vendor = registry[step.target.vendor]
    name = (safe(step.report.identity.name) if step.report.identity else "") or "Your hotel"
    blocks = [
        header(f"🎉 {texts.step_title(5)}"),
        section(f"*{name} is connected to {vendor.display_name}.* The credentials are sealed."),
    ]
    next_steps = vendor.guide.next_steps if has_channel else (*vendor.guide.next_steps, texts.CHOOSE_CHANNEL)
    if next_steps:
        blocks.append(section(f"*Next steps*\n{bullets(next_steps)}"))
    is_renewed = step.target.property_id is not None
    blocks.append(section(sync_texts.GOES_ON if is_renewed else sync_texts.FIRST_SYNC))
    blocks.append(
        actions(
            button("View Dashboard", ids.DASHBOARD, control, style="primary"),
            button("Sync Now", ids.SYNC_NOW, control),
            button("Sync Settings", ids.SYNC_SETTINGS, control),
            *receive_button(vendor),
        )
    )
    if step.rating:
        return [*blocks, context(f"Thank you! You rated this {'★' * step.rating}{'☆' * (5 - step.rating)}.")]
    stars = [button("★" * n, f"{ids.RATE}:{n}", control) for n in range(1, 6)]
    return [*blocks, context("How easy was it to connect?"), actions(*stars)]


def _property(report: CheckReport) -> list[tuple[str, str]]:
    identity, overview = report.identity, report.overview
    place = [part for part in (identity and identity.city, identity and identity.country) if part]
    rooms = overview.rooms if overview else None
    arrivals = overview.arrivals_today if overview else None
    return [
        ("Hotel", safe(identity.name) if identity else "not told"),
        ("Place", safe(", ".join(place)) if place else "not told"),
        ("Rooms", str(rooms) if rooms is not None else "not told"),
        ("Arrivals today", str(arrivals) if arrivals is not None else "not told"),
    ]


def _entities(vendor: Vendor) -> str:
    *names, last = (texts.ENTITIES[entity] for entity in sorted(vendor.entities))
    return f"{', '.join(names)} and {last}" if names else last
