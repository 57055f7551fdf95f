"""What to say of what fails before an answer comes: input, policy, DNS, TCP.

For addresses that an admin typed; `elsewhere` has the words for those that nobody in the hotel chose.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Confidence, Move, Party, Suggestion

FIREWALL_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack. The service cannot open a connection to {host} "
    "port {port} ({code}). Could you check that the address is right and that the firewall lets it through? "
    "Thank you."
)
_DNS_MESSAGE: Final = (
    "Innkeeper could not look up the name {host} ({code}). Does the name service (DNS) of its machine work?"
)

ON_THE_WAY: Final[Mapping[str, Suggestion]] = {
    "input.missing": Suggestion(
        "A value is missing",
        "The field “{field}” is empty, and {vendor} cannot be reached without it.",
        Party.YOU,
        ("Open the form again and fill in “{field}”.",),
        move=Move.MEND_INPUT,
    ),
    "input.malformed": Suggestion(
        "A value cannot be right",
        "What was typed into “{field}” cannot be a value that {vendor} gives out.",
        Party.YOU,
        (
            "Copy the value again from {vendor}, without blanks or line breaks around it.",
            "Check that it did not land in the wrong field.",
        ),
        move=Move.MEND_INPUT,
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
        move=Move.CHECK_ADDRESS,
    ),
    "dns.not_found": Suggestion(
        "The address does not exist",
        "No server of the name {host} is known on the internet.",
        Party.YOU,
        ("Look for a typing mistake in the address.", "Copy the address again from {vendor}."),
        move=Move.CHECK_ADDRESS,
    ),
    "dns.failed": Suggestion(
        "The address book of the internet did not answer",
        "The name {host} could not be looked up just now. This usually passes.",
        Party.US,
        (
            "Press Retry in a minute.",
            "If it stays, send the message below to whoever runs Innkeeper for you.",
        ),
        _DNS_MESSAGE,
        move=Move.WAIT,
        confidence=Confidence.LIKELY,
        because="the name service gave no answer at all",
    ),
    "dns.timeout": Suggestion(
        "The address book of the internet did not answer",
        "Looking up {host} took too long. This usually passes.",
        Party.US,
        (
            "Press Retry in a minute.",
            "If it stays, send the message below to whoever runs Innkeeper for you.",
        ),
        _DNS_MESSAGE,
        move=Move.WAIT,
        confidence=Confidence.LIKELY,
        because="the name service gave no answer at all",
    ),
    "tcp.refused": Suggestion(
        "The server turns the connection away",
        "{host} exists, but nothing listens on port {port} there.",
        Party.YOUR_IT,
        (
            "Ask your IT, or whoever runs the PMS, whether the service runs and listens on port {port}.",
            "Check the address and the port: a digit may be wrong.",
        ),
        FIREWALL_MESSAGE,
        move=Move.MEND_SERVER,
        because="the machine answered, and said that nobody is at this port",
    ),
    "tcp.timeout": Suggestion(
        "The server does not answer",
        "Packets to {host} port {port} vanish: usually a firewall that drops them.",
        Party.YOUR_IT,
        (
            "Ask your IT to let connections from outside through to {host} port {port}.",
            "Check the address.",
            "Press Retry once that is done.",
        ),
        FIREWALL_MESSAGE,
        move=Move.OPEN_NETWORK,
    ),
    "tcp.unreachable": Suggestion(
        "There is no way to the server",
        "The network has no route to {host}.",
        Party.YOUR_IT,
        ("Ask your IT whether {host} can be reached from the internet.", "Check the address."),
        FIREWALL_MESSAGE,
        move=Move.OPEN_NETWORK,
    ),
}
