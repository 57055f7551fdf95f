"""Back, cancel, words, stale controls, double clicks: one outcome, and nothing is lost."""

from core.store import connections, conversations, drafts
from tests.scenarios.people import Person, RefusedError
from tests.scenarios.screen import Control
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, begin, connect, enter, review_and_save


async def _drafts(stage: Stage) -> int:
    async with stage.database.transaction(await stage.tenant()) as unit:
        return len((await unit.connection.execute(drafts.credential_draft.select())).all())


async def _roots(person: Person) -> int:
    return sum(1 for message in person.page.messages() if message["thread_ts"] in (None, message["ts"]))


async def test_back_goes_one_step_at_a_time_and_wipes_what_was_typed(stage: Stage) -> None:
    """From the review to the choice; the draft goes with the step that held it."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)
    await ada.clicks("Next")
    await ada.sees("Is this your hotel?")
    await ada.clicks("Back")
    await ada.sees_no_more("Is this your hotel?")
    assert await _drafts(stage) == 1

    await ada.clicks("Back")
    await ada.sees("Enter Credentials")
    assert await _drafts(stage) == 0
    await ada.clicks("Back")
    await ada.sees("Choose the PMS your hotel uses today")


async def test_cancel_ends_the_attempt_and_leaves_nothing(stage: Stage) -> None:
    """The thread says so, the draft is gone, and a new attempt starts at step 1."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)

    await ada.clicks("Cancel")

    await ada.sees("Cancelled. Nothing was saved")
    assert await _drafts(stage) == 0
    await ada.types("/pms connect", "#general")
    await ada.sees("Choose the PMS your hotel uses today")


async def test_cancel_asks_first(stage: Stage) -> None:
    """Whoever answers `Go on` goes on."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    asking = await ada.finds("Cancel")
    assert asking.asks_first


async def test_words_do_what_buttons_do(stage: Stage) -> None:
    """`we use Mews`, `back`, and a plain question in the thread."""
    ada = await found_hotel(stage, channel=None)
    await ada.types("/pms connect", "#general")
    await ada.sees("Choose the PMS your hotel uses today")

    await ada.types("we use Mews", thread="Connect your PMS")
    await ada.sees("Step 2 of 5 · Credentials")
    await ada.types("back", thread="Connect Mews")
    await ada.sees("Choose the PMS your hotel uses today")
    await ada.types("Where are my credentials stored?", thread="Connect your PMS")
    await ada.sees("Where the credentials are kept")
    await ada.types("we use Cloudbeds", thread="Connect your PMS")
    await ada.sees("Connect Cloudbeds to Hotel Aurora")


async def test_a_button_from_an_earlier_step_changes_nothing_and_says_so(stage: Stage) -> None:
    """The old *Mews* button, pressed again after the step has moved on."""
    ada = await found_hotel(stage, channel=None)
    await ada.types("/pms connect", "#general")
    old = await ada.finds("Mews", in_="Step 1 of 5")
    await ada.presses(old)
    await ada.sees("Enter Credentials")

    replayed = await _replay(stage, ada, old)

    assert replayed
    await ada.sees("belongs to an earlier moment")
    await ada.sees("Enter Credentials")


async def _replay(stage: Stage, person: Person, old: Control) -> bool:
    """Press a control that the client no longer shows, as a second device that lags behind would."""
    message = stage.standin.world.message(old.container["channel"], old.container["ts"])
    assert message is not None
    shown = message.blocks
    message.blocks = _blocks_with(old, await _version_one_value(stage))
    try:
        await person.presses(old)
    except RefusedError:
        return False
    finally:
        message.blocks = shown
    return True


def _blocks_with(old: Control, value: str) -> list[dict[str, object]]:
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Mews"},
        "action_id": old.action_id,
        "value": value,
    }
    return [{"type": "actions", "block_id": old.block_id, "elements": [button]}]


async def _version_one_value(stage: Stage) -> str:
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await conversations.find_open(unit)
    assert found is not None
    return f"{found.id}.1"


async def test_two_quick_clicks_are_one(stage: Stage) -> None:
    """The second *Next* finds the attempt moved; one review, no error that frightens."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)
    control = await ada.finds("Next")

    await ada.presses(control)
    await _replay_as_is(stage, ada, control)

    await ada.sees("Is this your hotel?")
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await conversations.find_open(unit)
    assert found is not None
    assert found.step["kind"] == "Reviewing"


async def _replay_as_is(stage: Stage, person: Person, control: Control) -> None:
    try:
        await person.presses(control)
    except RefusedError as refused:
        assert refused.status == 409  # the message has changed already: nothing to press


async def test_an_event_delivered_twice_acts_once(stage: Stage) -> None:
    """Slack redelivers; `back` must go one step back, not two."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    stage.standin.faults.duplicate_events.set(True)

    await ada.types("connect", None)
    await ada.sees("You have begun already")

    answers = [text for text in ada.texts() if "You have begun already" in text]
    assert len(answers) == 1


async def test_a_second_connect_leads_back_to_the_first(stage: Stage) -> None:
    """One attempt at a time; it can be continued or started over."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    before = await _roots(ada)

    await ada.types("/pms connect", "#general")
    await ada.sees("You have begun already and are at Step 2 of 5")
    assert await _roots(ada) == before
    await ada.clicks("Start Over")
    await ada.sees("Cancelled. Nothing was saved")
    await ada.sees("Choose the PMS your hotel uses today")


async def test_new_credentials_for_the_same_property_keep_the_connection(stage: Stage) -> None:
    """*Update Credentials* starts at step 2 and ends with the same connection id."""
    ada = await found_hotel(stage, channel=None)
    await connect(ada, "Mews", MEWS)
    await ada.home("Active")
    first = await _connection_id(stage)

    await ada.clicks("Update Credentials", in_="home")
    await ada.sees("I have opened a private thread")
    await ada.closes()
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)
    await review_and_save(ada)
    await ada.sees("*The sync goes on* where it was")

    assert await _connection_id(stage) == first


async def _connection_id(stage: Stage) -> str:
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await connections.load(unit)
    assert connection is not None
    return connection.id
