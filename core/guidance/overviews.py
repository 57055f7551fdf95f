"""What compares the vendors: what each takes, how long, at what price, and how far it can be trusted."""

from collections.abc import Iterable, Iterator

from core.guidance.entry import Entry, bulleted
from core.guidance.general import entry
from core.pms.vendor import Vendor


def overviews(vendors: Iterable[Vendor]) -> Iterator[Entry]:
    """Yield what compares the vendors: what each takes, how long, at what cost."""
    known = tuple(vendors)
    yield entry(
        "need",
        "What you need for each PMS",
        bulleted(f"{vendor.display_name}: {vendor.guide.in_short}" for vendor in known),
    )
    yield entry(
        "time",
        "How long it takes to connect",
        bulleted(f"{vendor.display_name}: about {vendor.guide.minutes} minutes" for vendor in known),
    )
    yield entry(
        "entities",
        "What can be read from each PMS",
        bulleted(f"{vendor.display_name}: {reads(vendor)}" for vendor in known),
    )
    yield entry(
        "trust",
        "How far each connector can be trusted",
        bulleted(f"{vendor.display_name}: {vendor.quality.in_short}" for vendor in known)
        + "\nNo call was made to a real hotel yet.",
    )


def reads(vendor: Vendor) -> str:
    """Return what a vendor's connector reads: `bookings, guests and rooms`."""
    *first, last = sorted(entity.value for entity in vendor.entities)
    return f"{', '.join(first)} and {last}" if first else last
