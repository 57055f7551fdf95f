"""What the API gives; never a secret. Names on the wire are in camel case, as the original system's were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from bot.api.asked import Period
from core.domain.hotel import Entity, VendorKey
from core.store.connections import ConnectionStatus
from core.sync.ending import Outcome


class Given(BaseModel):
    """What an answer brings."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True, frozen=True
    )


class Rung(Given):
    """One layer of the test."""

    layer: str
    mark: Literal["waiting", "running", "passed", "failed", "skipped"]
    entity: Entity | None = None
    at_ms: int | None = None


class Property(Given):
    """The hotel as the PMS names it."""

    id: str
    name: str
    city: str | None = None
    country: str | None = None
    timezone: str | None = None
    currency: str | None = None
    rooms: int | None = None
    arrivals_today: int | None = None


class Diagnosis(Given):
    """Why a test failed, and who can mend it."""

    code: str
    layer: str
    cause: str
    party: str
    """Who must act: `you`, `your_it`, `vendor` or `us`."""
    confidence: str
    title: str
    explanation: str
    message: str | None = None
    """Ready to be sent to whoever must act."""


class TestDetails(Given):
    """What the test found, layer by layer."""

    reference: str
    took_ms: int
    rungs: list[Rung]
    property: Property | None = None
    diagnosis: Diagnosis | None = None


class TestResult(Given):
    """How a test went. A test that failed is an answer, not an error of this API."""

    success: bool
    message: str
    details: TestDetails
    errors: list[str] = []
    suggestions: list[str] = []


class Config(Given):
    """A hotel's connection, without anything secret."""

    id: str
    pms_type: VendorKey
    version: str | None
    endpoint: str | None
    status: ConnectionStatus
    last_synced_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ConfigurationAnswer(Given):
    """The hotel's connection, and what was done to it."""

    success: bool = True
    message: str
    config: Config


class Done(Given):
    """Something was done."""

    success: bool = True
    message: str


class Counts(Given):
    """Counts of records in a run. `setAside` could not be read; `older` came, but we knew better."""

    read: int
    new: int
    changed: int
    unchanged: int
    older: int
    gone: int
    set_aside: int


class RunPart(Given):
    """One kind of record in a run."""

    entity: Entity
    state: str
    reading: str
    pages: int
    code: str | None
    counts: Counts


class Run(Given):
    """One sync."""

    id: str
    cause: str
    requested_by: str | None
    is_open: bool
    outcome: Outcome | None
    code: str | None
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    took_seconds: float | None
    counts: Counts


class Change(Given):
    """One thing that happened to one record; `facts` are `{field: [before, after]}`, no personal data."""

    entity: Entity
    external_id: str
    kind: str
    cause: str
    run_id: str
    facts: Mapping[str, Any]
    at: datetime


class RunDetails(Given):
    """One sync, its parts, and the latest of what it changed."""

    run: Run
    parts: list[RunPart]
    changes: list[Change]


class RunPage(Given):
    """Runs, the latest first; `nextBefore` asks for the page behind, null on the last one."""

    runs: list[Run]
    next_before: datetime | None


class RunRequested(Given):
    """The run that is under way, and whether this request began it."""

    success: bool = True
    message: str
    is_new: bool
    run: Run


class Record(Given):
    """A booking, guest or room in the canonical form of `innkeeper export`."""

    external_id: str
    changed_at: datetime
    gone_at: datetime | None
    record: Mapping[str, Any]


class RecordPage(Given):
    """Records by external id; `nextAfter` asks for the page behind, null on the last one."""

    records: list[Record]
    next_after: str | None


class Origin(Given):
    """Where the value of an edited field is from; `other` is what the other side says.

    A contested field shows the PMS's value until a manager has answered.
    """

    is_ours: bool
    by_whom: str | None
    at: datetime | None
    other: Any
    is_contested: bool


class RecordDetails(Record):
    """A record and what happened to it, the latest first.

    `origins` names the fields that were edited here, every other is the PMS's; `extra` are the hotel's own.
    """

    timeline: list[Change]
    origins: Mapping[str, Origin]
    extra: Mapping[str, Any]


class SyncState(Given):
    """How often a hotel is synced, what of it, and when next."""

    success: bool = True
    frequency: Period
    entities: list[Entity]
    next_at: datetime


class ChartPoint(Given):
    """One run in the chart."""

    at: datetime
    outcome: Outcome | None
    read: int
    changed: int
    took_seconds: float | None


class Statistics(Given):
    """How a hotel's sync stands. `errorRate` and `chart` are of the latest 20 runs, the oldest first."""

    total_syncs: int
    last_status: Outcome | None
    last_synced_at: datetime | None
    lag_seconds: float | None
    """How long ago the records were last known to be complete."""
    frequency: Period
    next_at: datetime
    records: Mapping[Entity, int]
    error_rate: float | None
    troubled_since: datetime | None
    chart: list[ChartPoint]


class FieldProblem(Given):
    """What is wrong with one value, and where it stands in the request (RFC 6901)."""

    detail: str
    pointer: str


class Problem(Given):
    """Why a request was not done (RFC 9457). A failed test brings `details` and `suggestions` with it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    success: Literal[False] = False
    message: str
    """The same as `detail`, where the original system had it."""
    errors: list[FieldProblem] = []
    suggestions: list[str] = []
    details: TestDetails | None = None
