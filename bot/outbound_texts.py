"""All that people read about the hotel's own systems."""

from typing import Final

from core.outbound.attempts import Result
from core.outbound.catalogue import Topic
from core.outbound.endpoints import MOST, Refusal
from core.store.webhook_endpoints import Paused

TITLE: Final = "Your systems"
INTRO: Final = (
    "Tell the hotel's own systems what happens here, as it happens: a booking moved, a room out of order, "
    "the PMS not answering. Each message is signed, and holds numbers of records, never a guest's name."
)
FOR_DEVELOPERS: Final = "How a system reads and checks them: page “Webhooks” of the documentation."
NONE_YET: Final = "*No system is told anything yet.*"
ONLY_ADMINS: Final = "Admins of this hotel can add and change systems."
ENOUGH: Final = f"A hotel can have {MOST} systems. Delete one to add another."

TOPICS: Final = {
    Topic.BOOKINGS: "Bookings that changed",
    Topic.GUESTS: "Guests that changed",
    Topic.ROOMS: "Rooms that changed",
    Topic.CONNECTION: "The connection to the PMS",
    Topic.SYNC: "Syncs",
    Topic.FINDINGS: "What looks odd",
}
TOPIC_HINTS: Final = {
    Topic.BOOKINGS: "New, moved, cancelled, another room or price",
    Topic.GUESTS: "Only which one, not what",
    Topic.ROOMS: "Out of order, housekeeping, details",
    Topic.CONNECTION: "Connected, disconnected, credentials that end or are refused",
    Topic.SYNC: "Each one that has ended; not up to date, and up to date again",
    Topic.FINDINGS: "What managers are told of here, and when it is over",
}
TOPICS_SHORT: Final = {
    Topic.BOOKINGS: "bookings",
    Topic.GUESTS: "guests",
    Topic.ROOMS: "rooms",
    Topic.CONNECTION: "the connection",
    Topic.SYNC: "syncs",
    Topic.FINDINGS: "what looks odd",
}
ADDRESS_HINT: Final = "A public https address, port 443 or 8443. Whoever looks after the system knows it."
CHOOSE_SOMETHING: Final = "Choose at least one."
REFUSALS: Final = {
    Refusal.ADDRESS: (
        "This address cannot be used. It must be public, start with https:// and name a host, not numbers."
    ),
    Refusal.NAME: "This host name cannot be found right now. Is it spelled correctly?",
    Refusal.KNOWN: "This address is in the list already.",
    Refusal.TOO_MANY: ENOUGH,
}

WORKING: Final = "🟢 Working. Last delivered {at}"
UNUSED: Final = "⚪ Nothing to send yet"
FAILING: Final = "🟠 Not delivered since {since}: {why}. I keep trying"
PAUSED: Final = {
    Paused.PERSON: "⏸️ Paused. What happens meanwhile is not kept for it",
    Paused.GONE: "⏸️ Paused, because it answered that it wants no more messages (410)",
    Paused.FAILING: "⏸️ Paused, because nothing could be delivered for five days",
}
HEARS_OF: Final = "Hears of {topics}"
WAITING: Final = "{count} waiting"
DEAD: Final = "{count} not delivered"

RESULTS: Final = {
    Result.DELIVERED: "it was delivered",
    Result.GONE: "it answered that it wants no more messages (410)",
    Result.REDIRECTED: "it pointed to another address, which is not followed (status {status})",
    Result.REFUSED: "it answered with status {status}",
    Result.TIMEOUT: "it did not answer within 15 seconds",
    Result.UNREACHABLE: "nobody answers at this address",
    Result.CERTIFICATE: "its certificate does not prove who it is",
    Result.NAME: "its host name leads nowhere",
    Result.FORBIDDEN: "its host name leads to an address that is not public",
    Result.UNREADABLE: "what it answered cannot be read",
    Result.SEALED: "its secret cannot be opened; press *Rotate Secret*",
    Result.EXPIRED: "it waited for four days behind others",
}
TESTING: Final = "⏳ Sending a test message …"
TESTED: Final = "✅ The test message was taken (status {status})."
TEST_FAILED: Final = "❌ The test message was not taken: {why}."
GONE: Final = "That system is not in the list any more."

ADDED: Final = (
    "*{host}* is in the list. Now its developer needs this secret, to check that messages are ours."
)
ROTATED: Final = (
    "This is the new secret for *{host}*. For 24 hours messages are signed with the old one as well, so that "
    "nothing is lost while it is replaced."
)
SHOWN_ONCE: Final = (
    "Shown once, to you alone. Copy it now and pass it on as you would a password. *Rotate Secret* makes "
    "another one."
)
AFTER_ADDING: Final = "When it is in place, press *Test* in the list."

FAILED_INTRO: Final = "These could not be delivered, and are not tried any more. They are kept for 30 days."
NO_FAILED: Final = "Everything was delivered, or is still on its way."
MORE_FAILED: Final = "The latest {shown} of {count}."
REPLAYED: Final = "🔁 {count} on the way again."

PAUSED_NOTICE: Final = {
    Paused.GONE: "It answered that it wants no more messages.",
    Paused.FAILING: "Nothing could be delivered since {since}.",
}


def why(result: Result, status: int | None) -> str:
    """Say what came of an attempt, as a part of a sentence."""
    return RESULTS[result].format(status=status)


def sentence(result: Result, status: int | None) -> str:
    """Say what came of an attempt, as a sentence of its own."""
    told = why(result, status)
    return f"{told[0].upper()}{told[1:]}."
