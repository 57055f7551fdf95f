"""What the browser UI relies on: snapshots, live news, deeds and how they are refused."""

from typing import Any

import aiohttp
import pytest

from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Message, Token
from tests.bot.playground.slack.block_samples import (
    actions,
    button,
    entry,
    menu,
    modal,
    option,
    section,
)
from tests.bot.playground.slack.conftest import Api
from tests.bot.playground.slack.tiny_bot import Json

DESK = "C0FRONTDESK"


async def page_of(http: aiohttp.ClientSession, user: str, team: str = "T0INN") -> Json:
    """Return a person's snapshot."""
    async with http.get("/ui/api/snapshot", params={"team": team, "user": user}) as answer:
        page: Json = await answer.json()
        return page


async def test_a_snapshot_shows_a_person_their_world(http: aiohttp.ClientSession) -> None:
    """Teams, people, channels, the app: in the shape that the page expects."""
    page = await page_of(http, "U0CHLOE")
    assert sorted(page) == [
        *("app", "channels", "depth", "home", "me", "messages", "now", "people", "team", "teams", "view"),
    ]
    assert page["team"] == {"id": "T0INN", "name": "Hotel Aurora", "domain": "hotel-aurora"}
    assert [team["id"] for team in page["teams"]] == ["T0INN", "T0SEA"]
    assert page["me"] == {
        "id": "U0CHLOE",
        "name": "chloe",
        "real_name": "Chloé Martin",
        "title": "Receptionist",
        "initials": "CM",
        "color": "#c2410c",
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_stranger": False,
        "deleted": False,
        "team_id": "T0INN",
        "tz": "Europe/Stockholm",
    }
    assert page["app"] == {
        "id": "A0INNKEEPER",
        "name": "Innkeeper",
        "bot_user_id": "U0INNAPP",
        "command": ["/pms"],
        "connected": False,
        "dm_channel": "D0INN0CHLOE",
    }
    assert [channel["name"] for channel in page["channels"]] == ["general", "front-desk", "directmessage"]


async def test_everybody_sees_only_their_own_channels(http: aiohttp.ClientSession) -> None:
    """The guest has one channel, the partner the shared one, the other hotel its own."""

    async def channels(user: str, team: str = "T0INN") -> list[str]:
        rows = (await page_of(http, user, team))["channels"]
        return [row["name"] for row in rows if row["kind"] != "dm"]

    assert await channels("U0DEV") == ["front-desk"]
    assert await channels("U0EVA") == ["partner-desk"]
    assert await channels("U0FINN", "T0SEA") == ["general", "front-desk"]


@pytest.mark.parametrize(("team", "user"), [("T0INN", "U0FINN"), ("T0X", "U0ADA"), ("T0INN", "U0INNAPP")])
async def test_nobody_looks_who_is_not_there(http: aiohttp.ClientSession, team: str, user: str) -> None:
    """Other workspaces' people, unknown workspaces and the bot have no page."""
    page = await page_of(http, user, team)
    assert page == {"error": "There is nobody of that name in this workspace."}


async def test_a_deactivated_person_does_nothing(ui: Api, standin: Standin) -> None:
    """Their account is closed to them."""
    standin.world.people["U0BEN"].deleted = True
    refused = await ui("say", user="U0BEN", channel=DESK, text="a")
    assert (refused["status"], refused["error"]) == (403, "This account is deactivated.")


async def test_other_sites_cannot_act(http: aiohttp.ClientSession, standin: Standin) -> None:
    """Without the page's own header nothing happens, not even a reset."""
    body = {"team": "T0INN", "user": "U0ADA", "channel": DESK, "text": "a"}
    for deed in ("say", "reset", "faults", "submit"):
        async with http.post(f"/ui/api/{deed}", json=body) as answer:
            assert answer.status == 403
    assert standin.world.messages == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:80"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:3000"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
    ],
)
async def test_only_this_machine_s_names_are_answered(
    http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    """A name that was pointed here from outside leads nowhere."""
    async with http.get("/healthz", headers=headers) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("origin", "accepted"), [(None, True), ("own", True), ("http://evil.example", False)]
)
async def test_other_sites_cannot_listen(
    http: aiohttp.ClientSession, server: tuple[Standin, str], origin: str | None, accepted: bool
) -> None:
    """A page of another site gets no live news."""
    headers = {} if origin is None else {"Origin": server[1] if origin == "own" else origin}
    who = {"team": "T0INN", "user": "U0ADA"}
    try:
        async with http.ws_connect("/ui/api/live", params=who, headers=headers) as line:
            assert (await line.receive_json(timeout=2))["type"] == "snapshot"
            assert accepted
    except aiohttp.WSServerHandshakeError:
        assert not accepted


