"""All words that a person can see and that are not a vendor's guide, keyed by what they are said of."""

from typing import Final

from core.domain.access import Action, Role
from core.domain.errors import Layer
from core.domain.hotel import Entity, VendorKey
from core.onboarding.consenting import ConsentRefusal
from core.onboarding.forms import FormRefusal
from core.onboarding.steps import CloseReason
from core.pms.guide import Cause as Trouble
from core.pms.guide import Confidence, Party
from core.pms.report import Mark
from core.store.connections import ConnectionStatus

STEP_NAMES: Final = {1: "Choose", 2: "Credentials", 3: "Test", 4: "Review", 5: "Done"}

LAYERS: Final = {
    Layer.INPUT: "What you typed",
    Layer.POLICY: "Address allowed",
    Layer.DNS: "Server name found (DNS)",
    Layer.TCP: "Server reached (TCP)",
    Layer.TLS: "Secure connection (TLS)",
    Layer.HTTP: "Answer received (HTTP)",
    Layer.AUTHENTICATION: "Credentials accepted",
    Layer.PROPERTY: "Hotel found",
    Layer.PERMISSIONS: "May read",
}
MARKS: Final = {
    Mark.WAITING: "▫️",
    Mark.RUNNING: "⏳",
    Mark.PASSED: "✅",
    Mark.FAILED: "❌",
    Mark.SKIPPED: "➖",
}

TROUBLES: Final = {
    Trouble.INPUT: "input",
    Trouble.POLICY: "address policy",
    Trouble.DNS: "DNS",
    Trouble.TCP: "TCP",
    Trouble.TLS: "TLS",
    Trouble.TLS_NAME: "TLS (name in the certificate)",
    Trouble.TLS_EXPIRY: "TLS (dates of the certificate)",
    Trouble.TLS_CHAIN: "TLS (chain of the certificate)",
    Trouble.BETWEEN: "something in between (proxy, captive page, firewall)",
    Trouble.HTTP: "HTTP",
    Trouble.CONTENT: "content of the answer",
    Trouble.VENDOR_ERROR: "vendor error",
    Trouble.AUTHENTICATION: "authentication",
    Trouble.ENVIRONMENT: "environment mix-up",
    Trouble.PROPERTY: "property",
    Trouble.PERMISSION: "permissions",
    Trouble.RATE_LIMIT: "rate limit",
    Trouble.CLOCK: "clock",
    Trouble.VERSION: "API version",
    Trouble.INNKEEPER: "Innkeeper itself",
}
"""Where a test stopped, as a technician calls it: finer than the rungs."""

CONFIDENCES: Final = {
    Confidence.CERTAIN: "Certain",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
}

ENTITIES: Final = {Entity.BOOKINGS: "bookings", Entity.GUESTS: "guests", Entity.ROOMS: "rooms"}

PARTIES: Final = {
    Party.YOU: "You",
    Party.YOUR_IT: "Your IT, or whoever runs the server",
    Party.VENDOR: "The vendor",
    Party.US: "Whoever runs Innkeeper for you",
}

ROLES: Final = {Role.ADMIN: "Admin", Role.MANAGER: "Manager", Role.STAFF: "Staff", Role.GUEST: "No role"}
ROLE_HINTS: Final = {
    Role.ADMIN: "Everything, and who may do what",
    Role.MANAGER: "Connect, test and disconnect the PMS",
    Role.STAFF: "See how the connection stands",
    Role.GUEST: "Take the role away",
}

ACTIONS: Final = {
    Action.HELP: "read the help",
    Action.STATUS: "see the connection",
    Action.CONNECT: "connect the PMS",
    Action.DISCONNECT: "disconnect the PMS",
    Action.SYNC: "sync the PMS",
    Action.CHANGE_TEAM: "change roles",
    Action.CHANGE_HOTEL: "change the hotel's settings",
}

CLOSED: Final = {
    CloseReason.CANCELLED: "Cancelled. Nothing was saved, and what you typed was wiped.",
    CloseReason.EXPIRED: "Expired after 30 quiet days. Nothing was saved.",
    CloseReason.TAKEN_OVER: "Taken over by {by}. What you typed was wiped; it did not move to them.",
    CloseReason.ROLE_LOST: "Ended, because your role in this hotel was changed. Nothing was saved.",
}

