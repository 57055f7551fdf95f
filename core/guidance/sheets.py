"""What a model gets to read for a question: entries of the guides, the typed diagnosis, the question itself.

This is the only place that decides it. The vendor's words, the hotel's data and the credentials have no way
in: nothing here ever holds them.
"""

import hashlib
import html
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.domain.hotel import VendorKey
from core.guidance import prompts
from core.guidance.answer_cache import AnswerCache
from core.guidance.entries import Entry, Topic
from core.guidance.library import Library
from core.guidance.prompts import Filled
from core.pms.diagnosis import diagnose
from core.pms.registry import Registry
from core.pms.report import Failure

MOST_OF_THE_GUIDE: Final = 9_000
"""Characters of entries in one prompt."""
LONGEST_WISH: Final = 12
"""Words; whoever writes more tells something."""
DIAGNOSIS: Final = "diagnosis"

_MENTION: Final = re.compile(r"<[@#!][^>]*>")
_FIGURE: Final = re.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wrote, and where they stand.

    `failure` is that of the test which has just failed; `wishes` are the actions that can be offered now, by
    key, each with what it does.
    """

    text: str
    vendor: VendorKey | None
    failure: Failure | None = None
    wishes: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The text without Slack's markup: whom it mentions is nobody's business."""
        return html.unescape(_MENTION.sub(" ", self.text)).strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question on its way: the prompt, and what an answer may rest on, by id.

    `key` is the hash of everything that the answer depends on.
    """

    key: str
    filled: Filled
    entries: Mapping[str, Entry]
    sources: Mapping[str, str]


class Sheets:
    """Fills in prompts."""

    def __init__(self, library: Library, registry: Registry) -> None:
        self.canary = secrets.token_hex(8)
        self._library = library
        self._registry = registry
        self._place = {entry.id: place for place, entry in enumerate(library.entries)}
        said = "\n".join(f"{entry.id}\n{entry.title}\n{_said(entry)}" for entry in library.entries)
        self._edition = hashlib.sha256(said.encode()).hexdigest()

    def of_question(self, question: Question, model: str) -> Sheet:
        """Return what an answer, or the explanation of a failed test, is asked with."""
        found = [hit.entry for hit in self._library.answer(question.plain, question.vendor).hits]
        failure = question.failure if question.vendor else None
        named = next((entry.vendor for entry in found if entry.vendor), None)
        vendor = question.vendor if failure else named or question.vendor
        entries = self._section(vendor, found, failure)
        inputs: dict[str, Any] = {
            "canary": self.canary,
            "vendor": self._registry[vendor].display_name if vendor else "not chosen yet",
            "question": question.plain,
            "entries": [{"id": entry.id, "title": entry.title, "text": _said(entry)} for entry in entries],
        }
        sources = {entry.id: f"{entry.title}\n{_said(entry)}" for entry in entries}
        if failure and vendor:
            inputs["diagnosis"] = self._diagnosis(vendor, failure)
            sources[DIAGNOSIS] = "\n".join(map(str, inputs["diagnosis"].values()))
        prompt = prompts.load("explain" if failure else "answer")
        code = failure.code if failure else ""
        key = AnswerCache.key(prompt.fingerprint, self._edition, model, str(vendor), code, question.plain)
        return Sheet(key, prompt.fill(**inputs), {entry.id: entry for entry in entries}, sources)

    def of_wish(self, question: Question) -> Filled | None:
        """Return what it is asked with which wish a text means; None for a question or a long text."""
        is_short = len(question.plain.split()) <= LONGEST_WISH
        if not question.wishes or "?" in question.plain or not is_short:
            return None
        return prompts.load("intent").fill(text=question.plain, wishes=dict(question.wishes))

    def _section(self, vendor: VendorKey | None, found: list[Entry], failure: Failure | None) -> list[Entry]:
        """Return what the guides say of a PMS and in general, as far as there is room, then what was found.

        Always in the same order: servers that keep a common beginning answer sooner.
        """
        known = {entry.id: entry for entry in self._library.entries}
        code = failure.code if failure else ""
        ids = [f"{str(vendor).lower()}/error/{code}", f"general/error/{code}"]
        cause = [known[one] for one in ids if one in known][:1]
        rest = [
            entry
            for entry in self._library.entries
            if entry.vendor in (None, vendor) and entry.topic is not Topic.ERROR
        ]
        room, section = MOST_OF_THE_GUIDE, {}
        for entry in (*cause, *found, *rest):
            if entry.id not in section and room >= len(_said(entry)):
                section[entry.id] = entry
                room -= len(_said(entry))
        last = {entry.id for entry in (*cause, *found)}
        return sorted(section.values(), key=lambda entry: (entry.id in last, self._place[entry.id]))

    def _diagnosis(self, vendor: VendorKey, failure: Failure) -> dict[str, Any]:
        """Return the explanation of a failure in our own words; of what was seen, only short figures."""
        details = {
            name: value if _FIGURE.fullmatch(value) else "…" for name, value in failure.details.items()
        }
        typed = Failure(failure.code, failure.layer, details, None, failure.entity)
        said = diagnose(self._registry[vendor], typed)
        return {
            "id": DIAGNOSIS,
            "code": said.code,
            "cause": said.cause.value,
            "how sure": said.confidence.value,
            "title": said.title,
            "explanation": said.explanation,
            "who must act": said.party.value,
            "what to do": list(said.actions),
        }


def _said(entry: Entry) -> str:
    return "\n".join([entry.text, *(f"{link.text}: {link.url}" for link in entry.links)])
