"""What was seen, as lines that anybody may read: facts of the line and our own typed codes, never content."""

from collections.abc import Callable, Mapping
from typing import Final

from core.net.likeness import Likeness
from core.pms.report import Failure

_LABELS: Final[Mapping[str, str]] = {
    "field": "Field",
    "status": "Status",
    "likeness": "What came",
    "content_type": "Labelled as",
    "spoken": "Speaks",
    "to_host": "Sends us to",
    "asks_password": "Asks for a log-in of the kind",
    "answered_by": "Answered by",
    "certificate_for": "Certificate for",
    "issuer": "Issued by",
    "certificates": "Certificates shown",
    "valid_from": "Valid from (UTC)",
    "expired_on": "Expired on",
    "expires_on": "Valid until",
    "error": "The vendor's code",
    "operation": "Call",
    "scope": "Right",
    "missing": "Rights missing",
    "supported": "Versions offered",
    "feature": "Feature",
    "seconds": "Waited",
    "clock_off_s": "Our clock is ahead by",
}
"""What may be told, in the order in which it is; a detail of another name has to be added here to be seen."""

_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {
    "clock_off_s": lambda text: f"{text} s",
    "seconds": lambda text: f"{text} s",
}

CLOCK_WORTH_TELLING_S: Final = 30
WAIT_WORTH_TELLING_S: Final = 1


def evidence(failure: Failure) -> tuple[tuple[str, str], ...]:
    """Return (label, value) lines: where, what came back, what the certificate says, how long it took."""
    known = {**failure.seen, **failure.details}
    lines = [("Server", f"{known['host']}:{known.get('port', '443')}")] if "host" in known else []
    if failure.entity:
        lines.append(("Kind of record", failure.entity.value))
    for name, label in _LABELS.items():
        if (text := known.get(name)) and not _is_dull(name, text, known):
            lines.append((label, _WRITTEN.get(name, str)(text)))
    if failure.request_id:
        lines.append(("The vendor's number of the call", failure.request_id))
    return tuple(lines)


def _is_dull(name: str, text: str, known: Mapping[str, str]) -> bool:
    """Whether a fact is as it should be, so that telling it only takes room."""
    match name:
        case "clock_off_s":
            return abs(_number(text)) < CLOCK_WORTH_TELLING_S
        case "seconds":
            return _number(text) < WAIT_WORTH_TELLING_S
        case "content_type":
            return "json" in text and known.get("likeness") == Likeness.JSON.value
        case _:
            return False


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