FORM_REFUSALS: Final = {
    FormRefusal.GONE: "This form belongs to an attempt that is over. Type `/pms connect` to start.",
    FormRefusal.STALE: "The attempt has moved on since this form was opened. Open it again from the thread.",
    FormRefusal.USED: "This form was sent already; the test is under way in the thread.",
    FormRefusal.EXPIRED: "This form was open for more than 30 minutes. Open it again from the thread.",
}

REPLY_ADDRESS: Final = (
    "*For protel I/O: tell Planet this address.* {vendor} answers by calling it. It belongs to your hotel "
    "and stays the same, so you can close this form and come back when they have entered it."
)
AWAITING: Final = (
    "⏳ *{vendor} has acknowledged our question.* Its answer usually comes within minutes. You can leave; "
    "the test goes on here by itself, and I will tell you."
)

NEW_ADDRESS: Final = (
    "This is where {vendor} tells Innkeeper what changed, so that it shows here within a minute. Without it "
    "Innkeeper asks by itself, every few minutes."
)
TELL_THE_VENDOR: Final = {
    VendorKey.MEWS: (
        "*What to do with it:* ask Mews (partnersuccess@mews.com) to enter it as the general webhook of your "
        "integration, with the events ServiceOrderUpdated, ResourceUpdated, ResourceBlockUpdated, "
        "CustomerAdded and CustomerUpdated."
    ),
    VendorKey.CUSTOM: (
        "*What to do with it:* give both to whoever looks after your PMS. The page “Custom PMS” of the "
        "documentation says how a notice is written and signed."
    ),
}
SHOWN_ONCE: Final = (
    "Shown once, to you alone. Copy it now and pass it on as you would a password. Press *Receive Changes* "
    "again for another one."
)
NO_PUBLIC_ADDRESS: Final = (
    "This Innkeeper has no public address, so nobody can send it anything; it asks your PMS every few "
    "minutes instead. Whoever runs it for you can change that with the setting `PUBLIC_URL`."
)
NOTHING_TO_RECEIVE: Final = "The PMS that is connected needs no address from you."

LET_IN: Final = (
    "Sign in at {vendor} and allow Innkeeper to read. The link is yours alone, good once, for ten minutes; "
    "afterwards the test starts here by itself."
)

CONSENT_GIVEN: Final = (
    "Thank you",
    "{vendor} has let Innkeeper read for {hotel}, and the test is under way. You can close this window and "
    "go on in Slack. If {hotel} is not your hotel, withdraw the access at {vendor} now.",
)
CONSENT_INTERRUPTED: Final = (
    "That did not work",
    "Something on our side broke off. Go back to the thread in Slack and press the button there again.",
)
CONSENT_REFUSALS: Final = {
    ConsentRefusal.UNKNOWN: (
        "This link has had its time",
        "It is good once and for ten minutes. Go back to the thread in Slack and press the button again.",
    ),
    ConsentRefusal.DENIED: (
        "Nothing was connected",
        "{vendor} says that access was not allowed. If that was not meant, go back to the thread in Slack "
        "and press the button again.",
    ),
    ConsentRefusal.MOVED_ON: (
        "The thread has moved on",
        "Since you left for {vendor}, somebody has gone on in Slack. The thread there shows what is next.",
    ),
    ConsentRefusal.NO_TOKENS: (
        "{vendor} did not finish",
        "It sent you back, and then gave Innkeeper no access. Go back to the thread in Slack and try again. "
        "If it stays, tell whoever runs Innkeeper for you that the app at {vendor} needs a look.",
    ),
    ConsentRefusal.NO_MANAGER: (
        "Only managers and admins can connect a PMS",
        "Your role in Innkeeper has changed since you left for {vendor}. Ask an admin of your hotel.",
    ),
}

STATUS_BADGES: Final = {
    ConnectionStatus.ACTIVE: "🟢 Active",
    ConnectionStatus.PENDING: "🟡 Being set up",
    ConnectionStatus.DISABLED: "⚪ Switched off",
    ConnectionStatus.REAUTH_REQUIRED: "🟠 Credentials must be entered again",
}

SUPPORT_BUNDLE: Final = (
    "Everything that helps somebody to help you, without credentials and without guests. Copy it into a mail."
)

