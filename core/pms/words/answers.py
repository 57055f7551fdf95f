"""What to say of answers that are not the vendor's data: none, broken, a page, something in between.

For addresses that an admin typed; `elsewhere` has the words for those that nobody in the hotel chose.
"""

from collections.abc import Mapping
from typing import Final

from core.pms.guide import Cause, Confidence, Move, Party, Suggestion

_SLOW_MESSAGE: Final = (
    "Hello, we are connecting our property to {vendor}'s API. {host} takes the call and does not finish its "
    "answer ({code}, your request number {request_id}). Could you look at it? Thank you."
)
_CONTENT_MESSAGE: Final = (
    "Hello, we are connecting our property to {vendor}'s API. {host} answers with status {status} and "
    "{likeness} ({content_type}) where data was to come (your request number {request_id}). Could you look "
    "at it? Thank you."
)
_WAY_MESSAGE: Final = (
    "Hello, we are connecting {vendor} to our hotel's Slack. Calls to {host} are answered by something in "
    "between, with status {status} and {likeness}. Could you let calls to {host} port {port} through "
    "untouched and without a log-in? Thank you."
)
_API_ADDRESS: Final = "Use the address of the API, not the one you open in the browser to log in."
_ASK_IT: Final = "If it is right, ask your IT whether a proxy or a log-in stands in between."

