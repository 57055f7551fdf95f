"""The linter finds what Slack refuses, points at it, and leaves good payloads alone."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.playground.slack.blocks import Surface, lint_blocks, lint_message, lint_view, text_length
from tests.bot.playground.slack.block_samples import (
    CARD,
    CONFIRM,
    GOOD_HOME,
    GOOD_MESSAGE,
    GOOD_MODAL,
    IMAGE,
    Json,
    actions,
    button,
    entry,
    menu,
    modal,
    mrkdwn,
    option,
    plain,
    rich_text,
    section,
    task,
)
from tests.shared import shared_json

SCHEMA = "slack/blockkit.from-slack-types-3.2.0.strict.schema.json"


def test_good_payloads_pass() -> None:
    """Every kind of block, element and view in its proper place is fine."""
    primary = "2 primary buttons: one is the design guide's limit"
    assert [str(finding) for finding in lint_message("Step 2 of 5", GOOD_MESSAGE)] == [
        f"[WARNING] {primary} [json-pointer:/blocks]"
    ]
    assert lint_view(GOOD_MODAL) == []
    assert lint_view(GOOD_HOME) == []


@pytest.mark.parametrize(
    ("definition", "payload"),
    [
        ("Message", {"text": "Step 2 of 5", "blocks": GOOD_MESSAGE}),
        ("Modal", GOOD_MODAL),
        ("Home", GOOD_HOME),
    ],
)
def test_what_the_linter_calls_good_is_valid_under_slacks_own_types(definition: str, payload: Json) -> None:
    """The good samples are also valid under the schema made from Slack's published types."""
    schema = shared_json(SCHEMA)
    validator = Draft7Validator({**schema, "$ref": f"#/definitions/{definition}"})
    assert [error.message for error in validator.iter_errors(payload)] == []


