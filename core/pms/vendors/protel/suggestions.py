"""What to say of each failure with protel's two interfaces, and the letters to send.

Nobody has published how it refuses, so these are the causes that its statuses usually have.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_TO_PROTEL: Final = (
    "Hello, we call the reservations REST interface of our protel system with the key that you gave us. "
)

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "protel does not accept this key",
        "We reached the address, and it says no to the key.",
        Party.YOU,
        (
            "Copy the API key again: whole, and without blanks or line breaks.",
            "Check that the key and the Base URL came together. A key of a test system does not work in "
            "production.",
            "Ask protel or Planet whether the key is active for your hotel.",
        ),
        _TO_PROTEL
        + "It is refused (status {status}). Is the key active for our hotel, and does it belong to "
        "the address that you gave us? It travels in the header X-Api-Key. Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "permission.missing": Suggestion(
        "The key may not read {entity}",
        "protel answered “forbidden” (status {status}). Some gateways say the same to a key that they do not "
        "know at all.",
        Party.VENDOR,
        (
            "Ask protel or Planet to let the key read reservations. It never needs to write.",
            "Copy the API key again: whole, and without blanks or line breaks.",
        ),
        _TO_PROTEL + "It is answered with status {status}. Could you let the key read reservations of our "
        "hotel? It never writes. Thank you!",
        move=Move.ASK_VENDOR,
        confidence=Confidence.LIKELY,
        because="some gateways say the same to a key that they do not know",
    ),
    "http.not_found": Suggestion(
        "There are no reservations under this address",
        "A server answers, but it does not know the page that we asked for (status {status}). We add "
        "/reservations to the Base URL ourselves.",
        Party.YOU,
        (
            "Copy the Base URL again as protel or Planet gave it to you, path and capital letters included.",
            "Check that the address is that of the REST interface. The addresses of protel I/O are others, "
            "and do not answer here.",
        ),
        _TO_PROTEL
        + "Under its address /reservations answers with status {status}. What is the exact address "
        "in front of /reservations? Thank you!",
        move=Move.CHECK_ADDRESS,
    ),
    "http.not_json": Suggestion(
        "Something else answers under this address",
        "We were sent {content_type} where data in JSON was to come: a web page, a log-in, or protel I/O, "
        "which speaks XML.",
        Party.YOU,
        (
            "Use the address of the REST interface, not the one that you open in the browser.",
            "If what you have are addresses of protel I/O, wait: this version cannot connect it yet.",
        ),
        move=Move.CHECK_ADDRESS,
    ),
    "vendor.request_refused": Suggestion(
        "protel did not understand us",
        "The call was refused as malformed (status {status}). The interface is unofficial, and yours seems "
        "to differ from the one that is known.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "The unofficial REST interface of protel refused a call of Innkeeper with status {status}.",
        move=Move.TELL_OPERATOR,
    ),
    "vendor.answer_unreadable": Suggestion(
        "The answer looks different from what is known",
        "protel answered, but not in the form that we know ({facts}). The interface is unofficial and may "
        "have changed.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Press Retry once.",
        ),
        "Innkeeper could not read an answer of protel's unofficial REST interface ({facts}).",
        move=Move.TELL_OPERATOR,
    ),
    "protel.page_repeated": Suggestion(
        "protel sends us in a circle",
        "Long lists come in pages, and protel named the same page again as the next one. We stopped there, "
        "so that nothing is asked for ever.",
        Party.VENDOR,
        (
            "Send the message below to protel or Planet.",
            "Press Retry once.",
        ),
        _TO_PROTEL + "Its answer names in moreDataOffsetID the very offsetID that we asked for, so that the "
        "list never ends. Could you look into it? Thank you!",
        move=Move.ASK_VENDOR,
        cause=Cause.VENDOR_ERROR,
    ),
    "protel.awaiting_answer": Suggestion(
        "protel has our question and has not answered yet",
        "protel I/O took the question and gave a receipt, so address and token are good. The answer comes "
        "later, in a call of protel's own to Innkeeper. It has not come so far.",
        Party.VENDOR,
        (
            "Wait a few minutes and press Retry.",
            "Ask protel or Planet whether Innkeeper's address is entered for your hotel, and whether their "
            "calls to it get through.",
            "If it stays, send the message below to protel or Planet.",
        ),
        "Hello, protel I/O acknowledges our OTA_ReadRQ, and no OTA_ResRetrieveRS arrives at our endpoint "
        "({facts}). Could you look whether it was sent, and to which address? Thank you!",
        move=Move.WAIT,
    ),
    "protel.no_address": Suggestion(
        "protel cannot call this Innkeeper",
        "protel I/O answers in calls of its own, and this Innkeeper has no public address to be called at.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Or choose the REST interface, if you have a key for it: there, Innkeeper does all the calling.",
        ),
        "Innkeeper needs the setting PUBLIC_URL, its own https address, so that protel I/O can answer.",
        move=Move.TELL_OPERATOR,
        cause=Cause.INNKEEPER,
    ),
    "protel.not_acknowledged": Suggestion(
        "There is no receipt for our question",
        "Something answers under the address, but not with the receipt that protel I/O gives at once for "
        "every message.",
        Party.YOU,
        (
            "Check that the address is protel I/O's for asynchronous messages, and that of the right "
            "environment.",
            "If it is, send the message below to protel or Planet.",
        ),
        "Hello, our OTA_ReadRQ is answered without HTNG_AcknowledgeReceipt for its CorrelationID. Is our "
        "endpoint the one for asynchronous messages? Thank you!",
        move=Move.CHECK_ADDRESS,
    ),
    "protel.refused": Suggestion(
        "protel could not answer the question",
        "protel I/O took the question and answered later that it cannot be answered ({facts}).",
        Party.VENDOR,
        (
            "Send the message below to protel or Planet.",
            "Check the Hotel ID: token and Hotel ID belong together.",
        ),
        "Hello, our OTA_ReadRQ is answered with an error instead of reservations ({facts}). Could you tell "
        "us what is wrong with it? Thank you!",
        move=Move.ASK_VENDOR,
        cause=Cause.VENDOR_ERROR,
    ),
    "protel.day_too_full": Suggestion(
        "One day has more arrivals than fit into an answer",
        "We read protel I/O day by day, and one day does not fit even so ({facts}). That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "A day of arrivals at protel I/O does not fit into one answer ({facts}).",
        move=Move.TELL_OPERATOR,
        cause=Cause.INNKEEPER,
    ),
    "feature.unsupported": Suggestion(
        "This interface has no {feature}",
        "protel gives us bookings and nothing else.",
        Party.VENDOR,
        ("Nothing to do: bookings are read all the same.",),
        _TO_PROTEL + "It has no way to offer: {feature}. Will there be one? Thank you!",
        move=Move.WAIT,
    ),
}
