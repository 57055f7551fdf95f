"""Tokens: two ways in, and what each refusal means in each of them."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    RateLimitedError,
    TryLaterError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.tokens import Grant, HeldTokens
from core.pms.vendor import Access, AuthorizationRequest
from core.pms.vendors.apaleo.identity import AUTHORIZATION, IdentityServer, consent_url, exchange
from tests.core.pms.vendors.apaleo.scripted import (
    IDENTITY,
    ScriptedClient,
    access_to,
    answer,
    silent,
    token,
    web_page,
)
from tests.shared import shared_json

HELD = {"refresh_token": Secret("refresh-1")}
WAY = AuthorizationRequest("https://bot.example.com/oauth/apaleo", "state-1", Secret("verifier-1"), "hash-1")
REFUSED = CredentialsRefusedError
AT_THE_DOOR = Layer.AUTHENTICATION


def error(word: str, status: int = 400) -> Answer:
    """Return an error of the token endpoint."""
    return answer({"error": word}, status)


def basic(text: str) -> str:
    """Return what Basic makes of an id and a secret."""
    return "Basic " + base64.b64encode(text.encode()).decode()


async def fetched(refused: Answer, way: str) -> KnownError:
    """Return the error that a refusal becomes: for an `app`, a `consent` or a `code`."""
    client = ScriptedClient(refused)
    access = access_to(client, secrets=None if way == "app" else HELD)
    with pytest.raises(KnownError) as raised:
        await (exchange(access, "code-1", WAY) if way == "code" else IdentityServer(access).fetch(None))
    return raised.value


async def test_a_hotels_own_app_shows_id_and_secret_by_basic_and_names_no_scope() -> None:
    """Who asks for a scope that was not granted gets no token at all."""
    client = ScriptedClient(token(scope="reservations.read setup.read"))
    server = IdentityServer(access_to(client))
    grant = await server.fetch(None)
    assert client.calls[0].url == f"{IDENTITY}/connect/token"
    assert client.calls[0].method == "POST"
    assert client.calls[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert client.authorization(0) == basic("ABCD-SP-APP:secret-1")
    assert client.asked == [("/connect/token", {"grant_type": "client_credentials"})]
    assert grant == Grant(Secret("token-1"), 3600.0, None, frozenset({"reservations.read", "setup.read"}))
    assert server.granted == grant.scopes
    assert not server.has_consent


async def test_signs_in_an_id_or_a_secret_are_encoded_before_they_are_joined() -> None:
    """RFC 6749, 2.3.1: else a colon or a plus would change what arrives."""
    client = ScriptedClient(token())
    access = access_to(client, values={"client_id": "A:B"}, secrets={"client_secret": Secret("a+b/c%d=")})
    await IdentityServer(access).fetch(None)
    assert client.authorization(0) == basic("A%3AB:a%2Bb%2Fc%25d%3D")


async def test_a_hotel_that_let_us_in_is_entered_with_its_refresh_token_and_our_own_app() -> None:
    client = ScriptedClient(token(refresh_token="refresh-2"))
    server = IdentityServer(access_to(client, values={}, secrets=HELD))
    grant = await server.fetch(None)
    assert client.authorization(0) == basic("OUR-AC-APP:our-secret")
    assert client.asked == [("/connect/token", {"grant_type": "refresh_token", "refresh_token": "refresh-1"})]
    assert grant == Grant(Secret("token-1"), 3600.0, Secret("refresh-2"))
    assert server.has_consent


async def test_the_token_that_came_with_the_consent_is_used_first_and_once() -> None:
    """A refresh token may be replaced when it is used, so it is not used before it must be."""
    client = ScriptedClient(token("token-2", refresh_token="refresh-2"), token("token-3"))
    kept = {**HELD, "access_token": Secret("token-1")}
    tokens = HeldTokens(IdentityServer(access_to(client, values={}, secrets=kept)).fetch)
    first = await tokens.token()
    assert (first, client.calls) == (Secret("token-1"), [])
    assert await tokens.renew(first) == Secret("token-2")
    assert await tokens.renew(Secret("token-2")) == Secret("token-3")
    assert [asked["refresh_token"] for _, asked in client.asked] == ["refresh-1", "refresh-2"]


async def test_who_keeps_a_refresh_token_of_the_connection_is_given_a_new_token() -> None:
    """The one from the consent may be months old by then."""
    client = ScriptedClient(token("token-2"))
    kept = {**HELD, "access_token": Secret("token-1")}
    server = IdentityServer(access_to(client, values={}, secrets=kept))
    assert (await server.fetch(Secret("refresh-7"))).access_token == Secret("token-2")
    assert client.asked[0][1]["refresh_token"] == "refresh-7"


async def test_a_server_that_is_asked_again_without_a_refresh_token_does_not_repeat_the_first_one() -> None:
    client = ScriptedClient(token("token-2"))
    server = IdentityServer(access_to(client, secrets={**HELD, "access_token": Secret("token-1")}))
    assert [(await server.fetch(None)).access_token for _ in range(2)] == [
        Secret("token-1"),
        Secret("token-2"),
    ]


@pytest.mark.parametrize("rotates", [True, False])
async def test_the_newest_refresh_token_is_used_whether_it_changes_or_not(rotates: bool) -> None:
    second = {"refresh_token": "refresh-2"} if rotates else {}
    client = ScriptedClient(token("token-1", **second), token("token-2"))
    tokens = HeldTokens(IdentityServer(access_to(client, secrets=HELD)).fetch, HELD["refresh_token"])
    assert await tokens.renew(await tokens.token()) == Secret("token-2")
    assert [asked["refresh_token"] for _, asked in client.asked] == [
        "refresh-1",
        "refresh-2" if rotates else "refresh-1",
    ]


@pytest.mark.parametrize(
    ("values", "secrets", "field"),
    [
        ({}, {"client_secret": Secret("secret-1")}, "Client ID"),
        ({"client_id": "ABCD-SP-APP"}, {}, "Client secret"),
        ({"client_id": "ABCD-SP-APP"}, {"client_secret": Secret("")}, "Client secret"),
        ({}, {"refresh_token": Secret("")}, "Client ID"),
    ],
)
async def test_what_is_missing_is_named_as_in_the_form(
    values: dict[str, str], secrets: dict[str, Secret], field: str
) -> None:
    client = ScriptedClient()
    with pytest.raises(InputRefusedError) as raised:
        await IdentityServer(access_to(client, values=values, secrets=secrets)).fetch(None)
    assert (raised.value.code, raised.value.details) == ("input.missing", {"field": field})
    assert client.calls == []


@pytest.mark.parametrize(
    ("word", "way", "kind", "code"),
    [
        ("invalid_client", "app", REFUSED, "auth.refused"),
        ("invalid_scope", "app", REFUSED, "apaleo.wrong_client_type"),
        ("unauthorized_client", "app", REFUSED, "apaleo.wrong_client_type"),
        ("invalid_grant", "app", REFUSED, "apaleo.wrong_client_type"),
        ("invalid_grant", "consent", CredentialsExpiredError, "auth.expired"),
        ("invalid_scope", "consent", CredentialsExpiredError, "auth.expired"),
        ("invalid_request", "consent", CredentialsExpiredError, "auth.expired"),
        ("invalid_client", "consent", VendorUnavailableError, "apaleo.app_unusable"),
        ("unauthorized_client", "consent", VendorUnavailableError, "apaleo.app_unusable"),
        ("invalid_grant", "code", REFUSED, "apaleo.code_refused"),
        ("invalid_client", "code", VendorUnavailableError, "apaleo.app_unusable"),
        ("unauthorized_client", "code", VendorUnavailableError, "apaleo.app_unusable"),
        ("invalid_scope", "code", VendorUnavailableError, "apaleo.app_unusable"),
    ],
)
async def test_the_same_word_means_different_things_in_the_two_ways_in(
    word: str, way: str, kind: type[KnownError], code: str
) -> None:
    """What is wrong with our own app is no verdict on a hotel's credentials: try later."""
    raised = await fetched(error(word), way)
    assert (type(raised), raised.code, raised.layer) == (kind, code, AT_THE_DOOR)
    assert raised.details["error"] == word


