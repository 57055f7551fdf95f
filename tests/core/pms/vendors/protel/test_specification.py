"""The check against what was seen of the interface really finds what is wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.domain.hotel import Entity
from core.net.client import Answer, Call
from core.pms.vendors.protel.account import RESERVATIONS
from tests.core.pms.benches.protel import OBSERVED, bench, check_answer, check_call, document
from tests.core.pms.contract import open_line, read_all
from tests.shared import shared_json

Said = tuple[Call, Answer]

_SAID: list[Said] = []
"""Said once for all tests: the hotel is always the same."""


@pytest.fixture
async def said() -> Said:
    """A page that was asked for and answered; skips where the observations are not beside the checkout."""
    if document() is None:
        pytest.skip("what was seen of protel's interface is not beside the checkout (set INNKEEPER_SHARED)")
    if not _SAID:
        async with open_line(bench()) as line, line.adapter() as adapter:
            await read_all(adapter, Entity.BOOKINGS, page_size=90)
        _SAID.append(line.clients[0].answers[1])
    return _SAID[0]


def test_there_is_no_host_and_one_path() -> None:
    """The observations name no server, and neither do we."""
    seen = shared_json(OBSERVED)
    assert seen["servers"][0]["variables"]["baseUrl"]["default"] == "https://UNKNOWN.invalid"
    assert list(seen["paths"]) == [RESERVATIONS]
    assert list(seen["paths"][RESERVATIONS]) == ["get"]


def test_what_is_said_as_it_is_passes(said: Said) -> None:
    call, answer = said
    check_call(call)
    check_answer(call, answer)


def test_a_call_without_its_key_is_found(said: Said) -> None:
    call, _ = said
    bare = {name: value for name, value in call.headers.items() if name != "x-api-key"}
    with pytest.raises(AssertionError, match="the key is missing"):
        check_call(replace(call, headers=bare))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("modifiedAfter=", "changedAfter=", "unknown parameters"),
        ("maxResponses=90", "maxResponses=many", "maxResponses"),
        ("offsetID=90", "offsetID=next", "offsetID"),
        ("Z&", "&", "modifiedAfter"),
        ("/reservations?", "/guests?", "undocumented operation"),
    ],
)
def test_a_call_that_was_never_seen_is_found(said: Said, old: str, new: str, why: str) -> None:
    call, _ = said
    assert old in call.url
    with pytest.raises(AssertionError, match=why):
        check_call(replace(call, url=call.url.replace(old, new)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrivalDate": "29.08.2026"},
        {"resStatus": 5},
        {"reservationIds": {"id": "1"}},
        {"guestCounts": [{"ageQualifyingCode": "Infant", "count": 1}]},
        {"slices": [{"rate": {"price": {"singleAmountAfterTax": "100"}}}]},
        {"guestName": "an invented field"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_answer_with_a_wrong_or_invented_field_is_found(said: Said, wrong: dict[str, Any]) -> None:
    call, answer = said
    body = json.loads(answer.body)
    body["reservations"][0] |= wrong
    with pytest.raises(AssertionError):
        check_answer(call, replace(answer, body=json.dumps(body).encode()))


def test_a_refusal_in_anything_but_json_is_found(said: Said) -> None:
    call, _ = said
    with pytest.raises(AssertionError):
        check_answer(call, Answer(401, {"content-type": "text/html"}, b""))
