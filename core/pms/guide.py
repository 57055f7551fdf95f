"""What a hotel admin needs to know of a vendor, as data: one source for wizard, diagnosis and docs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Party(StrEnum):
    """Who must act when a test fails."""

    YOU = "you"
    YOUR_IT = "your IT"
    VENDOR = "the vendor"
    US = "us"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to say of one error code.

    Texts are plain (no markup) and may hold `{name}` for any of the error's `details`, and `{vendor}`.
    `actions` are ranked, the likeliest first. `message` is ready to be sent to the party that must act.
    """

    title: str
    explanation: str
    party: Party
    actions: tuple[str, ...]
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """A common problem and its cure, for the guide page."""

    problem: str
    cure: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page worth opening; `text` says what it is."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the wizard says about one vendor.

    `minutes` is the usual time to connect for somebody who has the right to create credentials.
    `unverified` lists what we could not check against the vendor itself; docs and guide pages say it.
    """

    in_short: str
    """What is needed, in a few words, for the card in step 1."""
    summary: str
    you_need: tuple[str, ...]
    where_to_find: tuple[str, ...]
    permissions: tuple[str, ...]
    minutes: int
    cost: str
    limits: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    next_steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    unverified: tuple[str, ...] = ()
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    """Error code → what to say; rows here go before the common ones in `core.pms.diagnosis`."""
