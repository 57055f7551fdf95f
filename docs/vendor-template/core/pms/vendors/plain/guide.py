"""What a hotel admin needs to know to connect Plain, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.plain.suggestions import SUGGESTIONS

GUIDE: Final = Guide(
    in_short="the address of your Plain and an API key",
    summary="Plain answers over a plain REST interface. Innkeeper only reads; it changes nothing in Plain.",
    you_need=("An account in Plain with the right to open Settings, Interfaces.",),
    where_to_find=(
        "In Plain open Settings, Interfaces. The address stands at the top.",
        "Press Create key, name it Innkeeper, tick Read, and copy the key. Plain shows it once.",
    ),
    permissions=("The key needs the right to read reservations, guests and rooms, and no right to write.",),
    minutes=5,
    cost="Plain charges nothing for the interface.",
    limits=("Plain allows 60 requests a minute; Innkeeper keeps to it.",),
    issues=(
        Issue("Bookings come, guests do not", "Give the key the right to read guests. No new key needed."),
    ),
    next_steps=("Compare today's arrivals on the dashboard with those in Plain.",),
    links=(Link("Plain for developers", "https://plain.example.com/developers"),),
    unverified=("Nothing was tried at Plain's own servers.",),
    suggestions=SUGGESTIONS,
)
