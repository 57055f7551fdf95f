"""Fixtures of the Slack surface."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.log_setup import PINNED


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Let the test set up logging as a process of its own would; put everything back afterwards."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers, root.level, structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in PINNED}
    for name in PINNED:  # a web server that another test ran here leaves its access log cut off from the root
        logging.getLogger(name).propagate = True
    yield
    root.handlers, root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**configured)
