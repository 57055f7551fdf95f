"""No function of the store, given the key to one hotel and the ids of another, reads or changes a row there.

On SQLite each function's own predicate is all there is, so this is where a forgotten one shows.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import Role
from core.store import (
    audit_log,
    connections,
    consents,
    conversations,
    drafts,
    hotels,
    inbox,
    keys,
    notices,
    tokens,
)
from core.store.database import Database, TenantUnit, metadata
from core.store.upsert import upsert
from tests.clock import START
from tests.core.store.samples import LATER, MODULES, OF_NO_HOTEL, A, B, Sample, rows_of, tables_of_hotels

Function = Callable[..., Awaitable[object]]


@dataclass(frozen=True)
class Own:
    """The answer tells of the acting hotel's own row, or rows."""


@dataclass(frozen=True)
class Reach:
    """A call by one hotel with the ids of another, and what must come of it."""

    call: Callable[[TenantUnit, Sample], Awaitable[object]]
    answer: object


def _member(sample: Sample) -> dict[str, object]:
    return {
        "workspace_id": sample.person.workspace_id,
        "user_id": sample.person.user_id,
        "role": int(Role.ADMIN),
        "added_by": "system",
        "created_at": LATER,
        "updated_at": LATER,
    }


CALLS: Final[Mapping[Function, Reach]] = {
    audit_log.add: Reach(lambda unit, other: audit_log.add(unit, other.line), None),
    audit_log.list_latest: Reach(lambda unit, other: audit_log.list_latest(unit), Own()),
    connections.load: Reach(lambda unit, other: connections.load(unit), Own()),
    connections.save: Reach(
        lambda unit, other: connections.save(unit, other.connection, LATER), IntegrityError
    ),
    connections.remove: Reach(lambda unit, other: connections.remove(unit, other.connection.id), False),
    consents.add: Reach(lambda unit, other: consents.add(unit, other.consent), IntegrityError),
    conversations.add: Reach(lambda unit, other: conversations.add(unit, other.conversation), IntegrityError),
    conversations.load: Reach(lambda unit, other: conversations.load(unit, other.conversation.id), None),
    conversations.find_open: Reach(lambda unit, other: conversations.find_open(unit), Own()),
    conversations.save_step: Reach(
        lambda unit, other: conversations.save_step(
            unit, other.conversation.id, 1, {}, is_open=False, now=LATER, expires_at=LATER
        ),
        False,
    ),
    conversations.note_shown: Reach(
        lambda unit, other: conversations.note_shown(unit, other.conversation.id, {}), None
    ),
    drafts.add_draft: Reach(lambda unit, other: drafts.add_draft(unit, other.draft), IntegrityError),
    drafts.load_draft: Reach(lambda unit, other: drafts.load_draft(unit, other.draft.id, START), None),
    drafts.reseal_draft: Reach(lambda unit, other: drafts.reseal_draft(unit, other.draft.id, "mine"), False),
    drafts.remove_draft: Reach(lambda unit, other: drafts.remove_draft(unit, other.draft.id), None),
    drafts.add_form: Reach(lambda unit, other: drafts.add_form(unit, other.form), IntegrityError),
    drafts.load_form: Reach(lambda unit, other: drafts.load_form(unit, other.form.id), None),
    drafts.use_form: Reach(lambda unit, other: drafts.use_form(unit, other.form.id), False),
    hotels.workspace_of: Reach(lambda unit, other: hotels.workspace_of(unit), Own()),
    hotels.load: Reach(lambda unit, other: hotels.load(unit), Own()),
    hotels.change: Reach(lambda unit, other: hotels.change(unit, "Mine", "UTC", None, LATER), None),
    hotels.role_of: Reach(lambda unit, other: hotels.role_of(unit, other.person), Role.GUEST),
    hotels.list_members: Reach(lambda unit, other: hotels.list_members(unit), Own()),
    hotels.count_admins: Reach(lambda unit, other: hotels.count_admins(unit), 1),
    hotels.give_role: Reach(
        lambda unit, other: hotels.give_role(unit, other.person, Role.STAFF, LATER), IntegrityError
    ),
    hotels.take_role: Reach(lambda unit, other: hotels.take_role(unit, other.person), False),
    inbox.note_viewer: Reach(
        lambda unit, other: inbox.note_viewer(unit, other.person, LATER), IntegrityError
    ),
    upsert: Reach(
        lambda unit, other: upsert(unit, hotels.member, _member(other), changed=("role",)), IntegrityError
    ),
    inbox.viewers: Reach(lambda unit, other: inbox.viewers(unit, START), Own()),
    keys.find_primary: Reach(lambda unit, other: keys.find_primary(unit), Own()),
    keys.find_key: Reach(lambda unit, other: keys.find_key(unit, f"dek-{other.mark}"), None),
    keys.add_primary: Reach(
        lambda unit, other: keys.add_primary(unit, "dek-new", "kek-1", "wrapped", LATER), False
    ),
    notices.add: Reach(
        lambda unit, other: notices.add(unit, f"notice-{other.mark}", "event", {}, LATER), IntegrityError
    ),
    notices.load: Reach(lambda unit, other: notices.load(unit, f"notice-{other.mark}"), None),
    tokens.load: Reach(lambda unit, other: tokens.load(unit, other.connection.id), None),
    tokens.begin: Reach(lambda unit, other: tokens.begin(unit, other.connection.id), None),
    tokens.lease: Reach(
        lambda unit, other: tokens.lease(unit, other.connection.id, 0, "me", LATER, LATER), False
    ),
    tokens.save: Reach(lambda unit, other: tokens.save(unit, other.connection.id, 0, "mine", LATER), False),
    tokens.release: Reach(lambda unit, other: tokens.release(unit, other.connection.id, other.owner), None),
    tokens.forget: Reach(lambda unit, other: tokens.forget(unit, other.connection.id), None),
    notices.mark_delivered: Reach(
        lambda unit, other: notices.mark_delivered(unit, f"notice-{other.mark}", LATER), None
    ),
}
"""Every function of the store that takes a TenantUnit, called where it should reach nothing."""


