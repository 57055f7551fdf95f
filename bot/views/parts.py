"""The few blocks that everything is built of, each within Slack's limits and safe for any text.

Builders return plain dicts: slack_sdk's models drop blocks that they do not know when they read them back.
Every dynamic text passes `safe`, `quoted` (mrkdwn) or `plain`, so nothing that a vendor, a hotel or a person
is called can become a mention, a link or a control character. The limits are Slack's published ones.
"""

import re
import unicodedata
from typing import Any, Final

from core.domain.access import API

Block = dict[str, Any]
Element = dict[str, Any]

SECTION_MAX: Final = 3000
FIELD_MAX: Final = 2000
HEADER_MAX: Final = 150
BUTTON_MAX: Final = 75
OPTION_MAX: Final = 75
TITLE_MAX: Final = 24

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOK_ALIKES: Final = {"*": "\u2217", "~": "\u223c", "`": "\u2019"}
"""For the marks that format. Nothing can be put beside one that every client takes for a letter."""

_MRKDWN: Final = str.maketrans(_ESCAPES | _LOOK_ALIKES)
_IN_A_BOX: Final = str.maketrans(_ESCAPES | {"`": "\u2019"})

_OPENING_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_")
"""One behind a letter or digit formats nothing, and is often part of a name that people look for."""
_CUT_IN_TWO: Final = re.compile(r"(?:&[a-z]{0,3}|<[^>]*)\Z")
"""The first half of an escape or of a mention, at the end of a text that was cut."""

