"""The hotel itself: founded by whoever runs the workspace, changed by its admins."""

from typing import Any
from zoneinfo import available_timezones

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.gate import BarredError, Gate, NoHotelError
from bot.payloads import Body, Caller, value_of
from bot.views import desk
from core.domain.access import Action
from core.domain.quiet import QuietHours
from core.membership import Membership, Standing
from core.pms.pasted import Spotter


class Founding:
    """Sets hotels up."""

    def __init__(self, gate: Gate, membership: Membership, spotter: Spotter) -> None:
        self._gate = gate
        self._membership = membership
        self._spotter = spotter

    async def by_default(self, client: AsyncWebClient, caller: Caller) -> Standing:
        """Found the hotel of a workspace that asks for a connection before it was set up.

        It is called what the workspace is called, and its clock hangs where the founder's does; both can be
        changed under *Hotel Settings*.
        Raises: BarredError; NoHotelError for somebody who does not run the workspace.
        """
        await self._demand_runs_workspace(client, caller)
        profile = await self._gate.profile(client, caller)
        identity = await client.auth_test()
        name = str(identity.get("team") or "Our hotel")
        founded = await self._membership.found(caller.person, name, profile.timezone, None)
        return founded or await self._gate.standing(client, caller)  # somebody was faster

    async def open_form(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Put the hotel form on the screen of an admin, or of whoever sets the hotel up."""
        try:
            standing: Standing | None = await self._gate.admit(client, caller, Action.CHANGE_HOTEL)
        except NoHotelError:
            await self._demand_runs_workspace(client, caller)
            standing = None
        profile = await self._gate.profile(client, caller)
        view = desk.hotel_form(standing.hotel if standing else None, profile.timezone)
        await client.views_open(trigger_id=trigger_id, view=view)

    async def save(self, client: AsyncWebClient, caller: Caller, view: Body) -> dict[str, Any]:
        """Found or change the hotel; return how Slack is to go on with the form."""
        standing = await self._standing_or_founder(client, caller)
        name = value_of(view, ids.NAME_BLOCK).strip()
        zone = value_of(view, ids.ZONE_BLOCK).strip()
        channel = value_of(view, ids.CHANNEL_BLOCK) or None
        if not name:
            return {"response_action": "errors", "errors": {ids.NAME_BLOCK: texts.NAME_NEEDED}}
        if self._spotter.spot(name):
            return {"response_action": "errors", "errors": {ids.NAME_BLOCK: texts.NOT_A_NAME}}
        if zone not in available_timezones():
            return {"response_action": "errors", "errors": {ids.ZONE_BLOCK: texts.UNKNOWN_ZONE}}
        try:
            quiet = (
                QuietHours.parse(written) if (written := value_of(view, ids.QUIET_BLOCK).strip()) else None
            )
        except ValueError:
            return {"response_action": "errors", "errors": {ids.QUIET_BLOCK: texts.UNKNOWN_HOURS}}
        if standing:
            await self._membership.change_hotel(standing.tenant, name, zone, channel, quiet)
        else:
            await self._membership.found(caller.person, name, zone, channel, quiet)
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
