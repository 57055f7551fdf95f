"""What to say when no secure connection comes about: the certificate, its chain, its dates, the protocol.

For addresses that an admin typed; `elsewhere` has the words for those that nobody in the hotel chose.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion
from core.pms.words.on_the_way import FIREWALL_MESSAGE

_CERTIFICATE_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack and the address {host} does not show a valid "
    "certificate ({code}; {facts}). Could you check the TLS certificate of that address? Thank you."
)
_SERVER_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack and no secure connection to {host} port {port} "
    "comes about ({code}). The address must offer https with TLS 1.2 or newer. Could you check? Thank you."
)
_NEW_CERTIFICATE: Final = (
    "Whoever runs {host} must install a certificate from a public authority, with its whole chain."
)
_LEFT_ALONE: Final = "If a security device of yours opens TLS traffic, it must leave this address alone."

ENCRYPTION: Final[Mapping[str, Suggestion]] = {
    "tls.expired": Suggestion(
        "The server's certificate has expired",
        "{host} identifies itself with a certificate that is no longer valid, so its identity is not proven "
        "and no credentials were sent.",
        Party.YOUR_IT,
        ("Whoever runs {host} must renew its certificate.", "Press Retry once that is done."),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_EXPIRY,
    ),
    "tls.not_yet_valid": Suggestion(
        "The server's certificate is not valid yet",
        "{host} identifies itself with a certificate that begins in the future, so no credentials were sent.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must install a certificate that is valid today.",
            "If the certificate is right, the clock of Innkeeper's machine is wrong: tell whoever runs it.",
        ),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_EXPIRY,
        confidence=Confidence.LIKELY,
        because="the certificate begins long after the time on our clock",
    ),
    "tls.clock_behind": Suggestion(
        "Our clock seems to be behind",
        "The certificate of {host} begins within the next hours by our clock. Nobody installs one for later, "
        "so it is most likely Innkeeper's own clock that is wrong.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you: its machine's clock must be set.",
            "Press Retry once that is done.",
        ),
        "The certificate of {host} is valid from {valid_from} (UTC), and by the clock of Innkeeper's machine "
        "that is still to come. Please check that the machine's clock is set by a time service (NTP).",
        move=Move.SET_CLOCK,
        cause=Cause.CLOCK,
        confidence=Confidence.LIKELY,
        because="the certificate begins only hours after the time on our clock",
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
        move=Move.CHECK_ADDRESS,
        cause=Cause.TLS_NAME,
        because="the names in the certificate were read; whether the address or the certificate is the "
        "wrong one, they do not tell",
    ),
    "tls.name_unknown": Suggestion(
        "The server does not know this address",
        "Something answers at {host}, and says that it keeps no certificate for that name.",
        Party.YOU,
        (
            "Check that the address is spelled exactly as {vendor} gives it.",
            "If it is right, whoever runs {host} must set the server up for that name.",
        ),
        _CERTIFICATE_MESSAGE,
        move=Move.CHECK_ADDRESS,
        cause=Cause.TLS_NAME,
    ),
    "tls.self_signed": Suggestion(
        "The certificate is home-made",
        "{host} identifies itself with a certificate that it has signed itself, and anybody could do that. "
        "So no credentials were sent.",
        Party.YOUR_IT,
        (_NEW_CERTIFICATE, _LEFT_ALONE),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_CHAIN,
    ),
    "tls.chain_incomplete": Suggestion(
        "A part of the certificate is missing",
        "{host} shows its own certificate, but not the one in between that leads to an authority. Browsers "
        "often find it by themselves; a program must not.",
        Party.YOUR_IT,
        (_NEW_CERTIFICATE, "Press Retry once that is done."),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_CHAIN,
        confidence=Confidence.LIKELY,
        because="one certificate was shown, and whoever signed it was not",
    ),
    "tls.untrusted": Suggestion(
        "Nobody vouches for the certificate",
        "{host} identifies itself with a certificate from no authority that we trust (often home-made), "
        "so no credentials were sent.",
        Party.YOUR_IT,
        (_NEW_CERTIFICATE, _LEFT_ALONE),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_CHAIN,
    ),
    "tls.too_weak": Suggestion(
        "The certificate is too weak",
        "The keys or signatures that {host} identifies itself with can be forged today, so no credentials "
        "were sent.",
        Party.YOUR_IT,
        (_NEW_CERTIFICATE, "Press Retry once that is done."),
        _CERTIFICATE_MESSAGE,
        move=Move.MEND_CERTIFICATE,
        cause=Cause.TLS_CHAIN,
    ),
    "tls.not_tls": Suggestion(
        "The server does not speak https there",
        "Something answers on {host} port {port}, but not with an encrypted connection.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must offer https on port {port}, or tell you the port on which it does.",
            "Check the port.",
        ),
        _SERVER_MESSAGE,
        move=Move.MEND_SERVER,
        confidence=Confidence.CERTAIN,
        because="what came back was no encryption",
    ),
    "tls.too_old": Suggestion(
        "The server's encryption is out of date",
        "{host} only offers versions of TLS that are no longer safe, so no credentials were sent.",
        Party.YOUR_IT,
        ("Whoever runs {host} must offer TLS 1.2 or newer.", "Press Retry once that is done."),
        _SERVER_MESSAGE,
        move=Move.MEND_SERVER,
        confidence=Confidence.CERTAIN,
        because="the server said so while the two sides were agreeing",
    ),
    "tls.http_two_only": Suggestion(
        "The server only speaks a newer kind of http",
        "{host} insists on HTTP/2, and Innkeeper speaks HTTP/1.1, which servers of PMS offer as well.",
        Party.YOUR_IT,
        ("Whoever runs {host} must offer HTTP/1.1 beside HTTP/2.", "Press Retry once that is done."),
        "Hello, we are connecting {vendor} to our hotel's Slack, and {host} offers HTTP/2 only. Could you "
        "let it answer HTTP/1.1 as well? Thank you.",
        move=Move.MEND_SERVER,
        confidence=Confidence.CERTAIN,
        because="the server said so while the two sides were agreeing",
    ),
    "tls.client_certificate": Suggestion(
        "The server wants a certificate from us",
        "{host} only lets in callers that show a certificate of their own, and Innkeeper has none to show.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must let Innkeeper in without a client certificate; the key is what proves "
            "who calls.",
            "Ask for another address of the API, one for callers with a key.",
        ),
        "Hello, we are connecting {vendor} to our hotel's Slack, and {host} demands a client certificate. "
        "Could you give us an address that takes the API key alone? Thank you.",
        move=Move.MEND_SERVER,
        because="the server broke off because of the certificate that we did not show",
    ),
    "tls.failed": Suggestion(
        "No secure connection came about",
        "{host} and Innkeeper could not agree on an encrypted connection.",
        Party.YOUR_IT,
        ("Whoever runs {host} must offer TLS 1.2 or newer.", "Press Retry once that is done."),
        _SERVER_MESSAGE,
        move=Move.MEND_SERVER,
    ),
    "tls.broken": Suggestion(
        "The server hung up before the connection was secure",
        "{host} accepted the call and broke it off while the two sides were agreeing on encryption.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} should look at a firewall, or at an address list that keeps Innkeeper out.",
            "Press Retry: it may have been a moment's trouble.",
        ),
        FIREWALL_MESSAGE,
        move=Move.OPEN_NETWORK,
    ),
    "tls.timeout": Suggestion(
        "The secure connection did not come about in time",
        "{host} accepted the call and then said nothing.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} should look at a firewall or proxy in between.",
            "Press Retry: it may have been a moment's trouble.",
        ),
        FIREWALL_MESSAGE,
        move=Move.OPEN_NETWORK,
    ),
}