WRONG_BLOCKS: list[tuple[str, Surface, Any, str]] = [
    ("not a list", "message", {"type": "section"}, "/blocks"),
    ("not an object", "message", ["section"], "/blocks/0"),
    ("no type", "message", [{"text": mrkdwn("a")}], "/blocks/0"),
    ("unknown block", "message", [{"type": "sektion"}], "/blocks/0/type"),
    ("unknown field", "message", [section(colour="red")], "/blocks/0"),
    ("51 blocks in a message", "message", [{"type": "divider"}] * 51, "/blocks"),
    ("101 blocks in a Home", "home", [{"type": "divider"}] * 101, "/blocks"),
    ("empty section", "message", [{"type": "section"}], "/blocks/0"),
    ("empty text", "message", [section("")], "/blocks/0/text/text"),
    ("section of 3001", "message", [section("a" * 3001)], "/blocks/0/text/text"),
    (
        "field of 2001",
        "message",
        [{"type": "section", "fields": [plain("a" * 2001)]}],
        "/blocks/0/fields/0/text",
    ),
    ("11 fields", "message", [{"type": "section", "fields": [plain("a")] * 11}], "/blocks/0/fields"),
    ("text as a string", "message", [{"type": "section", "text": "a"}], "/blocks/0/text"),
    ("marked-up header", "message", [{"type": "header", "text": mrkdwn("a")}], "/blocks/0/text/type"),
    ("header of 151", "message", [{"type": "header", "text": plain("a" * 151)}], "/blocks/0/text/text"),
    ("image without alt_text", "message", [{"type": "image", "image_url": "https://a.b"}], "/blocks/0"),
    ("image without source", "message", [{"type": "image", "alt_text": "a"}], "/blocks/0"),
    ("image from nowhere", "message", [IMAGE | {"image_url": "a.png"}], "/blocks/0/image_url"),
    ("no elements", "message", [actions()], "/blocks/0/elements"),
    ("26 elements", "message", [actions(*(button(str(n)) for n in range(26)))], "/blocks/0/elements"),
    ("input in a row", "message", [actions({"type": "plain_text_input"})], "/blocks/0/elements/0/type"),
    ("button of 76", "message", [actions(button("a" * 76))], "/blocks/0/elements/0/text/text"),
    ("value of 2001", "message", [actions(button(value="a" * 2001))], "/blocks/0/elements/0/value"),
    ("unknown style", "message", [actions(button(style="blue"))], "/blocks/0/elements/0/style"),
    ("button to nowhere", "message", [actions(button(url="here"))], "/blocks/0/elements/0/url"),
    (
        "marked-up button",
        "message",
        [actions(button() | {"text": mrkdwn("a")})],
        "/blocks/0/elements/0/text/type",
    ),
    (
        "confirm of 301",
        "message",
        [actions(button(confirm=CONFIRM | {"text": plain("a" * 301)}))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "deny of 31",
        "message",
        [actions(button(confirm=CONFIRM | {"deny": plain("a" * 31)}))],
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (
        "option of 76",
        "message",
        [actions(menu(options=[option("a" * 76)]))],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value of 151",
        "message",
        [actions(menu(options=[option(value="a" * 151)]))],
        "/blocks/0/elements/0/options/0/value",
    ),
    ("101 options", "message", [actions(menu(options=[option()] * 101))], "/blocks/0/elements/0/options"),
    (
        "options twice",
        "message",
        [actions(menu(option_groups=[{"label": plain("A"), "options": [option()]}]))],
        "/blocks/0/elements/0",
    ),
    (
        "initial not offered",
        "message",
        [actions(menu(initial_option=option("Opera")))],
        "/blocks/0/elements/0/initial_option",
    ),
    (
        "placeholder of 151",
        "message",
        [actions(menu(placeholder=plain("a" * 151)))],
        "/blocks/0/elements/0/placeholder/text",
    ),
    (
        "6 in an overflow",
        "message",
        [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "/blocks/0/elements/0/options",
    ),
    (
        "impossible date",
        "message",
        [actions({"type": "datepicker", "initial_date": "22.11."})],
        "/blocks/0/elements/0/initial_date",
    ),
    (
        "11 in a context",
        "message",
        [{"type": "context", "elements": [plain("a")] * 11}],
        "/blocks/0/elements",
    ),
    (
        "button in a context",
        "message",
        [{"type": "context", "elements": [button()]}],
        "/blocks/0/elements/0/type",
    ),
    ("long action_id", "message", [actions(button(action_id="a" * 256))], "/blocks/0/elements/0/action_id"),
    ("long block_id", "message", [section(block_id="a" * 256)], "/blocks/0/block_id"),
    ("block_id twice", "message", [section(block_id="a"), section(block_id="a")], "/blocks/1/block_id"),
    ("action_id twice", "message", [actions(button(), button())], "/blocks/0"),
    ("alert in a message", "message", [{"type": "alert", "text": plain("a")}], "/blocks/0/type"),
    ("markdown in a modal", "modal", [{"type": "markdown", "text": "a"}], "/blocks/0/type"),
    ("markdown in a Home", "home", [{"type": "markdown", "text": "a"}], "/blocks/0/type"),
    ("plan in a modal", "modal", [{"type": "plan", "title": "a"}], "/blocks/0/type"),
    ("task card in a Home", "home", [task()], "/blocks/0/type"),
    (
        "table in a modal",
        "modal",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}],
        "/blocks/0/type",
    ),
    (
        "context actions in a modal",
        "modal",
        [
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "trash", "text": plain("a")}],
            }
        ],
        "/blocks/0/type",
    ),
    ("alert of 201", "modal", [{"type": "alert", "text": plain("a" * 201)}], "/blocks/0/text/text"),
    ("unknown level", "modal", [{"type": "alert", "text": plain("a"), "level": "red"}], "/blocks/0/level"),
    ("12001 of markdown", "message", [{"type": "markdown", "text": "a" * 6001}] * 2, "/blocks"),
    (
        "two tables",
        "message",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2,
        "/blocks",
    ),
    (
        "101 rows",
        "message",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}],
        "/blocks/0/rows",
    ),
    ("task twice", "message", [{"type": "plan", "title": "a", "tasks": [task(), task()]}], "/blocks/0/tasks"),
    (
        "bad status in a plan",
        "message",
        [{"type": "plan", "title": "a", "tasks": [task(status="done")]}],
        "/blocks/0/tasks/0/status",
    ),
    ("card of nothing", "message", [{"type": "card"}], "/blocks/0"),
    ("card body of 201", "message", [CARD | {"body": mrkdwn("a" * 201)}], "/blocks/0/body/text"),
    (
        "4 actions on a card",
        "message",
        [CARD | {"actions": [button(str(n)) for n in range(4)]}],
        "/blocks/0/actions",
    ),
    ("11 cards", "message", [{"type": "carousel", "elements": [CARD] * 11}], "/blocks/0/elements"),
    ("nameless container", "message", [{"type": "container", "child_blocks": [section()]}], "/blocks/0"),
    (
        "container in a container",
        "message",
        [{"type": "container", "title": plain("a"), "child_blocks": [{"type": "container"}]}],
        "/blocks/0/child_blocks/0/type",
    ),
    (
        "collapsed but not collapsible",
        "message",
        [{"type": "container", "title": plain("a"), "child_blocks": [section()], "default_collapsed": True}],
        "/blocks/0/default_collapsed",
    ),
    ("rich text of nothing", "message", [{"type": "rich_text", "elements": []}], "/blocks/0/elements"),
    (
        "plain text in rich text",
        "message",
        [{"type": "rich_text", "elements": [plain("a")]}],
        "/blocks/0/elements/0/type",
    ),
    ("input without label", "modal", [{"type": "input", "element": menu()}], "/blocks/0"),
    ("button as an input", "modal", [entry(button())], "/blocks/0/element/type"),
    (
        "min over max",
        "modal",
        [entry({"type": "plain_text_input", "min_length": 9, "max_length": 8})],
        "/blocks/0/element/min_length",
    ),
    (
        "max_length of 3001",
        "modal",
        [entry({"type": "plain_text_input", "max_length": 3001})],
        "/blocks/0/element/max_length",
    ),
    ("number of unknown kind", "modal", [entry({"type": "number_input"})], "/blocks/0/element"),
    (
        "number limit as number",
        "modal",
        [entry({"type": "number_input", "is_decimal_allowed": True, "min_value": 1})],
        "/blocks/0/element/min_value",
    ),
    (
        "two in focus",
        "modal",
        [
            entry({"type": "plain_text_input", "action_id": "a", "focus_on_load": True}),
            entry({"type": "plain_text_input", "action_id": "b", "focus_on_load": True}),
        ],
        "/blocks",
    ),
    (
        "11 radio buttons",
        "modal",
        [entry({"type": "radio_buttons", "options": [option()] * 11})],
        "/blocks/0/element/options",
    ),
    (
        "password input",
        "modal",
        [entry({"type": "password_input", "action_id": "a"})],
        "/blocks/0/element/type",
    ),
]


