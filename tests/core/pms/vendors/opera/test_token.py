"""How tokens are fetched, and what the token endpoint's refusals mean."""

from collections.abc import Mapping

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    RateLimitedError,
    TryLaterError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.vendors.opera.account import account_of
from core.pms.vendors.opera.problems import ScopeRefusedError
from core.pms.vendors.opera.sandbox import APP_KEY, ENTERPRISE_ID, PASSWORD, USER
from core.pms.vendors.opera.token import TokenDesk
from core.pms.vendors.opera.wire import SCOPES, TOKEN_LIFE_S
from tests.core.pms.vendors.opera.scripted import (
    GATEWAY,
    OCIM,
    SECRETS,
    SSD,
    SSD_SECRETS,
    ScriptedClient,
    access_to,
    answer,
    form,
    plain,
    problem,
    token,
    wordless,
)
from tests.shared import shared_json


def desk(
    *answers: Answer,
    values: Mapping[str, str] = OCIM,
    secrets: Mapping[str, Secret] = SECRETS,
) -> tuple[TokenDesk, ScriptedClient]:
    """Return a desk, and the client at its other end."""
    client = ScriptedClient(*answers)
    return TokenDesk(access_to(client, values, secrets), account_of(values, secrets)), client


async def test_client_credentials_are_sent_as_oracle_wants_them() -> None:
    """The Enterprise ID goes into a header without `x-`; client and key into headers, never the form."""
    opened, client = desk(token())
    grant = await opened.fetch(None)
    (call,) = client.calls
    assert (grant.access_token.reveal(), grant.expires_in_s, grant.refresh_token) == ("token-1", 3600, None)
    assert (call.method, call.url) == ("POST", f"{GATEWAY}:443/oauth/v1/tokens")
    assert form(call) == {"grant_type": "client_credentials", "scope": SCOPES[0]}
    assert call.headers["enterpriseId"] == ENTERPRISE_ID
    assert call.headers["x-app-key"] == Secret(APP_KEY)
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert isinstance(call.headers["Authorization"], Secret)


async def test_an_integration_user_is_sent_without_an_enterprise_id() -> None:
    opened, client = desk(token(), values=SSD, secrets=SSD_SECRETS)
    await opened.fetch(None)
    (call,) = client.calls
    assert form(call) == {"grant_type": "password", "username": USER, "password": PASSWORD}
    assert "enterpriseId" not in call.headers


@pytest.mark.parametrize("scheme", ["client_credentials", "password"])
async def test_the_published_requests_have_the_same_headers_and_fields(scheme: str) -> None:
    published = shared_json(f"vendors/examples/ohip-oauth-getToken-request-{scheme}.json")
    values, secrets = (OCIM, SECRETS) if scheme == "client_credentials" else (SSD, SSD_SECRETS)
    opened, client = desk(token(), values=values, secrets=secrets)
    await opened.fetch(None)
    (call,) = client.calls
    assert call.headers.keys() - {"Accept", "x-request-id"} == published["headers"].keys()
    assert form(call).keys() == published["form"].keys()


async def test_a_published_answer_of_another_integrator_is_read() -> None:
    opened, _ = desk(answer(shared_json("vendors/examples/ohip-oauth-getToken-200.community.json")))
    assert (await opened.fetch(None)).expires_in_s == 3600


@pytest.mark.parametrize(
    ("said", "life_s"),
    [(1800, 1800.0), ("1800", 1800.0), (None, TOKEN_LIFE_S), ("soon", TOKEN_LIFE_S), (0, TOKEN_LIFE_S),
     (-5, TOKEN_LIFE_S), ([], TOKEN_LIFE_S), (float("nan"), TOKEN_LIFE_S), (10**400, TOKEN_LIFE_S)],
)  # fmt: skip
async def test_a_token_lives_as_long_as_it_says_or_an_hour(said: object, life_s: float) -> None:
    """Only the token itself is required of an answer, and numbers may come as texts."""
    opened, _ = desk(token(expires_in=said))
    assert (await opened.fetch(None)).expires_in_s == life_s


async def test_the_other_spelling_of_the_scope_is_tried_when_the_first_is_refused() -> None:
    opened, client = desk(answer({"error": "invalid_scope"}, 400), token())
    await opened.fetch(None)
    assert [form(call)["scope"] for call in client.calls] == list(SCOPES)


async def test_a_scope_that_is_refused_in_every_spelling_is_said_to_be_so() -> None:
    opened, client = desk(*[answer({"error": "invalid_scope"}, 400)] * 2)
    with pytest.raises(ScopeRefusedError) as raised:
        await opened.fetch(None)
    assert (raised.value.code, raised.value.layer) == ("opera.scheme_refused", Layer.AUTHENTICATION)
    assert len(client.calls) == 2


