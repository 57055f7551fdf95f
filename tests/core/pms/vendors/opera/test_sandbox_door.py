"""Whom the sandbox lets in: as strict as OHIP documents itself to be, and as others have seen it."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    EXPIRED_USER,
    MODEST_CLIENT_ID,
    NO_PROFILES_CLIENT_ID,
    OTHER_ENTERPRISE_ID,
    OTHER_HOTEL_ID,
    PASSWORD,
    RETIRED_CLIENT_ID,
    SSD_CLIENT_ID,
    UNSUBSCRIBED_APP_KEY,
)
from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    HOTEL,
    OPERATIONS,
    PING,
    PING_PROFILES,
    PROFILES,
    RESERVATIONS,
    SCOPES,
    TOKENS,
    Operation,
)
from tests.core.pms.vendors.opera.caller import FORM, SSD_FORM, Caller, assert_refused, basic

# The token endpoint


async def test_a_client_of_a_new_environment_gets_a_token_for_an_hour(door: Caller) -> None:
    answer = await door.sign_in()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    body = answer.json()
    assert body.keys() == {"access_token", "expires_in", "token_type", "oracle_tk_context"}
    assert (body["expires_in"], body["token_type"]) == (3600, "Bearer")


async def test_an_integration_user_gets_a_token_without_an_enterprise_id(door: Caller) -> None:
    answer = await door.sign_in(SSD_FORM, client=SSD_CLIENT_ID, enterpriseid=None)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "given", "status", "said"),
    [
        (FORM, {"x_app_key": None}, 401, "Failed to authenticate application"),
        (FORM, {"x_app_key": APP_KEY.replace("1", "9")}, 401, "Failed to authenticate application"),
        (FORM, {"authorization": None}, 401, '{"error": "invalid_client"}'),
        (FORM, {"authorization": "Basic ???"}, 401, '{"error": "invalid_client"}'),
        (FORM, {"authorization": basic(secret="old")}, 401, '{"error": "invalid_client"}'),
        (FORM, {"authorization": basic("nobody")}, 401, '{"error": "invalid_client"}'),
        (FORM, {"authorization": basic().replace("Basic", "Bearer")}, 401, '{"error": "invalid_client"}'),
        (FORM, {"client": RETIRED_CLIENT_ID}, 403, ""),
        (FORM, {"enterpriseid": None}, 400, "Enterprise ID is required"),
        (FORM, {"enterpriseid": None, "x_enterpriseid": ENTERPRISE_ID}, 400, "Enterprise ID is required"),
        (FORM, {"enterpriseid": OTHER_ENTERPRISE_ID}, 403, "enterprise does not have access to gateway"),
        ({**FORM, "scope": SCOPES[1]}, {}, 400, '{"error": "invalid_scope"}'),
        ({"grant_type": "client_credentials"}, {}, 400, '{"error": "invalid_scope"}'),
        ({**FORM, "grant_type": "Client Credentials"}, {}, 401, ""),
        ({"scope": SCOPES[0]}, {}, 401, ""),
        (SSD_FORM, {}, 400, '{"error": "invalid_grant_type_or_scope"}'),
        (FORM, {"client": SSD_CLIENT_ID}, 400, '{"error": "invalid_grant_type_or_scope"}'),
        ({**SSD_FORM, "password": "old"}, {"client": SSD_CLIENT_ID}, 402,
         '"invalid_grant", "[Wrong Password]"'),
        ({**SSD_FORM, "username": EXPIRED_USER}, {"client": SSD_CLIENT_ID}, 402,
         '"invalid_grant", "[Password Expired]"'),
        (FORM, {"content_type": "application/json"}, 415, ""),
    ],
)  # fmt: skip
async def test_each_wrong_sign_in_is_refused_as_others_have_seen_it(
    door: Caller, form: Mapping[str, str], given: dict[str, Any], status: int, said: str
) -> None:
    answer = await door.sign_in(form, **given)
    assert (answer.status_code, answer.text) == (status, said)


async def test_tokens_are_only_given_to_who_posts(door: Caller) -> None:
    assert (await door.client.get(TOKENS)).status_code == 405


def test_what_looks_like_a_credential_is_plainly_made_up() -> None:
    assert "c0ffee" in APP_KEY
    assert "c0ffee" in UNSUBSCRIBED_APP_KEY
    for made in (CLIENT_SECRET, PASSWORD):
        assert made.startswith("sandbox-")


# What every property call needs


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
@pytest.mark.parametrize(
    "missing",
    [{"authorization": None}, {"authorization": "Bearer made-up"}, {"authorization": "Basic made-up"},
     {"x_app_key": None}, {"x_app_key": UNSUBSCRIBED_APP_KEY}],
    ids=["no-token", "foreign-token", "no-bearer", "no-key", "another-key"],
)  # fmt: skip
async def test_no_call_is_answered_without_token_and_key_and_401_says_nothing(
    opera: Caller, operation: Operation, missing: dict[str, str | None]
) -> None:
    answer = await opera.ask(operation, **missing)
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
async def test_no_call_is_answered_without_a_hotel_in_its_header(opera: Caller, operation: Operation) -> None:
    assert_refused(await opera.ask(operation, x_hotelid=None), 400, "GEN01245")


async def test_a_token_ends_after_an_hour(opera: Caller) -> None:
    opera.clock.advance(3599)
    assert (await opera.ask(PING)).status_code == 200
    opera.clock.advance(1)
    assert (await opera.ask(PING)).status_code == 401


async def test_only_json_is_spoken(opera: Caller) -> None:
    assert (await opera.ask(PING, accept="text/html")).status_code == 406


@pytest.mark.parametrize("path", ["/", "/rsv/v1", "/rsv/v1/hotels/AURORA/reservations/", "/RSV/v1/services"])
async def test_an_address_that_is_not_exact_does_not_exist(opera: Caller, path: str) -> None:
    assert (await opera.client.get(path, headers=opera.headers)).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed(opera: Caller, method: str) -> None:
    answer = await opera.client.request(method, PING.path, headers=opera.headers)
    assert answer.status_code == 405


async def test_a_hotel_that_was_not_assigned_is_refused_in_the_path_as_in_the_header(opera: Caller) -> None:
    assert_refused(await opera.ask(PING, x_hotelid=OTHER_HOTEL_ID), 403, "GEN01244", "for resort")
    path = RESERVATIONS.url("", hotel=OTHER_HOTEL_ID)
    assert_refused(await opera.client.get(path, headers=opera.headers), 403, "GEN01244", "for resort")


async def test_an_application_without_a_subscription_is_refused(door: Caller) -> None:
    caller = await door.enter(x_app_key=UNSUBSCRIBED_APP_KEY)
    answer = await caller.ask(PING)
    assert (answer.status_code, answer.text) == (403, "No Subscribed Plan or API found")


@pytest.mark.parametrize(
    ("client", "refused"),
    [(CLIENT_ID, set()), (NO_PROFILES_CLIENT_ID, {PROFILES, PING_PROFILES}),
     (MODEST_CLIENT_ID, {HOTEL, BUSINESS_DATE})],
)  # fmt: skip
async def test_a_client_reads_its_modules_and_no_others(
    door: Caller, client: str, refused: set[Operation]
) -> None:
    caller = await door.enter(client=client)
    for operation in OPERATIONS:
        query = (("profileIds", "1"),) if operation is PROFILES else ()
        assert ((await caller.ask(operation, query)).status_code == 403) is (operation in refused)


async def test_a_bad_parameter_is_refused_before_anybody_looks_at_rights(door: Caller) -> None:
    """So one wrong word hides that a permission is missing."""
    caller = await door.enter(client=NO_PROFILES_CLIENT_ID)
    assert_refused(await caller.ask(PROFILES, (("fetchInstructions", "Everything"),)), 400, "GEN01346")
    assert (await caller.ask(PROFILES, (("profileIds", "1"),))).status_code == 403
