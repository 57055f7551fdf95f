"""Words about records: which are synced, how their fields are mapped, and what is to be settled."""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus
from core.pms.expressions import Flaw
from core.sync.choice import Strategy
from core.sync.conflicts import Settlement
from core.sync.fields import Misfit
from core.sync.mapping import Wrong

BOOKING_STATUSES: Final = {
    BookingStatus.INQUIRY: "Inquiries",
    BookingStatus.TENTATIVE: "Tentative",
    BookingStatus.WAITLISTED: "On the waiting list",
    BookingStatus.CONFIRMED: "Confirmed",
    BookingStatus.CHECKED_IN: "In house",
    BookingStatus.CHECKED_OUT: "Departed",
    BookingStatus.CANCELLED: "Cancelled",
    BookingStatus.NO_SHOW: "Did not come",
}
PAST: Final[Mapping[int | None, str]] = {
    None: "However long ago they left",
    30: "Up to 30 days after departure",
    90: "Up to 90 days after departure",
    365: "Up to 1 year after departure",
}
FUTURE: Final[Mapping[int | None, str]] = {
    None: "However far ahead",
    30: "Arriving within 30 days",
    90: "Arriving within 90 days",
    365: "Arriving within 1 year",
}
STRATEGIES: Final = {
    Strategy.VENDOR: "The PMS counts",
    Strategy.OURS: "What was changed here counts",
    Strategy.NEWEST: "The later change counts",
    Strategy.ASK: "Ask a manager",
}
READ_ANEW: Final = " Everything is read once more now, so that what you added arrives."

FIELD_NAMES: Final = {"is_active": "in use", "guest_id": "guest", "room_id": "room"}
"""Fields whose own name would not do, read aloud."""
CONFLICT: Final = "{record} was changed here, and then in {vendor} as well."
CONFLICT_RULE: Final = (
    "Until a manager answers, what {vendor} says counts. Innkeeper never writes to {vendor}: keeping ours "
    "changes nothing there."
)
WITHHELD: Final = "the values are personal; *Show Values* shows them to you alone"
CONFLICT_SETTLED: Final = {
    Settlement.OURS: "✅ {record}: what was changed here is kept, by {who}.",
    Settlement.THEIRS: "✅ {record}: {vendor} counts again, by {who}.",
    Settlement.AGREED: "✅ {record}: settled by itself, both say the same.",
    Settlement.EDITED: "✅ {record}: settled, because it was edited here once more, by {who}.",
}
BY_RULE: Final = "the hotel's rule"
CONFLICT_ALREADY: Final = "This was settled before you; nothing was changed."
CONFLICT_CHANGED: Final = "Meanwhile {vendor} has changed it again. This is how it stands now:"
CONFLICT_GONE: Final = "That record is not there any more, so there is nothing to settle."
CONFLICT_IMPOSSIBLE: Final = (
    "Our value no longer fits: the departure would be before the arrival. Take theirs, or edit the dates."
)
MISFITS: Final = {
    Misfit.UNKNOWN_FIELD: "There is no such field.",
    Misfit.NOT_EDITABLE: "Only the PMS can know this field; it is not edited here.",
    Misfit.NEEDED: "This field cannot be empty.",
    Misfit.TEXT: "This field is a text of 1 to 500 characters, or null.",
    Misfit.DATE: "This field is a date such as 2026-08-22.",
    Misfit.MONEY: 'This field is an amount such as {"amount": "387.00", "currency": "EUR"}, or null.',
    Misfit.COUNT: "This field is a whole number from 0, or null.",
    Misfit.FLAG: "This field is true or false.",
    Misfit.BOOKING_STATUS: "This is no status of a booking.",
    Misfit.ROOM_STATUS: "This is no status of a room.",
    Misfit.BEFORE_ARRIVAL: "The departure would be before the arrival.",
}
CONFLICTS_WAIT: Final = "✍️ Changed here and in the PMS, waiting for a manager to decide: {count:,}"
NO_CONFLICTS: Final = "There is nothing to settle: nothing was changed both here and in the PMS."

MAPPING_INTRO: Final = (
    "Needed only where your PMS writes something in its own way. One line for each field: its name, `=`, and "
    "a JMESPath expression over what the PMS sends."
)
MAPPING_FIXED: Final = "Innkeeper knows how {vendor} writes its fields, so only extra fields are added here."
MAPPING_PRIVATE: Final = "The preview reads one record from the PMS. It may be personal; only you see it."
MAPPING_NONE: Final = "There is no such record yet, so nothing can be shown."
MAPPING_CHECKING: Final = "⏳ Trying it on 20 records of your PMS …"
MAPPING_SAVED: Final = "Saved. It held on {tried} records; from now on they are read like this."
MAPPING_STALE: Final = "Somebody else has saved another mapping meanwhile. Close this and open it again."
MAPPING_LINE: Final = "Line {number}: write it as `field = expression`, each field once."
MAPPING_FLAWS: Final[Mapping[Flaw | Wrong, str]] = {
    Flaw.SYNTAX: "cannot be read from column {column} on",
    Flaw.UNKNOWN_FUNCTION: "names a function that there is not, at column {column}",
    Flaw.ARGUMENTS: "a function gets something that it does not take",
    Flaw.TOO_LONG: "is longer than 500 characters",
    Flaw.TOO_DEEP: "is too complicated; split it up, or let the PMS do it",
    Flaw.TOO_MUCH: "takes too long, or what comes of it is too large",
    Wrong.UNKNOWN_FIELD: "is no field that can be mapped",
    Wrong.NAME: "is no name for an extra field: small letters, digits and _, and not one of our fields",
    Wrong.TOO_MANY: "is one too many; there can be 10",
    Wrong.UNFIT: "does not become what this field holds: {wanted}",
    Wrong.NOT_SINGLE: "must be one text, number, or true or false",
}
WANTED: Final = {
    "status": "one of our words for a status",
    "arrival": "a date such as 2026-08-22",
    "departure": "a date such as 2026-08-22, not before the arrival",
    "total": 'an amount such as {"amount": "387.00", "currency": "EUR"}',
    "adults": "a whole number",
    "children": "a whole number",
    "capacity": "a whole number",
    "is_active": "true or false",
    "created_at": "an instant such as 2026-08-22T09:15:04Z",
    "updated_at": "an instant such as 2026-08-22T09:15:04Z",
    "cancelled_at": "an instant such as 2026-08-22T09:15:04Z",
    "companion_ids": "a list of texts",
    "references": "a list of kinds and values",
}
WANTED_TEXT: Final = "a text"
