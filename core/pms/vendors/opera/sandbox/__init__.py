"""A small hotel behind a pretended OHIP gateway: strict where Oracle's is, seeded, able to misbehave."""

from core.pms.vendors.opera.sandbox.app import create_sandbox
from core.pms.vendors.opera.sandbox.credentials import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    EXPIRED_USER,
    EXTERNAL_SYSTEM,
    HOTEL_ID,
    MODEST_CLIENT_ID,
    NO_PROFILES_CLIENT_ID,
    OTHER_ENTERPRISE_ID,
    OTHER_HOTEL_ID,
    PASSWORD,
    RETIRED_CLIENT_ID,
    SSD_CLIENT_ID,
    UNSUBSCRIBED_APP_KEY,
    USER,
)

__all__ = [
    "APP_KEY",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "ENTERPRISE_ID",
    "EXPIRED_USER",
    "EXTERNAL_SYSTEM",
    "HOTEL_ID",
    "MODEST_CLIENT_ID",
    "NO_PROFILES_CLIENT_ID",
    "OTHER_ENTERPRISE_ID",
    "OTHER_HOTEL_ID",
    "PASSWORD",
    "RETIRED_CLIENT_ID",
    "SSD_CLIENT_ID",
    "UNSUBSCRIBED_APP_KEY",
    "USER",
    "create_sandbox",
]
