"""What to say instead where nobody in the hotel typed the address: it is the vendor's own, or the operator's.

What failed is told in the same words; who must act and what to do are others. Nobody can look for a typing
mistake in an address that they never saw, and the vendor's public servers show good certificates.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from core.pms.guide import Move, Party, Suggestion
from core.pms.words.answers import ANSWERS
from core.pms.words.encryption import ENCRYPTION
from core.pms.words.on_the_way import ON_THE_WAY

_TELL: Final = "Send the message below to whoever runs Innkeeper for you."
_AGAIN: Final = "Press Retry once that is done."

_SETTINGS: Final = frozenset(
    {
        "policy.refused",
        "dns.not_found",
        "tls.wrong_name",
        "tls.name_unknown",
        "http.redirect",
        "http.not_found",
        "http.protocol_refused",
    }
)
"""Most likely the address in Innkeeper's settings is wrong."""

_INTERCEPTED: Final = frozenset(
    {
        "tls.self_signed",
        "tls.chain_incomplete",
        "tls.untrusted",
        "tls.too_weak",
        "tls.not_tls",
        "tls.too_old",
        "tls.http_two_only",
        "tls.client_certificate",
        "tls.failed",
        "http.not_http",
        "http.encoded",
        "http.garbled",
        "http.login_redirect",
        "http.login_page",
        "http.guarded",
        "http.not_json",
    }
)
"""Most likely not the vendor answered but something between Innkeeper and the internet."""

_VENDORS: Final = frozenset({"tls.expired", "tls.not_yet_valid", "http.too_large", "http.blocked"})
"""Most likely the vendor's own servers have trouble, or keep us out."""


def _rewritten() -> Iterator[tuple[str, Suggestion]]:
    words = {**ON_THE_WAY, **ENCRYPTION, **ANSWERS}
    for code in sorted(_SETTINGS):
        yield (
            code,
            replace(
                words[code],
                party=Party.US,
                actions=(_TELL, _AGAIN),
                message="Innkeeper's address for {vendor}, {host}, does not lead there ({code}; {facts}). "
                "Please check the setting that names it, and the name service (DNS) of Innkeeper's machine.",
                move=Move.TELL_OPERATOR,
            ),
        )
    for code in sorted(_INTERCEPTED):
        yield (
            code,
            replace(
                words[code],
                party=Party.YOUR_IT,
                actions=(
                    "Whoever looks after the network that Innkeeper runs in must let calls to {host} through "
                    "untouched: a proxy, filter or security device answers in {vendor}'s place.",
                    "If there is none, whoever runs Innkeeper should check the address that is set for "
                    "{vendor}.",
                    _AGAIN,
                ),
                message="Hello, Innkeeper's calls to {host} port {port} are answered by something that is "
                "not {vendor} ({code}; {facts}). Could you let them through untouched, without inspection "
                "and without a log-in? Thank you.",
                move=Move.CLEAR_THE_WAY,
            ),
        )
    for code in sorted(_VENDORS):
        yield (
            code,
            replace(
                words[code],
                party=Party.VENDOR,
                actions=("Send {vendor} the message below.", "Press Retry once they have answered."),
                message="Hello, calls of our property through Innkeeper to {host} fail ({code}; {facts}; "
                "request number {request_id}). Could you look at it? Thank you.",
                move=Move.ASK_VENDOR,
            ),
        )


ELSEWHERE: Final[Mapping[str, Suggestion]] = {
    **dict(_rewritten()),
    "tcp.refused": replace(
        ON_THE_WAY["tcp.refused"],
        party=Party.VENDOR,
        actions=(
            "Press Retry in a few minutes: a server that is being restarted does this.",
            "If it stays, send {vendor} the message below.",
            "Whoever runs Innkeeper should check the address that is set for {vendor}.",
        ),
        message="Hello, our property's calls through Innkeeper to {host} port {port} are turned away: "
        "nothing listens there. Is there trouble? Thank you.",
        move=Move.WAIT,
    ),
    "tcp.timeout": replace(
        ON_THE_WAY["tcp.timeout"],
        actions=(
            "Ask your IT to let Innkeeper's connections to {host} port {port} out through the firewall.",
            "If they pass, ask {vendor} whether they have trouble.",
            _AGAIN,
        ),
    ),
    "tcp.unreachable": replace(
        ON_THE_WAY["tcp.unreachable"],
        actions=(
            "Ask your IT whether Innkeeper's machine can reach the internet, and {host} in particular.",
            _AGAIN,
        ),
    ),
    "tls.broken": replace(
        ENCRYPTION["tls.broken"],
        actions=(
            "Ask your IT whether a firewall cuts Innkeeper's connections to {host}.",
            "Press Retry: it may have been a moment's trouble.",
        ),
    ),
    "tls.timeout": replace(
        ENCRYPTION["tls.timeout"],
        actions=(
            "Ask your IT whether a firewall or proxy holds up Innkeeper's connections to {host}.",
            "Press Retry: it may have been a moment's trouble.",
        ),
    ),
}
"""Error code → what to say of it where no address was typed; other codes have the same words anywhere."""
