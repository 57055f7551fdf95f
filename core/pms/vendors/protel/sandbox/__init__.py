"""A small hotel on protel, with both interfaces: strict, seeded, able to misbehave on request."""

from core.pms.vendors.protel.sandbox.agreement import PATH as REPLY_ADDRESS_PATH
from core.pms.vendors.protel.sandbox.app import create_sandbox
from core.pms.vendors.protel.sandbox.io import PATH as IO_PATH
from core.pms.vendors.protel.sandbox.io import TOKEN as IO_TOKEN
from core.pms.vendors.protel.sandbox.keys import FULL_KEY, LOCKED_KEY, REFUSED_KEY

__all__ = [
    "FULL_KEY",
    "IO_PATH",
    "IO_TOKEN",
    "LOCKED_KEY",
    "REFUSED_KEY",
    "REPLY_ADDRESS_PATH",
    "create_sandbox",
]
