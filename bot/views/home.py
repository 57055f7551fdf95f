"""The dashboard: what a person sees of the hotel's connection, by what they may do.

One builder for each situation; `connection_blocks` also serves the dashboard's modal and `/pms status`.
"""

from dataclasses import dataclass
from datetime import datetime

from bot import ids, texts
from bot.views import expiry, sync
from bot.views.configuration import configuration
from bot.views.parts import (
    Block,
    Element,
    actions,
    bullets,
    button,
    confirm,
    context,
    divider,
    fields,
    header,
    instant,
    mention,
    safe,
    section,
)
from bot.views.post import receive_button
from core.domain.access import Action, Role, allows
from core.outbound.endpoints import LOOK
from core.pms.registry import Registry
from core.store.connections import Connection
from core.store.hotels import Hotel
from core.sync.expiry import NOTHING_KNOWN, Dates
from core.sync.overview import SyncOverview


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that the dashboard shows, read in one transaction at `read_at`."""

    hotel: Hotel
    role: Role
    connection: Connection | None
    attempt_by: str | None
    """Who is connecting the PMS right now."""
    runs_workspace: bool
    read_at: datetime
    sync: SyncOverview | None = None
    dates: Dates = NOTHING_KNOWN


def dashboard(registry: Registry, model: Dashboard) -> list[Block]:
    """Return the Home of a member of a hotel."""
    blocks = [header(f"🏨 {model.hotel.name}")]
    if not allows(Action.STATUS, model.role):
        return [*blocks, *_without_role(model)]
    if model.connection:
        blocks += [*connection_blocks(registry, model.connection), *expiry.line(model.dates)]
        if model.sync:
            blocks += sync.summary(registry[model.connection.vendor], model.sync)
            if allows(Action.SYNC, model.role):
                blocks += sync.controls(model.sync)
        blocks.append(actions(*_connection_controls(registry, model, model.connection)))
    else:
        blocks += _empty(registry, model)
    if model.attempt_by:
        blocks.append(context(f"⏳ <@{model.attempt_by}> is connecting the PMS right now."))
    blocks += [divider(), *_settings(model)]
    return [*blocks, context(f"As of {instant(model.read_at)}")]


def _without_role(model: Dashboard) -> list[Block]:
    blocks = [
        section(
            "You have no role in this hotel yet. An admin can give you one with `/pms team`; "
            "then you will see here how the PMS is connected."
        )
    ]
    if model.runs_workspace:
        blocks.append(
            actions(
                button(
                    "Become Admin",
                    ids.CLAIM_ADMIN,
                    confirm=confirm(
                        "Become admin of this hotel?",
                        "You administer this workspace, so you may. It is written to the audit log.",
                        "Become admin",
                        "Not now",
                        danger=False,
                    ),
                )
            )
        )
    return blocks


def _empty(registry: Registry, model: Dashboard) -> list[Block]:
    names = ", ".join(vendor.display_name for vendor in registry if vendor.is_available)
    blocks = [
        section("*No PMS is connected yet.*"),
        section(
            bullets(
                (
                    "*Five guided steps*, about five minutes, no technician needed",
                    "*Your credentials stay private*: typed into a private form, sealed at once, never shown",
                    "*Tested before it is saved*: if something is wrong you learn what, and who can mend it",
                )
            )
        ),
        context(f"Works with {names} in this version."),
    ]
    if allows(Action.CONNECT, model.role):
        blocks.append(actions(button("Connect", ids.BEGIN, style="primary")))
    else:
        blocks.append(context("A manager or an admin of this hotel can connect it."))
    return blocks


def connection_blocks(registry: Registry, connection: Connection) -> list[Block]:
    """Return how a connection stands: badge, property, and every field with its secrets masked."""
    vendor = registry[connection.vendor]
    synced = instant(connection.last_synced_at) if connection.last_synced_at else "not yet"
    place = ", ".join(
        part for part in (connection.details.get("city"), connection.details.get("country")) if part
    )
    blocks = [
        section(f"*{vendor.display_name}*  ·  {texts.STATUS_BADGES[connection.status]}"),
        fields(
            [
                ("Hotel", safe(connection.property_name)),
                ("Place", safe(place) or "not told"),
                ("Connected", instant(connection.created_at) if connection.created_at else "–"),
                ("By", mention(connection.connected_by) if connection.connected_by else "–"),
                ("Up to date as of", synced),
            ]
        ),
        fields(configuration(vendor, connection.values, by_consent=connection.is_by_consent)),
    ]
    if connection.last_error:
        blocks.append(context(f"Last error: {safe(connection.last_error)}"))
    return blocks


def _connection_controls(registry: Registry, model: Dashboard, connection: Connection) -> list[Element]:
    controls: list[Element] = []
    if allows(Action.CONNECT, model.role):
        controls.append(button("Update Credentials", ids.RENEW))
        controls.append(expiry.reminders_button())
        controls.append(button("Change PMS", ids.BEGIN))
        controls += receive_button(registry[connection.vendor])
    controls.append(button("Refresh", ids.REFRESH))
    if allows(Action.DISCONNECT, model.role):
        controls.append(disconnect_button(connection))
    return controls


def disconnect_button(connection: Connection) -> Element:
    """Return *Disconnect* for this very connection; it asks first."""
    return button(
        "Disconnect",
        ids.DISCONNECT,
        connection.id,
        style="danger",
        confirm=confirm(
            "Disconnect the PMS?",
            "The connection and its credentials are deleted. To connect again you type them anew.",
            "Disconnect",
            "Keep it",
        ),
    )


def _settings(model: Dashboard) -> list[Block]:
    channel = f"<#{model.hotel.notice_channel_id}>" if model.hotel.notice_channel_id else "not chosen yet"
    controls = [button("Team", ids.SHOW_TEAM), button("Help", ids.SHOW_HELP)]
    if allows(LOOK, model.role):
        controls.insert(0, button("Your Systems", ids.SYSTEMS))
    if allows(Action.CHANGE_HOTEL, model.role):
        controls.insert(0, button("Hotel Settings", ids.HOTEL_SETTINGS))
    return [
        fields(
            [
                ("Managers hear in", channel),
                ("Time zone", safe(model.hotel.timezone)),
                ("Your role", texts.ROLES[model.role]),
            ]
        ),
        actions(*controls),
    ]


def first_run(runs_workspace: bool) -> list[Block]:
    """Return the Home of a workspace that leads to no hotel yet."""
    blocks = [
        header("👋 Welcome to Innkeeper"),
        section(
            "Innkeeper connects your hotel's PMS to this workspace in five guided steps, "
            "tells you exactly what is wrong when something is, and keeps your credentials sealed."
        ),
    ]
    if not runs_workspace:
        return [*blocks, section(texts.NO_HOTEL)]
    return [
        *blocks,
        section("*One minute of set-up:* what the hotel is called, and where its managers want to hear."),
        actions(button("Set Up Hotel", ids.FOUND_HOTEL, style="primary")),
    ]


def turned_away(text: str) -> list[Block]:
    """Return the Home of somebody who may not use the app here."""
    return [header("Innkeeper"), section(text)]