ANSWERS: Final[Mapping[str, Suggestion]] = {
    "http.timeout": Suggestion(
        "The answer did not come in time",
        "{host} accepted the question and did not answer it within the time we wait.",
        Party.VENDOR,
        ("Press Retry in a minute.", "If it stays, send {vendor} the message below."),
        _SLOW_MESSAGE,
        move=Move.WAIT,
    ),
    "http.no_answer": Suggestion(
        "The server hung up without a word",
        "{host} took the question and closed the line before it had answered anything.",
        Party.VENDOR,
        (
            "Press Retry in a minute: a server that is being restarted does this.",
            "If it stays, send {vendor} the message below, and ask your IT about a firewall in between.",
        ),
        _SLOW_MESSAGE,
        move=Move.WAIT,
    ),
    "http.broken": Suggestion(
        "The connection broke off",
        "{host} hung up in the middle of its answer.",
        Party.VENDOR,
        (
            "Press Retry in a minute.",
            "If it stays, send {vendor} the message below, and ask your IT about a proxy in between.",
        ),
        _SLOW_MESSAGE,
        move=Move.WAIT,
    ),
    "http.not_http": Suggestion(
        "Something else than a web service answers there",
        "On {host} port {port} there is a server, but it does not speak http (it looks like: {spoken}).",
        Party.YOU,
        (
            "Check the address and its port: this one leads to another service.",
            "If it is right, whoever runs {host} must offer http there.",
        ),
        "Hello, we are connecting {vendor} to our hotel's Slack, and {host} port {port} does not speak http "
        "(it looks like: {spoken}). What is the right address? Thank you.",
        move=Move.CHECK_ADDRESS,
        confidence=Confidence.CERTAIN,
        because="the first bytes that came back were not http's",
    ),
    "http.protocol_refused": Suggestion(
        "The server wants another version of http",
        "{host} does not take calls over HTTP/1.1 (status {status}).",
        Party.YOUR_IT,
        ("Whoever runs {host} must let it answer HTTP/1.1.", "Press Retry once that is done."),
        "Hello, we are connecting {vendor} to our hotel's Slack, and {host} refuses HTTP/1.1 with status "
        "{status}. Could you allow it? Thank you.",
        move=Move.MEND_SERVER,
        confidence=Confidence.CERTAIN,
        because="the status says so",
    ),
    "http.too_large": Suggestion(
        "The answer is far too long",
        "{host} sent more than any answer of {vendor} can hold, so we stopped reading.",
        Party.YOU,
        (
            "Check that the address is that of the API and not of a web page or a download.",
            "If it is, ask {vendor} why its answers are so long.",
        ),
        move=Move.CHECK_ADDRESS,
        cause=Cause.CONTENT,
        confidence=Confidence.LIKELY,
        because="we stopped reading, so what the rest would have been is not known",
    ),
    "http.encoded": Suggestion(
        "The answer is packed in a way we did not ask for",
        "{host} sent a compressed answer although we asked for a plain one.",
        Party.YOUR_IT,
        ("Whoever runs {host} must answer uncompressed when the request says so.",),
        "Hello, we are connecting {vendor} to our hotel's Slack, and {host} compresses its answers although "
        "the request says “Accept-Encoding: identity”. Could you switch that off for us? Thank you.",
        move=Move.MEND_SERVER,
        cause=Cause.CONTENT,
    ),
    "http.garbled": Suggestion(
        "The answer cannot be read",
        "{host} sent {likeness} where text was to come: packed, encrypted or in another character set.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must answer in plain, uncompressed UTF-8.",
            "If a device in between packs traffic, it must leave this address alone.",
        ),
        _CONTENT_MESSAGE,
        move=Move.MEND_SERVER,
        cause=Cause.CONTENT,
    ),
    "http.empty": Suggestion(
        "The answer is empty",
        "{host} says that all is well (status {status}) and sends nothing.",
        Party.VENDOR,
        ("Send {vendor} the message below.", "Press Retry once they have answered."),
        _CONTENT_MESSAGE,
        move=Move.ASK_VENDOR,
        cause=Cause.CONTENT,
    ),
    "http.cut_off": Suggestion(
        "The answer ends in the middle",
        "{host} sent data that stop before they are complete.",
        Party.VENDOR,
        ("Press Retry in a minute.", "If it stays, send {vendor} the message below."),
        _CONTENT_MESSAGE,
        move=Move.WAIT,
        cause=Cause.CONTENT,
    ),
    "http.broken_json": Suggestion(
        "The answer has a mistake in it",
        "{host} sent data that break the rules of their own format (JSON).",
        Party.VENDOR,
        ("Send {vendor} the message below.", "Press Retry once they have answered."),
        _CONTENT_MESSAGE,
        move=Move.ASK_VENDOR,
        cause=Cause.CONTENT,
    ),
    "http.wrong_type": Suggestion(
        "The answer is labelled wrongly",
        "{host} sent data and says that they are {content_type}. We do not guess what an answer is.",
        Party.VENDOR,
        (
            "Send {vendor} the message below: the label must be application/json.",
            "If a device in between changes labels, it must leave this address alone.",
        ),
        "Hello, we are connecting our property to {vendor}'s API. {host} labels its JSON as {content_type} "
        "(status {status}, your request number {request_id}). Could you label it application/json? Thanks.",
        move=Move.ASK_VENDOR,
        cause=Cause.CONTENT,
    ),
    "http.redirect": Suggestion(
        "The server sends us elsewhere",
        "It answered with a redirection (status {status}). Credentials are never carried to another address.",
        Party.YOU,
        (
            "Open the address in a browser, see where it leads, and use that address if it is the API's.",
            "Leave out a trailing slash or a language in the path.",
        ),
        move=Move.CHECK_ADDRESS,
        confidence=Confidence.CERTAIN,
        because="the status says so",
    ),
    "http.login_redirect": Suggestion(
        "The server sends us elsewhere, to a sign-in page",
        "It answered with a redirection (status {status}) to where people sign in, at {to_host}. An API does "
        "not do that; a web site or a log-in in front of it does.",
        Party.YOU,
        (_API_ADDRESS, _ASK_IT),
        _WAY_MESSAGE,
        move=Move.CHECK_ADDRESS,
        cause=Cause.BETWEEN,
    ),
    "http.login_page": Suggestion(
        "A sign-in page answered instead of the API",
        "The server sent a page on which people sign in, where {vendor}'s API sends data.",
        Party.YOU,
        (_API_ADDRESS, _ASK_IT),
        _WAY_MESSAGE,
        move=Move.CHECK_ADDRESS,
        cause=Cause.BETWEEN,
        confidence=Confidence.LIKELY,
    ),
    "http.captive_portal": Suggestion(
        "A network's log-in page answered instead of {vendor}",
        "The network that Innkeeper's call goes through wants somebody to log in first, like a hotel's guest "
        "network does. The call never came to {host}.",
        Party.YOUR_IT,
        (
            "Whoever looks after the network must let calls to {host} through without a log-in.",
            "Press Retry once that is done.",
        ),
        _WAY_MESSAGE,
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
    ),
    "http.proxy_login": Suggestion(
        "A proxy in between asks for a password",
        "The call was stopped on its way by a proxy that wants a log-in (status {status}).",
        Party.YOUR_IT,
        (
            "Whoever looks after the network must let calls to {host} through without a proxy log-in.",
            "Press Retry once that is done.",
        ),
        _WAY_MESSAGE,
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
        confidence=Confidence.CERTAIN,
        because="the status is one that only a proxy gives",
    ),
    "http.proxy_page": Suggestion(
        "A proxy or web filter answered instead of {vendor}",
        "The call was stopped on its way, and a page of the proxy or filter came back (status {status}).",
        Party.YOUR_IT,
        (
            "Whoever looks after the network must put {host} on the list of what may pass.",
            "Press Retry once that is done.",
        ),
        _WAY_MESSAGE,
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
    ),
    "http.guarded": Suggestion(
        "A log-in stands in front of the API",
        "Not {vendor} refused the call but a page in front of it that asks for a user name and password "
        "(status {status}).",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must let calls to the API pass without that log-in.",
            "Check that the address is that of the API.",
        ),
        _WAY_MESSAGE,
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
    ),
    "http.blocked": Suggestion(
        "A protective firewall does not let us through",
        "Not {vendor} refused the call but something in front of it that keeps unwanted callers out (status "
        "{status}). The credentials are not the reason.",
        Party.YOUR_IT,
        (
            "Whoever runs {host} must put Innkeeper's address on the list of callers that may pass.",
            "Press Retry once that is done.",
        ),
        "Hello, calls of Innkeeper to {host} are turned away by a firewall with status {status} (request "
        "number {request_id}). Could you let Innkeeper's address through? Whoever runs Innkeeper knows it. "
        "Thank you.",
        move=Move.CLEAR_THE_WAY,
        cause=Cause.BETWEEN,
    ),
    "http.not_found": Suggestion(
        "There is nothing under this address",
        "The server is there, but it does not know the page we asked for (status {status}).",
        Party.YOU,
        ("Check the address, its path and the version.", "Copy the address again from {vendor}."),
        move=Move.CHECK_ADDRESS,
    ),
    "http.not_json": Suggestion(
        "A web page answered instead of the API",
        "The server sent {content_type} where {vendor}'s API sends data: a web site, a log-in page, a proxy.",
        Party.YOU,
        (_API_ADDRESS, _ASK_IT),
        move=Move.CHECK_ADDRESS,
        cause=Cause.CONTENT,
    ),
    "version.gone": Suggestion(
        "{vendor} no longer offers this version of its API",
        "The address is known, but what we ask for has been withdrawn or needs a newer version (status "
        "{status}).",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you: a newer Innkeeper may be needed.",
            "If you typed a version, check it.",
        ),
        "{vendor} answers a call of Innkeeper with status {status} and says that the version is gone "
        "(request number {request_id}). Is there a newer version of Innkeeper, and is the address right?",
        move=Move.TELL_OPERATOR,
        cause=Cause.VERSION,
    ),
    "clock.skewed": Suggestion(
        "The clocks differ",
        "Innkeeper's clock and that of {host} are {minutes_off} minutes apart. Sign-ins can fail for that "
        "alone, and changes may be missed.",
        Party.US,
        (
            "Send the message below to whoever runs Innkeeper for you: the clocks must be compared.",
            "If our clock is right, it is {vendor}'s that is wrong: tell them.",
            "If the test still fails with the clocks set, copy the credentials again.",
        ),
        "The clock of Innkeeper's machine and the time that {host} gives differ by {minutes_off} minutes. "
        "Please check that the machine's clock is set by a time service (NTP).",
        move=Move.SET_CLOCK,
        cause=Cause.CLOCK,
    ),
}
