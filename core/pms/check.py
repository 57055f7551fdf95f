"""The connection test: climbs the ladder rung by rung, says where it stopped, and ends in time.

The network rungs are not probes of their own: they are watched while the vendor's cheapest real call is
made, so what is tested is what will be used, and nothing is contacted that the policy has not allowed.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from core.domain.errors import KnownError, Layer, PermissionMissingError
from core.domain.hotel import Booking, Entity, PropertyIdentity, PropertyOverview
from core.net.exchanges import Exchange, watching
from core.pms.report import CheckReport, Failure, Mark, Rung
from core.pms.sharpening import remark, sharpened
from core.pms.vendor import Page, PmsAdapter

DEADLINE_S: Final = 14.0
"""The whole test, whatever happens on the way: a verdict within 15 seconds is promised."""

OVERVIEW_DEADLINE_S: Final = 4.0
"""The figures of the review are a courtesy: a slow vendor must not turn a passed test into a failed one."""

OpenLine = Callable[[Callable[[Layer], None]], PmsAdapter]
"""Opens the adapter with an observer of the network rungs; raises KnownError on impossible values."""

MAX_EXCHANGES: Final = 12
"""How many of the calls a report keeps: the last ones, which tell why it stopped."""

_UNDECIDED: Final = (Mark.WAITING, Mark.RUNNING)


class Ladder:
    """The state of a running test; `report()` may be read at any time to show progress."""

    def __init__(self, entities: tuple[Entity, ...]) -> None:
        self._rungs = [
            *(Rung(layer) for layer in Layer if layer is not Layer.PERMISSIONS),
            *(Rung(Layer.PERMISSIONS, entity=entity) for entity in entities),
        ]
        self._started = time.monotonic()
        self._began_at = datetime.now(UTC)
        self._reference = secrets.token_hex(4).upper()
        self._mark(0, Mark.RUNNING)
        self.identity: PropertyIdentity | None = None
        self.overview: PropertyOverview | None = None
        self.failure: Failure | None = None
        self.oddity: Failure | None = None

    def climb(self, layer: Layer, entity: Entity | None = None) -> None:
        """Mark a rung, and everything undecided below it, as passed; the next one is being tried."""
        reached = self._index(layer, entity)
        tls = self._index(Layer.TLS, None)
        if reached > tls and self._rungs[tls].mark in _UNDECIDED:
            self._mark(tls, Mark.SKIPPED)  # a sandbox on this machine answers without encryption
        self._decide(range(reached + 1), Mark.PASSED)
        self._try_next(reached)

    def miss(self, failure: Failure) -> None:
        """Mark a rung as failed and go on: whether guests may be read says nothing of rooms."""
        self.failure = self.failure or failure
        missed = self._index(failure.layer, failure.entity)
        self._decide(range(missed), Mark.PASSED)
        self._mark(missed, Mark.FAILED)
        self._try_next(missed)

    def fall(self, failure: Failure) -> None:
        """Mark the rung at which the test stopped; what lies above it was not tried."""
        self.miss(failure)
        self.failure = failure
        self._decide(range(len(self._rungs)), Mark.SKIPPED)

    @property
    def current(self) -> Rung | None:
        """The rung that is being tried; None when all are decided."""
        return next((rung for rung in self._rungs if rung.mark is Mark.RUNNING), None)

    def report(self) -> CheckReport:
        """Return what is known by now."""
        return CheckReport(
            tuple(self._rungs),
            self._passed_ms(),
            self.identity,
            self.overview,
            self.failure,
            began_at=self._began_at,
            reference=self._reference,
        )

    def _passed_ms(self) -> int:
        return int((time.monotonic() - self._started) * 1000)

    def _try_next(self, reached: int) -> None:
        if reached + 1 < len(self._rungs) and self._rungs[reached + 1].mark is Mark.WAITING:
            self._mark(reached + 1, Mark.RUNNING)

    def _decide(self, places: range, mark: Mark) -> None:
        for place in places:
            if self._rungs[place].mark in _UNDECIDED:
                self._mark(place, mark)

    def _mark(self, place: int, mark: Mark) -> None:
        at_ms = self._passed_ms() if mark in (Mark.PASSED, Mark.FAILED) else None
        self._rungs[place] = replace(self._rungs[place], mark=mark, at_ms=at_ms)

    def _index(self, layer: Layer, entity: Entity | None) -> int:
        if layer is Layer.PERMISSIONS and entity is None:
            layer = Layer.PROPERTY  # not even the property may be read
        same = [place for place, rung in enumerate(self._rungs) if rung.layer is layer]
        exact = [place for place in same if self._rungs[place].entity is entity]
        return (exact or same)[0]


async def check(ladder: Ladder, open_line: OpenLine, *, deadline_s: float = DEADLINE_S) -> CheckReport:
    """Run the test on a fresh ladder and return its final report; a KnownError ends up in it, never out."""
    with watching() as exchanges:
        try:
            async with asyncio.timeout(deadline_s):
                await _climb(ladder, open_line, exchanges)
        except TimeoutError:
            if rung := ladder.current:  # else every rung is decided, and only the overview was cut short
                is_plain = bool(exchanges) and not exchanges[-1].is_tls  # a sandbox on this machine
                layer = Layer.HTTP if rung.layer is Layer.TLS and is_plain else rung.layer
                seconds = {"seconds": f"{deadline_s:g}"}
                late = Failure("check.deadline", layer, seconds, entity=rung.entity)
                ladder.fall(sharpened(late, exchanges))
        except KnownError as error:
            ladder.fall(sharpened(Failure.of(error), exchanges))
    report = ladder.report()
    return replace(
        report,
        remark=(remark(exchanges) or ladder.oddity) if report.passed else None,
        exchanges=tuple(exchanges[-MAX_EXCHANGES:]),
    )


async def _climb(ladder: Ladder, open_line: OpenLine, exchanges: Sequence[Exchange]) -> None:
    adapter = open_line(ladder.climb)
    try:
        ladder.climb(Layer.INPUT)
        ladder.identity = await adapter.identify()
        ladder.climb(Layer.PROPERTY)
        first = {
            rung.entity: await _prove_permission(ladder, adapter, rung.entity, exchanges)
            for rung in ladder.report().rungs
            if rung.entity
        }
        if ladder.failure is None:
            ladder.oddity = _nobody(first)
            ladder.overview = await _overview(adapter)
    finally:
        await adapter.aclose()


async def _prove_permission(
    ladder: Ladder, adapter: PmsAdapter, entity: Entity, exchanges: Sequence[Exchange]
) -> Page | None:
    """Return the first, smallest page: what shows that this kind of record may be read."""
    page = None
    try:
        async with contextlib.aclosing(adapter.pages(entity, page_size=1)) as pages:
            page = await anext(pages, None)
    except PermissionMissingError as error:
        failure = sharpened(Failure.of(error, entity), exchanges)
        if failure.layer is not Layer.PERMISSIONS:
            raise  # not the vendor has refused but something in between
        ladder.miss(failure)
    else:
        ladder.climb(Layer.PERMISSIONS, entity)
    return page


def _nobody(first: Mapping[Entity, Page | None]) -> Failure | None:
    """Return that bookings are of nobody, where guests may be read and there are none to be seen."""
    bookings, guests = first.get(Entity.BOOKINGS), first.get(Entity.GUESTS)
    if bookings is None or guests is None or not bookings.records or guests.records:
        return None
    if any(isinstance(one, Booking) and one.guest_id for one in bookings.records):
        return None
    return Failure("guests.withheld", Layer.PERMISSIONS, entity=Entity.GUESTS)


async def _overview(adapter: PmsAdapter) -> PropertyOverview | None:
    with contextlib.suppress(KnownError, TimeoutError):
        async with asyncio.timeout(OVERVIEW_DEADLINE_S):
            return await adapter.overview()
    return None
