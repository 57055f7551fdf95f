"""What to say of each failure with a PMS that speaks the open contract, and whom to write to.

Nobody sells this connection: behind it is a person who wrote it. So the messages are for that person, and say
in the contract's own words what to look at.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_READ_ON: Final = "The rules are in Innkeeper's document “Custom PMS”. Thank you!"

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "Your PMS does not accept this key",
        "We reached your PMS, it looked at the key and said no. Nothing is wrong with the address.",
        Party.YOU,
        (
            "Copy the key once more: whole, and without blanks around it.",
            "Check that it is the key for Innkeeper, for this hotel, and that nobody has withdrawn it.",
            "Have a new key made and enter that.",
        ),
        "Hello, our PMS refuses the API key that we gave to Innkeeper (status {status}, your request number "
        "{request_id}). Is the key still active and made for our hotel? It travels in the header "
        "“Authorization: Bearer …”. Could you check, or make us a new one? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "auth.expired": Suggestion(
        "The key has run out",
        "Your PMS knows this key, but its time is over. That happens by itself when keys have an end date.",
        Party.YOU,
        (
            "Ask whoever runs your PMS for a new key.",
            "Press Edit Credentials and enter it. Everything else stays as it is.",
        ),
        "Hello, the API key that Innkeeper uses for our hotel has expired. Could you make us a new one with "
        "the same rights (property:read, bookings:read, guests:read, rooms:read)? Thank you!",
        move=Move.RENEW_CREDENTIALS,
    ),
    "permission.missing": Suggestion(
        "The key may not read {entity}",
        "Your PMS accepts the key, but it does not let it read {entity}.",
        Party.YOU,
        (
            "Ask whoever runs your PMS to give the key the right to read {entity}, then press Retry. The key "
            "itself stays the same.",
            "If rights cannot be changed, have a new key made that may read property, bookings, guests and "
            "rooms.",
        ),
        "Hello, Innkeeper's API key for our hotel may not read {entity} yet (status {status}, your request "
        "number {request_id}). Could you add the right? In all it needs property:read, bookings:read, "
        "guests:read and rooms:read, and nothing that writes. Thank you!",
        move=Move.GRANT_RIGHTS,
    ),
    "property.not_found": Suggestion(
        "There is no hotel behind this key",
        "Your PMS accepts the key but answers that it belongs to no hotel.",
        Party.VENDOR,
        (
            "Ask whoever made the key to tie it to your hotel, then press Retry.",
            "Check that you did not enter the key of a test system.",
        ),
        "Hello, the API key for Innkeeper is accepted, but GET /v1/property answers “property_not_found” "
        "(your request number {request_id}). Could you tie the key to our hotel? Thank you!",
        move=Move.ASK_VENDOR,
    ),
    "version.unsupported": Suggestion(
        "The two sides speak different versions",
        "Innkeeper and your PMS do not agree on the version. What is offered: {supported}.",
        Party.VENDOR,
        (
            "Send the message below to whoever runs your PMS, and ask which version it speaks.",
            "Look at the field “Version”: 1 is right unless you were told otherwise.",
        ),
        "Hello, Innkeeper asks our PMS for version 1 of the Open PMS API, and it is not offered. Could you "
        "serve GET /v1/property, /v1/bookings, /v1/guests and /v1/rooms? " + _READ_ON,
        move=Move.ASK_VENDOR,
        cause=Cause.VERSION,
        confidence=Confidence.CERTAIN,
        because="the two sides named their versions",
    ),
    "version.gone": Suggestion(
        "Your PMS no longer offers this version",
        "It answered that what we ask for has been withdrawn (status {status}).",
        Party.VENDOR,
        (
            "Send the message below to whoever runs your PMS.",
            "Look at the field “Version”: 1 is right unless you were told otherwise.",
        ),
        "Hello, GET /v1/property answers Innkeeper with status {status}: the version is gone (your request "
        "number {request_id}). Innkeeper speaks version 1. Could you offer it again? " + _READ_ON,
        move=Move.ASK_VENDOR,
    ),
    "http.not_found": Suggestion(
        "There is nothing under this address",
        "A server answers, but it does not know the page that we asked for (status {status}). Most often the "
        "path is not quite right.",
        Party.YOU,
        (
            "Check the Endpoint URL: it ends just before /v1, and we add the rest.",
            "Check that every part of the path is there, and spelled with the same capital letters.",
            "Ask whoever runs your PMS at which address GET /v1/property answers.",
        ),
        "Hello, Innkeeper asks for /v1/property behind our address and gets status {status}. Could you tell "
        "us the exact address in front of /v1? Thank you!",
        move=Move.CHECK_ADDRESS,
    ),
    "http.not_json": Suggestion(
        "A web page answers instead of your PMS's data",
        "We were sent {content_type} where the contract has JSON, a plain data format. Usually that is a "
        "log-in page or a firewall's notice.",
        Party.YOU,
        (
            "Use the address of the API, not the one that you open in the browser.",
            "Ask your IT whether a proxy or a log-in stands in front of the address.",
            "If the address is right, send the message below to the developer.",
        ),
        "Hello, GET /v1/property answers Innkeeper with the content type {content_type}. It should be "
        "application/json, also for errors, and without a log-in page in front. " + _READ_ON,
        move=Move.CHECK_ADDRESS,
    ),
    "http.redirect": Suggestion(
        "Your PMS sends us to another address",
        "The address answered “look elsewhere” (status {status}). We never carry a key to an address that "
        "nobody typed, so we stopped there.",
        Party.YOU,
        (
            "Ask for the final address and enter that one.",
            "Check that the address starts with https:// and has the right name in it, with or without www.",
        ),
        "Hello, our PMS's API answers Innkeeper with a redirection (status {status}). Innkeeper does not "
        "follow those, because it carries a key. Which address is the final one? Thank you!",
        move=Move.CHECK_ADDRESS,
    ),
    "http.timeout": Suggestion(
        "Your PMS takes too long",
        "It accepted our question and did not answer within 10 seconds.",
        Party.VENDOR,
        (
            "Press Retry in a minute; the PMS may be busy, for example with its night run.",
            "If it stays, send the message below to whoever runs your PMS.",
        ),
        "Hello, our PMS's API does not answer Innkeeper within 10 seconds. Could you look at its response "
        "times? An index on updated_at and id usually helps the lists. Thank you!",
        move=Move.WAIT,
    ),
    "http.too_large": Suggestion(
        "The answer is far too long",
        "Your PMS sent more than a page of 200 records can ever hold, so we stopped reading.",
        Party.VENDOR,
        (
            "Send the message below to the developer.",
            "Check that the address is that of the API and not of a download.",
        ),
        "Hello, our PMS's API sends Innkeeper answers that are too long. Could you check that the parameter "
        "“limit” is respected and lists come in pages of at most 200 records? " + _READ_ON,
        move=Move.ASK_VENDOR,
    ),
    "vendor.unavailable": Suggestion(
        "Your PMS has trouble of its own",
        "We reached it, but it answered that it cannot serve us now (status {status}). Address and key may "
        "well be right.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes.",
            "Ask whoever runs your PMS whether it is being updated.",
            "If it stays, send them the message below.",
        ),
        "Hello, our PMS's API answers Innkeeper with status {status} (your request number {request_id}). "
        "Could you look into its log? Thank you!",
        move=Move.WAIT,
    ),
    "vendor.rate_limited": Suggestion(
        "Your PMS asks us to slow down",
        "It counts requests and had too many just now. We wait as long as it says and then go on.",
        Party.US,
        (
            "Wait a minute and press Retry.",
            "Check whether another tool uses the same key; each should have its own.",
            "If it stays, ask whether the limit can be raised to 120 requests in 30 seconds.",
        ),
        "Hello, our PMS's API limits Innkeeper's requests (your request number {request_id}). Innkeeper "
        "sends at most 120 in 30 seconds. Could you allow that, and name the waiting time in “Retry-After”? "
        "Thank you!",
        move=Move.WAIT,
    ),
    "vendor.request_refused": Suggestion(
        "Your PMS did not understand our question",
        "It refused the request itself (status {status}), not the key. Probably a part of the contract is "
        "not quite finished on its side.",
        Party.VENDOR,
        ("Send the message below to the developer.", "Press Retry once they have answered."),
        "Hello, our PMS's API refuses a request of Innkeeper with status {status} (your request number "
        "{request_id}). Lists must accept the parameters limit, cursor and updated_since. " + _READ_ON,
        move=Move.ASK_VENDOR,
    ),
    "vendor.answer_unreadable": Suggestion(
        "The answer is not quite as agreed",
        "Your PMS answered, but not in the form of the contract, so we could not read it. Details: {facts}.",
        Party.VENDOR,
        (
            "Send the message below to the developer; it is usually a small thing.",
            "Press Retry once it is mended.",
        ),
        "Hello, Innkeeper cannot read an answer of our PMS's API (your request number {request_id}; seen: "
        "{facts}). Could you hold the answers against the contract's OpenAPI document? " + _READ_ON,
        move=Move.ASK_VENDOR,
    ),
    "vendor.cursor_refused": Suggestion(
        "Your PMS has forgotten where we were",
        "We read long lists page by page, and your PMS no longer accepts the bookmark it gave us.",
        Party.US,
        (
            "Nothing to do: the next sync starts the list anew.",
            "If it happens often, send the message below to the developer.",
        ),
        "Hello, our PMS's API refuses cursors that it gave out itself (code invalid_cursor, your request "
        "number "
        "{request_id}). They should stay valid for at least 24 hours. " + _READ_ON,
        move=Move.RETRY,
        cause=Cause.VENDOR_ERROR,
    ),
}
"""Error code → what to say; everything on the way to the server is said well enough by the common guide."""
