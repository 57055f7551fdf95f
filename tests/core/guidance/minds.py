"""Models for tests that are functions, and a small guide for them to read."""

import json
from collections.abc import Callable
from typing import Any, Final

from core.domain.access import Person, TenantContext
from core.domain.hotel import VendorKey
from core.guidance.advisor import Advisor
from core.guidance.asking import NoAnswerError
from core.guidance.checks import Intent
from core.guidance.entries import Entry, Topic
from core.guidance.library import Library
from core.guidance.prompts import Filled
from core.guidance.sheets import Sheets
from core.pms.guide import Link
from core.pms.pasted import Spotter
from core.pms.registry import Registry
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.store.samples import A

WHERE: Final = Entry(
    "mews/where-to-find",
    VendorKey.MEWS,
    Topic.WHERE,
    "Where to find the access token in Mews",
    "Open Settings, then Integrations, and copy the access token.",
    (Link("Connector API", "https://docs.mews.example/api"),),
    ("token",),
    "Mews",
)
ROLES: Final = Entry(
    "general/roles",
    None,
    Topic.PRODUCT,
    "Who may connect",
    "Managers and admins may connect. Staff may look.",
)
REFUSED: Final = Entry(
    "mews/error/auth.refused", VendorKey.MEWS, Topic.ERROR, "The token was refused", "Copy it once more."
)
OTHER_ERROR: Final = Entry(
    "mews/error/tls.expired", VendorKey.MEWS, Topic.ERROR, "The certificate is old", "Tell their IT."
)
ELSEWHERE: Final = Entry(
    "opera/where-to-find", VendorKey.OPERA, Topic.WHERE, "Where to find it in OPERA", "In the portal."
)
GUIDE: Final = (WHERE, ROLES, REFUSED, OTHER_ERROR, ELSEWHERE)


class Mind:
    """A model that says what a function makes of the prompt, and remembers every prompt."""

    name = "made-up"

    def __init__(self, says: Callable[[Filled], str]) -> None:
        self.says = says
        self.read: list[Filled] = []

    async def ask(self, prompt: Filled, schema: dict[str, Any]) -> str:
        """Say it.

        Raises: what the function raises.
        """
        self.read.append(prompt)
        return self.says(prompt)


def answering(answer: str, *citations: str, wish: str = "none") -> Mind:
    """Return a model that always says this."""

    def says(prompt: Filled) -> str:
        if prompt.schema is Intent:
            return json.dumps({"wish": wish})
        return json.dumps({"in_scope": True, "answer": answer, "citations": citations or [WHERE.id]})

    return Mind(says)


def silent(error: NoAnswerError) -> Mind:
    """Return a model that never answers."""

    def says(_: Filled) -> str:
        raise error

    return Mind(says)


def advisor(
    mind: Mind | None,
    database: Database,
    clock: FakeClock,
    *,
    tokens_a_day: int = 100_000,
) -> Advisor:
    """Return an advisor on the small guide."""
    sheets = Sheets(Library(GUIDE), Registry({}))
    return Advisor(mind, sheets, database, clock, Spotter(Registry({})), tokens_a_day)


def tenant(user: str = "U1") -> TenantContext:
    """Return the key to the sample hotel for one of its people."""
    return TenantContext(A.hotel.id, Person(A.workspace_id, user))
