"""What a hotel admin needs to know to connect protel, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.protel.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="an address, a key or token, and the Hotel ID, all from protel or Planet",
    summary=(
        "protel has two ways in. protel I/O is the official one; it takes an agreement with Planet, and "
        "answers come later, in calls of protel's own. Some hotels were given a simple REST interface "
        "beside it, an unofficial beta: protel has published nothing about it. You choose in the form. "
        "Either way Innkeeper only reads, and bookings only."
    ),
    you_need=(
        "A contact at protel or Planet: nobody can make credentials for protel by oneself.",
        "For protel I/O: the endpoint for asynchronous messages and the token for your hotel. Planet needs "
        "an address from you, too: the form shows it.",
        "For the REST beta: its Base URL for reservations, and an API key for your hotel.",
        "Your Hotel ID, and the time zone that your hotel is in.",
    ),
    where_to_find=(
        "protel I/O: press Enter Credentials once, copy the address for answers that the form shows, and "
        "give it to Planet with your request for access to OTA_ReadRQ. You can close the form and come back.",
        "Planet then gives you the endpoint for asynchronous messages and the token.",
        "REST beta: ask your contact for “REST access to reservations, read-only”. There is no public "
        "address and no page in protel to make a key.",
        "Base URL or endpoint: for REST the address in front of /reservations, for protel I/O the endpoint "
        "as it was given to you.",
        "API key or token: what is sent as X-Api-Key, or as Bearer.",
        "Hotel ID: the number under which protel or Planet keeps your hotel. Time zone: region and city, "
        "such as Europe/Vienna.",
    ),
    permissions=(
        "The key or token needs to read reservations and nothing else.",
        "Innkeeper never writes to protel. Of the people in a reservation it keeps nothing.",
    ),
    minutes=10,
    cost=(
        "Innkeeper charges nothing for it. protel I/O takes a signed agreement and a certification fee; "
        "whether Planet charges for a REST key, your contact there knows."
    ),
    limits=(
        "Bookings only: no guests, no rooms, no housekeeping.",
        "REST: everything means all bookings that were changed in the last two years, and changes are asked "
        "for by their time, with ten minutes of overlap.",
        "protel I/O: everything means arrivals of the last year and the next year and a half. Changes are "
        "looked for among arrivals from a month ago to three months ahead.",
        "A price is shown only where each night has a price of its own, all in one currency.",
        "The number of rooms and of today's arrivals cannot be shown before you confirm: the interface tells "
        "nothing of the hotel.",
        "Innkeeper makes at most 120 calls a minute. protel has published no limit.",
    ),
    issues=(
        Issue(
            "We have no credentials yet",
            "Ask protel, Planet or your protel partner. For protel I/O they will speak of an agreement; ask "
            "whether REST access to reservations exists for your system.",
        ),
        Issue(
            "The key is right and is refused",
            "Key and Base URL belong together. Those of a test system do not work in production.",
        ),
        Issue(
            "protel has acknowledged, and nothing comes",
            "The token and the endpoint are good. Ask Planet whether the address for answers that the form "
            "shows is entered for your hotel, and whether their calls to it get through.",
        ),
        Issue(
            "The test takes minutes",
            "That is how protel I/O works: it answers when it comes to it. Innkeeper goes on by itself and "
            "tells you in the thread.",
        ),
        Issue(
            "Another hotel's bookings appear",
            "The key belongs to that hotel. The interface does not say whose bookings it gives, so Innkeeper "
            "cannot notice. Disconnect, and ask for the key of your own hotel.",
        ),
        Issue(
            "Arrivals appear on the day before or after",
            "Check the time zone that you typed. How protel writes dates here was never published.",
        ),
        Issue(
            "Optional bookings count as confirmed",
            "In protel an optional booking that takes a room off the availability is “reserved”, like a "
            "definite one. The interface does not tell them apart.",
        ),
    ),
    next_steps=(
        "Have the bookings exported, and compare some with protel, above all their dates and prices.",
        "An export says how many could not be read: that is the first sign that the interface has changed.",
        "If you connected the REST beta: ask Planet about protel I/O, so that you do not depend on a beta "
        "for good.",
    ),
    links=(
        Link(
            "protel I/O: how an integration comes about",
            "https://confluence.protel.net/display/PIODOC/Integration+Process",
        ),
        Link("Planet: the documentation's new home", "https://confluence.weareplanet.com/"),
    ),
    unverified=(
        "protel I/O against a real protel: what is known comes from its public pages and OTA's schemas.",
        "Everything about the REST interface. protel and Planet have published nothing about it; what is "
        "known comes from one hotel's program. No call was made to protel.",
        "How it refuses a key, limits calls, and reports trouble.",
        "Whether reservations of any age can be asked for, in which order they come, and whether a page can "
        "miss one that is changed while the list is read.",
        "All status words but CHECKED-OUT: they are taken from protel I/O.",
        "Which offset dates carry, and whether an amount is for a night or for a part of the stay.",
    ),
    suggestions=SUGGESTIONS,
)
