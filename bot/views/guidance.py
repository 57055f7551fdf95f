"""What the guides say to a question, or of the present step where they have no answer."""

from bot import ids, texts
from bot.views import ladder
from bot.views.advice import entry_blocks
from bot.views.controls import cancel
from bot.views.parts import Block, actions, bullets, button, context, numbered, safe, section
from core.guidance.entry import Entry
from core.guidance.library import StaticAnswer
from core.onboarding.steps import Diagnosing, Step, target_of
from core.pms.registry import Registry


def answer(static: StaticAnswer) -> list[Block]:
    """Return the entry that answers a question, or what may be meant; else what can be asked."""
    entries = [hit.entry for hit in static.hits]
    if not entries:
        return [*not_found(), section(f"{texts.CAN_BE_ASKED}\n{bullets(texts.QUESTIONS)}")]
    if not static.in_scope:
        return [section(texts.NOT_SURE), _offered(entries)]
    best, *others = entries
    return [*entry_blocks(best), *([context(texts.SEE_ALSO), _offered(others)] if others else [])]


def not_found() -> list[Block]:
    """Say that the guides have no answer."""
    return [section(texts.NOT_IN_THE_GUIDE)]


def _offered(entries: list[Entry]) -> Block:
    """Return a button for each of these entries."""
    return actions(
        *(button(entry.title, f"{ids.READ_ENTRY}:{place}", entry.id) for place, entry in enumerate(entries))
    )


def of_step(registry: Registry, step: Step) -> list[Block]:
    """Return the guide's help for a step."""
    target = target_of(step)
    if target is None:
        names = [vendor.display_name for vendor in registry if vendor.is_available]
        return [
            section(
                "Choose the system in which your hotel keeps its bookings; its name is usually on the log-in "
                f"page. In this version: {', '.join(names)}. You can also type the name here."
            ),
            context(texts.PASTED),
        ]
    vendor = registry[target.vendor]
    if isinstance(step, Diagnosing):
        return [*ladder.explained(vendor, step.report, step.run), context(texts.THREAD_HELP)]
    blocks = [
        section(f"*Where to find it in {vendor.display_name}*\n{numbered(vendor.guide.where_to_find)}"),
    ]
    if vendor.guide.issues:
        common = [f"*{safe(issue.problem)}* {safe(issue.cure)}" for issue in vendor.guide.issues[:5]]
        blocks.append(section(f"*Common problems*\n{bullets(common)}"))
    links = "  ·  ".join(f"<{link.url}|{safe(link.text)}>" for link in vendor.guide.links[:5])
    return [*blocks, context(*([links] if links else []), texts.PASTED)]


def asking_to_cancel(control: str) -> list[Block]:
    """Return the question before an attempt is ended."""
    return [section(texts.ASK_CANCEL), actions(cancel(control))]
