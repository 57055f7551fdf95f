"""The shape of every block: which fields it must and may have, and how much they may hold.

Limits: slack_sdk 3.47 and Slack's reference pages (state of November 2026).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.playground.slack.elements import (
    ELEMENTS,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    element,
    listed,
)
from bot.playground.slack.rich_text import RICH_TEXT
from bot.playground.slack.shapes import (
    Finding,
    Shape,
    anything,
    boolean,
    exactly_one,
    integer,
    items,
    need_one,
    one_of,
    plain,
    string,
    text,
    texts,
    typed,
    url,
)

MOST_MARKDOWN: Final = 12_000


def _block(shape: Shape) -> Shape:
    return Shape(shape.required, {**shape.optional, "block_id": string(255)}, shape.together)


def _twice_in_plan(plan: Any, at: str) -> Iterator[Finding]:
    tasks = [task for task in listed(plan.get("tasks")) if isinstance(task, dict)]
    for task_id, times in Counter(str(task.get("task_id")) for task in tasks).items():
        if times > 1:
            yield Finding(f"{at}/tasks", f"task_id {task_id} is used {times} times")


def _collapse_agrees(container: Any, at: str) -> Iterator[Finding]:
    collapsible = container.get("is_collapsible") is True
    if collapsible and container.get("has_header_divider") is True:
        yield Finding(f"{at}/has_header_divider", "cannot be set when is_collapsible is true")
    if container.get("default_collapsed") is True and not collapsible:
        yield Finding(f"{at}/default_collapsed", "requires is_collapsible")


def _child(value: Any, at: str) -> Iterator[Finding]:
    yield from typed({name: BLOCKS[name] for name in IN_CONTAINER})(value, at)


STATUS: Final = one_of("pending", "in_progress", "complete", "error")
IMAGE: Final = typed({"image": ELEMENTS["image"]})
CONTEXT_ELEMENT: Final = typed({"image": ELEMENTS["image"], **texts(3000)})
CELL: Final = typed(
    {
        "raw_text": Shape({"text": string(3000, shortest=0)}),
        "raw_number": Shape({"value": anything, "text": string(3000)}),
        "rich_text": RICH_TEXT,
    }
)
ROWS: Final = items(items(CELL, 20), 100)
COLUMN: Final = Shape(optional={"align": one_of("left", "center", "right"), "is_wrapped": boolean})
SOURCE: Final = typed({"url": Shape({"url": url(), "text": string(256)})})
TASK_CARD: Final = _block(
    Shape(
        {"task_id": string(255), "title": string(256), "status": STATUS},
        {
            "details": typed({"rich_text": RICH_TEXT}),
            "output": typed({"rich_text": RICH_TEXT}),
            "sources": items(SOURCE, 50),
        },
    )
)
CARD: Final = _block(
    Shape(
        optional={
            "hero_image": IMAGE,
            "icon": IMAGE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": items(element(frozenset({"button"})), 3),
        },
        together=(need_one("hero_image", "title", "actions", "body"),),
    )
)

_OWN: Final[Mapping[str, Shape]] = {
    "section": Shape(
        optional={
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": element(IN_SECTION),
            "expand": boolean,
        },
        together=(need_one("text", "fields"),),
    ),
    "divider": Shape(),
    "image": Shape(
        {"alt_text": string(2000)},
        {"image_url": url(), "slack_file": anything, "title": plain(2000)},
        (exactly_one("image_url", "slack_file"),),
    ),
    "actions": Shape({"elements": items(element(IN_ACTIONS), 25)}),
    "context": Shape({"elements": items(CONTEXT_ELEMENT, 10)}),
    "context_actions": Shape({"elements": items(element(IN_CONTEXT_ACTIONS), 5)}),
    "input": Shape(
        {"label": plain(2000), "element": element(IN_INPUT)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "header": Shape({"text": plain(150)}),
    "markdown": Shape({"text": string(MOST_MARKDOWN)}),
    "video": Shape(
        {"alt_text": string(2000), "video_url": url(), "thumbnail_url": url(), "title": plain(199)},
        {
            "title_url": url(),
            "description": plain(200),
            "provider_icon_url": url(),
            "provider_name": string(50),
            "author_name": string(49),
        },
    ),
    "rich_text": RICH_TEXT,
    "table": Shape({"rows": ROWS}, {"column_settings": items(COLUMN, 20)}),
    "data_table": Shape(
        {"caption": string(3000), "rows": ROWS},
        {"page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    ),
    "task_card": TASK_CARD,
    "plan": Shape(
        {"title": string(256)}, {"tasks": items(typed({"task_card": TASK_CARD}), 50)}, (_twice_in_plan,)
    ),
    "alert": Shape({"text": text(200)}, {"level": one_of("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": Shape({"elements": items(typed({"card": CARD}), 10)}),
    "container": Shape(
        {"child_blocks": items(_child, 10)},
        {
            "title": plain(150),
            "rich_text_title": typed({"rich_text": RICH_TEXT}),
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        (need_one("title", "rich_text_title"), _collapse_agrees),
    ),
}


BLOCKS: Final[Mapping[str, Shape]] = {name: _block(shape) for name, shape in _OWN.items()}
IN_CONTAINER: Final = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video"}
)
