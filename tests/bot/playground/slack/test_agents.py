"""What the app shows of its work: the thinking line, sessions with Stop, streamed answers."""

import pytest

from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.block_samples import actions, button
from tests.bot.playground.slack.conftest import Api
from tests.bot.playground.slack.tiny_bot import Json, Place
from tests.clock import FakeClock
from tests.scenarios.people import Person

DESK = "C0FRONTDESK"


async def root(api: Api) -> str:
    """Post a message and return its ts."""
    ts: str = (await api("chat.postMessage", channel=DESK, text="root"))["ts"]
    return ts


def activity(standin: Standin) -> list[tuple[str, str | None, str]]:
    """Return line, status and title of everything the app is doing."""
    return [(one.line, one.status, one.title) for one in standin.world.sessions.values()]


async def test_the_thinking_line_ends_with_the_answer(api: Api, standin: Standin) -> None:
    """A message of the app in the thread takes the line away."""
    ts = await root(api)
    assert (await api("assistant.threads.setStatus", channel_id=DESK, thread_ts=ts, status="is thinking…"))[
        "ok"
    ]
    assert activity(standin) == [("is thinking…", None, "")]
    await api("chat.postMessage", channel=DESK, text="answer", thread_ts=ts)
    assert activity(standin) == [("", None, "")]


async def test_a_session_has_a_status_and_a_title(api: Api, standin: Standin) -> None:
    """Only the first status may bring a title; later ones are renames."""
    thread = {"channel_id": DESK, "thread_ts": await root(api)}
    assert (await api("agents.sessions.rename", title="Early", **thread))["error"] == "session_not_found"
    await api("agents.sessions.setStatus", status="processing", title="First", **thread)
    await api("agents.sessions.setStatus", status="suspended", title="Second", **thread)
    assert activity(standin) == [("", "suspended", "First")]
    await api("agents.sessions.rename", title="Third", **thread)
    assert activity(standin) == [("", "suspended", "Third")]
    wrong = await api("agents.sessions.setStatus", status="busy", **thread)
    assert wrong["error"] == "invalid_arguments"


async def test_processing_without_the_stop_event_is_warned_of(api: Api, standin: Standin) -> None:
    """An app that cannot be stopped is told so."""
    thread = {"channel_id": DESK, "thread_ts": await root(api)}
    standin.manifest = type(standin.manifest)("x", (), (), frozenset(), (), False)
    warned = await api("agents.sessions.setStatus", status="processing", **thread)
    assert warned["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_at_most_four_prompts_are_suggested(api: Api, standin: Standin) -> None:
    """They need a title and a message, and stand in the channel."""
    prompt = {"title": "Status", "message": "How is the sync?"}
    assert (await api("assistant.threads.setSuggestedPrompts", channel_id=DESK, prompts=[prompt]))["ok"]
    assert standin.world.channels[DESK].prompts == [prompt]
    for wrong in ([prompt] * 5, [{"title": "Status"}], "nonsense"):
        refused = await api("assistant.threads.setSuggestedPrompts", channel_id=DESK, prompts=wrong)
        assert refused["error"] == "invalid_arguments"


async def asked(person: Person) -> Json:
    """Let somebody ask the app something; return their message."""
    await person.types("A long question")
    await person.sees("A card")
    question = person.page.root(None, "A long question")
    assert question is not None
    return question


async def test_stop_ends_streams_and_tells_the_app(place: Place) -> None:
    """The event names the streams that were ended; the status is the app's to change."""
    ada, client = await place.meet("Ada"), place.bolt.client
    question = await asked(ada)
    thread = {"channel_id": "D0INN0ADA", "thread_ts": question["ts"]}
    await client.agents_sessions_setStatus(status="processing", **thread)
    stream = await client.chat_startStream(
        channel="D0INN0ADA", thread_ts=question["ts"], markdown_text="Well"
    )
    await ada.stops(question)
    await place.standin.settle()
    (stopped,) = place.events("agent_session_stopped")
    assert stopped == {
        "type": "agent_session_stopped",
        "user": "U0ADA",
        "channel": "D0INN0ADA",
        "thread_ts": question["ts"],
        "streaming_message_ts": [stream["ts"]],
        "event_ts": stopped["event_ts"],
    }


async def test_an_answer_can_be_streamed_with_the_sdk(place: Place) -> None:
    """Text and tasks grow while people read; blocks come at the end."""
    ada, client = await place.meet("Ada"), place.bolt.client
    question = await asked(ada)
    stream = await client.chat_stream(channel="D0INN0ADA", thread_ts=question["ts"], buffer_size=1)
    await stream.append(markdown_text="Reading ")
    await ada.sees("Reading ")
    task = {"type": "task_update", "id": "1", "title": "Look it up", "status": "in_progress"}
    await stream.append(chunks=[task | {"details": "page 1, "}])
    await stream.append(markdown_text="done.", chunks=[task | {"status": "complete", "details": "page 2"}])
    await stream.stop(blocks=[actions(button("Thanks"))], session_status="active")
    await ada.sees("Reading done.")
    await ada.sees("page 1, page 2")
    await ada.finds("Thanks")


STARTED: Json = {"channel": DESK, "recipient_team_id": "T0INN", "recipient_user_id": "U0ADA"}


async def test_a_stream_ends_after_five_minutes(api: Api, hour: FakeClock) -> None:
    """Slack closes it; the message can then be changed like any other."""
    ts = (await api("chat.startStream", thread_ts=await root(api), **STARTED))["ts"]
    assert (await api("chat.appendStream", channel=DESK, ts=ts, markdown_text="a"))["ok"]
    early = await api("chat.update", channel=DESK, ts=ts, text="all")
    assert early["error"] == "streaming_state_conflict"
    hour.advance(301)
    late = await api("chat.appendStream", channel=DESK, ts=ts, markdown_text="b")
    assert late["error"] == "message_not_in_streaming_state"
    assert (await api("chat.update", channel=DESK, ts=ts, text="all"))["ok"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"thread_ts": None}, "invalid_arguments"),
        ({"recipient_team_id": None}, "missing_recipient_team_id"),
        ({"recipient_user_id": None}, "missing_recipient_user_id"),
        ({"chunks": [{"type": "song"}]}, "invalid_chunks"),
        (
            {"chunks": [{"type": "task_update", "id": "1", "title": "a" * 257, "status": "complete"}]},
            "invalid_chunks",
        ),
        ({"chunks": [{"type": "blocks", "blocks": [{"type": "alert"}]}]}, "invalid_chunks"),
    ],
)
async def test_a_stream_that_cannot_be_is_refused(api: Api, change: Json, error: str) -> None:
    """Streams are replies to somebody, made of known pieces."""
    args = {"thread_ts": await root(api), **STARTED, **change}
    assert (await api("chat.startStream", **args))["error"] == error