async def test_the_published_example_of_an_error_is_understood() -> None:
    published = shared_json("vendors/examples/apaleo_error_400_invalid_scope.json")
    raised = await fetched(answer(published, 400), "app")
    assert raised.code == "apaleo.wrong_client_type"
    assert raised.details == {"status": "400", "error": "invalid_scope"}


@pytest.mark.parametrize("way", ["app", "consent", "code"])
@pytest.mark.parametrize(
    ("refused", "kind", "code"),
    [
        (silent(500), VendorUnavailableError, "vendor.unavailable"),
        (silent(503, retry_after="7"), VendorUnavailableError, "vendor.unavailable"),
        (silent(429, retry_after="7"), RateLimitedError, "vendor.rate_limited"),
        (web_page(403), VendorUnavailableError, "vendor.unavailable"),
        (error("invalid_client", 403), VendorUnavailableError, "vendor.unavailable"),
    ],
    ids=["500", "503", "429", "403-from-a-wall", "403-with-a-word"],
)
async def test_trouble_is_never_a_verdict_on_the_credentials(
    refused: Answer, kind: type[KnownError], code: str, way: str
) -> None:
    raised = await fetched(refused, way)
    assert (type(raised), raised.code) == (kind, code)
    assert isinstance(raised, TryLaterError)
    assert raised.retry_after_s == (7.0 if "retry-after" in refused.headers else None)


