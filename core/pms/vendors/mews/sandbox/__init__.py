"""A small hotel at a pretended Mews: strict where Mews is, seeded, able to misbehave on request."""

from core.pms.vendors.mews.sandbox.app import create_sandbox
from core.pms.vendors.mews.sandbox.tokens import (
    ACCESS_TOKEN,
    CLIENT_TOKEN,
    DISABLED_ACCESS_TOKEN,
    NO_CUSTOMERS_ACCESS_TOKEN,
    PORTFOLIO_ACCESS_TOKEN,
)

__all__ = [
    "ACCESS_TOKEN",
    "CLIENT_TOKEN",
    "DISABLED_ACCESS_TOKEN",
    "NO_CUSTOMERS_ACCESS_TOKEN",
    "PORTFOLIO_ACCESS_TOKEN",
    "create_sandbox",
]
