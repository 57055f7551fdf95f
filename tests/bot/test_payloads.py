"""What payloads mean: who acts comes from the signed fields alone, and what is odd is nobody's wish."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ids
from bot.payloads import (
    Caller,
    Control,
    Said,
    caller_of_command,
    caller_of_event,
    caller_of_interaction,
    control_of,
    is_confirmed,
    overheard,
    said,
    stars_of,
    typed_credentials,
    value_of,
    vendor_of,
)
from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.domain.secret import MASK

ADA = Caller("T0INN", Person("T0INN", "U0ADA"))
EVA = Caller("T0INN", Person("T0OTA", "U0EVA"))


def test_whoever_types_a_command_is_of_that_workspace() -> None:
    """Slack offers an app's commands to the members of its own workspace only."""
    assert caller_of_command({"team_id": "T0INN", "user_id": "U0ADA", "user_name": "finn"}) == ADA


@pytest.mark.parametrize(
    ("body", "caller"),
    [
        ({"team": {"id": "T0INN"}, "user": {"id": "U0ADA", "team_id": "T0INN"}}, ADA),
        ({"team": {"id": "T0INN"}, "user": {"id": "U0EVA", "team_id": "T0OTA"}}, EVA),
        ({"team": {"id": "T0INN"}, "user": {"id": "U0ADA"}}, Caller("T0INN", Person("", "U0ADA"))),
        ({"team": None, "user": {"id": "U0ADA", "team_id": "T0INN"}}, Caller("", Person("T0INN", "U0ADA"))),
        ({"user": {"id": "U0ADA", "team_id": "T0INN"}}, Caller("", Person("T0INN", "U0ADA"))),
    ],
    ids=["member", "shared channel", "no home named", "no workspace", "no team at all"],
)
def test_whoever_acts_is_of_the_workspace_that_the_payload_names_for_them(
    body: dict[str, Any], caller: Caller
) -> None:
    """A gap never makes a member of anybody."""
    found = caller_of_interaction(body)

    assert found == caller
    assert found.is_external is (caller != ADA)


@pytest.mark.parametrize("field", ["user_team", "source_team", "team"])
def test_an_event_names_another_workspace_for_a_visitor(field: str) -> None:
    """In whichever of its three fields; without any it is about a member."""
    event = {"type": "message", "user": "U0EVA", field: "T0OTA"}

    assert caller_of_event({"team_id": "T0INN", "event": event}) == EVA
    assert caller_of_event({"team_id": "T0INN", "event": {"type": "message", "user": "U0ADA"}}) == ADA


def test_two_people_of_one_id_are_two() -> None:
    """User ids are unique within a workspace only."""
    assert Person("T0INN", "U0ADA") != Person("T0OTA", "U0ADA")


def test_a_control_names_its_attempt_and_version() -> None:
    assert control_of("8c1d.7") == Control("8c1d", 7)


@given(st.text() | st.from_regex(r"[0-9a-f.]*\.[0-9\u0660-\u0669\u00b2+\- ]*"))
def test_no_value_breaks_the_reading_of_a_control(value: str) -> None:
    """What is read can be written back; everything else is none of ours."""
    control = control_of(value)

    assert control is None or value in (
        f"{control.conversation_id}.{control.version}",
        f"{control.conversation_id}.{value.rpartition('.')[2]}",
    )


@pytest.mark.parametrize("value", ["", ".", "a.", "a", "a.-1", "a.+1", "a.1e3", "a.²", "a.٣", "a.1 ", "a. 1"])
def test_what_is_no_control_is_none(value: str) -> None:
    assert control_of(value) is None


def test_a_choice_names_a_vendor_we_know() -> None:
    assert vendor_of(f"{ids.CHOOSE}:Mews") is VendorKey.MEWS
    assert [vendor_of(odd) for odd in (f"{ids.CHOOSE}:mews", f"{ids.CHOOSE}:", ids.CHOOSE, "x")] == [None] * 4


def test_a_rating_is_one_to_five() -> None:
    assert [stars_of(f"{ids.RATE}:{stars}") for stars in range(1, 6)] == [1, 2, 3, 4, 5]
    assert [stars_of(f"{ids.RATE}:{odd}") for odd in ("0", "6", "", "٣", "1.0", "11")] == [None] * 6


def _box(*chosen: dict[str, Any]) -> dict[str, Any]:
    box = {ids.CONFIRM_BOX: {"type": "checkboxes", "selected_options": list(chosen)}}
    return {"state": {"values": {ids.CONFIRM_BLOCK: box}}}


