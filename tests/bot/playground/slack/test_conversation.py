"""People and a real bolt app talk through the stand-in, by socket and by signed HTTP alike."""

import pytest

from tests.bot.playground.slack.tiny_bot import Place
from tests.scenarios.people import RefusedError


async def test_a_command_is_answered_to_its_author_only(place: Place) -> None:
    """The text of the acknowledgement becomes a message that only the author sees."""
    ada, ben = await place.meet("Ada"), await place.meet("Ben")
    await ada.types("/pms hello", "#front-desk")
    await ada.sees("You said hello.")
    assert not ben.can_see("You said hello.")
    assert place.heard[0] == {
        "token": "made-up-verification-token",
        "team_id": "T0INN",
        "team_domain": "hotel-aurora",
        "channel_id": "C0FRONTDESK",
        "channel_name": "front-desk",
        "user_id": "U0ADA",
        "user_name": "ada",
        "command": "/pms",
        "text": "hello",
        "api_app_id": "A0INNKEEPER",
        "is_enterprise_install": "false",
        "response_url": place.heard[0]["response_url"],
        "trigger_id": place.heard[0]["trigger_id"],
    }


async def test_a_command_may_be_answered_later(place: Place) -> None:
    """The response_url of a command works after the acknowledgement."""
    ada = await place.meet("Ada")
    await ada.types("/pms later")
    await ada.sees("Here it is, later.")


async def test_silence_is_told_to_the_person_and_not_repeated(place: Place) -> None:
    """A command that is not acknowledged in time shows a problem and reaches the app once."""
    ada = await place.meet("Ada")
    await ada.types("/pms never")
    await ada.sees("Innkeeper did not answer in time.")
    assert [body["text"] for body in place.heard if "command" in body] == ["never"]


async def test_a_message_is_answered_in_its_thread_and_a_button_works(place: Place) -> None:
    """Text in the direct conversation is an event; the answer's button sends the whole message back."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    await ada.clicks("Next")
    await ada.sees("Clicked by U0ADA")
    clicked = next(body for body in place.heard if body.get("type") == "block_actions")
    assert clicked["message"]["blocks"][0]["text"]["text"] == "A card"
    assert clicked["container"]["thread_ts"] == place.events("message")[0]["ts"]
    assert clicked["actions"][0]["value"] == "v"
    assert clicked["channel"] == {"id": "D0INN0ADA", "name": "directmessage"}


async def test_choosing_an_option_sends_the_option(place: Place) -> None:
    """A menu's choice arrives as the option that the app offered."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    await ada.clicks("Mews", in_="A card")
    await ada.sees("Chose mews")


async def test_the_home_is_published_when_it_is_opened(place: Place) -> None:
    """Opening the Home tells the app, and what it publishes appears."""
    ada = await place.meet("Ada")
    assert await ada.home("Welcome, U0ADA") == ["Welcome, U0ADA", "Refresh"]
    await ada.clicks("Refresh", in_="home")
    assert place.heard[-1]["view"]["type"] == "home"


async def test_a_mention_in_a_channel_is_an_event_of_its_own(place: Place) -> None:
    """A mention arrives twice, as Slack sends it: as app_mention and as the channel's message."""
    ada = await place.meet("Ada")
    await ada.types("@Innkeeper, are you there?", "#front-desk")
    await ada.sees("You called?")
    (mention,), (message,) = place.events("app_mention"), place.events("message")
    assert mention["text"] == message["text"] == "<@U0INNAPP>, are you there?"
    assert mention["ts"] == message["ts"]


async def test_a_form_goes_through_errors_update_push_and_clear(place: Place) -> None:
    """Each response_action does to the stack of modals what Slack does."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": "wrong"})
    assert await ada.submits() == {"Access key": "This key is not right."}
    await ada.fills({"Access key": "next"})
    assert await ada.submits() is None
    await ada.modal("Second")
    await ada.fills({"Access key": "deeper"})
    assert await ada.submits() is None
    await ada.modal("On top")
    assert ada.page.facts["depth"] == 2
    await ada.fills({"Access key": "all"})
    assert await ada.submits() is None
    await ada.sees_no_modal()


async def test_a_taken_form_closes_and_the_one_below_comes_back(place: Place) -> None:
    """An empty acknowledgement closes the top modal only."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": "deeper"})
    await ada.submits()
    await ada.modal("On top")
    await ada.fills({"Access key": "fine"})
    await ada.submits()
    await ada.modal("First")


