"""`python -m bench`: run every benchmark, print a table, write var/bench.json."""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from bench import results
from bench.acks import measure_acks
from bench.clicks import measure_clicks
from bench.queues import measure_queues
from bench.results import Result
from bench.rounds import Plan
from bench.sealing import measure_sealing
from bot import log_setup


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: enough for figures to be told, or just to see that everything runs."""

    clicks: Plan
    sealing: Plan
    queues: Plan
    acks_s: float
    transports: tuple[...]


FULL: Final = ...