EXPLAIN_TO_ME: Final = {
    "en": "Please explain to me why the test failed, and what I have to do.",
    "de": "Bitte erkläre mir, warum der Test nicht geklappt hat und was ich tun muss.",
    "fr": "Explique-moi, s'il te plaît, pourquoi le test a échoué et ce que je dois faire.",
    "es": "Explícame, por favor, por qué ha fallado la prueba y qué tengo que hacer.",
    "it": "Per favore spiegami perché il test non è riuscito e che cosa devo fare.",
    "nl": "Leg me alsjeblieft uit waarom de test is mislukt en wat ik moet doen.",
}
"""What *Explain This* asks, in the person's own language, so that the answer comes in it."""
WHY_IT_FAILED: Final = "Why the test failed"

STALE_CONTROL: Final = "That control belongs to an earlier moment. Here is where things stand now ↓"
GONE_CONTROL: Final = (
    "That control belongs to an attempt that has ended. Type `/pms connect` to start a new one."
)
UNKNOWN_CONTROL: Final = "That control is out of date. Type `/pms` to see what you can do now."
TICK_THE_BOX: Final = (
    "Please tick “I confirm the information is correct” first, then press *Save Configuration*."
)
BUSY: Final = (
    "Innkeeper cannot reach its own records for a moment. Nothing was changed and nothing is lost: "
    "please try again in a few seconds."
)
BUG: Final = (
    "Something went wrong on our side. Nothing was lost. If it happens again, tell whoever runs Innkeeper "
    "for you this reference: `{reference}`"
)
TEMPORARY: Final = (
    "Slack did not tell us who you are just now, so we did nothing. Please try again in a moment."
)

EXTERNAL: Final = "Only members of this workspace can use Innkeeper here; you are visiting from another one."
GUEST_ACCOUNT: Final = (
    "Guest accounts cannot use Innkeeper. A full member of this workspace with the manager role can."
)
NOT_A_PERSON: Final = "Innkeeper only takes requests from people."

NO_HOTEL: Final = (
    "This workspace has not been set up for a hotel yet. A workspace admin can do that in a minute: type "
    "`/pms connect`, or open *Innkeeper › Home* and press *Set Up Hotel*."
)
FOUNDED: Final = (
    "I have set up *{hotel}* and made you its admin. Its name, time zone and the managers' channel can be "
    "changed in *Home › Hotel Settings*."
)

CONFIRM_INFORMATION: Final = "I confirm the information is correct"

PRIVACY_OF_FORM: Final = (
    "Slack carries what you type to Innkeeper, which seals it at once and never shows it again. "
    "Nobody else in this workspace sees this form."
)

HELP_LINES: Final = (
    "`/pms` – what you can do now",
    "`/pms connect` – connect this hotel's PMS in five steps",
    "`/pms status` – how the connection stands",
    "`/pms sync` – sync now, and watch it",
    "`/pms history` – what the latest syncs brought",
    "`/pms disconnect` – take the connection away and delete its credentials",
    "`/pms team` – who may do what",
    "`/pms help` – this page",
)

THREAD_HELP: Final = (
    "In the thread you can also type: *back*, *retry*, *cancel*, *status*, *help*, or the name of your PMS."
)


def step_title(number: int) -> str:
    """Return `Step 2 of 5 · Credentials`."""
    return f"Step {number} of 5 · {STEP_NAMES[number]}"


def progress_bar(number: int) -> str:
    """Return the bar: a fifth for each step, full when done."""
    return "▰" * number + "▱" * (5 - number) + f"  {number * 20} %"


def refused(action: Action, needed: Role, held: Role) -> str:
    """Say that a role does not reach, and who can help."""
    return (
        f"To {ACTIONS[action]} you need the *{ROLES[needed].lower()}* role; you have: {ROLES[held].lower()}. "
        "An admin of this hotel can change that with `/pms team`."
    )


TOO_SLOW: Final = "Slack did not wait for the form to open. Please press the button once more."

BARRED: Final = {
    "external": EXTERNAL,
    "guest_account": GUEST_ACCOUNT,
    "not_a_person": NOT_A_PERSON,
    "unknown": TEMPORARY,
}

