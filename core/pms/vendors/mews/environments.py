"""Demo or production: Mews has two of everything, and says 401 to the tokens of the other one. Pure.

Source: https://docs.mews.com/connector-api/guidelines/environments (read 2026-08-22). The tokens of the demo
are public and shared; only their fingerprints stand here, so that no search takes them for a leak.
"""

import hashlib
from typing import Final
from urllib.parse import urlsplit

from core.pms.vendors.mews.wire import Tokens

DEMO_DOMAIN: Final = "mews-demo.com"

PUBLISHED: Final = frozenset(
    {
        "0f9afea8aa18d24d",
        "1796a28a43e20366",
        "27a72b658fea17ff",
        "37e6fca9c46794b0",
        "3faae5d6d2ad8e2d",
        "409080fde76d2117",
        "528531f0344a67ee",
        "893b927a5896ec87",
        "8f7edf96467bf594",
        "a61bc72f50b1bfbb",
        "e7fcd8b29db2a050",
        "fce8e91c93b7fd76",
    }
)
"""The first 16 hexadecimal digits of SHA-256 of each client and access token that Mews publishes."""


def mix_up(tokens: Tokens, base: str) -> str | None:
    """Return our code when tokens and address are plainly, or likely, of two environments."""
    published = [is_published(token.reveal()) for token in (tokens.client, tokens.access)]
    if is_demo(base):
        return None if all(published) else "mews.demo_environment"
    return "mews.demo_token" if any(published) else None


def is_demo(base: str) -> bool:
    """Whether an address is one of the demo's."""
    return (urlsplit(base).hostname or "").endswith(DEMO_DOMAIN)


def is_published(token: str) -> bool:
    """Whether a token is one of those that Mews publishes for everybody."""
    return hashlib.sha256(token.strip().upper().encode()).hexdigest()[:16] in PUBLISHED
