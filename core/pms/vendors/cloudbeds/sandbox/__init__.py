"""A small hotel at a pretended Cloudbeds: strict where Cloudbeds is, seeded, able to misbehave on request."""

from core.pms.vendors.cloudbeds.sandbox.app import LIMIT, create_sandbox
from core.pms.vendors.cloudbeds.sandbox.keys import (
    CLIENT_ID,
    CLIENT_SECRET,
    CLOSED_KEY,
    FULL_KEY,
    GROUP_KEY,
    INACTIVE_USER_KEY,
    NO_GUESTS_KEY,
    PROPERTY,
    REVOKED_KEY,
    SISTER,
)

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CLOSED_KEY",
    "FULL_KEY",
    "GROUP_KEY",
    "INACTIVE_USER_KEY",
    "LIMIT",
    "NO_GUESTS_KEY",
    "PROPERTY",
    "REVOKED_KEY",
    "SISTER",
    "create_sandbox",
]
