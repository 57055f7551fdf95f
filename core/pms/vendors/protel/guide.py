"""What a hotel admin needs to know to connect protel, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.protel.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="a Base URL, an API key and the Hotel ID, all from protel or Planet",
    summary=(
        "Beta, unofficial, bookings only. protel publishes one interface, protel I/O, which takes an "
        "agreement with Planet and which this version cannot connect yet. Some hotels were given a simple "
        "REST interface beside it. protel has published nothing about that one; Innkeeper knows it "
        "from a single hotel's program. It only reads, and you choose it knowingly by typing its name."
    ),
    you_need=(
        "A contact at protel or Planet: nobody can make a key for protel by oneself.",
        "From there the Base URL of the REST interface for reservations, and an API key for your hotel.",
        "Your Hotel ID, and the time zone that your hotel is in.",
    ),
    where_to_find=(
        "Ask your contact at protel or Planet for “REST access to reservations, read-only”. There is no "
        "public address and no page in protel to make a key.",
        "Base URL: the address in front of /reservations. Innkeeper knows none by itself.",
        "API key: what is to be sent as X-Api-Key.",
        "Hotel ID: the number under which protel or Planet keeps your hotel.",
        "Time zone: region and city, such as Europe/Vienna.",
        "Interface: type REST beta. That is your consent to use an unofficial interface.",
    ),
    permissions=(
        "The key needs to read reservations and nothing else.",
        "Innkeeper never writes to protel. Of the people in a reservation it keeps nothing: the interface "
        "gives an e-mail address without a name, and that is not read.",
    ),
    minutes=10,
    cost=(
        "Innkeeper charges nothing for it. Whether protel or Planet charge for the key, your contact there "
        "knows; the official way, protel I/O, takes a signed agreement and a certification fee."
    ),
    limits=(
        "Bookings only: no guests, no rooms, no housekeeping.",
        "The first sync reads all bookings that were changed in the last two years.",
        "Changes are asked for by their time, with ten minutes of overlap.",
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
            "It wants protel I/O addresses, and I have those",
            "protel I/O needs a certified partner connection. This version cannot connect it yet.",
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
        "Ask Planet about protel I/O, the official way, so that you do not depend on a beta for good.",
    ),
    links=(
        Link(
            "protel I/O: how an integration comes about (official; another interface than this one)",
            "https://confluence.protel.net/display/PIODOC/Integration+Process",
        ),
        Link("Planet: the documentation's new home", "https://confluence.weareplanet.com/"),
    ),
    unverified=(
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