def test_only_a_ticked_box_confirms() -> None:
    """An absent one does not, nor one of another block."""
    ticked = {"value": "yes"}

    assert is_confirmed(_box(ticked))
    assert not is_confirmed(_box())
    assert not is_confirmed({})
    assert not is_confirmed({"state": {"values": {}}})
    assert not is_confirmed({"state": {"values": {"other": _box(ticked)["state"]["values"]}}})


def test_whatever_is_typed_is_a_secret() -> None:
    """Every field of the form, also an open one: a key pasted there must not be shown either."""
    typed = typed_credentials(
        {
            "state": {
                "values": {
                    "field:api_key": {"value": {"type": "plain_text_input", "value": "c4n4ry"}},
                    "field:endpoint": {"value": {"type": "plain_text_input", "value": "https://c4n4ry"}},
                    "field:version": {"value": {"type": "plain_text_input", "value": None}},
                    "other": {"value": {"type": "plain_text_input", "value": "not ours"}},
                }
            }
        }
    )

    assert str(typed) == f"{{'api_key': {MASK}, 'endpoint': {MASK}, 'version': {MASK}}}"
    assert [secret.reveal() for secret in typed.values()] == ["c4n4ry", "https://c4n4ry", ""]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": "Hotel Aurora"}, "Hotel Aurora"),
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "users_select", "selected_user": "U0ADA"}, "U0ADA"),
        ({"type": "conversations_select", "selected_conversation": "C0MANAGERS"}, "C0MANAGERS"),
        ({"type": "conversations_select", "selected_conversation": None}, ""),
        ({"type": "radio_buttons", "selected_option": {"value": "3"}}, "3"),
        ({"type": "radio_buttons", "selected_option": None}, ""),
    ],
)
def test_an_input_has_the_value_that_was_chosen(element: dict[str, Any], value: str) -> None:
    view = {"state": {"values": {"block": {ids.VALUE: element}}}}

    assert value_of(view, "block") == value
    assert value_of(view, "another") == ""


def _message(**changes: Any) -> dict[str, Any]:
    event = {"type": "message", "user": "U0ADA", "channel": "D1", "ts": "7.0", "text": "back", **changes}
    return {"team_id": "T0INN", "event_id": "Ev1", "event": event}


def test_a_message_is_answered_in_its_thread() -> None:
    """A message outside threads begins one."""
    assert said(_message()) == Said(ADA, "D1", "7.0", "back", "Ev1")
    assert said(_message(thread_ts="3.0")) == Said(ADA, "D1", "3.0", "back", "Ev1")


@pytest.mark.parametrize(
    "changes",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "file_share"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
    ],
    ids=str,
)
def test_what_no_person_wrote_is_not_heard(changes: dict[str, Any]) -> None:
    """Edits and bots must not act again on old words."""
    assert said(_message(**changes)) is None


def test_a_message_of_nobody_is_not_heard() -> None:
    body = _message()
    del body["event"]["user"]

    assert said(body) is None


def _changed(before: str, after: str, **changes: Any) -> dict[str, Any]:
    message = {"type": "message", "user": "U0ADA", "ts": "7.0", "text": after, **changes}
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "D1",
        "ts": "9.0",
        "message": message,
        "previous_message": {**message, "text": before},
    }
    return {"team_id": "T0INN", "event_id": "Ev2", "event": event}


def test_a_changed_message_is_its_authors_new_words() -> None:
    """In the thread that the message stands in."""
    assert overheard(_changed("a", "b")) == Said(ADA, "D1", "7.0", "b", "Ev2")
    assert overheard(_changed("a", "b", thread_ts="3.0")) == Said(ADA, "D1", "3.0", "b", "Ev2")


def test_words_beside_a_file_are_overheard() -> None:
    assert overheard(_message(subtype="file_share", text="b")) == Said(ADA, "D1", "7.0", "b", "Ev1")


def test_what_brings_no_new_words_of_a_person_is_not_overheard() -> None:
    """A preview that Slack added, our own cards, a message that is gone, a picture without words."""
    assert overheard(_changed("a", "a")) is None
    assert overheard(_changed("a", "b", bot_id="B1")) is None
    assert overheard(_message(subtype="file_share", text="")) is None
    deleted = _message(subtype="message_deleted")
    del deleted["event"]["user"]
    assert overheard(deleted) is None