def name_of(value: Any) -> str:
    """Name a test after its function, or after the hotel that acts."""
    if isinstance(value, Sample):
        return value.mark[0]
    return f"{value.__module__.rpartition('.')[2]}.{value.__name__}"


def test_every_function_of_the_store_is_called() -> None:
    found = set()
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first and first.annotation is TenantUnit and not name.startswith("_"):
                found.add(function)
    assert found == CALLS.keys()


def test_every_other_table_is_known_to_be_no_hotels() -> None:
    """Whoever adds a table says whose its rows are, or that they are nobody's."""
    ownerless = {
        name for name, table in metadata.tables.items() if name != "hotel" and "hotel_id" not in table.c
    }
    assert ownerless == OF_NO_HOTEL


async def test_both_hotels_have_a_row_in_every_table(two_furnished: Database) -> None:
    """Else a reach into an empty table would prove nothing."""
    for sample in (A, B):
        rows = await rows_of(two_furnished, sample)
        assert {name for name in rows if not rows[name]} == set()
        assert sample.mark in repr(rows)
    async with two_furnished.system() as unit:
        for name, whose in tables_of_hotels().items():
            assert await unit.connection.scalar(sa.select(sa.func.count()).select_from(whose.table)) == 2, (
                name
            )


@pytest.mark.parametrize("acting", [A, B], ids=name_of)
@pytest.mark.parametrize("function", CALLS, ids=name_of)
async def test_it_stays_in_its_hotel(two_furnished: Database, function: Function, acting: Sample) -> None:
    """Both ways round: whichever row comes first in a table, it must not be the one that is found."""
    other = B if acting is A else A
    before = await rows_of(two_furnished, other)
    reach = CALLS[function]
    if reach.answer is IntegrityError:
        with pytest.raises(IntegrityError):
            async with two_furnished.transaction(acting.tenant) as unit:
                await reach.call(unit, other)
    else:
        async with two_furnished.transaction(acting.tenant) as unit:
            answer = await reach.call(unit, other)
        if isinstance(reach.answer, Own):
            assert acting.mark in repr(answer)
            assert other.mark not in repr(answer)
        else:
            assert answer == reach.answer
    assert await rows_of(two_furnished, other) == before
