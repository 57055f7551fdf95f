"""Works out the guide's index in a process of its own.

It is some seconds of pure computing. In a thread of this process it would hold up whatever else is done
here: clicks whose answers Slack waits for, and transactions with the database locked.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from typing import Final

import structlog

from core.guidance.entries import entries
from core.guidance.entry import Entry
from core.guidance.index import Index, index_of, source_of
from core.pms.registry import VENDORS

log = structlog.get_logger()

PATIENCE_S: Final = 60.0
_NICE: Final = 10


async def prepared(wanted: Sequence[Entry]) -> Index | None:
    """Return the index of these entries; None when the other process had others, or could not do it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "core.guidance.preparing"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # it needs nothing of ours, least of all what is secret
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            said, _ = await process.communicate()
        index = pickle.loads(said)  # noqa: S301 - our own code wrote it, a moment ago
    except (TimeoutError, EOFError, pickle.UnpicklingError) as error:
        log.warning("guide_not_prepared", reason=type(error).__name__, status=process.returncode)
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return index if isinstance(index, Index) and index.source == source_of(wanted) else None


if __name__ == "__main__":
    os.nice(_NICE)
    sys.stdout.buffer.write(pickle.dumps(index_of(entries(VENDORS)), protocol=pickle.HIGHEST_PROTOCOL))
