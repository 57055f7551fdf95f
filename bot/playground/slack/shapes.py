"""The grammar in which Block Kit's rules are written: what may stand where, and how long it may be.

A rule takes a value and its JSON pointer and yields what is wrong with it. Rules are combined, never run in
order of importance: one pass reports everything at once, as Slack does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that Slack refuses ("error") or that a craftsman would not do ("warning")."""

    pointer: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"[{self.severity.upper()}] {self.message} [json-pointer:{self.pointer}]"


Rule = Callable[[Any, str], Iterator[Finding]]

URL_FORM = re.compile(r"https?://\S+", re.IGNORECASE)


def string(longest: int, *, shortest: int = 1) -> Rule:
    """Accept a string within the given length."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield Finding(at, "must be a string")
        elif len(value) < shortest:
            yield Finding(at, f"must be more than {shortest - 1} characters")
        elif len(value) > longest:
            yield Finding(at, f"must be less than {longest + 1} characters")

    return check


def url(longest: int = 3000) -> Rule:
    """Accept an http or https address."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        yield from string(longest)(value, at)
        if isinstance(value, str) and value and not URL_FORM.fullmatch(value):
            yield Finding(at, "invalid url")

    return check


def boolean(value: Any, at: str) -> Iterator[Finding]:
    """Accept true or false."""
    if not isinstance(value, bool):
        yield Finding(at, "must be a boolean")


def integer(least: int, most: int) -> Rule:
    """Accept a whole number in the given range."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield Finding(at, f"must be an integer from {least} to {most}")

    return check


def matching(pattern: str, what: str) -> Rule:
    """Accept a string of a certain form."""
    form = re.compile(pattern)

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, str) or not form.fullmatch(value):
            yield Finding(at, f"must be {what}")

    return check


def one_of(*choices: str) -> Rule:
    """Accept one of the given words."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if value not in choices:
            yield Finding(at, f"must be one of {', '.join(choices)}")

    return check


def anything(value: Any, at: str) -> Iterator[Finding]:
    """Accept what is not worth checking here."""
    yield from ()


def items(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """Accept a list of so many things, each of which the rule accepts."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield Finding(at, "must be an array")
            return
        if len(value) < least:
            yield Finding(at, f"no fewer than {least} items allowed")
        if len(value) > most:
            yield Finding(at, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            yield from rule(item, f"{at}/{index}")

    return check


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: the fields it must and may have, and rules that look at several of them together."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    together: tuple[Rule, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[Finding]:
        """Yield what is wrong with the object: a shape is itself a rule."""
        if not isinstance(value, dict):
            yield Finding(at, "must be an object")
            return
        for name in self.required:
            if name not in value:
                yield Finding(at, f"missing required field: {name}")
        for name, part in value.items():
            rule = self.required.get(name) or self.optional.get(name)
            if rule is not None:
                yield from rule(part, f"{at}/{name}")
            elif name != "type":
                yield Finding(at, f"invalid additional property: {name}")
        for rule in self.together:
            yield from rule(value, at)


def typed(shapes: Mapping[str, Shape]) -> Rule:
    """Accept an object whose `type` is one of the given and which has that type's shape."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield Finding(at, "must be an object")
        elif "type" not in value:
            yield Finding(at, "missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            yield Finding(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            yield from shapes[value["type"]](value, at)

    return check


def need_one(*names: str) -> Rule:
    """Demand at least one of the named fields."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        if not any(value.get(name) for name in names):
            yield Finding(at, f"missing required field: {' or '.join(names)}")

    return check


def exactly_one(*names: str) -> Rule:
    """Demand one of the named fields and no second one."""

    def check(value: Any, at: str) -> Iterator[Finding]:
        present = [name for name in names if name in value]
        if len(present) != 1:
            yield Finding(at, f"exactly one of {', '.join(names)} is required")

    return check


def texts(longest: int) -> dict[str, Shape]:
    """Return the two kinds of text object."""
    return {
        "plain_text": Shape({"text": string(longest)}, {"emoji": boolean}),
        "mrkdwn": Shape({"text": string(longest)}, {"verbatim": boolean}),
    }


def text(longest: int) -> Rule:
    """Accept a text object of either kind."""
    return typed(texts(longest))


def plain(longest: int) -> Rule:
    """Accept a text object of kind plain_text."""
    return typed({"plain_text": texts(longest)["plain_text"]})
