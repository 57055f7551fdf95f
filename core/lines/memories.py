"""What adapters learnt of hotels that rarely changes, kept by this process from one line to the next."""

from collections import OrderedDict
from typing import Final

from core.store.connections import Connection

MOST: Final = 1000
"""Hotels that are remembered; whose turn comes least often is forgotten first."""


class Memories:
    """One memory for each connection. With another credential, or another property, it begins anew."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], dict[str, object]] = OrderedDict()

    def of(self, connection: Connection) -> dict[str, object]:
        """Return a connection's memory, to be written into by its adapter."""
        key = (connection.id, connection.sealed)
        memory = self._kept.pop(key, {})
        self._kept[key] = memory
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return memory
