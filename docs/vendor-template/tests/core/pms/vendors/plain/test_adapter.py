"""What the adapter makes of answers that the sandbox never gives."""

import json
from collections.abc import Iterator

import pytest

from core.domain.errors import CredentialsExpiredError, InputRefusedError, VendorAnswerUnreadableError
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.vendor import Access
from core.pms.vendors.plain.adapter import PlainAdapter
from tests.core.pms.contract import BenchClock, read_all


class ScriptedClient(GuardedClient):
    """Gives the prepared answers in turn and remembers what was asked."""

    def __init__(self, answers: Iterator[Answer]) -> None:
        super().__init__(AddressPolicy())
        self._answers = answers
        self.asked: list[str] = []

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.asked.append(call.url)
        return next(self._answers)


def adapter(*bodies: object, status: int = 200, base_url: str = "pms.example.com") -> PlainAdapter:
    """Return an adapter whose server gives these answers."""
    answers = [
        Answer(status, {"content-type": "application/json"}, json.dumps(body).encode()) for body in bodies
    ]
    client = ScriptedClient(iter(answers))
    return PlainAdapter(
        Access({"base_url": base_url}, {"api_key": Secret("key-1")}, client, BenchClock(), addresses={})
    )


async def test_more_that_never_comes_is_an_error_and_no_circle() -> None:
    line = adapter({"rows": [], "has_more": True}, base_url="https://pms.example.com")
    with pytest.raises(VendorAnswerUnreadableError):
        await read_all(line, Entity.ROOMS, cursor="40")


async def test_an_expired_key_is_told_from_a_wrong_one() -> None:
    line = adapter({"error": "key_expired"}, status=401, base_url="https://pms.example.com")
    with pytest.raises(CredentialsExpiredError):
        await line.identify()


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "pms.example.com",
        "ftp://pms.example.com",
        "https://pms.example.com:none",
        "https://me:secret@pms.example.com",
        "https://pms.example.com/api/v2",
    ],
)
def test_an_address_that_cannot_be_right_opens_no_line(base_url: str) -> None:
    with pytest.raises(InputRefusedError):
        adapter(base_url=base_url)
