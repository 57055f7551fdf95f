"""What a connection lives on and when that ends: credentials, a consent, a server's certificate, mere age."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

WARNED_BEFORE: Final = (timedelta(days=14), timedelta(days=7), timedelta(days=1))
"""How long before the end a warning is given, once each."""
LAST_QUARTER: Final = 4
"""A certificate is only warned of in the last quarter of its life: those that live for days or weeks are
renewed by machines, and late."""


class TermKind(StrEnum):
    """What ends."""

    STATED = "stated"
    """The credentials, on a day that a manager stated."""
    CONSENT = "consent"
    """What was allowed on the vendor's own page, if it is not used before."""
    CERTIFICATE = "certificate"
    """The certificate of a server that the hotel chose itself."""
    AGE = "age"
    """Nothing by itself: credentials are to be replaced every so often, because the hotel wants it."""


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when one of these is good, and when the next warning is due; None: no more.

    `about` is the host whose certificate it is. `every_days` is how old credentials may grow, where the kind
    is AGE; with None, it only tells when they were entered.
    """

    kind: TermKind
    begun_at: datetime
    ends_at: datetime
    warn_at: datetime | None = None
    about: str | None = None
    every_days: int | None = None

    @property
    def warnings(self) -> tuple[datetime, ...]:
        """When to warn, in order."""
        if self.kind is TermKind.AGE:
            return (self.ends_at,) if self.every_days else ()
        life = self.ends_at - self.begun_at
        is_long = self.kind is not TermKind.CERTIFICATE
        return tuple(
            self.ends_at - before for before in WARNED_BEFORE if is_long or before * LAST_QUARTER <= life
        )

    def first_warning(self, now: datetime) -> datetime | None:
        """Return when to warn first: at once of what is near already, unless it was typed a moment ago."""
        has_news = self.kind is TermKind.AGE or (self.kind is not TermKind.STATED and now < self.ends_at)
        if has_news and any(at <= now for at in self.warnings):
            return now
        return next((at for at in self.warnings if at > now), None)

    def next_warning(self, now: datetime) -> datetime | None:
        """Return when to warn after one that is given now; what was missed meanwhile is not made up for."""
        if self.kind is TermKind.AGE:
            return now + timedelta(days=self.every_days) if self.every_days else None
        return next((at for at in self.warnings if at > now), None)
