"""What can happen to an attempt, in the past tense: from a click, a word, a finished job or the clock."""

from dataclasses import dataclass

from core.domain.hotel import VendorKey
from core.pms.report import CheckReport


@dataclass(frozen=True, slots=True)
class VendorChosen:
    """A PMS was chosen, by button or by name."""

    vendor: VendorKey


@dataclass(frozen=True, slots=True)
class CredentialsSealed:
    """The form was sent; what it held is sealed in a draft."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """Run number `run` of the test reached the top."""

    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class CheckFailed:
    """Run number `run` of the test failed at a layer."""

    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class RetryRequested:
    """Test the same credentials again."""


@dataclass(frozen=True, slots=True)
class NextRequested:
    """The person has seen that the test passed and goes on."""


@dataclass(frozen=True, slots=True)
class BackRequested:
    """One step back."""


@dataclass(frozen=True, slots=True)
class CancelConfirmed:
    """The person asked to stop and confirmed it."""


@dataclass(frozen=True, slots=True)
class ReviewConfirmed:
    """The person confirmed that the information is correct and asked to save."""


@dataclass(frozen=True, slots=True)
class ConnectionSaved:
    """The connection stands."""

    connection_id: str


@dataclass(frozen=True, slots=True)
class SaveRefused:
    """The draft could not become a connection; `code` says why."""

    draft_id: str
    code: str


@dataclass(frozen=True, slots=True)
class DraftExpired:
    """The sealed draft is too old to be kept."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class TimeRanOut:
    """The time that this step may take is over: minutes for our own work, weeks for a person's."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Another member goes on in an attempt of their own."""

    by: str


@dataclass(frozen=True, slots=True)
class RoleLost:
    """The person may no longer configure this hotel."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The person said how it went, 1 to 5."""

    stars: int


Event = (
    VendorChosen
    | CredentialsSealed
    | CheckPassed
    | CheckFailed
    | RetryRequested
    | NextRequested
    | BackRequested
    | CancelConfirmed
    | ReviewConfirmed
    | ConnectionSaved
    | SaveRefused
    | DraftExpired
    | TimeRanOut
    | TakenOver
    | RoleLost
    | Rated
)
