"""Block Kit's elements: buttons, menus, inputs, and the small objects they are made of.

Limits: slack_sdk 3.47 and Slack's reference pages (state of November 2026).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.playground.slack.shapes import (
    Finding,
    Rule,
    Shape,
    anything,
    boolean,
    exactly_one,
    integer,
    items,
    matching,
    one_of,
    plain,
    string,
    text,
    typed,
    url,
)

CONFIRM: Final = Shape(
    {"text": text(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": one_of("primary", "danger")},
)
OPTION: Final = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION: Final = Shape({"text": text(75), "value": string(150)}, {"description": text(75)})
MENU_OPTION: Final = Shape(
    {"text": plain(75), "value": string(150)}, {"description": plain(75), "url": url()}
)
OPTION_GROUP: Final = Shape({"label": plain(75), "options": items(OPTION, 100)})
FILTER: Final = Shape(
    optional={
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
DISPATCH: Final = Shape(
    optional={"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)}
)

ACTION: Final[Mapping[str, Rule]] = {"action_id": string(255)}
CONFIRMED: Final[Mapping[str, Rule]] = {**ACTION, "confirm": CONFIRM}
CHOSEN: Final[Mapping[str, Rule]] = {**CONFIRMED, "focus_on_load": boolean}
PICKED: Final[Mapping[str, Rule]] = {**CHOSEN, "placeholder": plain(150)}
TYPED: Final[Mapping[str, Rule]] = {
    **ACTION,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}


def listed(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one: its own rule reports what it is."""
    return value if isinstance(value, list) else []


def offered_options(element: Mapping[str, Any]) -> list[Any]:
    """Return all options of a menu, those in groups included."""
    groups = [group for group in listed(element.get("option_groups")) if isinstance(group, dict)]
    grouped = [option for group in groups for option in listed(group.get("options"))]
    return [*listed(element.get("options")), *grouped]


def _initial_is_offered(element: Any, at: str) -> Iterator[Finding]:
    offered = offered_options(element)
    if "initial_option" in element and element["initial_option"] not in offered:
        yield Finding(f"{at}/initial_option", "must be one of the provided options")
    if any(option not in offered for option in listed(element.get("initial_options"))):
        yield Finding(f"{at}/initial_options", "must be among the provided options")


def _lengths_agree(element: Any, at: str) -> Iterator[Finding]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield Finding(f"{at}/min_length", "must be no more than max_length")


def _menu(*, many: bool) -> Shape:
    initial: dict[str, Rule] = (
        {"initial_options": items(OPTION, 100), "max_selected_items": integer(1, 100)}
        if many
        else {"initial_option": OPTION}
    )
    return Shape(
        optional={
            **PICKED,
            **initial,
            "options": items(OPTION, 100),
            "option_groups": items(OPTION_GROUP, 100),
        },
        together=(exactly_one("options", "option_groups"), _initial_is_offered),
    )


def _picker(initial: str, *, many: bool, extra: Mapping[str, Rule] | None = None) -> Shape:
    own: dict[str, Rule] = (
        {f"initial_{initial}s": items(string(255), 100), "max_selected_items": integer(1, 100)}
        if many
        else {f"initial_{initial}": string(255)}
    )
    return Shape(optional={**PICKED, **own, **(extra or {})})


def _external(*, many: bool) -> Shape:
    own: dict[str, Rule] = (
        {"initial_options": items(OPTION, 100), "max_selected_items": integer(1, 100)}
        if many
        else {"initial_option": OPTION}
    )
    return Shape(optional={**PICKED, **own, "min_query_length": integer(0, 100)})


def _feedback() -> Shape:
    return Shape(
        {"text": plain(75), "value": string(2000)},
        {"accessibility_label": string(75)},
    )


