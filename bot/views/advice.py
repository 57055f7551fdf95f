"""What a model adds to an answer: that it thinks, its words above the guide's, an offer, the thumbs."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import ids, texts
from bot.views.controls import back, cancel
from bot.views.parts import Block, Element, actions, button, context, divider, link, safe, section
from core.guidance.advisor import Advice, Words
from core.guidance.entries import Entry
from core.onboarding.steps import Choosing, Diagnosing, EnteringCredentials, Reviewing, Step, Tested
from core.pms.registry import Registry


@dataclass(frozen=True, slots=True)
class Offer:
    """An ordinary button, with what a model is told that it does."""

    does: str
    element: Element


def thinking() -> list[Block]:
    """Return the end of an answer while a model reads on; `without_thinking` takes it away again."""
    stop = button("Stop", ids.STOP_ADVICE)
    return [
        {**context(texts.THINKING), "block_id": f"{ids.THINKING}:line"},
        actions(stop, block_id=f"{ids.THINKING}:stop"),
    ]


def without_thinking(blocks: list[Block]) -> list[Block]:
    """Return a message's blocks as they are once nobody thinks any more."""
    return [block for block in blocks if not str(block.get("block_id", "")).startswith(ids.THINKING)]


def advised(advice: Advice, static: list[Block], offers: Mapping[str, Offer]) -> list[Block]:
    """Return the answer with what the model made of it; the guide's own words always stand beneath."""
    blocks = static
    if words := advice.words:
        beneath = static if words.cites_diagnosis else []
        cited = [block for entry in words.entries for block in entry_blocks(entry)]
        blocks = [*_said(words), divider(), *beneath, *cited]
    if advice.wish and advice.wish in offers:
        element = offers[advice.wish].element
        label = safe(element["text"]["text"])
        blocks = [*blocks, section(texts.DID_YOU_MEAN_THIS.format(label=label)), actions(element)]
    if advice.words:
        blocks = [*blocks, _thumbs(advice.words)]
    return blocks


def entry_blocks(entry: Entry) -> list[Block]:
    """Return an entry of the guides, word for word."""
    text = "\n".join(safe(line) for line in entry.text.splitlines())
    links = "  ·  ".join(link(one.url, safe(one.text)) for one in entry.links)
    source = texts.FROM_THE_GUIDE.format(source=safe(entry.source))
    return [section(f"*{safe(entry.title)}*\n{text}"), context(source, *([links] if links else []))]


def _said(words: Words) -> list[Block]:
    lines = "\n".join(safe(line) for line in words.text.splitlines() if line.strip())
    return [section(f"✨ {lines}"), context(texts.WRITTEN_BY_AI)]


def _thumbs(words: Words) -> Block:
    """Return the thumbs; their value says what the answer rested on, and nothing of the question."""
    rests_on = f"{words.prompt} {' '.join(entry.id for entry in words.entries)}"[:1900]
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": ids.RATE_ADVICE,
                "positive_button": _thumb(texts.HELPFUL, f"good {rests_on}"),
                "negative_button": _thumb(texts.NOT_HELPFUL, f"bad {rests_on}"),
            }
        ],
    }


def _thumb(label: str, value: str) -> Element:
    return {"text": {"type": "plain_text", "text": label}, "value": value, "accessibility_label": label}


def offers(registry: Registry, step: Step | None, control: str) -> dict[str, Offer]:
    """Return the buttons that make sense now, by the key a model knows them under."""
    again = Offer("run the connection test again", button("Retry", ids.RETRY, control))
    form = Offer("enter or change the credentials", button("Enter Credentials", ids.OPEN_FORM, control))
    go_back = Offer("go back one step, for example to choose another PMS", back(control))
    stop = Offer("stop connecting", cancel(control))
    match step:
        case None:
            return {
                "connect": Offer("connect the hotel's PMS", button("Connect", ids.BEGIN)),
                "status": Offer("see how the connection stands", button("Status", ids.SHOW_STATUS)),
                "team": Offer("see who may do what", button("Team", ids.SHOW_TEAM)),
                "help": Offer("see what Innkeeper can do", button("Help", ids.SHOW_HELP)),
            }
        case Choosing():
            return {**_vendors(registry, control), "cancel": stop}
        case EnteringCredentials(target):
            first = {} if target.property_id else {"back": go_back}
            return {"credentials": form, **first, "cancel": stop}
        case Diagnosing():
            return {"retry": again, "credentials": form, "back": go_back, "cancel": stop}
        case Tested():
            next_step = Offer("go on to the review", button("Next", ids.NEXT, control))
            return {"next": next_step, "back": go_back, "cancel": stop}
        case Reviewing():
            return {"back": go_back, "cancel": stop}
        case _:
            return {}


def _vendors(registry: Registry, control: str) -> dict[str, Offer]:
    return {
        vendor.key.value.lower(): Offer(
            f"choose {vendor.display_name} as the hotel's PMS",
            button(vendor.display_name, f"{ids.CHOOSE}:{vendor.key.value}", control),
        )
        for vendor in registry
        if vendor.is_available
    }
