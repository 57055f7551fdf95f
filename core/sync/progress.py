"""How far a run has got, by kind of record: what a crash resumes from, and what a manager watches."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from core.domain.hotel import Entity

VERSION: Final = 1
"""Grows when the stored form changes; a run stored in another form begins anew (rows are upserts)."""

REQUESTS_KEPT: Final = 3
ORDER: Final = (Entity.ROOMS, Entity.BOOKINGS, Entity.GUESTS)
"""Few and quick first, then what managers look at."""


class Reading(StrEnum):
    """What is read of one kind of record."""

    ALL = "all"
    CHANGES = "changes"
    TOLD = "told"
    """Only what the vendor's queue told of: its word has proved to be enough."""


class State(StrEnum):
    """Where one kind of record stands in a run. REFUSED: the credentials do not reach it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class Word(StrEnum):
    """How a run left the vendor's queue of changes."""

    ABSENT = "absent"
    """The hotel has named none."""
    OPEN = "open"
    """It is being emptied: whoever finds it so may have lost what was answered."""
    PAUSED = "paused"
    """There is more in it, and what was taken is kept."""
    EMPTY = "empty"
    """All that was in it is kept."""
    DOUBTFUL = "doubtful"
    """Something may have been lost, or is still in it."""
    REFUSED = "refused"


class Kind(StrEnum):
    """What can happen to a record."""

    NEW = "new"
    CANCELLED = "cancelled"
    DATES = "dates"
    STAY = "stay"
    """Checked in, checked out, confirmed …"""
    ROOM = "room"
    AMOUNT = "amount"
    OUT_OF_ORDER = "out_of_order"
    HOUSEKEEPING = "housekeeping"
    DETAILS = "details"
    GONE = "gone"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one kind of record.

    `read` is all that came; `older` what we knew better already, `outside` what nobody chose to have synced;
    `untold` changes that the vendor's queue should have told of.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0
    outside: int = 0
    gone: int = 0
    set_aside: int = 0
    unknown_values: int = 0
    untold: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Tally") -> "Tally":
        kinds = {
            name: self.kinds.get(name, 0) + other.kinds.get(name, 0)
            for name in sorted(self.kinds.keys() | other.kinds.keys())
        }
        counted = {
            each.name: getattr(self, each.name) + getattr(other, each.name)
            for each in fields(Tally)
            if each.name != "kinds"
        }
        return Tally(**counted, kinds=kinds)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of record in a run.

    `since` is what changes are asked for from, `cursor` the page to go on with, `newest` the latest change
    that the vendor told of. Complete readings are numbered; `pass_number` is the latest, this one included.
    `told` are records still to be read one by one, by id; they come before the list. `judged_from` is the
    instant since which the vendor's queue should have told of every change, None where that is not known.
    """

    entity: Entity
    state: State = State.WAITING
    reading: Reading = Reading.ALL
    since: datetime | None = None
    cursor: str | None = None
    newest: datetime | None = None
    pass_number: int = 0
    begun_at: datetime | None = None
    pages: int = 0
    tally: Tally = Tally()
    code: str | None = None
    request_ids: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    judged_from: datetime | None = None

    def after_page(
        self, tally: Tally, cursor: str | None, newest: datetime | None, request_id: str | None
    ) -> "Part":
        """Return this part with one page more."""
        latest = max((instant for instant in (self.newest, newest) if instant), default=None)
        numbers = (*self.request_ids, request_id) if request_id else self.request_ids
        return replace(
            self,
            cursor=cursor,
            newest=latest,
            pages=self.pages + 1,
            tally=self.tally + tally,
            request_ids=numbers[-REQUESTS_KEPT:],
        )


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a run stands still, since when, and how often in a row."""

    code: str
    since: datetime
    until: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Heard:
    """What a run took out of the vendor's queue; `kinds` are those that it told of.

    `set_aside` counts the events that could not be read.
    """

    state: Word
    batches: int = 0
    events: int = 0
    set_aside: int = 0
    kinds: tuple[str, ...] = ()
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """All parts of a run, in the order in which they are read; `heard` is None where there is no queue."""

    parts: tuple[Part, ...] = ()
    pause: Pause | None = None
    heard: Heard | None = None

    @property
    def current(self) -> Part | None:
        """The part that is being read, or comes next; None when all are decided."""
        return next((part for part in self.parts if part.state in (State.WAITING, State.RUNNING)), None)

    @property
    def total(self) -> Tally:
        """The counts of all parts together."""
        return sum((part.tally for part in self.parts), start=Tally())

    def having(self, part: Part) -> "Progress":
        """Return this progress with one part replaced, and no pause: it got somewhere."""
        parts = tuple(part if one.entity is part.entity else one for one in self.parts)
        return Progress(parts, heard=self.heard)


def to_json(progress: Progress) -> dict[str, Any]:
    """Return what is stored."""
    return {
        "v": VERSION,
        "parts": [_plain(part) for part in progress.parts],
        "pause": _plain(progress.pause) if progress.pause else None,
        "heard": _plain(progress.heard) if progress.heard else None,
    }


def from_json(stored: Mapping[str, Any]) -> Progress | None:
    """Return stored progress as an object; None for another version's, or none."""
    if stored.get("v") != VERSION:
        return None
    pause, heard = stored["pause"], stored.get("heard")
    return Progress(
        tuple(_part(one) for one in stored["parts"]),
        Pause(pause["code"], _instant(pause["since"]), _instant(pause["until"]), pause["times"])
        if pause
        else None,
        Heard(**{**heard, "state": Word(heard["state"]), "kinds": tuple(heard["kinds"])}) if heard else None,
    )


def _part(stored: Mapping[str, Any]) -> Part:
    return Part(
        entity=Entity(stored["entity"]),
        state=State(stored["state"]),
        reading=Reading(stored["reading"]),
        since=_maybe(stored["since"]),
        cursor=stored["cursor"],
        newest=_maybe(stored["newest"]),
        pass_number=stored["pass_number"],
        begun_at=_maybe(stored["begun_at"]),
        pages=stored["pages"],
        tally=Tally(**stored["tally"]),
        code=stored["code"],
        request_ids=tuple(stored["request_ids"]),
        told=tuple(stored.get("told", ())),
        judged_from=_maybe(stored.get("judged_from")),
    )


def _plain(value: Part | Pause | Tally | Heard) -> dict[str, Any]:
    return {each.name: _scalar(getattr(value, each.name)) for each in fields(value)}


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Tally):
        return _plain(value)
    return list(value) if isinstance(value, tuple) else value


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
