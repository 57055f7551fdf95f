"""Fields of a PMS that writes in its own way become ours: checked, previewed, tried on twenty, then saved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

import pytest

from core.domain.access import NotAllowedError, Person, Role, TenantContext
from core.domain.errors import VendorUnavailableError
from core.domain.hotel import Entity
from core.pms.expressions import Flaw
from core.pms.sandbox.faults import Fault
from core.pms.vendors.custom.sandbox import app
from core.pms.vendors.custom.sandbox.rendering import Json, records
from core.store import audit_log, hotels
from core.store.database import Database
from core.sync import mapping
from core.sync.mapping import FieldMapping, Problem, Wrong, check, extras_of
from core.sync.requests import Cause
from core.sync.trying import SAMPLE, Draft, MappingTrial, Result
from tests.clock import START
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import Stage, open_stage

ADA: Final = TenantContext(TENANT.hotel_id, Person("T-A", "U-ADA"))
STAFF: Final = TenantContext(TENANT.hotel_id, Person("T-A", "U-STAFF"))

WORDS: Final = {"confirmed": "OK", "checked_in": "IN", "checked_out": "OUT", "cancelled": "XX"}
FITTING: Final = {
    "status": "pick({OK: 'confirmed', IN: 'checked_in', OUT: 'checked_out', XX: 'cancelled'}, state)",
    "arrival": "join('-', reverse(split(from, '.')))",
    "total": "sum && {amount: to_string(sum.value), currency: sum.unit}",
}


def _foreign(row: Json) -> Json:
    """Return a booking as another PMS would write it."""
    total: Any = row.pop("total")
    row["state"] = WORDS.get(str(row.pop("status")), "OK")
    row["from"] = ".".join(reversed(str(row.pop("arrival")).split("-")))
    row["sum"] = {"value": float(total["amount"]), "unit": total["currency"]} if total else None
    return row


@contextmanager
def foreign_pms() -> Iterator[None]:
    """Let the sandbox write its bookings in its own way."""

    def written(hotel: Any, entity: Entity) -> list[Json]:
        rows = records(hotel, entity)
        return [_foreign(row) for row in rows] if entity is Entity.BOOKINGS else rows

    with patch.object(app, "records", written):
        yield


async def begin(stage: Stage) -> MappingTrial:
    async with stage.house.database.transaction(TENANT) as unit:
        for tenant, role in ((ADA, Role.MANAGER), (STAFF, Role.STAFF)):
            assert tenant.person is not None
            await hotels.give_role(unit, tenant.person, role, START)
    house = stage.house
    return MappingTrial(house.database, house.opener, house.registry, house.clock)


def draft(fields: dict[str, str], extras: dict[str, str] | None = None, version: int = 0) -> Draft:
    return Draft(Entity.BOOKINGS, fields, extras or {}, version)


async def test_a_foreign_pms_is_read_after_its_fields_are_mapped(database: Database) -> None:
    """Until then nothing is understood; afterwards everything is, by the very next run."""
    with foreign_pms():
        async with open_stage(database, "custom") as stage:
            stage.line.bench = replace(stage.line.bench, check_answer=lambda *_: None)  # it fits no contract
            trial = await begin(stage)
            await stage.sync()
            assert await stage.stored(Entity.BOOKINGS) == []
            stage.house.clock.advance(1)
            saved = await trial.save(ADA, draft(FITTING))
            assert (saved.result, saved.problems, saved.tried) == (Result.SAVED, (), SAMPLE)
            stage.house.clock.advance(1)
            await stage.sync(Cause.REPAIR)
            assert len(await stage.stored(Entity.BOOKINGS)) == len(stage.truth(Entity.BOOKINGS))
            if "no_show" not in "".join(stage.truth(Entity.BOOKINGS)):
                assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
            async with database.transaction(TENANT) as unit:
                line = next(
                    one for one in await audit_log.list_latest(unit) if one.action == "pms.mapping.changed"
                )
            expected = {"entity": "bookings", "version": 1, "fields": "status, arrival, total", "extras": ""}
            assert (line.user_id, line.details) == ("U-ADA", expected)


async def test_a_preview_shows_before_and_after_on_the_newest_record(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        await stage.sync()
        stage.house.clock.advance(60)
        stage.line.bench.touch(Entity.BOOKINGS)
        stage.house.clock.advance(60)
        await stage.sync()
        extras = {"adults_there": "adults", "booked": "references[0].kind"}
        tried = await trial.preview(
            ADA, draft({"rate": "join(' / ', [room_type || '', rate || ''])"}, extras)
        )
        assert tried is not None
        newest = max(stage.line.bench.records(Entity.BOOKINGS).values(), key=_changed)
        assert tried.line is not None
        assert tried.line["external_id"] == newest.external_id
        assert tried.sent == {"rate": newest.rate}  # type: ignore[union-attr]  # it is a booking
        assert tried.line["rate"] == f"{newest.room_type or ''} / {newest.rate or ''}"  # type: ignore[union-attr]
        assert tried.extras["adults_there"] == newest.adults  # type: ignore[union-attr]
        mapped = await trial.current(ADA)
        assert mapped is not None
        assert mapped.mapping == FieldMapping(), "nothing was saved"


@pytest.mark.parametrize(
    ("fields", "extras", "name", "flaw"),
    [
        ({"arrival": "departure || 'x'", "departure": "'soon'"}, {}, "departure", Wrong.UNFIT),
        ({"arrival": "`5`"}, {}, "arrival", Wrong.UNFIT),
        ({"total": "{amount: 'much', currency: 'EUR'}"}, {}, "total", Wrong.UNFIT),
        ({"total": "{amount: `5`, currency: 'EUR'}"}, {}, "total", Wrong.UNFIT),
        ({"adults": "'two'"}, {}, "adults", Wrong.UNFIT),
        ({"rate": "join('-', adults)"}, {}, "rate", Flaw.ARGUMENTS),
        ({}, {"all": "references"}, "all", Wrong.NOT_SINGLE),
    ],
)
async def test_what_does_not_hold_on_every_record_is_not_saved(
    sqlite_database: Database, fields: dict[str, str], extras: dict[str, str], name: str, flaw: Flaw | Wrong
) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        saved = await trial.save(ADA, draft(fields, extras))
        assert saved.result is Result.REFUSED
        assert (saved.problems[0].name, saved.problems[0].flaw) == (name, flaw)
        assert 0 < saved.problems[0].failing <= saved.tried == SAMPLE
        mapped = await trial.current(ADA)
        assert mapped is not None
        assert mapped.mapping == FieldMapping()


@pytest.mark.parametrize(
    ("fields", "extras", "problems"),
    [
        ({"colour": "x"}, {}, (Problem("colour", Wrong.UNKNOWN_FIELD),)),
        ({"external_id": "x"}, {}, (Problem("external_id", Wrong.UNKNOWN_FIELD),)),
        ({"rate": "a["}, {}, (Problem("rate", Flaw.SYNTAX, 3),)),
        ({"id": "number"}, {"nights": "adults"}, ()),
        ({}, {"Nights": "adults"}, (Problem("Nights", Wrong.NAME, is_extra=True),)),
        ({}, {"rate": "adults"}, (Problem("rate", Wrong.NAME, is_extra=True),)),
        (
            {},
            {f"extra_{number}": "adults" for number in range(11)},
            (Problem("extra_10", Wrong.TOO_MANY, is_extra=True),),
        ),
    ],
)
async def test_what_cannot_be_right_is_said_before_anything_is_read(
    sqlite_database: Database,
    fields: dict[str, str],
    extras: dict[str, str],
    problems: tuple[Problem, ...],
) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        assert check(stage.line.bench.vendor, Entity.BOOKINGS, fields, extras) == problems


async def test_two_that_save_at_once_do_not_overwrite_each_other(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        first = await trial.save(ADA, draft({}, {"mine": "adults"}))
        second = await trial.save(ADA, draft({}, {"yours": "adults"}))
        assert (first.result, second.result) == (Result.SAVED, Result.STALE)
        third = await trial.save(ADA, draft({}, {"yours": "children"}, version=1))
        assert third.result is Result.SAVED
        mapped = await trial.current(ADA)
        assert mapped is not None
        assert (mapped.mapping.version, mapped.mapping.extras[Entity.BOOKINGS]) == (2, {"yours": "children"})


async def test_extra_fields_leave_the_canonical_line_as_it_is(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        await stage.sync()
        before = await stage.stored(Entity.BOOKINGS)
        await trial.save(ADA, draft({}, {"who": "guest_id", "wrong": "abs(status)"}))
        await trial.save(ADA, draft({}, {"who": "guest_id"}))
        await stage.sync()
        assert await stage.stored(Entity.BOOKINGS) == before
        async with sqlite_database.transaction(TENANT) as unit:
            found = await mapping.read(unit, "connection-1")
        line = {"guest_id": "gu-1"}
        assert extras_of(found, Entity.BOOKINGS, line) == {"who": "gu-1"}
        assert extras_of(found, Entity.ROOMS, line) == {}


async def test_a_pms_that_cannot_be_read_now_saves_nothing(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        stage.line.bench.faults.on(Fault.UNAVAILABLE, value="none")
        with pytest.raises(VendorUnavailableError):
            await trial.save(ADA, draft({}, {"mine": "adults"}))


async def test_staff_map_nothing(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        trial = await begin(stage)
        with pytest.raises(NotAllowedError):
            await trial.preview(STAFF, draft({}))
        with pytest.raises(NotAllowedError):
            await trial.save(STAFF, draft({}))


async def test_a_vendor_whose_fields_are_fixed_takes_extras_only(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "mews") as stage:
        trial = await begin(stage)
        refused = await trial.save(ADA, draft({"rate": "rate"}))
        assert refused.problems == (Problem("rate", Wrong.UNKNOWN_FIELD),)
        tried = await trial.preview(ADA, draft({}, {"who": "guest_id"}))
        assert tried is not None
        assert tried.line is not None
        assert tried.extras == {"who": tried.line["guest_id"]}


def _changed(record: Any) -> Any:
    return record.updated_at
