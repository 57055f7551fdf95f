"""Edits made here, over a real sandbox: they hold, they are asked about once, they are settled once."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from core.domain.access import NotAllowedError, Person, Role, TenantContext
from core.domain.hotel import BookingStatus, Entity
from core.pms.sandbox.hotel import SimulatedBooking
from core.store import audit_log, changes, edits, hotels, plans
from core.store.database import Database
from core.sync import editing
from core.sync.choice import Choice, Strategy, to_json
from core.sync.conflicts import Settlement
from core.sync.editing import Arbiter, FieldOrigin, Result, UnknownRecordError
from core.sync.fields import Misfit, UnfitError
from tests.clock import START
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import Stage, open_stage

ADA: Final = TenantContext(TENANT.hotel_id, Person("T-A", "U-ADA"))
BEN: Final = TenantContext(TENANT.hotel_id, Person("T-A", "U-BEN"))
STAFF: Final = TenantContext(TENANT.hotel_id, Person("T-A", "U-STAFF"))


class Room:
    """The stage with one booking of it in hand."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clock = stage.house.clock
        self.number, self.booking = _first(stage)
        self.key = next(
            key for key in stage.line.bench.records(Entity.BOOKINGS) if key.endswith(f"{self.number:05d}")
        )
        self.arbiter = Arbiter(stage.house.database, stage.house.queue, self.clock)

    async def edits(self, **values: object) -> Mapping[str, Any]:
        async with self.stage.house.database.transaction(ADA) as unit:
            return await editing.edit(unit, Entity.BOOKINGS, self.key, values, "U-ADA", self.clock.now())

    async def pms_says(self, **values: Any) -> None:
        """Let the PMS change the booking, and a sync bring it."""
        self.clock.advance(60)
        now = self.clock.now().replace(microsecond=0)
        hotel = self.stage.line.bench.hotel
        hotel.keep(replace(hotel.bookings[self.number], **values, updated_at=now))
        self.clock.advance(60)
        await self.stage.sync()

    async def line(self) -> dict[str, Any]:
        lines = map(json.loads, await self.stage.stored(Entity.BOOKINGS))
        found: dict[str, Any] = next(line for line in lines if line["external_id"] == self.key)
        return found

    async def asked(self) -> list[Mapping[str, Any]]:
        return [facts for name, facts in await self.stage.told() if name == "pms.conflict.found"]

    async def audited(self) -> list[tuple[str, str | None, Mapping[str, Any]]]:
        async with self.stage.house.database.transaction(TENANT) as unit:
            found = await audit_log.list_latest(unit)
        wanted = ("pms.record.edited", "pms.conflict.settled")
        return [(one.action, one.user_id, one.details) for one in reversed(found) if one.action in wanted]


async def begin(stage: Stage, strategy: Strategy = Strategy.VENDOR) -> Room:
    async with stage.house.database.transaction(TENANT) as unit:
        for tenant, role in ((ADA, Role.MANAGER), (BEN, Role.ADMIN), (STAFF, Role.STAFF)):
            assert tenant.person is not None
            await hotels.give_role(unit, tenant.person, role, START)
        await plans.change(unit, choice=to_json(Choice(strategy=strategy)))
    await stage.sync()
    return Room(stage)


def _first(stage: Stage) -> tuple[int, SimulatedBooking]:
    bookings = stage.line.bench.hotel.bookings
    return next((n, one) for n, one in sorted(bookings.items()) if one.status is BookingStatus.CONFIRMED)


async def test_an_edit_holds_everywhere_and_says_where_it_is_from(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage)
        before = await room.line()
        after = await room.edits(adults=9, source="Walk-in")
        assert after == {**before, "adults": 9, "source": "Walk-in"} == await room.line()
        async with database.transaction(TENANT) as unit:
            assert await editing.origins(unit, Entity.BOOKINGS, room.key) == {
                "adults": FieldOrigin(True, "U-ADA", room.clock.now(), before["adults"]),
                "source": FieldOrigin(True, "U-ADA", room.clock.now(), before["source"]),
            }
            (change,) = await changes.of_record(unit, Entity.BOOKINGS, room.key)
        assert (change.cause, change.kind) == ("edit", "details")
        details = {"entity": "bookings", "record": room.key, "fields": "adults, source", "by": "U-ADA"}
        assert await room.audited() == [("pms.record.edited", "U-ADA", details)]
        calls = stage.line.calls
        assert {call.method for call in calls} == {"GET"}, "nothing is ever written to the PMS"


