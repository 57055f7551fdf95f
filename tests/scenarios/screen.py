"""What a person can read and operate on a page: words and controls, found by what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ONE_OF = ("static_select", "radio_buttons", "overflow", "external_select")
MANY_OF = ("multi_static_select", "checkboxes")


@dataclass(frozen=True, slots=True)
class Control:
    """Something to click: where it stands, which it is, and what clicking sets it to."""

    container: Json
    block_id: str
    action_id: str
    value: Any
    asks_first: bool
    url: str = ""


def readable(value: Any) -> list[str]:
    """Return every text that blocks show, in order."""
    if isinstance(value, list):
        return [line for part in value for line in readable(part)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"):
        return ["".join(piece.get("text") or piece.get("url", "") for piece in value["elements"])]
    own = [shown(value[name]) for name in ("title", "text") if isinstance(value.get(name), str)]
    return own + [line for part in value.values() for line in readable(part)]


def shown(text: str) -> str:
    """Return text as it is drawn: links by their words, dates by their fallback, escapes undone."""
    worded = re.sub(r"<[^<>|]+\|([^<>]+)>", r"\1", text)
    return worded.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def lines_of(message: Json) -> list[str]:
    """Return what a message shows: its blocks, or its text when it has none."""
    return readable(message["blocks"]) if message["blocks"] else [shown(message["text"])]


def elements(value: Any) -> Iterator[tuple[Json, Json]]:
    """Yield every operable element with the block it stands in."""
    if isinstance(value, list):
        for part in value:
            yield from elements(part)
    elif isinstance(value, dict) and "block_id" in value:
        for part in value.values():
            for candidate in part if isinstance(part, list) else [part]:
                if isinstance(candidate, dict) and "action_id" in candidate:
                    yield value, candidate
                else:
                    yield from elements(candidate)


def options_of(element: Json) -> list[Json]:
    """Return an element's options, those in groups included."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def control(label: str, blocks: Any, container: Json) -> Control | None:
    """Return the first button or option in blocks that says `label`."""
    for block, element in elements(blocks):
        found = _value(label, element)
        if found is not None:
            asks_first, url = "confirm" in element, element.get("url", "")
            return Control(container, block["block_id"], element["action_id"], found[0], asks_first, url)
    return None


def _value(label: str, element: Json) -> tuple[Any] | None:
    """Return what the element is set to when `label` on it is clicked; None when it does not say so."""
    if element.get("text", {}).get("text") == label:
        return (None,)
    for name in ("positive_button", "negative_button"):
        if name in element and element[name]["text"]["text"] == label:
            return ({"selected": element[name]["value"]},)
    for option in options_of(element):
        if option["text"]["text"] == label:
            many = element["type"] in MANY_OF
            return ({"selected": [option["value"]] if many else option["value"]},)
    return None


def typed_value(element: Json, text: Any) -> Any:
    """Return the raw value of an input into which a person puts `text`: options go by their words."""
    values = {option["text"]["text"]: option["value"] for option in options_of(element)}
    if element["type"] in ONE_OF:
        return values[text]
    if element["type"] in MANY_OF:
        return [values[one] for one in ([text] if isinstance(text, str) else text)]
    return text