async def test_no_other_refusal_leads_to_a_second_call() -> None:
    opened, client = desk(answer({"error": "invalid_client"}, 401))
    with pytest.raises(CredentialsRefusedError):
        await opened.fetch(None)
    assert len(client.calls) == 1


@pytest.mark.parametrize(
    ("refused", "kind", "code", "layer"),
    [
        (plain(400, "Enterprise ID is required"), CredentialsRefusedError, "opera.enterprise_missing",
         Layer.AUTHENTICATION),
        (answer({"message": "Enterprise ID is required."}, 400), CredentialsRefusedError,
         "opera.enterprise_missing", Layer.AUTHENTICATION),
        (answer({"error": "invalid_client"}, 400), CredentialsRefusedError, "auth.refused",
         Layer.AUTHENTICATION),
        (answer({"error": "invalid_client"}, 401), CredentialsRefusedError, "auth.refused",
         Layer.AUTHENTICATION),
        (wordless(400), CredentialsRefusedError, "auth.refused", Layer.AUTHENTICATION),
        (wordless(401), CredentialsRefusedError, "auth.refused", Layer.AUTHENTICATION),
        (plain(403, "enterprise does not have access to gateway"), CredentialsRefusedError,
         "opera.gateway_mismatch", Layer.AUTHENTICATION),
        (plain(401, "Failed to authenticate application"), CredentialsRefusedError, "opera.app_key_refused",
         Layer.AUTHENTICATION),
        (plain(402, '"invalid_grant", "[Wrong Password]"'), CredentialsExpiredError,
         "opera.password_refused", Layer.AUTHENTICATION),
        (wordless(402), CredentialsExpiredError, "opera.password_refused", Layer.AUTHENTICATION),
        (answer({"error": "invalid_grant"}, 400), CredentialsExpiredError, "opera.password_refused",
         Layer.AUTHENTICATION),
        (answer({"error": "invalid_grant_type_or_scope"}, 400), ScopeRefusedError, "opera.scheme_refused",
         Layer.AUTHENTICATION),
        (answer({"error": "unsupported_grant_type"}, 400), ScopeRefusedError, "opera.scheme_refused",
         Layer.AUTHENTICATION),
        (plain(403, "Forbidden"), PermissionMissingError, "opera.address_shut_out", Layer.HTTP),
        (wordless(403), CredentialsRefusedError, "opera.client_retired", Layer.AUTHENTICATION),
        (problem(403, "Unauthorized to access the resource"), CredentialsRefusedError,
         "opera.client_retired", Layer.AUTHENTICATION),
        (wordless(404), AddressMisdirectedError, "http.not_found", Layer.HTTP),
        (wordless(429), RateLimitedError, "vendor.rate_limited", Layer.HTTP),
        (problem(500, "Oops"), VendorUnavailableError, "vendor.unavailable", Layer.HTTP),
        (wordless(503), VendorUnavailableError, "vendor.unavailable", Layer.HTTP),
    ],
    ids=lambda value: f"{value.status}-{value.body.decode()[:30]}" if isinstance(value, Answer) else "",
)  # fmt: skip
async def test_each_refusal_is_named(
    refused: Answer, kind: type[KnownError], code: str, layer: Layer
) -> None:
    opened, client = desk(refused, values=SSD, secrets=SSD_SECRETS)
    with pytest.raises(KnownError) as raised:
        await opened.fetch(None)
    error = raised.value
    assert (type(error), error.code, error.layer) == (kind, code, layer)
    assert error.details == {"status": str(refused.status)}
    assert error.request_id == client.calls[0].headers["x-request-id"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_trouble_at_the_gateway_is_never_a_verdict_on_the_credentials(status: int) -> None:
    opened, _ = desk(wordless(status))
    with pytest.raises(TryLaterError):
        await opened.fetch(None)


@pytest.mark.parametrize(
    "body",
    [{}, [], "token", {"access_token": ""}, {"access_token": 7}, {"access_token": "to ken"},
     {"access_token": "to\nken"}, {"access_token": "x" * 7001}],
    ids=["nothing", "list", "text", "empty", "number", "blank", "line-break", "too-long"],
)  # fmt: skip
async def test_an_answer_without_a_token_that_could_be_sent_is_unreadable(body: object) -> None:
    opened, client = desk(answer(body))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await opened.fetch(None)
    assert raised.value.request_id == client.calls[0].headers["x-request-id"]


async def test_a_web_page_instead_of_a_token_is_named() -> None:
    opened, _ = desk(Answer(200, {"content-type": "text/html"}, b"<h1>Sign in</h1>"))
    with pytest.raises(AddressMisdirectedError) as raised:
        await opened.fetch(None)
    assert raised.value.code == "http.not_json"


async def test_every_call_has_a_number_of_its_own() -> None:
    opened, client = desk(token(), token())
    for _ in range(2):
        await opened.fetch(Secret("the old one does not matter"))
    assert len({str(call.headers["x-request-id"]) for call in client.calls}) == 2
