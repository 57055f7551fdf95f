"""What to say of the errors that every vendor shares; a vendor's own guide may say it better."""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Party, Suggestion

_CERTIFICATE_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack and the address {host} does not show a valid "
    "certificate ({code}). Could you check the TLS certificate of that address? Thank you."
)
_FIREWALL_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack. The service cannot open a connection to {host} "
    "port {port} ({code}). Could you check that the address is right and that the firewall lets it through? "
    "Thank you."
)
_VENDOR_MESSAGE: Final = (
    "Hello, we are connecting our property to {vendor}'s API and the call was answered with an error "
    "(status {status}, your request number {request_id}). Could you tell us what is wrong? Thank you."
)

COMMON: Final[Mapping[str, Suggestion]] = {
    "input.missing": Suggestion(
        "A value is missing",
        "The field “{field}” is empty, and {vendor} cannot be reached without it.",
        Party.YOU,
        ("Open the form again and fill in “{field}”.",),
    ),
    "input.malformed": Suggestion(
        "A value cannot be right",
        "What was typed into “{field}” cannot be a value that {vendor} gives out.",
        Party.YOU,
        (
            "Copy the value again from {vendor}, without blanks or line breaks around it.",
            "Check that it did not land in the wrong field.",
        ),
    ),
    "policy.refused": Suggestion(
        "This address is not allowed",
        "For safety Innkeeper only talks to public addresses over https. {host} is not one of them, "
        "so nothing was sent to it.",
        Party.YOU,
        (
            "Use the public https:// address of your PMS, as it opens from outside the hotel.",
            "If the PMS only runs inside the hotel, ask your IT to publish it under a public https address.",
        ),
        "Hello, we want to connect {vendor} to our hotel's Slack. It needs an address that can be reached "
        "from the internet over https (port 443 or 8443); {host} is internal. Could you publish one? Thanks.",
    ),
    "dns.not_found": Suggestion(
        "The address does not exist",
        "No server of the name {host} is known on the internet.",
        Party.YOU,
        ("Look for a typing mistake in the address.", "Copy the address again from {vendor}."),
    ),
    "dns.failed": Suggestion(
        "The address book of the internet did not answer",
        "The name {host} could not be looked up just now. This usually passes.",
        Party.US,
        ("Press Retry in a minute.", "If it stays, tell whoever runs Innkeeper for you."),
    ),
    "dns.timeout": Suggestion(
        "The address book of the internet did not answer",
        "Looking up {host} took too long. This usually passes.",
        Party.US,
        ("Press Retry in a minute.", "If it stays, tell whoever runs Innkeeper for you."),
    ),
    "tcp.refused": Suggestion(
        "The server turns the connection away",
        "{host} exists, but nothing listens on port {port} there.",
        Party.YOUR_IT,
        (
            "Check the address and the port.",
            "Ask your IT, or whoever runs the PMS, whether the service is running.",
        ),
        _FIREWALL_MESSAGE,
    ),
    "tcp.timeout": Suggestion(
        "The server does not answer",
        "Packets to {host} port {port} vanish: usually a firewall that drops them.",
        Party.YOUR_IT,
        (
            "Check the address.",
            "Ask your IT to let connections from outside through to {host} port {port}.",
            "Press Retry once that is done.",
        ),
        _FIREWALL_MESSAGE,
    ),
    "tcp.unreachable": Suggestion(
        "There is no way to the server",
        "The network has no route to {host}.",
        Party.YOUR_IT,
        ("Check the address.", "Ask your IT whether {host} can be reached from the internet."),
        _FIREWALL_MESSAGE,
    ),
    "tls.expired": Suggestion(
        "The server's certificate has expired",
        "{host} identifies itself with a certificate that is no longer valid, so its identity is not proven "
        "and no credentials were sent.",
        Party.YOUR_IT,
        ("Whoever runs {host} must renew its certificate.", "Press Retry once that is done."),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.wrong_name": Suggestion(
        "The certificate belongs to another address",
        "{host} identifies itself with somebody else's certificate, so no credentials were sent.",
        Party.YOU,
        (
            "Check that the address is spelled exactly as {vendor} gives it.",
            "If it is right, whoever runs {host} must install a certificate for that name.",
        ),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.untrusted": Suggestion(
        "Nobody vouches for the certificate",
        "{host} identifies itself with a certificate from no authority that we trust (often home-made), "
        "so no credentials were sent.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must install a certificate from a public authority, with its whole chain.",
            "If a security device of yours opens TLS traffic, it must leave this address alone.",
        ),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.not_tls": Suggestion(
        "The server does not speak https there",
        "Something answers on {host} port {port}, but not with an encrypted connection.",
        Party.YOUR_IT,
        ("Check the port.", "Whoever runs {host} must offer https."),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.failed": Suggestion(
        "No secure connection came about",
        "{host} and Innkeeper could not agree on an encrypted connection.",
        Party.YOUR_IT,
        ("Whoever runs {host} must offer TLS 1.2 or newer.", "Press Retry once that is done."),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.broken": Suggestion(
        "The server hung up before the connection was secure",
        "{host} accepted the call and broke it off while the two sides were agreeing on encryption.",
        Party.YOUR_IT,
        (
            "Press Retry.",
            "If it stays, whoever runs {host} should look at a firewall, or at an address list that keeps "
            "Innkeeper out.",
        ),
        _CERTIFICATE_MESSAGE,
    ),
    "tls.timeout": Suggestion(
        "The secure connection did not come about in time",
        "{host} accepted the call and then said nothing.",
        Party.YOUR_IT,
        ("Press Retry.", "If it stays, whoever runs {host} should look at a firewall or proxy in between."),
        _CERTIFICATE_MESSAGE,
    ),
    "http.timeout": Suggestion(
        "The answer did not come in time",
        "{host} accepted the question and did not answer it within the time we wait.",
        Party.VENDOR,
        ("Press Retry in a minute.", "If it stays, ask {vendor} whether they have trouble."),
    ),
    "http.broken": Suggestion(
        "The connection broke off",
        "{host} hung up in the middle of its answer.",
        Party.VENDOR,
        ("Press Retry.", "If it stays, ask {vendor}, or your IT about a proxy in between."),
    ),
    "http.too_large": Suggestion(
        "The answer is far too long",
        "{host} sent more than any answer of {vendor} can hold, so we stopped reading.",
        Party.YOU,
        ("Check that the address is that of the API and not of a web page or a download.",),
    ),
    "http.encoded": Suggestion(
        "The answer is packed in a way we did not ask for",
        "{host} sent a compressed answer although we asked for a plain one.",
        Party.YOUR_IT,
        ("Whoever runs {host} must answer uncompressed when the request says so.",),
    ),
    "http.redirect": Suggestion(
        "The server sends us elsewhere",
        "It answered with a redirection (status {status}). Credentials are never carried to another address.",
        Party.YOU,
        (
            "Open the address in a browser, see where it leads, and use that address if it is the API's.",
            "Leave out a trailing slash or a language in the path.",
        ),
    ),
    "http.not_found": Suggestion(
        "There is nothing under this address",
        "The server is there, but it does not know the page we asked for (status {status}).",
        Party.YOU,
        ("Check the address, its path and the version.", "Copy the address again from {vendor}."),
    ),
    "http.not_json": Suggestion(
        "A web page answered instead of the API",
        "The server sent {content_type} where {vendor}'s API sends data: a web site, a log-in page, a proxy.",
        Party.YOU,
        (
            "Use the address of the API, not the one you open in the browser to log in.",
            "If it is right, ask your IT whether a proxy stands in between.",
        ),
    ),
    "auth.refused": Suggestion(
        "{vendor} does not accept these credentials",
        "The way to {vendor} is free; it looked at the credentials and said no.",
        Party.YOU,
        (
            "Copy the key again: whole, and without blanks or line breaks.",
            "Check that it was made for this hotel and is still active.",
            "If in doubt create a new key in {vendor} and enter that.",
        ),
    ),
    "auth.expired": Suggestion(
        "The credentials have expired",
        "{vendor} knows these credentials, but their time is over.",
        Party.YOU,
        ("Create a new key in {vendor}.", "Press Edit Credentials and enter it."),
    ),
    "auth.token_unavailable": Suggestion(
        "We are still being let in",
        "Another part of Innkeeper is fetching a fresh access token from {vendor}, and it takes longer than "
        "we wait. This usually passes.",
        Party.US,
        ("Press Retry in a minute.", "If it stays, tell whoever runs Innkeeper for you."),
    ),
    "permission.missing": Suggestion(
        "The key may not read everything",
        "{vendor} accepts the key but does not let it read: {entity}.",
        Party.YOU,
        (
            "Give the key the right to read {entity} in {vendor}, then press Retry.",
            "If you cannot, ask whoever manages {vendor} in your hotel.",
        ),
        "Hello, the API key for Innkeeper may not read {entity} yet. Could you give it read access to "
        "bookings, guests and rooms? It never needs to write. Thank you.",
    ),
    "property.not_found": Suggestion(
        "The credentials lead to no hotel",
        "{vendor} accepts the key, but there is no property behind it.",
        Party.YOU,
        ("Check that the key was made for this hotel.", "Ask {vendor} which property the key belongs to."),
    ),
    "property.mismatch": Suggestion(
        "These credentials belong to another hotel",
        "They are good, but they lead to a different property from the one that is connected. "
        "Nothing was changed.",
        Party.YOU,
        (
            "Enter credentials of the property that is connected now.",
            "If you really want to switch hotels, disconnect first and connect anew.",
        ),
    ),
    "vendor.unavailable": Suggestion(
        "{vendor} has trouble",
        "The server answered with an error of its own (status {status}).",
        Party.VENDOR,
        ("Press Retry in a few minutes.", "If it stays, send {vendor} the message below."),
        _VENDOR_MESSAGE,
    ),
    "vendor.rate_limited": Suggestion(
        "Too many calls",
        "{vendor} asks us to slow down: somebody, perhaps another tool with the same key, called too often.",
        Party.US,
        (
            "Wait a minute and press Retry.",
            "If it stays, look for another integration that uses the same key.",
        ),
    ),
    "vendor.request_refused": Suggestion(
        "{vendor} did not understand us",
        "The call was refused as malformed (status {status}). That is for us to mend.",
        Party.US,
        ("Send the message below to whoever runs Innkeeper for you.",),
        "Innkeeper's call to {vendor} was refused with status {status}, request number {request_id}.",
    ),
    "vendor.answer_unreadable": Suggestion(
        "We did not understand {vendor}'s answer",
        "It was not in the form that {vendor} documents. That is for us to mend.",
        Party.US,
        ("Press Retry once.", "Send the message below to whoever runs Innkeeper for you."),
        "Innkeeper could not read an answer of {vendor} (code {code}, request number {request_id}).",
    ),
    "check.deadline": Suggestion(
        "The test took too long",
        "It was ended after {seconds} seconds, while it was waiting for: {layer}.",
        Party.VENDOR,
        ("Press Retry.", "If it stays, ask {vendor} whether they have trouble."),
    ),
    "check.interrupted": Suggestion(
        "The test was interrupted",
        "Innkeeper was restarted while it was testing. Your credentials are safe and unchanged.",
        Party.US,
        ("Press Retry.",),
    ),
    "draft.expired": Suggestion(
        "The credentials must be entered again",
        "For safety we keep typed credentials for one day only until they are saved. That day is over, "
        "and they were wiped.",
        Party.YOU,
        ("Press Enter Credentials and type them once more.",),
    ),
    "access.lost": Suggestion(
        "You may no longer connect this hotel",
        "Your role was changed before the connection was saved, so nothing was saved.",
        Party.YOU,
        ("Ask an admin of this hotel to give you the manager role again.",),
    ),
    "save.interrupted": Suggestion(
        "Saving did not finish",
        "Something on our side went wrong, so nothing was saved and the credentials were wiped.",
        Party.US,
        ("Press Enter Credentials and try once more.", "If it stays, tell whoever runs Innkeeper for you."),
    ),
    "feature.unsupported": Suggestion(
        "{vendor} cannot do this",
        "It has no way to offer: {feature}.",
        Party.VENDOR,
        ("Ask {vendor} whether a newer version can.",),
    ),
}
