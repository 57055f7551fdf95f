"""Metrics: what happened and how things stand, by no hotel's name, for whoever has the token."""

from datetime import timedelta

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import COUNTED
from core.domain.errors import CredentialsRefusedError, Layer
from core.store import connections
from tests.bot.api.desk import CUSTOM, METRICS_TOKEN, Desk, furnish, token
from tests.clock import START
from tests.core.onboarding.house import AURORA, BOREAL, KEY, as_hotel

HEADERS = {"Authorization": f"Bearer {METRICS_TOKEN}"}


async def figures(desk: Desk) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return what Prometheus reads, by name and the labels' values in the order of their names."""
    answer = await desk.client.get("/metrics", headers=HEADERS)
    assert answer.status_code == 200
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("held", ["", "Bearer", "Bearer wrong", f"Basic {METRICS_TOKEN}", METRICS_TOKEN])
async def test_they_are_for_whoever_has_the_token(sqlite_desk: Desk, held: str) -> None:
    assert (await sqlite_desk.client.get("/metrics", headers={"Authorization": held})).status_code == 401
    assert (await sqlite_desk.client.get("/metrics")).status_code == 401
    assert (await sqlite_desk.client.get("/metrics", headers=HEADERS)).status_code == 200


async def test_a_token_of_the_api_does_not_open_them(sqlite_desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    assert (await sqlite_desk.client.get("/metrics", headers=headers)).status_code == 401


async def test_they_tell_how_the_installation_stands(desk: Desk) -> None:
    """One hotel synced ten minutes ago, the other never: and jobs that wait for nobody here runs any."""
    await furnish(desk)
    await desk.ask("POST", "/configuration", CUSTOM, held=token(hotel=BOREAL.id))
    desk.house.clock.set(START + timedelta(minutes=10))
    told = await figures(desk)
    assert told["innkeeper_connections", ("ACTIVE", "Custom")] == 2
    assert told["innkeeper_never_synced", ()] == 1
    assert {share: told["innkeeper_sync_lag_seconds", (share,)] for share in ("0.5", "0.9", "0.99", "1")} == {
        "0.5": 600,
        "0.9": 600,
        "0.99": 600,
        "1": 600,
    }
    assert told["innkeeper_jobs", ("sync.run", "queued")] == 2
    assert told["innkeeper_jobs_overdue_seconds", ()] > 0 or desk.house.database.is_postgres
    assert told["innkeeper_sync_overdue", ()] == 0
    desk.house.clock.advance(600)
    assert (await figures(desk))["innkeeper_sync_overdue", ()] == 2


async def test_lags_are_told_at_shares_of_the_hotels(desk: Desk) -> None:
    """The median hotel and the one that is furthest behind."""
    await furnish(desk)
    await desk.ask("POST", "/configuration", CUSTOM, held=token(hotel=BOREAL.id))
    async with desk.house.database.transaction(as_hotel(BOREAL.id)) as unit:
        theirs = await connections.load(unit)
        assert theirs is not None
        await connections.note_sync(unit, theirs.id, None, START - timedelta(hours=1))
    told = await figures(desk)
    assert told["innkeeper_sync_lag_seconds", ("1",)] == 3600
    async with desk.house.database.transaction(as_hotel(BOREAL.id)) as unit:
        await connections.note_sync(unit, theirs.id, None, START)
    assert (await figures(desk))["innkeeper_sync_lag_seconds", ("1",)] == 0


async def test_tests_are_counted_by_their_code(desk: Desk) -> None:
    await desk.ask("POST", "/test-connection", CUSTOM)
    desk.house.pms.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
    for _ in range(2):
        await desk.ask("POST", "/test-connection", CUSTOM)
    told = await figures(desk)
    assert told["innkeeper_tests_total", ("passed", "Custom")] == 1
    assert told["innkeeper_tests_total", ("auth.refused", "Custom")] == 2


async def test_what_is_logged_is_counted_and_passed_on(sqlite_desk: Desk) -> None:
    log = structlog.get_logger()
    for pages in (2, 3):
        log.info("sync_ended", vendor="Mews", outcome="complete", pages=pages, records=100 * pages)
    log.warning("vendor_limited")
    log.info("something_else", vendor="Mews")
    told = await figures(sqlite_desk)
    assert told["innkeeper_sync_runs_total", ("complete", "Mews")] == 2
    assert told["innkeeper_sync_pages_total", ("Mews",)] == 5
    assert told["innkeeper_sync_records_total", ("Mews",)] == 500
    assert told["innkeeper_vendor_429_total", ()] == 1


async def test_afterwards_nothing_is_counted_any_more(sqlite_desk: Desk) -> None:
    """Whoever composes twice in one process counts each line once."""
    before = list(structlog.get_config()["processors"])
    with sqlite_desk.metrics.counting():
        assert len(structlog.get_config()["processors"]) == len(before) + 1
    assert structlog.get_config()["processors"] == before


def test_no_label_names_a_hotel_or_a_person() -> None:
    labels = {label for counted in COUNTED.values() for one in counted for label in one.labels}
    assert labels <= {"vendor", "outcome", "code", "name", "error", "where"}


async def test_no_hotel_and_no_secret_shows(desk: Desk) -> None:
    await furnish(desk)
    text = (await desk.client.get("/metrics", headers=HEADERS)).text
    assert "innkeeper_connections" in text
    for hidden in (AURORA.id, "Aurora", KEY, "user-1", "U-ada"):
        assert hidden not in text
