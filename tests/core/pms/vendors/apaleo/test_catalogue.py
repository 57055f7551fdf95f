"""What an adapter for Apaleo remembers of a property from one line to the next."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

from core.domain.hotel import Entity
from core.pms.vendors.apaleo.catalogue import Kinds
from tests.core.pms.benches.apaleo import bench
from tests.core.pms.contract import open_line, read_all
from tests.core.pms.test_contract import records_of


async def test_what_changes_rarely_is_remembered_for_an_hour_from_line_to_line() -> None:
    """A complete reading asks which property it is all the same: one that is gone must not look like none."""
    opened, memory = bench(), dict[str, object]()
    since = opened.clock.now() - timedelta(days=40)
    async with open_line(opened) as line:

        async def asked(entity: Entity, changed_since: datetime | None) -> list[str]:
            before = len(line.calls)
            async with line.adapter(memory=memory) as adapter:
                await read_all(adapter, entity, changed_since=changed_since)
            paths = [urlsplit(call.url).path.rpartition("/")[2] for call in line.calls[before:]]
            return [path for path in paths if path in {"properties", "unit-groups"}]

        assert await asked(Entity.BOOKINGS, since) == ["properties"]
        assert await asked(Entity.ROOMS, None) == ["unit-groups"]
        assert [await asked(entity, since) for entity in Entity] == [[], [], []]
        assert await asked(Entity.BOOKINGS, None) == ["properties"]
        opened.clock.advance(3599)
        assert await asked(Entity.BOOKINGS, since) == []
        assert await asked(Entity.ROOMS, None) == []
        opened.clock.advance(1)
        assert await asked(Entity.ROOMS, None) == ["properties", "unit-groups"]
        assert await asked(Entity.BOOKINGS, since) == []


async def test_a_unit_of_a_kind_that_was_not_met_has_the_kinds_asked_for_anew() -> None:
    """Once: a kind that is for cars is remembered as such."""
    opened, memory = bench(), dict[str, object]()
    async with open_line(opened) as line:

        async def asked() -> int:
            before = len(line.calls)
            async with line.adapter(memory=memory) as adapter:
                found = records_of(await read_all(adapter, Entity.ROOMS))
            assert found == opened.records(Entity.ROOMS)
            return sum("unit-groups" in call.url for call in line.calls[before:])

        assert [await asked(), await asked()] == [1, 0]
        then, kinds = cast(tuple[datetime, Kinds], memory["kinds"])
        assert kinds.others, "the sandbox has a car park"
        for older in (replace(kinds, bedrooms={}), replace(kinds, others=frozenset())):
            memory["kinds"] = (then, older)
            assert [await asked(), await asked()] == [1, 0]
