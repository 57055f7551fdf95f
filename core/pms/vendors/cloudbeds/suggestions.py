"""What to say of each failure with Cloudbeds, and the letters to send.

Cloudbeds answers most refusals with words of its own and the status of a success; what we know of them is in
`refusals.py`.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_SUPPORT: Final = "integrations@cloudbeds.com"
_NEW_KEY: Final = (
    "In Cloudbeds, open Account, Apps & Marketplace, API Credentials, select the entry for Innkeeper, create "
    "a new key in the column API Key, and enter it here."
)

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "Cloudbeds does not accept this API key",
        "We reached Cloudbeds, it looked at the key and said no. It says the same of a key that is wrong, "
        "that was deleted, and that nobody used for 30 days.",
        Party.YOU,
        (
            "Copy the key once more, from cbat_ to its last character.",
            "Look in Cloudbeds under Account, Apps & Marketplace, API Credentials whether the key is still "
            "there. Somebody may have deleted it or made another one.",
            "Was Innkeeper, or the key, not used for 30 days? Then the key is gone for good: " + _NEW_KEY,
            "If all of that is right, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, our property's API key for Innkeeper is refused with status {status} (your X-Request-ID "
        "{request_id}). Could you check whether it is active? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "auth.expired": Suggestion(
        "Cloudbeds no longer lets us in",
        "The consent that somebody at your hotel gave has ended: it was withdrawn, replaced by a newer one, "
        "or not used for a year.",
        Party.YOU,
        (
            "Press Edit Credentials and authorize Innkeeper with Cloudbeds once more.",
            "Let somebody do it who stays: best a service user that belongs to nobody in person.",
        ),
        move=Move.AUTHORIZE_AGAIN,
    ),
    "permission.missing": Suggestion(
        "The key may not read {entity}",
        "Cloudbeds accepts the key, but it lacks the right {scope}. Rights belong to the key and cannot be "
        "added later.",
        Party.YOU,
        (
            "Create another key with all the rights that Innkeeper reads with: read:hotel, read:reservation, "
            "read:guest, read:room and read:housekeeping. " + _NEW_KEY,
            "If you were asked to authorize Innkeeper instead of entering a key, whoever runs Innkeeper must "
            "choose {scope} on the App Details page at Cloudbeds. Then authorize once more.",
        ),
        "Hello, our property's credentials for Innkeeper may not use {operation}: the right {scope} is "
        "missing (your X-Request-ID {request_id}). They should read with read:hotel, read:reservation, "
        "read:guest, read:room and read:housekeeping, and never write. Thank you!",
        move=Move.GRANT_RIGHTS,
    ),
    "property.not_found": Suggestion(
        "There is no property behind this key",
        "Cloudbeds accepts the key, but it opens no property at all.",
        Party.YOU,
        (
            "Check in Cloudbeds that you made the key while you were in your property, and not in another "
            "account.",
            "If it is right, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, getHotels answers our API key for Innkeeper with an empty list (your X-Request-ID "
        "{request_id}). Could you check which property the key belongs to? Thank you!",
        move=Move.NAME_PROPERTY,
    ),
    "cloudbeds.key_not_seen": Suggestion(
        "Cloudbeds did not see the key",
        "We sent it, and Cloudbeds says that there was none. Something on the way may have taken it out.",
        Party.US,
        (
            "Press Retry once.",
            "If it stays, send the message below to whoever runs Innkeeper for you.",
        ),
        "Innkeeper's calls to Cloudbeds arrive without the header x-api-key (X-Request-ID {request_id}). "
        "Does a proxy between Innkeeper and the internet remove headers? Is CLOUDBEDS_URL right?",
        move=Move.RETRY,
        cause=Cause.BETWEEN,
    ),
    "cloudbeds.user_inactive": Suggestion(
        "Whoever approved this connection has left",
        "A key works as long as the Cloudbeds user who made it. That user was deactivated.",
        Party.YOU,
        (
            "Sign in to Cloudbeds with a user who stays, best a service user that belongs to nobody in "
            "person. " + _NEW_KEY,
            "If you authorized Innkeeper instead of entering a key, authorize it once more with that user.",
        ),
        move=Move.RENEW_CREDENTIALS,
        confidence=Confidence.CERTAIN,
        because="Cloudbeds said so",
    ),
    "cloudbeds.app_disconnected": Suggestion(
        "Innkeeper was disconnected in Cloudbeds",
        "Somebody removed Innkeeper's app from your property, or Cloudbeds has switched the app off.",
        Party.YOU,
        (
            "Look in Cloudbeds under Account, Apps & Marketplace whether the app is there, and connect it.",
            "Then authorize Innkeeper once more, or create a new key and enter it here.",
            "If the app is there, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, our property's calls through Innkeeper are answered with “Application is not available to be "
        "connected” (your X-Request-ID {request_id}). Is the app switched off? Thank you!",
        move=Move.AUTHORIZE_AGAIN,
    ),
    "cloudbeds.property_closed": Suggestion(
        "Cloudbeds says that this property is closed",
        "The property is cancelled, or not active, in Cloudbeds. Nothing can be read from it.",
        Party.YOU,
        (
            "Check that the Property ID, or the key, is of the hotel that you run today, not of an old or a "
            "test account.",
            "If it is, ask Cloudbeds with the message below: " + _SUPPORT + ".",
        ),
        "Hello, calls for our property are refused because of an “invalid status” (your X-Request-ID "
        "{request_id}), but we are open. Could you look at the state of our account? Thank you!",
        move=Move.NAME_PROPERTY,
    ),
    "cloudbeds.property_unknown": Suggestion(
        "The key does not open this property",
        "Cloudbeds accepts the key, but not for the Property ID that was entered.",
        Party.YOU,
        (
            "Check the Property ID: it is the number of your property in Cloudbeds, digits only.",
            "If the key was made for a single property, leave the field empty.",
            "Check that the key was made in this hotel's account. " + _NEW_KEY,
        ),
        move=Move.NAME_PROPERTY,
    ),
    "cloudbeds.property_needed": Suggestion(
        "The key opens several properties",
        "Innkeeper connects one hotel at a time and must not guess which one is yours. The key opens: "
        "{hotels}.",
        Party.YOU,
        (
            "Press Edit Credentials and enter the number of your hotel as Property ID. It stands behind the "
            "name.",
            "If your hotel is not among them, create a key in its own account.",
        ),
        move=Move.NAME_PROPERTY,
    ),
    "cloudbeds.code_refused": Suggestion(
        "The consent took too long, or was used before",
        "What Cloudbeds gives us when you allow access is good once, and for ten minutes.",
        Party.YOU,
        (
            "Authorize Innkeeper with Cloudbeds once more, and stay on the page until it says that it is "
            "done.",
        ),
        move=Move.AUTHORIZE_AGAIN,
    ),
    "cloudbeds.app_refused": Suggestion(
        "Cloudbeds does not know Innkeeper's app",
        "Nothing is wrong with your hotel or your consent: the app's own credentials were refused.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "Cloudbeds refuses Innkeeper's app (status {status}, X-Request-ID {request_id}). Are "
        "CLOUDBEDS_CLIENT_ID and CLOUDBEDS_CLIENT_SECRET those of the App Details page?",
        move=Move.TELL_OPERATOR,
    ),
    "cloudbeds.blocked": Suggestion(
        "Cloudbeds does not let us through to its API",
        "Not the API answered but something in front of it (status {status}). That happens when too many "
        "calls came from one place. Your key is not the reason.",
        Party.VENDOR,
        (
            "Press Retry in ten minutes.",
            "If it stays, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, calls of our property through Innkeeper are turned away with status {status} and a web page "
        "instead of the API. Is Innkeeper's address blocked? Thank you!",
        move=Move.WAIT,
        cause=Cause.BETWEEN,
    ),
    "cloudbeds.refused": Suggestion(
        "Cloudbeds said no, and we do not know why",
        "It refused the call in words that our guide does not have yet. Your key may be right.",
        Party.VENDOR,
        (
            "Press Retry once.",
            "If it stays, send the message below to " + _SUPPORT + ". By the number they can see what "
            "their system meant.",
        ),
        "Hello, a call of our property through Innkeeper was answered with “success: false” (your "
        "X-Request-ID {request_id}). Could you tell us what was wrong? Thank you!",
        move=Move.RETRY,
        cause=Cause.VENDOR_ERROR,
        confidence=Confidence.POSSIBLE,
        because="its words are not in our guide yet",
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls with this key",
        "Cloudbeds allows five calls a second. Innkeeper stays at four, so another tool is probably using "
        "the same key or the same account.",
        Party.YOU,
        (
            "Wait a minute and press Retry.",
            "If it stays, look where else the key was entered. Give each tool a key of its own.",
        ),
        move=Move.WAIT,
    ),
    "vendor.unavailable": Suggestion(
        "Cloudbeds has trouble",
        "Cloudbeds answered with an error of its own (status {status}). Your key is not the reason.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes.",
            "If it stays, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, the API answers our property's calls through Innkeeper with status {status} (your "
        "X-Request-ID {request_id}). Could you have a look? Thank you!",
        move=Move.WAIT,
    ),
    "http.not_found": Suggestion(
        "There is no Cloudbeds API under this address",
        "A server answers, but it is not the API (status {status}). The address is set by whoever runs "
        "Innkeeper; it is not among the things that you enter.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Press Retry once that is done.",
        ),
        "Innkeeper's setting CLOUDBEDS_URL does not lead to the Cloudbeds API (status {status}). In "
        "production it is https://api.cloudbeds.com, without a path.",
        move=Move.TELL_OPERATOR,
    ),
}
