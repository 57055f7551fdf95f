"""The check against what Plain publishes really finds what is wrong."""

import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from core.domain.hotel import Entity
from core.net.client import Answer, Call
from tests.core.pms.benches.plain import bench, check_call, document
from tests.core.pms.contract import open_line


@pytest.fixture
async def said() -> tuple[Call, Answer]:
    """A page of reservations that was asked for and answered."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=50)) as pages:
            await anext(pages)
        return line.clients[0].answers[0]


@pytest.mark.parametrize(
    ("old", "new"), [("limit=50", "limit=500"), ("offset=", "page="), ("/res", "/invented")]
)
async def test_a_call_that_is_not_documented_is_found(said: tuple[Call, Answer], old: str, new: str) -> None:
    call, _ = said
    check_call(call)
    with pytest.raises(AssertionError):
        check_call(replace(call, url=call.url.replace(old, new)))


@pytest.mark.parametrize("wrong", [{"state": "LEVITATING"}, {"arrival": "31.12.2026"}, {"invented": 1}])
async def test_an_answer_that_is_not_documented_is_found(
    said: tuple[Call, Answer], wrong: dict[str, object]
) -> None:
    call, answer = said
    body = json.loads(answer.body)
    body["rows"][0] |= wrong
    with pytest.raises(AssertionError):
        document().check_answer(call, replace(answer, body=json.dumps(body).encode()))