_CONVERSATION: Final[Mapping[str, Rule]] = {"default_to_current_conversation": boolean, "filter": FILTER}
_ONE: Final[Mapping[str, Rule]] = {"response_url_enabled": boolean}

ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        {"text": plain(75)},
        {
            **CONFIRMED,
            "value": string(2000),
            "url": url(),
            "style": one_of("primary", "danger"),
            "accessibility_label": string(75),
            "agent_prompt": string(4000),
        },
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": anything},
        {**CONFIRMED, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "overflow": Shape({"options": items(MENU_OPTION, 5)}, CONFIRMED),
    "checkboxes": Shape(
        {"options": items(RICH_OPTION, 10)},
        {**CHOSEN, "initial_options": items(RICH_OPTION, 10)},
        (_initial_is_offered,),
    ),
    "radio_buttons": Shape(
        {"options": items(RICH_OPTION, 10)}, {**CHOSEN, "initial_option": RICH_OPTION}, (_initial_is_offered,)
    ),
    "static_select": _menu(many=False),
    "multi_static_select": _menu(many=True),
    "external_select": _external(many=False),
    "multi_external_select": _external(many=True),
    "users_select": _picker("user", many=False),
    "multi_users_select": _picker("user", many=True),
    "channels_select": _picker("channel", many=False, extra=_ONE),
    "multi_channels_select": _picker("channel", many=True),
    "conversations_select": _picker("conversation", many=False, extra={**_CONVERSATION, **_ONE}),
    "multi_conversations_select": _picker("conversation", many=True, extra=_CONVERSATION),
    "datepicker": Shape(
        optional={**PICKED, "initial_date": matching(r"\d{4}-\d{2}-\d{2}", "a date, YYYY-MM-DD")}
    ),
    "timepicker": Shape(
        optional={
            **PICKED,
            "initial_time": matching(r"\d{2}:\d{2}", "a time, HH:mm"),
            "timezone": string(255),
        }
    ),
    "datetimepicker": Shape(optional={**CHOSEN, "initial_date_time": integer(0, 9_999_999_999)}),
    "plain_text_input": Shape(
        optional={
            **TYPED,
            "initial_value": string(3000, shortest=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        together=(_lengths_agree,),
    ),
    "email_text_input": Shape(optional={**TYPED, "initial_value": string(3000, shortest=0)}),
    "url_text_input": Shape(optional={**TYPED, "initial_value": string(3000, shortest=0)}),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {
            **TYPED,
            "initial_value": string(100),
            "min_value": matching(r"-?\d+(\.\d+)?", "a number as a string"),
            "max_value": matching(r"-?\d+(\.\d+)?", "a number as a string"),
        },
    ),
    "rich_text_input": Shape(
        optional={
            **TYPED,
            "initial_value": anything,
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        }
    ),
    "file_input": Shape(
        optional={**ACTION, "filetypes": items(string(20), 100), "max_files": integer(1, 10)}
    ),
    "feedback_buttons": Shape({"positive_button": _feedback(), "negative_button": _feedback()}, ACTION),
    "icon_button": Shape(
        {"icon": string(50), "text": plain(75)},
        {
            **CONFIRMED,
            "value": string(2000),
            "accessibility_label": string(75),
            "visible_to_user_ids": items(string(20), 100),
        },
    ),
    "image": Shape(
        {"alt_text": string(2000)},
        {"image_url": url(), "slack_file": anything},
        (exactly_one("image_url", "slack_file"),),
    ),
}

MENUS: Final = frozenset(name for name in ELEMENTS if name.endswith("_select"))
PICKERS: Final = frozenset({"datepicker", "timepicker"})
IN_ACTIONS: Final = (
    MENUS
    | PICKERS
    | {
        "button",
        "checkboxes",
        "datetimepicker",
        "overflow",
        "radio_buttons",
        "workflow_button",
        "rich_text_input",
    }
)
IN_SECTION: Final = (
    MENUS | PICKERS | {"button", "checkboxes", "image", "overflow", "radio_buttons", "workflow_button"}
)
IN_INPUT: Final = (
    MENUS
    | PICKERS
    | {
        "checkboxes",
        "datetimepicker",
        "email_text_input",
        "file_input",
        "number_input",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "url_text_input",
    }
)
IN_CONTEXT_ACTIONS: Final = frozenset({"feedback_buttons", "icon_button"})


def element(allowed: frozenset[str]) -> Rule:
    """Accept one of the named elements."""
    return typed({name: ELEMENTS[name] for name in allowed})
