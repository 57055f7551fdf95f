"""No function of the store, given the key to one hotel and the ids of another, reads or changes a row there.

On SQLite each function's own predicate is all there is, so this is where a forgotten one shows.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import Role
from core.domain.expiry import Term, TermKind
from core.domain.hotel import Entity, VendorKey
from core.store import (
    allowances,
    audit_log,
    changes,
    connections,
    consents,
    conversations,
    drafts,
    edits,
    feedback,
    figures,
    findings,
    hooks,
    hotels,
    idempotency,
    inbox,
    keys,
    mail,
    mappings,
    notices,
    plans,
    record_counts,
    record_search,
    records,
    runs,
    terms,
    tokens,
    webhook_endpoints,
    webhook_messages,
)
from core.store.database import Database, TenantUnit, metadata
from core.store.plans import Plan
from core.store.record_search import Wanted
from core.store.standing import standing
from core.store.upsert import upsert
from core.store.webhook_messages import DeliveryState
from tests.clock import START
from tests.core.store.samples import LATER, MODULES, OF_NO_HOTEL, A, B, Sample, rows_of, tables_of_hotels

Function = Callable[..., Awaitable[object]]

LONG_AGO: Final = START - timedelta(days=1)


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


async def _hours_of(unit: TenantUnit, other: Sample, asked: Awaitable[list[findings.Hour]]) -> bool:
    """Whether the only hour is the acting hotel's own; a number says whose, as an hour has no name."""
    own = A if other is B else B
    return [hour.news for hour in await asked] == [ord(own.mark[0])]


TERM: Final = Term(TermKind.STATED, START, LATER)

