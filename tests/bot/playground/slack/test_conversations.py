"""Channels, people and workspaces as the app may see them."""

import pytest

from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Channel, Message
from tests.bot.playground.slack.conftest import Api

DESK = "C0FRONTDESK"


async def test_a_direct_conversation_is_opened_once(api: Api) -> None:
    """The same person has the same conversation; strangers to the workspace have none."""
    first, second = (
        await api("conversations.open", users="U0ADA"),
        await api("conversations.open", users="U0ADA"),
    )
    assert first["channel"] == second["channel"] == {"id": "D0INN0ADA"}
    assert (await api("conversations.open", users="U0FINN"))["error"] == "user_not_found"
    assert (await api("conversations.open", users="U0INNAPP"))["error"] == "cannot_dm_bot"


async def test_a_deactivated_person_cannot_be_written_to(api: Api, standin: Standin) -> None:
    """users.info still knows them, without any role."""
    standin.world.people["U0BEN"].deleted = True
    assert (await api("conversations.open", users="U0BEN"))["error"] == "user_disabled"
    user = (await api("users.info", user="U0BEN"))["user"]
    assert user["deleted"] is True
    assert "is_admin" not in user


async def test_people_say_what_they_are(api: Api) -> None:
    """Owner, guest, stranger and bot can be told apart by users.info."""

    async def traits(user: str) -> dict[str, object]:
        found = (await api("users.info", user=user, include_locale=True))["user"]
        names = ("team_id", "is_owner", "is_ultra_restricted", "is_bot", "is_stranger", "tz", "locale")
        return {name: found.get(name) for name in names}

    plain = {"is_owner": False, "is_ultra_restricted": False, "is_bot": False, "is_stranger": None}
    here = {"team_id": "T0INN", "tz": "Europe/Stockholm", "locale": "en-GB", **plain}
    assert await traits("U0ADA") == here | {"is_owner": True}
    assert await traits("U0DEV") == here | {"is_ultra_restricted": True}
    assert await traits("U0EVA") == here | {"team_id": "T0OTA", "is_stranger": True, "tz": "Europe/Prague"}
    assert await traits("U0INNAPP") == here | {"is_bot": True}


async def test_lists_come_in_pages(api: Api) -> None:
    """A cursor leads to the next page, and the last page has none."""
    first = await api("users.list", limit=4)
    second = await api("users.list", limit=4, cursor=first["response_metadata"]["next_cursor"])
    found = [user["id"] for user in first["members"] + second["members"]]
    assert found == ["U0ADA", "U0BEN", "U0CHLOE", "U0DEV", "U0EVA", "U0INNAPP"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert (await api("users.list", cursor="x"))["error"] == "invalid_cursor"


async def test_channels_are_listed_by_kind_and_scope(api: Api, standin: Standin) -> None:
    """Public ones all, private ones only where the app is in; a missing scope is a refusal."""
    standin.world.channels["C0SECRET"] = Channel("C0SECRET", "T0INN", "secret", kind="private")
    listed = await api("conversations.list", types="public_channel,private_channel")
    assert [channel["name"] for channel in listed["channels"]] == [
        "general",
        "managers",
        "front-desk",
        "partner-desk",
    ]
    assert listed["channels"][-1]["connected_team_ids"] == ["T0OTA"]
    standin.world.installations["T0INN"].scopes.remove("channels:read")
    refused = await api("conversations.list")
    assert (refused["error"], refused["needed"]) == ("missing_scope", "channels:read")


async def test_the_app_joins_public_channels(api: Api) -> None:
    """Afterwards it is a member and may write."""
    assert (await api("conversations.join", channel="C0MANAGERS"))["channel"]["is_member"] is True
    members = await api("conversations.members", channel="C0MANAGERS")
    assert members["members"] == ["U0ADA", "U0BEN", "U0INNAPP"]
    assert (await api("chat.postMessage", channel="C0MANAGERS", text="a"))["ok"]


async def test_history_is_short_and_without_threads(api: Api, standin: Standin) -> None:
    """Fifteen messages a page, newest first, no replies, nothing ephemeral; a thread has its own method."""
    for number in range(20):
        standin.messages.post(Message(standin.world.next_ts(), DESK, "U0ADA", str(number)))
    root = (await api("chat.postMessage", channel=DESK, text="root"))["ts"]
    await api("chat.postMessage", channel=DESK, text="reply", thread_ts=root)
    await api("chat.postEphemeral", channel=DESK, user="U0ADA", text="psst")
    history = await api("conversations.history", channel=DESK, limit=100)
    assert [message["text"] for message in history["messages"]] == [
        "root",
        *(str(number) for number in range(19, 5, -1)),
    ]
    assert history["has_more"] is True
    thread = await api("conversations.replies", channel=DESK, ts=root)
    assert [message["text"] for message in thread["messages"]] == ["root", "reply"]
    assert thread["messages"][0]["reply_count"] == 1


async def test_history_is_for_members(api: Api) -> None:
    """A channel that the app is not in is not read."""
    assert (await api("conversations.history", channel="C0MANAGERS"))["error"] == "not_in_channel"


@pytest.mark.parametrize(("team", "error"), [("T0SEA", "team_not_found"), ("T0INN", None)])
async def test_the_workspace_describes_itself_only(api: Api, team: str, error: str | None) -> None:
    """team.info knows the token's workspace."""
    found = await api("team.info", team=team)
    assert found.get("error") == error
    assert error or found["team"]["name"] == "Hotel Aurora"
