"""From a failure to what a person can do about it: what it is, how sure, who must act, what to try.

A vendor's own guide goes before the common words, and among these, where nobody in the hotel typed the
address, those of `words.elsewhere`. A code that none knows would be a hole in the guides, so a test holds
every code in the source against them; should one slip through, what was seen is said plainly.
"""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.errors import Layer
from core.pms.common_guide import COMMON
from core.pms.evidence import evidence
from core.pms.guide import Cause, Confidence, Move, Party, Suggestion
from core.pms.report import Failure
from core.pms.vendor import FieldKind, Vendor
from core.pms.words.elsewhere import ELSEWHERE


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One failure, understood. Texts are plain; `actions` are ranked, and `move` is the first of them.

    `message` is ready for the party that must act. `evidence` are (label, value) lines without secrets.
    `reference` names the test in a support bundle; it is empty for a failure without one.
    """

    code: str
    cause: Cause
    party: Party
    confidence: Confidence
    because: str
    title: str
    explanation: str
    move: Move
    actions: tuple[str, ...]
    message: str | None
    evidence: tuple[tuple[str, str], ...]
    reference: str = ""


def diagnose(vendor: Vendor, failure: Failure, reference: str = "") -> Diagnosis:
    """Return the diagnosis of a failure, with the blanks of its texts filled in."""
    found = _words(vendor, failure)
    general = COMMON.get(failure.code, found)
    cause = found.cause or general.cause or _CAUSES[failure.layer]
    confidence, because = found.confidence or general.confidence, found.because or general.because
    blanks = _blanks(vendor, failure)
    return Diagnosis(
        code=failure.code,
        cause=cause,
        party=found.party,
        confidence=confidence or _SURENESS[cause][0],
        because=_fill(because or _SURENESS[cause][1], blanks),
        title=_fill(found.title, blanks),
        explanation=_fill(found.explanation, blanks),
        move=found.move or _MOVES[found.party],
        actions=tuple(_fill(action, blanks) for action in found.actions),
        message=_fill(found.message, blanks) if found.message else None,
        evidence=evidence(failure),
        reference=reference,
    )


def _words(vendor: Vendor, failure: Failure) -> Suggestion:
    is_typed = any(field.kind is FieldKind.URL for field in vendor.fields)
    elsewhere = None if is_typed else ELSEWHERE.get(failure.code)
    own = vendor.guide.suggestions.get(failure.code)
    return own or elsewhere or COMMON.get(failure.code) or _UNHEARD_OF


_UNHEARD_OF: Final = Suggestion(
    "The test stopped at: {layer}",
    "{vendor} answered in a way that our guide has no words for yet (code {code}; seen: {facts}).",
    Party.US,
    ("Send the message below to whoever runs Innkeeper for you.", "Press Retry once."),
    "Innkeeper's test of {vendor} stopped at {layer} with code {code} ({facts}), request number "
    "{request_id}.",
    move=Move.TELL_OPERATOR,
    confidence=Confidence.POSSIBLE,
    because="our guide has no words for this code yet",
)

_CAUSES: Final[Mapping[Layer, Cause]] = {
    Layer.INPUT: Cause.INPUT,
    Layer.POLICY: Cause.POLICY,
    Layer.DNS: Cause.DNS,
    Layer.TCP: Cause.TCP,
    Layer.TLS: Cause.TLS,
    Layer.HTTP: Cause.HTTP,
    Layer.AUTHENTICATION: Cause.AUTHENTICATION,
    Layer.PROPERTY: Cause.PROPERTY,
    Layer.PERMISSIONS: Cause.PERMISSION,
}

_SURE, _LIKELY = Confidence.CERTAIN, Confidence.LIKELY
_SURENESS: Final[Mapping[Cause, tuple[Confidence, str]]] = {
    Cause.INPUT: (_SURE, "it was checked before anything was sent"),
    Cause.POLICY: (_SURE, "the address was judged before anything was sent"),
    Cause.DNS: (_SURE, "the name service said so"),
    Cause.TCP: (_LIKELY, "the network does not say why a connection does not come about"),
    Cause.TLS: (_LIKELY, "the two sides broke off while they were agreeing on encryption"),
    Cause.TLS_NAME: (_SURE, "the certificate was read"),
    Cause.TLS_EXPIRY: (_SURE, "the certificate was read"),
    Cause.TLS_CHAIN: (_SURE, "the certificate was read"),
    Cause.BETWEEN: (_LIKELY, "the answer looks like that of something in between"),
    Cause.HTTP: (_LIKELY, "seen on the line in this one test"),
    Cause.CONTENT: (_SURE, "the answer itself was looked at"),
    Cause.VENDOR_ERROR: (_SURE, "{vendor} said so"),
    Cause.AUTHENTICATION: (_LIKELY, "{vendor} gives one answer to several causes"),
    Cause.ENVIRONMENT: (_LIKELY, "{vendor} gives one answer to several causes"),
    Cause.PROPERTY: (_SURE, "{vendor} said so"),
    Cause.PERMISSION: (_SURE, "{vendor} said so"),
    Cause.RATE_LIMIT: (_SURE, "{vendor} said so"),
    Cause.CLOCK: (_LIKELY, "the time in the answer was compared with our clock"),
    Cause.VERSION: (_LIKELY, "what the answer says of versions"),
    Cause.INNKEEPER: (_SURE, "it happened on our side"),
}
_MOVES: Final[Mapping[Party, Move]] = {
    Party.YOU: Move.MEND_INPUT,
    Party.YOUR_IT: Move.MEND_SERVER,
    Party.VENDOR: Move.ASK_VENDOR,
    Party.US: Move.TELL_OPERATOR,
}


def _blanks(vendor: Vendor, failure: Failure) -> dict[str, str]:
    known = {**failure.seen, **failure.details}
    off_s = failure.seen.get("clock_off_s", "")
    return {
        "vendor": vendor.display_name,
        "code": failure.code,
        "layer": failure.layer.value,
        "entity": failure.entity.value if failure.entity else "these records",
        "facts": ", ".join(f"{name} {value}" for name, value in sorted(failure.details.items()))
        or ", ".join(f"{label.lower()} {value}" for label, value in evidence(failure))
        or "nothing",
        "request_id": failure.request_id or _NOT_GIVEN,
        "host": f"{vendor.display_name}'s server",
        "port": "443",
        "minutes_off": str(round(abs(int(off_s)) / 60)) if off_s.removeprefix("-").isdecimal() else _UNKNOWN,
        **known,
    }


_NOT_GIVEN: Final = "not given"
_UNKNOWN: Final = "?"


class _Blanks(dict[str, str]):
    """Values for the blanks of a text; one that is not known reads as `?` instead of failing."""

    def __missing__(self, key: str) -> str:
        return _UNKNOWN


def _fill(text: str, blanks: Mapping[str, str]) -> str:
    """Return a text with its blanks filled; what stands in brackets for the sake of unknown ones is left out.

    So a notice that knows the code alone says nothing of a `(status ?)`.
    """
    told = without_brackets(text, lambda name: blanks.get(name, _UNKNOWN) not in {_UNKNOWN, _NOT_GIVEN})
    return string.Formatter().vformat(told, (), _Blanks(blanks))


_IN_BRACKETS: Final = re.compile(r" \([^()]*\{\w+\}[^()]*\)")


def without_brackets(text: str, is_known: Callable[[str], bool]) -> str:
    """Return a text without the brackets that hold blanks of which none is known."""

    def kept(group: re.Match[str]) -> str:
        names = (name for _, name, _, _ in string.Formatter().parse(group[0]) if name)
        return group[0] if any(map(is_known, names)) else ""

    return _IN_BRACKETS.sub(kept, text)
