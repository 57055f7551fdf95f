"""In which words people ask for an entry, in six languages, and in which for what no guide answers."""

import math
from typing import Final

from core.guidance import lexis

SAYINGS: Final = dict(lexis.blocks("sayings"))
"""By entry id (`general/roles`), or for all PMS by `topic/…`, `field/…` and `error/…`."""
_NOTHING: Final = "nothing/"
_IN_A_ROW: Final = 50
"""A row of more sayings of all kinds speaks for nothing in particular."""
NOTHING: Final = tuple(
    said[place :: math.ceil(len(said) / _IN_A_ROW)]
    for name, said in SAYINGS.items()
    if name.startswith(_NOTHING)
    for place in range(math.ceil(len(said) / _IN_A_ROW))
)
"""What people ask that no guide answers (`nothing/…`), in rows of fifty."""


def of(*names: str) -> tuple[str, ...]:
    """Return what people say for these ids."""
    return tuple(saying for name in names for saying in SAYINGS.get(name, ()))
