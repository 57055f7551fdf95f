"""Who may ask what: the token alone says it, and whatever is not a good token is nobody's."""

import base64
import json
import time
from typing import Any, Final

import httpx
import jwt
import pytest

from core.domain.access import REQUIRED_ROLE, Role
from tests.bot.api.desk import BASE, CUSTOM, SIGNING_KEY, Desk, open_desk, token
from tests.core.onboarding.house import AURORA

NOW: Final = int(time.time())

ASKED: Final[dict[str, tuple[str, str, Any]]] = {
    "testConnection": ("POST", "/test-connection", CUSTOM),
    "connect": ("POST", "/configuration", CUSTOM),
    "readConfiguration": ("GET", "/configuration", None),
    "listRuns": ("GET", "/runs", None),
    "requestRun": ("POST", "/runs", None),
    "readRun": ("GET", "/runs/run-1", None),
    "readStatistics": ("GET", "/statistics", None),
    "readSync": ("GET", "/sync", None),
    "changeSync": ("PUT", "/sync", {"frequency": "1h", "entities": ["bookings"]}),
    "listRecords": ("GET", "/records/bookings", None),
    "readRecord": ("GET", "/records/bookings/b-2", None),
    "editRecord": ("PATCH", "/records/bookings/b-2", {"values": {"adults": 3}}),
    "listWebhooks": ("GET", "/webhooks", None),
    "addWebhook": ("POST", "/webhooks", {"url": "https://a.example/b", "eventTypes": ["room.changed"]}),
    "readWebhook": ("GET", "/webhooks/webhook-1", None),
    "changeWebhook": ("PATCH", "/webhooks/webhook-1", {"isPaused": False}),
    "rotateWebhookSecret": ("POST", "/webhooks/webhook-1/secret", None),
    "testWebhook": ("POST", "/webhooks/webhook-1/test", None),
    "listDeliveries": ("GET", "/webhooks/webhook-1/deliveries", None),
    "replayDelivery": ("POST", "/webhooks/webhook-1/deliveries/msg_1/replay", None),
    "replayDeliveries": ("POST", "/webhooks/webhook-1/replay", None),
    "removeWebhook": ("DELETE", "/webhooks/webhook-1", None),
    "disconnect": ("DELETE", "/configuration", None),
}
"""How each operation is asked for, as its published description calls it; the last one ends the rest."""

READS: Final = Role.STAFF
WRITES: Final = Role.MANAGER


def needed(method: str, path: str) -> Role:
    """Return which role it takes: for the hotel's own systems, one more."""
    role = READS if method == "GET" else WRITES
    return Role(role + 1) if path.startswith("/webhooks") else role


NEEDED: Final = {name: needed(method, path) for name, (method, path, _) in ASKED.items()}


def without_signature() -> str:
    """Return a token that says it needs no signature."""
    header, body = ({"alg": "none", "typ": "JWT"}, jwt.decode(token(), options={"verify_signature": False}))
    return ".".join([*(_encoded(part) for part in (header, body)), ""])


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def signed_by(algorithm: str) -> str:
    """Return a token that is signed with the right key, another way."""
    return jwt.encode(jwt.decode(token(), options={"verify_signature": False}), SIGNING_KEY * 2, algorithm)


BAD: Final[dict[str, str]] = {
    "nothing": "",
    "words": "let me in",
    "dots": "..",
    "another key": token(key="another-signing-key-that-is-long-enough"),
    "expired": token(exp=NOW - 60),
    "without an end": token(exp=None),
    "not yet good": token(nbf=NOW + 600),
    "from the future": token(iat=NOW + 600),
    "no signature": without_signature(),
    "no signature, but one": f"{without_signature()}{token().rpartition('.')[2]}",
    "HS384": signed_by("HS384"),
    "HS512": signed_by("HS512"),
    "cut short": token()[:-1],
    "no person": token(sub=None),
    "no hotel": token(hotelId=None),
    "no role": token(role=None),  # type: ignore[arg-type]
    "a number for a person": token(sub=7),
    "a blank person": token(subject=" "),
    "a long person": token(subject="x" * 61),
    "a list of hotels": token(hotelId=[AURORA.id]),
    "an empty hotel": token(hotel=""),
    "every hotel": token(hotel="*"),
    "a pattern for a hotel": token(hotel="hotel-%"),
    "a question for a hotel": token(hotel="x' OR '1'='1"),
    "an unknown role": token("owner"),
    "a number for a role": token(role=4),  # type: ignore[arg-type]
    "too long": token(padding="x" * 5000),
    "end as a word": token(exp="tomorrow"),
}


@pytest.mark.parametrize("held", BAD.values(), ids=BAD.keys())
async def test_a_bad_token_opens_nothing(sqlite_desk: Desk, held: str) -> None:
    answer = await sqlite_desk.ask("POST", "/test-connection", CUSTOM, held=held)
    assert (answer.status_code, answer.json()["success"]) == (401, False)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="innkeeper"')
    assert answer.headers["content-type"] == "application/problem+json"
    assert sqlite_desk.house.pms.opened == []


