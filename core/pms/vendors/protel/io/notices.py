"""What a notice of protel I/O points at. Pure.

A notice is a full overlay of one stay. Of it only the number is kept: the stay is read again, by a question
of our own.
"""

import hashlib

from core.domain.hotel import Entity
from core.pms.post import Hint
from core.pms.vendors.protel.io.attributes import UnreadableReservationError
from core.pms.vendors.protel.io.envelope import Envelope
from core.pms.vendors.protel.io.messages import NOTIFIED, hotel_of, reservations
from core.pms.vendors.protel.io.normalise import number_of
from core.pms.vendors.protel.io.receive import Delivery


def hints(notice: Envelope) -> tuple[Hint, ...]:
    """Return the stays; none for a message that is about something else."""
    if notice.name != NOTIFIED:
        return ()
    found, _ = reservations(notice)
    hotel_id = hotel_of(notice)
    numbers: dict[str | None, None] = {}
    for element in found:
        try:
            numbers[number_of(element)] = None
        except UnreadableReservationError:
            numbers[None] = None
    return tuple(Hint(Entity.BOOKINGS, number, None, NOTIFIED, hotel_id) for number in numbers)


def delivery_key(notice: Delivery) -> str:
    """Return what is the same for every repetition of a notice: protel names each by its id."""
    return hashlib.sha256(f"{notice.name} {notice.correlation_id}".encode()).hexdigest()
