"""What Cloudbeds means when it says no, mostly with the status of a success."""

import json

import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.client import Answer
from core.pms.vendors.cloudbeds.refusals import refine, refine_token, refusal
from tests.core.pms.vendors.cloudbeds.scripted import answer, example, web_page


def told(error: KnownError | None) -> tuple[type[KnownError], str, Layer]:
    """Return what an error says."""
    assert error is not None
    return type(error), error.code, error.layer


# Status 200


@pytest.mark.parametrize(
    ("name", "kind", "code", "layer"),
    [
        ("user_inactive", CredentialsExpiredError, "cloudbeds.user_inactive", Layer.AUTHENTICATION),
        ("property_cancelled", PropertyNotFoundError, "cloudbeds.property_closed", Layer.PROPERTY),
        ("property_required", PropertyNotFoundError, "cloudbeds.property_needed", Layer.PROPERTY),
    ],
)
def test_the_published_refusals_are_named(name: str, kind: type[KnownError], code: str, layer: Layer) -> None:
    body = json.loads(example(f"error_http200_{name}", 200).body)
    assert told(refusal(body)) == (kind, code, layer)


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    [
        (
            "None of the included property id's match the access_token user's property id",
            PropertyNotFoundError,
            "cloudbeds.property_unknown",
        ),
        (
            "Scope required for this call was not granted by property.",
            PermissionMissingError,
            "permission.missing",
        ),
        (
            "Application is not available to be connected. Reach out to Somebody for any questions.",
            CredentialsExpiredError,
            "cloudbeds.app_disconnected",
        ),
        (
            "APPLICATION IS NOT AVAILABLE TO BE CONNECTED",
            CredentialsExpiredError,
            "cloudbeds.app_disconnected",
        ),
        ("Parameter status is not valid", VendorAnswerUnreadableError, "cloudbeds.refused"),
        ("", VendorAnswerUnreadableError, "cloudbeds.refused"),
        (None, VendorAnswerUnreadableError, "cloudbeds.refused"),
        (["?"], VendorAnswerUnreadableError, "cloudbeds.refused"),
    ],
)
def test_a_refusal_with_the_status_of_a_success_is_known_by_its_words(
    message: object, kind: type[KnownError], code: str
) -> None:
    error = refusal({"success": False, "message": message})
    assert told(error)[:2] == (kind, code)
    assert error is not None
    assert error.details["status"] == "200"


@pytest.mark.parametrize("success", [False, "false", "False", 0, "0"])
def test_success_may_be_a_text(success: object) -> None:
    assert told(refusal({"success": success}))[1] == "cloudbeds.refused"


@pytest.mark.parametrize("body", [{"success": True}, {"success": "true"}, {"user_id": "1"}, {}])
def test_a_success_is_no_refusal_even_without_an_envelope(body: dict[str, object]) -> None:
    assert refusal(body) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_words_that_are_known_mean_the_same_with_the_status_of_a_refusal(status: int) -> None:
    said = {"success": False, "message": "Scope required for this call was not granted by property."}
    error = refine(answer(said, status))
    assert told(error) == (PermissionMissingError, "permission.missing", Layer.PERMISSIONS)
    assert error is not None
    assert error.details == {"status": str(status)}


def test_what_cloudbeds_says_is_never_repeated() -> None:
    """It may name a guest, or hold what was sent."""
    error = refusal({"success": False, "message": "Guest Anna Gruber cbat_secret not found"})
    assert error is not None
    assert "Anna" not in f"{error!r} {error.details}"


# Other statuses


def test_a_key_that_was_not_seen_is_no_wrong_key() -> None:
    found = told(refine(example("error_http401_missing_header_live", 401)))
    assert found == (CredentialsRefusedError, "cloudbeds.key_not_seen", Layer.AUTHENTICATION)


