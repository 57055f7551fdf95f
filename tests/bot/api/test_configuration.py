"""The connection over REST: the original's requests and answers, the wizard's rules."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.lines import packing
from core.store import connections
from tests.bot.api.desk import CUSTOM, Desk, token
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import AURORA, BOREAL, KEY, as_hotel
from tests.core.onboarding.pms import AWAY

MEWS = {
    "pmsType": "Mews",
    "apiKey": f"{'A1' * 16}-{'B2' * 15}C",
    "credentials": {"client_token": f"{'D3' * 16}-{'E4' * 15}F"},
}


def refuse(desk: Desk) -> None:
    """Let the PMS refuse whatever it is shown."""
    desk.house.pms.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)


async def test_good_credentials_pass_the_test_and_leave_only_its_line(desk: Desk) -> None:
    before = await dump(desk.house.database)
    answer = await desk.ask("POST", "/test-connection", CUSTOM)
    told = answer.json()
    assert (answer.status_code, told["success"], told["errors"], told["suggestions"]) == (200, True, [], [])
    assert told["message"] == "Custom PMS answers for Hotel Aurora."
    assert told["details"]["property"] == {
        "id": "property-1",
        "name": "Hotel Aurora",
        "city": "Stockholm",
        "country": "SE",
        "timezone": "Europe/Stockholm",
        "currency": "SEK",
        "rooms": 128,
        "arrivalsToday": 23,
    }
    marks = {(rung["layer"], rung["entity"]): rung["mark"] for rung in told["details"]["rungs"]}
    assert marks["authentication", None] == "passed"
    assert marks["permissions", "bookings"] == "passed"
    after = await dump(desk.house.database)
    assert {name for name in after if after[name] != before[name]} == {"audit_log"}
    assert (await desk.house.deeds())[-1] == ("pms.external.test.passed", "api:user-1")


async def test_bad_credentials_are_an_answer_with_suggestions(desk: Desk) -> None:
    refuse(desk)
    answer = await desk.ask("POST", "/test-connection", CUSTOM)
    told = answer.json()
    assert (answer.status_code, told["success"]) == (200, False)
    assert told["details"]["diagnosis"]["code"] == "auth.refused"
    assert told["details"]["diagnosis"]["party"] in ("you", "your_it", "vendor", "us")
    assert len(told["errors"]) == 1
    assert told["suggestions"]
    assert (await desk.house.deeds())[-1] == ("pms.external.test.failed", "api:user-1")


async def test_a_hotel_is_connected_sealed_announced_and_synced(desk: Desk) -> None:
    answer = await desk.connect()
    told = answer.json()
    connection = await desk.house.connection()
    assert connection is not None
    now = desk.house.clock.now().isoformat().replace("+00:00", "Z")
    assert (answer.status_code, told) == (
        200,
        {
            "success": True,
            "message": "Hotel Aurora is connected to Custom PMS.",
            "config": {
                "id": connection.id,
                "pmsType": "Custom",
                "version": "1",
                "endpoint": "https://pms.aurora.example/api",
                "status": "ACTIVE",
                "lastSyncedAt": None,
                "createdAt": now,
                "updatedAt": now,
            },
        },
    )
    assert (await desk.ask("GET", "/configuration")).json() == told
    place = packing.slot(connection.vendor, connection.id, connection.origin)
    async with desk.house.database.transaction(as_hotel()) as unit:
        opened = await desk.house.vault.open(unit, place, connection.sealed)
    assert packing.unpack(opened) == {"api_key": Secret(KEY)}
    assert await desk.house.deeds() == [
        ("pms.external.test.passed", "api:user-1"),
        ("pms.external.connected", "api:user-1"),
    ]
    [(name, facts)] = await desk.house.told()
    assert (name, facts["by_user_id"], facts["replaced"]) == (
        "pms.external.connected",
        "api:user-1",
        False,
    )
    kinds = {job.kind for job in await desk.house.waiting()}
    assert kinds == {"outbox.deliver", "dashboard.refresh", "sync.run"}


async def test_new_credentials_renew_the_connection(desk: Desk) -> None:
    first = (await desk.connect()).json()["config"]
    desk.house.clock.advance(3600)
    renewed = (await desk.connect(apiKey="canary-key-new")).json()["config"]
    assert renewed == {**first, "updatedAt": renewed["updatedAt"]}
    assert renewed["updatedAt"] > first["updatedAt"]
    assert (await desk.house.deeds())[-1] == ("pms.external.credentials.replaced", "api:user-1")


async def test_bad_credentials_never_replace_good_ones(desk: Desk) -> None:
    await desk.connect()
    before = await desk.house.connection()
    refuse(desk)
    answer = await desk.connect(apiKey="canary-key-bad", replace=True)
    told = answer.json()
    assert (answer.status_code, told["success"]) == (422, False)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["details"]["diagnosis"]["code"] == "auth.refused"
    assert told["suggestions"]
    assert await desk.house.connection() == before


async def test_a_property_that_is_known_but_may_not_be_read_is_not_connected(desk: Desk) -> None:
    """Good credentials that lack a right name their property all the same."""
    desk.house.pms.missing = {Entity.GUESTS}
    answer = await desk.connect()
    told = answer.json()["details"]
    assert (answer.status_code, told["property"]["id"]) == (422, "property-1")
    assert [rung["entity"] for rung in told["rungs"] if rung["mark"] == "failed"] == ["guests"]
    assert await desk.house.connection() is None


@pytest.mark.parametrize("is_other_pms", [False, True])
async def test_another_property_is_replaced_only_when_that_is_said(desk: Desk, is_other_pms: bool) -> None:
    await desk.connect()
    before = await desk.house.connection()
    desk.house.pms.identity = AWAY
    body: dict[str, Any] = dict(MEWS if is_other_pms else CUSTOM)
    refused = await desk.ask("POST", "/configuration", body)
    assert refused.status_code == 409
    assert "`replace: true`" in refused.json()["detail"]
    assert await desk.house.connection() == before
    assert (await desk.ask("POST", "/configuration", {**body, "replace": True})).status_code == 200
    after = await desk.house.connection()
    assert after is not None
    assert before is not None
    assert (after.id != before.id, after.property_id) == (True, "property-2")


async def test_two_who_connect_at_once_make_one_connection(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.connect() for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["config"]["id"] for answer in answers}) == 1


async def test_every_field_of_a_pms_can_be_sent(desk: Desk) -> None:
    answer = await desk.ask("POST", "/configuration", MEWS)
    assert answer.status_code == 200
    opened = desk.house.pms.opened[-1]
    assert opened.secrets == {
        "access_token": Secret(str(MEWS["apiKey"])),
        "client_token": Secret(f"{'D3' * 16}-{'E4' * 15}F"),
    }


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/pmsType"]),
        ({"pmsType": "Fidelio"}, ["#/pmsType"]),
        ({**CUSTOM, "endpoint": " "}, ["#/endpoint"]),
        ({"pmsType": "Custom", "endpoint": CUSTOM["endpoint"]}, ["#/credentials/api_key"]),
        ({**CUSTOM, "credentials": {"passwort": "x"}}, ["#/credentials/passwort"]),
        ({**CUSTOM, "hotelId": BOREAL.id}, ["#/hotelId"]),
        ({**MEWS, "apiKey": " "}, ["#/apiKey"]),
        ({**CUSTOM, "replace": "yes"}, ["#/replace"]),
    ],
)
async def test_what_cannot_be_right_is_pointed_at(
    sqlite_desk: Desk, body: dict[str, Any], pointers: list[str]
) -> None:
    answer = await sqlite_desk.ask("POST", "/configuration", body)
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (422, pointers)
    assert sqlite_desk.house.pms.opened == []


async def test_a_hotel_is_disconnected(desk: Desk) -> None:
    await desk.connect()
    answer = await desk.ask("DELETE", "/configuration")
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert await desk.house.connection() is None
    assert (await desk.house.deeds())[-1] == ("pms.external.disconnected", "api:user-1")
    for method in ("GET", "DELETE"):
        gone = await desk.ask(method, "/configuration")
        assert (gone.status_code, gone.json()["message"]) == (404, "This hotel has no PMS connected.")


async def test_a_hotel_sees_and_touches_only_itself(desk: Desk) -> None:
    """Both ways round, with the other hotel connected first."""
    theirs = token("admin", BOREAL.id)
    made = (await desk.ask("POST", "/configuration", CUSTOM, held=theirs)).json()["config"]
    assert (await desk.ask("GET", "/configuration")).status_code == 404
    assert (await desk.ask("DELETE", "/configuration")).status_code == 404
    ours = (await desk.connect()).json()["config"]
    assert ours["id"] != made["id"]
    assert (await desk.ask("DELETE", "/configuration")).status_code == 200
    assert (await desk.ask("GET", "/configuration", held=theirs)).json()["config"] == made


async def test_a_connection_that_is_deleted_meanwhile_is_not_found(desk: Desk) -> None:
    await desk.connect()
    async with desk.house.database.system() as unit:
        await unit.connection.execute(
            sa.delete(connections.external_pms_config).where(
                connections.external_pms_config.c.hotel_id == AURORA.id
            )
        )
    assert (await desk.ask("GET", "/configuration")).status_code == 404
