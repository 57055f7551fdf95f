"""The guides as entries: small pieces with a name, each of which answers one kind of question.

Whatever a vendor declares becomes an entry, so that wizard, docs pages and answers read one source.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from core.guidance import general, overviews, sayings
from core.guidance.entry import Entry as Entry  # noqa: PLC0414 - the rest of the product knows it from here
from core.guidance.entry import Topic as Topic  # noqa: PLC0414
from core.guidance.entry import bulleted, numbered
from core.pms.common_guide import COMMON
from core.pms.diagnosis import without_brackets
from core.pms.guide import Issue, Party, Suggestion
from core.pms.vendor import CredentialField, Vendor

_BLANK: Final = re.compile(r"\{(\w+)\}")
_WORDS: Final = {"host": "the server", "entity": "some of the data", "facts": "what was seen"}
"""What stands in the blanks of a suggestion as long as nothing has failed."""
_ACTORS: Final = {
    Party.YOU: "you",
    Party.YOUR_IT: "your IT, or whoever runs the server",
    Party.VENDOR: "the vendor",
    Party.US: "whoever runs Innkeeper for you",
}


def entries(vendors: Iterable[Vendor]) -> tuple[Entry, ...]:
    """Return every entry once: of Innkeeper itself, of each vendor's guide, and what all of them share."""
    known = tuple(vendors)
    return (*general.ENTRIES, *overviews.overviews(known), *_of_guides(known))


def _of_guides(vendors: Iterable[Vendor]) -> Iterator[Entry]:
    for vendor in vendors:
        yield from _parts(vendor)
        yield from (_field(vendor, field) for field in vendor.fields)
        yield from (_issue(vendor, issue) for issue in vendor.guide.issues)
        for code, said in vendor.guide.suggestions.items():
            yield _error(vendor, code, said)
    for code, said in COMMON.items():
        yield _error(None, code, said)


def _parts(vendor: Vendor) -> Iterator[Entry]:
    guide, name = vendor.guide, vendor.display_name
    trust = f"How far it can be trusted: {vendor.quality.in_short}."
    about = f"{guide.summary} Innkeeper can read {overviews.reads(vendor)}. {trust}"
    time = f"About {guide.minutes} minutes, for somebody who has the right to create the credentials."
    named = numbered(f"{link.text}: {link.url}" for link in guide.links)
    for topic, title, text in (
        (Topic.ABOUT, f"How {name} is connected", about),
        (Topic.NEED, f"What you need for {name}", bulleted(guide.you_need)),
        (Topic.WHERE, f"Where to find it in {name}", numbered(guide.where_to_find)),
        (Topic.PERMISSIONS, f"What it must be allowed to do in {name}", bulleted(guide.permissions)),
        (Topic.TIME, f"How long it takes to connect {name}", time),
        (Topic.COST, f"What {name} may cost", guide.cost),
        (Topic.LIMITS, f"What to know of {name}: limits, and what is left out", bulleted(guide.limits)),
        (Topic.NEXT, f"Once {name} is connected", bulleted(guide.next_steps)),
        (Topic.LINKS, f"Pages to read about {name}", named),
        (Topic.UNVERIFIED, f"What could not be checked with {name}", bulleted(guide.unverified)),
    ):
        if text:
            links = guide.links if topic in {Topic.NEED, Topic.WHERE} else ()
            id_ = f"{_key(vendor)}/{topic}"
            said = sayings.of(f"topic/{topic}", id_)
            yield Entry(id_, vendor.key, topic, title, text, links, said, name)


def _field(vendor: Vendor, field: CredentialField) -> Entry:
    optional = "" if field.required else " It may be left empty."
    kept = " It is sealed and never shown again." if field.secret else ""
    shape = f" It looks like: {field.placeholder}." if field.placeholder else ""
    id_ = f"{_key(vendor)}/field/{field.key}"
    said = (*sayings.of(f"field/{field.key}", id_), *(f"{field.label}: {one}" for one in sayings.of("field")))
    return Entry(
        id_,
        vendor.key,
        Topic.FIELD,
        f"{vendor.display_name}: {field.label}",
        f"{field.where}{optional}{shape}{kept}",
        vendor.guide.links[:1],
        said,
        vendor.display_name,
    )


def _issue(vendor: Vendor, issue: Issue) -> Entry:
    id_ = f"{_key(vendor)}/issue/{re.sub(r'[^a-z0-9]+', '-', issue.problem.lower()).strip('-')}"
    name = vendor.display_name
    said = sayings.of(id_)
    return Entry(id_, vendor.key, Topic.ISSUE, issue.problem, issue.cure, aliases=said, source=name)


def _error(vendor: Vendor | None, code: str, said: Suggestion) -> Entry:
    name = vendor.display_name if vendor else "the PMS"

    def filled(text: str) -> str:
        known = {**_WORDS, "vendor": name}
        told = without_brackets(text, known.__contains__)
        plain = _BLANK.sub(lambda blank: known.get(blank[1], "…"), told)
        return plain[:1].upper() + plain[1:] if text.startswith("{") and vendor is None else plain

    actor = f"Who must act: {_ACTORS[said.party]}."
    steps = numbered(filled(action) for action in said.actions)
    id_ = f"{_key(vendor) if vendor else 'general'}/error/{code}"
    return Entry(
        id_,
        vendor.key if vendor else None,
        Topic.ERROR,
        filled(said.title),
        f"{filled(said.explanation)} {actor}\n{steps}",
        aliases=(code, *sayings.of(f"error/{code}", id_)),
        source=vendor.display_name if vendor else "Innkeeper",
    )


def _key(vendor: Vendor) -> str:
    return vendor.key.value.lower()