_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that are dropped: control, direction and invisible characters, halves of pairs."""


def plain(text: str, limit: int = SECTION_MAX) -> str:
    """Return a text without control and direction characters, at most `limit` long."""
    kept = "".join(
        letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _DROPPED
    )
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def safe(text: str, limit: int = 1000) -> str:
    """Return one line that mrkdwn shows as it is: no mention, link, quote or formatting can come of it."""
    line = " ".join(plain(text).split()).translate(_MRKDWN)
    line = _OPENING_UNDERSCORE.sub("\u02cd", line)
    return _cut(f" {line}" if line.startswith("&gt;") else line, limit)


def mention(user_id: str) -> str:
    """Return who it was: a member, or whom a token of the REST API names, and Slack does not know."""
    prefix = f"{API}:"
    if user_id.startswith(prefix):
        return f"{safe(user_id.removeprefix(prefix), 60)} (REST API)"
    return f"<@{user_id}>"


def quoted(text: str, limit: int = 2000) -> str:
    """Return a text in a box of its own, to be copied as it is."""
    return f"```{_cut(plain(text).translate(_IN_A_BOX), limit)}```"


def _cut(mrkdwn: str, limit: int) -> str:
    """Return a text of at most `limit` characters; no escape and no mention is cut in two."""
    return mrkdwn if len(mrkdwn) <= limit else _CUT_IN_TWO.sub("", mrkdwn[: limit - 1]) + "…"


def _mrkdwn(text: str, limit: int) -> Element:
    """Return a text object of our own words and `safe` parts; Slack is not to guess at more links in it."""
    return {"type": "mrkdwn", "text": _cut(text, limit), "verbatim": True}


def section(text: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """Return a paragraph of mrkdwn; `text` is made of our own words and `safe` parts."""
    block: Block = {"type": "section", "text": _mrkdwn(text, SECTION_MAX)}
    if accessory:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def fields(pairs: list[tuple[str, str]]) -> Block:
    """Return label/value pairs in two columns; values are mrkdwn already. Slack takes ten at most."""
    shown = [_mrkdwn(f"*{label}*\n{value}", FIELD_MAX) for label, value in pairs]
    return {"type": "section", "fields": shown}


def header(text: str) -> Block:
    """Return a heading."""
    return {"type": "header", "text": {"type": "plain_text", "text": plain(text, HEADER_MAX), "emoji": True}}


def context(*texts: str) -> Block:
    """Return small print."""
    return {"type": "context", "elements": [_mrkdwn(text, SECTION_MAX) for text in texts]}


def divider() -> Block:
    """Return a line."""
    return {"type": "divider"}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """Return a row of controls."""
    block: Block = {"type": "actions", "elements": list(elements)}
    if block_id:
        block["block_id"] = block_id
    return block


def button(
    label: str,
    action_id: str,
    value: str = "",
    *,
    style: str | None = None,
    confirm: Element | None = None,
    url: str | None = None,
) -> Element:
    """Return a button; `style` is `primary` or `danger`."""
    element: Element = {
        "type": "button",
        "text": {"type": "plain_text", "text": plain(label, BUTTON_MAX), "emoji": True},
        "action_id": action_id,
    }
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    if url:
        element["url"] = url
    return element


def confirm(title: str, text: str, yes: str, no: str, *, danger: bool = True) -> Element:
    """Return the question that comes before something that cannot be undone."""
    element: Element = {
        "title": {"type": "plain_text", "text": plain(title, 100)},
        "text": {"type": "plain_text", "text": plain(text, 300)},
        "confirm": {"type": "plain_text", "text": plain(yes, 30)},
        "deny": {"type": "plain_text", "text": plain(no, 30)},
    }
    if danger:
        element["style"] = "danger"
    return element


def option(label: str, value: str, description: str | None = None) -> Element:
    """Return one choice of a menu, radio group or checkbox group."""
    element: Element = {"text": {"type": "plain_text", "text": plain(label, OPTION_MAX)}, "value": value}
    if description:
        element["description"] = {"type": "plain_text", "text": plain(description, OPTION_MAX)}
    return element


def text_input(
    block_id: str,
    label: str,
    *,
    hint: str = "",
    placeholder: str = "",
    initial: str = "",
    optional: bool = False,
    max_length: int = SECTION_MAX,
) -> Block:
    """Return one line to type into. Never give it a secret as `initial`."""
    element: Element = {"type": "plain_text_input", "action_id": "value", "max_length": max_length}
    if placeholder:
        element["placeholder"] = {"type": "plain_text", "text": plain(placeholder, 150)}
    if initial:
        element["initial_value"] = plain(initial, max_length)
    return _input(block_id, label, element, hint, optional=optional)


def choice_input(
    block_id: str, label: str, element: Element, *, hint: str = "", optional: bool = False
) -> Block:
    """Return a menu to choose from."""
    return _input(block_id, label, {**element, "action_id": "value"}, hint, optional=optional)


def _input(block_id: str, label: str, element: Element, hint: str, *, optional: bool) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": plain(label, 2000)},
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = {"type": "plain_text", "text": plain(hint, 2000)}
    return block


def modal(
    callback_id: str,
    title: str,
    blocks: list[Block],
    *,
    submit: str | None,
    metadata: str = "",
    close: str = "Cancel",
) -> Block:
    """Return a modal; `metadata` is one random id, never a secret."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": plain(title, TITLE_MAX)},
        "close": {"type": "plain_text", "text": plain(close, 24)},
        "blocks": blocks,
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = {"type": "plain_text", "text": plain(submit, 24)}
    return view


def link(url: str, words: str) -> str:
    """Return a link, or nothing where there is no address."""
    return f"<{url}|{words}>" if url else ""


def instant(at: Any, fallback_zone: str = "UTC") -> str:
    """Return an instant as the reader's own client writes it, with a readable fallback."""
    written = at.strftime("%d %b %Y, %H:%M")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{written} {fallback_zone}>"


def bullets(lines: tuple[str, ...] | list[str]) -> str:
    """Return lines as a list."""
    return "\n".join(f"•  {line}" for line in lines)


def numbered(lines: tuple[str, ...] | list[str]) -> str:
    """Return lines as a numbered list."""
    return "\n".join(f"{number}.  {line}" for number, line in enumerate(lines, start=1))
