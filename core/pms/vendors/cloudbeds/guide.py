"""What a hotel admin needs to know to connect Cloudbeds, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.cloudbeds.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="an API key of your property",
    summary=(
        "Cloudbeds is reached over its API with a key that you make yourself in a few clicks. Innkeeper only "
        "reads; it never changes anything in Cloudbeds."
    ),
    you_need=(
        "A Cloudbeds user who may manage API credentials. Best a service user that belongs to nobody in "
        "person: when the user who made a key is deactivated, the key stops working.",
        "A package of Cloudbeds with API access.",
        "An API key with the five rights below.",
        "The Property ID, only if your key opens several properties.",
    ),
    where_to_find=(
        "Sign in at https://signin.cloudbeds.com and open, at the upper right, Account, then Apps & "
        "Marketplace. In the menu at the top choose API Credentials.",
        "Press + New Credentials. Name: Innkeeper. Category: any that fits. Redirect URI: https://localhost "
        "(a key does not use it). Save, and close the window with Client ID and Client Secret: you do not "
        "need those.",
        "Select the new entry, scroll right to the column API Key and press Create.",
        "Tick the rights read:hotel, read:reservation, read:guest, read:room and read:housekeeping, create "
        "the key, and copy it whole. It begins with cbat_.",
        "Property ID: leave it empty at first. If your key opens several properties, the test names them "
        "with their numbers.",
        "Where Innkeeper offers Authorize with Cloudbeds, you need no key: sign in there and press Allow "
        "Access.",
    ),
    permissions=(
        "In Cloudbeds it takes a user whose role may manage API credentials.",
        "The key needs read:hotel, read:reservation, read:guest, read:room and read:housekeeping.",
        "It needs no right that writes, and none for payments, rates or accounting.",
        "Rights belong to the key. To add one, create another key.",
    ),
    minutes=5,
    cost=(
        "Innkeeper charges nothing for it. Whether API access is part of your Cloudbeds package or costs "
        "extra depends on the package; for a group of properties ask integrations@cloudbeds.com."
    ),
    limits=(
        "Cloudbeds allows five requests a second and may switch off who asks for more. Innkeeper asks for "
        "four; give other tools keys of their own.",
        "A key that is not used for 30 days is gone for good. While Innkeeper is connected it is used every "
        "day.",
        "The first sync covers stays that ended in the last twelve months and all that are to come. Later "
        "changes are found whatever their dates.",
        "Cloudbeds says that some changes do not show in its time of change, so Innkeeper reads everything "
        "anew each night.",
        "A reservation of several rooms is one booking: it shows the first room, and all the people.",
        "Virtual rooms, which are combinations of others, are not listed as rooms. A booking may name one.",
        "Cloudbeds tells no nationality and no language of a guest, and no floor of a room.",
    ),
    issues=(
        Issue(
            "The key stopped working",
            "It was not used for 30 days, was deleted, or was made anew. Create another one and enter it.",
        ),
        Issue(
            "The connection broke when a colleague left",
            "The user who made the key was deactivated. Create a key with a service user.",
        ),
        Issue(
            "Bookings come, but guests or rooms may not be read",
            "The key lacks a right. Rights cannot be added to a key: create another with all five.",
        ),
        Issue(
            "I have a Client ID and a Client Secret",
            "They are for partners. What you need is in the same list, further right, in the column API Key.",
        ),
        Issue(
            "There is no column API Key, or no menu API Credentials",
            "Your user's role may not manage API credentials, or your package has no API access. Ask your "
            "Cloudbeds administrator.",
        ),
        Issue(
            "We are a group of properties",
            "Connect each hotel by itself. With a key for the whole group, enter each hotel's Property ID. "
            "How groups get a key: integrations@cloudbeds.com.",
        ),
        Issue(
            "The property ID does not belong to this key",
            "Copy the number again, or leave the field empty when the key is for a single property.",
        ),
        Issue(
            "There are too many requests",
            "Another tool uses the same key. Give each its own.",
        ),
        Issue(
            "A guest appears twice",
            "Cloudbeds makes a new guest for a new reservation unless somebody merges them. Merged guests "
            "come once.",
        ),
    ),
    next_steps=(
        "Compare today's arrivals, as step 4 showed them, with those in Cloudbeds.",
        "Write down which user made the key, so that nobody deactivates it by accident.",
    ),
    links=(
        Link(
            "Cloudbeds: API keys for properties, step by step",
            "https://developers.cloudbeds.com/docs/quickstart-guide-api-authentication-for-property-level-users",
        ),
        Link(
            "Cloudbeds: which package has API access",
            "https://integrations.cloudbeds.com/hc/en-us/articles/13466348947739",
        ),
        Link(
            "Cloudbeds: errors of the API and how to handle them",
            "https://developers.cloudbeds.com/docs/common-api-errors-in-progress",
        ),
        Link("Cloudbeds API, for developers", "https://developers.cloudbeds.com/reference/about-pms-api"),
    ),
    unverified=(
        "No call was made to Cloudbeds itself: the connection is built and tested against its published "
        "specification.",
        "In which time zone Cloudbeds compares times of change. Innkeeper asks 15 hours further back.",
        "That a guest's time of change is by the hotel's own clock. If it is by another, a change may wait "
        "for the nightly read.",
        "Whether a guest's time of change moves when only the guest is changed, and not the reservation. If "
        "not, such a change may wait for the nightly read.",
        "The words that Cloudbeds uses when a right is missing or an app was disconnected: integrators "
        "published them, Cloudbeds did not.",
        "What Cloudbeds answers to too many requests.",
        "Where the Property ID stands in Cloudbeds's pages.",
        "Whether a booking's price always includes taxes and fees. It is the total that Cloudbeds gives.",
    ),
    suggestions=SUGGESTIONS,
)
