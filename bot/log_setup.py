"""Structured logs on stderr that hold ids, codes and durations, and never what somebody typed.

Some libraries log secrets by themselves: slack_sdk and slack_bolt write whole payloads and tokens at DEBUG,
and httpx writes URLs with their query at INFO. Their level is pinned here and no setting can lower it.
"""

import logging
import sys
from typing import Any, Final

import structlog
from structlog.typing import EventDict, WrappedLogger

from core.pms.pasted import Spotter
from core.pms.registry import VENDORS

PINNED: Final = {
    "slack_sdk": logging.WARNING,
    "slack_bolt": logging.ERROR,  # at WARNING it logs the body of a request that a middleware stopped
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "openai": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "procrastinate": logging.WARNING,
    "psycopg": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,  # a webhook's address is its password
    "alembic": logging.WARNING,
}


DROPPED: Final = "[dropped: looks like {what}]"
_SPOTTER: Final = Spotter(VENDORS)


def drop_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put a remark in place of what certainly holds a secret: the second wall, behind never logging one.

    Only what is certain: ids and numbers of requests, by which trouble is found, look as random as keys do.
    """
    return {name: value if name.startswith("_") else _without_secrets(value) for name, value in event.items()}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _checked(value)
    if isinstance(value, dict):
        return {_without_secrets(name): _without_secrets(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(part) for part in value]
    return value


def _checked(text: str) -> str:
    """Return a text with a remark for each line that holds a secret, or for all of it, if only that helps."""
    found = _SPOTTER.certain(text)
    if found is None:
        return text
    lines = [
        DROPPED.format(what=held.what) if (held := _SPOTTER.certain(line)) else line
        for line in text.splitlines()
    ]
    kept = "\n".join(lines)
    is_key = "PRIVATE KEY" in text  # its body, line by line, looks like nothing in particular
    return DROPPED.format(what=found.what) if is_key or _SPOTTER.certain(kept) else kept


class _Floor(logging.Filter):
    """Drops what is below a logger's pinned level, even when somebody lowers the level itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        return all(
            record.levelno >= level
            for name, level in PINNED.items()
            if record.name == name or record.name.startswith(f"{name}.")
        )


def set_up(*, as_json: bool) -> None:
    """Send every log line to stderr, as JSON in production and readable in development."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without local values: a frame's locals are where secrets live.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        )
        if as_json
        else structlog.processors.format_exc_info,
        drop_secrets,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Floor())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name, level in PINNED.items():
        logging.getLogger(name).setLevel(level)
