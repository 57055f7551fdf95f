"""A small hotel at a pretended Apaleo: strict where Apaleo is, seeded, able to misbehave on request."""

from core.pms.vendors.apaleo.sandbox.app import TRIAL_LIMITS, create_sandbox
from core.pms.vendors.apaleo.sandbox.clients import (
    CLIENT_ID,
    CLIENT_SECRET,
    CONNECT_CLIENT_ID,
    NO_NAMES_CLIENT_ID,
    NO_RESERVATIONS_CLIENT_ID,
    OTHER_HOTEL_CLIENT_ID,
    PROPERTY_ID,
    SISTER_ID,
)

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CONNECT_CLIENT_ID",
    "NO_NAMES_CLIENT_ID",
    "NO_RESERVATIONS_CLIENT_ID",
    "OTHER_HOTEL_CLIENT_ID",
    "PROPERTY_ID",
    "SISTER_ID",
    "TRIAL_LIMITS",
    "create_sandbox",
]
