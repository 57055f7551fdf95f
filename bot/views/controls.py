"""The controls that every step shares. `control` is the attempt and the version they were drawn for."""

from bot import ids
from bot.views.parts import Element, button, confirm


def back(control: str) -> Element:
    """Return *Back*."""
    return button("Back", ids.BACK, control)


def cancel(control: str) -> Element:
    """Return *Cancel*, which asks first."""
    ask = confirm("Stop connecting?", "What you have typed will be wiped. Nothing is saved.", "Stop", "Go on")
    return button("Cancel", ids.CANCEL, control, confirm=ask)
