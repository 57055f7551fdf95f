"""What a connection test found, rung by rung: plain data that is stored, shown and explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.errors import KnownError, Layer
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.net.exchanges import Exchange


class Mark(StrEnum):
    """How far one rung has come."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Rung:
    """One layer of the test; PERMISSIONS has one rung for each kind of record."""

    layer: Layer
    mark: Mark = Mark.WAITING
    entity: Entity | None = None
    at_ms: int | None = field(default=None, compare=False)
    """When it was decided, counted from the beginning of the test."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the test failed: a stable code, where, safe facts, and the vendor's number of the call.

    `details` are what the error says, `seen` what was seen on the line (`core.net.exchanges`).
    """

    code: str
    layer: Layer
    details: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None
    entity: Entity | None = None
    seen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: KnownError, entity: Entity | None = None) -> "Failure":
        """Return what an error says, as data."""
        return cls(error.code, error.layer, error.details, error.request_id, entity)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The whole test. `failure` is None exactly when it passed; then `identity` is known.

    `remark` is what a passed test found all the same; `reference` names this test in a support bundle.
    """

    rungs: tuple[Rung, ...] = ()
    took_ms: int = 0
    identity: PropertyIdentity | None = None
    overview: PropertyOverview | None = None
    failure: Failure | None = None
    remark: Failure | None = None
    exchanges: tuple[Exchange, ...] = ()
    began_at: datetime | None = None
    reference: str = ""

    @property
    def passed(self) -> bool:
        """Whether every rung was climbed."""
        return self.failure is None

    @classmethod
    def interrupted(cls) -> "CheckReport":
        """Return the report of a test of which nothing came back."""
        return cls(failure=Failure("check.interrupted", Layer.INPUT))

    def with_failure(self, code: str, layer: Layer) -> "CheckReport":
        """Return this report as failed at a layer for a reason found after the test itself."""
        rungs = tuple(replace(rung, mark=Mark.FAILED) if rung.layer is layer else rung for rung in self.rungs)
        return replace(self, rungs=rungs, failure=Failure(code, layer))
