"""From a failure to what a person can do about it: which layer, who must act, what to try, whom to write to.

A vendor's own guide goes before the common one. A code that neither knows would be a hole in the guides, so
a test holds every code in the source against them; should one slip through, what was seen is said plainly.
"""

import string
from collections.abc import Mapping

from core.pms.common_guide import COMMON
from core.pms.guide import Party, Suggestion
from core.pms.report import Failure
from core.pms.vendor import Vendor


def explain(vendor: Vendor, failure: Failure) -> Suggestion:
    """Return the suggestion for a failure, with its blanks filled in."""
    found = vendor.guide.suggestions.get(failure.code) or COMMON.get(failure.code) or _seen()
    entity = failure.entity.value if failure.entity else "these records"
    blanks = {
        "vendor": vendor.display_name,
        "code": failure.code,
        "layer": failure.layer.value,
        "entity": entity,
        "facts": ", ".join(f"{name} {value}" for name, value in sorted(failure.details.items())) or "nothing",
        "request_id": failure.request_id or "not given",
        **failure.details,
    }
    return Suggestion(
        title=_fill(found.title, blanks),
        explanation=_fill(found.explanation, blanks),
        party=found.party,
        actions=tuple(_fill(action, blanks) for action in found.actions),
        message=_fill(found.message, blanks) if found.message else None,
    )


def _seen() -> Suggestion:
    """Say what was seen when no guide knows the code: never `unknown error`."""
    return Suggestion(
        "The test stopped at: {layer}",
        "{vendor} answered in a way that our guide has no words for yet (code {code}; seen: {facts}).",
        Party.US,
        ("Press Retry once.", "Send the message below to whoever runs Innkeeper for you."),
        "Innkeeper's test of {vendor} stopped at {layer} with code {code}, request number {request_id}.",
    )


class _Blanks(dict[str, str]):
    """Values for the blanks of a text; one that is not known reads as `?` instead of failing."""

    def __missing__(self, key: str) -> str:
        return "?"


def _fill(text: str, blanks: Mapping[str, str]) -> str:
    return string.Formatter().vformat(text, (), _Blanks(blanks))
