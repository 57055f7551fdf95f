"""protel's words and ours, as tables under their source; an unknown word is counted by whoever looks it up.

Source: protel I/O, `_Reservation element outbound` and `PMS_ResStatusType` (OTA 2011A),
https://confluence.protel.net/display/PIODOC/_Reservation+element+outbound, read 2026-11-22.
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus

RES_STATUS: Final[Mapping[str, BookingStatus]] = {
    "Reserved": BookingStatus.CONFIRMED,
    "Requested": BookingStatus.TENTATIVE,
    "Waitlisted": BookingStatus.WAITLISTED,
    "Cancelled": BookingStatus.CANCELLED,
    "No-show": BookingStatus.NO_SHOW,
    "In-house": BookingStatus.CHECKED_IN,
    "Checked out": BookingStatus.CHECKED_OUT,
}
"""`Reserved` is definite, or optional and taken off the availability; `Requested` is optional and not."""

PROTEL_IO: Final = "protelIO"
"""The context of ids that are protel's own."""


def status_of(word: str) -> BookingStatus:
    """Return what a status means; UNKNOWN for one that is not in the table.

    The REST interface was seen to write `CHECKED-OUT` where protel I/O has `Checked out`, so neither case nor
    signs count.
    """
    return _PLAIN.get(_plain(word), BookingStatus.UNKNOWN)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalpha())


_PLAIN: Final = {_plain(word): status for word, status in RES_STATUS.items()}
