"""DNS, asked off the event loop, by a bounded crew, within its own deadline."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from core.domain.errors import HostUnknownError, Layer, VendorUnreachableError
from core.net.guard import Place

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the addresses of a host name; raises OSError (`socket.gaierror` where DNS itself answered)."""

DEADLINE_S: Final = 3.0

CREW: Final = 16
"""Look-ups at a time in this process. A thread that hangs in the C library cannot be called back, so more
hanging names than this make further ones wait, and time out; they never grow the number of threads."""

_NO_SUCH_NAME: Final = frozenset({socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY})


async def system_resolve(host: str) -> list[str]:
    """Ask the system's resolver for all addresses of a name, in the order in which to try them."""
    found = await asyncio.get_running_loop().run_in_executor(
        _crew(), lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    )
    return [str(address[0]) for *_, address in found]


async def look_up(resolve: Resolve, place: Place) -> Sequence[str]:
    """Return what DNS says of a place, unjudged and never empty.

    Raises: HostUnknownError (`dns.not_found`), VendorUnreachableError (`dns.timeout`, `dns.failed`).
    """
    try:
        async with asyncio.timeout(DEADLINE_S):
            answers = await resolve(place.host)
    except TimeoutError:
        raise VendorUnreachableError("dns.timeout", Layer.DNS, details=place.details) from None
    except OSError as error:
        if isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME:
            raise HostUnknownError("dns.not_found", Layer.DNS, details=place.details) from None
        raise VendorUnreachableError("dns.failed", Layer.DNS, details=place.details) from None
    if not answers:
        raise HostUnknownError("dns.not_found", Layer.DNS, details=place.details)
    return answers


@cache
def _crew() -> ThreadPoolExecutor:
    """Return the process's crew. One for all clients: the bound is worth something only when it is shared."""
    return ThreadPoolExecutor(CREW, thread_name_prefix="dns")
