"""Post arrives: whose it is, who sent it, whether it was here before, and how much of it is bearable."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from core.domain.hotel import Entity, VendorKey
from core.domain.secret import Secret
from core.inbound import mark_done, pending
from core.inbound import receiver as receiver_module
from core.inbound.addresses import OVERLAP
from core.inbound.allowance import AT_ONCE, PER_S
from core.inbound.receiver import FLOOD, MAX_BYTES, Answer
from core.pms.post import Hint
from core.store.hooks import hook
from tests.core.credentials.samples import dump
from tests.core.inbound.desk import FORGED, PUBLIC_URL, TAKEN, UNKNOWN, Desk, notice, signed
from tests.core.onboarding.house import ADA, AURORA, BEA, BOREAL, as_

WHEN: Final = datetime(2026, 8, 22, 9, 15, 4, tzinfo=UTC)
BOOKING: Final = Hint(Entity.BOOKINGS, "bk-42", WHEN, "booking.updated", "property-1")


def mews(*ids: str, hotel: str = "property-1") -> bytes:
    events = [{"Discriminator": "ServiceOrderUpdated", "Value": {"Id": number}} for number in ids]
    return json.dumps({"EnterpriseId": hotel, "Events": events}).encode()


async def pointed_at(desk: Desk) -> list[str]:
    """Return the ids that waiting post points at; what came at the same instant has no order."""
    return sorted(hint.external_id or "" for kept in await desk.waiting() for hint in kept.hints)


async def test_a_notice_is_kept_and_one_job_is_enqueued(desk: Desk) -> None:
    _, issued = await desk.connect()
    assert await desk.post(issued, notice("bk-42")) == TAKEN
    [kept] = await desk.waiting()
    assert kept.hints == (BOOKING,)
    [job] = await desk.jobs()
    assert json.loads(job.payload) == {"hotel_id": AURORA.id}


async def test_many_notices_wait_behind_one_job(desk: Desk) -> None:
    _, issued = await desk.connect()
    for number in range(5):
        assert await desk.post(issued, notice(f"bk-{number}")) == TAKEN
    assert len(await desk.waiting()) == 5
    assert len(await desk.jobs()) == 1


async def test_the_same_delivery_counts_once(desk: Desk) -> None:
    """A repetition is answered with yes, or it would be repeated for ever."""
    _, issued = await desk.connect()
    for _ in range(3):
        assert await desk.post(issued, notice("bk-42"), number="msg-1") == TAKEN
    assert len(await desk.waiting()) == 1
    await desk.house.clear_line()
    assert await desk.post(issued, notice("bk-42"), number="msg-1") == TAKEN
    assert await desk.jobs() == []
    assert await desk.post(issued, notice("bk-42"), number="msg-2") == TAKEN
    assert (len(await desk.waiting()), len(await desk.jobs())) == (2, 1)


async def test_where_the_vendor_numbers_nothing_the_body_tells(desk: Desk) -> None:
    _, issued = await desk.connect(VendorKey.MEWS)
    for _ in range(3):
        assert await desk.post(issued, mews("r-1")) == TAKEN
    assert await desk.post(issued, mews("r-2")) == TAKEN
    assert await pointed_at(desk) == ["r-1", "r-2"]


async def test_the_same_words_about_another_change_are_heard_again(desk: Desk) -> None:
    """Mews tells neither a number nor an instant: a booking that changes twice is told in the same words."""
    _, issued = await desk.connect(VendorKey.MEWS)
    assert await desk.post(issued, mews("r-1")) == TAKEN
    await _work(desk)
    await desk.house.clear_line()
    assert await desk.waiting() == ()

    for _ in range(2):
        assert await desk.post(issued, mews("r-1")) == TAKEN
    assert await pointed_at(desk) == ["r-1"]
    assert len(await desk.jobs()) == 1


async def test_two_at_the_same_moment_keep_one(desk: Desk) -> None:
    _, issued = await desk.connect()
    body = notice("bk-42")
    headers = signed(body, issued.signing_secret)
    answers = await asyncio.gather(*(desk.post(issued, body, headers) for _ in range(10)))
    assert answers == [TAKEN] * 10
    assert len(await desk.waiting()) == 1


@pytest.mark.parametrize(
    "token", ["", "x", "x" * 43, "x" * 44, "ü" * 43, "../../healthz", "a" * 10_000], ids=len
)
async def test_an_address_that_was_never_given_is_unknown(desk: Desk, token: str) -> None:
    await desk.connect()
    assert await desk.receiver.receive("custom", token, {}, notice("bk-42")) == UNKNOWN
    assert await desk.rows() == []


async def test_an_address_is_good_for_its_own_vendor_alone(desk: Desk) -> None:
    _, issued = await desk.connect(VendorKey.MEWS)
    token = issued.url.reveal().rpartition("/")[2]
    for word in ("custom", "Mews", "apaleo", "nobody", ""):
        assert await desk.receiver.receive(word, token, {}, mews("r-1")) == UNKNOWN
    assert await desk.receiver.receive("mews", token, {}, mews("r-1")) == TAKEN


async def test_a_replaced_address_is_good_for_another_day(desk: Desk) -> None:
    connection, old = await desk.connect()
    new = await desk.issue(connection)
    desk.house.clock.advance((OVERLAP - timedelta(seconds=1)).total_seconds())
    assert await desk.post(old, notice("bk-1")) == TAKEN
    assert await desk.post(new, notice("bk-2")) == TAKEN
    desk.house.clock.advance(1)
    assert await desk.post(old, notice("bk-3")) == UNKNOWN
    assert await desk.post(new, notice("bk-4")) == TAKEN
    assert await pointed_at(desk) == ["bk-1", "bk-2", "bk-4"]


async def test_each_address_has_a_secret_of_its_own(desk: Desk) -> None:
    connection, old = await desk.connect()
    new = await desk.issue(connection)
    body = notice("bk-42")
    assert await desk.post(new, body, signed(body, old.signing_secret)) == FORGED
    assert await desk.post(old, body, signed(body, new.signing_secret)) == FORGED
    assert await desk.rows() == []


BODY: Final = notice("bk-42")
OTHER: Final = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": signed(BODY, OTHER)["webhook-signature"]},
        {"webhook-id": "msg-2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-timestamp": "-1"},
    ],
    ids=lambda change: f"{next(iter(change))} {len(next(iter(change.values())))}",
)
async def test_a_wrong_signature_is_refused(desk: Desk, change: dict[str, str]) -> None:
    _, issued = await desk.connect()
    good = signed(BODY, issued.signing_secret)
    assert await desk.post(issued, BODY, {**good, **change}) == FORGED
    assert await desk.post(issued, BODY, {}) == FORGED
    assert await desk.post(issued, BODY + b" ", good) == FORGED
    assert await desk.post(issued, b"\xff" + BODY, good) == FORGED
    assert await desk.rows() == []
    assert await desk.post(issued, BODY, good) == TAKEN


async def test_a_signature_of_an_hour_ago_is_refused(desk: Desk) -> None:
    """Whoever recorded a notice cannot send it again once it is forgotten."""
    _, issued = await desk.connect()
    old = signed(BODY, issued.signing_secret, age=timedelta(hours=1))
    assert await desk.post(issued, BODY, old) == FORGED


async def test_one_of_several_signatures_will_do(desk: Desk) -> None:
    _, issued = await desk.connect()
    good = signed(BODY, issued.signing_secret)
    both = f"{signed(BODY, OTHER)['webhook-signature']} {good['webhook-signature']}"
    assert await desk.post(issued, BODY, {**good, "webhook-signature": both}) == TAKEN


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"[" * 100_000, b'"x"', b"{}"], ids=len)
async def test_what_no_vendor_sends_is_refused_and_not_kept(desk: Desk, body: bytes) -> None:
    _, issued = await desk.connect()
    assert await desk.post(issued, body) == Answer(400)
    assert await desk.rows() == []


async def test_what_is_of_no_interest_is_taken_and_wakes_nobody(desk: Desk) -> None:
    _, issued = await desk.connect()
    assert await desk.post(issued, notice("x", kind="menu.updated")) == TAKEN
    assert [row.state for row in await desk.rows()] == ["ignored"]
    assert await desk.waiting() == ()
    assert await desk.jobs() == []


async def test_the_hotel_comes_from_the_address_alone(desk: Desk) -> None:
    """Whatever a body claims: another hotel's property is nobody's business here."""
    _, aurora = await desk.connect(VendorKey.MEWS)
    _, boreal = await desk.connect(VendorKey.MEWS, BEA)
    assert await desk.post(aurora, mews("r-1", hotel="property-9")) == TAKEN
    assert [kept.hints for kept in await desk.waiting()] == [()]
    assert await desk.waiting(BOREAL.id) == ()
    assert await desk.post(boreal, mews("r-2")) == TAKEN
    [_, job] = sorted(json.loads(job.payload)["hotel_id"] for job in await desk.jobs())
    assert job == BOREAL.id
    assert {row.hotel_id for row in await desk.rows()} == {AURORA.id, BOREAL.id}


async def test_a_body_that_is_too_large_is_not_even_looked_at(desk: Desk) -> None:
    _, issued = await desk.connect()
    body = notice("bk-42") + b" " * MAX_BYTES
    assert await desk.post(issued, body) == Answer(413)
    assert await desk.rows() == []


async def test_one_address_cannot_keep_everybody_busy(desk: Desk) -> None:
    _, aurora = await desk.connect(VendorKey.MEWS)
    _, boreal = await desk.connect(VendorKey.MEWS, BEA)
    answers = [await desk.post(aurora, mews("r-1")) for _ in range(int(AT_ONCE) + 3)]
    assert answers == [TAKEN] * int(AT_ONCE) + [Answer(429, 1)] * 3
    assert await desk.post(boreal, mews("r-1")) == TAKEN
    desk.house.clock.advance(2.5 / PER_S)
    assert [await desk.post(aurora, mews("r-1")) for _ in range(3)] == [TAKEN, TAKEN, Answer(429, 1)]


async def test_a_flood_becomes_one_post_that_says_look_at_everything(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk cannot be filled, and nothing is missed."""
    monkeypatch.setattr(receiver_module, "MOST_KEPT", 5)
    _, issued = await desk.connect(VendorKey.MEWS)
    for number in range(20):
        assert await desk.post(issued, mews(f"r-{number}")) == TAKEN
    everything = tuple(Hint(entity, None, None, FLOOD) for entity in sorted(Entity))
    kept = [post.hints for post in await desk.waiting()]
    assert (len(kept), kept.count(everything)) == (6, 1)


