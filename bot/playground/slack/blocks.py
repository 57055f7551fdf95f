"""What Slack refuses in blocks, messages and views, and what a craftsman would not send.

Pure: nothing here knows of the server. Slack's own checker (`blocks.validate`) is online only, hence this.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from bot.playground.slack.block_shapes import BLOCKS, MOST_MARKDOWN
from bot.playground.slack.elements import listed
from bot.playground.slack.shapes import Finding, Rule, Shape, anything, boolean, items, plain, string, typed

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS: Final[Mapping[Surface, int]] = {"message": 50, "modal": 100, "home": 100}
MOST_VIEW_BYTES: Final = 250 * 1024
MOST_BLOCK_TEXT: Final = 13_200
SURFACES: Final[Mapping[str, frozenset[Surface]]] = {
    **{name: frozenset({"message", "modal", "home"}) for name in BLOCKS},
    **{
        name: frozenset({"message"})
        for name in ("context_actions", "markdown", "plan", "task_card", "data_table")
    },
    **{name: frozenset({"message", "home"}) for name in ("table", "container", "carousel")},
    "alert": frozenset({"modal"}),
}


def walk(blocks: Any, at: str = "/blocks") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every block with its pointer: those inside containers, carousels and plans too."""
    for index, block in enumerate(listed(blocks)):
        if isinstance(block, dict):
            here = f"{at}/{index}"
            yield here, block
            yield from walk(block.get("child_blocks"), f"{here}/child_blocks")
            yield from walk(block.get("tasks"), f"{here}/tasks")
            if block.get("type") == "carousel":
                yield from walk(block.get("elements"), f"{here}/elements")


def elements_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the elements that stand directly in a block, wherever the block keeps them."""
    if block.get("type") == "carousel":
        return []
    held = [block.get("accessory"), block.get("element")]
    held += [*listed(block.get("elements")), *listed(block.get("actions"))]
    return [part for part in held if isinstance(part, dict)]


def lint_blocks(blocks: Any, surface: Surface, at: str = "/blocks") -> list[Finding]:
    """Return everything that is wrong with the blocks on that surface."""
    findings = list(items(typed(BLOCKS), MOST_BLOCKS[surface], least=0)(blocks, at))
    for rule in (_on_surface(surface), _ids_are_unique, _sums, _one_primary):
        findings.extend(rule(blocks, at))
    return findings


def lint_message(text_: str | None, blocks: Any, at: str = "/blocks") -> list[Finding]:
    """Return everything that is wrong with a message; `text_` is its top-level text."""
    findings = lint_blocks(blocks, "message", at) if blocks is not None else []
    if blocks and not (text_ or "").strip():
        findings.append(
            Finding("/text", "no top-level text: notifications and screen readers say nothing", "warning")
        )
    return findings


def lint_view(view: Any, at: str = "/view") -> list[Finding]:
    """Return everything that is wrong with a modal or a Home view."""
    findings = list(VIEW(view, at))
    if isinstance(view, dict) and view.get("type") in ("modal", "home"):
        findings.extend(lint_blocks(view.get("blocks", []), view["type"], f"{at}/blocks"))
        if view_bytes(view) > MOST_VIEW_BYTES:
            findings.append(Finding(at, f"must be no more than {MOST_VIEW_BYTES} bytes"))
    return findings


def view_bytes(view: Any) -> int:
    """Return how large a view is when it travels."""
    return len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _needs_submit(view: Any, at: str) -> Iterator[Finding]:
    if any(block.get("type") == "input" for _, block in walk(view.get("blocks"))) and "submit" not in view:
        yield Finding(at, "missing required field: submit, because the view has an input block")


_VIEW_FIELDS: Final[Mapping[str, Rule]] = {
    "callback_id": string(255, shortest=0),
    "private_metadata": string(3000, shortest=0),
    "external_id": string(255, shortest=0),
}
VIEW: Final = typed(
    {
        "home": Shape({"blocks": anything}, _VIEW_FIELDS),
        "modal": Shape(
            {"title": plain(24), "blocks": anything},
            {
                **_VIEW_FIELDS,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
            },
            (_needs_submit,),
        ),
    }
)


def _on_surface(surface: Surface) -> Callable[[Any, str], Iterator[Finding]]:
    def check(blocks: Any, at: str) -> Iterator[Finding]:
        for here, block in walk(blocks, at):
            kind = block.get("type")
            if isinstance(kind, str) and surface not in SURFACES.get(kind, frozenset({surface})):
                yield Finding(f"{here}/type", f"block type {kind} is not supported in a {surface}")

    return check


def _ids_are_unique(blocks: Any, at: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for here, block in walk(blocks, at):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                yield Finding(f"{here}/block_id", f"block_id {block_id} is already used")
            seen.add(block_id)
        actions = Counter(part["action_id"] for part in elements_of(block) if _has_action_id(part))
        for action_id, times in actions.items():
            if times > 1:
                yield Finding(here, f"action_id {action_id} is used {times} times in this block")


def _has_action_id(part: Mapping[str, Any]) -> bool:
    return isinstance(part.get("action_id"), str)


def _sums(blocks: Any, at: str) -> Iterator[Finding]:
    kinds = Counter(str(block.get("type")) for _, block in walk(blocks))
    if kinds["table"] > 1:
        yield Finding(at, "only one table is allowed")
    if sum(part.get("focus_on_load") is True for _, block in walk(blocks) for part in elements_of(block)) > 1:
        yield Finding(at, "only one element may have focus_on_load")
    markdown = [block.get("text") for _, block in walk(blocks) if block.get("type") == "markdown"]
    if sum(len(part) for part in markdown if isinstance(part, str)) > MOST_MARKDOWN:
        yield Finding(at, f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters in all")


def _one_primary(blocks: Any, at: str) -> Iterator[Finding]:
    primary = [
        part for _, block in walk(blocks) for part in elements_of(block) if part.get("style") == "primary"
    ]
    if len(primary) > 1:
        yield Finding(at, f"{len(primary)} primary buttons: one is the design guide's limit", "warning")


def text_length(value: Any) -> int:
    """Count the characters of all text objects in blocks: Slack limits their sum in a message."""
    if isinstance(value, list):
        return sum(text_length(part) for part in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(text_length(part) for part in value.values())
