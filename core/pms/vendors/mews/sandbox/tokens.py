"""The sandbox's tokens: of the shape that Mews's have, plainly not real, each for another rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.pms.vendors.mews.wire import CUSTOMERS, Operation


def _token(word: str, number: int) -> str:
    """Return 32 hexadecimal digits, a hyphen and 31 more, which spell that this is no real token."""
    return f"{(word * 8)[:32]}-{'FACADE' * 4}{number:07d}"


CLIENT_TOKEN: Final = _token("C0FFEE", 0)

ACCESS_TOKEN: Final = _token("DECADE", 1)
"""Reads everything: the happy path."""

DISABLED_ACCESS_TOKEN: Final = _token("DECADE", 2)
"""Of an integration that somebody has switched off."""

PORTFOLIO_ACCESS_TOKEN: Final = _token("DECADE", 3)
"""Opens several properties, so that nobody knows which."""

NO_CUSTOMERS_ACCESS_TOKEN: Final = _token("DECADE", 4)
"""Of an integration that was certified without customers/getAll."""


@dataclass(frozen=True, slots=True)
class Integration:
    """What an access token stands for."""

    is_enabled: bool = True
    is_portfolio: bool = False
    refused: frozenset[Operation] = frozenset()


INTEGRATIONS: Final[Mapping[str, Integration]] = {
    ACCESS_TOKEN: Integration(),
    DISABLED_ACCESS_TOKEN: Integration(is_enabled=False),
    PORTFOLIO_ACCESS_TOKEN: Integration(is_portfolio=True),
    NO_CUSTOMERS_ACCESS_TOKEN: Integration(refused=frozenset({CUSTOMERS})),
}
