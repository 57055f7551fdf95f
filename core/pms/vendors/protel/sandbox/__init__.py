"""A small hotel on protel: its unofficial REST interface, strict, seeded, able to misbehave on request."""

from core.pms.vendors.protel.sandbox.app import create_sandbox
from core.pms.vendors.protel.sandbox.keys import FULL_KEY, LOCKED_KEY, REFUSED_KEY

__all__ = ["FULL_KEY", "LOCKED_KEY", "REFUSED_KEY", "create_sandbox"]
