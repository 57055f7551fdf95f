"""Who may come in: people of this workspace, with a role that reaches; everybody else is told why not.

Two questions, asked of different books. Slack's: is this a full, active, human member of this very
workspace? Ours: which role does the hotel give them? The second is asked again in the transaction that acts.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.payloads import Caller
from bot.slack_trouble import SLACK_TROUBLE
from core.domain.access import Action, NotAllowedError, demand
from core.membership import Membership, Standing

log = structlog.get_logger()

PROFILE_TTL_S: Final = 300.0
PROFILES_KEPT: Final = 5000


class Barred(StrEnum):
    """Why Slack's book keeps somebody out."""

    EXTERNAL = "external"
    GUEST_ACCOUNT = "guest_account"
    NOT_A_PERSON = "not_a_person"
    UNKNOWN = "unknown"


class BarredError(Exception):
    """The caller may not use the app at all, whatever role they have."""

    def __init__(self, barred: Barred) -> None:
        super().__init__(barred.value)
        self.barred = barred


class NoHotelError(Exception):
    """The workspace has not been set up yet."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person."""

    barred: Barred | None
    runs_workspace: bool
    timezone: str
    language: str = "en"
    """Two letters, of the language that the person reads Slack in."""


class Gate:
    """Lets callers in. Profiles are kept for five minutes, so that most clicks need no call."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._profiles: dict[Caller, tuple[float, Profile]] = {}

    async def admit(self, client: AsyncWebClient, caller: Caller, action: Action) -> Standing:
        """Return how the caller stands, if they may do this.

        Raises: BarredError, NoHotelError, NotAllowedError. A refused attempt is written to the hotel's audit
        log, except a mere lack of role for looking.
        """
        standing = await self.standing(client, caller)
        try:
            demand(action, standing.role)
        except NotAllowedError:
            await self._membership.note_refusal(standing.tenant, action, "role")
            raise
        return standing

    async def standing(self, client: AsyncWebClient, caller: Caller) -> Standing:
        """Return how the caller stands, whatever the role.

        Raises: BarredError, NoHotelError.
        """
        if caller.is_external:
            raise BarredError(Barred.EXTERNAL)
        profile = await self.profile(client, caller)
        if profile.barred:
            raise BarredError(profile.barred)
        return await self.known(caller)

    async def known(self, caller: Caller) -> Standing:
        """Return how a caller stands whom a form or a thread of ours has let in already; asks Slack nothing.

        Raises: BarredError, NoHotelError.
        """
        if caller.is_external:
            raise BarredError(Barred.EXTERNAL)
        kept = self._profiles.get(caller)
        if kept and kept[1].barred:
            raise BarredError(kept[1].barred)
        standing = await self._membership.standing(caller.installed_in, caller.person)
        if standing is None:
            raise NoHotelError
        return standing

    async def profile(self, client: AsyncWebClient, caller: Caller) -> Profile:
        """Return what Slack says of the caller; nobody is let in when Slack does not say."""
        now = time.monotonic()
        kept = self._profiles.get(caller)
        if kept and now - kept[0] < PROFILE_TTL_S:
            return kept[1]
        try:
            answer = await client.users_info(user=caller.person.user_id, include_locale=True)
        except SLACK_TROUBLE as error:
            log.warning("profile_unknown", error=type(error).__name__)
            return Profile(Barred.UNKNOWN, False, "UTC")
        profile = _read(answer["user"], caller)
        if len(self._profiles) >= PROFILES_KEPT:
            self._profiles.clear()
        self._profiles[caller] = (now, profile)
        return profile


def _read(user: dict[str, Any], caller: Caller) -> Profile:
    barred = None
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("deleted"):
        barred = Barred.NOT_A_PERSON
    elif user.get("is_stranger") or user.get("team_id") != caller.installed_in:
        barred = Barred.EXTERNAL
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        barred = Barred.GUEST_ACCOUNT
    runs = bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner"))
    language = str(user.get("locale") or "en")[:2]
    return Profile(barred, runs and barred is None, user.get("tz") or "UTC", language)
