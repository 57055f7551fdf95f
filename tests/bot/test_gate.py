"""Who is let in: full, active, human members of this very workspace, with a role that reaches."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import ServerDisconnectedError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.gate import PROFILE_TTL_S, Barred, BarredError, Gate, NoHotelError
from bot.payloads import Caller
from core.domain.access import Action, NotAllowedError, Person, Role, TenantContext
from core.jobs.engine import open_engine
from core.membership import Membership
from core.onboarding.service import OnboardingService
from core.store import audit_log, hotels
from core.store.database import Database
from core.store.hotels import Hotel
from tests.clock import FakeClock

HOTEL = Hotel("11111111-1111-1111-1111-111111111111", "Hotel Aurora", "Europe/Stockholm")
ADA = Caller("T0INN", Person("T0INN", "U0ADA"))
EVA = Caller("T0INN", Person("T0OTA", "U0EVA"))
MEMBER = {"id": "U0ADA", "team_id": "T0INN", "tz": "Europe/Stockholm"}


@dataclass
class Directory:
    """Slack's book of people, as far as `users.info` tells it."""

    user: dict[str, Any] = field(default_factory=lambda: dict(MEMBER))
    trouble: Exception | None = None
    asked: int = 0

    async def users_info(self, *, user: str, include_locale: bool) -> dict[str, Any]:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return {"ok": True, "user": {**self.user, "id": user}}


@dataclass
class Desk:
    """A gate before a hotel whose book the test can rewrite."""

    gate: Gate
    database: Database
    directory: Directory

    @property
    def client(self) -> AsyncWebClient:
        return cast(AsyncWebClient, self.directory)

    async def audited(self) -> list[tuple[str, str | None, Any]]:
        async with self.database.transaction(TenantContext(HOTEL.id)) as unit:
            return [(line.action, line.user_id, line.details) for line in await audit_log.list_latest(unit)]


@pytest.fixture
async def desk(sqlite_database: Database, clock: FakeClock) -> Desk:
    async with sqlite_database.system() as unit:
        await hotels.add_hotel(unit, HOTEL, "T0INN", clock.now())
    async with sqlite_database.transaction(TenantContext(HOTEL.id)) as tenant:
        for caller in (ADA, EVA):  # even a row that names the visitor must not let them in
            await hotels.give_role(tenant, caller.person, Role.ADMIN, clock.now())
    queue, _ = open_engine(sqlite_database, clock)
    service = OnboardingService(sqlite_database, queue, clock)
    return Desk(Gate(Membership(sqlite_database, service, clock)), sqlite_database, Directory())


async def test_a_member_is_let_in(desk: Desk) -> None:
    """With the role that the hotel's own book gives."""
    standing = await desk.gate.admit(desk.client, ADA, Action.CHANGE_TEAM)

    assert (standing.hotel, standing.role) == (HOTEL, Role.ADMIN)
    assert standing.tenant == TenantContext(HOTEL.id, ADA.person)


@pytest.mark.parametrize(
    ("told", "barred"),
    [
        ({"is_restricted": True}, Barred.GUEST_ACCOUNT),
        ({"is_restricted": True, "is_ultra_restricted": True}, Barred.GUEST_ACCOUNT),
        ({"is_restricted": True, "is_admin": True}, Barred.GUEST_ACCOUNT),
        ({"is_bot": True}, Barred.NOT_A_PERSON),
        ({"is_workflow_bot": True}, Barred.NOT_A_PERSON),
        ({"deleted": True}, Barred.NOT_A_PERSON),
        ({"is_stranger": True}, Barred.EXTERNAL),
        ({"team_id": "T0OTA"}, Barred.EXTERNAL),
        ({"team_id": None}, Barred.EXTERNAL),
        ({"team_id": "T0OTA", "is_owner": True}, Barred.EXTERNAL),
    ],
    ids=str,
)
async def test_whoever_is_no_full_member_is_kept_out(
    desk: Desk, told: dict[str, Any], barred: Barred
) -> None:
    """Whatever role our own rows give, and also from a form that asks Slack nothing."""
    desk.directory.user |= told

    for _ in range(2):
        with pytest.raises(BarredError) as caught:
            await desk.gate.standing(desk.client, ADA)
        assert caught.value.barred is barred
    with pytest.raises(BarredError):
        await desk.gate.known(ADA)
    profile = await desk.gate.profile(desk.client, ADA)
    assert not profile.runs_workspace