async def test_the_pmss_own_value_ends_an_edit(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage)
        before = await room.line()
        await room.edits(adults=9)
        assert await room.edits(adults=before["adults"]) == before
        async with database.transaction(TENANT) as unit:
            assert await editing.origins(unit, Entity.BOOKINGS, room.key) == {}


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        ({"colour": "blue"}, {"colour": Misfit.UNKNOWN_FIELD}),
        ({"external_id": "x"}, {"external_id": Misfit.NOT_EDITABLE}),
        ({"updated_at": None}, {"updated_at": Misfit.NOT_EDITABLE}),
        ({"arrival": "22.08.2026"}, {"arrival": Misfit.DATE}),
        ({"arrival": None}, {"arrival": Misfit.DATE}),
        ({"departure": "2001-01-01"}, {"departure": Misfit.BEFORE_ARRIVAL}),
        ({"adults": "2"}, {"adults": Misfit.COUNT}),
        ({"adults": -1}, {"adults": Misfit.COUNT}),
        ({"total": {"amount": "1", "currency": "Euro"}}, {"total": Misfit.MONEY}),
        ({"total": 5}, {"total": Misfit.MONEY}),
        ({"status": "gone fishing"}, {"status": Misfit.BOOKING_STATUS}),
        ({"status": "unknown"}, {"status": Misfit.BOOKING_STATUS}),
        ({"rate": "x" * 501}, {"rate": Misfit.TEXT}),
        ({"rate": "a\x00"}, {"rate": Misfit.TEXT}),
    ],
)
async def test_what_does_not_fit_is_refused_field_by_field(
    sqlite_database: Database, values: dict[str, object], problems: dict[str, Misfit]
) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        room = await begin(stage)
        before = await room.line()
        with pytest.raises(UnfitError) as caught:
            await room.edits(**values)
        assert caught.value.problems == problems or problems == {"arrival": Misfit.DATE}
        assert await room.line() == before


async def test_what_is_not_there_cannot_be_edited(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        room = await begin(stage)
        room.key = "nobody"
        with pytest.raises(UnknownRecordError):
            await room.edits(adults=1)


async def test_the_pms_wins_unless_the_hotel_says_otherwise(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage)
        await room.edits(adults=9, source="Walk-in")
        await room.pms_says(adults=5)
        line = await room.line()
        assert (line["adults"], line["source"]) == (5, "Walk-in")
        settled = (await room.audited())[-1]
        assert settled[0:2] == ("pms.conflict.settled", None)
        assert (settled[2]["fields"], settled[2]["settlement"]) == ("adults", "theirs")
        assert await room.asked() == []


async def test_where_ours_wins_the_export_has_ours_and_the_history_what_the_pms_did(
    database: Database,
) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage, Strategy.OURS)
        await room.edits(adults=9)
        before = room.booking.adults
        await room.pms_says(adults=5)
        assert (await room.line())["adults"] == 9
        async with database.transaction(TENANT) as unit:
            change = (await changes.of_record(unit, Entity.BOOKINGS, room.key))[0]
            origin = (await editing.origins(unit, Entity.BOOKINGS, room.key))["adults"]
        assert change.facts == {"adults": [before, 5]}
        assert (origin.is_ours, origin.other) == (True, 5)
        await stage.sync()
        stage.house.clock.advance(90_000)
        await stage.sync()
        assert (await room.line())["adults"] == 9, "a complete reading brings the same record once more"


