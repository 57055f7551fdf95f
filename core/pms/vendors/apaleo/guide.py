"""What a hotel admin needs to know to connect Apaleo, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.apaleo.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="the Client ID and the Client secret of a custom app, and your Property ID",
    summary=(
        "Apaleo is reached over its public API, with a custom app that you make in your own account in a few "
        "minutes. Innkeeper only reads; it never changes anything in Apaleo."
    ),
    you_need=(
        "A user of your hotel's Apaleo account who may manage its apps (administration rights).",
        "A custom app for Innkeeper alone: its Client ID and its Client secret.",
        "The ID of your property, such as MUC, if your account has more than one.",
        "Nothing of this if Innkeeper offers Authorize with Apaleo: then you let it in on Apaleo's own page, "
        "and only the Property ID is asked for.",
    ),
    where_to_find=(
        "Log in at app.apaleo.com and open Apps, Connected apps, Add a new app, Add custom app.",
        "Enter a client code and a name, such as INNKEEPER and Innkeeper.",
        "Personally identifiable information: choose to retrieve it. Otherwise Apaleo keeps the names of "
        "your guests from us.",
        "Scopes: tick reservations.read and setup.read, and nothing else. Add a secret and save.",
        "Copy the Client ID and the Client secret at once; if the secret gets lost, add another one there.",
        "Property ID: the short code of your hotel in Apaleo, such as MUC. It is not the name. Leave it "
        "empty if your account has just one property; if it has more, the test lists them.",
    ),
    permissions=(
        "In Apaleo it takes a user with administration rights to make an app.",
        "reservations.read: bookings and the people in them.",
        "setup.read: rooms and their types. units.read together with unitgroups.read will do as well.",
        "It needs no permission that changes anything, none for folios or payments, and reads no identity "
        "documents, addresses or birth dates.",
    ),
    minutes=5,
    cost="Innkeeper charges nothing for it. Ask Apaleo whether your plan includes access for custom apps.",
    limits=(
        "Apaleo allows an app 3,500 requests a minute, and 200 in a development or trial account.",
        "The first sync covers stays that end in the last twelve months or later, however far ahead. Later "
        "changes are found whatever their dates.",
        "Apaleo has no guest profiles. Guests are the people named in each reservation, so a regular guest "
        "appears once for every stay; names alone are no reason to take two people for one.",
        "Apaleo cannot tell which rooms have changed, so all are read each time.",
        "Parking spaces, meeting rooms and event spaces are left out, and so are their reservations.",
        "A stay's price is its total gross amount. Payments and extra charges on the folio are not read.",
        "Apaleo does not say whether a clean room was inspected: both “Clean” and “Clean to be inspected” "
        "count as clean.",
    ),
    issues=(
        Issue(
            "The app is refused, or the permissions seem to be missing, although they are ticked",
            "Often the Client ID is that of a store app (connect client). Make a custom app in your hotel's "
            "own account.",
        ),
        Issue(
            "Bookings come without the names of the guests",
            "The custom app was made without personally identifiable information. Switch it on in the app, "
            "save, and start a full sync.",
        ),
        Issue(
            "Bookings may not be read",
            "Add the scope reservations.read to the app and save. The secret stays the same.",
        ),
        Issue(
            "The property is not found",
            "Type its ID (MUC), not its name. Archived properties and templates cannot be connected.",
        ),
        Issue(
            "I let Innkeeper in on Apaleo's page, and it has stopped",
            "The permission was withdrawn, or what Innkeeper asks for has changed. Press Authorize with "
            "Apaleo again: new permissions need a new consent.",
        ),
        Issue(
            "Only administrators can create apps",
            "Ask whoever manages your Apaleo account, or send a colleague the form from here.",
        ),
        Issue(
            "A trial account is slow",
            "Development and trial accounts have much lower limits. Innkeeper waits when it is told to.",
        ),
    ),
    next_steps=(
        "Compare today's arrivals, as step 4 showed them, with those in Apaleo.",
        "Look whether your guests have names; if not, switch on personally identifiable information.",
        "If a colleague leaves who has seen the secret, add a new one in the app, enter it here, and delete "
        "the old one.",
    ),
    links=(
        Link(
            "Apaleo: make a custom app",
            "https://apaleo.dev/guides/oauth-connection/register-simple-client-app.html",
        ),
        Link(
            "Apaleo: let an app in on Apaleo's page",
            "https://apaleo.dev/guides/oauth-connection/auth-code-grant",
        ),
        Link("Apaleo API, for developers", "https://apaleo.dev/"),
    ),
    unverified=(
        "No call was made to Apaleo itself: the connection is built and tested against a published "
        "specification of 2021 and a reconstruction of what has changed since.",
        "What Apaleo sends instead of names when an app may not retrieve personal information.",
        "Whether a change to the person who booked also counts as a change of the reservation. If not, it is "
        "seen with the next full sync.",
        "Whether Apaleo says how long to wait when an app asks too often.",
        "Whether a refresh token changes with each use, and whether Apaleo demands the extra proof (PKCE) "
        "that Innkeeper gives when you let it in on Apaleo's page. Innkeeper is ready for either.",
        "The exact words of the form for a custom app; Apaleo's own page is linked.",
    ),
    suggestions=SUGGESTIONS,
)
