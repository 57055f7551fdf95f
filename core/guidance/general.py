"""What people ask of Innkeeper itself, whichever PMS they have."""

from typing import Final

from core.guidance import sayings
from core.guidance.entry import Entry, Topic

_ALSO: Final = {"need": "topic/you-need", "time": "topic/time", "cost": "topic/cost"}
"""What is asked in the same words of one PMS, and of all of them as long as none is known."""


def entry(name: str, title: str, text: str) -> Entry:
    """Return an entry that holds for every PMS."""
    said = sayings.of(f"general/{name}", _ALSO.get(name, ""))
    return Entry(f"general/{name}", None, Topic.PRODUCT, title, text, aliases=said)


ENTRIES: Final = (
    entry(
        "what-is-innkeeper",
        "What Innkeeper is",
        "A Slack app that connects your hotel's PMS in five guided steps, reads bookings, guests and rooms "
        "from it, and tells your managers when the connection needs them.",
    ),
    entry(
        "five-steps",
        "The five steps",
        "1. Choose the PMS that your hotel uses.\n"
        "2. Credentials: enter them in a private form, or sign in at the vendor where that is offered.\n"
        "3. Test: Innkeeper tries the connection layer by layer and says what is wrong, if something is.\n"
        "4. Review: is this your hotel? Confirm and save.\n"
        "5. Done: what to do next.",
    ),
    entry(
        "start",
        "How to start",
        "Type /pms connect in Slack. The five steps then run in one thread with Innkeeper. It takes the "
        "manager or admin role in your hotel.",
    ),
    entry(
        "commands",
        "What you can type",
        "• /pms: what you can do now\n"
        "• /pms connect: connect the PMS\n"
        "• /pms status: how the connection stands\n"
        "• /pms disconnect: take the connection away\n"
        "• /pms team: who may do what\n"
        "• /pms help: all of this\n"
        "In the thread you can also type back, retry, cancel, status, help, or the name of your PMS.",
    ),
    entry(
        "supported-pms",
        "Which PMS can be connected",
        "Oracle OPERA Cloud, Mews, Cloudbeds, protel (bookings only), Apaleo, and as Custom PMS any "
        "other system that speaks Innkeeper's open contract.",
    ),
    entry(
        "pms-not-listed",
        "My PMS is not in the list",
        "Choose Custom PMS. It takes a small bridge in front of your PMS that answers four read-only "
        "questions in a published format; a developer usually needs a few days for it. Ask whoever runs "
        "your PMS, and show them the document “Custom PMS” (docs/custom-pms.md).",
    ),
    entry(
        "which-to-choose",
        "Which PMS to choose in step 1",
        "The system in which your hotel keeps its bookings today. Its name is usually on the log-in page. If "
        "you are not sure, ask at reception or whoever manages your systems.",
    ),
    entry(
        "who-may-connect",
        "Who may connect the PMS",
        "Managers and admins of your hotel in Innkeeper. Staff can see how the connection stands. Guest "
        "accounts and visitors from other workspaces can do nothing here.",
    ),
    entry(
        "roles",
        "The roles",
        "• Admin: everything, and who may do what\n"
        "• Manager: connect, test and disconnect the PMS\n"
        "• Staff: see how the connection stands\n"
        "• No role: help only\n"
        "/pms team shows them.",
    ),
    entry(
        "change-role",
        "How to get or give a role",
        "An admin of your hotel types /pms team and changes it there. The last admin cannot step down before "
        "somebody else is admin.",
    ),
    entry(
        "where-credentials-are-stored",
        "Where the credentials are kept, and how safe that is",
        "In the database of whoever runs Innkeeper for you, sealed with AES-256 under a key of your hotel's "
        "own that is not in the database. They are bound to your hotel and to the address they may be sent "
        "to. They never stand in a message or a log, and no command shows them again.",
    ),
    entry(
        "who-sees-credentials",
        "Who can see what I type",
        "Nobody else in your workspace. The form is on your screen alone; Slack carries what you type to "
        "Innkeeper, which seals it at once and never shows it again, not even to you. Whoever operates "
        "Innkeeper could read what it can read.",
    ),
    entry(
        "typed-into-chat",
        "I typed a key into the chat",
        "Delete the message at once, and have the vendor replace that key by a new one: whoever was in the "
        "conversation may have read it. Then use Enter Credentials, whose form is private.",
    ),
    entry(
        "read-only",
        "Whether Innkeeper can change something in the PMS",
        "No. It only reads: it cannot make, change or cancel a booking, and it needs no right to write. Give "
        "it a key that may only read where your PMS offers one.",
    ),
    entry(
        "what-is-read",
        "What is read",
        "• Bookings: number, status, arrival and departure, room, rate, people, total, source\n"
        "• Guests: name, e-mail, phone, nationality, language\n"
        "• Rooms: name, type, floor, housekeeping status\n"
        "No identity documents, birth dates, addresses or payment cards. What a PMS does not tell is left "
        "empty.",
    ),
    entry(
        "how-often",
        "How often it is read",
        "Every 15 minutes, as a rule only what has changed, and everything anew from time to time. A manager "
        "can choose another rhythm, from five minutes to a day.",
    ),
    entry(
        "what-to-sync",
        "Choosing what is synced",
        "A manager can leave out bookings, guests or rooms once the PMS is connected. Kinds that a PMS does "
        "not offer are left out by themselves.",
    ),
    entry(
        "privacy",
        "Guests' data and data protection (GDPR)",
        "Innkeeper reads only what a stay needs: no identity documents, birth dates, addresses or payment "
        "cards. It runs where its operator installed it, and the data stays in the operator's database. Each "
        "hotel's rows are kept apart. A language model, where one is set up, gets questions and the guide, "
        "never guests' data. Every change of the configuration is written to the audit log. Ask "
        "whoever runs Innkeeper for you about contracts and deletion.",
    ),
    entry(
        "disconnect",
        "How to disconnect",
        "Type /pms disconnect, or press Disconnect on Home. It asks first. The connection and its "
        "credentials are deleted and the managers are told. Delete the key in your PMS, too.",
    ),
    entry(
        "change-pms",
        "How to change to another PMS",
        "Press Change PMS on Home, or type /pms connect, and go through the five steps with the new one. The "
        "old connection stays as it is until the new one is saved.",
    ),
    entry(
        "renew-credentials",
        "How to enter new credentials",
        "Press Update Credentials on Home or under /pms status. The new ones are tested first; if they are "
        "no good, the old ones stay. Connection, data and settings are kept, and it must be the same hotel.",
    ),
    entry(
        "cancel",
        "How to cancel",
        "Type cancel in the thread, or press Cancel. It asks first; then what you typed is wiped and nothing "
        "is saved.",
    ),
    entry(
        "back",
        "How to go back a step",
        "Press Back, or type back in the thread. What was entered in the step before can be given anew.",
    ),
    entry(
        "resume",
        "Going on later",
        "Each step is saved. Come back to the thread, or type /pms connect, and go on where you were. Typed "
        "credentials are kept sealed for 24 hours, the rest for 30 days; after that you enter them again.",
    ),
    entry(
        "take-over",
        "A colleague is already connecting",
        "Innkeeper says who is at it. Another manager can take over: the attempt then starts with them, and "
        "what the first person typed is wiped and does not move to them.",
    ),
    entry(
        "who-to-ask",
        "Who can help",
        "When a test fails, Innkeeper says who must act and often has a message ready to be sent. Where "
        "credentials are found, your PMS's support knows. For Innkeeper itself ask whoever runs it for you. "
        "You can ask me in this conversation at any time.",
    ),
    entry(
        "test",
        "What the test does",
        "It tries, one after the other: the address, whether it is allowed, DNS, the connection, its "
        "encryption, the answer, the credentials, the hotel, and the right to read bookings, guests and "
        "rooms. It takes seconds. Nothing is saved before it has passed.",
    ),
    entry(
        "test-failed",
        "The test failed: what now",
        "Look at the rung with the cross: below it stands who must act and what to try first. Press Retry "
        "when it is done, Edit Credentials to correct a value, or Back. Often a message is ready to be sent.",
    ),
    entry(
        "review",
        "What to check in step 4",
        "Is it your hotel: name, city, number of rooms, arrivals today, as the PMS reports them? If it is "
        "another, press Back and use your own hotel's credentials. Then tick “I confirm the information is "
        "correct” and press Save Configuration.",
    ),
    entry(
        "after-connecting",
        "What happens once it is connected",
        "Bookings, guests and rooms are read for the first time, and then kept up to date. Home shows how "
        "the connection stands; the managers' channel hears what needs them. Compare today's arrivals with "
        "those in your PMS.",
    ),
    entry(
        "first-sync",
        "How long the first sync takes",
        "It depends on how many bookings there are and on how many calls the PMS allows. It runs in the "
        "background, a small hotel's in minutes, and Innkeeper keeps to the PMS's limit.",
    ),
    entry(
        "status",
        "How the connection stands",
        "Type /pms status, or open Home at the top of Innkeeper's conversation. There you see the PMS, the "
        "hotel, when it was last read, and the last error.",
    ),
    entry(
        "notices",
        "Where Innkeeper reports",
        "In the managers' channel that an admin chooses under Home, Hotel Settings. Invite "
        "Innkeeper there with /invite @Innkeeper. It writes when something needs you, and when that is over.",
    ),
    entry(
        "audit",
        "Who did what (audit log)",
        "Every connection, change, refusal and disconnection is written to an audit log with person and "
        "time, never with a secret. It can only be added to. Whoever runs Innkeeper reads it with innkeeper "
        "audit.",
    ),
    entry(
        "cost",
        "What Innkeeper costs",
        "Nothing: it is open source (MIT licence) and you run it yourself, so you pay for the server it runs "
        "on. Your PMS may charge for access to its API; its own guide says what is known.",
    ),
    entry(
        "run-it-yourself",
        "How Innkeeper is run",
        "Whoever runs it needs Python 3.11 and one machine; SQLite is enough, PostgreSQL for several "
        "processes. No public address is needed with Slack's Socket Mode. The README and docs/operating.md "
        "tell the rest.",
    ),
    entry(
        "playground",
        "Trying it without a real hotel",
        "make run opens a playground in the browser with simulated hotels of all six systems. No account is "
        "needed, and nothing leaves the machine.",
    ),
    entry(
        "sign-in-at-vendor",
        "Signing in at the vendor instead of typing a key",
        "At Cloudbeds and Apaleo you can press Authorize with …, sign in there and allow Innkeeper to read, "
        "where whoever runs Innkeeper has set that up. No credential then passes through Slack.",
    ),
    entry(
        "several-hotels",
        "Several hotels",
        "Innkeeper connects one hotel in each Slack workspace, with one PMS. Each hotel uses credentials of "
        "its own and sees its own data only.",
    ),
    entry(
        "what-is-a-pms",
        "What a PMS is",
        "A property management system: the program in which a hotel keeps its bookings, guests and rooms.",
    ),
    entry(
        "what-is-an-api-key",
        "What an API key is",
        "A long password for a program. Your PMS makes it, so that Innkeeper can read without your own name "
        "and password, and you can withdraw it at any time. A token or a client secret is the same kind of "
        "thing.",
    ),
    entry(
        "what-is-an-endpoint",
        "What an endpoint (base URL) is",
        "The internet address under which a PMS answers programs. It begins with https:// and is not the "
        "page where people log in.",
    ),
    entry(
        "what-is-a-webhook",
        "What a webhook is",
        "A notice that a PMS sends by itself when something changes, instead of being asked. Innkeeper does "
        "not depend on them: it asks for changes on its own schedule.",
    ),
    entry(
        "address-rules",
        "Which addresses are allowed",
        "Public addresses over https on port 443 or 8443. Addresses inside the hotel's network, http without "
        "encryption and redirections are refused, so that your credentials go nowhere else.",
    ),
    entry(
        "wrong-data",
        "Something looks wrong or is missing",
        "First look at Home when the PMS was last read, and whether an error stands there. Then compare one "
        "booking with the PMS. What is left out on purpose stands in your PMS's guide under limits. An "
        "export counts the records that could not be read.",
    ),
    entry(
        "export",
        "Getting the data out",
        "Whoever runs Innkeeper can write all bookings, guests or rooms of a hotel to a file with innkeeper "
        "export: one record a line, in JSON.",
    ),
    entry(
        "language",
        "In which languages you can ask",
        "Ask in English, German, French, Spanish, Italian or Dutch. The guide answers in English.",
    ),
)
