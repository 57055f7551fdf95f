"""Answers to `/pms connect`: started, already under way, or a colleague is at it."""

from bot import ids, texts
from bot.views.parts import Block, actions, button, confirm, section
from core.onboarding.service import Entry
from core.onboarding.steps import Step
from core.pms.vendor import Vendor


def entered(entry: Entry, step: Step, user_id: str, link: str | None) -> tuple[str, list[Block]]:
    """Return what to say about the hotel's open attempt, and the ways on from here."""
    number = step.at if not hasattr(step, "number") else step.number
    where = texts.step_title(number)
    match entry:
        case Entry.STARTED:
            text = "I have opened a private thread for you in the *Messages* of Innkeeper. Let's go on there."
            go_on = [actions(button("Continue", ids.CONTINUE, url=link, style="primary"))] if link else []
            return text, [section(f"👋 {text}"), *go_on]
        case Entry.ALREADY_YOURS:
            text = f"You have begun already and are at {where}. Everything is as you left it."
            ask = confirm("Start over?", "What you have typed will be wiped.", "Start over", "Keep it")
            go_on = [button("Continue", ids.CONTINUE, url=link, style="primary")] if link else []
            return text, [section(text), actions(*go_on, button("Start Over", ids.START_OVER, confirm=ask))]
        case Entry.SOMEBODY_ELSES:
            text = f"<@{user_id}> is connecting the PMS right now and is at {where}."
            ask = confirm(
                "Take over?",
                "Their attempt ends and what they typed is wiped. You begin with the same PMS.",
                "Take over",
                "Leave it",
            )
            return text, [section(text), actions(button("Take Over", ids.TAKE_OVER, confirm=ask))]


def let_in(vendor: Vendor, url: str) -> tuple[str, list[Block]]:
    """Return one person's own way to a vendor's consent page."""
    text = texts.LET_IN.format(vendor=vendor.display_name)
    go = button(f"Open {vendor.display_name}", ids.CONTINUE, url=url, style="primary")
    return text, [section(f"🔑 {text}"), actions(go)]
