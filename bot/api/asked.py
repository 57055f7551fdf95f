"""What the API takes. Names on the wire are in camel case, as the original system's were."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    SecretStr,
)
from pydantic.alias_generators import to_camel

from core.domain.hotel import Entity, VendorKey
from core.pms.registry import VENDORS
from core.sync.ending import Outcome
from core.sync.plan import Frequency

NO_CONTROLS: Final = r"^[^\u0000-\u001F\u007F]*$"
"""A text that any database takes."""


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def _spelled(shape: re.Pattern[str]) -> BeforeValidator:
    """Return what refuses other spellings: the library would take a bare number for an instant, too."""

    def check(value: object) -> object:
        if isinstance(value, str) and not shape.fullmatch(value):
            raise ValueError("is not spelled as RFC 3339 has it")
        return value

    return BeforeValidator(check)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is no instant that anybody can mean") from None


Day = Annotated[date, _spelled(_DAY)]
Instant = Annotated[AwareDatetime, _spelled(_INSTANT), AfterValidator(_in_utc)]


class Asked(BaseModel):
    """What a request brings: every name is one that we know."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True
    )


def _fields_of_vendors() -> str:
    told = [
        f"{vendor.key.value}: "
        + ", ".join(f"`{field.key}`" + ("" if field.required else " (optional)") for field in vendor.fields)
        for vendor in VENDORS
    ]
    return "The PMS's own fields by key. " + "; ".join(told) + "."


Typed = Annotated[SecretStr, Field(max_length=2000)]


class Credentials(Asked):
    """A PMS and what opens it: the original's three fields, or the PMS's own under `credentials`."""

    pms_type: VendorKey
    api_key: Typed | None = None
    """Short for the PMS's main secret: its first secret field."""
    version: Annotated[str, Field(max_length=32)] | None = None
    """Short for the field `version`; ignored for a PMS that has none."""
    endpoint: Annotated[str, Field(max_length=500)] | None = None
    """Short for the PMS's address; ignored for a PMS whose address is known."""
    credentials: Annotated[
        dict[str, Typed], Field(description=_fields_of_vendors(), max_length=20, default_factory=dict)
    ]


class NewConfiguration(Credentials):
    """Credentials to be kept, once a test has proved them."""

    replace: bool = False
    """Whether another PMS or property that is connected now may be replaced, and its records forgotten."""


class Period(StrEnum):
    """How often a hotel can be synced."""

    FIVE_MINUTES = "5m"
    QUARTER = "15m"
    HOURLY = "1h"
    SIX_HOURLY = "6h"
    DAILY = "24h"

    @classmethod
    def of(cls, frequency: Frequency) -> "Period":
        """Return how a frequency is called on the wire."""
        return cls[frequency.name]

    @property
    def frequency(self) -> Frequency:
        """What is meant."""
        return Frequency[self.name]


class SyncSettings(Asked):
    """How often a hotel is synced, and what of it."""

    frequency: Period
    entities: Annotated[list[Entity], Field(min_length=1, max_length=3)]


class RecordEdit(Asked):
    """Fields of a record as they are to be here; the PMS hears nothing of it."""

    values: Annotated[dict[str, JsonValue], Field(min_length=1, max_length=20)]
    """By their canonical names, spelled as in the record."""


class RunsWanted(Asked):
    """Which runs are asked for."""

    outcome: Outcome | None = None
    before: Instant | None = None
    """Only runs that were asked for before this instant: `nextBefore` of the page before."""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class RecordsWanted(Asked):
    """Which records are asked for."""

    arrival_from: Day | None = None
    """The hotel's own date, included."""
    arrival_to: Day | None = None
    """The hotel's own date, included."""
    status: Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")] | None = None
    updated_since: Instant | None = None
    """Only records that we saw change since; those that are gone are then told, too."""
    after: Annotated[str, Field(max_length=255, pattern=NO_CONTROLS)] = ""
    """`nextAfter` of the page before."""
    limit: Annotated[int, Field(ge=1, le=500)] = 100
