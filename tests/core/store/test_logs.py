"""What is written once and read later: audit lines and notices."""

from dataclasses import replace

from core.store import audit_log, notices
from core.store.database import Database
from core.store.notices import Notice
from tests.clock import START
from tests.core.store.samples import LATER, A


async def test_a_line_comes_back_as_it_was_written(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await audit_log.list_latest(unit) == [A.line]


async def test_lines_are_listed_the_newest_first_and_so_many(two_furnished: Database) -> None:
    """In the order in which they were written, also within one instant."""
    lines = [replace(A.line, resource_id=f"connection-{number}") for number in range(3)]
    nobodys = replace(A.line, user_id=None, resource_id=None, success=False, severity="WARN", details={})
    async with two_furnished.transaction(A.tenant) as unit:
        for line in (*lines, nobodys):
            await audit_log.add(unit, line)
        assert await audit_log.list_latest(unit) == [nobodys, *lines[::-1], A.line]
        assert await audit_log.list_latest(unit, limit=2) == [nobodys, lines[2]]


async def test_a_notice_waits_until_it_was_told(two_furnished: Database) -> None:
    name = f"notice-{A.mark}"
    waiting = Notice(name, "event", {"mark": A.mark}, None)
    async with two_furnished.transaction(A.tenant) as unit:
        assert await notices.load(unit, name) == waiting
        await notices.mark_delivered(unit, name, LATER)
        assert await notices.load(unit, name) == replace(waiting, delivered_at=LATER)
        assert await notices.load(unit, "never-was") is None


async def test_facts_come_back_whatever_they_hold(two_furnished: Database) -> None:
    facts = {"name": "Hôtel “Ä” \\ \u0000 🛎", "count": 3, "none": None, "deep": {"list": [True]}}
    async with two_furnished.transaction(A.tenant) as unit:
        await notices.add(unit, "notice-1", "event", facts, START)
        found = await notices.load(unit, "notice-1")
    assert found is not None
    assert found.facts == facts