async def test_a_form_whose_app_is_silent_stays_open(place: Place) -> None:
    """Without an answer the person is told, and what was typed is still there."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": "silence"})
    with pytest.raises(RefusedError, match="did not answer in time") as refused:
        await ada.submits()
    assert refused.value.status == 504
    assert (await ada.modal())["title"] == "First"


async def test_errors_for_a_block_that_is_no_input_are_senseless(place: Place) -> None:
    """Slack cannot show such an error, so the person sees a failure and the wire log says why."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": "unknown block"})
    with pytest.raises(RefusedError, match="cannot be shown"):
        await ada.submits()
    assert place.standin.wire.after()[-1].error == "invalid_arguments"


async def test_closing_a_form_is_told_when_asked_for(place: Place) -> None:
    """view_closed arrives for views with notify_on_close, and says whether everything was closed."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": "deeper"})
    await ada.submits()
    await ada.modal("On top")
    await ada.closes(everything=True)
    await ada.sees_no_modal()
    closed = [body for body in place.heard if body.get("type") == "view_closed"]
    assert [(body["view"]["title"]["text"], body["is_cleared"]) for body in closed] == [
        ("On top", True),
        ("First", True),
    ]


async def test_inviting_the_app_lets_it_join(place: Place) -> None:
    """The invitation is an event about the app's own bot user, and channel messages follow."""
    ada = await place.meet("Ada")
    await ada.invites("app", "#managers")
    await ada.types("Who is on tonight?", "#managers")
    await place.standin.settle()
    (joined,) = place.events("member_joined_channel")
    assert (joined["user"], joined["channel"], joined["inviter"]) == ("U0INNAPP", "C0MANAGERS", "U0ADA")
    assert [event["text"] for event in place.events("message")] == ["Who is on tonight?"]


async def test_a_partner_in_a_shared_channel_is_recognisable(place: Place) -> None:
    """Her message is marked as shared, her click names both workspaces, her form names hers."""
    eva = await place.meet("Eva")
    await eva.types("@Innkeeper hello", "#partner-desk")
    await eva.sees("You called?")
    mention = next(body for body in place.heard if body["event"]["type"] == "app_mention")
    assert mention["is_ext_shared_channel"] is True
    assert (mention["team_id"], mention["event"]["user_team"]) == ("T0INN", "T0OTA")
    await place.bolt.client.chat_postMessage(
        channel="C0PARTNER",
        text="Form?",
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "action_id": "Form", "text": {"type": "plain_text", "text": "Form"}}
                ],
            }
        ],
    )
    await eva.clicks("Form")
    await eva.fills({"Access key": "fine"})
    assert await eva.submits() is None
    click = next(body for body in place.heard if body.get("type") == "block_actions")
    form = next(body for body in place.heard if body.get("type") == "view_submission")
    assert (click["team"]["id"], click["user"]["team_id"]) == ("T0INN", "T0OTA")
    assert (form["team"]["id"], form["user"]["team_id"]) == ("T0OTA", "T0OTA")
    assert form["view"]["app_installed_team_id"] == "T0INN"


async def test_a_partner_has_no_commands(place: Place) -> None:
    """Slash commands belong to the workspace that installed the app."""
    eva = await place.meet("Eva")
    with pytest.raises(RefusedError, match="not a valid command"):
        await eva.types("/pms hello", "#partner-desk")


async def test_a_command_in_a_thread_is_refused(place: Place) -> None:
    """Slack has no slash commands in threads."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    await ada.sees("A card")
    with pytest.raises(RefusedError, match="cannot be used in a thread"):
        await ada.types("/pms hello", thread="hello")


async def test_a_control_that_is_gone_is_refused(place: Place) -> None:
    """A click on what the page still shows but the message no longer has never reaches the app."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    button = await ada.finds("Next")
    place.standin.messages.edit(
        place.standin.world.messages[button.container["channel"]][button.container["ts"]],
        text="Done",
        blocks=None,
    )
    with pytest.raises(RefusedError, match="This message has changed") as refused:
        await ada.presses(button)
    assert refused.value.status == 409
    assert not [body for body in place.heard if body.get("type") == "block_actions"]


async def test_uninstalling_is_told_and_ends_the_token(place: Place) -> None:
    """Both farewell events arrive, and afterwards the token belongs to nobody."""
    place.standin.uninstall("T0INN")
    await place.standin.settle()
    names = {entry.name for entry in place.standin.wire.after() if entry.direction == "slack→app"}
    assert names == {"tokens_revoked", "app_uninstalled"}
    assert place.standin.world.installation("T0INN") is None