async def test_what_is_worked_on_makes_room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver_module, "MOST_KEPT", 5)
    _, issued = await desk.connect(VendorKey.MEWS)
    for number in range(20):
        assert await desk.post(issued, mews(f"r-{number}")) == TAKEN
        await _work(desk)
    assert len(await desk.rows()) <= 5


async def _work(desk: Desk) -> None:
    async with desk.house.database.transaction(as_(ADA)) as unit:
        await mark_done(unit, [kept.post_id for kept in await pending(unit)])


async def test_disconnecting_ends_it(desk: Desk) -> None:
    connection, issued = await desk.connect()
    assert await desk.post(issued, notice("bk-1")) == TAKEN
    await desk.house.disconnector.disconnect(as_(ADA), connection.id)
    assert await desk.post(issued, notice("bk-2")) == UNKNOWN
    assert await desk.rows() == []
    async with desk.house.database.system() as unit:
        assert (await unit.connection.execute(sa.select(hook))).first() is None


async def test_a_new_pms_ends_the_addresses_of_the_old_one(desk: Desk) -> None:
    _, old = await desk.connect()
    _, new = await desk.connect(VendorKey.MEWS)
    assert await desk.post(old, notice("bk-1")) == UNKNOWN
    assert await desk.post(new, mews("r-1")) == TAKEN


