"""`/pms` beyond the wizard: menu, status, disconnect, help, the team, and the hotel itself."""

from typing import Any
from zoneinfo import available_timezones

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.gate import BarredError, Gate, NoHotelError
from bot.payloads import Body, Caller, value_of
from bot.replies import Reply, note
from bot.views import desk
from bot.views.home import connection_blocks
from core.domain.access import Action, Person, Role
from core.membership import Membership, RoleRefusal, Standing
from core.onboarding.disconnecting import Disconnector
from core.onboarding.steps import Target
from core.pms.registry import Registry


class FrontDesk:
    """Everything a person can ask for besides the five steps."""

    def __init__(
        self, gate: Gate, membership: Membership, disconnector: Disconnector, registry: Registry
    ) -> None:
        self._gate = gate
        self._membership = membership
        self._disconnector = disconnector
        self._registry = registry

    async def menu(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Say what the person can do now."""
        standing = await self._gate.standing(client, caller)
        connection = None
        if standing.role >= Role.STAFF:
            connection = await self._membership.connection(standing.tenant)
        blocks = desk.menu(standing.hotel, standing.role, connection, self._registry)
        await reply("What would you like to do?", blocks)

    async def help(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Say what there is; also to somebody without a role."""
        await self._gate.standing(client, caller)
        await reply("How to use Innkeeper", desk.help_page())

    async def status(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Say how the connection stands."""
        standing = await self._gate.admit(client, caller, Action.STATUS)
        connection = await self._membership.connection(standing.tenant)
        blocks = desk.status(standing.role, connection, self._registry)
        await reply("How the connection stands", blocks)

    async def dashboard(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Show the dashboard over the thread."""
        standing = await self._gate.admit(client, caller, Action.STATUS)
        connection = await self._membership.connection(standing.tenant)
        blocks = (
            connection_blocks(self._registry, connection)
            if connection
            else desk.status(standing.role, None, self._registry)
        )
        view = note("Dashboard", [*blocks, *desk.where_the_dashboard_is()], "Dashboard")
        await client.views_open(trigger_id=trigger_id, view=view)

    async def ask_to_disconnect(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Ask before disconnecting."""
        standing = await self._gate.admit(client, caller, Action.DISCONNECT)
        connection = await self._membership.connection(standing.tenant)
        await reply("Disconnect the PMS?", desk.disconnecting(connection, self._registry))

    async def disconnect(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, connection_id: str
    ) -> None:
        """Disconnect the very connection that the person saw."""
        standing = await self._gate.admit(client, caller, Action.DISCONNECT)
        gone = await self._disconnector.disconnect(standing.tenant, connection_id)
        if gone is None:
            await reply(texts.ALREADY_DISCONNECTED)
            return
        name = self._registry[gone.vendor].display_name
        await reply(texts.DISCONNECTED.format(vendor=name))

    async def renewal_target(self, client: AsyncWebClient, caller: Caller) -> Target | None:
        """Return what new credentials must lead to: the property that is connected; None when none is."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        connection = await self._membership.connection(standing.tenant)
        return Target(connection.vendor, connection.property_id) if connection else None

    async def team(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Say who may do what."""
        standing = await self._gate.admit(client, caller, Action.STATUS)
        members = await self._membership.members(standing.tenant)
        await reply("Who may do what", desk.team(members, standing.role))

    async def open_role_form(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Put the role form on an admin's screen."""
        await self._gate.admit(client, caller, Action.CHANGE_TEAM)
        await client.views_open(trigger_id=trigger_id, view=desk.role_form())

    async def change_role(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Change a role; return how Slack is to go on with the form."""
        standing = await self._gate.known(caller)
        person = Person(caller.installed_in, value_of(view, ids.PERSON_BLOCK))
        role = Role(int(value_of(view, ids.ROLE_BLOCK)))
        refusal = await self._membership.give_role(standing.tenant, person, role)
        if refusal is RoleRefusal.LAST_ADMIN:
            return {"response_action": "errors", "errors": {ids.ROLE_BLOCK: texts.LAST_ADMIN}}
        done = texts.ROLE_CHANGED.format(person=f"<@{person.user_id}>", role=texts.ROLES[role])
        return {"response_action": "update", "view": note(done)}

    async def open_hotel_form(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Put the hotel form on the screen of an admin, or of whoever sets the hotel up."""
        try:
            standing: Standing | None = await self._gate.admit(client, caller, Action.CHANGE_HOTEL)
        except NoHotelError:
            await self._demand_runs_workspace(client, caller)
            standing = None
        profile = await self._gate.profile(client, caller)
        view = desk.hotel_form(standing.hotel if standing else None, profile.timezone)
        await client.views_open(trigger_id=trigger_id, view=view)

    async def save_hotel(self, client: AsyncWebClient, caller: Caller, view: Body) -> dict[str, Any]:
        """Found or change the hotel; return how Slack is to go on with the form."""
        standing = await self._standing_or_founder(client, caller)
        name = value_of(view, ids.NAME_BLOCK).strip()
        zone = value_of(view, ids.ZONE_BLOCK).strip()
        channel = value_of(view, ids.CHANNEL_BLOCK) or None
        if not name:
            return {"response_action": "errors", "errors": {ids.NAME_BLOCK: texts.NAME_NEEDED}}
        if zone not in available_timezones():
            return {"response_action": "errors", "errors": {ids.ZONE_BLOCK: texts.UNKNOWN_ZONE}}
        if standing:
            await self._membership.change_hotel(standing.tenant, name, zone, channel)
        else:
            await self._membership.found(caller.person, name, zone, channel)
        return {"response_action": "clear"}

    async def _standing_or_founder(self, client: AsyncWebClient, caller: Caller) -> Standing | None:
        """Return how the caller stands; None where there is no hotel yet and they may found it."""
        try:
            return await self._gate.known(caller)
        except NoHotelError:
            await self._demand_runs_workspace(client, caller)
            return None

    async def greet_channel(self, client: AsyncWebClient, caller: Caller, view: Body) -> None:
        """Introduce the app in the chosen channel, or tell the admin how to let it in."""
        channel = value_of(view, ids.CHANNEL_BLOCK)
        if not channel:
            return
        try:
            await client.chat_postMessage(channel=channel, text=texts.GREETING)
        except SlackApiError:
            await client.chat_postMessage(
                channel=caller.person.user_id, text=texts.UNINVITED.format(channel=f"<#{channel}>")
            )

    async def claim_admin(self, client: AsyncWebClient, caller: Caller) -> None:
        """Make an administrator of the workspace an admin of its hotel."""
        standing = await self._gate.standing(client, caller)
        await self._demand_runs_workspace(client, caller)
        await self._membership.claim_admin(standing.tenant)

    async def _demand_runs_workspace(self, client: AsyncWebClient, caller: Caller) -> None:
        profile = await self._gate.profile(client, caller)
        if profile.barred:
            raise BarredError(profile.barred)
        if not profile.runs_workspace:
            raise NoHotelError
