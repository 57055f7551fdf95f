"""How far one call has come: each rung is told once, in order, whatever was skipped on the way."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from core.domain.errors import Layer

Observer = Callable[[Layer], None]
"""Called with each rung (policy, DNS, TCP, TLS, HTTP) as a request climbs it."""

HEARD_BYTES: Final = 16


class Ladder:
    """One call's way up. `trying` is the rung that is being climbed.

    A connection that was kept alive saves the rungs below HTTP, so a call stands there until a connection
    has to be opened for it; whoever watches sees the whole ladder all the same.
    """

    def __init__(self, observe: Observer | None, *, is_tls: bool) -> None:
        self._observe = observe
        self._rungs = [Layer.POLICY, Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP]
        if not is_tls:
            self._rungs.remove(Layer.TLS)
        self._told = 0
        self.trying = Layer.HTTP
        self.heard = b""
        """The first bytes that came back: what a server speaks shows in them."""
        self.has_answer = False
        """Whether the head of an answer has been read."""

    def connect(self) -> None:
        """Note that a connection must be opened, which begins with DNS."""
        self.trying = Layer.DNS

    def hear(self, data: bytes) -> None:
        """Note what came back."""
        self.heard = (self.heard + data[:HEARD_BYTES])[:HEARD_BYTES]

    def climb(self, rung: Layer) -> None:
        """Note that a rung has been climbed."""
        position = self._rungs.index(rung)
        self._tell(position + 1)
        if rung is not Layer.POLICY:
            self.trying = self._rungs[min(position + 1, len(self._rungs) - 1)]

    def fall(self, rung: Layer) -> None:
        """Note that a rung could not be climbed: those below it could."""
        self._tell(self._rungs.index(rung))

    def _tell(self, until: int) -> None:
        for rung in self._rungs[self._told : until]:
            self._told += 1
            if self._observe is not None:
                self._observe(rung)


CURRENT: Final[ContextVar[Ladder]] = ContextVar("ladder")
"""The ladder of the call that this task makes; the pool opens a connection in the task that waits for it."""
