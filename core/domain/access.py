"""Who may do what in a hotel: roles, people, and the one table of required roles."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

API: Final = "api"
"""Stands for the workspace of those whom a signed token names."""


class Role(IntEnum):
    """A member's role; the numbers are those of the original system, higher may do more."""

    GUEST = 1
    STAFF = 2
    MANAGER = 3
    ADMIN = 4


class Action(StrEnum):
    """Something a person asks the bot to do."""

    HELP = "help"
    STATUS = "status"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    SYNC = "sync"
    CHANGE_TEAM = "team"
    CHANGE_HOTEL = "hotel"


REQUIRED_ROLE: dict[Action, Role] = {
    Action.HELP: Role.GUEST,
    Action.STATUS: Role.STAFF,
    Action.CONNECT: Role.MANAGER,
    Action.DISCONNECT: Role.MANAGER,
    Action.SYNC: Role.MANAGER,
    Action.CHANGE_TEAM: Role.ADMIN,
    Action.CHANGE_HOTEL: Role.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the signed request names them: the workspace they belong to and their id in it.

    Never built from text, e-mail or a display name: those can be claimed by anybody.
    """

    workspace_id: str
    user_id: str

    @classmethod
    def of_token(cls, subject: str) -> "Person":
        """Return whom a signed token of the REST API names; marked, so that nobody passes for a member."""
        return cls(API, f"{API}:{subject}")


@dataclass(frozen=True, slots=True)
class TenantContext:
    """The key to one hotel's rows, and who is acting; `person` is None for our own background work.

    Only three places make one: the look-up that starts from a signed identity, a job, which carries the
    hotel it was enqueued for, and the REST API, whose signed token names hotel, person and role.
    """

    hotel_id: str
    person: Person | None = None
    vouched: Role | None = None
    """The role that the signed token vouches for; None where the hotel's own list of members says it."""


class NotAllowedError(Exception):
    """The person's role does not reach; carries what it is and what it would take."""

    def __init__(self, action: Action, held: Role) -> None:
        super().__init__(f"{action.value} needs {REQUIRED_ROLE[action].name}")
        self.action = action
        self.held = held
        self.needed = REQUIRED_ROLE[action]


def allows(action: Action, held: Role) -> bool:
    """Whether the role held reaches the one that the action requires."""
    return held >= REQUIRED_ROLE[action]


def demand(action: Action, held: Role) -> None:
    """Raise NotAllowedError unless the role held reaches the one required."""
    if not allows(action, held):
        raise NotAllowedError(action, held)
