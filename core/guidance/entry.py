"""What an entry of the guides is: a small piece with a name, which answers one kind of question."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.domain.hotel import VendorKey
from core.pms.guide import Link


class Topic(StrEnum):
    """What an entry is about."""

    ABOUT = "about"
    NEED = "you-need"
    WHERE = "where-to-find"
    FIELD = "field"
    PERMISSIONS = "permissions"
    TIME = "time"
    COST = "cost"
    LIMITS = "limits"
    ISSUE = "issue"
    ERROR = "error"
    NEXT = "next-steps"
    LINKS = "links"
    UNVERIFIED = "unverified"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of the guide.

    `id` is stable and speaks (`mews/where-to-find`, `mews/field/access_token`, `general/roles`). `vendor` is
    None for what holds for every PMS. `text` is plain and ready to be shown; a line of a list begins with
    `• `, one of a sequence with its number. `aliases` are what people say instead of the title's words.
    """

    id: str
    vendor: VendorKey | None
    topic: Topic
    title: str
    text: str
    links: tuple[Link, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = "Innkeeper"
    """Whose guide it is from, as people call it: `Mews`, `Innkeeper`."""


def bulleted(lines: Iterable[str]) -> str:
    """Return lines as a plain list."""
    return "\n".join(f"• {line}" for line in lines)


def numbered(lines: Iterable[str]) -> str:
    """Return lines as a plain sequence."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
