"""The ladder of the connection test: what passed, where it stopped, always in time, and always hung up."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from core.domain.errors import (
    AddressRefusedError,
    CertificateRefusedError,
    CredentialsRefusedError,
    HostUnknownError,
    InputRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    RateLimitedError,
    VendorUnavailableError,
    VendorUnreachableError,
)
from core.domain.hotel import Booking, BookingStatus, Entity, Guest
from core.pms import check as check_module
from core.pms.check import Ladder, check
from core.pms.report import CheckReport, Failure, Mark, Rung
from core.pms.vendor import Page, PmsAdapter
from tests.core.pms.climbing import FIGURES, HOME, NETWORK, Adapter, Climb, hangs, raises

ENTITIES: Final = (Entity.BOOKINGS, Entity.GUESTS, Entity.ROOMS)
SOON_S: Final = 0.05


async def run(adapter: Adapter, *, deadline_s: float = 5.0) -> CheckReport:
    """Test an adapter; its line is hung up once, however the test ends."""
    report = await check(Ladder(ENTITIES), adapter.open, deadline_s=deadline_s)
    assert adapter.closed == 1
    assert report.passed == (report.failure is None)
    assert not {rung.mark for rung in report.rungs} & {Mark.WAITING, Mark.RUNNING}
    return report


def marks(report: CheckReport) -> dict[str, Mark]:
    """Return how each rung ended, by layer or kind of record."""
    return {(rung.entity or rung.layer).value: rung.mark for rung in report.rungs}


def climbed(*failed: str, until: str | None = None) -> dict[str, Mark]:
    """Every rung passed, but for those that failed and those behind the last one that was tried."""
    names = [layer.value for layer in Layer if layer is not Layer.PERMISSIONS] + [
        one.value for one in ENTITIES
    ]
    last = names.index(until) if until else len(names)
    return {
        name: Mark.FAILED if name in failed else Mark.PASSED if place <= last else Mark.SKIPPED
        for place, name in enumerate(names)
    }


async def test_a_good_line_climbs_to_the_top() -> None:
    adapter = Adapter()
    report = await run(adapter)
    assert (report.passed, report.identity, report.overview) == (True, HOME, FIGURES)
    assert marks(report) == climbed()
    assert adapter.asked == [(entity, 1) for entity in ENTITIES], "the smallest page that proves the right"


STAY: Final = Booking("b1", None, BookingStatus.CONFIRMED, date(2026, 9, 1), date(2026, 9, 3))
ADA: Final = Guest("g1", "Ada", "Lindqvist")


@pytest.mark.parametrize(
    ("bookings", "guests", "remarked"),
    [
        ([STAY], [], True),
        ([STAY], [ADA], False),
        ([replace(STAY, guest_id="g1")], [], False),
        ([], [], False),
    ],
    ids=["nobody anywhere", "a guest", "a guest's number", "nothing at all"],
)
async def test_bookings_of_nobody_are_remarked(
    bookings: list[Booking], guests: list[Guest], remarked: bool
) -> None:
    """A passed test says so where personal data seems withheld; an empty hotel is none of that."""
    first = {Entity.BOOKINGS: Page(tuple(bookings), "more"), Entity.GUESTS: Page(tuple(guests), None)}
    report = await run(Adapter(first=first))
    assert report.passed
    told = Failure("guests.withheld", Layer.PERMISSIONS, entity=Entity.GUESTS) if remarked else None
    assert report.remark == told


def test_before_anything_was_tried_the_first_rung_is_running() -> None:
    assert Ladder((Entity.ROOMS,)).report().rungs == (
        Rung(Layer.INPUT, Mark.RUNNING),
        *(Rung(layer) for layer in NETWORK),
        Rung(Layer.AUTHENTICATION),
        Rung(Layer.PROPERTY),
        Rung(Layer.PERMISSIONS, entity=Entity.ROOMS),
    )


async def test_each_rung_is_seen_running_in_its_turn() -> None:
    """What a person watches: one rung runs, those below passed, those above wait."""
    ladder = Ladder((Entity.BOOKINGS,))
    seen: list[tuple[str, int, int]] = []

    def look(layer: Layer) -> None:
        ladder.climb(layer)
        report = ladder.report()
        [running] = [rung for rung in report.rungs if rung.mark is Mark.RUNNING]
        assert ladder.current == running
        seen.append((running.layer.value, count(report, Mark.PASSED), count(report, Mark.WAITING)))

    adapter = Adapter()
    adapter.open(look)
    ladder.climb(Layer.INPUT)
    await adapter.identify()
    assert seen == [
        ("dns", 2, 6),
        ("tcp", 3, 5),
        ("tls", 4, 4),
        ("http", 5, 3),
        ("authentication", 6, 2),
    ]
    ladder.climb(Layer.PROPERTY)
    assert ladder.current == Rung(Layer.PERMISSIONS, Mark.RUNNING, Entity.BOOKINGS)
    ladder.climb(Layer.PERMISSIONS, Entity.BOOKINGS)
    assert ladder.current is None


async def test_a_line_without_encryption_skips_its_rung() -> None:
    """A sandbox on this machine; nothing claims that a certificate was seen."""
    report = await run(Adapter(network=(Layer.POLICY, Layer.DNS, Layer.TCP, Layer.HTTP)))
    assert report.passed
    assert marks(report) == climbed() | {"tls": Mark.SKIPPED}


FAILURES: Final[list[tuple[KnownError, tuple[Layer, ...]]]] = [
    (AddressRefusedError("policy.refused", Layer.POLICY), ()),
    (HostUnknownError("dns.not_found", Layer.DNS), NETWORK[:1]),
    (VendorUnreachableError("tcp.refused", Layer.TCP), NETWORK[:2]),
    (CertificateRefusedError("tls.expired", Layer.TLS), NETWORK[:3]),
    (VendorUnavailableError("vendor.unavailable", Layer.HTTP), NETWORK[:4]),
    (RateLimitedError("vendor.rate_limited", Layer.HTTP), NETWORK[:4]),
    (CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION), NETWORK),
    (PropertyNotFoundError("property.not_found", Layer.PROPERTY), NETWORK),
]


@pytest.mark.parametrize(("error", "reached"), FAILURES, ids=[error.code for error, _ in FAILURES])
async def test_it_stops_at_the_layer_that_failed(error: KnownError, reached: tuple[Layer, ...]) -> None:
    """Below it everything passed, above it nothing was tried; the facts of the error are kept."""
    error.details["host"] = "pms.example"
    error.request_id = "request-1"
    report = await run(Adapter(network=reached, identifying=raises(error)))
    assert report.failure == Failure(error.code, error.layer, {"host": "pms.example"}, "request-1")
    assert (report.identity, report.overview) == (None, None)
    assert marks(report) == climbed(error.layer.value, until=error.layer.value)


async def test_a_key_that_may_not_even_read_the_property_stops_there() -> None:
    """Good credentials without any right: no kind of record was tried, so none is said to be missing."""
    error = PermissionMissingError("permission.missing", Layer.PERMISSIONS)
    report = await run(Adapter(identifying=raises(error)))
    assert report.failure == Failure("permission.missing", Layer.PERMISSIONS)
    assert marks(report) == climbed("property", until="property")


async def test_values_that_no_line_can_be_opened_with_fail_at_the_first_rung() -> None:
    def refuse(climb: Climb) -> PmsAdapter:
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": "Endpoint URL"})

    report = await check(Ladder(ENTITIES), refuse)
    assert report.failure == Failure("input.malformed", Layer.INPUT, {"field": "Endpoint URL"})
    assert marks(report) == climbed("input", until="input")


async def test_an_address_that_turns_out_to_be_forbidden_takes_its_tick_back() -> None:
    """The policy judges the name first and the addresses that DNS gives for it afterwards."""
    adapter = Adapter(
        network=(Layer.POLICY, Layer.DNS),
        identifying=raises(AddressRefusedError("policy.refused", Layer.POLICY)),
    )
    report = await run(adapter)
    assert marks(report) == climbed("policy", until="dns")


@pytest.mark.parametrize("missing", [{"bookings"}, {"guests"}, {"rooms"}, {"bookings", "rooms"}, {*ENTITIES}])
async def test_a_missing_permission_does_not_hide_the_others(missing: set[str]) -> None:
    """All are tried; the first that is missing is the one to talk about; figures are not asked for."""
    refused = raises(PermissionMissingError("permission.missing", Layer.PERMISSIONS, request_id="request-1"))
    adapter = Adapter(
        reading={entity: refused for entity in ENTITIES if entity.value in missing},
        figures=raises(AssertionError("nobody asks for figures")),
    )
    report = await run(adapter)
    assert [entity for entity, _ in adapter.asked] == [*ENTITIES]
    assert marks(report) == climbed(*missing)
    first = next(entity for entity in ENTITIES if entity.value in missing)
    assert report.failure == Failure("permission.missing", Layer.PERMISSIONS, {}, "request-1", first)
    assert (report.identity, report.overview) == (HOME, None)


async def test_other_trouble_while_reading_ends_the_test_where_it_happened() -> None:
    """What passed below stays passed, what was not tried is not claimed."""
    adapter = Adapter(
        reading={Entity.GUESTS: raises(VendorUnavailableError("vendor.unavailable", Layer.HTTP))}
    )
    report = await run(adapter)
    assert report.failure == Failure("vendor.unavailable", Layer.HTTP)
    assert marks(report) == climbed("http", until="bookings")


async def test_trouble_after_a_missing_permission_is_what_is_told() -> None:
    """A vendor that goes down meanwhile must be up again before permissions can be judged."""
    adapter = Adapter(
        reading={
            Entity.BOOKINGS: raises(PermissionMissingError("permission.missing", Layer.PERMISSIONS)),
            Entity.GUESTS: raises(VendorUnavailableError("vendor.unavailable", Layer.HTTP)),
        }
    )
    report = await run(adapter)
    assert report.failure == Failure("vendor.unavailable", Layer.HTTP)
    assert marks(report) == climbed("bookings", "http", until="bookings")


@pytest.mark.parametrize("missing", [set(), {Entity.BOOKINGS}])
async def test_a_deadline_names_the_kind_of_record_that_was_waited_for(missing: set[Entity]) -> None:
    """Also behind one that may not be read: what was waited for has not passed."""
    refused = raises(PermissionMissingError("permission.missing", Layer.PERMISSIONS))
    adapter = Adapter(reading={Entity.GUESTS: hangs, **dict.fromkeys(missing, refused)})
    report = await run(adapter, deadline_s=SOON_S)
    assert report.failure == Failure(
        "check.deadline", Layer.PERMISSIONS, {"seconds": "0.05"}, entity=Entity.GUESTS
    )
    assert marks(report) == climbed("guests", *(one.value for one in missing), until="guests")


@pytest.mark.parametrize("reached", range(len(NETWORK) + 1))
async def test_a_deadline_names_the_layer_that_was_waited_for(reached: int) -> None:
    adapter = Adapter(network=NETWORK[:reached], identifying=hangs)
    report = await run(adapter, deadline_s=SOON_S)
    waited_for = [*NETWORK, Layer.AUTHENTICATION][reached]
    assert report.failure == Failure("check.deadline", waited_for, {"seconds": "0.05"})
    assert marks(report) == climbed(waited_for.value, until=waited_for.value)


async def test_slow_figures_do_not_turn_a_passed_test_into_a_failed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check_module, "OVERVIEW_DEADLINE_S", SOON_S)
    report = await run(Adapter(figures=hangs))
    assert (report.passed, report.identity, report.overview) == (True, HOME, None)
    assert marks(report) == climbed()


async def test_figures_that_meet_the_deadline_of_the_whole_test_do_not_either() -> None:
    """Everything was climbed so slowly that the figures' own time would end after the test's."""
    report = await run(Adapter(figures=hangs), deadline_s=SOON_S)
    assert (report.passed, report.identity, report.overview) == (True, HOME, None)
    assert marks(report) == climbed()


@pytest.mark.parametrize(
    "error",
    [
        RateLimitedError("vendor.rate_limited", Layer.HTTP),
        PermissionMissingError("permission.missing", Layer.PERMISSIONS),
        TimeoutError(),
    ],
)
async def test_figures_that_are_not_to_be_had_are_left_out(error: Exception) -> None:
    report = await run(Adapter(figures=raises(error)))
    assert (report.passed, report.overview) == (True, None)


@pytest.mark.parametrize("call", ["identifying", "figures"])
async def test_a_bug_is_no_verdict_and_the_line_is_hung_up(call: str) -> None:
    adapter = Adapter(**{call: raises(ZeroDivisionError())})  # type: ignore[arg-type]  # one of its calls
    with pytest.raises(ZeroDivisionError):
        await check(Ladder(ENTITIES), adapter.open)
    assert adapter.closed == 1


async def test_a_test_that_is_cancelled_hangs_up() -> None:
    adapter = Adapter(reading={Entity.ROOMS: hangs})
    running = asyncio.create_task(check(Ladder(ENTITIES), adapter.open))
    while (Entity.ROOMS, 1) not in adapter.asked:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert adapter.closed == 1


def test_the_verdict_is_promised_within_fifteen_seconds() -> None:
    assert check_module.DEADLINE_S < 15
    assert check_module.OVERVIEW_DEADLINE_S < check_module.DEADLINE_S


def count(report: CheckReport, mark: Mark) -> int:
    """Return how many rungs have a mark."""
    return sum(rung.mark is mark for rung in report.rungs)
