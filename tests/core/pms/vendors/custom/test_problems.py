"""The contract's error codes, and how little of an error body is taken over."""

import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.net.client import Answer
from core.pms.vendors.custom.problems import refine
from tests.core.pms.vendors.custom.answers import answer


@pytest.mark.parametrize(
    ("status", "body", "error", "code", "details"),
    [
        (401, {"code": "invalid_api_key"}, CredentialsRefusedError, "auth.refused", {}),
        (401, {"code": "key_expired"}, CredentialsExpiredError, "auth.expired", {}),
        (
            401,
            {"code": "key_expired", "expired_at": "2026-01-31T23:00:00Z"},
            CredentialsExpiredError,
            "auth.expired",
            {"expired_on": "2026-01-31"},
        ),
        (401, {"code": "key_expired", "expired_at": "k3y"}, CredentialsExpiredError, "auth.expired", {}),
        (401, {"code": "key_expired", "expired_at": 7}, CredentialsExpiredError, "auth.expired", {}),
        (
            403,
            {"code": "forbidden", "missing": ["guests:read", "k3y", 7, "rooms:read"]},
            PermissionMissingError,
            "permission.missing",
            {"missing": "guests:read, rooms:read"},
        ),
        (403, {"code": "forbidden"}, PermissionMissingError, "permission.missing", {}),
        (404, {"code": "property_not_found"}, PropertyNotFoundError, "property.not_found", {}),
        (
            404,
            {"code": "unsupported_version", "supported": ["2", "3", "k3y-long"]},
            InputRefusedError,
            "version.unsupported",
            {"field": "Version", "supported": "2, 3"},
        ),
        (
            404,
            {"code": "unsupported_version"},
            InputRefusedError,
            "version.unsupported",
            {"field": "Version", "supported": "none named"},
        ),
        (400, {"code": "invalid_cursor"}, VendorAnswerUnreadableError, "vendor.cursor_refused", {}),
    ],
)
def test_a_code_of_the_contract_is_named_in_our_words(
    status: int, body: dict[str, object], error: type[KnownError], code: str, details: dict[str, str]
) -> None:
    """Only known scopes, versions and dates get through: the rest of a body may repeat the key."""
    found = refine(answer({**body, "title": "k3y", "detail": "k3y"}, status))
    assert found is not None
    assert (type(found), found.code) == (error, code)
    assert found.details == {"status": str(status), **details}


@pytest.mark.parametrize(
    "answered",
    [
        answer({"code": "forbidden"}, 200),
        answer({"code": "rate_limited"}, 429),
        answer({"code": "something_new"}, 400),
        answer({"code": ["forbidden"]}, 403),
        answer(["forbidden"], 403),
        Answer(403, {"content-type": "text/html"}, b"<h1>Forbidden</h1>"),
        Answer(403, {"content-type": "application/json"}, b'{"code": "forb'),
    ],
)
def test_everything_else_is_left_to_the_common_table(answered: Answer) -> None:
    assert refine(answered) is None