@pytest.mark.parametrize(
    ("refused", "way", "code"),
    [
        (silent(401), "app", "auth.refused"),
        (error("invalid_client", 401), "app", "auth.refused"),
        (silent(401), "consent", "apaleo.app_unusable"),
        (error("invalid_client", 401), "consent", "apaleo.app_unusable"),
        (web_page(401), "code", "apaleo.app_unusable"),
        (error("unsupported_grant_type"), "app", "vendor.request_refused"),
        (error("invalid_request"), "app", "vendor.request_refused"),
        (error("invalid_request"), "code", "vendor.request_refused"),
        (answer(["invalid_client"], 400), "app", "vendor.request_refused"),
        (answer({"error": ["invalid_client"]}, 400), "consent", "vendor.request_refused"),
        (web_page(400), "app", "vendor.request_refused"),
        (silent(404), "app", "http.not_found"),
    ],
)
async def test_other_refusals_are_named_too(refused: Answer, way: str, code: str) -> None:
    assert (await fetched(refused, way)).code == code


@pytest.mark.parametrize("way", ["app", "consent", "code"])
async def test_a_refusal_that_repeats_a_secret_is_not_repeated_by_us(way: str) -> None:
    refused = answer({"error": "secret-1 refresh-1 code-1", "error_description": "our-secret"}, 400)
    raised = await fetched(refused, way)
    assert raised.details == {"status": "400"}


@pytest.mark.parametrize(
    "body",
    [{}, [], {"access_token": ""}, {"access_token": 7}, {"access_token": "a b"}, {"access_token": "a\nb"}],
)
async def test_an_answer_without_a_token_is_unreadable(body: object) -> None:
    raised = await fetched(answer(body), "app")
    assert (type(raised), raised.code) == (VendorAnswerUnreadableError, "vendor.answer_unreadable")
    assert raised.details == {"field": "access_token"}


async def test_a_log_in_page_instead_of_a_token_is_named() -> None:
    raised = await fetched(web_page(200), "app")
    assert (type(raised), raised.code) == (AddressMisdirectedError, "http.not_json")


@pytest.mark.parametrize("seconds", [None, 0, "3600", True])
async def test_a_token_that_does_not_say_when_it_ends_is_used_until_it_is_refused(seconds: object) -> None:
    body = {"access_token": "token-1", "expires_in": seconds}
    grant = await IdentityServer(access_to(ScriptedClient(answer(body)))).fetch(None)
    assert grant == Grant(Secret("token-1"))


def test_a_person_is_sent_to_apaleos_page_with_all_that_it_needs() -> None:
    url = urlsplit(consent_url(access_to(ScriptedClient()), WAY))
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{IDENTITY}/connect/authorize"
    assert parse_qs(url.query) == {
        "response_type": ["code"],
        "client_id": ["OUR-AC-APP"],
        "redirect_uri": ["https://bot.example.com/oauth/apaleo"],
        "scope": ["openid profile offline_access reservations.read setup.read"],
        "state": ["state-1"],
        "code_challenge": ["hash-1"],
        "code_challenge_method": ["S256"],
    }
    assert "verifier-1" not in url.query
    assert "our-secret" not in url.query


async def test_the_code_is_exchanged_by_our_app_with_the_proof_of_who_asked() -> None:
    client = ScriptedClient(token(refresh_token="refresh-1"))
    assert await exchange(access_to(client, values={}, secrets={}), "code-1", WAY) == Grant(
        Secret("token-1"), 3600.0, Secret("refresh-1")
    )
    assert client.authorization(0) == basic("OUR-AC-APP:our-secret")
    assert client.asked == [
        (
            "/connect/token",
            {
                "grant_type": "authorization_code",
                "code": "code-1",
                "redirect_uri": "https://bot.example.com/oauth/apaleo",
                "code_verifier": "verifier-1",
            },
        )
    ]


async def test_a_consent_that_brings_no_refresh_token_is_the_operators_to_mend() -> None:
    """It would be over in an hour: the app was not given offline_access."""
    raised = await fetched(token(), "code")
    assert (type(raised), raised.code) == (VendorUnavailableError, "apaleo.app_unusable")
    assert raised.details == {"error": "offline_access"}


@pytest.mark.parametrize("missing", ["APALEO_CLIENT_ID", "APALEO_CLIENT_SECRET"])
@pytest.mark.parametrize("way", ["consent", "code"])
async def test_an_app_that_the_operator_has_not_set_is_named_and_nobody_is_disconnected(
    missing: str, way: str
) -> None:
    apps = {name: Secret("x") for name in AUTHORIZATION.app_settings if name != missing}
    access = access_to(ScriptedClient(), secrets=HELD, apps=apps)
    with pytest.raises(VendorUnavailableError) as raised:
        await (exchange(access, "code-1", WAY) if way == "code" else IdentityServer(access).fetch(None))
    assert raised.value.code == "apaleo.app_unusable"
    assert raised.value.details == {"error": f"{missing} is not set"}


def test_the_consent_is_offered_where_the_operator_has_an_app() -> None:
    assert AUTHORIZATION.app_settings == ("APALEO_CLIENT_ID", "APALEO_CLIENT_SECRET")
    assert set(AUTHORIZATION.scopes) >= {"offline_access", "reservations.read", "setup.read"}
    assert isinstance(access_to(ScriptedClient()), Access)
