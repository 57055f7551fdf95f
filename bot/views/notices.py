"""What managers read in their channel: one message for each fact, with who must act if anybody must."""

from bot import texts
from bot.views import conflicts, expiry, outbound, sync_notices
from bot.views.parts import Block, context, mention, safe, section
from core.domain.errors import Layer
from core.domain.events import (
    ConflictFound,
    ConnectionEstablished,
    ConnectionRemoved,
    ConnectionTestFailedRepeatedly,
    CredentialsEnding,
    CredentialsRefusedForGood,
    DomainEvent,
    EndpointPaused,
)
from core.pms.diagnosis import diagnose
from core.pms.registry import Registry
from core.pms.report import Failure


def notice(registry: Registry, event: DomainEvent) -> tuple[str, list[Block]]:
    """Return a fact as a message: the sentence for notifications, and the blocks."""
    if isinstance(event, EndpointPaused):
        return outbound.paused_notice(event)
    vendor = registry[event.vendor]
    name = vendor.display_name
    match event:
        case ConnectionEstablished():
            again = "connected anew" if event.replaced else "connected"
            text = f"✅ {safe(event.property_name)} is {again} to {name}."
            return text, [section(f"*{text}*"), context(f"By {mention(event.by_user_id)}")]
        case ConnectionRemoved():
            text = f"⚪ {safe(event.property_name)} was disconnected from {name}."
            detail = "Its credentials are deleted. To connect again, type `/pms connect`."
            return text, [section(f"*{text}*\n{detail}"), context(f"By {mention(event.by_user_id)}")]
        case CredentialsRefusedForGood():
            text = f"🟠 {name} no longer accepts the credentials of {safe(event.property_name)}."
            detail = "Nothing is lost. A manager can enter new ones: *Home › Update Credentials*."
            return text, [section(f"*{text}*\n{detail}")]
        case ConnectionTestFailedRepeatedly():
            told = diagnose(vendor, Failure(event.code, Layer.INPUT))
            text = f"⚠️ Connecting {name} has failed {event.failures} times."
            who = f"Who must act: {texts.PARTIES[told.party]}"
            return text, [
                section(f"*{text}*\n{safe(told.title)}. {who}."),
                context(f"<@{event.by_user_id}> is at it and sees every detail in their thread."),
            ]
        case CredentialsEnding():
            return expiry.notice(vendor, event)
        case ConflictFound():
            return conflicts.notice(vendor, event)
        case _:
            return sync_notices.notice(vendor, event)
