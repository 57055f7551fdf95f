"""The published contract: valid, and one with the sandbox, the adapter, the guide and the page about it."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from core.domain.errors import Layer
from core.domain.hotel import BookingStatus, Entity, RoomStatus
from core.net.client import Answer, Call
from core.pms.diagnosis import diagnose
from core.pms.guide import Party
from core.pms.report import Failure
from core.pms.vendors.custom import normalise
from core.pms.vendors.custom.description import VENDOR
from core.pms.vendors.custom.problems import SCOPES
from core.pms.vendors.custom.sandbox import asking
from core.pms.vendors.custom.sandbox.keys import KEYS
from tests.core.pms.benches.custom import document
from tests.core.pms.vendors.custom.answers import answer

PAGE = (Path(__file__).resolve().parents[5] / "docs" / "custom-pms.md").read_text("utf-8")
OPENAPI: dict[str, Any] = json.loads(
    files("core.pms.vendors.custom").joinpath("openapi.json").read_text("utf-8")
)
SCHEMAS = OPENAPI["components"]["schemas"]
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
SCHEMA_OF_EXAMPLE = ("Property", "BookingPage", "Booking", "Guest", "Room", "Problem", "Notice")


def test_the_document_is_valid_openapi_3_1() -> None:
    validate(OPENAPI)
    assert OPENAPI["openapi"].startswith("3.1")


@pytest.mark.parametrize(("schema", "example"), list(zip(SCHEMA_OF_EXAMPLE, EXAMPLES, strict=True)))
def test_the_examples_on_the_page_fit_the_document(schema: str, example: object) -> None:
    document().check_value(schema, example)


def test_the_examples_in_the_document_fit_it() -> None:
    for response in OPENAPI["components"]["responses"].values():
        document().check_value("Problem", response["content"]["application/problem+json"]["example"])
    for webhook in OPENAPI["webhooks"].values():
        content = webhook["post"]["requestBody"]["content"]
        document().check_value("Notice", content["application/json"]["example"])


def test_the_words_of_the_document_are_those_we_read() -> None:
    words = {name: set(SCHEMAS[name]["properties"]["status"]["enum"]) for name in ("Booking", "Room")}
    assert words["Booking"] == {*BookingStatus} - {BookingStatus.UNKNOWN}
    assert words["Room"] == {*RoomStatus} - {RoomStatus.UNKNOWN}
    assert SCHEMAS["Problem"]["properties"]["missing"]["items"]["enum"] == list(SCOPES)
    assert OPENAPI["webhooks"].keys() == set(SCHEMAS["Notice"]["properties"]["type"]["enum"])
    assert OPENAPI["components"]["parameters"]["Limit"]["schema"]["maximum"] == asking.MAX_LIMIT


def test_the_page_tells_every_code_field_word_and_key() -> None:
    told = set(re.findall(r"`([^`\n]+)`", PAGE))
    assert set(SCHEMAS["Problem"]["properties"]["code"]["enum"]) <= told
    assert {*SCOPES, *KEYS} <= told
    assert {*normalise.BOOKING_STATUS, *normalise.ROOM_STATUS} <= told
    demands = [
        set(re.findall(r"`(\w+)`", line)) for line in PAGE.splitlines() if line.startswith("Required:")
    ]
    for name, demanded in zip(("Property", "Booking", "Guest", "Room"), demands, strict=True):
        example = EXAMPLES[SCHEMA_OF_EXAMPLE.index(name)]
        assert example.keys() == SCHEMAS[name]["properties"].keys()
        assert set(SCHEMAS[name]["required"]) <= demanded


def test_the_signature_on_the_page_is_one_that_the_standard_accepts() -> None:
    [program] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, Any] = {}
    exec(program, made)
    headers = {
        "webhook-id": "msg_2a7f",
        "webhook-timestamp": str(int(datetime.now(UTC).timestamp())),
        "webhook-signature": made["signature"],
    }
    made["Webhook"]("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify('{"type":"booking.updated"}', headers)


VALUES = [
    None,
    "",
    "x",
    "x" * 128,
    "x" * 129,
    "x" * 501,
    "confirmed",
    "clean",
    "2026-08-22",
    "2026-02-30",
    "31.12.2026",
    "2026-08-22T09:15:04Z",
    "2026-08-22T09:15:04.123456789-05:30",
    "2026-08-22T09:15:04",
    "EUR",
    "12.5",
    "12,5",
    0,
    -1,
    10**6,
    10**6 + 1,
    1.5,
    True,
    [],
    ["gu-1"],
    [None],
    ["gu-1"] * 21,
    [{"kind": "Expedia", "value": "1"}],
    [{"kind": "Expedia"}],
    {},
    {"amount": "387.50", "currency": "EUR"},
    {"amount": 387.5, "currency": "EUR"},
    {"amount": "387.50000", "currency": "EUR"},
    {"amount": "387.50", "currency": "eur"},
]


@pytest.mark.parametrize(("entity", "schema"), [(e, e.value[:-1].capitalize()) for e in Entity])
def test_whatever_the_document_allows_is_read(entity: Entity, schema: str) -> None:
    """Each field of the page's example takes each of these values in turn."""
    example = EXAMPLES[SCHEMA_OF_EXAMPLE.index(schema)]
    allowed = 0
    for field in example:
        for value in VALUES:
            row = {**example, field: value}
            try:
                document().check_value(schema, row)
            except AssertionError:
                continue
            allowed += 1
            if row.get("departure", "") >= row.get("arrival", ""):
                assert normalise.page(entity, {"data": [row], "next_cursor": None}).set_aside == 0, row
    assert allowed > 3 * len(example)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (Call("GET", "https://x.example.com/v1/payments"), "undocumented operation"),
        (Call("POST", "https://x.example.com/v1/bookings"), "undocumented operation"),
        (Call("GET", "https://x.example.com/v1/bookings?limit=201"), "limit"),
        (Call("GET", "https://x.example.com/v1/bookings?page=2"), "unknown parameters"),
        (Call("GET", "https://x.example.com/v1/bookings?updated_since=today"), "updated_since"),
        (Call("GET", "https://x.example.com/v1/bookings", body=b"{}"), "no body"),
    ],
)
def test_a_call_outside_the_document_is_noticed(call: Call, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        document().check_call(call)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (answer({"data": []}, x_request_id="1"), "next_cursor"),
        (answer({"data": [{"id": "x"}], "next_cursor": None}, x_request_id="1"), "required"),
        (answer({"data": [], "next_cursor": None}), "X-Request-Id"),
        (answer({}, 418, x_request_id="1"), "undocumented status"),
        (Answer(200, {"content-type": "text/html", "x-request-id": "1"}, b"{}"), "content type"),
    ],
)
def test_an_answer_outside_the_document_is_noticed(given: Answer, reason: str) -> None:
    with pytest.raises(AssertionError, match=reason):
        document().check_answer(Call("GET", "https://x.example.com/v1/bookings"), given)


def test_the_form_has_the_three_fields_that_were_promised() -> None:
    assert [(field.label, field.secret, field.default) for field in VENDOR.fields] == [
        ("API key", True, ""),
        ("Endpoint URL", False, ""),
        ("Version", False, "1"),
    ]


@pytest.mark.parametrize("code", sorted(VENDOR.guide.suggestions))
def test_every_suggestion_is_complete(code: str) -> None:
    """No blank stays open with the facts that such a failure has; who can act gets something to do."""
    facts = {"status": "500", "content_type": "text/html", "supported": "2", "field": "data"}
    said = diagnose(VENDOR, Failure(code, Layer.HTTP, facts))
    texts = (said.title, said.explanation, *said.actions, said.message or "")
    assert not any("?" in text.replace("? ", " ").rstrip("?") for text in texts), texts
    assert not any("{" in text for text in texts)
    assert said.actions
    assert said.message or said.party is Party.US
