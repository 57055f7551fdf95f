"""Each fault does what it says, for as long as it says, to an app that does not know of it."""

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.block_samples import modal, section
from tests.bot.playground.slack.conftest import Api
from tests.bot.playground.slack.tiny_bot import Place

DESK = "C0FRONTDESK"


async def test_a_rate_limit_strikes_so_many_calls(http: aiohttp.ClientSession, ui: Api, api: Api) -> None:
    """The method answers 429 with Retry-After, other methods do not; then it is over."""
    await ui("faults", name="rate_limit", on=2, method="auth.test")
    assert (await api("team.info"))["ok"]
    for _ in range(2):
        async with http.get("/api/auth.test") as answer:
            assert (answer.status, answer.headers["retry-after"]) == (429, "1")
            assert await answer.json() == {"ok": False, "error": "ratelimited"}
    assert (await api("auth.test"))["ok"]


async def test_a_server_error_strikes_any_method_until_it_is_off(
    http: aiohttp.ClientSession, ui: Api
) -> None:
    """Without a method it strikes all, and `true` means for good."""
    await ui("faults", name="server_error", on=True)
    for method in ("auth.test", "chat.postMessage", "team.info"):
        async with http.post(f"/api/{method}") as answer:
            assert answer.status == 500
    await ui("faults", name="server_error", on=False)
    async with http.post("/api/auth.test") as answer:
        assert answer.status == 200


async def test_slack_can_be_slow(ui: Api, api: Api) -> None:
    """Every answer of the Web API takes so much longer."""
    await ui("faults", name="slow_app_calls_s", on=0.15)
    before = time.monotonic()
    await api("auth.test")
    assert time.monotonic() - before >= 0.15


async def test_a_fresh_trigger_can_be_too_old(api: Api, standin: Standin) -> None:
    """The app cannot tell it from having been slow."""
    standin.faults.expire_triggers.set(1)
    trigger_id = standin.tickets.trigger("T0INN", "U0ADA")
    assert (await api("views.open", trigger_id=trigger_id, view=modal(section())))["error"] == (
        "expired_trigger_id"
    )


async def test_a_view_can_have_changed(api: Api, standin: Standin) -> None:
    """The next update conflicts though the hash is right, the one after goes through."""
    view = (await api("views.publish", user_id="U0ADA", view={"type": "home", "blocks": [section()]}))["view"]
    standin.faults.hash_conflict.set(1)
    again = {"user_id": "U0ADA", "view": {"type": "home", "blocks": [section()]}, "hash": view["hash"]}
    assert (await api("views.publish", **again))["error"] == "hash_conflict"
    assert (await api("views.publish", **again))["ok"]


async def test_people_can_be_unknowable(api: Api, standin: Standin) -> None:
    """users.info fails: an app that decides by it has to decide without."""
    standin.faults.users_info_error.set(1)
    assert (await api("users.info", user="U0ADA"))["error"] == "internal_error"
    assert (await api("users.info", user="U0ADA"))["ok"]


async def test_events_can_come_twice(place: Place) -> None:
    """Same event_id, two deliveries."""
    place.standin.faults.duplicate_events.set(1)
    ada = await place.meet("Ada")
    await ada.types("hello")
    await place.standin.settle()
    ids = [body["event_id"] for body in place.heard if body.get("event", {}).get("text") == "hello"]
    assert (len(ids), len(set(ids))) == (2, 1)


async def test_a_lost_acknowledgement_repeats_an_event(place: Place) -> None:
    """The app did its work and hears of it again."""
    place.standin.faults.drop_ack.set(1)
    ada = await place.meet("Ada")
    await ada.types("hello")
    await place.standin.settle()
    assert [event["text"] for event in place.events("message")] == ["hello", "hello"]


async def test_a_lost_acknowledgement_fails_an_interaction(place: Place) -> None:
    """The person is told to try again, although the app acted."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    await ada.finds("Next")
    await place.standin.settle()
    place.standin.faults.drop_ack.set(1)
    await ada.clicks("Next")
    await ada.sees("did not answer in time")
    await ada.sees("Clicked by U0ADA")


@pytest.mark.parametrize("fault", ["disconnect", "cut", "disconnect_warning"])
async def test_the_app_survives_the_end_of_its_socket(socket_place: Place, fault: str) -> None:
    """Announced or not, the SDK comes back, and what was said meanwhile arrives."""
    ada = await socket_place.meet("Ada")
    await ada.does("faults", name=fault, on=True)
    await ada.types("hello")
    await ada.sees("A card")


async def test_the_sdk_sees_what_slack_would_say(place: Place) -> None:
    """A fault reaches the app as an ordinary SlackApiError."""
    place.standin.faults.rate_limit.set("team.info", 1)
    with pytest.raises(SlackApiError) as refused:
        await place.bolt.client.team_info()
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["retry-after"] == "1"


async def test_unknown_faults_are_refused(ui: Api) -> None:
    """A misspelt fault does not pass for a good day."""
    assert (await ui("faults", name="rain", on=True))["status"] == 404
    assert (await ui("faults", name="rate_limit", on="yes"))["status"] == 400


async def test_a_reset_clears_them(ui: Api, standin: Standin) -> None:
    """After a reset nothing goes wrong any more."""
    standin.faults.server_error.set("*", True)
    standin.faults.slow_app_calls_s = 9
    await ui("reset")
    assert standin.faults.slow_app_calls_s == 0
    assert standin.faults.server_error.take("auth.test") is False
