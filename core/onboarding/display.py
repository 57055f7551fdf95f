"""What onboarding needs of whoever shows it to people."""

from typing import Protocol

from core.pms.report import CheckReport


class Display(Protocol):
    """Puts an attempt's present step before the person."""

    async def show(self, hotel_id: str, conversation_id: str) -> None:
        """Make what is shown agree with what is stored; harmless when repeated.

        Raises: RetryLater when it cannot be shown now.
        """
        ...

    async def progress(self, hotel_id: str, conversation_id: str, report: CheckReport) -> None:
        """Show how far a running test has come; may be skipped."""
        ...
