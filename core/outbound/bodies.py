"""What stands in the `data` of each message: ids and figures, never a guest, never a secret.

Names on the wire are in camel case, as the REST API's are. A field may be added later; none changes its
meaning.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel

from core.domain.hotel import VendorKey


class Data(BaseModel):
    """What every message says: whose it is."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=True, frozen=True
    )

    hotel_id: str


class Greeting(Data):
    """A test that a person asked for."""

    message: str


class Connected(Data):
    """The connection that the message is about; `propertyName` as the PMS has it."""

    connection_id: str
    pms_type: VendorKey
    property_name: str


class Established(Connected):
    """`replaced`: another connection, or the same with new credentials, was there before."""

    replaced: bool


class Ending(Connected):
    """What ends, on which day by the property's calendar, and in how many days.

    For a `kind` of `age`, `days` is how old the credentials are.
    """

    kind: str
    ends_on: date
    days: int


class FirstSync(Connected):
    """`counts` by kind of record: `bookings`, `guests`, `rooms`."""

    counts: Mapping[str, int]


class ChangeCounts(BaseModel):
    """How many records were new, changed, or no longer in the PMS."""

    model_config = ConfigDict(frozen=True)

    new: int
    changed: int
    gone: int


class SyncEnded(Connected):
    """One run of the sync; `code` names what failed, as in the REST API's runs."""

    run_id: str
    outcome: Literal["complete", "incomplete", "failed", "abandoned"]
    code: str | None
    started_at: datetime | None
    ended_at: datetime
    counts: ChangeCounts


class Trouble(Connected):
    """`since` is from when on the records have not been kept up to date, `code` why."""

    code: str
    since: datetime


class Recovery(Connected):
    """The time in which the records were not kept up to date."""

    since: datetime
    until: datetime


class Finding(Connected):
    """Something odd about the data; `facts` are figures, different for each `kind`."""

    kind: str
    facts: Mapping[str, JsonValue]


class FindingOver(Connected):
    """What began at `since` is over."""

    kind: str
    since: datetime


class ChangedRecord(BaseModel):
    """One record: the PMS's own id, and the one thing that a manager would say of the change."""

    model_config = ConfigDict(frozen=True)

    id: str
    change: str


class RecordsChanged(Data):
    """What one run changed of one kind of record. Ask the REST API for the records themselves."""

    connection_id: str
    run_id: str
    since: datetime
    """`updatedSince=` this instant asks the REST API for all that the run changed, and what came later."""
    counts: ChangeCounts
    records: list[ChangedRecord]
    """The oldest change first, each record once, at most 250."""
    is_complete: bool
    """Whether `records` lists all that is counted; if not, ask with `since`. What is gone is never listed."""
