"""People from another workspace, who sit in a shared channel, are nobody here: in every kind of payload.

The shapes are those that Slack sends for Slack Connect: `team` is the workspace whose installation receives
the request, `user.team_id` the person's own. Bolt's context names the receiving workspace for both.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import ids
from bot.compose import Innkeeper, compose
from bot.playground.sandboxes import open_sandboxes
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from core.domain.access import Person, Role, TenantContext
from core.domain.hotel import VendorKey
from core.onboarding.steps import Target
from core.store import connections, conversations, hotels
from core.store.hotels import Hotel
from tests.databases import Place
from tests.scenarios.stage import stage_settings

HOTEL = Hotel("11111111-1111-1111-1111-111111111111", "Hotel Aurora", "Europe/Stockholm")
ADA = Person("T0INN", "U0ADA")
EVA = Person("T0OTA", "U0EVA")


class Scene:
    """The composed bot, a hotel with an open attempt, and whatever the app told Slack."""

    def __init__(self, innkeeper: Innkeeper, standin: Standin, conversation_id: str, version: int) -> None:
        self.innkeeper = innkeeper
        self.standin = standin
        self.control = f"{conversation_id}.{version}"

    async def sends(self, body: dict[str, Any]) -> Any:
        request = AsyncBoltRequest(body=json.dumps(body), mode="socket_mode")
        response = await self.innkeeper.app.async_dispatch(request)
        await self.innkeeper.attendance.all_done()  # what is acknowledged is not done yet
        return json.loads(response.body) if response.body else None

    async def step(self) -> Any:
        async with self.innkeeper.database.transaction(TenantContext(HOTEL.id)) as unit:
            found = await conversations.find_open(unit)
        return found.step["kind"] if found else None


@pytest.fixture
async def scene(sqlite_place: Place, tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        sandboxes = await stack.enter_async_context(open_sandboxes())
        app = create_standin()
        url = await stack.enter_async_context(serve(app))
        settings = stage_settings(sqlite_place.url, "socket", url, 1, sandboxes)
        innkeeper = await stack.enter_async_context(compose(settings))
        now = innkeeper.clock.now()
        async with innkeeper.database.system() as unit:
            await hotels.add_hotel(unit, HOTEL, "T0INN", now)
        async with innkeeper.database.transaction(TenantContext(HOTEL.id)) as tenant:
            await hotels.give_role(tenant, ADA, Role.ADMIN, now)
            # Even a row that names the visitor must not let them in.
            await hotels.give_role(tenant, EVA, Role.ADMIN, now)
        begun = await innkeeper.onboarding.begin(TenantContext(HOTEL.id, ADA), Target(VendorKey.MEWS))
        yield Scene(innkeeper, standin_of(app), begun.conversation.id, begun.conversation.version)


def _user(person: Person) -> dict[str, str]:
    return {"id": person.user_id, "team_id": person.workspace_id, "username": "x", "name": "x"}


def _press(person: Person, action_id: str, value: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T0INN", "domain": "hotel-aurora"},
        "user": _user(person),
        "api_app_id": "A0INNKEEPER",
        "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "1.0", "channel_id": "C0PARTNER"},
        "channel": {"id": "C0PARTNER", "name": "partner-desk"},
        "actions": [{"action_id": action_id, "block_id": "b", "type": "button", "value": value}],
        "state": {"values": {}},
    }


def _submit(person: Person, callback_id: str, metadata: str) -> dict[str, Any]:
    values = {f"{ids.FIELD}access_token": {ids.VALUE: {"type": "plain_text_input", "value": "x"}}}
    return {
        "type": "view_submission",
        "team": {"id": person.workspace_id, "domain": "x"},
        "user": _user(person),
        "api_app_id": "A0INNKEEPER",
        "view": {
            "id": "V1",
            "team_id": "T0INN",
            "app_installed_team_id": "T0INN",
            "type": "modal",
            "callback_id": callback_id,
            "private_metadata": metadata,
            "state": {"values": values},
        },
    }


STEPS = [ids.NEXT, ids.BACK, ids.CANCEL, ids.RETRY, ids.OPEN_FORM, f"{ids.CHOOSE}:Custom", ids.RATE + ":5"]
DESK = [
    ids.BEGIN,
    ids.TAKE_OVER,
    ids.START_OVER,
    ids.RENEW,
    ids.DISCONNECT,
    ids.SHOW_STATUS,
    ids.SHOW_TEAM,
    ids.CHANGE_ROLE,
    ids.HOTEL_SETTINGS,
    ids.FOUND_HOTEL,
    ids.CLAIM_ADMIN,
    ids.DASHBOARD,
]


async def test_the_control_the_member_does_the_same_and_it_counts(scene: Scene) -> None:
    """Without this, every refusal below could be a broken payload."""
    await scene.sends(_press(ADA, ids.BACK, scene.control))
    assert await scene.step() == "Choosing"


@pytest.mark.parametrize("action_id", [*STEPS, *DESK])
@pytest.mark.parametrize("home", ["T0OTA", ""], ids=["other workspace", "no workspace named"])
async def test_no_control_of_a_visitor_changes_anything(scene: Scene, action_id: str, home: str) -> None:
    """Pressed by somebody from outside, or from nowhere, the attempt stays where it is."""
    visitor = Person(home, ADA.user_id if not home else EVA.user_id)
    await scene.sends(_press(visitor, action_id, scene.control))

    assert await scene.step() == "EnteringCredentials"
    async with scene.innkeeper.database.transaction(TenantContext(HOTEL.id)) as unit:
        assert await connections.load(unit) is None
        members = {member.person for member in await hotels.list_members(unit)}
    assert members == {ADA, EVA}


@pytest.mark.parametrize("callback_id", [ids.CREDENTIALS_FORM, ids.ROLE_FORM, ids.HOTEL_FORM])
async def test_no_form_of_a_visitor_is_taken(scene: Scene, callback_id: str) -> None:
    """The answer is a refusal in words, and nothing is sealed or changed."""
    answer = await scene.sends(_submit(EVA, callback_id, "some-form-id"))

    assert answer["response_action"] == "push"
    assert "Only members of this workspace" in json.dumps(answer)
    assert await scene.step() == "EnteringCredentials"
