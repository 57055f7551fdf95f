"""What a hotel admin needs to know to connect Mews, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.mews.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="the Access Token of your property and the Client Token",
    summary=(
        "Mews is reached over its Connector API with two tokens: one for Innkeeper, one for your property. "
        "Innkeeper only reads; it never changes anything in Mews."
    ),
    you_need=(
        "A Mews user who may open the Marketplace of your property.",
        "The Access Token of your property for Innkeeper. Mews makes one for each property and integration.",
        "The Client Token of the integration. For a private integration, Mews sends it in the same e-mail as "
        "the Access Token.",
    ),
    where_to_find=(
        "In Mews Operations open the main menu and the Marketplace, look for the integration, open it and "
        "press Connect. Then confirm.",
        "It now stands under Marketplace, My subscriptions.",
        "Access Token: Mews's help page “Find an integration's access token” (linked below) shows where it "
        "stands. For a private integration it is in the e-mail from Mews.",
        "Client Token: in the e-mail from Mews about your private integration. It is not shown in Mews "
        "Operations, and it is the same for all your properties.",
        "Copy each token whole, from its first to its last character. All that Mews has published have 32 "
        "characters, a hyphen, and 31 characters.",
    ),
    permissions=(
        "In Mews it takes a user who may connect integrations in the Marketplace.",
        "What an integration may read is granted by Mews, operation by operation, when it is certified. "
        "Innkeeper needs: configuration, services, resources, resource categories and their assignments, "
        "rates, age categories, reservations, companionships, customers and order items.",
        "It needs no operation that writes, and no identity documents, addresses or payment cards.",
    ),
    minutes=10,
    cost=(
        "Innkeeper charges nothing for it. For a private integration Mews asks that your property has the "
        "Connectivity Add-on or the Enterprise package; your Client Success Manager at Mews knows."
    ),
    limits=(
        "Mews allows 200 requests in 30 seconds for each Access Token. Innkeeper keeps to that; share the "
        "token with no other tool.",
        "The first sync covers stays that begin in the last twelve and the next eighteen months, and those "
        "who were in the house when it starts. Later changes are found whatever their dates.",
        "Guests are the people of those stays. A chain shares its guest profiles, and those who never stayed "
        "with you are not read.",
        "Parking spaces, meeting rooms and desks are left out, and so are their bookings.",
        "A stay's price is the sum of all its items that are not cancelled, taxes included. A price in more "
        "than one currency is left out and counted.",
    ),
    issues=(
        Issue(
            "The tokens look right and are refused",
            "Most often one is from the demo environment and the other is not, or the integration is "
            "disabled under Marketplace, My subscriptions.",
        ),
        Issue(
            "There are two Innkeeper integrations in Mews",
            "Each has an Access Token of its own. Use the one of the integration that is enabled, and "
            "disconnect the other.",
        ),
        Issue(
            "A token was copied together with blanks or a line break",
            "Innkeeper takes them off at both ends. In the middle it cannot know what belongs there: copy "
            "the token again.",
        ),
        Issue(
            "I have a Connection Token",
            "That one is for channel managers. You need the Access Token of the Innkeeper integration.",
        ),
        Issue(
            "I have one token for all our hotels",
            "That is a Portfolio Access Token. Innkeeper connects one hotel at a time: use each hotel's own.",
        ),
        Issue(
            "Bookings come, but some kind of data may not be read",
            "Mews has not enabled that operation for the integration. The message that the test offers asks "
            "for it in Mews's own words.",
        ),
        Issue(
            "The connection works and there are no bookings",
            "Check that the token is that of your hotel, and that your stays lie within the time that is "
            "read.",
        ),
        Issue(
            "A guest's e-mail address looks strange, or is missing",
            "Online travel agencies hide it behind an address of their own, which still reaches the guest. "
            "Mews passes on what it was given.",
        ),
        Issue(
            "A booking of a company has no main guest",
            "In Mews it belongs to the company. The people who stay are its companions.",
        ),
        Issue(
            "Mews refuses a private integration",
            "It needs the Connectivity Add-on or the Enterprise package. Ask your Client Success Manager.",
        ),
    ),
    next_steps=(
        "Compare today's arrivals, as step 4 showed them, with those in Mews Operations.",
        "If a colleague leaves who has seen the Access Token, have Mews make a new one and enter it here.",
    ),
    links=(
        Link(
            "Mews help: find an integration's access token",
            "https://help.mews.com/s/article/find-an-integration-s-access-token?language=en_US",
        ),
        Link(
            "Mews help: connect and disconnect integrations",
            "https://help.mews.com/s/article/connect-and-disconnect-integrations",
        ),
        Link(
            "Mews: private integrations",
            "https://docs.mews.com/connector-api/your-journey/private-integration",
        ),
        Link("Mews Connector API, for developers", "https://docs.mews.com/connector-api"),
    ),
    unverified=(
        "No call was made to Mews itself: the connection is built and tested against its published "
        "specification.",
        "The exact clicks to an Access Token in Mews Operations. Mews's help page is linked instead.",
        "The words that Mews uses when it refuses a token or an operation: it does not publish them.",
        "Whether Mews moves a booking's time of change when only its price or its companions change. If not, "
        "such a change is seen with the next full sync.",
        "Whether the three months that Mews allows for a time filter are calendar months; Innkeeper asks for "
        "twelve weeks at most.",
    ),
    suggestions=SUGGESTIONS,
)
