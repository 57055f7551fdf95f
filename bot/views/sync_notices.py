"""What managers read of the sync: that all has arrived, that it stands still, that the figures are odd."""

from collections.abc import Mapping
from typing import Any, Final

from bot import ids, sync_texts, texts
from bot.views.parts import Block, actions, bullets, button, context, instant, safe, section
from core.domain.errors import Layer
from core.domain.events import (
    FindingClosed,
    FindingOpened,
    FirstSyncCompleted,
    SyncRecovered,
    SyncTroubled,
)
from core.domain.hotel import Entity
from core.pms.diagnosis import diagnose
from core.pms.report import Failure
from core.pms.vendor import Vendor
from core.sync.watching import FindingKind

REPAIRABLE: Final = (FindingKind.COUNTS, FindingKind.FLAT, FindingKind.TRUNCATED)
"""What reading everything anew may mend, or at least shows in another light."""

SyncEvent = FirstSyncCompleted | SyncTroubled | SyncRecovered | FindingOpened | FindingClosed


def notice(vendor: Vendor, event: SyncEvent) -> tuple[str, list[Block]]:
    """Return a fact as a message: the sentence for notifications, and the blocks."""
    name = vendor.display_name
    match event:
        case FirstSyncCompleted():
            text = f"✅ The records of {safe(event.property_name)} have arrived from {name}."
            counted = ", ".join(f"{count:,} {kind}" for kind, count in sorted(event.counts.items()))
            return text, [
                section(f"*{text}*\n{counted}."),
                context("From now on they are kept up to date. How often: *Home › Sync Settings*."),
            ]
        case SyncTroubled():
            told = diagnose(vendor, Failure(event.code, Layer.HTTP))
            text = f"⚠️ {safe(event.property_name)} is not kept up to date with {name}."
            who = f"Who must act: {texts.PARTIES[told.party]}"
            if event.others:
                who = (
                    f"Other hotels with {name} are not up to date either right now, so it is hardly yours: "
                    "nobody need act before that is over"
                )
            return text, [
                section(f"*{text}*\n{safe(told.title)}. {safe(told.explanation)}\n{who}."),
                context(f"Since {instant(event.since)}. I keep trying, and tell you when it is over."),
            ]
        case SyncRecovered():
            text = f"✅ {safe(event.property_name)} is up to date with {name} again."
            return text, [
                section(f"*{text}*"),
                context(
                    f"It was not from {instant(event.since)} to {instant(event.until)}. Nothing is missing."
                ),
            ]
        case FindingOpened():
            text = f"🔎 {safe(event.property_name)}: {sync_texts.FINDINGS[FindingKind(event.kind)]}"
            blocks = [section(f"*{text}*\n{_facts(vendor, FindingKind(event.kind), event.facts)}")]
            if event.kind in REPAIRABLE:
                blocks.append(actions(button("Read Everything Anew", ids.SYNC_REPAIR)))
            return text, [*blocks, context("I tell you once more when this is over.")]
        case FindingClosed():
            text = f"✅ {safe(event.property_name)}: {sync_texts.FINDINGS_OVER[FindingKind(event.kind)]}"
            return text, [section(f"*{text}*"), context(f"It began {instant(event.since)}.")]


def _facts(vendor: Vendor, kind: FindingKind, facts: Mapping[str, Any]) -> str:
    match kind:
        case FindingKind.QUIET:
            were = "booking was" if facts["news"] == 1 else "bookings were"
            return (
                f"{facts['news']:,} {were} new or changed in the last 24 hours; on such a day about "
                f"{facts['usual']:,} are usual. The sync itself works. Has something changed at the PMS?"
            )
        case FindingKind.FLAT:
            return _flat(facts)
        case FindingKind.TRUNCATED:
            kind_of_record = texts.ENTITIES[Entity(facts["entity"])]
            return (
                f"The last complete list ended after {facts['read']:,} {kind_of_record}, without "
                f"{facts['missing']:,} that I know. I do not believe that they are gone: nothing was taken "
                "away here. Is it the same when everything is read anew? Then ask the PMS's support whether "
                "long lists are cut off."
            )
        case FindingKind.NO_POST:
            changes = "change" if facts["found"] == 1 else "changes"
            return (
                f"I found {facts['found']:,} {changes} that the PMS sent no word of, as it used to. Nothing "
                "is missed: I read on schedule. How often: *Home › Sync Settings*."
            )
        case FindingKind.NO_QUEUE:
            told = diagnose(vendor, Failure(facts["code"], Layer.PERMISSIONS))
            return f"{safe(told.explanation)}\n{bullets([safe(action) for action in told.actions])}"
        case FindingKind.COUNTS:
            lines = [
                f"{sync_texts.COUNTED[name]}: {told:,} there, {ours:,} here"
                for name, (told, ours) in facts.items()
            ]
            return bullets(lines)


def _flat(facts: Mapping[str, Any]) -> str:
    if "same" in facts:
        bookings = "booking" if facts["same"] == 1 else "bookings"
        return (
            f"The last {facts['times']:,} syncs each found exactly {facts['same']:,} {bookings} changed. No "
            "hotel is that regular: perhaps the PMS answers with the same old list every time."
        )
    return (
        f"Not one booking has changed in {facts['hours']:,} hours in which about {facts['usual']:,} changes "
        "are usual, though guests arrive and leave. The sync itself works: perhaps the PMS answers with old "
        "data."
    )
