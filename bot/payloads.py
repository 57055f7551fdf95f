"""Slack payload → what it means. The only file that knows the shapes of payloads.

Who acts is read from the signed payload alone: the person is (workspace of the person, user id), and the
hotel is looked up by the workspace whose installation received the request. In a channel shared between two
workspaces these differ, and Bolt's own context names the receiving one for both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import ids
from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.domain.secret import Secret

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, and the workspace whose installation received it."""

    installed_in: str
    person: Person

    @property
    def is_external(self) -> bool:
        """Whether the person belongs to another workspace, or to one that the payload does not name."""
        return not self.person.workspace_id or self.person.workspace_id != self.installed_in


@dataclass(frozen=True, slots=True)
class Control:
    """The attempt that a control was drawn for, and the version of it that the person saw."""

    conversation_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The conflict that an answer settles, and the version of its question that the person saw."""

    conflict_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a person wrote to the app; `thread` is the thread to answer in."""

    caller: Caller
    channel: str
    thread: str
    text: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Thumbed:
    """What somebody thinks of an answer, and what it rested on."""

    was_helpful: bool
    prompt: str
    entries: str


def caller_of_command(body: Body) -> Caller:
    """Return who typed a slash command."""
    return Caller(body["team_id"], Person(body["team_id"], body["user_id"]))


def caller_of_interaction(body: Body) -> Caller:
    """Return who pressed a control or sent a form.

    For a visitor's form `team` is the visitor's own workspace; the view says where the app is installed.
    """
    user = body["user"]
    installed_in = (body.get("view") or {}).get("app_installed_team_id") or (body.get("team") or {}).get("id")
    return Caller(installed_in or "", Person(user.get("team_id") or "", user["id"]))


def caller_of_event(body: Body) -> Caller:
    """Return whom an event is about. An event names another workspace for a person from outside."""
    event = body["event"]
    home = event.get("user_team") or event.get("source_team") or event.get("team") or body["team_id"]
    return Caller(body["team_id"], Person(home, event["user"]))


def control_of(value: str) -> Control | None:
    """Return what a control's value says; None when it is not one of ours."""
    conversation_id, dot, version = value.rpartition(".")
    return Control(conversation_id, int(version)) if dot and version.isascii() and version.isdigit() else None


def vendor_of(action_id: str) -> VendorKey | None:
    """Return the PMS that a choice stands for."""
    try:
        return VendorKey(action_id.removeprefix(f"{ids.CHOOSE}:"))
    except ValueError:
        return None


def stars_of(action_id: str) -> int | None:
    """Return the rating that a star button stands for."""
    text = action_id.removeprefix(f"{ids.RATE}:")
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def answer_of(value: str) -> Answer | None:
    """Return what an answer's value says; None when it is not one of ours."""
    control = control_of(value)
    return Answer(control.conversation_id, control.version) if control else None


def delivery_of(value: str) -> tuple[str, str]:
    """Return the endpoint and the message of a delivery's control."""
    endpoint_id, _, message_id = value.partition(" ")
    return endpoint_id, message_id


def place_of(body: Body) -> Place:
    """Return where the message stands whose control was used."""
    return Place(body["container"]["channel_id"], body["container"]["message_ts"])


def pressed_in_thread(body: Body) -> Said:
    """Return the press of a control in a thread as if its presser had said something there, without words."""
    place = place_of(body)
    thread = (body.get("message") or {}).get("thread_ts") or place.ts
    return Said(caller_of_interaction(body), place.channel, thread, "", body["trigger_id"])


def thumb_of(value: str) -> Thumbed | None:
    """Return what a thumb's value says; None when it is not one of ours."""
    verdict, _, rests_on = value.partition(" ")
    prompt, _, entries = rests_on.partition(" ")
    return Thumbed(verdict == "good", prompt, entries) if verdict in {"good", "bad"} and prompt else None


def is_confirmed(body: Body) -> bool:
    """Whether the box of the review is ticked."""
    state = body.get("state", {}).get("values", {})
    return bool(state.get(ids.CONFIRM_BLOCK, {}).get(ids.CONFIRM_BOX, {}).get("selected_options"))


def typed_credentials(view: Body) -> dict[str, Secret]:
    """Return what was typed into the credential form, by field key; every value is taken for a secret."""
    typed = {}
    for block_id in view["state"]["values"]:
        key = block_id.removeprefix(ids.FIELD)
        if key != block_id:
            typed[key] = Secret(value_of(view, block_id))
    return typed


def value_of(view: Body, block_id: str) -> str:
    """Return what was typed or chosen in one input of a form; empty when nothing was."""
    element = view["state"]["values"].get(block_id, {}).get(ids.VALUE, {})
    chosen = element.get("selected_option") or {}
    return str(
        element.get("value")
        or element.get("selected_user")
        or element.get("selected_conversation")
        or element.get("selected_date")
        or chosen.get("value")
        or ""
    )


def values_of(view: Body, block_id: str) -> tuple[str, ...]:
    """Return what was ticked in one group of checkboxes of a form."""
    element = view["state"]["values"].get(block_id, {}).get(ids.VALUE, {})
    return tuple(str(one["value"]) for one in element.get("selected_options") or ())


def said(body: Body) -> Said | None:
    """Return a message that a person wrote; None for edits, joins, files and what bots write."""
    event = body["event"]
    if event.get("subtype") or event.get("bot_id") or "user" not in event:
        return None
    thread = event.get("thread_ts") or event["ts"]
    return Said(caller_of_event(body), event["channel"], thread, event.get("text", ""), body["event_id"])


def overheard(body: Body) -> Said | None:
    """Return what a person wrote in a way that is nobody's wish: by changing a message, or beside a file.

    Slack also tells of a change when it adds the preview of a link; then the words are the same as before.
    """
    event = body["event"]
    message, before = event, event.get("previous_message") or {}
    if event.get("subtype") == "message_changed":
        message = event.get("message") or {}
    if message.get("bot_id") or "user" not in message or message.get("text", "") in ("", before.get("text")):
        return None
    thread = message.get("thread_ts") or message.get("ts") or event["ts"]
    caller = caller_of_event({"team_id": body["team_id"], "event": message})
    return Said(caller, event["channel"], thread, message["text"], body["event_id"])
