"""What can be asked, as data: routing, checks and the published description all come from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel

from bot.api.asked import Asked
from bot.api.auth import Caller
from bot.api.given import Given
from core.domain.access import Action, TenantContext
from core.domain.secret import Secret

PREFIX: Final = "/api/admin/pms"

Kind = TypeVar("Kind", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check but the ones that only its handler can make."""

    caller: Caller
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Asked | None = None
    body: Asked | None = None

    @property
    def tenant(self) -> TenantContext:
        """The key to the caller's hotel."""
        return self.caller.tenant


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. What is `shown_once` joins the content on its way out, and is kept nowhere."""

    content: Given
    headers: Mapping[str, str] = field(default_factory=dict)
    shown_once: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked; `action` says which role it takes.

    `is_kept` marks writes, whose answer is kept under the caller's Idempotency-Key. `problems` are the
    refusals beyond those that every operation knows.
    """

    id: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    summary: str
    action: Action
    handle: Callable[[Call], Awaitable[Reply]]
    answer: type[Given]
    status: int = 200
    query: type[Asked] | None = None
    body: type[Asked] | None = None
    is_kept: bool = False
    problems: tuple[int, ...] = ()


def expect(kind: type[Kind], value: BaseModel | None) -> Kind:
    """Return what the operation declares that it gets."""
    assert isinstance(value, kind), "the operation declares it"
    return value
