"""What to say of each failure with OPERA Cloud, and the letters to send.

Oracle's gateway gives one answer to several causes; the likeliest comes first. Where a letter goes to the
hotel's own OHIP administrator, Oracle's support could only send it back there.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_PORTAL: Final = "in the OHIP Developer Portal"
_SUPPORT: Final = (
    "Hello, our calls to the Oracle Hospitality Property APIs fail (seen: {facts}). The x-request-id of the "
    "call is {request_id}. Could you look it up and tell us what is wrong? Thank you!"
)
_TO_OHIP_ADMIN: Final = (
    "Hello, we are connecting Innkeeper to our property over OHIP, and it is refused ({facts}; x-request-id "
    "{request_id}). "
)

SUGGESTIONS: Final[Mapping[str, Suggestion]] = {
    "opera.scheme_missing": Suggestion(
        "One more value is needed",
        "OPERA environments know two ways to sign in, and neither is filled in: an Enterprise ID (newer "
        "environments, called OCIM or Client Credentials) or an integration user with its password (older "
        "ones, called SSD or Resource Owner).",
        Party.YOU,
        (
            f"Open your environment {_PORTAL}. If it shows an Enterprise ID and the scheme Client "
            "Credentials, copy the Enterprise ID and leave the integration user empty.",
            "If it shows the scheme Resource Owner, enter the integration user and its password, and leave "
            "the Enterprise ID empty.",
        ),
        move=Move.MEND_INPUT,
    ),
    "opera.scheme_unclear": Suggestion(
        "Two ways to sign in are filled in",
        "There are an Enterprise ID and an integration user. An environment takes exactly one of the two.",
        Party.YOU,
        (
            f"Look {_PORTAL} at the authentication scheme of your environment.",
            "Client Credentials: keep the Enterprise ID, and empty the integration user and its password.",
            "Resource Owner: keep the integration user and its password, and empty the Enterprise ID.",
        ),
        move=Move.MEND_INPUT,
    ),
    "auth.refused": Suggestion(
        "The gateway does not accept this client",
        "We reached the gateway, and it says that Client ID and Client secret do not belong together, or not "
        "to this gateway.",
        Party.YOU,
        (
            "Copy the Client ID again from the environment, whole. It may be a long name and need not look "
            "like a number.",
            "Check that the Client secret is the one that was issued last. A new secret ends the old one, "
            "and it is shown only once: if in doubt, issue a new one and enter it here.",
            "Check that all values are from the same environment. Those of a test environment do not work in "
            "production, nor the other way round.",
        ),
        _TO_OHIP_ADMIN + "Could you issue a new client secret for our client, and send me Gateway URL, "
        "Client ID and Enterprise ID of the same environment with it? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "opera.enterprise_missing": Suggestion(
        "This environment wants an Enterprise ID",
        "The gateway asks for an Enterprise ID that it was not given. So it uses Client Credentials (OCIM), "
        "and not an integration user.",
        Party.YOU,
        (
            "Press Edit Credentials, enter the Enterprise ID as the environment shows it (at most 8 letters "
            "and digits), and leave the integration user and its password empty.",
            "If your environment was moved to Client Credentials lately, it also has a new Client secret.",
        ),
        move=Move.MEND_INPUT,
        confidence=Confidence.CERTAIN,
        because="the gateway said so",
    ),
    "opera.gateway_mismatch": Suggestion(
        "Gateway and Enterprise ID do not belong together",
        "The gateway knows the Enterprise ID as somebody else's: one of the two is from another environment.",
        Party.YOU,
        (
            f"Copy the Gateway URL and the Enterprise ID from the same environment {_PORTAL}.",
            "Take care that it is the production environment if you connect your real hotel.",
        ),
        move=Move.CHANGE_ENVIRONMENT,
        cause=Cause.ENVIRONMENT,
        confidence=Confidence.CERTAIN,
        because="the gateway said so",
    ),
    "opera.app_key_refused": Suggestion(
        "The gateway does not know this application key",
        "Each application has a key of its own, and it works in production or outside, never in both.",
        Party.YOU,
        (
            f"Copy the Application Key again {_PORTAL} under Applications, View Details.",
            "Check that the application is for the same kind of environment, production or not, as the "
            "gateway.",
            "Check that the application is approved and not disabled.",
        ),
        move=Move.COPY_CREDENTIALS,
    ),
    "opera.scheme_refused": Suggestion(
        "The environment signs in another way",
        "The gateway refuses the kind of sign-in, or its scope. Usually the environment still uses an "
        "integration user (SSD), or it already uses Client Credentials (OCIM).",
        Party.YOU,
        (
            f"Look {_PORTAL} at the authentication scheme of your environment.",
            "Resource Owner: enter the integration user and its password, and empty the Enterprise ID.",
            "Client Credentials: enter the Enterprise ID, and empty the integration user and its password.",
            "If that is right already, compare the scope that the environment shows with "
            "urn:opc:hgbu:ws:__myscopes__, and tell whoever runs Innkeeper for you when it differs.",
        ),
        move=Move.CHANGE_KIND,
    ),
    "opera.password_refused": Suggestion(
        "The integration user's password is not accepted",
        "The client is right, but OPERA refuses the integration user: the password is wrong, or it has "
        "expired. These users and their passwords live for 365 days.",
        Party.YOU,
        (
            "Enter the integration user's name and password once more, exactly as they were set.",
            "If they have worked so far, let your chain's OPERA administrator renew the password, and enter "
            "the new one under Edit Credentials.",
        ),
        _TO_OHIP_ADMIN + "The integration user's password is not accepted. Could you check that the user is "
        "active and approved, and renew its password? Thank you!",
        move=Move.COPY_CREDENTIALS,
    ),
    "opera.client_retired": Suggestion(
        "This client may no longer sign in",
        "The gateway knows the client and refuses it. Usually the environment has been moved from "
        "integration users to Client Credentials, and the old client ended with it.",
        Party.YOU,
        (
            f"Look {_PORTAL} whether your environment has been moved (Migrating, or now Client Credentials).",
            "If so, issue a new Client secret, and enter it together with the Enterprise ID and without an "
            "integration user.",
            "If your hotel's connection was approved a moment ago, wait five minutes and press Retry.",
        ),
        _TO_OHIP_ADMIN + "Has our environment been moved to Client Credentials? If so, could you issue a new "
        "client secret and tell me the Enterprise ID? Thank you!",
        move=Move.CHANGE_KIND,
    ),
    "opera.token_refused": Suggestion(
        "The gateway takes back its own token",
        "Signing in works, but the token that we got is refused at the next call, twice.",
        Party.YOU,
        (
            f"Check {_PORTAL} that the application key belongs to the same environment and is active.",
            "Press Retry in five minutes: a client that was approved just now needs so long.",
            "If it stays, send the message below to Oracle's support.",
        ),
        _SUPPORT,
        move=Move.COPY_CREDENTIALS,
    ),
    "opera.hotel_refused": Suggestion(
        "This client may not see this hotel",
        "OPERA says the same to a Hotel ID that is wrong and to a hotel that was not assigned to the client.",
        Party.YOU,
        (
            "Check the Hotel ID first: it is the property code in OPERA, such as HOTEL1, and not the code of "
            "the chain, the hub or the brand.",
            f"Look {_PORTAL} whether your property is among those selected for the client.",
            "With an integration user: check that it is approved and has the role WSACCESS there.",
        ),
        _TO_OHIP_ADMIN + "Could you check that our property is assigned to the client (and, with an "
        "integration user, that the user has the role WSACCESS there)? Thank you!",
        move=Move.NAME_PROPERTY,
        confidence=Confidence.LIKELY,
        because="OPERA says the same to a wrong Hotel ID and to a hotel that was not assigned",
    ),
    "opera.sandbox_hotel": Suggestion(
        "This is a hotel of Oracle's sandbox",
        "The Hotel ID is the one that Oracle gives to everybody who tries OHIP out, and this gateway does "
        "not know it.",
        Party.YOU,
        (
            "Enter the property code of your own hotel as Hotel ID.",
            "To try Innkeeper with the sandbox, enter the sandbox's gateway and client, too.",
        ),
        move=Move.CHANGE_ENVIRONMENT,
        cause=Cause.ENVIRONMENT,
        confidence=Confidence.CERTAIN,
        because="the code is one that Oracle publishes for its sandboxes",
    ),
    "opera.hub_refused": Suggestion(
        "OPERA takes the Hotel ID for a hub",
        "The code that you entered belongs to a group of properties, and Innkeeper connects one hotel.",
        Party.YOU,
        (
            "Enter the property code of your hotel as Hotel ID.",
            f"Check {_PORTAL} that this property is assigned to the client.",
        ),
        move=Move.NAME_PROPERTY,
    ),
    "opera.hotel_unknown": Suggestion(
        "OPERA does not know this hotel",
        "There is no property of this code in the environment.",
        Party.YOU,
        (
            "Check the Hotel ID: the property code as it stands in OPERA, in capitals.",
            "Check that the gateway is that of the chain that your hotel belongs to.",
        ),
        move=Move.NAME_PROPERTY,
    ),
    "opera.not_subscribed": Suggestion(
        "The application has not subscribed to this API",
        "The client is good, but its application may not use the API that we need to read {entity}.",
        Party.YOU,
        (
            f"Open your application {_PORTAL}, and tick Subscribe at Property APIs.",
            "If it is ticked, check that the application key is that of this application.",
            "Press Retry once that is done.",
        ),
        _TO_OHIP_ADMIN
        + "Could you subscribe the application to the Property APIs? It only reads. Thank you!",
        move=Move.GRANT_RIGHTS,
    ),
    "opera.queue_refused": Suggestion(
        "OPERA does not hand out its business events",
        "The queue of the external system that you named cannot be read: the code is another one, or it has "
        "no consumer for this property, or the client may not read business events. Bookings, guests and "
        "rooms are read all the same, with more calls.",
        Party.YOU,
        (
            "Compare the External system code with the one in OPERA, under Administration, Interfaces, "
            "Business Events, External Systems.",
            "Check under Toolbox, System Setup, External Databases that the external system has a consumer "
            "for this property.",
            "If business events are not set up for Innkeeper, leave the External system code empty.",
        ),
        move=Move.MEND_INPUT,
    ),
    "opera.address_shut_out": Suggestion(
        "The gateway shuts our address out",
        "It answers with nothing but “Forbidden”. Usually your company keeps a list of internet addresses "
        "that may call the gateway, and Innkeeper's is not on it.",
        Party.YOU,
        (
            "Let whoever manages OHIP in your company add Innkeeper's outgoing internet address to the allow "
            "list, then press Retry.",
            "Whoever runs Innkeeper for you knows that address.",
        ),
        "Hello, our OHIP gateway answers Innkeeper with a bare 403 Forbidden (x-request-id {request_id}). "
        "Is there an IP allow list on our environment, and could you add Innkeeper's address to it? Thank "
        "you!",
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
    ),
    "permission.missing": Suggestion(
        "The client may not read {entity}",
        "OPERA accepts the sign-in, but not for {entity}.",
        Party.YOU,
        (
            f"Look {_PORTAL} at the client: its modules must include Reservation, Profile (CRM) and "
            "Housekeeping. Property configuration and Back Office make the picture complete.",
            "With an integration user: it needs to be approved and to have the role WSACCESS. If your "
            "environment was moved to Client Credentials, it needs a new secret and no such user any more.",
            "Check that the Hotel ID is your property's: OPERA says the same when the hotel is wrong.",
        ),
        _TO_OHIP_ADMIN + "It may not read {entity} yet. Could you enable the modules Reservation, Profile "
        "(CRM) and Housekeeping for the client, or give the integration user the role WSACCESS? It never "
        "writes. Thank you!",
        move=Move.GRANT_RIGHTS,
        confidence=Confidence.LIKELY,
        because="OPERA says the same to several causes",
    ),
    "opera.version_too_old": Suggestion(
        "Your OPERA Cloud is older than the API that we use",
        "OPERA says that its database version does not support the call.",
        Party.VENDOR,
        (
            "Send the message below to Oracle's support.",
            "Ask your OPERA administrator when your property moves to OPERA Cloud 25.5 or later.",
        ),
        _SUPPORT,
        move=Move.ASK_VENDOR,
        cause=Cause.VERSION,
        confidence=Confidence.CERTAIN,
        because="OPERA said so",
    ),
    "opera.nothing_found": Suggestion(
        "OPERA finds nothing under this address",
        "It knows the address, and has nothing there. That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.", "Press Retry once."),
        "OPERA Cloud found nothing for a call of Innkeeper ({facts}; x-request-id {request_id}).",
        move=Move.TELL_OPERATOR,
    ),
    "vendor.request_refused": Suggestion(
        "OPERA did not understand us",
        "The call was refused as malformed (status {status}): your version of OPERA wants it otherwise. That "
        "is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "OPERA Cloud refused a call of Innkeeper ({facts}; x-request-id {request_id}).",
        move=Move.TELL_OPERATOR,
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls at your gateway",
        "All systems that are connected to your OPERA gateway share 50 calls a second. Innkeeper makes one "
        "at a time, so somebody else is busy.",
        Party.US,
        (
            "Wait a minute and press Retry.",
            "If it stays, ask whoever manages OHIP in your company which integration calls so often.",
        ),
        _TO_OHIP_ADMIN + "Which integration calls our gateway so often? Thank you!",
        move=Move.WAIT,
    ),
    "vendor.unavailable": Suggestion(
        "OPERA Cloud has trouble",
        "The gateway answered with an error of its own (status {status}). Your credentials are not the "
        "reason.",
        Party.VENDOR,
        (
            "Press Retry in a few minutes. Oracle's maintenance is announced in the Developer Portal.",
            "If it stays, send the message below to Oracle's support.",
        ),
        _SUPPORT,
        move=Move.WAIT,
    ),
    "http.not_found": Suggestion(
        "There is no OHIP gateway under this address",
        "A server answers, but it does not know Oracle's paths (status {status}).",
        Party.YOU,
        (
            f"Copy the Gateway URL again from your environment {_PORTAL}. It is not the address of OPERA "
            "Cloud itself, nor that of the portal.",
            "Leave out everything behind the name of the server.",
        ),
        move=Move.CHECK_ADDRESS,
    ),
}
