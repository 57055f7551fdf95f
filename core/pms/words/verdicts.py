"""What to say of what the vendor decided, and of what went wrong on our own side."""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_VENDOR_MESSAGE: Final = (
    "Hello, we are connecting our property to {vendor}'s API and the call was answered with an error "
    "(status {status}, your request number {request_id}). Could you tell us what is wrong? Thank you!"
)
_OPERATOR_MESSAGE: Final = "Innkeeper's test of {vendor} stopped with code {code} ({facts})."

VERDICTS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "{vendor} does not accept these credentials",
        "The way to {vendor} is free; it looked at the credentials and said no.",
        Party.YOU,
        (
            "Copy the key again: whole, and without blanks or line breaks.",
            "Check that it was made for this hotel and is still active.",
            "If in doubt create a new key in {vendor} and enter that.",
        ),
        move=Move.COPY_CREDENTIALS,
    ),
    "auth.expired": Suggestion(
        "The credentials have expired",
        "{vendor} knows these credentials, but their time is over.",
        Party.YOU,
        ("Create a new key in {vendor}.", "Press Edit Credentials and enter it."),
        move=Move.RENEW_CREDENTIALS,
        confidence=Confidence.CERTAIN,
        because="{vendor} said so",
    ),
    "auth.token_unavailable": Suggestion(
        "We are still being let in",
        "Another part of Innkeeper is fetching a fresh access token from {vendor}, and it takes longer than "
        "we wait. This usually passes.",
        Party.US,
        (
            "Press Retry in a minute.",
            "If it stays, send the message below to whoever runs Innkeeper for you.",
        ),
        _OPERATOR_MESSAGE,
        move=Move.WAIT,
        cause=Cause.INNKEEPER,
    ),
    "permission.missing": Suggestion(
        "The key may not read everything",
        "{vendor} accepts the key but does not let it read: {entity}.",
        Party.YOU,
        (
            "Give the key the right to read {entity} in {vendor}, then press Retry.",
            "If you cannot, ask whoever manages {vendor} in your hotel.",
        ),
        "Hello, the API key for Innkeeper may not read {entity} yet. Could you give it read access to "
        "bookings, guests and rooms? It never needs to write. Thank you.",
        move=Move.GRANT_RIGHTS,
    ),
    "property.not_found": Suggestion(
        "The credentials lead to no hotel",
        "{vendor} accepts the key, but there is no property behind it.",
        Party.YOU,
        ("Check that the key was made for this hotel.", "Ask {vendor} which property the key belongs to."),
        move=Move.NAME_PROPERTY,
    ),
    "property.mismatch": Suggestion(
        "These credentials belong to another hotel",
        "They are good, but they lead to a different property from the one that is connected. "
        "Nothing was changed.",
        Party.YOU,
        (
            "Enter credentials of the property that is connected now.",
            "If you really want to switch hotels, disconnect first and connect anew.",
        ),
        move=Move.NAME_PROPERTY,
    ),
    "vendor.unavailable": Suggestion(
        "{vendor} has trouble",
        "The server answered with an error of its own (status {status}).",
        Party.VENDOR,
        ("Press Retry in a few minutes.", "If it stays, send {vendor} the message below."),
        _VENDOR_MESSAGE,
        move=Move.WAIT,
        cause=Cause.VENDOR_ERROR,
    ),
    "vendor.maintenance": Suggestion(
        "{vendor} is down for maintenance",
        "The server says that it is unavailable for now (status {status}). Address and credentials may well "
        "be right.",
        Party.VENDOR,
        (
            "Press Retry in half an hour: maintenance usually passes.",
            "If it stays, send {vendor} the message below.",
        ),
        _VENDOR_MESSAGE,
        move=Move.WAIT,
        cause=Cause.VENDOR_ERROR,
    ),
    "vendor.unpaid": Suggestion(
        "Your plan at {vendor} does not include this",
        "The server answers that a payment or a larger plan is needed (status {status}).",
        Party.VENDOR,
        ("Send {vendor} the message below.", "Press Retry once that is settled."),
        "Hello, our property's calls through Innkeeper are answered with status {status} (payment required; "
        "your request number {request_id}). What does our contract lack for access to the API? Thank you!",
        move=Move.ASK_VENDOR,
        cause=Cause.VENDOR_ERROR,
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls",
        "{vendor} asks us to slow down: somebody, perhaps another tool with the same key, called too often.",
        Party.US,
        (
            "Wait a minute and press Retry.",
            "If it stays, look for another integration that uses the same key.",
        ),
        "{vendor} limits Innkeeper's calls (code {code}, request number {request_id}). Does another system "
        "use the same key or account?",
        move=Move.WAIT,
        cause=Cause.RATE_LIMIT,
    ),
    "guests.withheld": Suggestion(
        "Bookings come without guests",
        "Everything may be read, yet the first booking names nobody and no guest can be seen. Bookings would "
        "be synced without names and addresses.",
        Party.YOU,
        (
            "Look in {vendor} whether these credentials may see personal data of guests, if you want names.",
            "If the hotel has no guests with names yet, go on: they come once there are some.",
        ),
        move=Move.GRANT_RIGHTS,
        cause=Cause.PERMISSION,
        confidence=Confidence.LIKELY,
        because="only the first booking was looked at",
    ),
    "limit.out_of_turn": Suggestion(
        "The account is busy with our own calls",
        "{vendor} allows only so many calls, and what is being read for you right now uses them up. This "
        "call was not even sent, because its turn is further away than a test can wait.",
        Party.US,
        (
            "Wait a minute and press Retry.",
            "If it stays, wait until the sync that is under way has ended: Home shows it.",
        ),
        "Innkeeper's own calls use up what {vendor} allows; the next turn is {seconds} seconds away. Is a "
        "large sync under way, or does another of our systems share the account?",
        move=Move.WAIT,
        cause=Cause.RATE_LIMIT,
        confidence=Confidence.CERTAIN,
    ),
    "vendor.request_refused": Suggestion(
        "{vendor} did not understand us",
        "The call was refused as malformed (status {status}). That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "Innkeeper's call to {vendor} was refused with status {status}, request number {request_id}.",
        move=Move.TELL_OPERATOR,
        cause=Cause.VENDOR_ERROR,
    ),
    "vendor.answer_unreadable": Suggestion(
        "We did not understand {vendor}'s answer",
        "It was not in the form that {vendor} documents. That is for us to mend.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Press Retry once: it may have been a moment's trouble.",
        ),
        "Innkeeper could not read an answer of {vendor} (code {code}, request number {request_id}; {facts}).",
        move=Move.TELL_OPERATOR,
        cause=Cause.CONTENT,
    ),
    "check.deadline": Suggestion(
        "The test took too long",
        "It was ended after {seconds} seconds, while it was waiting for: {layer}.",
        Party.VENDOR,
        (
            "Press Retry in a minute.",
            "If it stays, send {vendor} the message below.",
        ),
        "Hello, our property's calls to {vendor}'s API take too long: the test was ended after {seconds} "
        "seconds (your request number {request_id}). Is there trouble? Thank you!",
        move=Move.WAIT,
        confidence=Confidence.LIKELY,
        because="we stopped waiting, so what would have come is not known",
    ),
    "check.interrupted": Suggestion(
        "The test was interrupted",
        "Innkeeper was restarted while it was testing. Your credentials are safe and unchanged.",
        Party.US,
        ("Press Retry.",),
        _OPERATOR_MESSAGE,
        move=Move.RETRY,
        cause=Cause.INNKEEPER,
    ),
    "draft.expired": Suggestion(
        "The credentials must be entered again",
        "For safety we keep typed credentials for one day only until they are saved. That day is over, "
        "and they were wiped.",
        Party.YOU,
        ("Press Enter Credentials and type them once more.",),
        move=Move.MEND_INPUT,
        cause=Cause.INNKEEPER,
    ),
    "access.lost": Suggestion(
        "You may no longer connect this hotel",
        "Your role was changed before the connection was saved, so nothing was saved.",
        Party.YOU,
        ("Ask an admin of this hotel to give you the manager role again.",),
        move=Move.GRANT_RIGHTS,
        cause=Cause.INNKEEPER,
    ),
    "save.interrupted": Suggestion(
        "Saving did not finish",
        "Something on our side went wrong, so nothing was saved and the credentials were wiped.",
        Party.US,
        (
            "Press Enter Credentials and try once more.",
            "If it stays, send the message below to whoever runs Innkeeper for you.",
        ),
        _OPERATOR_MESSAGE,
        move=Move.RETRY,
        cause=Cause.INNKEEPER,
    ),
    "feature.unsupported": Suggestion(
        "{vendor} cannot do this",
        "It has no way to offer: {feature}.",
        Party.VENDOR,
        ("Ask {vendor} whether a newer version can.",),
        "Hello, we connect our property to {vendor} through its API, which has no way to offer: {feature}. "
        "Is there a newer version that does? Thank you!",
        move=Move.ASK_VENDOR,
        cause=Cause.VERSION,
    ),
    "version.unsupported": Suggestion(
        "The two sides speak different versions",
        "Innkeeper and {vendor} do not agree on the version. What is offered: {supported}.",
        Party.VENDOR,
        ("Send {vendor} the message below.", "If you typed a version, check it."),
        "Hello, we are connecting our property to {vendor}'s API, and the version that Innkeeper asks for is "
        "not offered ({supported} is). Which is right for us? Thank you!",
        move=Move.ASK_VENDOR,
        cause=Cause.VERSION,
    ),
    "vendor.cursor_refused": Suggestion(
        "{vendor} has forgotten where we were",
        "We read long lists page by page, and {vendor} no longer accepts the bookmark it gave us.",
        Party.US,
        ("Press Retry: the list is begun anew.",),
        _OPERATOR_MESSAGE,
        move=Move.RETRY,
        cause=Cause.VENDOR_ERROR,
    ),
    "sync.hung": Suggestion(
        "Reading from {vendor} stood still",
        "{vendor} neither answered nor refused for so long that we stopped. It is begun again by itself.",
        Party.VENDOR,
        (
            "Wait: the next sync goes on where this one stopped.",
            "If it stays, send {vendor} the message below.",
        ),
        "Hello, our property's calls to {vendor}'s API stand still for minutes at times. Is there trouble? "
        "Thank you!",
        move=Move.WAIT,
    ),
    "sync.doubtful": Suggestion(
        "{vendor} sent far fewer records than usual",
        "So many were missing at once that we kept what we had instead of taking them away.",
        Party.YOU,
        ("Look into {vendor} whether they are gone there, too, and start the sync again.",),
        move=Move.RETRY,
        cause=Cause.CONTENT,
        confidence=Confidence.POSSIBLE,
        because="only the numbers were compared",
    ),
    "sync.abandoned": Suggestion(
        "A sync was given up",
        "It was interrupted and could not go on. The next one reads what is missing.",
        Party.US,
        (
            "Wait for the next sync, or start one.",
            "If it stays, send the message below to whoever runs Innkeeper.",
        ),
        _OPERATOR_MESSAGE,
        move=Move.WAIT,
        cause=Cause.INNKEEPER,
    ),
}
