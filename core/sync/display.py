"""How a running sync is shown: the port that the Slack surface fills."""

from typing import Protocol


class SyncDisplay(Protocol):
    """Shows runs to those who watch them."""

    async def progress(self, hotel_id: str, run_id: str) -> None:
        """Show how far a run has got; whatever goes wrong in showing it is no matter of the run."""
        ...


class Unwatched:
    """Shows nothing: for the command line, benchmarks and tests."""

    async def progress(self, hotel_id: str, run_id: str) -> None:
        """Do nothing."""