@pytest.mark.parametrize(
    "refused",
    [
        ("error_http401_bad_token_live", 401),
        ("error_http401_access_denied", 401),
        ("v2_problem_json_401", 401),
    ],
)
def test_other_refused_keys_are_left_to_the_common_table(refused: tuple[str, int]) -> None:
    assert refine(example(*refused)) is None


def test_a_missing_header_is_meant_by_401_only() -> None:
    assert refine(answer({"hint": 'Missing "Authorization" header'}, 403)) is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_web_page_that_keeps_us_out_is_no_verdict_on_the_key(status: int) -> None:
    found = told(refine(web_page(status)))
    assert found == (VendorUnavailableError, "cloudbeds.blocked", Layer.HTTP)


@pytest.mark.parametrize(
    "given",
    [
        answer({}, 403),
        answer({}, 429),
        answer([], 400),
        web_page(404),
        web_page(429),
        web_page(502),
        answer({}),
    ],
)
def test_what_says_enough_by_its_status_is_left_alone(given: Answer) -> None:
    assert refine(given) is None


# The token endpoint


@pytest.mark.parametrize(
    ("name", "status", "is_renewal", "kind", "code"),
    [
        ("http401_auth_code", 401, False, CredentialsRefusedError, "cloudbeds.code_refused"),
        ("invalid_refresh_token", 400, True, CredentialsExpiredError, "auth.expired"),
        ("invalid_refresh_token", 401, True, CredentialsExpiredError, "auth.expired"),
        ("http401_unknown_client_live", 401, True, VendorAnswerUnreadableError, "cloudbeds.app_refused"),
        ("http401_unknown_client_live", 401, False, VendorAnswerUnreadableError, "cloudbeds.app_refused"),
    ],
)  # fmt: skip
def test_the_published_refusals_of_tokens_are_named(
    name: str, status: int, is_renewal: bool, kind: type[KnownError], code: str
) -> None:
    error = refine_token(example(f"error_{name}", status), is_renewal=is_renewal)
    assert told(error) == (kind, code, Layer.AUTHENTICATION)


@pytest.mark.parametrize(
    ("body", "is_renewal", "kind", "code"),
    [
        ({"error": "invalid_grant"}, True, CredentialsExpiredError, "auth.expired"),
        ({"error": "invalid_grant"}, False, CredentialsRefusedError, "cloudbeds.code_refused"),
        ({"error": "invalid_client"}, True, VendorAnswerUnreadableError, "cloudbeds.app_refused"),
        ({"error": "server_error"}, True, VendorUnavailableError, "vendor.unavailable"),
        ({"error": "access_denied"}, True, VendorAnswerUnreadableError, "vendor.request_refused"),
        ({"error": "server_error", "error_description": "The authorization code is invalid or has expired."},
         True, VendorUnavailableError, "vendor.unavailable"),
        ({}, True, VendorAnswerUnreadableError, "vendor.request_refused"),
    ],
)  # fmt: skip
def test_only_what_is_said_of_a_token_is_a_verdict_on_it(
    body: dict[str, str], is_renewal: bool, kind: type[KnownError], code: str
) -> None:
    for status in (400, 401, 403):
        assert told(refine_token(answer(body, status), is_renewal=is_renewal))[:2] == (kind, code)


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_trouble_at_the_token_endpoint_is_left_to_the_common_table(status: int) -> None:
    assert refine_token(answer({"error": "invalid_grant"}, status), is_renewal=True) is None


def test_a_refused_refresh_token_may_come_with_the_status_of_a_success() -> None:
    """With which status is not published; tokens themselves are never taken for a refusal."""
    refused = example("error_invalid_refresh_token", 200)
    assert told(refine_token(refused, is_renewal=True))[:2] == (CredentialsExpiredError, "auth.expired")
    assert refine_token(answer({"access_token": "access-1"}), is_renewal=True) is None


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_web_page_at_the_token_endpoint_is_no_verdict_either(status: int) -> None:
    error = refine_token(web_page(status), is_renewal=True)
    assert told(error) == (VendorUnavailableError, "cloudbeds.blocked", Layer.HTTP)
