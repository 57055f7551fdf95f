"""All words on the sync: runs and what they changed, findings, what ends soon, and its settings."""

from typing import Final

from core.domain.expiry import TermKind
from core.sync.ending import Outcome
from core.sync.plan import USUAL, Frequency, Retention
from core.sync.progress import Kind
from core.sync.requests import Cause
from core.sync.watching import FindingKind

FREQUENCIES: Final = {
    Frequency.FIVE_MINUTES: "every 5 minutes",
    Frequency.QUARTER: "every 15 minutes",
    Frequency.HOURLY: "every hour",
    Frequency.SIX_HOURLY: "every 6 hours",
    Frequency.DAILY: "once a day",
}
RETENTIONS: Final = {
    Retention.MONTH: "30 days",
    Retention.QUARTER: "90 days",
    Retention.HALF_YEAR: "180 days",
    Retention.YEAR: "365 days",
}
RETENTION_HINT: Final = (
    "Past syncs and what they changed. If you choose fewer days, what is older is deleted within minutes of "
    "saving and does not come back. Bookings, guests and rooms themselves stay."
)
EXPIRY_INTRO: Final = (
    "The managers hear of it 14, 7 and 1 days before credentials end. {vendor} does not tell when that is: "
    "if you know, say it here."
)
VALID_UNTIL_HINT: Final = (
    "By the hotel's own calendar. Leave it empty if they do not end. New credentials clear it."
)
EVERY_DAYS_HINT: Final = "Some hotels replace credentials every so often, whether they end or not."
ENTERED: Final = "These were entered on {day}."
CERTIFICATE_LOOKED_AT: Final = (
    "🔒 The certificate of {host} ends on {day}. I look at it every night, and tell the managers in time."
)
PAST_DATE: Final = "This day has come already. Pick a later one, or leave it empty."
DATES_KEPT: Final = "Saved. I tell the managers in time."
ENDING: Final = {
    TermKind.STATED: "🔑 The credentials of {hotel} for {vendor} end {when}.",
    TermKind.CONSENT: "🔑 What {hotel} allowed at {vendor} ends {when}.",
    TermKind.CERTIFICATE: "🔒 The certificate of {host} ends {when}.",
    TermKind.AGE: "🔁 The credentials of {hotel} for {vendor} are {days} days old.",
}
ENDING_MEANS: Final = {
    TermKind.STATED: "Get new ones from {vendor} and enter them here. Done in time, the sync does not stop.",
    TermKind.CONSENT: "Allow Innkeeper to read at {vendor} once more. Done in time, the sync does not stop.",
    TermKind.CERTIFICATE: (
        "With it the server of {hotel} proves who it is. When it ends, Innkeeper no longer reads from there. "
        "The certificate must be renewed on that server; the credentials stay as they are."
    ),
    TermKind.AGE: "They still work. Get new ones from {vendor} and enter them here, then withdraw the old.",
}
ENDING_SOURCE: Final = {
    TermKind.STATED: "A manager entered this date: *Home › Expiry Reminders*.",
    TermKind.CONSENT: "So {vendor} ends what is not used.",
    TermKind.CERTIFICATE: "I look at it every night.",
    TermKind.AGE: "Your hotel wants to be reminded: *Home › Expiry Reminders*.",
}
CAUSES: Final = {
    Cause.FIRST: "the first sync",
    Cause.SCHEDULE: "on schedule",
    Cause.MANUAL: "asked for",
    Cause.POST: "the PMS sent word",
    Cause.REPAIR: "everything read anew",
}
OUTCOMES: Final = {
    Outcome.COMPLETE: "✅ In sync",
    Outcome.INCOMPLETE: "🟡 Synced, but not everything could be read",
    Outcome.FAILED: "❌ This sync did not work",
    Outcome.ABANDONED: "⚪ This sync was ended, because nothing happened any more",
}
OUTCOME_BADGES: Final = {
    Outcome.COMPLETE: "✅ Complete",
    Outcome.INCOMPLETE: "🟡 Not everything",
    Outcome.FAILED: "❌ Failed",
    Outcome.ABANDONED: "⚪ Ended",
}
KINDS: Final = {
    Kind.CANCELLED: "cancelled",
    Kind.DATES: "moved dates",
    Kind.STAY: "with a new status",
    Kind.ROOM: "moved rooms",
    Kind.AMOUNT: "with another price",
    Kind.OUT_OF_ORDER: "out of order",
    Kind.HOUSEKEEPING: "with a new housekeeping status",
    Kind.DETAILS: "with other details",
    Kind.GONE: "no longer there",
    Kind.BACK: "there again",
}
"""What happened to records, behind their number."""

FIRST_SYNC: Final = (
    "*The first sync has begun.* It reads everything once; I tell the managers when it is through. From then "
    f"on the PMS is read {FREQUENCIES[USUAL]}. *Sync Now* shows it live."
)
GOES_ON: Final = "*The sync goes on* where it was, as often as before. *Sync Now* shows it live."
FINDINGS: Final = {
    FindingKind.QUIET: "far fewer changes than usual",
    FindingKind.FLAT: "the PMS tells the same over and over",
    FindingKind.TRUNCATED: "the PMS does not list everything",
    FindingKind.NO_POST: "the PMS no longer sends word of changes",
    FindingKind.NO_QUEUE: "the PMS does not hand out its events",
    FindingKind.COUNTS: "the PMS counts differently",
}
FINDINGS_OVER: Final = {
    FindingKind.QUIET: "as many changes as usual again",
    FindingKind.FLAT: "the PMS tells of changes again",
    FindingKind.TRUNCATED: "the PMS lists everything again",
    FindingKind.NO_POST: "the PMS sends word of changes again",
    FindingKind.NO_QUEUE: "its events are no longer missed",
    FindingKind.COUNTS: "both count alike again",
}
COUNTED: Final = {
    "arrivals": "Arrivals today",
    "departures": "Departures today",
    "in_house": "Stays in house",
    "cancelled": "Cancelled arrivals today",
    "rooms": "Rooms",
}

NOTHING_TO_SYNC: Final = (
    "There is nothing to sync: no PMS is connected, or its credentials must be entered again. "
    "Type `/pms status` to see which."
)
ALREADY_SYNCING: Final = "A sync is under way already; its message shows how far it has got."
CHOOSE_SOMETHING: Final = "Choose at least one."
SYNC_CHANGED: Final = "Saved. From now on the PMS is synced {often}."
