"""Messages of the app: where they may go, what they may hold, who may change them."""

from typing import Any

import pytest

from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Channel, Message
from tests.bot.playground.slack.block_samples import actions, button, section
from tests.bot.playground.slack.conftest import Api
from tests.clock import FakeClock

DESK = "C0FRONTDESK"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "a"}, "channel_not_found"),
        ({"channel": "C0MANAGERS", "text": "a"}, "not_in_channel"),
        ({"channel": "C0OLD", "text": "a"}, "is_archived"),
        ({"channel": "C0SECRET", "text": "a"}, "channel_not_found"),
        ({"channel": DESK}, "no_text"),
        ({"channel": DESK, "blocks": []}, "no_text"),
        ({"channel": DESK, "text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ({"channel": DESK, "text": "a", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": DESK, "text": "a", "metadata": {"event_type": "x"}}, "invalid_arguments"),
        ({"channel": DESK, "text": "a", "blocks": [section("b" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"channel": DESK, "text": "a", "blocks": [{"type": "alert"}]}, "invalid_blocks"),
        ({"text": "a"}, "invalid_arguments"),
    ],
)
async def test_a_message_that_cannot_be_is_refused(
    api: Api, standin: Standin, args: dict[str, Any], error: str
) -> None:
    """Slack's word says why."""
    standin.world.channels["C0OLD"] = Channel("C0OLD", "T0INN", "old", app_is_member=True, is_archived=True)
    standin.world.channels["C0SECRET"] = Channel("C0SECRET", "T0INN", "secret", kind="private")
    assert (await api("chat.postMessage", **args))["error"] == error


async def test_invalid_blocks_are_pointed_at(api: Api) -> None:
    """The answer names the place and the rule."""
    refused = await api("chat.postMessage", channel=DESK, text="a", blocks=[section("")])
    expected = "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert refused["response_metadata"] == {"messages": [expected]}


async def test_a_message_gets_ids_where_it_has_none(api: Api, standin: Standin) -> None:
    """Slack fills block_id and action_id in; those that were given stay."""
    blocks = [
        section(block_id="mine"),
        actions({"type": "button", "text": {"type": "plain_text", "text": "a"}}),
    ]
    posted = await api("chat.postMessage", channel=DESK, text="a", blocks=blocks)
    mine, row = posted["message"]["blocks"]
    assert mine["block_id"] == "mine"
    assert row["block_id"]
    assert row["elements"][0]["action_id"]


async def test_a_person_s_id_stands_for_the_conversation_with_them(api: Api) -> None:
    """Posting to a person posts into the direct conversation."""
    assert (await api("chat.postMessage", channel="U0ADA", text="a"))["channel"] == "D0INN0ADA"


async def test_text_is_kept_as_it_was_sent(api: Api, standin: Standin) -> None:
    """Escapes and mentions are the sender's business; the page draws them."""
    text = "a &lt;b&gt; <@U0ADA> <https://x.example|link>"
    posted = await api("chat.postMessage", channel=DESK, text=text)
    assert standin.world.messages[DESK][posted["ts"]].text == text


async def test_replies_belong_to_the_first_message_of_a_thread(api: Api) -> None:
    """A reply's own ts does not open a thread."""
    root = await api("chat.postMessage", channel=DESK, text="root")
    reply = await api("chat.postMessage", channel=DESK, text="reply", thread_ts=root["ts"])
    assert reply["message"]["thread_ts"] == root["ts"]
    refused = await api("chat.postMessage", channel=DESK, text="deeper", thread_ts=reply["ts"])
    assert refused["error"] == "cannot_reply_to_message"


async def test_only_own_messages_change(api: Api, standin: Standin) -> None:
    """Somebody else's message, and none at all, are told apart."""
    ts = standin.world.next_ts()
    standin.messages.post(Message(ts, DESK, "U0ADA", "Mine"))
    assert (await api("chat.update", channel=DESK, ts=ts, text="a"))["error"] == "cant_update_message"
    assert (await api("chat.delete", channel=DESK, ts=ts))["error"] == "cant_delete_message"
    assert (await api("chat.update", channel=DESK, ts="1.1", text="a"))["error"] == "message_not_found"


async def test_new_text_without_blocks_takes_the_blocks_away(api: Api, standin: Standin) -> None:
    """As Slack does since blocks are what is shown; only a change of text is marked as edited."""
    posted = await api("chat.postMessage", channel=DESK, text="a", blocks=[section()])
    message = standin.world.messages[DESK][posted["ts"]]
    await api("chat.update", channel=DESK, ts=message.ts, text="b", blocks=[section("B")])
    assert (message.edited, message.blocks and message.blocks[0]["text"]["text"]) == (False, "B")
    await api("chat.update", channel=DESK, ts=message.ts, text="c")
    assert (message.text, message.blocks, message.edited) == ("c", None, True)


async def test_a_deleted_message_is_gone(api: Api, standin: Standin) -> None:
    """It can be neither changed nor linked to."""
    posted = await api("chat.postMessage", channel=DESK, text="a")
    assert (await api("chat.delete", channel=DESK, ts=posted["ts"]))["ok"]
    gone = await api("chat.getPermalink", channel=DESK, message_ts=posted["ts"])
    assert gone["error"] == "message_not_found"


async def test_an_ephemeral_message_is_for_one_member(api: Api, standin: Standin) -> None:
    """Only that person has it; it cannot be changed through the Web API and is not history."""
    posted = await api("chat.postEphemeral", channel=DESK, user="U0ADA", text="psst")
    ts = posted["message_ts"]
    assert [message.ts for message in standin.world.messages_for(DESK, "U0ADA")] == [ts]
    assert standin.world.messages_for(DESK, "U0BEN") == []
    assert (await api("chat.update", channel=DESK, ts=ts, text="b"))["error"] == "message_not_found"
    refused = await api("chat.postEphemeral", channel=DESK, user="U0FINN", text="psst")
    assert refused["error"] == "user_not_in_channel"


async def test_haste_is_noted_and_on_request_refused(api: Api, standin: Standin, hour: FakeClock) -> None:
    """About one message a second into a channel: the wire log says so; the fault makes it a 429."""
    await api("chat.postMessage", channel=DESK, text="1")
    await api("chat.postMessage", channel=DESK, text="2")
    assert standin.wire.after()[-1].warnings == ["more than one message a second into this channel"]
    standin.faults.strict_rate.set(True)
    assert (await api("chat.postMessage", channel=DESK, text="3"))["error"] == "ratelimited"
    hour.advance(1.1)
    assert (await api("chat.postMessage", channel=DESK, text="4"))["ok"]


async def test_bad_manners_pass_with_a_remark(api: Api, standin: Standin) -> None:
    """Blocks without top-level text are shown; the wire log says what screen readers miss."""
    assert (await api("chat.postMessage", channel=DESK, blocks=[actions(button())]))["ok"]
    assert "no top-level text" in standin.wire.after()[-1].warnings[0]