CHOOSE_CHANNEL: Final = "Choose where your managers hear of the connection: *Home › Hotel Settings*."
ALREADY_DISCONNECTED: Final = "That connection is not there any more; nothing was changed."
DISCONNECTED: Final = (
    "Disconnected from {vendor}. The credentials are deleted and the managers are told. "
    "To connect again, type `/pms connect`."
)
LAST_ADMIN: Final = "This is the only admin. Make somebody else an admin first."
ROLE_CHANGED: Final = "{person} now has the role: *{role}*."
NAME_NEEDED: Final = "Please type what the hotel is called."
NOT_A_NAME: Final = "This looks like a key or password. It was not saved; type the hotel's name."
UNKNOWN_ZONE: Final = "This is no time zone we know. Write it as in Europe/Stockholm or America/New_York."
UNKNOWN_HOURS: Final = "Write quiet hours as in 22:00-07:00, by the hotel's own clock."
GREETING: Final = (
    "👋 I am Innkeeper. From now on I tell the managers here when the connection to the PMS needs them."
)
UNINVITED: Final = "I cannot write in {channel} yet. Please type `/invite @Innkeeper` there."
INSTALL_INTERRUPTED: Final = (
    "Something on the way between Slack and us broke off. Please start again from the beginning in a minute."
)
NOTHING_TO_RENEW: Final = (
    "No PMS is connected, so there is nothing to renew. Type `/pms connect` to connect one."
)

UNKNOWN_COMMAND: Final = "I don't know that word."
DID_YOU_MEAN: Final = "Did you mean `/pms {word}`?"
NOTHING_OPEN: Final = (
    "Nothing is under way right now. Type `/pms connect` to connect your PMS, or `/pms help`."
)
NOT_NOW: Final = "That is not possible at this step. The buttons above show what is."
ASK_CANCEL: Final = "Stop connecting? What you have typed will be wiped, and nothing is saved."
PASTED: Final = (
    "Please don't type credentials here: use *Enter Credentials*, whose form is private. "
    "If this was one, delete your message."
)
PASTED_LOOKS_LIKE: Final = "That looks like {what}."
NOT_KEPT: Final = "I have not stored it or passed it on, and I have not acted on what you wrote."
_DELETE: Final = (
    "point at it, press the three dots (*More actions*), then *Delete message*. On a phone, hold it down."
)
TAKE_IT_BACK: Final = {
    "message": f"*Delete your message:* {_DELETE}",
    "edit": f"*Delete the message that you changed:* {_DELETE}",
    "channel": f"*Delete your message now, since the whole channel can read it:* {_DELETE}",
    "command": "*Nothing to delete:* Slack shows a command to nobody else.",
}
"""By where it was written."""
REPLACE_IT: Final = (
    "*Replace it:* whatever was written in Slack counts as known to others. Make a new one{place}, then "
    "withdraw the old one."
)
ENTER_PRIVATELY: Final = "*Enter the new one here:* this button opens a private form."
ENTER_PRIVATELY_LATER: Final = (
    "*Enter the new one in your thread:* the button *Enter Credentials* opens a private form."
)
ENTER_PRIVATELY_FIRST: Final = "*Enter the new one in a private form:* type `/pms connect` to begin."
IF_IT_WAS_NONE: Final = "If it was none, write it again in other words and leave that part out."
NOT_YET: Final = "{vendor} is not in this version yet. Type `/pms connect` to see what is."

THINKING: Final = "✨ Reading on for an answer in your words…"
STATUS_LINE: Final = "is reading the guide…"
WRITTEN_BY_AI: Final = (
    "Written by AI from the guide below. It can be wrong: what the guide says counts. "
    "It can do nothing by itself, and never asks for a key or password."
)
NOT_SURE: Final = (
    "I am not sure that the guide answers this. If it is one of these, press it; else ask in other words."
)
NO_SUCH_ENTRY: Final = "The guide has changed since. Please ask again."
NOT_IN_THE_GUIDE: Final = "I found nothing on that in the guide."
CAN_BE_ASKED: Final = "I can help with connecting your PMS. You can ask, for example:"
QUESTIONS: Final = (
    "What do I need to connect Mews?",
    "Where do I find the API key in Cloudbeds?",
    "Where are my credentials stored?",
    "Who may connect the PMS?",
)
SEE_ALSO: Final = "See also:"
FROM_THE_GUIDE: Final = "Word for word from the guide: {source}"
DID_YOU_MEAN_THIS: Final = "Did you mean: *{label}*?"
HELPFUL: Final = "Helpful"
NOT_HELPFUL: Final = "Not helpful"
THANKS: Final = "Thank you. I keep your thumb and what part of the guide the answer used, not your question."
SORRY: Final = (
    "Thank you, and sorry. The guide's own words stand below the answer. If they do not help either, ask the "
    "vendor's support, or whoever runs Innkeeper for you. I keep your thumb, not your question."
)
