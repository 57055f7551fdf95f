"""A value that may be used and must never be seen.

Everything that would turn an object into text or bytes by accident (print, log, format, pickle, json,
a debugger's repr) yields the mask or fails. CPython cannot wipe a `str` from memory, so this does not
claim to; it keeps secrets out of messages, logs, prompts, exceptions and metrics.
"""

import hmac
from typing import Any, Final, NoReturn

MASK: Final = "••••••••"


class Secret:
    """Holds one secret text; `reveal()` is the only way out, called where the secret is used."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """Return the text. Call it in the very expression that needs it; keep the result nowhere."""
        return self.__text

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(
            self.__text.encode("utf-8", "surrogatepass"), other.__text.encode("utf-8", "surrogatepass")
        )

    __hash__ = None  # type: ignore[assignment]  # a hash of a weak secret tells it

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")
