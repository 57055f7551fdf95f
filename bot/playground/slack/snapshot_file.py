"""Keeps the world in a file, so that a restarted playground continues where it was."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path

from bot.playground.slack.state import Json

log = logging.getLogger(__name__)


class SnapshotFile:
    """Saves some time after a change: many changes, one write. A torn file cannot come about."""

    def __init__(self, path: Path, read_world: Callable[[], Json], *, delay_s: float = 0.3) -> None:
        self._path = path
        self._read_world = read_world
        self._delay_s = delay_s
        self._pending: asyncio.TimerHandle | None = None

    def load(self) -> Json | None:
        """Return what was saved last; None when nothing was, or when it cannot be read any more."""
        try:
            saved: Json = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("The saved playground cannot be read; starting afresh.")
            return None
        return saved if saved.get("version") == 1 else None

    def touch(self) -> None:
        """Note that the world changed."""
        if self._pending is None:
            self._pending = asyncio.get_running_loop().call_later(self._delay_s, self.write)

    def write(self) -> None:
        """Write the world now, as one rename."""
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.draft")
        draft.write_text(json.dumps(self._read_world()), encoding="utf-8")
        draft.replace(self._path)
