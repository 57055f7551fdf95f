"""The way in through Cloudbeds's own page: where to, what for, and what comes back."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    VendorAnswerUnreadableError,
)
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.tokens import Grant
from core.pms.vendors.cloudbeds.consent import AUTHORIZATION, Renewal, consent_url, exchange
from core.pms.vendors.cloudbeds.description import VENDOR
from core.pms.vendors.cloudbeds.sandbox import CLIENT_ID, CLIENT_SECRET
from core.pms.vendors.cloudbeds.wire import SCOPES
from tests.core.pms.vendors.cloudbeds.scripted import (
    REQUEST,
    RETURN,
    ScriptedClient,
    access_to,
    answer,
    example,
)

TOKENS = {
    "access_token": "access-1",
    "token_type": "Bearer",
    "expires_in": 28_800,
    "refresh_token": "refresh-1",
}
APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def test_people_are_sent_to_the_page_with_our_app_and_the_way_back() -> None:
    """Neither the app's secret nor the rights stand in the address: those are chosen at Cloudbeds."""
    parts = urlsplit(consent_url(access_to(ScriptedClient()), REQUEST))
    assert (
        f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://api.cloudbeds.example.com/api/v1.3/oauth"
    )
    assert dict(parse_qsl(parts.query)) == {
        "client_id": CLIENT_ID,
        "redirect_uri": RETURN,
        "response_type": "code",
        "state": "state-1",
    }


def test_it_is_offered_where_the_operator_is_a_partner_and_asks_to_read_only() -> None:
    assert VENDOR.authorization is AUTHORIZATION
    assert AUTHORIZATION.app_settings == ("CLOUDBEDS_CLIENT_ID", "CLOUDBEDS_CLIENT_SECRET")
    assert AUTHORIZATION.scopes == SCOPES
    assert all(scope.startswith("read:") for scope in SCOPES)


def test_a_group_may_name_its_hotel_after_the_consent() -> None:
    assert [field.key for field in VENDOR.fields if field.after_consent] == ["property_id"]


async def test_a_code_is_exchanged_in_a_form() -> None:
    client = ScriptedClient(answer(TOKENS))
    assert await exchange(access_to(client), "code-1", REQUEST) == Grant(
        Secret("access-1"), 28_800.0, Secret("refresh-1")
    )
    (call,) = client.calls
    assert (call.method, call.url) == ("POST", "https://api.cloudbeds.example.com/api/v1.3/access_token")
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"
    form = {"grant_type": "authorization_code", "redirect_uri": RETURN, "code": "code-1", **APP}
    assert client.asked == [("access_token", form)]
    assert "code-1" not in repr(call)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"access_token": "a"}, Grant(Secret("a"))),
        ({"access_token": "a", "expires_in": "3600"}, Grant(Secret("a"), 3600.0)),
        ({"access_token": "a", "expires_in": 0, "refresh_token": ""}, Grant(Secret("a"))),
        ({"access_token": "a", "expires_in": "soon", "refresh_token": None}, Grant(Secret("a"))),
    ],
)
async def test_what_is_not_told_of_a_token_is_left_open(body: dict[str, object], expected: Grant) -> None:
    assert await exchange(access_to(ScriptedClient(answer(body))), "code-1", REQUEST) == expected


@pytest.mark.parametrize("body", [{}, [], {"access_token": ""}, {"access_token": 7}])
async def test_an_answer_without_a_token_is_unreadable(body: object) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await exchange(access_to(ScriptedClient(answer(body))), "code-1", REQUEST)
    error = raised.value
    assert (error.code, error.request_id) == ("vendor.answer_unreadable", "request-1")


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("error_http401_auth_code", CredentialsRefusedError, "cloudbeds.code_refused"),
        ("error_http401_unknown_client_live", VendorAnswerUnreadableError, "cloudbeds.app_refused"),
    ],
)
async def test_a_code_that_came_too_late_and_an_unknown_app_are_told_apart(
    name: str, kind: type[KnownError], code: str
) -> None:
    with pytest.raises(KnownError) as raised:
        await exchange(access_to(ScriptedClient(example(name, 401))), "code-1", REQUEST)
    error = raised.value
    assert (type(error), error.code, error.request_id) == (kind, code, "request-1")


async def test_an_app_that_the_operator_took_away_is_for_the_operator_to_give_back() -> None:
    """Nothing is asked, and nothing is said against the consent."""
    client = ScriptedClient()
    for apps in ({}, {"CLOUDBEDS_CLIENT_ID": Secret(CLIENT_ID)}):
        with pytest.raises(VendorAnswerUnreadableError) as raised:
            await exchange(replace(access_to(client), apps=apps), "code-1", REQUEST)
        error = raised.value
        assert (error.code, error.details) == ("cloudbeds.app_refused", {"status": "none"})
    assert client.calls == []


# Renewal


def renewal(*answers: Answer, **secrets: str) -> tuple[Renewal, ScriptedClient]:
    client = ScriptedClient(*answers)
    return Renewal(access_to(client, {name: Secret(text) for name, text in secrets.items()})), client


async def test_the_first_token_is_the_one_that_is_held() -> None:
    fetcher, client = renewal(access_token="access-1", refresh_token="refresh-1")
    assert await fetcher.fetch(None) == Grant(Secret("access-1"), refresh_token=Secret("refresh-1"))
    assert client.calls == []


@pytest.mark.parametrize(
    ("given", "used"), [(None, "refresh-1"), (Secret("refresh-2"), "refresh-2"), (Secret(""), "refresh-1")]
)
async def test_the_latest_refresh_token_is_used(given: Secret | None, used: str) -> None:
    """Whoever keeps tokens hands it in; who keeps none yet has the one that came with the consent."""
    fetcher, client = renewal(answer(TOKENS), refresh_token="refresh-1")
    assert await fetcher.fetch(given) == Grant(Secret("access-1"), 28_800.0, Secret("refresh-1"))
    assert client.asked == [("access_token", {"grant_type": "refresh_token", "refresh_token": used, **APP})]


async def test_a_held_token_is_given_once_and_not_instead_of_a_renewal() -> None:
    fetcher, client = renewal(answer(TOKENS), access_token="access-0", refresh_token="refresh-0")
    assert (await fetcher.fetch(Secret("refresh-9"))).access_token == Secret("access-1")
    assert len(client.calls) == 1
    fetcher, client = renewal(answer(TOKENS), access_token="access-0", refresh_token="refresh-0")
    tokens = [(await fetcher.fetch(None)).access_token.reveal() for _ in range(2)]
    assert tokens == ["access-0", "access-1"]


async def test_without_a_refresh_token_the_consent_is_over() -> None:
    fetcher, client = renewal(access_token="access-1")
    assert (await fetcher.fetch(None)).refresh_token is None
    with pytest.raises(CredentialsExpiredError) as raised:
        await fetcher.fetch(None)
    assert (raised.value.code, client.calls) == ("auth.expired", [])
