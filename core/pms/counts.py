"""What a vendor counts of a hotel's day, where it can be asked for more than the overview tells."""

from typing import Protocol, runtime_checkable

from core.domain.hotel import DayFigures
from core.pms.vendor import PmsAdapter


@runtime_checkable
class CountsDay(Protocol):
    """What an adapter offers besides: the figures of today, for a few requests more than the overview."""

    async def count_day(self) -> DayFigures:
        """Return the day's figures; raises what the vendor's calls raise."""
        ...


async def figures_of(adapter: PmsAdapter) -> DayFigures:
    """Return the day's figures as far as the vendor tells them."""
    if isinstance(adapter, CountsDay):
        return await adapter.count_day()
    overview = await adapter.overview()
    return DayFigures(overview.rooms, overview.arrivals_today)
