"""What a person can operate in blocks: finding a control, and what it says once used.

Raw values are what a page or a test sends: a string, or a list of strings where several may be chosen.
"""

import copy
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.playground.slack.blocks import elements_of, walk
from bot.playground.slack.elements import offered_options
from bot.playground.slack.state import Json

Raw = str | list[str] | None


class StaleControlError(Exception):
    """The control, or the option, is no longer what the person saw."""


SINGLE_OPTION: Final = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OPTIONS: Final = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
TEXTS: Final = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
SINGLE_PICK: Final[Mapping[str, str]] = {
    "users_select": "user",
    "channels_select": "channel",
    "conversations_select": "conversation",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
}
MANY_PICKS: Final[Mapping[str, str]] = {
    "multi_users_select": "users",
    "multi_channels_select": "channels",
    "multi_conversations_select": "conversations",
}
PRESSED: Final = frozenset({"button", "workflow_button", "icon_button", "feedback_buttons", "overflow"})


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return a copy in which every block and every control has an id, as Slack gives them."""
    filled = copy.deepcopy(blocks)
    for _, block in walk(filled):
        block.setdefault("block_id", secrets.token_hex(3))
        for part in elements_of(block):
            if is_control(part):
                part.setdefault("action_id", secrets.token_hex(3))
    return filled


def is_control(part: Mapping[str, Any]) -> bool:
    """Tell whether a person can operate the element."""
    return part.get("type") in PRESSED or is_stateful(part)


def is_stateful(part: Mapping[str, Any]) -> bool:
    """Tell whether the element holds a value, which a view's state reports."""
    kind = part.get("type")
    known = (
        SINGLE_OPTION | MANY_OPTIONS | TEXTS | SINGLE_PICK.keys() | MANY_PICKS.keys() | {"rich_text_input"}
    )
    return kind in known and kind != "overflow"


def controls(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every control with the block it stands in."""
    for _, block in walk(blocks):
        for part in elements_of(block):
            if is_control(part):
                yield block, part


def find(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    """Return a control and its block.

    Raises: StaleControlError.
    """
    for block, part in controls(blocks):
        if (block.get("block_id"), part.get("action_id")) == (block_id, action_id):
            return block, part
    raise StaleControlError(f"{block_id}/{action_id}")


def used(block: Json, part: Json, raw: Raw, action_ts: str) -> Json:
    """Return the action that tells the app that the control was used.

    Raises: StaleControlError when what was chosen is not offered.
    """
    action: Json = {
        "type": part["type"],
        "action_id": part["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    match part["type"]:
        case "button" | "workflow_button" | "icon_button":
            shown = ("text", "value", "style", "url", "accessibility_label")
            return action | {name: part[name] for name in shown if name in part}
        case "feedback_buttons":
            chosen = _feedback(part, raw)
            return action | {"text": chosen["text"], "value": chosen["value"]}
        case "overflow":
            return action | {"selected_option": _option(part, raw)}
        case _:
            extra = {name: part[name] for name in ("placeholder", "initial_value") if name in part}
            return action | extra | value_of(part, raw)


def _feedback(part: Json, raw: Raw) -> Json:
    for name in ("positive_button", "negative_button"):
        button: Json = part[name]
        if button["value"] == raw:
            return button
    raise StaleControlError("feedback")


def _option(part: Json, raw: Raw) -> Json:
    for option in offered_options(part):
        if option["value"] == raw:
            found: Json = option
            return found
    raise StaleControlError(f"option {raw}")


def value_of(part: Json, raw: Raw) -> Json:
    """Return the element's value as a view's state reports it.

    Raises: StaleControlError when what was chosen is not offered.
    """
    kind = part["type"]
    if kind in TEXTS:
        return {"type": kind, "value": _one(raw)}
    if kind in SINGLE_OPTION:
        return {"type": kind, "selected_option": _option(part, raw) if raw else None}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(part, one) for one in _many(raw)]}
    if kind in SINGLE_PICK:
        chosen: str | int | None = _one(raw)
        if kind == "datetimepicker" and chosen:
            chosen = int(chosen)
        return {"type": kind, f"selected_{SINGLE_PICK[kind]}": chosen}
    if kind in MANY_PICKS:
        return {"type": kind, f"selected_{MANY_PICKS[kind]}": _many(raw)}
    return {"type": kind, "rich_text_value": _rich_text(_one(raw))}


def _one(raw: Raw) -> str | None:
    text = raw[0] if isinstance(raw, list) and raw else raw
    return text if isinstance(text, str) and text else None


def _many(raw: Raw) -> list[str]:
    return raw if isinstance(raw, list) else [raw] if raw else []


def _rich_text(text: str | None) -> Json | None:
    if text is None:
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _initial_raw(part: Json) -> Raw:
    kind = part["type"]
    if kind in TEXTS:
        return part.get("initial_value")
    if kind in SINGLE_OPTION:
        return part["initial_option"]["value"] if "initial_option" in part else None
    if kind in MANY_OPTIONS:
        return [option["value"] for option in part.get("initial_options", [])]
    if kind in SINGLE_PICK:
        initial = part.get(f"initial_{SINGLE_PICK[kind]}")
        return None if initial is None else str(initial)
    return list(part.get(f"initial_{MANY_PICKS[kind]}", [])) if kind in MANY_PICKS else None


def initial_values(blocks: list[Json]) -> Json:
    """Return the state of blocks that nobody has touched yet."""
    values: Json = {}
    for block, part in controls(blocks):
        if is_stateful(part):
            values.setdefault(block["block_id"], {})[part["action_id"]] = value_of(part, _initial_raw(part))
    return values


def kept_values(blocks: list[Json], before: Json) -> Json:
    """Return the state of new blocks, keeping what was typed where block_id and action_id stayed the same."""
    values = initial_values(blocks)
    for block_id, parts in values.items():
        for action_id, value in parts.items():
            old = before.get(block_id, {}).get(action_id)
            if old is not None and old["type"] == value["type"]:
                parts[action_id] = old
    return values


def with_raw(blocks: list[Json], before: Json, raw: Mapping[str, Mapping[str, Raw]]) -> Json:
    """Return the state after a person typed and chose; what is not on the page is ignored.

    Raises: StaleControlError when an option is not offered.
    """
    values = copy.deepcopy(before)
    for block, part in controls(blocks):
        typed = raw.get(block["block_id"], {})
        if is_stateful(part) and part["action_id"] in typed:
            values.setdefault(block["block_id"], {})[part["action_id"]] = value_of(
                part, typed[part["action_id"]]
            )
    return values