async def test_renewed_credentials_keep_the_address(desk: Desk) -> None:
    """The vendor was told it once, and nobody is to go there again."""
    first, issued = await desk.connect()
    second, _ = await desk.connect()
    assert first.id == second.id
    assert await desk.post(issued, notice("bk-1")) == TAKEN


async def test_a_crash_between_keeping_and_answering_loses_and_doubles_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept is known when it comes again; what was not kept left no job either."""
    _, issued = await desk.connect()
    body = notice("bk-42")
    headers = signed(body, issued.signing_secret)
    with monkeypatch.context() as patch:
        patch.setattr(desk.house.queue, "enqueue", _die)
        with pytest.raises(_DeathError):
            await desk.post(issued, body, headers)
    assert (await desk.rows(), await desk.jobs()) == ([], [])
    assert await desk.post(issued, body, headers) == TAKEN  # kept, and the answer is lost on the way
    desk.receiver = desk.another_process()
    assert await desk.post(issued, body, headers) == TAKEN
    assert (len(await desk.rows()), len(await desk.jobs())) == (1, 1)


class _DeathError(Exception):
    pass


async def _die(*_: object) -> bool:
    raise _DeathError


async def test_the_database_knows_neither_address_nor_secret_nor_text(desk: Desk) -> None:
    """Of a post only ids are kept: a name in it would outlive the guest's deletion."""
    _, issued = await desk.connect()
    body = notice("bk-42").replace(b'"ids"', b'"note": "canary-guest-name", "ids"')
    assert await desk.post(issued, body) == TAKEN
    stored = repr(await dump(desk.house.database))
    assert "bk-42" in stored
    token = issued.url.reveal().rpartition("/")[2]
    assert issued.signing_secret is not None
    for secret in (token, issued.signing_secret.reveal().removeprefix("whsec_"), "canary-guest-name"):
        assert secret not in stored
    for shown in (repr(issued), str(issued)):
        assert token not in shown


async def test_issuing_an_address_is_in_the_audit_log(desk: Desk) -> None:
    connection, _ = await desk.connect()
    line = (await desk.house.audit())[-1]
    assert (line.action, line.resource_id) == ("pms.address.issued", connection.id)


def test_an_address_says_whose_vendor_it_is(desk: Desk) -> None:
    assert desk.addresses.prefix(VendorKey.APALEO) == f"{PUBLIC_URL}/hooks/apaleo/"
    assert desk.addresses.are_offered
