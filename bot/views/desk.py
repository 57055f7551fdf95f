"""What `/pms` answers: menu, status, help, the team, and the two small forms."""

from bot import ids, texts
from bot.views.home import connection_blocks, disconnect_button
from bot.views.parts import (
    Block,
    actions,
    bullets,
    button,
    choice_input,
    context,
    header,
    modal,
    option,
    safe,
    section,
    text_input,
)
from core.domain.access import Action, Role, allows
from core.pms.registry import Registry
from core.store.connections import Connection
from core.store.hotels import Hotel, Member


def menu(hotel: Hotel, role: Role, connection: Connection | None, registry: Registry) -> list[Block]:
    """Return what this person can do now."""
    if connection:
        name = registry[connection.vendor].display_name
        state = f"{safe(hotel.name)} is connected to *{name}*."
    else:
        state = f"No PMS is connected to {safe(hotel.name)} yet."
    controls = []
    if allows(Action.CONNECT, role):
        style = None if connection else "primary"
        controls.append(button("Change PMS" if connection else "Connect", ids.BEGIN, style=style))
    if allows(Action.STATUS, role):
        controls.append(button("Status", ids.SHOW_STATUS))
        controls.append(button("Team", ids.SHOW_TEAM))
    controls.append(button("Help", ids.SHOW_HELP))
    return [section(state), actions(*controls), context(f"Your role: {texts.ROLES[role]}")]


def status(role: Role, connection: Connection | None, registry: Registry) -> list[Block]:
    """Return how the connection stands, with *Disconnect* for whoever may."""
    if connection is None:
        blocks = [section("*No PMS is connected yet.*")]
        if allows(Action.CONNECT, role):
            blocks.append(actions(button("Connect", ids.BEGIN, style="primary")))
        return blocks
    blocks = connection_blocks(registry, connection)
    if allows(Action.DISCONNECT, role):
        blocks.append(actions(button("Update Credentials", ids.RENEW), disconnect_button(connection)))
    return blocks


def disconnecting(connection: Connection | None, registry: Registry) -> list[Block]:
    """Return the question before a disconnection."""
    if connection is None:
        return [section("There is nothing to disconnect: no PMS is connected.")]
    name = registry[connection.vendor].display_name
    return [
        section(
            f"*Disconnect {safe(connection.property_name)} from {name}?* "
            "The connection and its credentials are deleted, and the managers are told."
        ),
        actions(disconnect_button(connection)),
    ]


def where_the_dashboard_is() -> list[Block]:
    """Return where the same can be seen at any time."""
    return [context("You find this at any time under *Home*, at the top of Innkeeper's conversation.")]


def help_page() -> list[Block]:
    """Return the commands, and what the bot does with what it is told."""
    return [
        header("Innkeeper"),
        section("Connects your hotel's PMS to this workspace in five guided steps."),
        section("\n".join(texts.HELP_LINES)),
        section(texts.THREAD_HELP),
        context(f"🔒 {texts.PRIVACY_OF_FORM}"),
    ]


def team(members: list[Member], role: Role) -> list[Block]:
    """Return who may do what, with the change for admins."""
    by_role = {
        held: [f"<@{member.person.user_id}>" for member in members if member.role is held]
        for held in sorted(Role, reverse=True)
    }
    lines = [
        f"*{texts.ROLES[held]}* ({texts.ROLE_HINTS[held].lower()}): {', '.join(people)}"
        for held, people in by_role.items()
        if people
    ]
    blocks = [section("*Who may do what*\n" + bullets(lines))]
    if allows(Action.CHANGE_TEAM, role):
        blocks.append(actions(button("Change a Role", ids.CHANGE_ROLE)))
    return [*blocks, context("Everybody else in this workspace can read the help and nothing more.")]


def role_form() -> Block:
    """Return the form that gives one person a role."""
    people = {"type": "users_select", "placeholder": {"type": "plain_text", "text": "Choose a person"}}
    roles = {
        "type": "radio_buttons",
        "options": [
            option(texts.ROLES[role], str(int(role)), texts.ROLE_HINTS[role])
            for role in sorted(Role, reverse=True)
        ],
    }
    blocks = [
        choice_input(ids.PERSON_BLOCK, "Person", people),
        choice_input(ids.ROLE_BLOCK, "Role", roles),
    ]
    return modal(ids.ROLE_FORM, "Change a role", blocks, submit="Save")


def hotel_form(hotel: Hotel | None, timezone: str) -> Block:
    """Return the form with which a hotel is set up, or changed later."""
    channel = {
        "type": "conversations_select",
        "placeholder": {"type": "plain_text", "text": "Choose a channel"},
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if hotel and hotel.notice_channel_id:
        channel["initial_conversation"] = hotel.notice_channel_id
    blocks = [
        text_input(
            ids.NAME_BLOCK,
            "Hotel name",
            placeholder="Hotel Aurora",
            initial=hotel.name if hotel else "",
            max_length=120,
        ),
        text_input(
            ids.ZONE_BLOCK,
            "Time zone",
            hint="As in Europe/Stockholm or America/New_York.",
            initial=hotel.timezone if hotel else timezone,
            max_length=64,
        ),
        choice_input(
            ids.CHANNEL_BLOCK,
            "Managers' channel",
            channel,
            hint="Innkeeper writes there when something needs a manager. Invite it with /invite @Innkeeper.",
            optional=True,
        ),
        text_input(
            ids.QUIET_BLOCK,
            "Quiet hours",
            hint="What can wait is told when they are over. Nothing is left out.",
            placeholder="22:00-07:00",
            initial=(hotel.quiet_hours or "") if hotel else "",
            optional=True,
            max_length=20,
        ),
    ]
    return modal(ids.HOTEL_FORM, "Hotel settings" if hotel else "Set up your hotel", blocks, submit="Save")
