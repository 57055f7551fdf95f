"""A queue of changes that a vendor keeps for us: taking is for good, and what is taken is a hint."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.domain.errors import PermissionMissingError
from core.domain.hotel import Entity
from core.pms.post import Hint
from core.pms.vendor import Page


class QueueRefusedError(PermissionMissingError):
    """The vendor does not let us take from the queue: records can be read all the same."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened. `id` is the vendor's own, the same however often it is told.

    `hint` is None when it happened to a kind of record that we do not read.
    """

    id: str
    hint: Hint | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call has taken, in the vendor's order; `set_aside` counts what could not be read.

    `more` says whether the queue may hold further ones.
    """

    events: tuple[Event, ...]
    set_aside: int = 0
    more: bool = False


@runtime_checkable
class NamedRecords(Protocol):
    """What an adapter offers besides, whose vendor can be asked for single records."""

    async def named(self, entity: Entity, ids: Sequence[str]) -> Page:
        """Return the records of one kind with these ids; those that the vendor does not have are left out."""
        ...


@runtime_checkable
class EventSource(NamedRecords, Protocol):
    """What an adapter offers besides, whose vendor keeps a queue of changes for us."""

    @property
    def keeps_events(self) -> bool:
        """Whether the hotel has named a queue."""
        ...

    async def take(self) -> Batch:
        """Take what comes next. It is gone from the queue then, whether or not the answer arrived.

        Raises: QueueRefusedError, and whatever any call raises.
        """
        ...
