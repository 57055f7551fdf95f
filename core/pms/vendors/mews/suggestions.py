"""What to say of each failure with Mews, and the letters to send.

Mews publishes neither the words nor the codes of its refusals, so several causes share one answer (401); the
likeliest comes first.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_SUPPORT: Final = "partnersuccess@mews.com"

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "Mews does not accept these tokens",
        "We reached Mews, it looked at the two tokens and said no. It gives the same answer to a token "
        "that is wrong, to one from another environment, and to an integration that is switched off.",
        Party.YOU,
        (
            "Copy the Access Token of Innkeeper once more from Mews Operations: whole, without blanks or "
            "line breaks. If your property has several Innkeeper integrations, each has a token of its own.",
            "Look in Mews Operations under Marketplace, My subscriptions, whether the Innkeeper integration "
            "is there and enabled. Enable it, or connect it again.",
            "Check that it is an Access Token. A Connection Token belongs to a channel manager and does not "
            "work here; an API key of another product does not either.",
            "Check that both tokens are from the same environment. Those of Mews's demo do not work in "
            "production, nor the other way round.",
            "If all of that is right, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, our property connects Innkeeper over the Connector API, and configuration/get is answered "
        "with status {status} (your Request-Id {request_id}). Could you check whether the client token and "
        "our access token are active in this environment, and whether the integration is enabled for our "
        "property? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "mews.demo_token": Suggestion(
        "A token of Mews's demo does not work here",
        "One of the two tokens is one that Mews publishes for its demo, and Innkeeper asks Mews's "
        "production. The two know nothing of each other.",
        Party.YOU,
        (
            "Enter the tokens of your own property: the Access Token from Mews Operations under Marketplace, "
            "My subscriptions, and the Client Token from the e-mail about your integration.",
            "To try Innkeeper with Mews's demo, let whoever runs Innkeeper set it to the demo.",
        ),
        move=Move.CHANGE_ENVIRONMENT,
        cause=Cause.ENVIRONMENT,
        confidence=Confidence.CERTAIN,
        because="the token is one that everybody can read in Mews's documents",
    ),
    "mews.demo_environment": Suggestion(
        "Innkeeper asks Mews's demo",
        "Innkeeper is set to Mews's demo, which does not know the tokens of a real property. Your tokens may "
        "well be right.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.", "Press Retry once that is done."),
        "Innkeeper's setting MEWS_URL leads to Mews's demo ({host}), and our tokens are refused there "
        "(status {status}). Real properties are behind https://api.mews.com. Which of the two was meant?",
        move=Move.TELL_OPERATOR,
        cause=Cause.ENVIRONMENT,
        confidence=Confidence.LIKELY,
        because="the address is the demo's, and the tokens are not those that Mews publishes for it",
    ),
    "permission.missing": Suggestion(
        "The integration may not read {entity}",
        "Mews accepts the tokens, but it does not let this integration use {operation}. Mews grants that for "
        "each operation when an integration is certified; a hotel cannot switch it on by itself.",
        Party.VENDOR,
        (
            "Send the message below to " + _SUPPORT + ".",
            "Press Retry when they have answered. The tokens stay the same.",
        ),
        "Hello, our property connects Innkeeper over the Connector API. The integration may not use "
        "{operation} (status {status}, your Request-Id {request_id}). Could you enable these operations for "
        "it, all of them for reading only: configuration/get, services/getAll, resources/getAll, "
        "resourceCategories/getAll, resourceCategoryAssignments/getAll, rates/getAll, ageCategories/getAll, "
        "reservations/getAll (2023-06-06), companionships/getAll, customers/getAll, orderItems/getAll? "
        "Thank you!",
        move=Move.ASK_VENDOR,
    ),
    "mews.portfolio_token": Suggestion(
        "This token opens several properties",
        "It is a Portfolio Access Token. Innkeeper connects one hotel at a time and could not tell which of "
        "them is yours.",
        Party.YOU,
        (
            "Use the Access Token of this one property. Each property that has the integration gets one.",
            "If you only have the portfolio token, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, for Innkeeper we were given a Portfolio Access Token. Could you give us an Access Token for "
        "our single property instead? Thank you!",
        move=Move.CHANGE_KIND,
        confidence=Confidence.CERTAIN,
        because="Mews says that it is one",
    ),
    "mews.no_accommodation": Suggestion(
        "There are no rooms behind this token",
        "Mews accepts the tokens, but the property has no active service with a place to sleep: only such as "
        "parking or meeting rooms, or none at all.",
        Party.YOU,
        (
            "Check that the token belongs to your hotel, and not to its restaurant or its car park. Look at "
            "the integration's settings in Mews Operations: it may be tied to a single service.",
            "Check in Mews Operations that the accommodation service is active and has room types.",
            "If both are right, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, services/getAll and resourceCategories/getAll show Innkeeper no active bookable service with "
        "rooms at our property. Could you check whether the integration is tied to the right service? "
        "Thank you!",
        move=Move.NAME_PROPERTY,
    ),
    "mews.time_zone_unknown": Suggestion(
        "Mews gives a time zone that we do not know",
        "Without it we cannot say on which date a guest arrives, so we stopped rather than be a day off. "
        "That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "Innkeeper cannot read the time zone that Mews gives for our property (field {field} of "
        "configuration/get).",
        move=Move.TELL_OPERATOR,
        cause=Cause.CONTENT,
    ),
    "mews.too_heavy": Suggestion(
        "The question was too big for Mews",
        "Mews gave up on an answer (status {status}). We asked for less and less, and it still was too much.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes; at night Mews has less to do.",
            "If it stays, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, even the smallest lists that Innkeeper asks for at our property end with status {status} "
        "(your Request-Id {request_id}). Could you have a look? Thank you!",
        move=Move.WAIT,
        cause=Cause.VENDOR_ERROR,
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls with this token",
        "Mews allows 200 calls in 30 seconds for each Access Token. Innkeeper stays below that, so another "
        "tool is probably using the same token.",
        Party.YOU,
        (
            "Wait a minute and press Retry.",
            "If it stays, look where else the Access Token was entered: only Innkeeper should use it.",
        ),
        move=Move.WAIT,
    ),
    "vendor.unavailable": Suggestion(
        "Mews has trouble",
        "Mews answered with an error of its own (status {status}). Your tokens are not the reason.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes.",
            "If it stays, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, the Connector API answers our property's integration Innkeeper with status {status} (your "
        "Request-Id {request_id}). Could you have a look? Thank you!",
        move=Move.WAIT,
    ),
    "http.not_found": Suggestion(
        "There is no Mews under this address",
        "A server answers, but it is not the Connector API (status {status}). The address is set by whoever "
        "runs Innkeeper; it is not among the things that you enter.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Press Retry once that is done.",
        ),
        "Innkeeper's setting MEWS_URL does not lead to the Mews Connector API (status {status}). In "
        "production it is https://api.mews.com, without a path and without a slash at the end.",
        move=Move.TELL_OPERATOR,
    ),
}