CALLS: Final[Mapping[Function, Reach]] = {
    allowances.take: Reach(
        lambda unit, other: allowances.take(unit, f"subject-{other.mark}", START, 9, 10), True
    ),
    audit_log.add: Reach(lambda unit, other: audit_log.add(unit, other.line), None),
    audit_log.list_latest: Reach(lambda unit, other: audit_log.list_latest(unit), Own()),
    connections.load: Reach(lambda unit, other: connections.load(unit), Own()),
    connections.save: Reach(
        lambda unit, other: connections.save(unit, other.connection, LATER), IntegrityError
    ),
    connections.note_sync: Reach(
        lambda unit, other: connections.note_sync(unit, other.connection.id, "mine", LATER), None
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
    drafts.list_drafts: Reach(lambda unit, other: drafts.list_drafts(unit, VendorKey.CUSTOM, START), Own()),
    drafts.reseal_draft: Reach(lambda unit, other: drafts.reseal_draft(unit, other.draft.id, "mine"), False),
    drafts.remove_draft: Reach(lambda unit, other: drafts.remove_draft(unit, other.draft.id), None),
    drafts.add_form: Reach(lambda unit, other: drafts.add_form(unit, other.form), IntegrityError),
    drafts.load_form: Reach(lambda unit, other: drafts.load_form(unit, other.form.id), None),
    drafts.use_form: Reach(lambda unit, other: drafts.use_form(unit, other.form.id), False),
    feedback.note: Reach(
        lambda unit, other: feedback.note(unit, other.person, other.thumb, LATER), IntegrityError
    ),
    feedback.list_all: Reach(lambda unit, other: feedback.list_all(unit), Own()),
    hooks.add_hook: Reach(lambda unit, other: hooks.add_hook(unit, other.hook, LATER), IntegrityError),
    hooks.retire_hooks: Reach(lambda unit, other: hooks.retire_hooks(unit, other.connection.id, LATER), 0),
    hooks.load_hook: Reach(lambda unit, other: hooks.load_hook(unit, other.hook.token_hash, START), None),
    hooks.add_post: Reach(lambda unit, other: hooks.add_post(unit, replace(other.post, id="new")), False),
    hooks.add_posts: Reach(lambda unit, other: hooks.add_posts(unit, [replace(other.post, id="new")]), 0),
    hooks.take_posts: Reach(lambda unit, other: hooks.take_posts(unit), Own()),
    hooks.finish_taken: Reach(lambda unit, other: hooks.finish_taken(unit), 0),
    hooks.count_posts: Reach(lambda unit, other: hooks.count_posts(unit, other.connection.id, 9), 0),
    hooks.load_new: Reach(lambda unit, other: hooks.load_new(unit, 9), Own()),
    hooks.finish_posts: Reach(lambda unit, other: hooks.finish_posts(unit, [other.post.id]), 0),
    hooks.forget_finished: Reach(lambda unit, other: hooks.forget_finished(unit, other.connection.id), 0),
    hotels.workspace_of: Reach(lambda unit, other: hotels.workspace_of(unit), Own()),
    hotels.load: Reach(lambda unit, other: hotels.load(unit), Own()),
    hotels.hold: Reach(lambda unit, other: hotels.hold(unit), True),
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
    inbox.has_viewer: Reach(lambda unit, other: inbox.has_viewer(unit), True),
    inbox.viewers: Reach(lambda unit, other: inbox.viewers(unit, START), Own()),
    idempotency.claim: Reach(
        lambda unit, other: idempotency.claim(unit, replace(other.claim, owner="mine"), START), None
    ),
    idempotency.keep: Reach(lambda unit, other: idempotency.keep(unit, other.claim, 200, {}), False),
    idempotency.release: Reach(lambda unit, other: idempotency.release(unit, other.claim), None),
    figures.count_runs: Reach(lambda unit, other: figures.count_runs(unit), 1),
    record_search.search: Reach(
        lambda unit, other: record_search.search(unit, Entity.BOOKINGS, Wanted()), Own()
    ),
    record_search.find: Reach(
        lambda unit, other: record_search.find(unit, Entity.BOOKINGS, other.row.external_id), None
    ),
    keys.find_primary: Reach(lambda unit, other: keys.find_primary(unit), Own()),
    keys.find_key: Reach(lambda unit, other: keys.find_key(unit, f"dek-{other.mark}"), None),
    keys.add_primary: Reach(
        lambda unit, other: keys.add_primary(unit, "dek-new", "kek-1", "wrapped", LATER), False
    ),
    mail.add_address: Reach(lambda unit, other: mail.add_address(unit, "hash", "mine", LATER), False),
    mail.load_address: Reach(lambda unit, other: mail.load_address(unit), Own()),
    mail.add_question: Reach(lambda unit, other: mail.add_question(unit, other.question), None),
    mail.find_question: Reach(
        lambda unit, other: mail.find_question(unit, other.question.scope, other.question.question, LONG_AGO),
        None,
    ),
    mail.trim_questions: Reach(lambda unit, other: mail.trim_questions(unit, 0), 1),
    mail.take_answer: Reach(
        lambda unit, other: mail.take_answer(unit, other.question.correlation_id, "mine", LONG_AGO), None
    ),
    mail.load_answer: Reach(lambda unit, other: mail.load_answer(unit, other.question.correlation_id), None),
    mail.leave_question: Reach(
        lambda unit, other: mail.leave_question(unit, other.question.correlation_id), False
    ),
    mail.awaited_since: Reach(lambda unit, other: mail.awaited_since(unit, other.question.scope), None),
    mail.remove_question: Reach(
        lambda unit, other: mail.remove_question(unit, other.question.correlation_id), None
    ),
    mail.remove_scope: Reach(lambda unit, other: mail.remove_scope(unit, other.question.scope), None),
    notices.add: Reach(
        lambda unit, other: notices.add(unit, f"notice-{other.mark}", "event", {}, LATER), IntegrityError
    ),
    notices.load: Reach(lambda unit, other: notices.load(unit, f"notice-{other.mark}"), None),
    records.known: Reach(
        lambda unit, other: records.known(unit, Entity.BOOKINGS, [other.row.external_id]), {}
    ),
    standing: Reach(lambda unit, other: standing(unit, Entity.BOOKINGS, [other.row.external_id]), {}),
    records.bodies: Reach(
        lambda unit, other: records.bodies(unit, Entity.BOOKINGS, [other.row.external_id]), {}
    ),
    records.put: Reach(lambda unit, other: records.put(unit, Entity.BOOKINGS, [other.row], 2, LATER), None),
    records.add: Reach(lambda unit, other: records.add(unit, Entity.BOOKINGS, [other.row], 2, LATER), 1),
    records.mark_seen: Reach(
        lambda unit, other: records.mark_seen(unit, Entity.BOOKINGS, [other.row.external_id], 2), None
    ),
    records.hold: Reach(lambda unit, other: records.hold(unit, Entity.BOOKINGS, other.row.external_id), None),
    records.rewrite: Reach(
        lambda unit, other: records.rewrite(unit, Entity.BOOKINGS, other.row, LATER), None
    ),
    records.leave: Reach(
        lambda unit, other: records.leave(unit, Entity.BOOKINGS, {other.row.external_id: LATER}, LATER), None
    ),
    records.leave_outside: Reach(
        lambda unit, other: records.leave_outside(unit, [], START.date(), START.date(), LATER), 1
    ),
    records.newest_change: Reach(lambda unit, other: records.newest_change(unit, Entity.BOOKINGS), START),
    records.forget_instants: Reach(lambda unit, other: records.forget_instants(unit, Entity.BOOKINGS), None),
    edits.of_records: Reach(
        lambda unit, other: edits.of_records(unit, Entity.BOOKINGS, [other.row.external_id]), {}
    ),
    edits.put: Reach(lambda unit, other: edits.put(unit, [other.edit]), IntegrityError),
    edits.remove: Reach(
        lambda unit, other: edits.remove(unit, Entity.BOOKINGS, other.row.external_id, ["rate"]), None
    ),
    edits.add_conflict: Reach(lambda unit, other: edits.add_conflict(unit, other.conflict), IntegrityError),
    edits.load_conflict: Reach(lambda unit, other: edits.load_conflict(unit, other.conflict.id), None),
    edits.find_conflict: Reach(
        lambda unit, other: edits.find_conflict(unit, Entity.BOOKINGS, other.row.external_id), None
    ),
    edits.open_conflicts: Reach(lambda unit, other: edits.open_conflicts(unit), Own()),
    edits.count_open: Reach(lambda unit, other: edits.count_open(unit), 1),
    edits.raise_version: Reach(lambda unit, other: edits.raise_version(unit, other.conflict.id), False),
    edits.mark_told: Reach(lambda unit, other: edits.mark_told(unit, other.conflict.id, LATER), None),
    edits.settle: Reach(
        lambda unit, other: edits.settle(unit, other.conflict.id, 1, "ours", "mine", LATER), False
    ),
    mappings.load: Reach(lambda unit, other: mappings.load(unit, other.connection.id), None),
    mappings.add: Reach(lambda unit, other: mappings.add(unit, other.mapping), IntegrityError),
    records.count_present: Reach(lambda unit, other: records.count_present(unit, Entity.BOOKINGS), 1),
    records.count_unseen: Reach(lambda unit, other: records.count_unseen(unit, Entity.BOOKINGS, 9), 1),
    records.mark_gone: Reach(lambda unit, other: records.mark_gone(unit, Entity.BOOKINGS, 9, LATER), 1),
    records.page: Reach(lambda unit, other: records.page(unit, Entity.BOOKINGS), Own()),
    records.counts: Reach(lambda unit, other: records.counts(unit), {Entity.BOOKINGS: 1}),
    records.forget_all: Reach(lambda unit, other: records.forget_all(unit), 1),
    changes.add: Reach(lambda unit, other: changes.add(unit, [other.change]), None),
    changes.of_record: Reach(
        lambda unit, other: changes.of_record(unit, Entity.BOOKINGS, other.row.external_id), []
    ),
    changes.of_run: Reach(lambda unit, other: changes.of_run(unit, other.run.id), []),
    changes.forget_all: Reach(lambda unit, other: changes.forget_all(unit), None),
    record_counts.count_bookings: Reach(
        lambda unit, other: record_counts.count_bookings(unit, [], arrival=START.date()), 0
    ),
    record_counts.count_moving: Reach(
        lambda unit, other: record_counts.count_moving(unit, START.date(), START.date(), []), 0
    ),
    record_counts.count_to_come: Reach(
        lambda unit, other: record_counts.count_to_come(unit, START.date(), [], 9), (1, 1)
    ),
    findings.open_one: Reach(
        lambda unit, other: findings.open_one(unit, other.connection.id, f"kind-{other.mark}", {}, LATER),
        True,
    ),
    findings.close: Reach(lambda unit, other: findings.close(unit, f"kind-{other.mark}", LATER), None),
    findings.list_open: Reach(lambda unit, other: findings.list_open(unit), Own()),
    findings.add_news: Reach(
        lambda unit, other: findings.add_news(unit, START, {Entity.BOOKINGS: 1}), {Entity.BOOKINGS: 2}
    ),
    findings.hours: Reach(
        lambda unit, other: _hours_of(unit, other, findings.hours(unit, Entity.BOOKINGS, START)), True
    ),
    findings.forget_hours: Reach(lambda unit, other: findings.forget_hours(unit), None),
    hooks.latest_posts: Reach(lambda unit, other: hooks.latest_posts(unit, other.connection.id), []),
    plans.load: Reach(lambda unit, other: plans.load(unit), Own()),
    plans.save: Reach(
        lambda unit, other: plans.save(unit, Plan(other.connection.id, 300, LATER)), IntegrityError
    ),
    plans.change: Reach(lambda unit, other: plans.change(unit, every_s=300), True),
    plans.remove: Reach(lambda unit, other: plans.remove(unit), None),
    runs.add: Reach(lambda unit, other: runs.add(unit, replace(other.run, id="new")), False),
    runs.find_open: Reach(lambda unit, other: runs.find_open(unit), Own()),
    runs.load: Reach(lambda unit, other: runs.load(unit, other.run.id), None),
    runs.history: Reach(lambda unit, other: runs.history(unit), Own()),
    runs.take_up: Reach(lambda unit, other: runs.take_up(unit, other.run.id, LATER), None),
    runs.save_progress: Reach(
        lambda unit, other: runs.save_progress(unit, other.run.id, 0, {}, LATER), False
    ),
    runs.end: Reach(lambda unit, other: runs.end(unit, other.run.id, 0, "mine", None, LATER), False),
    runs.note_shown: Reach(lambda unit, other: runs.note_shown(unit, other.run.id, {}), None),
    terms.load: Reach(lambda unit, other: terms.load(unit, other.connection.id), {}),
    terms.save: Reach(lambda unit, other: terms.save(unit, other.connection.id, TERM), IntegrityError),
    terms.forget: Reach(lambda unit, other: terms.forget(unit, other.connection.id, *TermKind), None),
    terms.claim: Reach(lambda unit, other: terms.claim(unit, other.connection.id, TERM, LATER), False),
    terms.holds: Reach(
        lambda unit, other: terms.holds(unit, other.connection.id, TERM.kind, TERM.ends_at), False
    ),
    tokens.load: Reach(lambda unit, other: tokens.load(unit, other.connection.id), None),
    tokens.begin: Reach(lambda unit, other: tokens.begin(unit, other.connection.id), None),
    tokens.lease: Reach(
        lambda unit, other: tokens.lease(unit, other.connection.id, 0, "me", LATER, LATER), False
    ),
    tokens.save: Reach(lambda unit, other: tokens.save(unit, other.connection.id, 0, "mine", LATER), False),
    tokens.release: Reach(lambda unit, other: tokens.release(unit, other.connection.id, other.owner), None),
    tokens.forget: Reach(lambda unit, other: tokens.forget(unit, other.connection.id), None),
    webhook_endpoints.add_endpoint: Reach(
        lambda unit, other: webhook_endpoints.add_endpoint(unit, other.endpoint), IntegrityError
    ),
    webhook_endpoints.list_endpoints: Reach(
        lambda unit, other: webhook_endpoints.list_endpoints(unit), Own()
    ),
    webhook_endpoints.load_endpoint: Reach(
        lambda unit, other: webhook_endpoints.load_endpoint(unit, other.endpoint.id), None
    ),
    webhook_endpoints.change_endpoint: Reach(
        lambda unit, other: webhook_endpoints.change_endpoint(unit, other.endpoint.id, url="mine"), False
    ),
    webhook_endpoints.remove_endpoint: Reach(
        lambda unit, other: webhook_endpoints.remove_endpoint(unit, other.endpoint.id), False
    ),
    webhook_messages.add_message: Reach(
        lambda unit, other: webhook_messages.add_message(
            unit, replace(other.delivery.message, id="new"), [other.endpoint.id]
        ),
        None,
    ),
    webhook_messages.find_due: Reach(
        lambda unit, other: webhook_messages.find_due(unit, other.endpoint.id, LATER), None
    ),
    webhook_messages.next_due_at: Reach(
        lambda unit, other: webhook_messages.next_due_at(unit, other.endpoint.id), None
    ),
    webhook_messages.note_attempt: Reach(
        lambda unit, other: webhook_messages.note_attempt(
            unit, other.delivery, replace(other.delivery, attempts=1)
        ),
        False,
    ),
    webhook_messages.list_deliveries: Reach(
        lambda unit, other: webhook_messages.list_deliveries(unit, other.endpoint.id), []
    ),
    webhook_messages.count_deliveries: Reach(
        lambda unit, other: webhook_messages.count_deliveries(unit, DeliveryState.WAITING), Own()
    ),
    webhook_messages.revive: Reach(
        lambda unit, other: webhook_messages.revive(unit, other.endpoint.id, None, LATER), 0
    ),
    webhook_messages.forget_messages: Reach(lambda unit, other: webhook_messages.forget_messages(unit), None),
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
