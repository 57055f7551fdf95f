"""Whatever the app sends, the answer is one of Slack's words, never a failure of the stand-in itself."""

import asyncio
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.state import Message
from bot.playground.slack.web_api.dispatch import METHODS
from tests.bot.playground.slack.block_samples import GOOD_HOME, GOOD_MESSAGE, GOOD_MODAL, section

JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=2)
SENSE: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(["C0FRONTDESK", "C0MANAGERS", "D0INN0ADA", "U0ADA"]),
    "channel_id": st.sampled_from(["C0FRONTDESK", "D0INN0ADA"]),
    "users": st.sampled_from(["U0ADA", "U0ADA,U0BEN"]),
    "user": st.sampled_from(["U0ADA", "U0EVA"]),
    "user_id": st.just("U0ADA"),
    "text": st.text(max_size=9),
    "markdown_text": st.text(max_size=9),
    "blocks": st.sampled_from([GOOD_MESSAGE, [section()], "[]"]),
    "view": st.sampled_from([GOOD_MODAL, GOOD_HOME]),
    "chunks": st.just([{"type": "markdown_text", "text": "a"}]),
    "prompts": st.just([{"title": "a", "message": "b"}]),
    "ts": st.sampled_from(["1.0", "2.0"]),
    "message_ts": st.just("1.0"),
    "thread_ts": st.sampled_from(["1.0", "2.0"]),
    "status": st.sampled_from(["processing", "is thinking…"]),
    "title": st.text(max_size=9),
    "limit": st.just("2"),
    "cursor": st.just("1"),
    "oldest": st.just("0"),
    "types": st.just("public_channel,im"),
    "hash": st.just("1.a"),
    "metadata": st.just({"event_type": "a", "event_payload": {}}),
    "actions": JUNK,
}
ARGS = st.fixed_dictionaries({}, optional={name: known | JUNK for name, known in SENSE.items()})


async def answer(method: str, args: dict[str, Any]) -> httpx.Response:
    """Call a method of a fresh stand-in, with every scope there is."""
    app = create_standin()
    standin = standin_of(app)
    for ts, user in (("1.0", "U0INNAPP"), ("2.0", "U0ADA")):
        standin.messages.post(Message(ts, "C0FRONTDESK", user, "a", is_app=user == "U0INNAPP"))
    everything = {
        f"{kind}:{what}" for kind in ("channels", "groups", "im", "mpim") for what in ("read", "history")
    }
    standin.world.installations["T0INN"].scopes += everything
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        said = await client.post(
            f"/api/{method}", json=args, headers={"authorization": "Bearer xoxb-T0INN-made-up"}
        )
    await standin.events.stop()
    return said


@settings(max_examples=150, deadline=None)
@given(method=st.sampled_from(sorted(METHODS)), args=ARGS)
def test_every_method_answers_whatever_it_is_given(method: str, args: dict[str, Any]) -> None:
    """Sense and nonsense in any mixture."""
    said = asyncio.run(answer(method, args))
    assert said.status_code == 200
    assert said.json()["ok"] or said.json()["error"].replace("_", "").isalnum()
