"""What a hotel admin needs to know to connect OPERA Cloud, as data."""

from typing import Final

from core.pms.guide import Guide, Issue, Link
from core.pms.vendors.opera.suggestions import SUGGESTIONS

_DOCS: Final = "https://docs.oracle.com/en/industries/hospitality/integration-platform/ohipu/"

GUIDE: Final = Guide(
    in_short="Gateway URL, application key, client ID and secret, Hotel ID, Enterprise ID",
    summary=(
        "OPERA Cloud is reached through Oracle's integration platform, OHIP: an application and a client "
        "that you register in its Developer Portal. Innkeeper only reads; it never changes anything in OPERA."
    ),
    you_need=(
        "OPERA Cloud Foundation, hosted by Oracle (OCI), with OHIP. Older OPERA licences cannot be reached.",
        "A user of the OHIP Developer Portal who may register applications and open environments.",
        "From the application: the Application key.",
        "From the environment: the Gateway URL, and either the Enterprise ID (newer environments) or an "
        "integration user with its password (older ones).",
        "From the client in that environment: the Client ID and the Client secret, which is shown only once.",
        "The Hotel ID: your property's code in OPERA.",
    ),
    where_to_find=(
        "Open the Developer Portal: in OPERA Cloud's side menu choose Oracle Hospitality Developer Portal, "
        "or use the address in its welcome e-mail.",
        "Application key: Applications, Register Application, choose Production, tick Subscribe at Property "
        "APIs, and register. View Details then shows the Application Key.",
        "Gateway URL and Enterprise ID: Environments, View Details. There you also see the authentication "
        "scheme: Client Credentials needs the Enterprise ID, Resource Owner needs an integration user.",
        "Client ID and Client secret: in the same environment press Add Client, give it a name, and select "
        "your property and the modules. Copy the Client ID, press Issue, and copy the secret at once.",
        "Integration user (older environments only): your chain's administrator registers and approves it, "
        "with the role WSACCESS. Leave both fields empty if you have entered an Enterprise ID.",
        "Hotel ID: the property code that OPERA shows beside the hotel's name, for example HOTEL1.",
        "External system code: leave it empty, unless your chain's OPERA administrator has set up business "
        "events for Innkeeper.",
    ),
    permissions=(
        "The client needs your property, and these modules for reading: Reservation, Profile (CRM) and "
        "Housekeeping.",
        "Property configuration (name, city, time zone) and Back Office (business date) are better to have. "
        "Without the time zone, Innkeeper shows no times of change, and reads more than it would have to.",
        "Innkeeper asks for no addresses, identity documents, birth dates or payment cards.",
    ),
    minutes=20,
    cost=(
        "Innkeeper charges nothing for it. Oracle may meter API calls, as your OHIP contract says. A read "
        "of everything takes about 90 calls, more in a large hotel, a read of changes about 20; with "
        "business events it is two where nothing happened, and about 20 once an hour."
    ),
    limits=(
        "Oracle allows 50 calls a second at a gateway, shared by everything that is connected to it. "
        "Innkeeper makes one call at a time.",
        "The first sync covers arrivals of the last twelve and the next eighteen months.",
        "OPERA cannot tell what was changed since a moment. Innkeeper finds new and cancelled bookings "
        "whenever they arrive, and other changes of guests in the house, of those who have just left and of "
        "arrivals of the next 14 days. A change further ahead is found once the arrival is that near, or "
        "with the next full read.",
        "With business events (External system code), every change of a booking that OPERA tells of is "
        "found with the next sync, however far ahead its arrival is. Innkeeper takes the events out of "
        "their queue: nothing else may read the same one. Changes that no event told of are looked for once "
        "an hour.",
        "Guests are the people of those bookings. A chain shares its profiles, and those who never stayed "
        "with you are not read. Changes of a profile alone are found while the guest is in the house or "
        "about to arrive.",
        "Posting masters, pseudo rooms and meeting rooms are left out.",
        "One search shows 1000 bookings at most. Innkeeper asks for shorter periods; what still does not fit "
        "is counted as not readable.",
    ),
    issues=(
        Issue(
            "I do not know whether I need the Enterprise ID or the integration user",
            "Look at the environment in the portal. Client Credentials (OCIM) needs the Enterprise ID, "
            "Resource Owner (SSD) the integration user. Never both.",
        ),
        Issue(
            "“Enterprise ID is required”",
            "It is missing, or longer than 8 characters. It is in capitals and digits.",
        ),
        Issue(
            "It stopped right after going live, or after a migration",
            "A new secret was issued, which ends the old one, or the environment was moved to Client "
            "Credentials. Enter the new secret and the Enterprise ID under Edit Credentials.",
        ),
        Issue(
            "The sign-in works, but the hotel is refused",
            "First check the Hotel ID: the property code, not that of the chain, hub or brand. Then look "
            "whether the property is assigned to the client.",
        ),
        Issue(
            "“No Subscribed Plan or API found”",
            "Tick Subscribe at Property APIs in the application, and check that the application is for "
            "production if the environment is.",
        ),
        Issue(
            "It works from elsewhere, but not from Innkeeper",
            "Your company may keep an IP allow list for its OHIP environments.",
        ),
        Issue(
            "The connection was approved a moment ago and is refused",
            "Wait five minutes after the e-mail about the approval.",
        ),
        Issue(
            "It stopped after a year",
            "An integration user lives for 365 days. Oracle writes e-mails from 30 days before; renew the "
            "password and enter the new one.",
        ),
        Issue(
            "What are business events, and how are they set up?",
            "With them OPERA keeps a list of what changed, so that a sync takes two calls where nothing "
            "happened, and finds changes however far ahead they are. Your chain's OPERA administrator sets "
            "them up under Administration, Interfaces, Business Events: a new External System, and the "
            "events of the modules Reservation and Profile; then under Toolbox, System Setup, External "
            "Databases: a consumer for your property. Enter the external system's code under Edit "
            "Credentials. Nothing else may use it.",
        ),
        Issue(
            "Business events do not arrive, or only some",
            "Look whether the external system has a consumer for your property, whether the events of "
            "Reservation and Profile are chosen, and whether something else reads the same queue, or "
            "streams under the same code. Innkeeper says so when it finds changes that no event told of, "
            "and reads lists meanwhile. OPERA has no way to look at the queue without taking from it, so "
            "the connection test leaves it alone: the first sync is the test.",
        ),
        Issue(
            "We have an older OPERA, such as OPERA 5",
            "It cannot be reached: OHIP needs OPERA Cloud Foundation in Oracle's own data centres (OCI). Ask "
            "Oracle when your property moves.",
        ),
        Issue(
            "Times look shifted, or are missing",
            "OPERA gives times by the hotel's clock. Innkeeper needs the property configuration to know "
            "where that is.",
        ),
        Issue(
            "Syncing is slow at times",
            "All integrations of your company share the gateway. Beyond 50 calls a second each one waits.",
        ),
    ),
    next_steps=(
        "Compare today's arrivals, as step 4 showed them, with those in OPERA.",
        "Note in your calendar when an integration user's password expires, if you use one.",
        "When Oracle announces the move of your environment to Client Credentials, issue a new secret first, "
        "and enter it here only once the move is complete.",
    ),
    links=(
        Link(
            "Oracle: getting started for hoteliers",
            _DOCS + "t_getting_started_for_hoteliers_ocim.htm",
        ),
        Link(
            "Oracle: register a client of your own",
            _DOCS + "t_managing_client_applications_customers_only_ocim.htm",
        ),
        Link(
            "Oracle: approve a partner's connection",
            _DOCS + "t_managing_partner_connections_ocim.htm",
        ),
        Link("Oracle: common error messages", _DOCS + "c_common_error_messages.htm"),
    ),
    unverified=(
        "No call was made to OPERA Cloud itself: the connection is built and tested against Oracle's "
        "published documents of OPERA Cloud 25.5 and 26.2.",
        "What the sign-in says when it refuses, and most numbers of OPERA's errors: they come from other "
        "integrators' experience. Oracle's own list is open to its customers only.",
        "How the scope of client credentials is spelled. Innkeeper tries two underscores on each side, then "
        "one.",
        "Whether a search without a status also finds cancelled bookings and no-shows everywhere, how many "
        "rows it gives at most, and whether one may ask for a room status list of any length.",
        "How OPERA refuses a queue of business events that is not set up, how long it keeps events, and "
        "whether it lists several reservations by their ids as its documents say.",
        "Whether OPERA moves a booking's time of change for every change of it, and by which clock it writes "
        "the times of a profile.",
    ),
    suggestions=SUGGESTIONS,
)
