"""What a hotel admin needs to know to connect a PMS over the open contract, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.custom.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="an API key and the address of your PMS",
    summary=(
        "For every PMS that is not on our list: your own system, a regional product, a bridge in between. "
        "It answers four questions in a simple, published format: which hotel is this, and which bookings, "
        "guests and rooms does it have? Innkeeper only reads; it never changes anything in your PMS."
    ),
    you_need=(
        "A PMS, or a small bridge in front of it, that speaks the Innkeeper Open PMS API. Whoever develops "
        "it finds everything in the document “Custom PMS” (docs/custom-pms.md), with examples to copy.",
        "The address where it answers, reachable from the internet over https.",
        "An API key that may read your hotel, its bookings, its guests and its rooms.",
    ),
    where_to_find=(
        "API key: whoever runs your PMS makes one for you, as a rule in its settings under “API” or "
        "“Integrations”. Ask for a key of its own for Innkeeper, so that you can withdraw it alone.",
        "Endpoint URL: comes with the key. It is the part in front of /v1, for example "
        "https://pms.your-hotel.com/innkeeper. It is not the page where you log in.",
        "Version: 1, unless you are told otherwise.",
    ),
    permissions=(
        "You need nobody's permission in Slack beyond being a manager or admin of your hotel here.",
        "In the PMS it takes an administrator, or its developer, to make an API key.",
        "The key needs four rights and no more: property:read, bookings:read, guests:read, rooms:read.",
        "It needs no right to write. If your PMS offers read-only keys, take one of those.",
    ),
    minutes=5,
    cost=(
        "Innkeeper charges nothing for it. If your PMS does not speak the contract yet, somebody has to "
        "write the bridge: four read-only requests, usually a few days of work for a developer."
    ),
    limits=(
        "Innkeeper sends at most 120 requests in 30 seconds, and slows down when your PMS asks for it.",
        "It reads what changed since the last time. After the first sync that is a few requests each time.",
        "It waits 10 seconds for an answer and reads up to 200 records in one.",
        "It asks on schedule. Notices sent by your PMS (webhooks) are part of the contract and come later.",
    ),
    issues=(
        Issue(
            "A web page answers instead of data",
            "The address is the one people open in a browser. Ask for the address of the API.",
        ),
        Issue(
            "There is nothing under the address",
            "Often a part of the path is missing or there is one too many. Innkeeper adds /v1/property by "
            "itself, so the address ends just before /v1.",
        ),
        Issue(
            "The key works on your computer but not here",
            "The PMS lets in known computers only, or answers inside the hotel only. Ask your IT to publish "
            "the address, or to let Innkeeper's server in.",
        ),
        Issue(
            "Bookings come, guests do not",
            "The key lacks the right guests:read. Have it added; there is no need for a new key.",
        ),
        Issue(
            "Some bookings are missing",
            "A record with a broken field (a date such as 31.12.2026, a price such as 99,50) is set aside "
            "and counted, and the rest goes on. An export tells how many; the developer finds the rules "
            "in the document “Custom PMS”.",
        ),
        Issue(
            "A change in the PMS does not arrive",
            "The PMS does not renew “updated_at” when the record changes. Innkeeper asks for what changed, "
            "so what keeps its old time looks unchanged.",
        ),
        Issue(
            "Arrivals appear on the day before or after",
            "Arrival and departure are dates on the hotel's own calendar. The PMS probably sends them "
            "converted to UTC.",
        ),
    ),
    next_steps=(
        "Compare today's arrivals, as step 4 showed them, with those in your PMS.",
        "An export says how many records could not be read: pass the number on to the developer.",
        "Put the key's expiry date, if it has one, into your calendar: you will be asked for a new one then.",
    ),
    links=(
        Link(
            "OpenAPI: the format in which the contract is published", "https://spec.openapis.org/oas/v3.1.0"
        ),
        Link(
            "Standard Webhooks: how the PMS will sign its notices (for developers)",
            "https://www.standardwebhooks.com/",
        ),
    ),
    unverified=(
        "How your own PMS names and places its API settings: every system is different, so ask whoever runs "
        "it.",
    ),
    suggestions=SUGGESTIONS,
)
