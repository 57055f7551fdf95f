"""What a control says once it is used, element by element, as Slack writes it."""

from typing import Any

import pytest

from bot.playground.slack.controls import (
    StaleControlError,
    find,
    initial_values,
    used,
    value_of,
    with_ids,
    with_raw,
)
from tests.bot.playground.slack.block_samples import CARD, Json, actions, button, entry, menu, option, plain

MEWS, OPERA = option("Mews"), option("Opera")
RICH: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
}

VALUES: list[tuple[Json, Any, Json]] = [
    ({"type": "plain_text_input"}, "key", {"value": "key"}),
    ({"type": "number_input"}, "5", {"value": "5"}),
    ({"type": "email_text_input"}, "", {"value": None}),
    ({"type": "static_select", "options": [MEWS, OPERA]}, "opera", {"selected_option": OPERA}),
    ({"type": "static_select", "options": [MEWS]}, None, {"selected_option": None}),
    (
        {"type": "static_select", "option_groups": [{"label": plain("A"), "options": [MEWS]}]},
        "mews",
        {"selected_option": MEWS},
    ),
    ({"type": "radio_buttons", "options": [MEWS]}, "mews", {"selected_option": MEWS}),
    (
        {"type": "multi_static_select", "options": [MEWS, OPERA]},
        ["opera", "mews"],
        {"selected_options": [OPERA, MEWS]},
    ),
    ({"type": "checkboxes", "options": [MEWS]}, [], {"selected_options": []}),
    ({"type": "users_select"}, "U0ADA", {"selected_user": "U0ADA"}),
    ({"type": "multi_users_select"}, ["U0ADA"], {"selected_users": ["U0ADA"]}),
    ({"type": "channels_select"}, "C0A", {"selected_channel": "C0A"}),
    ({"type": "conversations_select"}, "C0A", {"selected_conversation": "C0A"}),
    ({"type": "multi_conversations_select"}, "C0A", {"selected_conversations": ["C0A"]}),
    ({"type": "datepicker"}, "2026-11-22", {"selected_date": "2026-11-22"}),
    ({"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
    ({"type": "datetimepicker"}, "1770000000", {"selected_date_time": 1_770_000_000}),
    ({"type": "rich_text_input"}, "hi", {"rich_text_value": RICH}),
    ({"type": "rich_text_input"}, "", {"rich_text_value": None}),
]


@pytest.mark.parametrize(("element", "raw", "value"), VALUES)
def test_a_value_is_reported_as_slack_does(element: Json, raw: Any, value: Json) -> None:
    """The type, and the value under the name that the element has for it."""
    assert value_of(element, raw) == {"type": element["type"], **value}


INITIAL: list[tuple[Json, Json]] = [
    ({"type": "url_text_input", "initial_value": "https://a.b"}, {"value": "https://a.b"}),
    (menu(options=[MEWS], initial_option=MEWS), {"selected_option": MEWS}),
    ({"type": "checkboxes", "options": [MEWS], "initial_options": [MEWS]}, {"selected_options": [MEWS]}),
    ({"type": "users_select", "initial_user": "U0ADA"}, {"selected_user": "U0ADA"}),
    ({"type": "datetimepicker", "initial_date_time": 5}, {"selected_date_time": 5}),
    ({"type": "multi_channels_select", "initial_channels": ["C0A"]}, {"selected_channels": ["C0A"]}),
    ({"type": "rich_text_input"}, {"rich_text_value": None}),
]


@pytest.mark.parametrize(("element", "value"), INITIAL)
def test_an_untouched_form_reports_what_it_began_with(element: Json, value: Json) -> None:
    """Initial values count as chosen."""
    blocks = [entry({**element, "action_id": "a"}, block_id="b")]
    assert initial_values(blocks) == {"b": {"a": {"type": element["type"], **value}}}


FEEDBACK: Json = {
    "type": "feedback_buttons",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}

USED: list[tuple[Json, Any, Json]] = [
    (button(value="1", style="primary"), None, {"text": plain("Next"), "value": "1", "style": "primary"}),
    (
        {"type": "icon_button", "icon": "trash", "text": plain("Remove"), "value": "7"},
        None,
        {"text": plain("Remove"), "value": "7"},
    ),
    (FEEDBACK, "bad", {"text": plain("Bad"), "value": "bad"}),
    ({"type": "overflow", "options": [MEWS]}, "mews", {"selected_option": MEWS}),
    (
        menu(options=[MEWS], placeholder=plain("Choose")),
        "mews",
        {"selected_option": MEWS, "placeholder": plain("Choose")},
    ),
    ({"type": "plain_text_input"}, "typed", {"value": "typed"}),
]


@pytest.mark.parametrize(("element", "raw", "more"), USED)
def test_a_use_is_told_as_slack_does(element: Json, raw: Any, more: Json) -> None:
    """Ids, type and time, and what the element says of itself or of the choice."""
    action = used({"block_id": "b"}, {**element, "action_id": "a"}, raw, "1.0")
    assert action == {"type": element["type"], "block_id": "b", "action_id": "a", "action_ts": "1.0", **more}


@pytest.mark.parametrize("element", [FEEDBACK, menu(), {"type": "overflow", "options": [MEWS]}])
def test_what_was_never_offered_cannot_be_chosen(element: Json) -> None:
    """A forged choice is stale."""
    with pytest.raises(StaleControlError):
        used({"block_id": "b"}, {**element, "action_id": "a"}, "nonsense", "1.0")


def test_controls_are_found_in_nested_blocks() -> None:
    """A button on a card in a carousel, and one in a container, are as good as any."""
    carousel = {"type": "carousel", "elements": [CARD | {"block_id": "card"}]}
    container = {
        "type": "container",
        "title": plain("A"),
        "child_blocks": [actions(button("Deep"), block_id="row")],
    }
    blocks = with_ids([carousel, container])
    assert find(blocks, "card", "choose")[1]["text"] == plain("Choose")
    assert find(blocks, "row", "deep")[1]["text"] == plain("Deep")
    with pytest.raises(StaleControlError):
        find(blocks, "row", "choose")


def test_only_what_is_on_the_page_is_taken() -> None:
    """Values for inputs that are not there are ignored."""
    blocks = [entry({"type": "plain_text_input", "action_id": "a"}, block_id="b")]
    raw = {"b": {"a": "typed", "x": "no"}, "y": {"z": "no"}}
    assert with_raw(blocks, initial_values(blocks), raw) == {
        "b": {"a": {"type": "plain_text_input", "value": "typed"}}
    }