async def test_a_conflict_is_asked_once_and_settled_once(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        await room.edits(adults=9)
        await room.pms_says(adults=5)
        assert (await room.line())["adults"] == 5, "until somebody answers, the PMS counts"
        await stage.sync()
        (asked,) = await room.asked()
        assert asked["fields"] == [
            {
                "field": "adults",
                "by_whom": "U-ADA",
                "made_at": asked["fields"][0]["made_at"],
                "ours": "9",
                "theirs": "5",
            }
        ]
        answers = await asyncio.gather(
            room.arbiter.settle(ADA, asked["conflict_id"], 1, Settlement.OURS),
            room.arbiter.settle(BEN, asked["conflict_id"], 1, Settlement.THEIRS),
        )
        assert sorted(one.result for one in answers) == [Result.ALREADY, Result.SETTLED]
        won = next(one for one in answers if one.result is Result.SETTLED)
        assert won.question is not None
        expected = 9 if won.question.conflict.settlement == "ours" else 5
        assert (await room.line())["adults"] == expected
        settled = [one for one in await room.audited() if one[0] == "pms.conflict.settled"]
        assert [one[1] for one in settled] == [won.question.conflict.settled_by]
        async with database.transaction(TENANT) as unit:
            assert await edits.count_open(unit) == 0


async def test_an_answer_to_what_has_changed_meanwhile_is_asked_again(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        await room.edits(adults=9)
        await room.pms_says(adults=5)
        await room.pms_says(adults=6)
        (asked,) = await room.asked()
        late = await room.arbiter.settle(ADA, asked["conflict_id"], 1, Settlement.OURS)
        assert late.result is Result.CHANGED
        assert late.question is not None
        assert [one.theirs for one in late.question.contested] == [6]
        version = late.question.conflict.version
        again = await room.arbiter.settle(ADA, asked["conflict_id"], version, Settlement.OURS)
        assert again.result is Result.SETTLED
        assert (await room.line())["adults"] == 9


async def test_what_both_say_in_the_end_is_asked_no_more(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        await room.edits(adults=9)
        await room.pms_says(adults=5)
        await room.pms_says(adults=9)
        (asked,) = await room.asked()
        late = await room.arbiter.settle(ADA, asked["conflict_id"], 1, Settlement.THEIRS)
        assert late.result is Result.ALREADY
        assert late.question is not None
        assert late.question.conflict.settlement == "agreed"
        assert (await room.line())["adults"] == 9


async def test_ours_is_not_kept_where_it_cannot_be_true(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        line = await room.line()
        await room.edits(departure=line["arrival"])
        moved = room.booking.arrival.replace(year=2027)
        await room.pms_says(arrival=moved, departure=moved.replace(year=2028))
        (asked,) = await room.asked()
        refused = await room.arbiter.settle(ADA, asked["conflict_id"], 1, Settlement.OURS)
        assert refused.result is Result.IMPOSSIBLE
        taken = await room.arbiter.settle(ADA, asked["conflict_id"], 1, Settlement.THEIRS)
        assert taken.result is Result.SETTLED


async def test_staff_settle_nothing(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        await room.edits(adults=9)
        await room.pms_says(adults=5)
        (asked,) = await room.asked()
        with pytest.raises(NotAllowedError):
            await room.arbiter.settle(STAFF, asked["conflict_id"], 1, Settlement.OURS)
        assert (await room.line())["adults"] == 5


async def test_a_guests_name_is_asked_about_without_the_name(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        room = await begin(stage, Strategy.ASK)
        hotel = stage.line.bench.hotel
        number, guest = next(iter(hotel.guests.items()))
        key = next(k for k in stage.line.bench.records(Entity.GUESTS) if k.endswith(f"{number:05d}"))
        async with sqlite_database.transaction(ADA) as unit:
            await editing.edit(
                unit, Entity.GUESTS, key, {"last_name": "Canary-Ours"}, "U-ADA", room.clock.now()
            )
        room.clock.advance(60)
        hotel.keep(replace(guest, last_name="Canary-Theirs", updated_at=room.clock.now()))
        room.clock.advance(60)
        await stage.sync()
        (asked,) = await room.asked()
        assert [one["field"] for one in asked["fields"]] == ["last_name"]
        assert "Canary" not in json.dumps(asked)
        assert "Canary" not in repr(await room.audited())
