"""What the refusals of property calls mean; those of the token endpoint are in test_token."""

from typing import Any

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    FeatureUnsupportedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.client import Answer
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.problems import NothingFoundError, refine, refine_token
from core.pms.vendors.opera.sandbox import CLIENT_SECRET, PASSWORD
from core.pms.vendors.opera.wire import PING, RESERVATIONS
from tests.core.pms.vendors.opera.scripted import (
    ScriptedClient,
    access_to,
    answer,
    plain,
    problem,
    token,
    wordless,
)
from tests.shared import shared_json

PONG = answer({"operaVersion": "26.2.0.0"})


def line_to(*answers: Any) -> tuple[OperaLine, ScriptedClient]:
    """Return a line that has a token at hand, and the client at its other end."""
    client = ScriptedClient(token(), *answers)
    return OperaLine(access_to(client)), client


@pytest.mark.parametrize(
    ("refused", "kind", "code", "layer", "more"),
    [
        (problem(400, "Invalid value of: Query.", "OPERAWS-GEN01346"), VendorAnswerUnreadableError,
         "vendor.request_refused", Layer.HTTP, {"error": "OPERAWS-GEN01346"}),
        (plain(400, "Bad Request"), VendorAnswerUnreadableError, "vendor.request_refused", Layer.HTTP, {}),
        (problem(400, "This API is not supported for the current database version."),
         FeatureUnsupportedError, "opera.version_too_old", Layer.HTTP,
         {"feature": "what this version of Innkeeper asks for"}),
        (problem(400, "Unknown property", "OPERAWS-GEN01242"), PropertyNotFoundError, "opera.hotel_unknown",
         Layer.PROPERTY, {"error": "OPERAWS-GEN01242"}),
        (problem(404, "Unknown property", "OPERAWS-GEN01242"), PropertyNotFoundError, "opera.hotel_unknown",
         Layer.PROPERTY, {"error": "OPERAWS-GEN01242"}),
        (problem(403, "User is not authorized to access data for resort.", "OPERAWS-GEN01244"),
         PropertyNotFoundError, "opera.hotel_refused", Layer.PROPERTY, {"error": "OPERAWS-GEN01244"}),
        (plain(403, "User is not authorized to access data for resort"), PropertyNotFoundError,
         "opera.hotel_refused", Layer.PROPERTY, {}),
        (problem(403, "Not authorized.", "OPERAWS-GEN01265"), PropertyNotFoundError, "opera.hub_refused",
         Layer.PROPERTY, {"error": "OPERAWS-GEN01265"}),
        (plain(403, "User is not authorized to access data for hub"), PropertyNotFoundError,
         "opera.hub_refused", Layer.PROPERTY, {}),
        (plain(403, "No Subscribed Plan or API found"), PermissionMissingError, "opera.not_subscribed",
         Layer.PERMISSIONS, {}),
        (plain(403, "Forbidden"), PermissionMissingError, "opera.address_shut_out", Layer.HTTP, {}),
        (answer({"message": "Forbidden"}, 403), PermissionMissingError, "opera.address_shut_out",
         Layer.HTTP, {}),
        (problem(403, "Unauthorized to access the resource"), PermissionMissingError, "permission.missing",
         Layer.PERMISSIONS, {}),
        (wordless(403), PermissionMissingError, "permission.missing", Layer.PERMISSIONS, {}),
        (problem(404, "Profile not found", "OPERAWS-CRM00073"), NothingFoundError, "opera.nothing_found",
         Layer.HTTP, {"error": "OPERAWS-CRM00073"}),
        (wordless(404), AddressMisdirectedError, "http.not_found", Layer.HTTP, {}),
        (wordless(405), AddressMisdirectedError, "http.not_found", Layer.HTTP, {}),
        *((wordless(status), VendorAnswerUnreadableError, "vendor.request_refused", Layer.HTTP, {})
          for status in (406, 413, 414, 415)),
        (wordless(429), RateLimitedError, "vendor.rate_limited", Layer.HTTP, {}),
        (problem(500, "Oops", "OPERAWS-GEN00001"), VendorUnavailableError, "vendor.unavailable",
         Layer.HTTP, {}),
        (wordless(502), VendorUnavailableError, "vendor.unavailable", Layer.HTTP, {}),
        (wordless(503), VendorUnavailableError, "vendor.unavailable", Layer.HTTP, {}),
    ],
    ids=lambda value: f"{value.status}-{value.body.decode()[-45:]}" if isinstance(value, Answer) else "",
)  # fmt: skip
async def test_each_refusal_is_named(
    refused: Answer, kind: type[KnownError], code: str, layer: Layer, more: dict[str, str]
) -> None:
    line, client = line_to(refused)
    with pytest.raises(KnownError) as raised:
        await line.ask(RESERVATIONS)
    error = raised.value
    assert (type(error), error.code, error.layer) == (kind, code, layer)
    whose = {"entity": "reservations"} if kind is PermissionMissingError else {}
    operation = {"operation": "getHotelReservations"}
    assert error.details == {"status": str(refused.status), **operation, **whose, **more}
    assert error.request_id == client.calls[-1].headers["x-request-id"]


@pytest.mark.parametrize(
    ("example", "code"),
    [("error-400-GEN01278-invalid-number", "vendor.request_refused"),
     ("error-403-GEN01244-hotel-not-authorized", "opera.hotel_refused")],
)  # fmt: skip
async def test_errors_that_other_integrators_have_seen_are_named(example: str, code: str) -> None:
    body = shared_json(f"vendors/examples/ohip-{example}.community.json")
    line, _ = line_to(answer(body, body.get("status", 400)))
    with pytest.raises(KnownError) as raised:
        await line.ask(RESERVATIONS)
    assert (raised.value.code, raised.value.details["error"]) == (code, body["o:errorCode"])


@pytest.mark.parametrize("said", ["OPERAWS-GEN01244 ", "see OPERAWS-GEN01244", "GEN01244", 1244, None, ["x"]])
def test_only_a_code_of_the_published_form_is_taken_for_one(said: object) -> None:
    error = refine(problem(403, "No.", None, **{"o:errorCode": said}))
    assert error is not None
    assert (error.code, error.details) == ("permission.missing", {"status": "403"})


def test_what_a_refusal_repeats_is_not_repeated_by_us() -> None:
    """A body may hold the token, the secret, or a guest's name."""
    for refinement in (refine, refine_token):
        for status in (400, 401, 402, 403, 404):
            error = refinement(problem(status, f"{CLIENT_SECRET} {PASSWORD} Clarke", instance=CLIENT_SECRET))
            said = "" if error is None else f"{error} {error.details} {error.args}"
            assert not {CLIENT_SECRET, PASSWORD, "Clarke"} & set(said.replace("'", " ").split())


def test_what_is_no_refusal_is_none_of_our_business() -> None:
    assert refine(PONG) is None
    assert refine_token(token()) is None


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b'{"title": 7, "detail": null}', b"{"])
def test_no_body_is_odd_enough_to_crash(body: bytes) -> None:
    error = refine(Answer(403, {}, body))
    assert error is not None
    assert error.code == "permission.missing"


@pytest.mark.parametrize(("said", "retry_after_s"), [({}, None), ({"retry_after": "7"}, 7.0)])
async def test_a_gateway_that_asks_for_patience_is_heard_although_oracle_documents_no_header(
    said: dict[str, str], retry_after_s: float | None
) -> None:
    line, _ = line_to(wordless(429, **said))
    with pytest.raises(RateLimitedError) as raised:
        await line.ask(PING)
    assert raised.value.retry_after_s == retry_after_s
