"""When credentials end: a line on Home, the form for what nobody else knows, and the warnings."""

from datetime import date, datetime
from typing import Final

from bot import ids, sync_texts, texts
from bot.views.parts import (
    Block,
    Element,
    actions,
    button,
    choice_input,
    context,
    instant,
    modal,
    option,
    safe,
    section,
)
from core.domain.events import CredentialsEnding
from core.domain.expiry import TermKind
from core.pms.guide import Party
from core.pms.vendor import Vendor
from core.sync.expiry import AGES, Dates

NEVER: Final = "never"


def line(dates: Dates) -> list[Block]:
    """Return what Home says of it, where there is anything to say."""
    told = _told(dates)
    return [context("  ·  ".join(told))] if told else []


def reminders_button() -> Element:
    """Return the button that opens the form."""
    return button("Expiry Reminders", ids.EXPIRY)


def form(vendor: Vendor, dates: Dates) -> Block:
    """Return the form for until when credentials are good, and how old they may grow."""
    day: Element = {"type": "datepicker"}
    if dates.valid_until:
        day["initial_date"] = dates.valid_until.isoformat()
    offered = [option("Never", NEVER), *(option(f"Every {days} days", str(days)) for days in AGES)]
    chosen = NEVER if dates.every_days is None else str(dates.every_days)
    initial = next((one for one in offered if one["value"] == chosen), offered[0])
    entered = sync_texts.ENTERED.format(day=_day(dates.entered_at.date())) if dates.entered_at else ""
    blocks = [
        section(sync_texts.EXPIRY_INTRO.format(vendor=vendor.display_name)),
        choice_input(
            ids.VALID_UNTIL_BLOCK,
            "These credentials are valid until",
            day,
            hint=sync_texts.VALID_UNTIL_HINT,
            optional=True,
        ),
        choice_input(
            ids.EVERY_DAYS_BLOCK,
            "Remind us to replace them",
            {"type": "static_select", "options": offered, "initial_option": initial},
            hint=f"{sync_texts.EVERY_DAYS_HINT} {entered}".strip(),
        ),
    ]
    if dates.certificate_until and dates.certificate_of:
        told = sync_texts.CERTIFICATE_LOOKED_AT.format(
            host=safe(dates.certificate_of), day=_day(dates.certificate_until)
        )
        blocks.append(context(told))
    return modal(ids.EXPIRY_FORM, "Expiry reminders", blocks, submit="Save")


def valid_until_in(value: str) -> date | None:
    """Return the day that was picked."""
    return date.fromisoformat(value) if value else None


def every_days_in(value: str) -> int | None:
    """Return how old credentials may grow by a form's value."""
    return int(value) if value.isdigit() else None


def notice(vendor: Vendor, event: CredentialsEnding) -> tuple[str, list[Block]]:
    """Return a warning as a message: the sentence for notifications, and the blocks."""
    is_certificate = event.kind is TermKind.CERTIFICATE
    words = {
        "hotel": safe(event.property_name),
        "vendor": vendor.display_name,
        "host": safe(event.about or ""),
        "when": _when(event.days, event.ends_on),
        "days": f"{event.days:,}",
    }
    text = sync_texts.ENDING[event.kind].format(**words)
    party = Party.YOUR_IT if is_certificate else Party.YOU
    who = f"Who must act: {texts.PARTIES[party]}."
    blocks = [section(f"*{text}*\n{sync_texts.ENDING_MEANS[event.kind].format(**words)}\n{who}")]
    if not is_certificate:
        blocks.append(actions(button("Enter New Credentials", ids.RENEW, style="primary")))
    return text, [*blocks, context(sync_texts.ENDING_SOURCE[event.kind].format(**words))]


def _told(dates: Dates) -> list[str]:
    told = []
    if dates.valid_until:
        told.append(f"🔑 Credentials valid until {_day(dates.valid_until)}")
    if dates.every_days:
        told.append(f"🔁 To be replaced every {dates.every_days} days{_since(dates.entered_at)}")
    if dates.certificate_until and dates.certificate_of:
        told.append(f"🔒 Certificate of {safe(dates.certificate_of)} ends {_day(dates.certificate_until)}")
    return told


def _since(entered_at: datetime | None) -> str:
    return f" (entered {instant(entered_at)})" if entered_at else ""


def _when(days: int, day: date) -> str:
    return f"{'tomorrow' if days == 1 else f'in {days} days'}, on {_day(day)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
