"""`/pms` beyond the wizard: menu, status, disconnect, help and the team."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.gate import Gate
from bot.payloads import Body, Caller, value_of
from bot.replies import Reply, note
from bot.views import desk
from bot.views.home import connection_blocks
from core.domain.access import Action, Person, Role
from core.membership import Membership, RoleRefusal
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
