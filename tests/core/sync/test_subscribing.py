"""Vendors that can be asked to send word are asked before the first reading, and again when it stops."""

import pytest

from core.domain.access import TenantContext
from core.domain.errors import Layer, VendorUnavailableError
from core.store import hooks, plans
from core.store.database import Database
from core.sync import subscribing
from core.sync.requests import Cause
from tests.core.lines.connected import CONNECTION, TENANT
from tests.core.sync.stage import Stage, open_stage

OURS = "http://127.0.0.1:1"


async def hooks_of(stage: Stage) -> int:
    async with stage.house.database.transaction(TENANT) as unit:
        return await hooks.retire_hooks(unit, CONNECTION, stage.house.clock.now())


async def test_the_vendor_is_asked_before_the_first_page(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens while the first reading is under way is then announced, and not missed."""
    async with open_stage(sqlite_database, "cloudbeds", public_url=OURS) as stage:
        read_before = []
        ensure = subscribing.Subscriber.ensure

        async def watched(self: subscribing.Subscriber, tenant: TenantContext) -> None:
            read_before.append(len(stage.line.calls))
            await ensure(self, tenant)

        monkeypatch.setattr(subscribing.Subscriber, "ensure", watched)
        await stage.sync()
        assert read_before == [0]
        assert any("postWebhook" in call.url for call in stage.line.calls)
        before = len(stage.line.calls)
        stage.house.clock.advance(900)
        await stage.sync()
        assert not any("Webhook" in call.url for call in stage.line.calls[before:])
        assert await hooks_of(stage) == 1


async def test_it_is_asked_again_weekly_and_at_once_when_word_has_stopped(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "cloudbeds", public_url=OURS) as stage:
        await stage.sync()
        for due in (True, False, True):
            before = len(stage.line.calls)
            if due:
                async with sqlite_database.transaction(TENANT) as unit:
                    await plans.change(unit, subscribe_at=stage.house.clock.now())
            stage.house.clock.advance(900)
            await stage.sync()
            assert any("Webhook" in call.url for call in stage.line.calls[before:]) is due


async def test_where_nobody_can_reach_us_no_vendor_is_asked(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "cloudbeds") as stage:
        assert (await stage.sync()).outcome == "complete"
        assert not any("Webhook" in call.url for call in stage.line.calls)
        assert await hooks_of(stage) == 0


async def test_a_vendor_that_refuses_is_read_all_the_same_and_asked_again_later(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_stage(sqlite_database, "cloudbeds", public_url=OURS) as stage:

        async def refuse(self: subscribing.Subscriber, tenant: TenantContext) -> None:
            raise VendorUnavailableError("vendor.unavailable", Layer.HTTP)

        monkeypatch.setattr(subscribing.Subscriber, "_subscribe", refuse)
        assert (await stage.sync(Cause.SCHEDULE)).outcome == "complete"
        assert (await stage.plan()).subscribe_at is not None
        later = (await stage.plan()).subscribe_at
        assert later is not None
        assert later - stage.house.clock.now() < subscribing.AGAIN_AFTER