async def test_the_good_token_is_the_control(sqlite_desk: Desk) -> None:
    """Within the leeway, in any spelling of the role and of the scheme."""
    for held in (token(), token(exp=int(time.time()) - 3), token("ADMIN")):
        assert (await sqlite_desk.ask("GET", "/runs", held=held)).status_code == 200
    answer = await sqlite_desk.client.get(f"{BASE}/runs", headers={"Authorization": f"bearer {token()}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Bearer", "", None])
async def test_another_scheme_opens_nothing(sqlite_desk: Desk, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    assert (await sqlite_desk.client.get(f"{BASE}/runs", headers=headers)).status_code == 401


async def test_every_role_reaches_what_it_may_and_nothing_else(furnished: Desk) -> None:
    """Each operation by each role: 403 below, and done from the role on that it takes."""
    described = (await furnished.client.get(f"{BASE}/openapi.json")).json()
    published = {one["operationId"] for methods in described["paths"].values() for one in methods.values()}
    assert published == ASKED.keys()
    assert set(NEEDED.values()) <= set(REQUIRED_ROLE.values())
    for name, (method, path, body) in ASKED.items():
        for role in sorted(Role):
            answer = await furnished.ask(method, path, body, held=token(role.name.lower()))
            if role < NEEDED[name]:
                assert (name, role, answer.status_code) == (name, role, 403)
            elif name != "disconnect":  # once is enough
                assert answer.is_success, (name, role, answer.text)
    assert (await furnished.ask("GET", "/configuration")).status_code == 404  # a manager has disconnected it
    turned_away = [deed for deed in await furnished.house.deeds() if deed[0] == "pms.access.refused"]
    below = sum(role < needed for needed in NEEDED.values() for role in Role)
    assert turned_away == [("pms.access.refused", "api:user-1")] * below


async def test_a_hotel_that_is_none_of_ours_opens_nothing(desk: Desk) -> None:
    """The token's word is not enough, there must be such a hotel."""
    for hotel in ("hotel-of-nobody", "0d7d9f3c-6f0f-4f5e-9d2e-1f0c5a1b2c3d", "HOTEL-AURORA"):
        answer = await desk.ask("GET", "/configuration", held=token(hotel=hotel))
        assert (answer.status_code, answer.json()["detail"]) == (403, "This token opens no hotel here.")


async def test_no_parameter_names_a_hotel(furnished: Desk) -> None:
    """Neither in the query nor in a header: the other hotel stays out of reach."""
    theirs = token(hotel="hotel-boreal")
    headers = {"X-Hotel-Id": AURORA.id, "hotelId": AURORA.id}
    assert (await furnished.ask("GET", "/configuration", held=theirs, **headers)).status_code == 404
    answer = await furnished.ask("GET", f"/configuration?hotelId={AURORA.id}", held=theirs)
    assert answer.status_code == 422
    for path in ("/runs/run-1", "/records/bookings/b-2", "/statistics", "/sync"):
        assert (await furnished.ask("GET", path, held=theirs)).status_code == 404
    assert (await furnished.ask("GET", "/runs", held=theirs)).json()["runs"] == []
    assert (await furnished.ask("GET", "/records/bookings", held=theirs)).json()["records"] == []


async def test_a_token_is_nobody_that_slack_knows(furnished: Desk) -> None:
    """A subject spelled like the admin of the workspace leaves lines of its own."""
    await furnished.ask("POST", "/runs", held=token("manager", subject="U-ada"))
    await furnished.ask("PUT", "/sync", ASKED["changeSync"][2], held=token("manager", subject="U-ada"))
    assert (await furnished.house.deeds())[-1] == ("pms.sync.changed", "api:U-ada")


async def test_issuer_and_audience_count_where_they_are_set(sqlite_desk: Desk) -> None:
    named = {"innkeeper_jwt_issuer": "https://id.example", "innkeeper_jwt_audience": "innkeeper"}
    good = {"iss": "https://id.example", "aud": "innkeeper"}
    bad: list[dict[str, Any]] = [{}, {**good, "iss": "https://else.example"}, {**good, "aud": "else"}]
    async with open_desk(sqlite_desk.house, **named) as desk:
        assert (await desk.ask("GET", "/runs", held=token(**good))).status_code == 200
        for claims in bad:
            assert (await desk.ask("GET", "/runs", held=token(**claims))).status_code == 401
    assert (await sqlite_desk.ask("GET", "/runs", held=token(**good))).status_code == 200


async def test_without_a_secret_there_is_no_api(sqlite_desk: Desk) -> None:
    async with open_desk(sqlite_desk.house, innkeeper_jwt_secret="") as desk:
        assert (await desk.ask("GET", "/runs")).status_code == 404
        assert (await desk.client.get(f"{BASE}/openapi.json")).status_code == 404


async def test_requests_are_counted_by_caller(sqlite_desk: Desk) -> None:
    """A sixth of a minute's at once, then as fast as they come back; others are not held up."""
    async with open_desk(sqlite_desk.house, innkeeper_api_per_minute=60) as desk:
        answers: list[httpx.Response] = [await desk.ask("GET", "/runs") for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert (answers[-1].headers["retry-after"], answers[-1].json()["status"]) == ("2", 429)
        assert (await desk.ask("GET", "/runs", held=token(subject="user-2"))).status_code == 200
        desk.house.clock.advance(1)
        assert (await desk.ask("GET", "/runs")).status_code == 200
