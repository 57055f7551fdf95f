"""Blocks that Slack takes, and small wrong ones that it refuses, for the linter's tests."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Return a marked-up text object."""
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hello", **more: Any) -> Json:
    """Return a section."""
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Next", **more: Any) -> Json:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": text.lower(), **more}


def actions(*elements: Json, **more: Any) -> Json:
    """Return a row of elements."""
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "Mews", **more: Any) -> Json:
    """Return an option."""
    return {"text": plain(text), "value": text.lower(), **more}


def menu(**more: Any) -> Json:
    """Return a menu of one option."""
    return {"type": "static_select", "action_id": "menu", "options": [option()], **more}


def entry(element: Json | None = None, **more: Any) -> Json:
    """Return an input block."""
    default = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "label": plain("Name"), "element": element or default, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    """Return a modal."""
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), "submit": plain("Save"), **more}


def rich_text(text: str = "Read reservations") -> Json:
    """Return a rich text block."""
    pieces: list[Json] = [
        {"type": "text", "text": text, "style": {"bold": True}},
        {"type": "link", "url": "https://hotel.example", "text": "more"},
        {"type": "user", "user_id": "U0ADA"},
        {"type": "emoji", "name": "key"},
        {"type": "date", "timestamp": 1_770_000_000, "format": "{date_short}", "fallback": "today"},
    ]
    line = {"type": "rich_text_section", "elements": pieces}
    return {
        "type": "rich_text",
        "elements": [
            line,
            {"type": "rich_text_list", "style": "bullet", "elements": [line]},
            {"type": "rich_text_quote", "elements": pieces},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]},
        ],
    }


def task(task_id: str = "1", status: str = "complete") -> Json:
    """Return a task card."""
    return {"type": "task_card", "task_id": task_id, "title": "Check the key", "status": status}


IMAGE: Json = {"type": "image", "image_url": "https://hotel.example/a.png", "alt_text": "The hotel"}
CONFIRM: Json = {
    "title": plain("Sure?"),
    "text": mrkdwn("This disconnects *Mews*."),
    "confirm": plain("Disconnect"),
    "deny": plain("Keep it"),
    "style": "danger",
}
CARD: Json = {
    "type": "card",
    "title": mrkdwn("Mews"),
    "subtitle": mrkdwn("Cloud PMS"),
    "body": mrkdwn("Ten minutes"),
    "icon": IMAGE,
    "actions": [button("Choose", style="primary")],
}

GOOD_MESSAGE: list[Json] = [
    {"type": "header", "text": plain("Connect your PMS")},
    section("Step 2 of 5", accessory=button("Help", url="https://hotel.example/help")),
    {"type": "section", "fields": [mrkdwn("*Rooms*\n120"), plain("Arrivals 12")]},
    section("Which one?", accessory=menu(initial_option=option(), placeholder=plain("Choose"))),
    {"type": "divider"},
    actions(
        button("Next", style="primary", value="1"),
        button("Stop", style="danger", confirm=CONFIRM),
        {
            "type": "overflow",
            "action_id": "more",
            "options": [option("Docs", url="https://hotel.example/docs")],
        },
        {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-22"},
        {"type": "timepicker", "action_id": "time", "initial_time": "09:30"},
        {"type": "users_select", "action_id": "who", "initial_user": "U0ADA"},
    ),
    {"type": "context", "elements": [IMAGE, mrkdwn("Updated now")]},
    IMAGE | {"title": plain("The hotel")},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": plain("Good"), "value": "good"},
                "negative_button": {"text": plain("Bad"), "value": "bad"},
            },
            {"type": "icon_button", "action_id": "away", "icon": "trash", "text": plain("Remove")},
        ],
    },
    {"type": "markdown", "text": "**Hello**"},
    rich_text(),
    {"type": "plan", "title": "Five steps", "tasks": [task("1"), task("2", "in_progress")]},
    task("alone", "error")
    | {"details": rich_text(), "sources": [{"type": "url", "url": "https://a.b", "text": "a"}]},
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "Room"}, rich_text("12")]],
        "column_settings": [{"align": "right"}, {"is_wrapped": True}],
    },
    {"type": "carousel", "elements": [CARD]},
    {
        "type": "container",
        "title": plain("Details"),
        "child_blocks": [section(), {"type": "divider"}],
        "is_collapsible": True,
        "default_collapsed": True,
        "width": "wide",
    },
    {
        "type": "video",
        "title": plain("How to"),
        "alt_text": "A film",
        "video_url": "https://hotel.example/v",
        "thumbnail_url": "https://hotel.example/t.png",
    },
]

GOOD_MODAL: Json = modal(
    {"type": "alert", "text": mrkdwn("Nobody else sees this."), "level": "warning"},
    entry(
        {
            "type": "plain_text_input",
            "action_id": "key",
            "min_length": 8,
            "max_length": 100,
            "placeholder": plain("paste it here"),
            "focus_on_load": True,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
        block_id="key",
        hint=plain("Settings › Integrations"),
    ),
    entry({"type": "email_text_input", "action_id": "email"}, optional=True),
    entry({"type": "url_text_input", "action_id": "url", "initial_value": "https://api.example"}),
    entry(
        {
            "type": "number_input",
            "action_id": "number",
            "is_decimal_allowed": False,
            "min_value": "1",
            "max_value": "50",
        }
    ),
    entry(
        {
            "type": "checkboxes",
            "action_id": "boxes",
            "options": [option("I confirm")],
            "initial_options": [option("I confirm")],
        }
    ),
    entry({"type": "radio_buttons", "action_id": "radio", "options": [option("Daily"), option("Hourly")]}),
    entry(
        {"type": "multi_static_select", "action_id": "many", "options": [option()], "max_selected_items": 2}
    ),
    entry(
        {
            "type": "static_select",
            "action_id": "group",
            "option_groups": [{"label": plain("A"), "options": [option()]}],
        }
    ),
    entry({"type": "conversations_select", "action_id": "where", "filter": {"include": ["public"]}}),
    entry({"type": "multi_users_select", "action_id": "team", "initial_users": ["U0ADA"]}),
    entry({"type": "channels_select", "action_id": "channel"}, dispatch_action=True),
    entry({"type": "datetimepicker", "action_id": "from", "initial_date_time": 1_770_000_000}),
    CARD,
    callback_id="connect",
    private_metadata="one-id",
    close=plain("Cancel"),
    clear_on_close=True,
    notify_on_close=True,
    external_id="once",
)

GOOD_HOME: Json = {
    "type": "home",
    "blocks": [{"type": "header", "text": plain("Good morning")}, section(), actions(button("Sync Now"))],
    "callback_id": "home",
    "private_metadata": "",
}