async def test_answers_carry_the_security_headers(http: aiohttp.ClientSession) -> None:
    """Scripts, styles and images come from here or not at all."""
    async with http.get("/") as answer:
        assert answer.headers["content-security-policy"].startswith(
            "default-src 'self'; connect-src 'self' ws:"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_page_is_served_from_its_folder(tmp_path: Any) -> None:
    """`ui_dir` is what stands at `/`; the API stays where it is."""
    (tmp_path / "index.html").write_text("<p>Hello</p>")
    async with serve(create_standin(ui_dir=tmp_path)) as base_url, aiohttp.ClientSession(base_url) as session:
        async with session.get("/") as answer:
            assert await answer.text() == "<p>Hello</p>"
        async with session.get("/healthz") as answer:
            assert await answer.json() == {"ok": True, "app_connected": False}


async def test_health_waits_for_the_whole_playground(http: aiohttp.ClientSession, standin: Standin) -> None:
    """The hook may veto."""
    standin.is_ready = lambda: False
    async with http.get("/healthz") as answer:
        assert (answer.status, (await answer.json())["ok"]) == (503, False)


@pytest.mark.parametrize(
    ("deed", "body", "status", "error"),
    [
        ("say", {"channel": "C0SEADESK", "text": "a"}, 404, "You are not in this channel."),
        ("say", {"channel": DESK, "text": "  "}, 400, "There is nothing to send."),
        ("say", {"channel": DESK}, 400, "The request lacks text."),
        ("say", {"channel": DESK, "text": "/who"}, 404, "/who is not a valid command here."),
        ("say", {"channel": DESK, "text": "a", "thread_ts": "1.1"}, 404, "This thread is gone."),
        ("home", {"tab": "about"}, 400, "The app has a Home and a Messages tab."),
        ("act", {"block_id": "a", "action_id": "b"}, 400, "It is not said where the control stands."),
        (
            "act",
            {"container": {"type": "home"}, "block_id": "a", "action_id": "b"},
            409,
            "This message has changed.",
        ),
        ("submit", {"view_id": "V", "state": {}}, 409, "This form is no longer open."),
        ("close", {"view_id": "V"}, 409, "This form is no longer open."),
        ("invite", {"channel": DESK, "member": "U0FINN"}, 404, "There is nobody of that name to invite."),
        ("stop", {"channel": DESK, "thread_ts": "1.1"}, 409, "The app is not working here."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    ui: Api, deed: str, body: Json, status: int, error: str
) -> None:
    """Each refusal is for a person to read."""
    assert await ui(deed, **body) == {"status": status, "error": error}


INPUTS: list[tuple[Json, Any, str | None]] = [
    ({"type": "plain_text_input"}, "", "Please complete this required field."),
    ({"type": "plain_text_input"}, "   ", "Please complete this required field."),
    ({"type": "plain_text_input", "min_length": 3}, "ab", "Enter at least 3 characters."),
    ({"type": "plain_text_input", "max_length": 3}, "abcd", "Enter at most 3 characters."),
    ({"type": "email_text_input"}, "ada@hotel", "Enter a valid e-mail address."),
    ({"type": "email_text_input"}, "ada@hotel.example", None),
    ({"type": "url_text_input"}, "hotel.example", "Enter a valid URL."),
    ({"type": "url_text_input"}, "https://hotel.example/api", None),
    ({"type": "number_input", "is_decimal_allowed": True}, "ten", "Enter a number."),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Enter a whole number."),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1.5", "Enter 2 or more."),
    ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.5", "Enter 2 or less."),
    ({"type": "number_input", "is_decimal_allowed": True}, "1.5", None),
    ({"type": "checkboxes", "options": [option("I confirm")]}, [], "Please complete this required field."),
    (
        {"type": "multi_static_select", "options": [option("A"), option("B")], "max_selected_items": 1},
        ["a", "b"],
        "Choose at most 1.",
    ),
]


@pytest.mark.parametrize(("element", "raw", "problem"), INPUTS)
async def test_the_client_checks_inputs_before_the_app_hears_of_them(
    ui: Api, standin: Standin, element: Json, raw: Any, problem: str | None
) -> None:
    """What cannot be sent is 422 with a line under the input; what can be is delivered."""
    view = standin.modals.open("T0INN", "U0ADA", modal(entry({**element, "action_id": "a"}, block_id="b")))
    answer = await ui("submit", view_id=view.id, state={"b": {"a": raw}})
    delivered = [entry.name for entry in standin.wire.after()]
    if problem:
        assert answer == {"status": 422, "errors": {"b": problem}}
        assert delivered == []
    else:
        assert answer["status"] == 504  # no bot is connected
        assert delivered == ["view_submission"]


async def test_an_optional_input_may_stay_empty(ui: Api, standin: Standin) -> None:
    """Nothing typed is not an error there."""
    view = standin.modals.open("T0INN", "U0ADA", modal(entry(block_id="b", optional=True)))
    assert (await ui("submit", view_id=view.id, state={}))["status"] == 504


async def test_somebody_else_s_private_message_cannot_be_used(ui: Api, standin: Standin) -> None:
    """Its buttons do not exist for others, and an option that was never offered does not either."""
    blocks = [actions(button(), menu(), block_id="row")]
    own = Message(standin.world.next_ts(), DESK, "U0INNAPP", "a", blocks, is_app=True, only_for="U0ADA")
    standin.messages.post(own)
    use = {"container": {"type": "message", "channel": DESK, "ts": own.ts}, "block_id": "row"}
    assert (await ui("act", user="U0BEN", action_id="next", **use))["status"] == 409
    assert (await ui("act", action_id="menu", value={"selected": "opera"}, **use))["status"] == 409
    assert (await ui("act", action_id="menu", value={"selected": "mews"}, **use))["status"] == 200


async def test_live_news_reach_those_whom_they_concern(
    http: aiohttp.ClientSession, standin: Standin, api: Api
) -> None:
    """A message goes to the members of its channel, an ephemeral one to one of them, the wire to all."""
    async with (
        http.ws_connect("/ui/api/live", params={"team": "T0INN", "user": "U0BEN"}) as ben,
        http.ws_connect("/ui/api/live", params={"team": "T0SEA", "user": "U0FINN"}) as finn,
    ):
        for line in (ben, finn):
            assert (await line.receive_json(timeout=2))["type"] == "snapshot"
        await api("chat.postEphemeral", channel=DESK, user="U0ADA", text="psst")
        await api("chat.postMessage", channel=DESK, text="hear")
        heard = [await ben.receive_json(timeout=2) for _ in range(3)]
        assert [news["type"] for news in heard] == ["wire", "message", "wire"]
        assert (heard[1]["channel"], heard[1]["message"]["text"]) == (DESK, "hear")
        assert [(await finn.receive_json(timeout=2))["type"] for _ in range(2)] == ["wire", "wire"]


async def test_the_wire_can_be_read_from_a_number_on(http: aiohttp.ClientSession, api: Api) -> None:
    """The drawer asks for what it has not seen."""
    for _ in range(3):
        await api("auth.test")
    async with http.get("/ui/api/wire", params={"after": "1"}) as answer:
        entries = (await answer.json())["entries"]
    assert [(entry["n"], entry["name"], entry["ok"]) for entry in entries] == [
        (2, "auth.test", True),
        (3, "auth.test", True),
    ]


async def test_a_reset_goes_back_to_the_seed(http: aiohttp.ClientSession, ui: Api, standin: Standin) -> None:
    """Messages, homes, tokens: everything is as it was; the hook has run before the pages reload."""
    await ui("say", channel=DESK, text="hello")
    standin.modals.publish("T0INN", "U0ADA", {"type": "home", "blocks": [section()]})
    standin.world.tokens["xoxb-more"] = Token("xoxb-more", "T0INN", "bot")
    before = await page_of(http, "U0ADA")
    assert (await ui("reset"))["status"] == 200
    after = await page_of(http, "U0ADA")
    assert (before["messages"][DESK][0]["text"], after["messages"][DESK]) == ("hello", [])
    assert (before["home"] is None, after["home"]) == (False, None)
    assert "xoxb-more" not in standin.world.tokens


async def test_the_reset_hook_runs() -> None:
    """What stands around the stand-in is told to start afresh too."""
    told = []
    app = create_standin(on_reset=lambda: told.append("reset"))
    await standin_of(app).reset()
    assert told == ["reset"]
