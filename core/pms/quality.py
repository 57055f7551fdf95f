"""How far a connector can be trusted: a ladder of four levels, declared by each vendor and proven by tests.

The rules of each level stand in `tests/core/pms/quality.py`. They look into the repository, so a vendor that
declares more, or less, than it reaches fails `make check`; docs/connectors.md shows where everybody stands.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.domain.hotel import Entity


class Level(StrEnum):
    """The word that a hotel reads, from the lowest to the highest; each includes those before it."""

    BETA = "beta"
    """It works against a simulated hotel, and says what could not be checked."""
    TESTED = "tested"
    """Nothing is missing, over an interface that the vendor itself offers."""
    CHECKED = "checked"
    """Every call and every answer is held against documents that the vendor publishes."""
    PROVEN = "proven"
    """Somebody saw it work at the vendor's own servers."""


class Basis(StrEnum):
    """What the tests hold calls and answers against."""

    PUBLISHED = "published documents"
    RECONSTRUCTED = "documents that were partly reconstructed"
    OBSERVED = "what was seen of another program"


@dataclass(frozen=True, slots=True)
class Quality:
    """What a vendor declares of its own connector.

    `reason` follows the level on the card, in a few plain words for a hotel manager. `tells_changes` are the
    kinds of records of which the vendor can be asked for what changed; of others all are read each time.
    `seen_live` is the day on which somebody last saw it work at the vendor's own servers.
    """

    level: Level
    reason: str
    basis: Basis
    tells_changes: frozenset[Entity]
    seen_live: date | None

    @property
    def in_short(self) -> str:
        """Return what the card in step 1 says."""
        return f"{self.level}: {self.reason}"
