"""Runs, statistics, settings and records over REST: page by page, and only what was asked for."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.api.problems import MEDIA_TYPE
from core.domain.hotel import Entity
from core.lines.export import line_of
from core.store import plans, records
from core.sync.choice import Choice, to_json
from core.sync.plan import choice_of
from tests.bot.api.desk import BOOKINGS, Desk, booking, token
from tests.clock import START
from tests.core.onboarding.house import as_hotel


async def pages(desk: Desk, path: str, items: str, named: str, cursor: str) -> list[Any]:
    """Follow a list to its end; return all that it told."""
    found: list[Any] = []
    following: str | None = None
    while True:
        sent = {"limit": "2", **({cursor: following} if following else {})}
        answer = await desk.client.get(f"/api/admin/pms{path}", params=sent, headers=desk.headers)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert 0 < len(told[items]) <= 2
        found += told[items]
        following = told[named]
        if following is None:
            return found


async def test_runs_are_listed_the_latest_first_page_by_page(furnished: Desk) -> None:
    found = await pages(furnished, "/runs", "runs", "nextBefore", "before")
    assert [run["id"] for run in found] == ["run-2", "run-1", "run-0"]
    assert found[0] == {
        "id": "run-2",
        "cause": "manual",
        "requestedBy": "U-ada",
        "isOpen": False,
        "outcome": "complete",
        "code": None,
        "requestedAt": "2026-03-01T14:00:00Z",
        "startedAt": "2026-03-01T14:00:00Z",
        "endedAt": "2026-03-01T14:00:30Z",
        "tookSeconds": 30.0,
        "counts": {
            "read": 5,
            "new": 4,
            "changed": 1,
            "unchanged": 0,
            "older": 0,
            "gone": 0,
            "setAside": 0,
        },
    }


async def test_runs_are_found_by_their_outcome(furnished: Desk) -> None:
    answer = await furnished.ask("GET", "/runs?outcome=failed")
    assert [run["id"] for run in answer.json()["runs"]] == ["run-0"]


async def test_a_run_tells_its_parts_and_its_changes(furnished: Desk) -> None:
    told = (await furnished.ask("GET", "/runs/run-2")).json()
    assert told["run"]["id"] == "run-2"
    assert [(part["entity"], part["state"], part["pages"]) for part in told["parts"]] == [
        ("bookings", "done", 2)
    ]
    assert told["changes"] == [
        {
            "entity": "bookings",
            "externalId": "b/1",
            "kind": "stay",
            "cause": "manual",
            "runId": "run-2",
            "facts": {"status": ["a", "b"]},
            "at": "2026-03-01T12:00:00Z",
        }
    ]
    assert (await furnished.ask("GET", "/runs/run-9")).status_code == 404


async def test_a_sync_is_begun_once_and_joined(furnished: Desk) -> None:
    first = await furnished.ask("POST", "/runs")
    told = first.json()
    assert (first.status_code, told["success"], told["isNew"]) == (202, True, True)
    assert first.headers["location"] == f"/api/admin/pms/runs/{told['run']['id']}"
    assert told["run"]["requestedBy"] == "api:user-1"
    again = (await furnished.ask("POST", "/runs")).json()
    assert (again["isNew"], again["run"]["id"]) == (False, told["run"]["id"])
    assert (await furnished.ask("GET", first.headers["location"][14:])).json()["run"] == told["run"]
    assert len(await furnished.house.waiting("sync.run")) == 1


async def test_without_a_connection_there_is_nothing_to_sync(sqlite_desk: Desk) -> None:
    assert (await sqlite_desk.ask("POST", "/runs")).status_code == 409
    for path in ("/statistics", "/sync"):
        assert (await sqlite_desk.ask("GET", path)).status_code == 404
    settings = {"frequency": "1h", "entities": ["rooms"]}
    assert (await sqlite_desk.ask("PUT", "/sync", settings)).status_code == 404


async def test_statistics_tell_how_the_sync_stands(furnished: Desk) -> None:
    furnished.house.clock.advance(90)
    told = (await furnished.ask("GET", "/statistics")).json()
    chart = told.pop("chart")
    assert told == {
        "totalSyncs": 3,
        "lastStatus": "complete",
        "lastSyncedAt": "2026-03-01T12:00:00Z",
        "lagSeconds": 90.0,
        "frequency": "15m",
        "nextAt": "2026-03-01T12:15:00Z",
        "records": {"bookings": 5},
        "errorRate": pytest.approx(1 / 3),
        "troubledSince": None,
    }
    assert [point["outcome"] for point in chart] == ["failed", "complete", "complete"]
    assert chart[0] == {
        "at": "2026-03-01T12:00:00Z",
        "outcome": "failed",
        "read": 5,
        "changed": 5,
        "tookSeconds": 30.0,
    }


async def test_how_often_and_what_is_synced_can_be_changed(furnished: Desk) -> None:
    assert (await furnished.ask("GET", "/sync")).json()["frequency"] == "15m"
    answer = await furnished.ask("PUT", "/sync", {"frequency": "1h", "entities": ["guests", "rooms"]})
    told = answer.json()
    assert (answer.status_code, told["frequency"], told["entities"]) == (200, "1h", ["rooms", "guests"])
    assert told == (await furnished.ask("GET", "/sync")).json()
    for wrong in ({"frequency": "1h"}, {"frequency": "1h", "entities": []}, {"frequency": 60}):
        assert (await furnished.ask("PUT", "/sync", wrong)).status_code == 422
    assert told == (await furnished.ask("GET", "/sync")).json()


async def test_what_else_managers_chose_stays_as_it_is(furnished: Desk) -> None:
    """The window of dates is chosen in Slack; whoever changes the kinds over REST does not widen it."""
    async with furnished.house.database.transaction(as_hotel()) as unit:
        await plans.change(unit, choice=to_json(Choice(past_days=30)))
    await furnished.ask("PUT", "/sync", {"frequency": "1h", "entities": ["bookings"]})
    async with furnished.house.database.transaction(as_hotel()) as unit:
        plan = await plans.load(unit)
    assert plan is not None
    assert choice_of(plan) == Choice(frozenset({Entity.BOOKINGS}), past_days=30)


async def test_records_are_listed_by_their_ids_page_by_page(furnished: Desk) -> None:
    found = await pages(furnished, "/records/bookings", "records", "nextAfter", "after")
    assert [one["externalId"] for one in found] == sorted(BOOKINGS)
    assert found[0] == {
        "externalId": "b-2",
        "changedAt": "2026-03-01T12:00:00Z",
        "goneAt": None,
        "record": json.loads(line_of(booking("b-2", (START + timedelta(days=1)).date()))),
    }
    assert (await furnished.ask("GET", "/records/guests")).json() == {"records": [], "nextAfter": None}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=cancelled", ["b/1"]),
        ("arrivalFrom=2026-03-03&arrivalTo=2026-03-04", ["b-3", "b-4"]),
        ("arrivalTo=2026-03-01", ["b/1"]),
        ("updatedSince=2026-03-01T13:00:00%2B01:00&status=cancelled", ["b/1"]),
        ("updatedSince=2026-03-01T12:00:01Z", []),
        ("after=b-4", ["b-5", "b/1"]),
    ],
)
async def test_records_are_found_by_what_is_asked(furnished: Desk, query: str, found: list[str]) -> None:
    answer = await furnished.ask("GET", f"/records/bookings?{query}")
    assert [one["externalId"] for one in answer.json()["records"]] == found


async def test_whoever_asks_what_is_new_is_told_what_is_gone(furnished: Desk) -> None:
    furnished.house.clock.advance(60)
    async with furnished.house.database.transaction(as_hotel()) as unit:
        await records.mark_seen(unit, Entity.BOOKINGS, ["b-2", "b-3", "b-4", "b-5"], 2)
        await records.mark_gone(unit, Entity.BOOKINGS, 2, furnished.house.clock.now())
    listed = (await furnished.ask("GET", "/records/bookings")).json()["records"]
    assert "b/1" not in {one["externalId"] for one in listed}
    news = (await furnished.ask("GET", "/records/bookings?updatedSince=2026-03-01T12:00:30Z")).json()
    assert [(one["externalId"], one["goneAt"]) for one in news["records"]] == [
        ("b/1", (START + timedelta(seconds=60)).isoformat().replace("+00:00", "Z"))
    ]


@pytest.mark.parametrize("path", ["b/1", "b%2F1"])
async def test_one_record_comes_with_its_timeline(furnished: Desk, path: str) -> None:
    told = (await furnished.ask("GET", f"/records/bookings/{path}")).json()
    assert (told["externalId"], told["record"]["status"]) == ("b/1", "confirmed")
    assert [change["kind"] for change in told["timeline"]] == ["stay"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/records/invoices", 404),
        ("GET", "/records/bookings/none", 404),
        ("GET", "/records/bookings/a%00b", 404),
        ("GET", "/records/bookings/%0A", 404),
        ("GET", "/nothing%0A", 404),
        ("GET", "/nothing", 404),
        ("GET", "/runs/", 404),
        ("PATCH", "/runs", 405),
        ("GET", "/test-connection", 405),
        ("GET", "/runs?limit=0", 422),
        ("GET", "/runs?limit=ten", 422),
        ("GET", "/runs?limit=1&limit=2", 422),
        ("GET", "/runs?before=0", 422),
        ("GET", "/runs?before=2026-03-01T12:00:00", 422),
        ("GET", "/runs?before=0001-01-01T00:00:00%2B09:00", 422),
        ("GET", "/records/bookings?arrivalFrom=0", 422),
        ("GET", "/records/bookings?after=a%00b", 422),
        ("GET", "/statistics?hotel=1", 422),
    ],
)
async def test_what_cannot_be_done_is_a_problem(furnished: Desk, method: str, path: str, status: int) -> None:
    answer = await furnished.ask(method, path)
    told = answer.json()
    assert (answer.status_code, told["status"], told["success"]) == (status, status, False)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["cache-control"] == "no-store"


async def test_a_body_is_json_and_not_large(sqlite_desk: Desk) -> None:
    async def send(content: bytes, kind: str = "application/json") -> int:
        headers = {**sqlite_desk.headers, "Content-Type": kind}
        path = "/api/admin/pms/configuration"
        return (await sqlite_desk.client.post(path, content=content, headers=headers)).status_code

    assert await send(b"{}") == 422
    assert await send(b"{}", "application/json; charset=utf-8") == 422
    assert await send(b"{}", "text/plain") == 415
    assert await send(b"pmsType=Mews", "application/x-www-form-urlencoded") == 415
    for broken in (b"", b"{", b"\xff", b'{"a":' * 20_000):
        assert await send(broken[:60_000]) == 400
    assert await send(b'{"pmsType": "' + b"x" * 64 * 1024 + b'"}') == 413
    assert await send(b"[]") == 422


async def test_a_browser_of_another_page_learns_nothing(sqlite_desk: Desk) -> None:
    """No CORS: neither a preflight nor an answer names an origin."""
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for method in ("OPTIONS", "GET"):
        answer = await sqlite_desk.ask(method, "/runs", **origin)
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_guest_of_the_hotel_sees_no_record(furnished: Desk) -> None:
    assert (await furnished.ask("GET", "/records/guests", held=token("guest"))).status_code == 403
