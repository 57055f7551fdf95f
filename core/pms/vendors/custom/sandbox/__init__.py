"""A small hotel whose PMS speaks the open contract: strict, seeded, and able to misbehave on request."""

from core.pms.vendors.custom.sandbox.app import create_sandbox
from core.pms.vendors.custom.sandbox.keys import BOOKINGS_ONLY_KEY, EXPIRED_KEY, FULL_KEY, HOMELESS_KEY

__all__ = ["BOOKINGS_ONLY_KEY", "EXPIRED_KEY", "FULL_KEY", "HOMELESS_KEY", "create_sandbox"]
