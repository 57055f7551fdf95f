"""What to say of each failure with Apaleo, and the letters to send.

Apaleo refuses in one word or in none at all (403), so several causes share an answer; the likeliest comes
first.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_SUPPORT: Final = "Apaleo's support"
_CUSTOM_APP: Final = "Apps, Connected apps, Add a new app, Add custom app"

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "auth.refused": Suggestion(
        "Apaleo does not accept this app",
        "We reached Apaleo, it looked at the Client ID and the Client secret and said no.",
        Party.YOU,
        (
            "Copy the Client ID and the Client secret once more from the custom app in Apaleo, under Apps, "
            "Connected apps: whole, and each into its own field.",
            "If the secret is lost, open the custom app, add a new secret, and enter that.",
            "Check that nobody has deleted the app or its secret, and that it was made in the account of "
            "this hotel.",
            "If you let Innkeeper in on Apaleo's page instead, press Authorize with Apaleo once more.",
        ),
        "Hello, our custom app for Innkeeper is refused by Apaleo (status {status}, your Apaleo-Tracking-Id "
        "{request_id}). Could you check whether the app and its secret are active? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "auth.expired": Suggestion(
        "Apaleo no longer lets us in",
        "Somebody of your hotel once let Innkeeper in on Apaleo's page. That permission has ended: it was "
        "withdrawn, or what Innkeeper asks for has changed since.",
        Party.YOU,
        (
            "Press Authorize with Apaleo and let Innkeeper in again. Everything else stays as it is.",
            "It takes a user of Apaleo who may manage the account's apps.",
        ),
        move=Move.AUTHORIZE_AGAIN,
    ),
    "apaleo.wrong_client_type": Suggestion(
        "This is not the ID of a custom app",
        "Apaleo knows the Client ID but does not give it a token of its own. As a rule it belongs to a store "
        "app (a “connect client”), which hotels let in on Apaleo's page and which cannot be entered here.",
        Party.YOU,
        (
            "Make a custom app: in Apaleo open " + _CUSTOM_APP + ". Enter its Client ID and Client secret.",
            "If the form offers Authorize with Apaleo, press that instead; then no ID is needed.",
            "If it is a custom app, open it and check that at least reservations.read and setup.read are "
            "ticked, and that the account is not suspended.",
        ),
        move=Move.CHANGE_KIND,
    ),
    "apaleo.app_unusable": Suggestion(
        "Innkeeper's own app at Apaleo does not work",
        "Your hotel has let Innkeeper in, and that is still so. What Apaleo refuses, or what is missing, is "
        "the app of whoever runs Innkeeper ({error}). Nothing of yours has to change.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.", "Press Retry once that is done."),
        "Innkeeper's store app at Apaleo cannot be used ({error}). Please check the settings "
        "APALEO_CLIENT_ID and APALEO_CLIENT_SECRET, and at Apaleo under Apps, My store apps, that the app "
        "has the scopes offline_access, reservations.read and setup.read and Innkeeper's redirect address.",
        move=Move.TELL_OPERATOR,
    ),
    "apaleo.code_refused": Suggestion(
        "The way back from Apaleo took too long",
        "Apaleo sent you back with a code that it no longer takes. Such a code is good once, and for five "
        "minutes.",
        Party.YOU,
        (
            "Press Authorize with Apaleo once more, and do not use the browser's Back button on the way.",
            "If it stays, tell whoever runs Innkeeper for you: the app's redirect address at Apaleo may not "
            "be ours.",
        ),
        move=Move.AUTHORIZE_AGAIN,
    ),
    "apaleo.scope_missing": Suggestion(
        "The app may not read {entity}",
        "Apaleo lets the app in, but the permission {scope} is not among those that it was given.",
        Party.YOU,
        (
            "In Apaleo open Apps, Connected apps, then the custom app. Tick {scope} and save. Then press "
            "Retry: Client ID and Client secret stay the same.",
            "If you let Innkeeper in on Apaleo's page, do that once more: a new permission needs a new "
            "consent.",
        ),
        "Hello, our app for Innkeeper in Apaleo lacks the permission {scope}. Could you tick it? In all it "
        "needs reservations.read and setup.read, and none that changes anything. Thank you!",
        move=Move.GRANT_RIGHTS,
    ),
    "guests.withheld": Suggestion(
        "Bookings come without guests",
        "Everything may be read, yet the first booking names nobody. That is how Apaleo answers an app that "
        "was made without personally identifiable information.",
        Party.YOU,
        (
            "In Apaleo open Apps, Connected apps, then the custom app, and switch on personally identifiable "
            "information if you want names. Without it bookings are synced without them.",
        ),
        move=Move.GRANT_RIGHTS,
        confidence=Confidence.LIKELY,
        because="only the first booking was looked at",
    ),
    "permission.missing": Suggestion(
        "Apaleo does not let us read {entity}",
        "Apaleo accepts the app and says no to this one question, without telling why (status {status}).",
        Party.YOU,
        (
            "In Apaleo open Apps, Connected apps, then the custom app. Check that reservations.read and "
            "setup.read are ticked, save, and press Retry.",
            "Check that the app may see this property, and that the Property ID is that of your hotel.",
            "Check that it is a custom app. The ID of a store app gets this answer, too.",
            "If all of that is right, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, our app for Innkeeper may not read {entity}: the answer is {status} without a reason "
        "(your Apaleo-Tracking-Id {request_id}). It should have reservations.read and setup.read for our "
        "property. Could you look up what is missing? Thank you!",
        move=Move.GRANT_RIGHTS,
        confidence=Confidence.LIKELY,
        because="Apaleo says no without a reason",
    ),
    "apaleo.property_needed": Suggestion(
        "Which property is it?",
        "The app can reach several properties: {properties}. Innkeeper connects one hotel at a time.",
        Party.YOU,
        ("Press Edit Credentials and type the ID of your hotel into “Property ID”, as it is listed above.",),
        move=Move.NAME_PROPERTY,
    ),
    "apaleo.property_unknown": Suggestion(
        "There is no property “{property}”",
        "The app gets in, but these are the properties that it can reach: {properties}.",
        Party.YOU,
        (
            "Press Edit Credentials and type the ID exactly as it is listed above, capital letters "
            "included. The ID is not the name.",
            "If your hotel is not in the list, the app was made in another account: make one in your "
            "hotel's own.",
            "A property that was archived in Apaleo cannot be connected.",
        ),
        move=Move.NAME_PROPERTY,
    ),
    "property.not_found": Suggestion(
        "There is no property behind this app",
        "Apaleo lets the app in, but its account has no property that is in use.",
        Party.YOU,
        (
            "Check that the app was made in the account of your hotel, and not in a developer's.",
            "Check in Apaleo that the property was not archived.",
        ),
        "Hello, our app for Innkeeper gets in, but the list of properties is empty (your "
        "Apaleo-Tracking-Id {request_id}). Could you look which account it belongs to? Thank you!",
        move=Move.NAME_PROPERTY,
    ),
    "apaleo.time_zone_unknown": Suggestion(
        "Apaleo gives a time zone that we do not know",
        "Without it we cannot say on which date a guest arrives, so we stopped rather than be a day off. "
        "That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "Innkeeper cannot read the time zone that Apaleo gives for our property (field {field} of the list "
        "of properties).",
        move=Move.TELL_OPERATOR,
        cause=Cause.CONTENT,
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls with this app",
        "Apaleo allows each app 3,500 calls a minute, and 200 in a development or trial account. Innkeeper "
        "stays below the first; another tool may be using the same app.",
        Party.YOU,
        (
            "Wait a minute and press Retry.",
            "If it stays, look where else this app's Client ID was entered: give every tool an app of its "
            "own.",
            "In a trial account, expect this from time to time. Innkeeper waits and goes on.",
        ),
        move=Move.WAIT,
    ),
    "vendor.unavailable": Suggestion(
        "Apaleo has trouble",
        "Apaleo answered with an error of its own (status {status}). Your credentials are not the reason.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes.",
            "If it stays, send the message below to " + _SUPPORT + ".",
        ),
        "Hello, Apaleo's API answers our app for Innkeeper with status {status} (your Apaleo-Tracking-Id "
        "{request_id}). Could you have a look? Thank you!",
        move=Move.WAIT,
    ),
    "http.not_found": Suggestion(
        "There is no Apaleo under this address",
        "A server answers, but it is not Apaleo's (status {status}). The addresses are set by whoever runs "
        "Innkeeper; they are not among the things that you enter.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you.",
            "Press Retry once that is done.",
        ),
        "Innkeeper's settings APALEO_URL and APALEO_IDENTITY_URL do not lead to Apaleo (status {status}). "
        "In production they are https://api.apaleo.com and https://identity.apaleo.com.",
        move=Move.TELL_OPERATOR,
    ),
}
