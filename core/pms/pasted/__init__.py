"""Secrets that somebody pastes where they do not belong: in a thread, a command, a field that is shown."""

from core.pms.pasted.spotter import Finding, Spotter

__all__ = ["Finding", "Spotter"]
