"""The hotel's own systems over REST: added, chosen, paused, told again; the secret is given once."""

import json
from typing import Any

from core.audit import AuditAction
from core.outbound.catalogue import TYPES
from tests.bot.api.desk import BASE, Desk, token
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import BOREAL

NEW: dict[str, Any] = {"url": "https://a.example/events?key=canary", "eventTypes": ["room.changed"]}
PATH = "/webhooks"
ONE = f"{PATH}/webhook-1"


async def test_a_system_from_the_beginning_to_the_end(desk: Desk) -> None:
    """Each change is seen by the next read; deleted, it is nobody's."""
    added = await desk.ask("POST", PATH, NEW)
    assert added.status_code == 201
    body = added.json()
    assert body["signingSecret"].startswith("whsec_")
    webhook = body["webhook"]
    assert added.headers["location"] == f"{BASE}{PATH}/{webhook['id']}"
    assert webhook == {
        "id": webhook["id"],
        "url": NEW["url"],
        "eventTypes": ["room.changed"],
        "isPaused": False,
        "pausedBecause": None,
        "failingSince": None,
        "lastDeliveredAt": None,
        "lastTriedAt": None,
        "lastStatus": None,
        "lastResult": None,
        "waiting": 0,
        "dead": 0,
        "createdAt": "2026-03-01T12:00:00Z",
    }
    assert (await desk.ask("GET", PATH)).json() == {"webhooks": [webhook]}
    path = f"{PATH}/{webhook['id']}"
    wanted = {"eventTypes": ["guest.changed", "booking.changed"], "isPaused": True}
    changed = (await desk.ask("PATCH", path, wanted)).json()["webhook"]
    assert changed["eventTypes"] == ["booking.changed", "guest.changed"]
    assert (changed["isPaused"], changed["pausedBecause"]) == (True, "person")
    assert (await desk.ask("PATCH", path, {"isPaused": False})).json()["webhook"]["isPaused"] is False
    assert (await desk.ask("PATCH", path, {})).json()["webhook"]["eventTypes"] == changed["eventTypes"]
    assert (await desk.ask("DELETE", path)).status_code == 200
    for method in ("GET", "DELETE"):
        assert (await desk.ask(method, path)).status_code == 404
    assert [deed for deed, _ in await desk.house.deeds()] == [
        AuditAction.WEBHOOK_ADDED,
        AuditAction.WEBHOOK_CHANGED,
        AuditAction.WEBHOOK_PAUSED,
        AuditAction.WEBHOOK_RESUMED,
        AuditAction.WEBHOOK_REMOVED,
    ]


async def test_a_secret_is_given_once_and_kept_nowhere(furnished: Desk) -> None:
    """Under an Idempotency-Key the same request is answered alike, but for the secret."""
    for path, body in ((PATH, NEW), (f"{ONE}/secret", None)):
        key = {"Idempotency-Key": f"key-{len(path)}"}
        first, again = [await furnished.ask("POST", path, body, **key) for _ in range(2)]
        secret = first.json()["signingSecret"]
        assert secret.startswith("whsec_")
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json() == {**first.json(), "signingSecret": None}
        rows = json.dumps(await dump(furnished.house.database), default=repr)
        assert secret.removeprefix("whsec_") not in rows
    assert len((await furnished.ask("GET", PATH)).json()["webhooks"]) == 2
    assert "whsec_" not in (await furnished.ask("GET", PATH)).text


async def test_what_cannot_be_added_is_said_where(desk: Desk) -> None:
    for url in ("http://a.example/", "https://10.0.0.7/", "https://localhost/", "nonsense"):
        answer = await desk.ask("POST", PATH, {**NEW, "url": url})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/url")
        assert "cannot be used" in answer.json()["detail"]
    for body in ({**NEW, "eventTypes": []}, {**NEW, "eventTypes": ["no.such"]}, {"url": NEW["url"]}):
        assert (await desk.ask("POST", PATH, body)).status_code == 422
    for number in range(5):
        answer = await desk.ask("POST", PATH, {**NEW, "url": f"https://a.example/{number}"})
        assert answer.status_code == 201
    assert (await desk.ask("POST", PATH, {**NEW, "url": "https://a.example/0"})).status_code == 409
    assert (await desk.ask("POST", PATH, NEW)).status_code == 409


async def test_a_test_says_what_came_back(furnished: Desk) -> None:
    """Here nobody is at the address; that is an answer, not an error."""
    answer = await furnished.ask("POST", f"{ONE}/test")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "success": False,
            "message": "Nobody answers at this address.",
            "status": None,
            "result": "unreachable",
        },
    )


async def test_what_was_given_up_is_listed_and_sent_again(furnished: Desk) -> None:
    """One, or all; without its body, which may be asked for as records."""
    path = f"{ONE}/deliveries"
    [dead] = (await furnished.ask("GET", f"{path}?state=dead")).json()["deliveries"]
    assert dead == {
        "messageId": "msg_1",
        "eventType": "booking.changed",
        "state": "dead",
        "attempts": 10,
        "createdAt": "2026-03-01T12:00:00Z",
        "nextAttemptAt": None,
        "lastTriedAt": None,
        "lastStatus": 500,
        "lastResult": "refused",
    }
    assert (await furnished.ask("GET", ONE)).json()["webhook"]["dead"] == 1
    assert (await furnished.ask("POST", f"{path}/msg_1/replay")).json()["count"] == 1
    assert (await furnished.ask("POST", f"{path}/msg_1/replay")).status_code == 404
    assert (await furnished.ask("POST", f"{ONE}/replay")).json()["count"] == 0
    listed = (await furnished.ask("GET", path)).json()
    assert (listed["deliveries"][0]["state"], listed["nextBefore"]) == ("waiting", None)
    before = await furnished.ask("GET", f"{path}?before=2026-03-01T12:00:00Z")
    assert before.json()["deliveries"] == []


async def test_another_hotels_system_is_not_there(furnished: Desk) -> None:
    theirs = token(hotel=BOREAL.id)
    assert (await furnished.ask("GET", PATH, held=theirs)).json() == {"webhooks": []}
    for method, path, body in (
        ("GET", ONE, None),
        ("PATCH", ONE, {"isPaused": True}),
        ("DELETE", ONE, None),
        ("POST", f"{ONE}/secret", None),
        ("POST", f"{ONE}/test", None),
        ("POST", f"{ONE}/replay", None),
        ("GET", f"{ONE}/deliveries", None),
        ("POST", f"{ONE}/deliveries/msg_1/replay", None),
    ):
        assert (await furnished.ask(method, path, body, held=theirs)).status_code == 404, (method, path)
    assert (await furnished.ask("GET", ONE)).json()["webhook"]["isPaused"] is False


async def test_the_description_lists_every_type(sqlite_desk: Desk) -> None:
    """Under `webhooks`, as OpenAPI 3.1 has it, and as what may be chosen."""
    described = (await sqlite_desk.client.get(f"{BASE}/openapi.json")).json()
    assert described["webhooks"].keys() == TYPES.keys()
    assert described["components"]["schemas"]["EventName"]["enum"] == list(TYPES)
