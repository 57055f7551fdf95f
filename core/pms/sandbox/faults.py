"""What can be made to go wrong in a sandbox, switched while it runs, for a rehearsal or a test."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """One thing that goes wrong; a vendor's sandbox words the first group, the wire plays the second."""

    WRONG_KEY = "wrong_key"
    EXPIRED_KEY = "expired_key"
    FORBIDDEN = "forbidden"
    PROPERTY_MISSING = "property_missing"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    UNKNOWN_ENUM = "unknown_enum"
    UNREADABLE_RECORD = "unreadable_record"

    SLOW = "slow"
    DRIP = "drip"
    HUGE = "huge"
    HTML = "html"
    BROKEN_JSON = "broken_json"
    REDIRECT = "redirect"
    WRONG_TYPE = "wrong_type"
    BREAK_OFF = "break_off"
    EMPTY = "empty"
    GARBLED = "garbled"
    WRONG_SHAPE = "wrong_shape"
    CAPTIVE_PORTAL = "captive_portal"
    PROXY_LOGIN = "proxy_login"
    FIREWALL = "firewall"
    MAINTENANCE = "maintenance"
    GONE = "gone"


WIRE_FAULTS: Final = frozenset(
    {
        Fault.SLOW,
        Fault.DRIP,
        Fault.HUGE,
        Fault.HTML,
        Fault.BROKEN_JSON,
        Fault.REDIRECT,
        Fault.WRONG_TYPE,
        Fault.BREAK_OFF,
        Fault.EMPTY,
        Fault.GARBLED,
        Fault.WRONG_SHAPE,
        Fault.CAPTIVE_PORTAL,
        Fault.PROXY_LOGIN,
        Fault.FIREWALL,
        Fault.MAINTENANCE,
        Fault.GONE,
    }
)
"""Faults that look alike at every vendor; `core.pms.sandbox.wire` plays them."""

RECORD_FAULTS: Final = frozenset({Fault.UNKNOWN_ENUM, Fault.UNREADABLE_RECORD})
"""Faults in the first record of a page that is otherwise well; an adapter must live with them."""

ANSWER_FAULTS: Final = frozenset(Fault) - WIRE_FAULTS - RECORD_FAULTS
"""Faults that a vendor answers in its own words, instead of what was asked for."""

MEANINGS: Final = {
    Fault.WRONG_KEY: "every credential is refused",
    Fault.EXPIRED_KEY: "the credential was good once and has expired",
    Fault.FORBIDDEN: "the credential may not read this",
    Fault.PROPERTY_MISSING: "the credential leads to no hotel",
    Fault.NOT_FOUND: "the path does not exist, as behind a mistyped address",
    Fault.RATE_LIMITED: "too many requests; value: the Retry-After header, or `none` to leave it out",
    Fault.SERVER_ERROR: "the vendor has a fault of its own (500)",
    Fault.UNAVAILABLE: "the vendor is down for maintenance (503); value: the Retry-After header",
    Fault.UNKNOWN_ENUM: "a page's first record has a status that nobody has heard of",
    Fault.UNREADABLE_RECORD: "a page's first record cannot be read",
    Fault.SLOW: "the answer takes long; value: seconds, 30 if none",
    Fault.DRIP: "the answer comes one byte at a time and never ends",
    Fault.HUGE: "the answer is 64 MiB long",
    Fault.HTML: "a log-in page answers instead of the API",
    Fault.BROKEN_JSON: "the answer is JSON cut off in the middle",
    Fault.REDIRECT: "the answer points to another address; value: that address",
    Fault.WRONG_TYPE: "the answer is right but says that it is plain text",
    Fault.BREAK_OFF: "the connection breaks before the answer is complete",
    Fault.EMPTY: "the answer says that all is well and holds nothing",
    Fault.GARBLED: "the answer is packed, though nobody asked for that, and does not say so",
    Fault.WRONG_SHAPE: "the answer is JSON, but of some other service",
    Fault.CAPTIVE_PORTAL: "a guest network's log-in page answers instead of the API",
    Fault.PROXY_LOGIN: "a proxy on the way asks for a password (407)",
    Fault.FIREWALL: "a protective firewall turns the call away with a page of its own (403)",
    Fault.MAINTENANCE: "a page says that the vendor is closed for maintenance (503)",
    Fault.GONE: "this version of the API has been withdrawn (410)",
}
"""What each fault does, for the playground and the docs."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A fault that is on: for one entity or all (None), for `times` more requests or until cleared (None)."""

    fault: Fault
    entity: str | None = None
    times: int | None = None
    value: str | None = None

    @property
    def retry_after(self) -> dict[str, str]:
        """The header by which the vendor asks for patience: `value` as it stands, a second when unset."""
        return {} if self.value == "none" else {"Retry-After": self.value or "1"}

    def concerns(self, faults: Collection[Fault], entity: str | None) -> bool:
        """Say whether a request for `entity` meets this fault, among those asked about."""
        return self.fault in faults and self.entity in (None, entity)


@dataclass(slots=True)
class Faults:
    """The switches of one sandbox, oldest first."""

    switches: list[Switch] = field(default_factory=list)

    def on(
        self, fault: Fault, *, entity: str | None = None, times: int | None = None, value: str | None = None
    ) -> None:
        """Let a fault happen; entity is `property`, `bookings`, `guests` or `rooms`."""
        self.switches.append(Switch(fault, entity, times, value))

    def clear(self) -> None:
        """Let all be well again."""
        self.switches.clear()

    def take(self, faults: Collection[Fault], entity: str | None) -> Switch | None:
        """Return the oldest of these faults that concerns the request, and use up one of its times."""
        for place, switch in enumerate(self.switches):
            if switch.concerns(faults, entity):
                if switch.times is not None and switch.times <= 1:
                    del self.switches[place]
                elif switch.times is not None:
                    self.switches[place] = replace(switch, times=switch.times - 1)
                return switch
        return None
