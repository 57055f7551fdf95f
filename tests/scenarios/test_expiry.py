"""Credentials that end, as managers meet it: what they say of it, what Home shows, and what they are told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.domain.expiry import Term, TermKind
from core.store import terms
from core.store.audit_log import audit_log
from core.store.connections import load
from core.store.terms import credential_term
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage
from tests.scenarios.test_sync import in_sync
from tests.scenarios.wizard import custom, enter, review_and_save

HERE = ZoneInfo("Europe/Vienna")


def in_days(days: int) -> date:
    return (datetime.now(HERE) + timedelta(days=days)).date()


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


async def remind(ada: Person, day: date, every: str = "Never") -> dict[str, str] | None:
    """Fill the form in and send it; return what is wrong with it."""
    await ada.home("Expiry Reminders")
    await ada.clicks("Expiry Reminders", in_="home")
    await ada.modal("Expiry reminders")
    await ada.fills(
        {"These credentials are valid until": day.isoformat(), "Remind us to replace them": every}
    )
    return await ada.submits()


async def let_days_pass(stage: Stage, days: float) -> None:
    """Move what is known of the connection's ends nearer by so many days: the bot's clock is the real one."""
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await load(unit)
        assert connection is not None
        for term in (await terms.load(unit, connection.id)).values():
            passed = timedelta(days=days)
            moved = Term(
                term.kind,
                term.begun_at - passed,
                term.ends_at - passed,
                term.warn_at - passed if term.warn_at else None,
                term.about,
                term.every_days,
            )
            await terms.save(unit, connection.id, moved)


async def test_a_day_that_is_stated_is_shown_and_told_in_time(stage: Stage) -> None:
    ada = await in_sync(stage)
    assert await remind(ada, in_days(0)) == {
        "These credentials are valid until": "This day has come already. Pick a later one, or leave it empty."
    }
    await ada.closes()
    assert await remind(ada, in_days(30)) is None
    await ada.sees("Saved. I tell the managers in time.")
    await ada.closes()
    await ada.home(f"Credentials valid until {said(in_days(30))}")
    await let_days_pass(stage, 16)
    await ada.hears(f"end in 14 days, on {said(in_days(14))}", "#managers", within_s=45)
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await unit.connection.execute(
            select(audit_log.c.metadata).where(audit_log.c.action == "pms.external.credentials.dates")
        )
        assert [row.metadata for row in found] == [
            {"valid_until": in_days(30).isoformat(), "every_days": None}
        ]


async def test_new_credentials_begin_from_the_warning_and_clear_the_day(stage: Stage) -> None:
    """The button in the managers' channel leads into the thread, where the rest is as at first."""
    ada = await in_sync(stage)
    assert await remind(ada, in_days(20), "Every 90 days") is None
    await ada.closes()
    await let_days_pass(stage, 13)
    await ada.hears("end in 7 days", "#managers", within_s=45)
    await ada.clicks("Enter New Credentials", in_="#managers")
    await enter(ada, custom(stage))
    await ada.sees("the credentials work", within_s=15)
    await review_and_save(ada)
    await ada.home("To be replaced every 90 days")
    await ada.sees_no_more("Credentials valid until")
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await unit.connection.execute(select(credential_term.c.kind))
        assert [row.kind for row in found] == ["age"]


async def test_the_certificate_of_the_hotels_server_says_who_must_act(stage: Stage) -> None:
    ada = await in_sync(stage)
    now = datetime.now(UTC)
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await load(unit)
        assert connection is not None
        ends_at = datetime.combine(in_days(1), time(12), HERE)
        term = Term(TermKind.CERTIFICATE, now - timedelta(days=90), ends_at, now, "pms.aurora.example")
        await terms.save(unit, connection.id, term)
    await ada.hears("The certificate of pms.aurora.example ends", "#managers", within_s=45)
    await ada.sees("Who must act: Your IT, or whoever runs the server.")
