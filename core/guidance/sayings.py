"""In which words people ask for an entry; English will do, since `core.guidance.words` leads others to it."""

from typing import Final

from core.guidance import lexis

SAYINGS: Final = dict(lexis.blocks("sayings"))
"""By entry id (`general/roles`), or for all PMS by `topic/…`, `field/…` and `error/…`."""


def of(*names: str) -> tuple[str, ...]:
    """Return what people say for these ids."""
    return tuple(saying for name in names for saying in SAYINGS.get(name, ()))
