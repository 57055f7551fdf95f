"""What the client itself refuses in a modal's inputs, before the app hears of it."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.playground.slack.blocks import walk
from bot.playground.slack.state import Json

EMAIL_FORM: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+")
URL_FORM: Final = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


def input_errors(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return what is wrong with a modal's state, by block_id; empty when it may be sent."""
    errors: dict[str, str] = {}
    for _, block in walk(blocks):
        if block["type"] == "input":
            element = block["element"]
            value = values.get(block["block_id"], {}).get(element["action_id"], {})
            problem = _problem(element, _content(value), optional=block.get("optional") is True)
            if problem:
                errors[block["block_id"]] = problem
    return errors


def _content(value: Mapping[str, Any]) -> Any:
    return next((part for name, part in value.items() if name != "type"), None)


def _problem(element: Json, content: Any, *, optional: bool) -> str | None:
    if not content or (isinstance(content, str) and not content.strip()):
        return None if optional else "Please complete this required field."
    most = element.get("max_selected_items")
    if isinstance(content, list) and most and len(content) > most:
        return f"Choose at most {most}."
    check = CHECKS.get(element["type"])
    return check(element, content) if check else None


def _text(element: Json, text: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Enter at least {least} characters."
    return f"Enter at most {most} characters." if len(text) > most else None


def _email(element: Json, text: str) -> str | None:
    return None if EMAIL_FORM.fullmatch(text) else "Enter a valid e-mail address."


def _url(element: Json, text: str) -> str | None:
    return None if URL_FORM.fullmatch(text) else "Enter a valid URL."


def _number(element: Json, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Enter a number."
    if not number.is_finite():
        return "Enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Enter {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Enter {element['max_value']} or less."
    return None


CHECKS: Final[Mapping[str, Callable[[Json, str], str | None]]] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
}