@pytest.mark.parametrize(
    ("surface", "blocks", "pointer"),
    [case[1:] for case in WRONG_BLOCKS],
    ids=[case[0] for case in WRONG_BLOCKS],
)
def test_wrong_blocks_are_found_where_they_are(surface: Surface, blocks: Any, pointer: str) -> None:
    """Each wrong payload yields one error, at the place where it is wrong."""
    errors = [finding.pointer for finding in lint_blocks(blocks, surface) if finding.severity == "error"]
    assert errors == [pointer]


WRONG_VIEWS: list[tuple[str, Any, str]] = [
    ("not an object", "modal", "/view"),
    ("no type", {"blocks": []}, "/view"),
    ("unknown type", {"type": "dialog", "blocks": []}, "/view/type"),
    ("no title", {"type": "modal", "blocks": []}, "/view"),
    ("title of 25", modal(title=plain("a" * 25)), "/view/title/text"),
    ("marked-up title", modal(title=mrkdwn("a")), "/view/title/type"),
    ("submit of 25", modal(submit=plain("a" * 25)), "/view/submit/text"),
    ("close of 25", modal(close=plain("a" * 25)), "/view/close/text"),
    ("private_metadata of 3001", modal(private_metadata="a" * 3001), "/view/private_metadata"),
    ("callback_id of 256", modal(callback_id="a" * 256), "/view/callback_id"),
    ("101 blocks", modal(*[{"type": "divider"}] * 101), "/view/blocks"),
    ("title on a Home", {"type": "home", "blocks": [], "title": plain("a")}, "/view"),
    ("input but no submit", {"type": "modal", "title": plain("a"), "blocks": [entry()]}, "/view"),
    ("submit_disabled", modal(submit_disabled=True), "/view"),
    (
        "alert in a Home",
        {"type": "home", "blocks": [{"type": "alert", "text": plain("a")}]},
        "/view/blocks/0/type",
    ),
    ("wrong block inside", modal({"type": "header", "text": plain("")}), "/view/blocks/0/text/text"),
    ("over 250 KB", modal(*(section("ä" * 3000) for _ in range(50))), "/view"),
]


@pytest.mark.parametrize(
    ("view", "pointer"), [case[1:] for case in WRONG_VIEWS], ids=[case[0] for case in WRONG_VIEWS]
)
def test_wrong_views_are_found_where_they_are(view: Any, pointer: str) -> None:
    """Each wrong view yields one error, at the place where it is wrong."""
    assert [finding.pointer for finding in lint_view(view)] == [pointer]


def test_bad_manners_are_warnings() -> None:
    """Two primary buttons and a message without words are shown all the same."""
    blocks = [actions(button("A", style="primary"), button("B", style="primary"))]
    assert [(finding.severity, finding.pointer) for finding in lint_message("", blocks)] == [
        ("warning", "/blocks"),
        ("warning", "/text"),
    ]


def test_text_is_counted_wherever_it_stands() -> None:
    """Slack's limit on a message's text sums all its texts."""
    assert text_length([section("abc", accessory=button("de")), {"type": "markdown", "text": "f"}]) == 6


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(junk=JSON, data=st.data())
def test_the_linter_never_fails_whatever_it_is_given(junk: Any, data: st.DataObject) -> None:
    """Any JSON in any place is reported or passes: were the linter to raise, the server would answer 500."""
    view: Json = copy.deepcopy(
        data.draw(st.sampled_from([GOOD_MODAL, {"type": "home", "blocks": GOOD_MESSAGE}]))
    )
    part: Any = view
    while isinstance(part, dict | list) and part:
        key: Any = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.booleans()):
            part[key] = junk
            break
        part = part[key]
    lint_view(view)


def test_rich_text_of_every_kind_is_good() -> None:
    """Sections, lists, quotes and code pass."""
    assert lint_blocks([rich_text()], "home") == []
