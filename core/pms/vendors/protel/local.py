"""The hotel's own calendar, from instants of which nobody has written down by whose clock they are. Pure."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the hotel-local date of an aware instant.

    An offset that is not UTC's is the hotel's own, so the date stands as written; midnight in UTC is a mere
    date; any other instant in UTC is what the hotel's clock shows then. Raises: OverflowError at the edges.
    """
    if moment.utcoffset() or moment.time() == time():
        return moment.date()
    return moment.astimezone(zone).date()
