"""What managers read in their channel: one message for each fact, with who must act if anybody must."""

from bot import texts
from bot.views.parts import Block, context, instant, safe, section
from core.domain.errors import Layer
from core.domain.events import (
    ConnectionEstablished,
    ConnectionRemoved,
    ConnectionTestFailedRepeatedly,
    CredentialsRefusedForGood,
    DomainEvent,
    FirstSyncCompleted,
    SyncRecovered,
    SyncTroubled,
)
from core.pms.diagnosis import explain
from core.pms.registry import Registry
from core.pms.report import Failure


def notice(registry: Registry, event: DomainEvent) -> tuple[str, list[Block]]:
    """Return a fact as a message: the sentence for notifications, and the blocks."""
    vendor = registry[event.vendor]
    name = vendor.display_name
    match event:
        case ConnectionEstablished():
            again = "connected anew" if event.replaced else "connected"
            text = f"✅ {safe(event.property_name)} is {again} to {name}."
            return text, [section(f"*{text}*"), context(f"By <@{event.by_user_id}>")]
        case ConnectionRemoved():
            text = f"⚪ {safe(event.property_name)} was disconnected from {name}."
            detail = "Its credentials are deleted. To connect again, type `/pms connect`."
            return text, [section(f"*{text}*\n{detail}"), context(f"By <@{event.by_user_id}>")]
        case CredentialsRefusedForGood():
            text = f"🟠 {name} no longer accepts the credentials of {safe(event.property_name)}."
            detail = "Nothing is lost. A manager can enter new ones: *Home › Update Credentials*."
            return text, [section(f"*{text}*\n{detail}")]
        case ConnectionTestFailedRepeatedly():
            told = explain(vendor, Failure(event.code, Layer.INPUT))
            text = f"⚠️ Connecting {name} has failed {event.failures} times."
            who = f"Who must act: {texts.PARTIES[told.party]}"
            return text, [
                section(f"*{text}*\n{safe(told.title)}. {who}."),
                context(f"<@{event.by_user_id}> is at it and sees every detail in their thread."),
            ]
        case FirstSyncCompleted():
            text = f"✅ The records of {safe(event.property_name)} have arrived from {name}."
            told = [f"{count:,} {kind}" for kind, count in sorted(event.counts.items())]
            return text, [
                section(f"*{text}*\n{', '.join(told)}."),
                context("From now on they are kept up to date. How often: *Home › Sync Settings*."),
            ]
        case SyncTroubled():
            told = explain(vendor, Failure(event.code, Layer.HTTP))
            text = f"⚠️ {safe(event.property_name)} is not kept up to date with {name}."
            who = f"Who must act: {texts.PARTIES[told.party]}"
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