@pytest.mark.parametrize(
    "caller", [EVA, Caller("T0INN", Person("", "U0ADA")), Caller("", ADA.person)], ids=str
)
async def test_people_from_elsewhere_are_not_even_looked_up(desk: Desk, caller: Caller) -> None:
    """The payload says it: no call, no row."""
    for ask in (desk.gate.standing(desk.client, caller), desk.gate.known(caller)):
        with pytest.raises(BarredError) as caught:
            await ask
        assert caught.value.barred is Barred.EXTERNAL
    assert desk.directory.asked == 0


@pytest.mark.parametrize("rank", ["is_admin", "is_owner", "is_primary_owner"])
async def test_whoever_runs_the_workspace_is_known(desk: Desk, rank: str) -> None:
    """And nobody else is taken for one."""
    assert not (await desk.gate.profile(desk.client, ADA)).runs_workspace
    desk.directory.user[rank] = True

    other = Caller("T0INN", Person("T0INN", "U0BEN"))
    assert (await desk.gate.profile(desk.client, other)).runs_workspace


def _slack_says(code: str) -> SlackApiError:
    answer = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": code},
        headers={},
        status_code=200,
    )
    return SlackApiError("refused", answer)  # type: ignore[no-untyped-call]  # slack_sdk has no types here


@pytest.mark.parametrize(
    "trouble",
    [
        _slack_says("internal_error"),
        _slack_says("ratelimited"),
        _slack_says("user_not_found"),
        TimeoutError(),
        OSError(),
        ServerDisconnectedError(),
    ],
    ids=repr,
)
async def test_when_slack_does_not_say_nobody_is_let_in_and_nothing_is_remembered(
    desk: Desk, trouble: Exception
) -> None:
    """The next click asks again, and is let in when Slack answers."""
    desk.directory.trouble = trouble
    with pytest.raises(BarredError) as caught:
        await desk.gate.admit(desk.client, ADA, Action.HELP)
    assert caught.value.barred is Barred.UNKNOWN

    desk.directory.trouble = None
    assert (await desk.gate.admit(desk.client, ADA, Action.HELP)).role is Role.ADMIN


async def test_a_profile_is_kept_for_five_minutes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clicks in between need no call; afterwards what has changed counts."""
    now = [1000.0]
    monkeypatch.setattr("bot.gate.time", SimpleNamespace(monotonic=lambda: now[0]))
    for _ in range(3):
        await desk.gate.standing(desk.client, ADA)
    assert desk.directory.asked == 1

    desk.directory.user["is_restricted"] = True
    now[0] += PROFILE_TTL_S - 1
    await desk.gate.standing(desk.client, ADA)
    now[0] += 1
    with pytest.raises(BarredError):
        await desk.gate.standing(desk.client, ADA)
    assert desk.directory.asked == 2


async def test_profiles_of_two_workspaces_are_two(desk: Desk) -> None:
    """The same user id elsewhere says nothing of this one."""
    await desk.gate.profile(desk.client, ADA)
    desk.directory.user["team_id"] = "T0SEA"
    twin = Caller("T0SEA", Person("T0SEA", "U0ADA"))

    assert (await desk.gate.profile(desk.client, twin)).barred is None
    with pytest.raises(NoHotelError):
        await desk.gate.standing(desk.client, twin)
    assert desk.directory.asked == 2


async def test_a_workspace_without_a_hotel_has_none(desk: Desk) -> None:
    """Said as such, also from a form."""
    stranger = Caller("T0NEW", Person("T0NEW", "U0NEW"))
    desk.directory.user["team_id"] = "T0NEW"

    with pytest.raises(NoHotelError):
        await desk.gate.standing(desk.client, stranger)
    with pytest.raises(NoHotelError):
        await desk.gate.known(stranger)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
async def test_a_role_that_does_not_reach_is_refused_and_written_down(
    desk: Desk, clock: FakeClock, action: Action, role: Role
) -> None:
    """The whole matrix; a refusal names what is held and what it takes."""
    ben = Caller("T0INN", Person("T0INN", "U0BEN"))
    if role is not Role.GUEST:
        async with desk.database.transaction(TenantContext(HOTEL.id)) as unit:
            await hotels.give_role(unit, ben.person, role, clock.now())
    needed = {"help": 1, "status": 2, "connect": 3, "disconnect": 3, "sync": 3, "team": 4, "hotel": 4}[
        action.value
    ]

    if role >= needed:
        assert (await desk.gate.admit(desk.client, ben, action)).role is role
        assert await desk.audited() == []
        return
    with pytest.raises(NotAllowedError) as caught:
        await desk.gate.admit(desk.client, ben, action)
    assert (caught.value.held, caught.value.needed) == (role, Role(needed))
    details = {"action": action.value, "why": "role"}
    assert await desk.audited() == [("pms.access.refused", "U0BEN", details)]
